"""Two readings of the same books, and the vouchers that make the difference.

A reading is the books as of a day (by the date of the event), as they were known on a day (by the time
of posting). A voucher that is in one of them and not in the other is what changed between them.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from finance.models import FiscalYear, Voucher, VoucherRow
from finance.models.accounts import RESULT_KINDS, YEAR_RESULT_PREFIX
from finance.money import to_ore
from finance.statements import LIQUID_PREFIX
from finance.sums import moment_after
from finance.tables import Column, Kind, Table

PER_PAGE = 200
CHUNK = 500


@dataclass(frozen=True)
class Moment:
    """How the books are read: up to the day ``end``, as ``known`` on a day; now, where it is None."""

    end: date
    known: date | None = None

    @property
    def holds(self) -> Q:
        """The condition on vouchers that are in the reading."""
        condition = Q(posted_at__isnull=False, date__lte=self.end)
        return condition if self.known is None else condition & Q(posted_at__lt=moment_after(self.known))

    def has(self, voucher: Voucher) -> bool:
        """Whether the reading has the posted *voucher*, as ``holds`` says."""
        assert voucher.posted_at is not None
        return voucher.date <= self.end and (
            self.known is None or voucher.posted_at < moment_after(self.known)
        )


@dataclass(frozen=True)
class Change:
    """A voucher that came or went between two readings, and what that did; öre, a loss negative.

    ``sign`` is +1 where only the later reading has it, −1 where only the earlier one has.
    """

    voucher: Voucher
    sign: int
    result: int
    cash: int


@dataclass(frozen=True)
class ChangesPage:
    """A page of what changed, in the order of posting; ``end`` is where the page after begins."""

    changes: Sequence[Change]
    count: int
    end: int | None


def changed(year: FiscalYear, first: Moment, second: Moment) -> QuerySet[Voucher]:
    """The vouchers of *year* that are in one of the readings only, in the order of posting."""
    return (
        Voucher.objects.filter(_between(year, first, second), date__range=(year.start, year.end))
        .filter((first.holds & ~second.holds) | (second.holds & ~first.holds))
        .select_related("series")
        .order_by("sequence")
    )


def _between(year: FiscalYear, first: Moment, second: Moment) -> Q:
    """What has to hold of a voucher of *year* that is in one reading only, as an index can find it.

    It was posted between the days on which they are known, or happened between those up to which they
    go. The year is told by its days where it can be: a voucher is always dated inside of its own, and
    told by its key, databases would rather read all of it than look at the time of posting.
    """
    condition = Q(pk__in=())
    if first.known != second.known:
        days = sorted(moment.known for moment in (first, second) if moment.known is not None)
        posted = Q(posted_at__gte=moment_after(days[0]))
        condition |= posted & Q(posted_at__lt=moment_after(days[1])) if len(days) == 2 else posted
    if first.end != second.end:
        earlier, later = sorted((first.end, second.end))
        condition |= Q(fiscal_year=year, date__gt=earlier, date__lte=later)
    return condition


def changes_page(year: FiscalYear, first: Moment, second: Moment, after: int = 0) -> ChangesPage:
    """What changed, from the place in the chain *after* which the page begins. Four queries."""
    vouchers = changed(year, first, second)
    found = list(vouchers.filter(sequence__gt=after)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    return ChangesPage(
        tuple(_changes(shown, second)),
        vouchers.count(),
        shown[-1].sequence if len(found) > PER_PAGE else None,
    )


def posted_after(year: FiscalYear, sequence: int, most: int) -> ChangesPage:
    """What was posted in *year* after place *sequence* of its chain, the first *most* of it. Three queries.

    ``end`` is where the rest begins; None where there is none.
    """
    vouchers = year.vouchers.filter(sequence__gt=sequence).select_related("series").order_by("sequence")
    shown, count = list(vouchers[:most]), vouchers.count()
    return ChangesPage(
        tuple(_changes(shown, Moment(year.end))), count, shown[-1].sequence if count > most else None
    )


def _changes(vouchers: Sequence[Voucher], second: Moment) -> Iterator[Change]:
    effects: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = VoucherRow.objects.filter(voucher__in=vouchers).values_list(
        "voucher", "account__kind", "account__number", "amount"
    )
    for key, kind, number, amount in rows:
        if kind in RESULT_KINDS and not number.startswith(YEAR_RESULT_PREFIX):
            effects[key][0] -= to_ore(amount)
        if number.startswith(LIQUID_PREFIX):
            effects[key][1] += to_ore(amount)
    for voucher in vouchers:
        sign = 1 if second.has(voucher) else -1
        result, cash = effects[voucher.pk]
        yield Change(voucher, sign, sign * result, sign * cash)


def changes_table(year: FiscalYear, first: Moment, second: Moment) -> Table:
    """All that changed, as a table of any length; memory is constant."""
    columns = [
        Column("change", _("Came or went")),
        Column("voucher", _("Voucher"), width=12),
        Column("date", _("Date"), Kind.DATE),
        Column("posted_at", _("Posted"), Kind.MOMENT),
        Column("text", _("Text"), width=40),
        Column("result", _("Result"), Kind.AMOUNT),
        Column("cash", _("Cash and bank"), Kind.AMOUNT),
    ]

    def rows() -> Iterator[tuple[object, ...]]:
        vouchers = iter(changed(year, first, second).iterator(chunk_size=CHUNK))
        while chunk := list(islice(vouchers, CHUNK)):
            for change in _changes(chunk, second):
                voucher = change.voucher
                yield (
                    _("came") if change.sign > 0 else _("went"),
                    str(voucher),
                    voucher.date,
                    voucher.posted_at,
                    voucher.text,
                    change.result,
                    change.cash,
                )

    return Table(_("What changed"), columns, rows())
