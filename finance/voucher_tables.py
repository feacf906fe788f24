"""Vouchers from tables: a row for each row of a voucher, as in any export of a journal.

Rows belong together by the voucher's number or name in the table, where it has such a column. Else a
voucher ends where the next row has another date, or another text while debit and credit are equal; a
row without date and text goes on with the voucher above it. Amounts stand in debit and credit, or in one
column in which credit is negative.

A voucher that is there already, with the same date, text, accounts and amounts, is left alone: as many
of a kind as are there, no more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from finance import posting
from finance.digest import CanonicalRow
from finance.entry import FIRST_SERIES, Entry, EntryRow, save_drafts
from finance.models import FiscalYear, Voucher, VoucherRow, VoucherSeries
from finance.money import from_ore, to_ore
from finance.presentation import format_amount
from finance.table_rows import Finder, RowOfTable, Wrong, first_present, one_line

AMOUNTS = ("amount", "debit", "credit")
TEXTS_AT_A_TIME = 400

Content = tuple[date, str, tuple[tuple[str, int], ...]]
"""What makes two vouchers the same: date, text, and the accounts with their amounts in öre, in order."""


@dataclass(frozen=True)
class TabledVoucher:
    """A voucher of a table: its first row's number, what it says, and the one that is there already."""

    row: int
    entry: Entry
    there: Voucher | None = None


@dataclass(frozen=True)
class TakenIn:
    """What a table of vouchers does; nothing was written where anything is wrong."""

    vouchers: Sequence[TabledVoucher]
    wrong: Sequence[Wrong]


def take_in_vouchers(rows: Sequence[RowOfTable], by: str, to_be_posted: bool, dry_run: bool) -> TakenIn:
    """Make the vouchers of *rows* drafts in the name of the user *by*, and post them where *to_be_posted*.

    The columns are ``voucher``, ``date``, ``text``, ``account``, ``debit``, ``credit``, ``amount``,
    ``project``, ``cost_center``, ``series``, ``counterparty``, ``decision`` and ``row_text``. All of
    them are made or, where anything is wrong, none.
    """
    finder, years = Finder(), list(FiscalYear.objects.all())
    wrong: list[Wrong] = []
    read = [
        TabledVoucher(group[0][0], entry)
        for group in _groups(rows)
        if (entry := _entry(group, years, finder, wrong)) is not None
    ]
    wrong = sorted([*finder.wrong, *wrong], key=lambda found: found.row)
    if wrong:
        return TakenIn((), wrong)
    with transaction.atomic():
        if not dry_run:
            # What is there, and which periods are open, stays so until the vouchers are written.
            list(FiscalYear.objects.select_for_update(no_key=True).order_by("pk"))
        vouchers = list(_recognised(read))
        new = [voucher for voucher in vouchers if voucher.there is None]
        series = {(found.fiscal_year_id, found.code): found for found in VoucherSeries.objects.all()}
        wrong = [found for voucher in new for found in _refusals(voucher, years, series, to_be_posted)]
        if wrong:
            return TakenIn((), wrong)
        if not dry_run:
            entries = [voucher.entry for voucher in new]
            if to_be_posted:
                _post(entries, years, by)
            else:
                save_drafts(entries, by)
    return TakenIn(vouchers, ())


def _post(entries: Sequence[Entry], years: Sequence[FiscalYear], by: str) -> None:
    """Post *entries*, which nothing keeps from it, in their order, with the next numbers."""
    for year in years:
        of_year = [entry for entry in entries if year.holds(entry.date)]
        for code in {entry.series for entry in of_year}:
            VoucherSeries.objects.get_or_create(fiscal_year=year, code=code)
        for _posted in posting.post_many(year, (_voucher_facts(entry, by) for entry in of_year), by):
            pass


def _voucher_facts(entry: Entry, by: str) -> posting.VoucherFacts:
    return posting.VoucherFacts(
        series=entry.series,
        date=entry.date,
        text=entry.text,
        counterparty=entry.counterparty,
        decision=entry.decision,
        entered_by=by,
        rows=[
            CanonicalRow(
                account=row.account.number,
                amount=row.amount or 0,
                project=row.project.code if row.project else "",
                cost_center=row.cost_center.code if row.cost_center else "",
                quantity="",
                objects="",
                text=row.text,
            )
            for row in entry.rows
        ],
    )


def _groups(rows: Sequence[RowOfTable]) -> Iterator[list[RowOfTable]]:
    """The rows of each voucher, in their order."""
    group: list[RowOfTable] = []
    balance, texts = 0, {None}
    for row in rows:
        values = row[1]
        if group and _begins(values, group[0][1], not balance and values.get("text") not in texts):
            yield group
            group, balance, texts = [], 0, {None}
        group.append(row)
        balance += _amount(row)
        texts.add(values.get("text"))
    if group:
        yield group


def _begins(values: Mapping[str, Any], first: Mapping[str, Any], is_another: bool) -> bool:
    """Whether a row begins another voucher than the one whose first row is *first*.

    *is_another* says that its text is another, while what stands before it is in balance.
    """
    if "voucher" in values:
        series = values.get("series") or first.get("series")
        return values["voucher"] is not None and (values["voucher"], series) != (
            first["voucher"],
            first.get("series"),
        )
    day = values.get("date")
    return (day is not None and day != first.get("date")) or is_another


def _amount(row: RowOfTable) -> int:
    """Öre, debit positive; zero where nothing is written."""
    values = row[1]
    return (values.get("amount") or 0) + (values.get("debit") or 0) - (values.get("credit") or 0)


def _entry(
    group: Sequence[RowOfTable], years: Sequence[FiscalYear], finder: Finder, wrong: list[Wrong]
) -> Entry | None:
    """The voucher that *group* is; None, and why in *wrong*, where it is none."""
    number, first = group[0]
    before = len(wrong) + len(finder.wrong)

    def refuse(row: int, column: str, sentence: str) -> None:
        wrong.append(Wrong(row, column, sentence))

    text = one_line(first.get("text"))
    if first.get("date") is None:
        refuse(number, "date", _("The voucher has no date."))
    elif not any(year.holds(first["date"]) for year in years):
        refuse(
            number,
            "date",
            _("No fiscal year holds %(day)s. Correct the date, or enter the fiscal year first.")
            % {"day": first["date"]},
        )
    if not text:
        refuse(number, "text", _("The voucher has no text."))
    rows = []
    for row in group:
        place, values = row
        if values.get("date") not in (None, first.get("date")):
            refuse(
                place,
                "date",
                _("The date is another than in the first row of the voucher, row %(row)s.") % {"row": number},
            )
        account = finder.find(row, "account")
        if not values.get("account"):
            refuse(place, "account", _("Write the account's number or name."))
        if sum(bool(values.get(column)) for column in AMOUNTS) != 1:
            refuse(
                place,
                first_present(values, AMOUNTS),
                _("A row has one amount, in debit or in credit. Write it in one of the columns."),
            )
        said = one_line(values.get("row_text") or values.get("text"))
        rows.append(
            EntryRow(
                account,
                _amount(row),
                finder.find(row, "project"),
                finder.find(row, "cost_center"),
                text=said if said != text else "",
            )
        )
    if len(wrong) + len(finder.wrong) > before:
        return None
    if difference := sum(row.amount or 0 for row in rows):
        refuse(
            number,
            first_present(first, AMOUNTS),
            _(
                "The voucher in the rows %(first)s–%(last)s does not balance: debit and credit differ by %(difference)s."
            )
            % {"first": number, "last": group[-1][0], "difference": format_amount(from_ore(abs(difference)))},
        )
        return None
    return Entry(
        date=first["date"],
        text=text,
        series=one_line(first.get("series")) or FIRST_SERIES,
        counterparty=one_line(first.get("counterparty")),
        decision=one_line(first.get("decision")),
        rows=rows,
    )


def _content(entry: Entry) -> Content:
    return entry.date, entry.text, tuple(sorted((row.account.number, row.amount or 0) for row in entry.rows))


def _recognised(vouchers: Sequence[TabledVoucher]) -> Iterator[TabledVoucher]:
    """*vouchers*, each with the one in the ledger or among the drafts that it is, where there is one."""
    there = _there({voucher.entry.text for voucher in vouchers}, {voucher.entry.date for voucher in vouchers})
    for voucher in vouchers:
        same = there[_content(voucher.entry)]
        yield TabledVoucher(voucher.row, voucher.entry, same.pop(0) if same else None)


def _there(texts: set[str], days: set[date]) -> dict[Content, list[Voucher]]:
    """The vouchers that have one of *texts* and lie within *days*, by what they say."""
    found: dict[Content, list[Voucher]] = defaultdict(list)
    ordered = sorted(texts)
    for begin in range(0, len(ordered), TEXTS_AT_A_TIME):
        vouchers = {
            voucher.pk: voucher
            for voucher in Voucher.objects.filter(
                text__in=ordered[begin : begin + TEXTS_AT_A_TIME], date__range=(min(days), max(days))
            )
            .select_related("series")
            .order_by("pk")
            if voucher.date in days
        }
        rows: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for row in VoucherRow.objects.filter(
            voucher__text__in=ordered[begin : begin + TEXTS_AT_A_TIME],
            voucher__date__range=(min(days), max(days)),
        ).select_related("account"):
            rows[row.voucher_id].append((row.account.number, to_ore(row.amount)))
        for pk, voucher in vouchers.items():
            found[voucher.date, voucher.text, tuple(sorted(rows[pk]))].append(voucher)
    return found


def _refusals(
    voucher: TabledVoucher,
    years: Sequence[FiscalYear],
    there: Mapping[tuple[int, str], VoucherSeries],
    to_be_posted: bool,
) -> Iterator[Wrong]:
    """What keeps *voucher* from being a draft or, where *to_be_posted*, from being posted.

    *there* is the series that there are, by the key of their year and their code.
    """
    entry = voucher.entry
    year = next(year for year in years if year.holds(entry.date))
    series = there.get((year.pk, entry.series)) or VoucherSeries(fiscal_year=year, code=entry.series)
    unsaved = Voucher(
        fiscal_year=year,
        series=series,
        date=entry.date,
        text=entry.text,
        counterparty=entry.counterparty,
        decision_reference=entry.decision,
    )
    try:
        unsaved.clean_fields(exclude=["series"])
        series.clean_fields(exclude=["fiscal_year"])
    except ValidationError as error:
        for sentence in error.messages:
            yield Wrong(voucher.row, "", sentence)
    if not to_be_posted:
        return
    rows = [
        VoucherRow(
            account=row.account,
            amount=from_ore(row.amount or 0),
            project=row.project,
            cost_center=row.cost_center,
        )
        for row in entry.rows
    ]
    for field, sentences in posting.problems(unsaved, rows).items():
        for sentence in sentences:
            yield Wrong(voucher.row, field if field == "date" else "", sentence)
