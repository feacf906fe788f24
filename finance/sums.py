"""What was posted, what a year began with and what was budgeted: the one place where statements and figures read them.

Whole months come from the totals that posting keeps; rows are read only for the days of a month that
is not asked for whole, and for what is to be left out because it was not known yet.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from finance.digest import instant
from finance.models import (
    Account,
    Budget,
    BudgetLine,
    FiscalYear,
    OpeningBalance,
    PeriodTotal,
    Trace,
    Voucher,
    VoucherRow,
)
from finance.money import ore_of
from finance.traces import subject

Keys = tuple[Any, ...]

ONE_DAY = timedelta(days=1)


def is_month_end(day: date) -> bool:
    """Whether *day* is the last of its month."""
    return (day + ONE_DAY).day == 1


def moment_after(day: date) -> datetime:
    """The first moment after *day*: what was posted before it was known on that day.

    No day follows the calendar's last, 9999-12-31, which is taken for the one before it.
    """
    return timezone.make_aware(datetime.combine(min(day, date.max - ONE_DAY) + ONE_DAY, time.min))


def posted_sums(
    year: FiscalYear,
    by: tuple[str, ...],
    start: date | None = None,
    end: date | None = None,
    known: date | None = None,
    where: Mapping[str, Any] | None = None,
) -> dict[Keys, int]:
    """What was posted in *year* from *start* to *end*, in öre, debit positive, by the fields *by*.

    *by* names ``account``, ``month``, ``project`` and ``cost_center`` as the totals do, *where* is a
    condition on the same fields. With *known*: as the books stood when that day ended, so without
    what was posted later, whatever its date. One query; for days of parts of months one more, and
    one for each part, two where the year has drafts; one more for *known*.
    """
    start, end = max(start or year.start, year.start), min(end or year.end, year.end)
    if start > end:
        return {}
    where = where or {}
    first = (
        start
        if start == year.start or start.day == 1
        else (start.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    )
    last = end if end == year.end or is_month_end(end) else end.replace(day=1) - ONE_DAY
    found: dict[Keys, int] = {}
    if first <= last:
        totals = PeriodTotal.objects.filter(
            fiscal_year=year, month__gte=first.replace(day=1), month__lte=last, **where
        )
        for *keys, amount in totals.values_list(*by).annotate(sum=Sum(ore_of("amount"))).order_by():
            found[tuple(keys)] = amount
        edges = [(start, first - ONE_DAY), (last + ONE_DAY, end)]
    else:
        edges = [(start, end)]
    rows = VoucherRow.objects.filter(**where)
    parts = [(begin, finish) for begin, finish in edges if begin <= finish]
    drafts = list(year.vouchers.drafts().order_by().values_list("pk", flat=True)) if parts else []
    for begin, finish in parts:
        # All rows less those of drafts, which are few. The days tell the year, and with every account
        # named, the rows by account are summed in the index alone.
        there = rows.filter(account__in=Account.objects.all(), date__gte=begin, date__lte=finish)
        _add(found, there, by, 1)
        if drafts:
            _add(found, there.filter(voucher__in=drafts), by, -1)
    if known is not None:
        # The year is told by its days: told by its key, databases would rather read all of it than look
        # at the time of posting.
        later = Voucher.objects.filter(posted_at__gte=moment_after(known), date__range=(start, end)).values(
            "pk"
        )
        _add(found, rows.filter(voucher__in=later), by, -1)
    return found


def opening_sums(year: FiscalYear, known: date | None = None) -> dict[int, int]:
    """What each account held as *year* began, in öre, debit positive; empty where nothing was entered.

    With *known*: as it was entered when that day ended, as the database's own traces tell.
    """
    if known is None:
        balances = OpeningBalance.objects.filter(fiscal_year=year).values_list("account", ore_of("amount"))
        return dict(balances)
    traces = Trace.objects.filter(
        subject__startswith=subject(OpeningBalance, 0)[:-1], at__lt=instant(moment_after(known))
    )
    said = dict(traces.order_by("pk").values_list("subject", "content"))
    facts = [content.split("\t") for content in said.values() if content]
    return {int(account): int(ore) for of_year, account, ore in facts if int(of_year) == year.pk}


def budgeted_sums(budget: Budget, **where: Any) -> dict[tuple[int, date | None], int]:
    """What the lines of *budget* that meet *where* say, in öre, debit positive, by account and month.

    The month of a line for the whole year is None.
    """
    lines = BudgetLine.objects.filter(budget=budget, **where).values_list("account", "month")
    return {
        (account, month): ore for account, month, ore in lines.annotate(sum=Sum(ore_of("amount"))).order_by()
    }


def _add(found: dict[Keys, int], rows: Any, by: tuple[str, ...], sign: int) -> None:
    fields = ["of_month" if name == "month" else name for name in by]
    if "month" in by:
        rows = rows.annotate(of_month=TruncMonth("date"))
    for *keys, amount in rows.values_list(*fields).annotate(sum=Sum(ore_of("amount"))).order_by():
        found[tuple(keys)] = found.get(tuple(keys), 0) + sign * amount
