"""The journal (grundbok): vouchers in the order in which they were registered, and lists found in it.

BFNAR 2013:2 p. 2.3: an entry shows its place in the order of registration, its period, voucher number,
account and amount. The place is the voucher's place in the fiscal year's chain, which has no gaps.

A list is read a page at a time, by place and not by count. What is looked for is found in the index of
the condition that leaves the fewest; where every condition leaves many, the chain is walked, which does
not take long for the same reason.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from finance.models import Account, CostCenter, FiscalYear, Project, Voucher, VoucherRow, VoucherSeries
from finance.models.vouchers import Correction
from finance.money import from_ore, to_ore
from finance.streams import as_date

VOUCHERS_PER_PAGE = 100
VOUCHERS_PER_CHUNK = 1_000

FEW = 5_000
"""As many vouchers can be sorted in the time in which a page is found by walking the chain."""

LEAST_GAP_DAYS = 14
"""As many days without a voucher are told as a gap in the dates."""

_REFERENCE = re.compile(r"([^\W\d_]{0,20})\s*(\d{1,18})")


@dataclass(frozen=True)
class Selection:
    """Which vouchers of a fiscal year are listed; what is not given leaves none out.

    ``account``, ``project``, ``cost_center`` and ``amount`` (öre, of either sign) are met by one row
    together. ``text`` is looked for in the vouchers' texts and counterparties, and as a number.
    """

    year: FiscalYear
    start: date | None = None
    end: date | None = None
    series: VoucherSeries | None = None
    account: Account | None = None
    project: Project | None = None
    cost_center: CostCenter | None = None
    amount: int | None = None
    text: str = ""

    @property
    def of_rows(self) -> dict[str, list[int]]:
        """The condition on the rows: the values that each column may have, as the database has them."""
        objects = {"account": self.account, "project": self.project, "cost_center": self.cost_center}
        condition = {f"{field}_id": [value.pk] for field, value in objects.items() if value is not None}
        if self.amount is not None:
            condition["amount"] = sorted({self.amount, -self.amount})
        return condition

    def meets(self, row: VoucherRow) -> bool:
        """Whether *row* is one that is looked for."""
        return (
            (self.account is None or row.account_id == self.account.pk)
            and (self.project is None or row.project_id == self.project.pk)
            and (self.cost_center is None or row.cost_center_id == self.cost_center.pk)
            and (self.amount is None or abs(to_ore(row.amount)) == abs(self.amount))
        )

    @property
    def days(self) -> tuple[date, date]:
        """The first and last day, inside of the year."""
        return max(self.start or self.year.start, self.year.start), min(
            self.end or self.year.end, self.year.end
        )


@dataclass(frozen=True)
class Entry:
    """A voucher of a list: all of its rows, those that were looked for, and what took it back, if anything did."""

    voucher: Voucher
    rows: Sequence[VoucherRow]
    found: Sequence[VoucherRow]
    corrected_by: Voucher | None

    @property
    def turnover(self) -> int:
        """The sum of its debits, in öre."""
        return sum(max(to_ore(row.amount), 0) for row in self.rows)


@dataclass(frozen=True)
class JournalPage:
    """A page of a list of vouchers, in the order of their registration."""

    selection: Selection
    entries: Sequence[Entry]
    has_before: bool
    has_after: bool

    @property
    def begin(self) -> int | None:
        """The place of the first voucher in the chain: the page before ends there."""
        return self.entries[0].voucher.sequence if self.entries else None

    @property
    def end(self) -> int | None:
        """The place of the last voucher in the chain: the page after begins there."""
        return self.entries[-1].voucher.sequence if self.entries else None


def journal_page(selection: Selection, after: int | None = None, before: int | None = None) -> JournalPage:
    """The vouchers of *selection*: the first page, the one *after* a place in the chain, or *before* it."""
    found, size = _found(selection), VOUCHERS_PER_PAGE
    if before is not None:
        vouchers = list(found.filter(sequence__lt=before).order_by("-sequence")[: size + 1])
        more, vouchers = len(vouchers) > size, vouchers[:size][::-1]
        return JournalPage(selection, _entries(selection, vouchers), more, bool(vouchers))
    vouchers = list(found.filter(sequence__gt=after or 0).order_by("sequence")[: size + 1])
    more, vouchers = len(vouchers) > size, vouchers[:size]
    return JournalPage(selection, _entries(selection, vouchers), after is not None and after > 0, more)


def entries(selection: Selection) -> Iterator[Entry]:
    """Every voucher of *selection*, in the order of registration; memory is constant in their number."""
    found, last = _found(selection), 0
    while vouchers := list(found.filter(sequence__gt=last).order_by("sequence")[:VOUCHERS_PER_CHUNK]):
        yield from _entries(selection, vouchers)
        last = vouchers[-1].sequence or 0


def _found(selection: Selection) -> QuerySet[Voucher]:
    """The posted vouchers of *selection*, found by the condition that leaves the fewest."""
    year, (start, end) = selection.year, selection.days
    vouchers = Voucher.objects.filter(fiscal_year=year, sequence__gte=1).select_related(
        "series", "corrects__series"
    )
    if (start, end) != (year.start, year.end):
        # The part of the chain that the days span is found in the index alone.
        span = Voucher.objects.filter(fiscal_year=year, date__gte=start, date__lte=end).aggregate(
            first=Min("sequence"), last=Max("sequence")
        )
        if span["first"] is None:
            return Voucher.objects.none()
        vouchers = vouchers.filter(
            sequence__gte=span["first"], sequence__lte=span["last"], date__gte=start, date__lte=end
        )
    if selection.text:
        vouchers = vouchers.filter(_words(year, selection.text))
    few = _few(selection)
    if few is not None:
        vouchers = vouchers.filter(pk__in=few)
    elif selection.of_rows:
        # As expressions, so that the rows of each voucher are looked at, and not all those of a column's index.
        rows = VoucherRow.objects.filter(voucher=OuterRef("pk")).alias(
            **{f"the_{column}": Coalesce(Cast(column, BigIntegerField()), 0) for column in selection.of_rows}
        )
        met = {f"the_{column}__in": values for column, values in selection.of_rows.items()}
        vouchers = vouchers.filter(Exists(rows.filter(**met)))
    return vouchers.filter(series=selection.series) if selection.series else vouchers


def _few(selection: Selection) -> set[int] | None:
    """The keys of the vouchers that meet the rows' condition or the series, where these are few."""
    start, end = selection.days
    narrowest: set[int] | None = None
    if selection.of_rows:
        met: dict[str, Any] = {f"{column}__in": values for column, values in selection.of_rows.items()}
        if selection.amount is not None:
            met["amount__in"] = [from_ore(selection.amount), from_ore(-selection.amount)]
        rows = VoucherRow.objects.filter(**met, date__gte=start, date__lte=end)
        found = list(rows.order_by().values_list("voucher_id", flat=True)[: FEW + 1])
        narrowest = set(found) if len(found) <= FEW else None
    if selection.series:
        numbered = Voucher.objects.filter(series=selection.series, number__gte=1)
        found = list(numbered.order_by().values_list("pk", flat=True)[: FEW + 1])
        if len(found) <= FEW:
            narrowest = set(found) if narrowest is None else narrowest & set(found)
    return narrowest


def _words(year: FiscalYear, text: str) -> Q:
    """The condition of the vouchers in which *text* stands, or whose number it is."""
    text = text.strip()
    reference = _REFERENCE.fullmatch(text)
    code, number = reference.groups() if reference else ("", "")
    if code and (series := year.series.filter(code__iexact=code).first()):
        return Q(series=series, number=int(number))
    # SQLite's LIKE knows upper and lower case of ASCII alone.
    written = {text} if text.isascii() else {text, text.lower(), text.upper(), text.capitalize()}
    condition = Q()
    for words in written:
        condition |= Q(text__icontains=words) | Q(counterparty__icontains=words)
    return condition | Q(number=int(number)) if number and not code else condition


def _entries(selection: Selection, vouchers: Sequence[Voucher]) -> tuple[Entry, ...]:
    """*vouchers* with their rows and corrections, in two queries."""
    keys = [voucher.pk for voucher in vouchers]
    rows: dict[int, list[VoucherRow]] = {}
    for row in (
        VoucherRow.objects.filter(voucher__in=keys)
        .select_related("account", "project", "cost_center")
        .order_by("voucher_id", "line")
    ):
        rows.setdefault(row.voucher_id, []).append(row)
    reversals = {
        reversal.corrects_id: reversal
        for reversal in Voucher.objects.posted()
        .filter(corrects__in=keys, correction=Correction.REVERSAL)
        .select_related("series")
        .order_by()
    }
    made = []
    for voucher in vouchers:
        voucher.fiscal_year = selection.year
        of_voucher = rows.get(voucher.pk, [])
        found = [row for row in of_voucher if selection.meets(row)]
        made.append(Entry(voucher, of_voucher, found, reversals.get(voucher.pk)))
    return tuple(made)


# Gaps in the dates --------------------------------------------------------------------------------


@dataclass(frozen=True)
class DateGap:
    """Days, from first to last, on which no posted voucher is dated."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


def days_with_vouchers(year: FiscalYear) -> list[date]:
    """The days of *year* on which posted vouchers are dated: one step in the index for each of them."""
    following = (
        "SELECT MIN(date) FROM finance_voucher"
        " WHERE fiscal_year_id = %s AND sequence IS NOT NULL AND date > {after}"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE days(day) AS ("
            " SELECT MIN(date) FROM finance_voucher WHERE fiscal_year_id = %s AND sequence IS NOT NULL"
            f" UNION ALL SELECT ({following.format(after='days.day')}) FROM days WHERE days.day IS NOT NULL"
            f") SELECT {as_date('day')} FROM days WHERE day IS NOT NULL",
            [year.pk, year.pk],
        )
        return [date.fromisoformat(day) for (day,) in cursor.fetchall()]


def date_gaps(year: FiscalYear, least: int = LEAST_GAP_DAYS, today: date | None = None) -> list[DateGap]:
    """The spans of at least *least* days of *year* on which no posted voucher is dated, up to *today*.

    None in a year without vouchers: then there is nothing between which a gap could be.
    """
    days = days_with_vouchers(year)
    if not days:
        return []
    one = timedelta(days=1)
    last = min(year.end, max(today or timezone.localdate(), days[-1]))
    edges = [year.start - one, *days, last + one]
    gaps = [DateGap(earlier + one, later - one) for earlier, later in pairwise(edges)]
    return [gap for gap in gaps if gap.days >= least]
