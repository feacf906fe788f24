"""The rows of an account, in the order of their dates, with the balance after each (huvudbok).

An account may have any number of rows, so they are read a page at a time, by place and not by count:
what stands before a page comes from the totals that the database keeps, and from the rows of one month.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.db.models import Count, Q, Sum

from finance.models import Account, FiscalYear, OpeningBalance, PeriodTotal, VoucherRow
from finance.money import to_ore

ROWS_PER_PAGE = 100


@dataclass(frozen=True)
class Place:
    """A place among the rows of an account: that of the row ``row`` on ``day``; row 0 is before the day's rows."""

    day: date
    row: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """The place that *text* names, such as ``2023-05-31.812``. Raises ValueError for anything else."""
        day, dot, row = text.partition(".")
        if not (dot and row.isascii() and row.isdigit() and len(row) < 19):
            raise ValueError(text)
        return cls(date.fromisoformat(day), int(row))

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.row}"

    @property
    def rows_before(self) -> Q:
        """The condition of the rows before this place."""
        return Q(date__lte=self.day) & (Q(date__lt=self.day) | Q(id__lt=self.row))

    @property
    def rows_after(self) -> Q:
        """The condition of the rows after this place."""
        return Q(date__gte=self.day) & (Q(date__gt=self.day) | Q(id__gt=self.row))


@dataclass(frozen=True)
class MonthOfAccount:
    """What an account changed by in a month, in öre, and by how many rows."""

    month: date
    change: int
    rows: int

    @property
    def begin(self) -> Place:
        """The place before the month's first row."""
        return Place(self.month, 0)


@dataclass(frozen=True)
class LedgerRow:
    """A posted row and the balance after it, in öre, debit positive."""

    row: VoucherRow
    balance: int


@dataclass(frozen=True)
class AccountPage:
    """A page of an account's rows in a fiscal year; amounts in öre, debit positive.

    ``carried`` is the balance before the first row of the page, ``passed`` how many rows stand before it.
    """

    year: FiscalYear
    account: Account
    opening: int
    months: Sequence[MonthOfAccount]
    carried: int
    passed: int
    rows: Sequence[LedgerRow]

    @property
    def change(self) -> int:
        """What the account changed by in the year."""
        return sum(month.change for month in self.months)

    @property
    def closing(self) -> int:
        """What the account holds at the end of the year."""
        return self.opening + self.change

    @property
    def row_count(self) -> int:
        """How many rows the account has in the year."""
        return sum(month.rows for month in self.months)

    @property
    def first(self) -> int:
        """The ordinal of the page's first row."""
        return self.passed + 1

    @property
    def last(self) -> int:
        """The ordinal of the page's last row."""
        return self.passed + len(self.rows)

    @property
    def is_start(self) -> bool:
        """Whether nothing stands before the page."""
        return self.passed == 0

    @property
    def is_end(self) -> bool:
        """Whether nothing stands after the page."""
        return self.last >= self.row_count

    @property
    def begin(self) -> Place | None:
        """The place of the page's first row: the page before ends there."""
        return self._place(0)

    @property
    def end(self) -> Place | None:
        """The place of the page's last row: the page after begins there."""
        return self._place(-1)

    def _place(self, index: int) -> Place | None:
        if not self.rows:
            return None
        row = self.rows[index].row
        return Place(row.date, row.pk)


def account_page(
    year: FiscalYear, account: Account, after: Place | None = None, before: Place | None = None
) -> AccountPage:
    """The rows of *account* in *year*: the first page, the one *after* a place, or the one *before* it.

    Four queries. The time does not grow with the rows, save for those of the month in which the page begins.
    """
    posted = VoucherRow.objects.filter(
        account=account, date__gte=year.start, date__lte=year.end, voucher__posted_at__isnull=False
    )
    opening = OpeningBalance.objects.filter(fiscal_year=year, account=account).first()
    opening_ore = to_ore(opening.amount) if opening else 0
    months = [
        MonthOfAccount(month, to_ore(change), rows)
        for month, change, rows in PeriodTotal.objects.filter(fiscal_year=year, account=account)
        .values_list("month")
        .annotate(Sum("amount"), Sum("rows"))
        .order_by("month")
    ]
    with_vouchers = posted.select_related("voucher__series")
    if before is not None:
        page = list(with_vouchers.filter(before.rows_before).order_by("-date", "-id")[:ROWS_PER_PAGE])[::-1]
    else:
        page = list(
            with_vouchers.filter(after.rows_after if after else Q()).order_by("date", "id")[:ROWS_PER_PAGE]
        )
    # An empty page after a place stands behind everything there is.
    begin = Place(page[0].date, page[0].pk) if page else Place(year.end + timedelta(days=1), 0)
    first_of_month = begin.day.replace(day=1)
    earlier = [month for month in months if month.month < first_of_month]
    in_month = posted.filter(begin.rows_before, date__gte=first_of_month).aggregate(
        change=Sum("amount"), rows=Count("id")
    )
    carried = opening_ore + sum(month.change for month in earlier) + to_ore(in_month["change"] or 0)
    rows, balance = [], carried
    for row in page:
        balance += to_ore(row.amount)
        rows.append(LedgerRow(row, balance))
    return AccountPage(
        year=year,
        account=account,
        opening=opening_ore,
        months=tuple(months),
        carried=carried,
        passed=sum(month.rows for month in earlier) + in_month["rows"],
        rows=tuple(rows),
    )
