"""The ledger as a stream: posted vouchers with their rows, in the order of the chain.

Read with plain SQL, because the whole ledger is read when it is verified or handed over; memory stays
the same however many vouchers there are.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection, transaction

from finance.digest import CanonicalVoucher
from finance.models import Account, CostCenter, FiscalYear, Project, VoucherSeries

CHUNK = 2_000

_DATE = {"sqlite": "CAST({0} AS text)", "postgresql": "to_char({0}, 'YYYY-MM-DD')"}
_INSTANT = {
    "sqlite": "replace({0}, ' ', 'T') || CASE WHEN length({0}) = 19 THEN '.000000Z' ELSE 'Z' END",
    "postgresql": """to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
}
_VOUCHERS = """
SELECT v.id, v.series_id, v.digest, v.sequence, v.number, {date}, {entered_at}, v.entered_by,
    {posted_at}, v.posted_by, v.text, v.counterparty, v.decision_reference,
    v.corrects_id, {corrects_start}, cs.code, c.number, v.correction, v.correction_reason
FROM finance_voucher v
LEFT JOIN finance_voucher c ON c.id = v.corrects_id
LEFT JOIN finance_voucherseries cs ON cs.id = c.series_id
LEFT JOIN finance_fiscalyear cy ON cy.id = c.fiscal_year_id
WHERE v.fiscal_year_id = %s AND v.sequence IS NOT NULL
ORDER BY v.sequence, v.id
"""
_ROWS = """
SELECT r.voucher_id, r.line, {date}, r.account_id, r.project_id, r.cost_center_id, r.amount,
    r.quantity, r.objects_text, r.text
FROM finance_voucher v JOIN finance_voucherrow r ON r.voucher_id = v.id
WHERE v.fiscal_year_id = %s AND v.sequence IS NOT NULL
ORDER BY v.sequence, v.id, r.line
"""
_ATTACHMENTS = """
SELECT a.voucher_id, a.sha256, a.name
FROM finance_voucher v JOIN finance_attachment a ON a.voucher_id = v.id
WHERE v.fiscal_year_id = %s AND v.sequence IS NOT NULL
ORDER BY v.sequence, v.id, a.line
"""


class StoredRow(NamedTuple):
    """A row as the database has it: keys instead of numbers and codes, ``amount`` in öre."""

    voucher_id: int
    line: int
    date: str
    account_id: int
    project_id: int | None
    cost_center_id: int | None
    amount: int
    quantity: str
    objects: str
    text: str


class Posted(NamedTuple):
    """A posted voucher: as it enters the digest, and what the database has beside it."""

    pk: int
    series_id: int
    digest: str
    canonical: CanonicalVoucher
    rows: list[StoredRow]


def _in_snapshot() -> bool:
    """Whether SQLite's connection is inside of a snapshot already."""
    return (
        connection.vendor == "sqlite"
        and connection.connection is not None
        and connection.connection.in_transaction
    )


@contextmanager
def snapshot() -> Iterator[None]:
    """Let everything inside see the ledger as it stands now, while others go on posting."""
    if connection.in_atomic_block or _in_snapshot():
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        # Not atomic(), whose transactions wait for the one writer that SQLite has.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")


def stream(sql: str, params: list[Any]) -> Iterator[tuple[Any, ...]]:
    """The rows of a query, never all of them in memory; call it inside ``snapshot``."""
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(CHUNK):
            yield from rows


def as_date(column: str) -> str:
    """SQL for *column* as an ISO date."""
    return _DATE[connection.vendor].format(column)


def as_instant(column: str) -> str:
    """SQL for *column* as ``finance.digest.instant`` writes a time."""
    return _INSTANT[connection.vendor].format(column)


def posted_vouchers(year: FiscalYear) -> Iterator[Posted]:
    """Every voucher in *year*'s chain, in its order, with its rows and attachments by line.

    What a row or voucher points to and that is not there comes as an empty number or code.
    """
    start, end = year.start.isoformat(), year.end.isoformat()
    series = dict(VoucherSeries.objects.values_list("pk", "code"))
    numbers = dict(Account.objects.values_list("pk", "number"))
    projects: dict[int | None, str] = {None: "", **dict(Project.objects.values_list("pk", "code"))}
    centers: dict[int | None, str] = {None: "", **dict(CostCenter.objects.values_list("pk", "code"))}
    of_account, of_project, of_center, of_series = numbers.get, projects.get, centers.get, series.get

    vouchers = stream(
        _VOUCHERS.format(
            date=as_date("v.date"),
            entered_at=as_instant("v.entered_at"),
            posted_at=as_instant("v.posted_at"),
            corrects_start=as_date("cy.start"),
        ),
        [year.pk],
    )
    by_voucher = groupby(stream(_ROWS.format(date=as_date("r.date")), [year.pk]), itemgetter(0))
    owner, group = next(by_voucher, (None, iter(())))
    papers = groupby(stream(_ATTACHMENTS, [year.pk]), itemgetter(0))
    owner_of_papers, of_papers = next(papers, (None, iter(())))
    for (
        pk, series_id, digest, sequence, number, date, entered_at, entered_by,
        posted_at, posted_by, text, counterparty, decision, corrects, of_start, of_code, of_number,
        correction, reason,
    ) in vouchers:  # fmt: skip
        rows: list[StoredRow] = []
        if owner == pk:
            rows = list(map(StoredRow._make, group))
            owner, group = next(by_voucher, (None, iter(())))
        attachments: list[tuple[str, str]] = []
        if owner_of_papers == pk:
            attachments = [(sha256, name) for _, sha256, name in of_papers]
            owner_of_papers, of_papers = next(papers, (None, iter(())))
        # Plain tuples of the shape of CanonicalRow: half the time of the whole pass is spent on rows.
        canonical_rows: list[Any] = [
            (
                of_account(account, ""),
                amount,
                of_project(project, ""),
                of_center(center, ""),
                quantity,
                objects,
                words,
            )
            for _, _, _, account, project, center, amount, quantity, objects, words in rows
        ]
        canonical = CanonicalVoucher(
            start,
            end,
            sequence,
            of_series(series_id, ""),
            number,
            date,
            entered_at,
            entered_by,
            posted_at,
            posted_by,
            text,
            counterparty,
            decision,
            None if corrects is None else (of_start, of_code, of_number),
            canonical_rows,
            attachments,
            correction=correction,
            reason=reason,
        )
        yield Posted(pk, series_id, digest, canonical, rows)
