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
from finance.entry import FIRST_SERIES, Entry, EntryRow, save_draft, year_of
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
    finder = Finder()
    wrong: list[Wrong] = []
    vouchers = [
        TabledVoucher(group[0][0], entry)
        for group in _groups(rows)
        if (entry := _entry(group, finder, wrong)) is not None
    ]
    wrong = sorted([*finder.wrong, *wrong], key=lambda found: found.row)
    if wrong:
        return TakenIn((), wrong)
    vouchers = list(_recognised(vouchers))
    new = [voucher for voucher in vouchers if voucher.there is None]
    wrong = [found for voucher in new for found in _refusals(voucher, to_be_posted)]
    if wrong or dry_run:
        return TakenIn(vouchers if not wrong else (), wrong)
    with transaction.atomic():
        for voucher in new:
            draft = save_draft(voucher.entry, by)
            if to_be_posted:
                posting.post(draft, by)
    return TakenIn(vouchers, ())


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


def _entry(group: Sequence[RowOfTable], finder: Finder, wrong: list[Wrong]) -> Entry | None:
    """The voucher that *group* is; None, and why in *wrong*, where it is none."""
    number, first = group[0]
    before = len(wrong) + len(finder.wrong)

    def refuse(row: int, column: str, sentence: str) -> None:
        wrong.append(Wrong(row, column, sentence))

    text = one_line(first.get("text"))
    if first.get("date") is None:
        refuse(number, "date", _("The voucher has no date."))
    else:
        try:
            year_of(first["date"])
        except ValidationError as error:
            refuse(number, "date", error.messages[0])
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


def _refusals(voucher: TabledVoucher, to_be_posted: bool) -> Iterator[Wrong]:
    """What keeps *voucher* from being a draft or, where *to_be_posted*, from being posted."""
    entry = voucher.entry
    year: FiscalYear = year_of(entry.date)
    series = year.series.filter(code=entry.series).first() or VoucherSeries(
        fiscal_year=year, code=entry.series
    )
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
