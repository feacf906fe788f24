"""What a figure of the books is made of: its accounts, and the vouchers that contribute most.

A ``Selection`` says which accounts a figure sums, and with which sign. From there every figure leads
down to single vouchers: of the year or one month, of all its accounts, one group or one account.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from operator import or_

from django.db.models import Q, Sum
from django.db.models.functions import Abs

from finance.analysis import YearInMonths
from finance.groups import Group, group_of
from finance.models import Account, FiscalYear, PeriodTotal, Voucher, VoucherRow
from finance.models.accounts import RESULT_KINDS, Kind
from finance.money import ore_of
from finance.statements import LIQUID_PREFIX

LARGEST = 10
"""So many vouchers are shown."""

ALL_LOOKED_AT = 5_000
"""Up to so many rows, all are sorted."""

ROWS_LOOKED_AT = 2_000
"""Of more, at most about so many are, whatever the size of the ledger: those of the months and accounts
that contribute most. To choose them takes a time of its own, in which all of a few thousand are read."""


@dataclass(frozen=True)
class Selection:
    """The accounts that a figure sums. ``sign`` is +1 where a debit increases the figure, else −1."""

    kinds: tuple[Kind, ...]
    sign: int
    with_opening: bool = False
    prefix: str = ""

    def holds(self, account: Account) -> bool:
        """Whether *account* is one of them."""
        return (
            account.kind in self.kinds
            and account.number.startswith(self.prefix)
            and (self.with_opening or not account.is_year_result)
        )


SELECTIONS: dict[str, Selection] = {
    "income": Selection((Kind.INCOME,), -1),
    "costs": Selection((Kind.COST,), 1),
    "financial": Selection((Kind.FINANCIAL,), -1),
    "result": Selection(RESULT_KINDS, -1),
    "equity": Selection((Kind.EQUITY, *RESULT_KINDS), -1, with_opening=True),
    "assets": Selection((Kind.ASSET,), 1, with_opening=True),
    "liabilities": Selection((Kind.LIABILITY,), -1, with_opening=True),
    "liquidity": Selection((Kind.ASSET,), 1, with_opening=True, prefix=LIQUID_PREFIX),
}


@dataclass(frozen=True)
class AccountContribution:
    """An account in a figure, in öre and the figure's sign; None where there is nothing to compare with.

    ``sign`` is that of the selection.
    """

    account: Account
    sign: int
    opening: int
    change: int
    budget: int | None
    previous: int | None

    @property
    def amount(self) -> int:
        """What the account contributes."""
        return self.opening + self.change

    @property
    def better(self) -> int | None:
        """How much it helps the result compared with the budget: a lower cost is better."""
        return None if self.budget is None else (self.budget - self.amount) * self.sign

    @property
    def against_previous(self) -> int | None:
        """What it contributes to the difference from the year before."""
        return None if self.previous is None else self.amount - self.previous


@dataclass(frozen=True)
class VoucherContribution:
    """A voucher in a figure: the sum of its rows on the figure's accounts, in the figure's sign."""

    voucher: Voucher
    amount: int


@dataclass(frozen=True)
class LargestVouchers:
    """The vouchers that contribute most, largest first.

    ``is_complete`` tells that all rows were looked at; else only those of the accounts and months that
    contribute most.
    """

    vouchers: tuple[VoucherContribution, ...]
    is_complete: bool


Chooses = Callable[[Account], bool]


def in_group(group: Group) -> Chooses:
    """Chooses the accounts of *group*."""
    return lambda account: account.kind in RESULT_KINDS and group_of(account) == group


def account_contributions(
    months: YearInMonths,
    previous: YearInMonths | None,
    selection: Selection,
    month: date | None = None,
    only: Chooses | None = None,
) -> tuple[AccountContribution, ...]:
    """The accounts of *selection*, those that contribute most first; no query.

    *month* takes that month alone: its changes, its budget, the same month of the year before.
    """

    def chosen(of: YearInMonths) -> dict[int, Account]:
        return {
            pk: account
            for pk, account in of.accounts.items()
            if selection.holds(account) and (only is None or only(account))
        }

    accounts = {**(chosen(previous) if previous else {}), **chosen(months)}
    has_budget = months.has_budget and not selection.with_opening and (month is None or months.is_divided)
    before = _same_month(months, previous, month) if previous and month else None
    compares = previous is not None and bool(previous.changes) and (month is None or before is not None)
    found = []
    for pk, account in accounts.items():
        opening = months.opening.get(pk, 0) if selection.with_opening and month is None else 0
        previous_amount = _sum(previous.changes, pk, before) if previous and compares else 0
        if previous and compares and selection.with_opening and month is None:
            previous_amount += previous.opening.get(pk, 0)
        contribution = AccountContribution(
            account=account,
            sign=selection.sign,
            opening=opening * selection.sign,
            change=_sum(months.changes, pk, month) * selection.sign,
            budget=_sum(months.budgeted, pk, month) * selection.sign if has_budget else None,
            previous=previous_amount * selection.sign if compares else None,
        )
        if contribution.amount or contribution.budget or contribution.previous:
            found.append(contribution)
    return tuple(sorted(found, key=lambda one: (-abs(one.amount), one.account.number)))


def _sum(amounts: object, pk: int, month: date | None) -> int:
    return sum(
        amount
        for (account, when), amount in amounts.items()  # type: ignore[attr-defined]
        if account == pk and (month is None or when == month)
    )


def _same_month(months: YearInMonths, previous: YearInMonths, month: date) -> date | None:
    """The month of the year before that stands at the place of *month*; None where it was shorter."""
    place = months.year.months.index(month)
    before = previous.year.months
    return before[place] if place < len(before) else None


def largest_vouchers(
    year: FiscalYear, accounts: Sequence[Account], sign: int, month: date | None = None
) -> LargestVouchers:
    """The vouchers of *year*, or of a *month* of it, that moved *accounts* most. Four queries.

    The time is bounded for a ledger of any size: see ``ALL_LOOKED_AT`` and ``ROWS_LOOKED_AT``.
    """
    totals = PeriodTotal.objects.filter(fiscal_year=year, account__in=accounts)
    if month is not None:
        totals = totals.filter(month=month)
    cells = sorted(
        (
            (abs(amount), count, account, when)
            for account, when, amount, count in totals.values_list("account", "month")
            .annotate(sum=Sum(ore_of("amount")), count=Sum("rows"))
            .order_by()
        ),
        key=lambda cell: (-cell[0], cell[2], cell[3]),
    )
    if not cells:
        return LargestVouchers((), is_complete=True)
    is_complete = sum(count for _size, count, *_cell in cells) <= ALL_LOOKED_AT or len(cells) == 1
    # The days tell the year, and drafts are few: so no row's voucher has to be looked at.
    drafts = list(year.vouchers.drafts().order_by().values_list("pk", flat=True))
    rows = VoucherRow.objects.exclude(voucher__in=drafts)
    if is_complete:
        first, last = (year.start, year.end) if month is None else (month, _last_day(month))
        rows = rows.filter(account__in=accounts, date__gte=first, date__lte=last)
    else:
        rows = rows.filter(
            reduce(
                or_,
                (
                    Q(account__in=of_month, date__gte=when, date__lte=_last_day(when))
                    for when, of_month in _chosen(cells).items()
                ),
            )
        )
    sums = dict(
        rows.values_list("voucher")
        .annotate(ore=Sum(ore_of("amount")))
        .order_by(Abs("ore").desc(), "voucher")[:LARGEST]
    )
    vouchers = Voucher.objects.select_related("series").in_bulk(list(sums))
    return LargestVouchers(
        tuple(VoucherContribution(vouchers[pk], ore * sign) for pk, ore in sums.items() if ore), is_complete
    )


def _chosen(cells: Iterable[tuple[int, int, int, date]]) -> dict[date, list[int]]:
    """Of *cells*, largest first, those whose rows are looked at: the keys of the accounts by month."""
    chosen: dict[date, list[int]] = defaultdict(list)
    looked_at = 0
    for _size, count, account, when in cells:
        if not chosen or looked_at + count <= ROWS_LOOKED_AT:
            chosen[when].append(account)
            looked_at += count
    return chosen


def _last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)
