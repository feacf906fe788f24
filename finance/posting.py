"""The one door into the ledger.

A draft comes in, is checked, and leaves with the next number of its series, its place in the fiscal
year's chain, and a digest. Admin, imports, closing and corrections all go through here; the database
refuses what tries another way (``finance/guard.py``).

``post`` takes one draft, ``post_together`` the drafts that stand or fall with each other.
``post_many`` takes a stream of facts, of any length, and writes it in bulk: both give the same ledger.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from finance import attestation, correction
from finance.bulk import insert, post_drafts, reserve_ids, stored
from finance.canonical import canonical
from finance.digest import GENESIS, CanonicalRow, CanonicalVoucher, instant, voucher_digest
from finance.models import (
    Account,
    Attachment,
    CostCenter,
    FiscalYear,
    Project,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.models.vouchers import Correction
from finance.money import from_ore, to_ore
from finance.presentation import format_amount

CHUNK = 1_000

_instant = lru_cache(4_096)(instant)
"""Many vouchers are of the same moments: entered on the same day, posted by the same import."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a fiscal year's chain: how many vouchers, and the digest of the last."""

    sequence: int
    digest: str


def chain_head(year: FiscalYear) -> Head:
    """The end of *year*'s chain; sequence 0 and the genesis digest where nothing is posted."""
    last = (
        year.vouchers.filter(sequence__isnull=False)
        .order_by("-sequence")
        .values_list("sequence", "digest")
        .first()
    )
    return Head(last[0] or 0, last[1]) if last else Head(0, GENESIS)


def next_number(series: VoucherSeries) -> int:
    """The number that the next voucher posted in *series* gets."""
    return (series.vouchers.aggregate(last=Max("number"))["last"] or 0) + 1


def problems(voucher: Voucher, rows: Sequence[VoucherRow]) -> dict[str, list[str]]:
    """What keeps *voucher* with *rows* from being posted, in words, by field; empty when nothing does.

    The fields are those of the voucher, and ``rows`` for the rows as a whole.
    """
    found: dict[str, list[str]] = {}

    def refuse(field: str, sentence: str) -> None:
        found.setdefault(field, []).append(sentence)

    year = voucher.fiscal_year
    if voucher.is_posted:
        refuse(
            "number", _("The voucher is already posted as %(reference)s.") % {"reference": voucher.reference}
        )
        return found
    if not year.holds(voucher.date):
        refuse(
            "date",
            _("The date is outside of the fiscal year %(start)s – %(end)s.")
            % {"start": year.start, "end": year.end},
        )
    elif year.locks.filter(unlocked_at__isnull=True, start__lte=voucher.date, end__gte=voucher.date).exists():
        refuse(
            "date",
            _("The period of %(date)s is locked. Choose a date in an open period.") % {"date": voucher.date},
        )
    if voucher.series.fiscal_year_id != year.pk:
        refuse("series", _("The series belongs to another fiscal year."))
    if len(rows) < 2:
        refuse("rows", _("A voucher needs at least two rows."))
    difference = sum(to_ore(row.amount) for row in rows)
    if difference:
        refuse(
            "rows",
            _("Debit and credit differ by %(difference)s. Correct a row before posting.")
            % {"difference": format_amount(from_ore(abs(difference)))},
        )
    for field, sentences in correction.problems(voucher, rows).items():
        for sentence in sentences:
            refuse(field, sentence)
    # What was booked can be taken back, though its account, project or cost centre is in use no more.
    for row in rows if voucher.correction != Correction.REVERSAL else ():
        if not row.account.is_open:
            refuse("rows", _("The account %(account)s is not open for posting.") % {"account": row.account})
        for dimension in (row.project, row.cost_center):
            if dimension is not None and not dimension.is_open:
                refuse("rows", _("“%(dimension)s” is not open for posting.") % {"dimension": dimension})
    if refusal := attestation.refusal(voucher, rows):
        refuse("rows", refusal)
    return found


def post(voucher: Voucher, by: str, at: datetime | None = None) -> Voucher:
    """Post the draft *voucher* in the name of the user *by*, and return it as it now stands.

    Raises ValidationError, by field and in words, and changes nothing, when the draft does not
    balance to the öre, has fewer than two rows, lies outside of its year or in a locked period,
    names a closed account, or was posted before (BFL 5:6–7).
    """
    with transaction.atomic():
        # One voucher at a time in a year: the lock is what keeps the numbers and the chain whole.
        year = FiscalYear.objects.select_for_update(no_key=True).get(pk=voucher.fiscal_year_id)
        draft = Voucher.objects.select_for_update(of=("self",)).select_related("series").get(pk=voucher.pk)
        draft.fiscal_year = year
        rows = list(draft.rows.select_related("account", "project", "cost_center").order_by("line"))
        if found := problems(draft, rows):
            raise ValidationError(found)
        # A draft's date may have been changed after its rows were written, and lines removed.
        for line, row in enumerate(rows, start=1):
            if row.date != draft.date or row.line != line:
                row.line = line
                row.voucher = draft
                row.save(update_fields=["date", "line"])
        head = chain_head(year)
        draft.number = next_number(draft.series)
        draft.sequence = head.sequence + 1
        draft.posted_at = at or timezone.now()
        draft.posted_by = by
        attestation.forget_void(draft, rows)
        draft.digest = voucher_digest(canonical(draft, rows, draft.attachments.order_by("line")), head.digest)
        draft.save(update_fields=["number", "sequence", "posted_at", "posted_by", "digest"])
    return draft


def post_together(drafts: Iterable[Voucher], by: str, at: datetime | None = None) -> list[Voucher]:
    """Post *drafts* in their order, all of them or none, as ``post`` does each."""
    with transaction.atomic():
        return [post(draft, by, at) for draft in drafts]


class PaperFacts(NamedTuple):
    """An attached file, whose content lies in the storage or is to be put there later."""

    sha256: str
    name: str
    content_type: str
    size: int
    uploaded_by: str
    uploaded_at: datetime


class VoucherFacts(NamedTuple):
    """A voucher to be posted in bulk.

    ``number`` is given where the books that it comes from gave one, and None where the series gives
    the next. ``rows`` name accounts, projects and cost centres by their number or code, as they
    enter the digest; amounts are öre, debit positive. ``entered_at``, ``posted_at`` and ``posted_by``
    are those of the books that it comes from, and None where they are of now. ``corrects`` names what
    it corrects by the first day of the year, series and number.
    """

    series: str
    date: date
    text: str
    rows: Sequence[CanonicalRow]
    number: int | None = None
    counterparty: str = ""
    decision: str = ""
    entered_at: datetime | None = None
    entered_by: str = ""
    posted_at: datetime | None = None
    posted_by: str | None = None
    corrects: tuple[str, str, int] | None = None
    correction: str = ""
    reason: str = ""
    papers: Sequence[PaperFacts] = ()


def canonical_facts(
    facts: VoucherFacts,
    start: str,
    end: str,
    sequence: int,
    number: int,
    by: str = "",
    moment: datetime | None = None,
) -> CanonicalVoucher:
    """*facts* as they enter the digest, in their place in the chain of the year *start* – *end*.

    *by* and *moment* stand for what the facts leave out of who posted and entered them, and when.
    """
    entered_at, posted_at = facts.entered_at or moment, facts.posted_at or moment
    assert entered_at is not None
    assert posted_at is not None
    return CanonicalVoucher(
        start,
        end,
        sequence,
        facts.series,
        number,
        facts.date.isoformat(),
        _instant(entered_at),
        facts.entered_by,
        _instant(posted_at),
        by if facts.posted_by is None else facts.posted_by,
        facts.text,
        facts.counterparty,
        facts.decision,
        facts.corrects,
        facts.rows,
        [(paper.sha256, paper.name) for paper in facts.papers] if facts.papers else (),
        facts.correction,
        facts.reason,
    )


def _chunks(vouchers: Iterable[VoucherFacts]) -> Iterator[list[VoucherFacts]]:
    """*vouchers* in chunks: what is corrected stands in one before that of its correction."""
    chunk: list[VoucherFacts] = []
    numbered: set[tuple[str, int | None]] = set()
    for facts in vouchers:
        if facts.corrects and facts.corrects[1:] in numbered:
            yield chunk
            chunk, numbered = [], set()
        chunk.append(facts)
        numbered.add((facts.series, facts.number))
        if len(chunk) == CHUNK:
            yield chunk
            chunk, numbered = [], set()
    if chunk:
        yield chunk


def post_many(
    year: FiscalYear,
    vouchers: Iterable[VoucherFacts],
    by: str,
    at: datetime | None = None,
    sie_import: int | None = None,
) -> Iterator[int]:
    """Post each of *vouchers* into *year*, in their order, and yield how many after each chunk.

    The caller holds the transaction, and takes the whole of it back where an error is raised: the
    database refuses a chunk in which a voucher does not balance, lies outside of the year or in a
    locked period, or leaves a gap in its series' numbers. Raises KeyError for an account, series,
    project or cost centre that does not exist, and Voucher.DoesNotExist for a correction of what is not
    posted. *sie_import* is the key of the import that they come from:
    only such a voucher may have a number that is recorded as missing. Memory is constant in the number of vouchers.
    """
    year = FiscalYear.objects.select_for_update(no_key=True).get(pk=year.pk)
    series_ids = dict(year.series.values_list("code", "pk"))
    numbers = dict(year.series.annotate(last=Max("vouchers__number")).values_list("code", "last"))
    account_ids = dict(Account.objects.values_list("number", "pk"))
    project_ids: dict[str, int | None] = {"": None, **dict(Project.objects.values_list("code", "pk"))}
    cost_center_ids: dict[str, int | None] = {"": None, **dict(CostCenter.objects.values_list("code", "pk"))}
    head = chain_head(year)
    sequence, previous = head.sequence, head.digest
    moment = at or timezone.now()
    start, end = year.start.isoformat(), year.end.isoformat()
    stored_once = lru_cache(1_024)(stored)  # a whole import may be of one moment
    for chunk in _chunks(vouchers):
        drafts, rows, papers, postings = [], [], [], []
        for voucher_id, facts in zip(reserve_ids(Voucher, len(chunk)), chunk, strict=True):
            number = facts.number or (numbers[facts.series] or 0) + 1
            numbers[facts.series] = max(number, numbers[facts.series] or 0)
            sequence += 1
            entered_at, posted_at = facts.entered_at or moment, facts.posted_at or moment
            canonical_form = canonical_facts(facts, start, end, sequence, number, by, moment)
            previous, day = voucher_digest(canonical_form, previous), canonical_form.date
            drafts.append(
                (
                    voucher_id,
                    year.pk,
                    series_ids[facts.series],
                    day,
                    facts.text,
                    facts.counterparty,
                    facts.decision,
                    stored_once(entered_at),
                    facts.entered_by,
                    "",
                    "",
                    sie_import,
                    _corrected(facts.corrects) if facts.corrects else None,
                    facts.correction,
                    facts.reason,
                )
            )
            papers += [
                (
                    voucher_id,
                    line,
                    paper.sha256,
                    paper.name,
                    paper.content_type,
                    paper.size,
                    paper.uploaded_by,
                    stored(paper.uploaded_at),
                )
                for line, paper in enumerate(facts.papers, start=1)
            ]
            rows += [
                (
                    voucher_id,
                    line,
                    account_ids[account],
                    amount,
                    day,
                    text,
                    project_ids[project],
                    cost_center_ids[cost_center],
                    quantity,
                    objects,
                )
                for line, (account, amount, project, cost_center, quantity, objects, text) in enumerate(
                    facts.rows, start=1
                )
            ]
            postings.append(
                (voucher_id, number, sequence, stored_once(posted_at), canonical_form.posted_by, previous)
            )
        insert(Voucher, DRAFT_COLUMNS, drafts)
        insert(VoucherRow, ROW_COLUMNS, rows)
        if papers:
            insert(Attachment, PAPER_COLUMNS, papers)
        post_drafts(postings)
        yield len(chunk)


def _corrected(corrects: tuple[str, str, int]) -> int:
    start, series, number = corrects
    found: int = Voucher.objects.values_list("pk", flat=True).get(
        fiscal_year__start=start, series__code=series, number=number
    )
    return found


DRAFT_COLUMNS = (
    "id",
    "fiscal_year_id",
    "series_id",
    "date",
    "text",
    "counterparty",
    "decision_reference",
    "entered_at",
    "entered_by",
    "posted_by",
    "digest",
    "sie_import_id",
    "corrects_id",
    "correction",
    "correction_reason",
)
ROW_COLUMNS = (
    "voucher_id",
    "line",
    "account_id",
    "amount",
    "date",
    "text",
    "project_id",
    "cost_center_id",
    "quantity",
    "objects_text",
)
PAPER_COLUMNS = (
    "voucher_id",
    "line",
    "sha256",
    "name",
    "content_type",
    "size",
    "uploaded_by",
    "uploaded_at",
)
