"""The general ledger (huvudbok): rows by account, in the order of their dates, with the balance after each.

An account may have any number of rows, so they are read a page at a time, by place and not by count:
what stands before a page comes from the totals that the database keeps, and from the rows of one month.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Self

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from finance.models import (
    Account,
    CostCenter,
    FiscalYear,
    OpeningBalance,
    PeriodTotal,
    Project,
    VoucherRow,
)
from finance.money import to_ore
from finance.statements import changes

ROWS_PER_PAGE = 100
ROWS_PER_CHUNK = 2_000
"""How many rows are read at a time where all of them are wanted."""


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
class Scope:
    """Which rows are read: those of a fiscal year's days from ``start`` to ``end``.

    Where a project or a cost centre is given, its rows alone; the balance before them is then what it
    changed the account by earlier in the year, since opening balances belong to no project.
    """

    year: FiscalYear
    start: date
    end: date
    project: Project | None = None
    cost_center: CostCenter | None = None

    @classmethod
    def of(
        cls,
        year: FiscalYear,
        start: date | None = None,
        end: date | None = None,
        project: Project | None = None,
        cost_center: CostCenter | None = None,
    ) -> Self:
        """The scope in *year* of what is given; days outside of the year are those at its ends."""
        first = max(start or year.start, year.start)
        last = min(end or year.end, year.end)
        return cls(year, min(first, year.end), max(last, year.start), project, cost_center)

    @property
    def dimensions(self) -> dict[str, Any]:
        """The condition on project and cost centre of rows and totals."""
        given = {"project": self.project, "cost_center": self.cost_center}
        return {field: value for field, value in given.items() if value is not None}

    @property
    def is_whole_year(self) -> bool:
        """Whether all days of the year are read."""
        return (self.start, self.end) == (self.year.start, self.year.end)

    def rows(
        self, *accounts: Account, after: Place | None = None, before: Place | None = None
    ) -> QuerySet[VoucherRow]:
        """The posted rows of *accounts*, in no order; where a place is given, those *after* or *before* it.

        The days are asked for from that place on, so that no database reads the rows on its other side.
        """
        return VoucherRow.objects.filter(
            after.rows_after if after else Q(),
            before.rows_before if before else Q(),
            account__in=accounts,
            date__gte=max(self.start, after.day) if after else self.start,
            date__lte=min(self.end, before.day) if before else self.end,
            voucher__posted_at__isnull=False,
            **self.dimensions,
        )


class Balances:
    """What accounts held before the rows of a scope, and what each month of it changed them by."""

    def __init__(self, scope: Scope, account: Account | None = None) -> None:
        """Of every account, or of *account* alone. Each is read once, when it is asked for."""
        self.scope = scope
        self._of = {} if account is None else {"account": account}

    @cached_property
    def opening(self) -> dict[int, int]:
        """The balance before the first day, in öre, debit positive, by the account's key."""
        scope, found = self.scope, defaultdict[int, int](int)
        if not scope.dimensions:
            balances = OpeningBalance.objects.filter(fiscal_year=scope.year, **self._of)
            found.update({key: to_ore(amount) for key, amount in balances.values_list("account", "amount")})
        if scope.start > scope.year.start:
            until = scope.start - timedelta(days=1)
            for key, ore in changes(scope.year, until, **scope.dimensions).items():
                found[key] += ore
        return found

    @cached_property
    def months(self) -> dict[int, list[MonthOfAccount]]:
        """The months of the scope in which an account has rows, by the account's key."""
        scope = self.scope
        whole, parts = _whole_months(scope)
        found: defaultdict[int, list[MonthOfAccount]] = defaultdict(list)
        totals = PeriodTotal.objects.filter(
            fiscal_year=scope.year, month__in=whole, **scope.dimensions, **self._of
        )
        for key, month, change, rows in (
            totals.values_list("account", "month").annotate(Sum("amount"), Sum("rows")).order_by("month")
        ):
            found[key].append(MonthOfAccount(month, to_ore(change), rows))
        for start, end in parts:
            rows_of_part = VoucherRow.objects.filter(
                voucher__fiscal_year=scope.year,
                voucher__date__gte=start,
                voucher__date__lte=end,
                voucher__posted_at__isnull=False,
                **scope.dimensions,
                **self._of,
            )
            for key, month, change, rows in (
                rows_of_part.values_list("account")
                .annotate(month=TruncMonth("voucher__date"), change=Sum("amount"), rows=Count("id"))
                .order_by()
            ):
                found[key].append(MonthOfAccount(month, to_ore(change), rows))
        return {key: sorted(months, key=lambda each: each.month) for key, months in found.items()}

    @cached_property
    def _drafts(self) -> list[int]:
        return list(self.scope.year.vouchers.drafts().order_by().values_list("pk", flat=True))

    def between(self, account: Account, first: date, place: Place) -> tuple[int, int]:
        """What *account* changed by from the day *first* up to *place*, in öre, and by how many rows.

        All rows less those of drafts, which are few: so the posted ones are summed in the index alone.
        """
        scope = self.scope
        rows = VoucherRow.objects.filter(
            place.rows_before, account=account, date__gte=max(first, scope.start), **scope.dimensions
        )
        summed = rows.aggregate(change=Sum("amount"), rows=Count("id"))
        change, number = to_ore(summed["change"] or 0), summed["rows"]
        if self._drafts:
            drafted = rows.filter(voucher__in=self._drafts).aggregate(change=Sum("amount"), rows=Count("id"))
            change, number = change - to_ore(drafted["change"] or 0), number - drafted["rows"]
        return change, number


def _whole_months(scope: Scope) -> tuple[list[date], list[tuple[date, date]]]:
    """The months that *scope* holds whole, and the days that it holds of others."""
    whole, parts = [], []
    for month in scope.year.months:
        first = max(month, scope.year.start)
        last = min((month + timedelta(days=31)).replace(day=1) - timedelta(days=1), scope.year.end)
        start, end = max(first, scope.start), min(last, scope.end)
        if (start, end) == (first, last):
            whole.append(month)
        elif start <= end:
            parts.append((start, end))
    return whole, parts


@dataclass(frozen=True)
class LedgerRow:
    """A posted row and the balance after it, in öre, debit positive."""

    row: VoucherRow
    balance: int


@dataclass(frozen=True)
class AccountPage:
    """A page of an account's rows; amounts in öre, debit positive.

    ``opening`` is the balance before the first row of the scope, ``carried`` the one before the first
    row of the page, ``passed`` how many rows stand before it.
    """

    scope: Scope
    account: Account
    opening: int
    months: Sequence[MonthOfAccount]
    carried: int
    passed: int
    rows: Sequence[LedgerRow]

    @property
    def year(self) -> FiscalYear:
        """The fiscal year."""
        return self.scope.year

    @property
    def change(self) -> int:
        """What the account changed by."""
        return sum(month.change for month in self.months)

    @property
    def closing(self) -> int:
        """What the account holds at the end."""
        return self.opening + self.change

    @property
    def row_count(self) -> int:
        """How many rows the account has."""
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
    year: FiscalYear,
    account: Account,
    after: Place | None = None,
    before: Place | None = None,
    scope: Scope | None = None,
) -> AccountPage:
    """The rows of *account* in *year*: the first page, the one *after* a place, or the one *before* it.

    *scope* narrows them to some days, a project or a cost centre. Four queries in a whole year. The time
    does not grow with the rows, save for those of the month in which the page begins.
    """
    scope = scope or Scope.of(year)
    return _page(Balances(scope, account), account, after, before, ROWS_PER_PAGE)


def _page(
    balances: Balances, account: Account, after: Place | None, before: Place | None, size: int
) -> AccountPage:
    """At most *size* rows of *account*, with what stands before them."""
    scope = balances.scope
    if before is not None:
        found = scope.rows(account, before=before).order_by("-date", "-id")
    else:
        found = scope.rows(account, after=after).order_by("date", "id")
    page = list(found.select_related("voucher__series", "project", "cost_center")[:size])
    if before is not None:
        page.reverse()
    if before is None and after is None:
        return _with_balances(balances, account, page)
    # An empty page after a place stands behind everything there is.
    begin = Place(page[0].date, page[0].pk) if page else Place(scope.end + timedelta(days=1), 0)
    first_of_month = begin.day.replace(day=1)
    earlier = [month for month in balances.months.get(account.pk, []) if month.month < first_of_month]
    change, rows_in_month = balances.between(account, first_of_month, begin)
    return _with_balances(
        balances,
        account,
        page,
        change=sum(month.change for month in earlier) + change,
        passed=sum(month.rows for month in earlier) + rows_in_month,
    )


def _with_balances(
    balances: Balances, account: Account, page: Sequence[VoucherRow], change: int = 0, passed: int = 0
) -> AccountPage:
    """The rows of *page* with the balance after each; *change* and *passed* are of the rows before them."""
    opening = balances.opening.get(account.pk, 0)
    rows, balance = [], opening + change
    for row in page:
        balance += to_ore(row.amount)
        rows.append(LedgerRow(row, balance))
    months = tuple(balances.months.get(account.pk, []))
    return AccountPage(balances.scope, account, opening, months, opening + change, passed, tuple(rows))


# The whole general ledger --------------------------------------------------------------------------


@dataclass(frozen=True)
class Mark:
    """A place in the general ledger: an account by its number, and a place among its rows."""

    number: str
    place: Place

    @classmethod
    def parse(cls, text: str) -> Self:
        """The mark that *text* names, such as ``1930.2023-05-31.812``. Raises ValueError for anything else."""
        number, _dot, place = text.partition(".")
        if not (number.isascii() and number.isdigit()):
            raise ValueError(text)
        return cls(number, Place.parse(place))

    def __str__(self) -> str:
        return f"{self.number}.{self.place}"


@dataclass(frozen=True)
class GeneralLedgerPage:
    """A page of the general ledger: accounts one after the other, the first and last perhaps in part."""

    scope: Scope
    sections: Sequence[AccountPage]
    has_before: bool
    has_after: bool

    @property
    def begin(self) -> Mark | None:
        """Where the page begins: the page before ends there."""
        if not self.sections:
            return None
        first = self.sections[0]
        return Mark(first.account.number, first.begin or Place(self.scope.start, 0))

    @property
    def end(self) -> Mark | None:
        """Where the page ends: the page after begins there."""
        if not self.sections:
            return None
        last = self.sections[-1]
        return Mark(last.account.number, last.end or Place(self.scope.end + timedelta(days=1), 0))


def accounts_in(balances: Balances) -> list[Account]:
    """The accounts that have a balance or rows in the scope of *balances*, by number."""
    used = {key for key, ore in balances.opening.items() if ore} | {*balances.months}
    return list(Account.objects.filter(pk__in=used).order_by("number"))


def general_ledger_page(
    scope: Scope, after: Mark | None = None, before: Mark | None = None, account: Account | None = None
) -> GeneralLedgerPage:
    """The general ledger in *scope*: its first page, the one *after* a mark, or the one *before* it.

    Of every account, or of *account* alone. A dozen queries, however many accounts are on the page.
    """
    balances = Balances(scope, account)
    accounts = accounts_in(balances) if account is None else [account]
    if before is not None:
        sections = _sections_before(balances, accounts, before)
    else:
        sections = _sections_after(balances, accounts, after)
    first, last = (sections[0], sections[-1]) if sections else (None, None)
    return GeneralLedgerPage(
        scope,
        tuple(sections),
        has_before=first is not None and (not first.is_start or first.account != accounts[0]),
        has_after=last is not None and (not last.is_end or last.account != accounts[-1]),
    )


def _sections_after(balances: Balances, accounts: list[Account], after: Mark | None) -> list[AccountPage]:
    """A page of accounts: the rest of the one in which *after* stands, and those that follow it."""
    begun: list[AccountPage] = []
    for account in accounts:
        if after is not None and account.number == after.number:
            section = _page(balances, account, after.place, None, ROWS_PER_PAGE)
            begun = [section] if section.rows else []
    following = [each for each in accounts if after is None or each.number > after.number]
    whole, parted, left = _fitting(balances, following, ROWS_PER_PAGE - _length(begun))
    sections = [*begun, *_whole_accounts(balances, whole)]
    return [*sections, _page(balances, parted, None, None, left)] if parted else sections


def _sections_before(balances: Balances, accounts: list[Account], before: Mark) -> list[AccountPage]:
    """A page of accounts: the rows before *before* in its account, and the accounts that precede it."""
    ended: list[AccountPage] = []
    for account in accounts:
        if account.number == before.number:
            section = _page(balances, account, None, before.place, ROWS_PER_PAGE)
            ended = [section] if section.rows else []
    preceding = [each for each in accounts if each.number < before.number]
    whole, parted, left = _fitting(balances, preceding[::-1], ROWS_PER_PAGE - _length(ended))
    sections = [*_whole_accounts(balances, whole[::-1]), *ended]
    behind_all = Place(balances.scope.end + timedelta(days=1), 0)
    return [_page(balances, parted, None, behind_all, left), *sections] if parted else sections


def _fitting(
    balances: Balances, accounts: Sequence[Account], left: int
) -> tuple[list[Account], Account | None, int]:
    """Those of *accounts* that fit on a page with *left* lines, the next one in part, and the lines it gets."""
    whole: list[Account] = []
    for account in accounts:
        if left <= 0:
            return whole, None, 0
        lines = max(1, sum(month.rows for month in balances.months.get(account.pk, [])))
        if lines > left:
            return whole, account, left
        whole.append(account)
        left -= lines
    return whole, None, left


def _whole_accounts(balances: Balances, accounts: list[Account]) -> list[AccountPage]:
    """All rows of each of *accounts*, which are few, in one query."""
    scope, rows = balances.scope, defaultdict[int, list[VoucherRow]](list)
    if accounts:
        found = scope.rows(*accounts).select_related("voucher__series", "project", "cost_center")
        for row in found.order_by("date", "id"):
            rows[row.account_id].append(row)
    return [_with_balances(balances, account, rows[account.pk]) for account in accounts]


def _length(sections: Sequence[AccountPage]) -> int:
    """How much of a page *sections* fill: an account without rows takes the place of one."""
    return sum(max(1, len(section.rows)) for section in sections)


def whole_ledger(scope: Scope, account: Account | None = None) -> Iterator[AccountPage]:
    """Every row in *scope*, of all accounts or of *account*, as pages that follow one another.

    Memory is constant in the number of rows. The first page of an account has what it began with, and
    the last one knows that it is the end.
    """
    balances = Balances(scope, account)
    for each in accounts_in(balances) if account is None else [account]:
        page = _page(balances, each, None, None, ROWS_PER_CHUNK)
        yield page
        while not page.is_end and page.rows:
            page = _rows_after(page)
            yield page


def _rows_after(page: AccountPage) -> AccountPage:
    """The page after *page*, whose balance goes on from it."""
    end, balance, rows = page.end, page.rows[-1].balance, []
    assert end is not None
    found = page.scope.rows(page.account, after=end).order_by("date", "id")
    for row in found.select_related("voucher__series", "project", "cost_center")[:ROWS_PER_CHUNK]:
        balance += to_ore(row.amount)
        rows.append(LedgerRow(row, balance))
    return replace(page, carried=page.rows[-1].balance, passed=page.last, rows=tuple(rows))
