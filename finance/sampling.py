"""Which vouchers of a fiscal year an auditor looks at: six ways to draw them, each of which can be repeated.

Only what is posted is drawn, in the order of the chain. The same books, method, parameter and seed give
the same sample, whoever draws it and whenever. Where chance rules, it comes from Python's
``random.Random(seed)``, whose ``random()`` gives the same numbers for the same seed in every version of
Python, as its documentation promises; nothing else of that module is used. So a third party repeats a
draw from the journal alone:

* *At random*: give each voucher, from the first place of the chain to the last, the next ``random()``.
  The *n* vouchers with the lowest numbers are the sample. ::

      chance = random.Random(seed)
      numbers = {place: chance.random() for place in range(1, last + 1)}
      sample = sorted(sorted(numbers, key=numbers.get)[:n])

* *Monetary units*: lay the debit turnover of the vouchers end to end, in öre, in the order of the chain.
  The first unit that is hit is ``int(random.Random(seed).random() * interval)``, counted from zero, and
  then every *interval* further on. A voucher is drawn when one of its units is hit, so what is at least
  as large as the interval is always drawn (ISA 530, appendix 1).

The other four leave nothing to chance: they draw whatever meets them.

``Pick.hit`` says why a voucher was drawn, as data; ``reason`` says it in words.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance.models import Account, FiscalYear
from finance.models.audits import Method
from finance.money import from_ore
from finance.posting import Head, chain_head
from finance.presentation import format_amount, format_count
from finance.streams import as_date, snapshot, stream

MOST = 2_000
"""A sample of more vouchers than that is no sample; whoever wants it takes the list of vouchers."""

EARLIER_YEARS = 4
"""So many fiscal years before the one that is sampled say which account pairs are usual."""

SATURDAY = 6
"""The sixth day of a week that begins on Monday, as ISO 8601 counts."""

BY_CHANCE = (Method.RANDOM, Method.MONETARY)
"""The methods that need a seed."""

ROUND_UNITS = (10_000_00, 1_000_00, 100_00)
"""What the form offers a round sum to be a whole number of, in öre."""

_TURNOVERS = """
SELECT v.id, v.sequence, {date}, COALESCE(SUM(CASE WHEN r.amount > 0 THEN r.amount ELSE 0 END), 0)
FROM finance_voucher v LEFT JOIN finance_voucherrow r ON r.voucher_id = v.id
WHERE v.fiscal_year_id = %s AND v.sequence IS NOT NULL
GROUP BY v.id, v.sequence, v.date
ORDER BY v.sequence
"""
_SIDES = """
SELECT v.id, r.account_id, CASE WHEN r.amount > 0 THEN 1 ELSE 0 END
FROM finance_voucher v JOIN finance_voucherrow r ON r.voucher_id = v.id
WHERE v.fiscal_year_id = %s AND v.sequence IS NOT NULL AND r.amount <> 0
ORDER BY v.sequence, v.id
"""

Pair = tuple[int, int]
"""The keys of a debit and a credit account."""


class Turnover(NamedTuple):
    """A posted voucher: key, place in the chain, day, and the sum of its debit rows in öre."""

    pk: int
    sequence: int
    date: str
    ore: int


class Pick(NamedTuple):
    """A voucher that is drawn, with its turnover in öre and what it was hit by."""

    sequence: int
    pk: int
    ore: int
    hit: str


def _pick(found: Turnover, hit: object) -> Pick:
    return Pick(found.sequence, found.pk, found.ore, str(hit))


@dataclass(frozen=True)
class Plan:
    """How a sample is drawn: a method, its parameter, and the seed where chance rules."""

    method: Method
    parameter: int | None = None
    seed: str = ""


@dataclass(frozen=True)
class Drawn:
    """What a plan draws from the books as they are: the picks in the order of the chain.

    ``head`` is the end of the chain that it was drawn from; ``turnover`` the debit turnover of all its
    vouchers and ``covered`` that of the picks, in öre.
    """

    plan: Plan
    head: Head
    picks: tuple[Pick, ...]
    turnover: int
    covered: int

    @property
    def is_too_large(self) -> bool:
        """Whether it holds more than a sample may."""
        return len(self.picks) > MOST


def turnovers(year: FiscalYear) -> Iterator[Turnover]:
    """Every posted voucher of *year* in the order of the chain, with its debit turnover. One query."""
    rows = stream(_TURNOVERS.format(date=as_date("v.date")), [year.pk])
    return (Turnover(pk, sequence, day, int(ore)) for pk, sequence, day, ore in rows)


# The six ways --------------------------------------------------------------------------------------


def at_random(vouchers: Iterable[Turnover], size: int, seed: str) -> Iterator[Pick]:
    """The *size* vouchers to which chance gives the lowest numbers; ``hit`` is the rank of the number."""
    chance = random.Random(seed)
    lowest = heapq.nsmallest(size, ((chance.random(), found) for found in vouchers))
    for rank, (_number, found) in enumerate(lowest, start=1):
        yield _pick(found, rank)


def by_monetary_units(vouchers: Iterable[Turnover], interval: int, seed: str) -> Iterator[Pick]:
    """The vouchers in whose turnover a unit is hit; ``hit`` is how many of its units were."""
    next_hit = int(random.Random(seed).random() * interval)
    laid = 0
    for found in vouchers:
        laid += found.ore
        if laid > next_hit:
            hits = (laid - 1 - next_hit) // interval + 1
            next_hit += hits * interval
            yield _pick(found, hits)


def above(vouchers: Iterable[Turnover], limit: int) -> Iterator[Pick]:
    """The vouchers whose turnover is more than *limit* öre; ``hit`` is the turnover."""
    return (_pick(found, found.ore) for found in vouchers if found.ore > limit)


def round_sums(vouchers: Iterable[Turnover], unit: int) -> Iterator[Pick]:
    """The vouchers whose turnover is a whole number of *unit* öre, and not zero; ``hit`` is the turnover."""
    return (_pick(found, found.ore) for found in vouchers if found.ore and found.ore % unit == 0)


def on_weekends(vouchers: Iterable[Turnover]) -> Iterator[Pick]:
    """The vouchers dated on a Saturday or Sunday; ``hit`` is the day of the week as ISO 8601 counts it."""
    for found in vouchers:
        weekday = date.fromisoformat(found.date).isoweekday()
        if weekday >= SATURDAY:
            yield _pick(found, weekday)


def of_unusual_pairs(vouchers: Iterable[Turnover], year: FiscalYear, times: int) -> Iterator[Pick]:
    """The vouchers with a pair of debit and credit account that at most *times* vouchers have.

    Counted are the vouchers of *year* and of the ``EARLIER_YEARS`` before it; a voucher with several
    accounts on a side has each pair that they make. ``hit`` is how often the rarest pair of the voucher
    occurs, and the pair. A query for each year, and three more; memory grows with the pairs and with
    what is drawn.
    """
    counted: Counter[Pair] = Counter()
    for each in (year, *FiscalYear.objects.filter(start__lt=year.start).order_by("-start")[:EARLIER_YEARS]):
        for _key, pairs in _pairs(each):
            counted.update(pairs)
    numbers = dict(Account.objects.values_list("pk", "number"))
    hits = {}
    for key, pairs in _pairs(year):
        found = min(((counted[pair], numbers[pair[0]], numbers[pair[1]]) for pair in pairs), default=None)
        if found and found[0] <= times:
            hits[key] = " ".join(map(str, found))
    return (_pick(found, hits[found.pk]) for found in vouchers if found.pk in hits)


def _pairs(year: FiscalYear) -> Iterator[tuple[int, set[Pair]]]:
    """Each posted voucher's key, and its pairs of debit and credit account."""
    for key, rows in groupby(stream(_SIDES, [year.pk]), itemgetter(0)):
        sides: tuple[set[int], set[int]] = (set(), set())
        for _key, account, is_debit in rows:
            sides[is_debit].add(account)
        yield key, {(debit, credit) for debit in sides[1] for credit in sides[0]}


# Drawing -------------------------------------------------------------------------------------------

WAYS: Mapping[Method, Callable[[Iterable[Turnover], FiscalYear, Plan], Iterable[Pick]]] = {
    Method.RANDOM: lambda vouchers, year, plan: at_random(vouchers, plan.parameter or 0, plan.seed),
    Method.MONETARY: lambda vouchers, year, plan: by_monetary_units(vouchers, plan.parameter or 0, plan.seed),
    Method.ABOVE: lambda vouchers, year, plan: above(vouchers, plan.parameter or 0),
    Method.ROUND: lambda vouchers, year, plan: round_sums(vouchers, plan.parameter or 0),
    Method.WEEKEND: lambda vouchers, year, plan: on_weekends(vouchers),
    Method.PAIRS: lambda vouchers, year, plan: of_unusual_pairs(vouchers, year, plan.parameter or 0),
}
"""What each method draws."""

LEAST = {Method.RANDOM: 1, Method.MONETARY: 1, Method.ABOVE: 0, Method.ROUND: 1, Method.PAIRS: 1}
"""The least parameter of each method that has one."""


def check(plan: Plan) -> None:
    """See that *plan* can be drawn. Raises ValidationError, in words, where it cannot."""
    least = LEAST.get(plan.method)
    if (plan.parameter is None) != (least is None):
        raise ValidationError(_("Say what the method asks for."))
    if least is not None and plan.parameter is not None and plan.parameter < least:
        raise ValidationError(_("Write a number or an amount above zero."))
    if (plan.method in BY_CHANCE) != bool(plan.seed):
        raise ValidationError(_("Write a seed: any word or number, so that others can draw the same sample."))


def draw(year: FiscalYear, plan: Plan) -> Drawn:
    """What *plan* draws from the posted vouchers of *year* as they are now.

    Raises ValidationError, in words, for a plan that cannot be drawn.
    """
    check(plan)
    turnover = 0

    def counted() -> Iterator[Turnover]:
        nonlocal turnover
        for found in turnovers(year):
            turnover += found.ore
            yield found

    with snapshot():
        picks = tuple(sorted(WAYS[plan.method](counted(), year, plan)))
        head = chain_head(year)
    return Drawn(plan, head, picks, turnover, sum(pick.ore for pick in picks))


# In words ------------------------------------------------------------------------------------------


def _kr(ore: int | str) -> str:
    return format_amount(from_ore(int(ore)), ore=False)


def description(plan: Plan) -> str:
    """How *plan* draws, in a sentence."""
    number = plan.parameter or 0
    match plan.method:
        case Method.RANDOM:
            said = ngettext(
                "%(number)s voucher drawn at random, seed “%(seed)s”",
                "%(number)s vouchers drawn at random, seed “%(seed)s”",
                number,
            )
            return said % {"number": format_count(number), "seed": plan.seed}
        case Method.MONETARY:
            return _(
                "Monetary units: one unit in each %(interval)s kr of debit turnover, seed “%(seed)s”"
            ) % {
                "interval": _kr(number),
                "seed": plan.seed,
            }
        case Method.ABOVE:
            return _("All vouchers above %(limit)s kr") % {"limit": _kr(number)}
        case Method.ROUND:
            return _("Round sums: whole numbers of %(unit)s kr") % {"unit": _kr(number)}
        case Method.WEEKEND:
            return _("Vouchers dated on a Saturday or Sunday")
        case Method.PAIRS:
            said = ngettext(
                "Unusual account pairs: those that %(number)s voucher has, in the year and the four before it",
                "Unusual account pairs: those that at most %(number)s vouchers have, in the year and the four before it",
                number,
            )
            return said % {"number": format_count(number)}
    raise AssertionError(plan.method)


def reason(method: str, hit: str) -> str:
    """Why a voucher was drawn by *method*, in words; *hit* is that of its ``Pick``."""
    match method:
        case Method.RANDOM:
            return _("no. %(rank)s by chance") % {"rank": hit}
        case Method.MONETARY:
            said = ngettext("%(hits)s unit hit", "%(hits)s units hit", int(hit))
            return said % {"hits": format_count(int(hit))}
        case Method.ABOVE | Method.ROUND:
            return _("%(amount)s kr") % {"amount": _kr(hit)}
        case Method.WEEKEND:
            return str(WEEKDAYS[int(hit) - 1])
        case Method.PAIRS:
            times, debit, credit = hit.split()
            said = ngettext(
                "debit %(debit)s, credit %(credit)s: %(times)s voucher",
                "debit %(debit)s, credit %(credit)s: %(times)s vouchers",
                int(times),
            )
            return said % {"debit": debit, "credit": credit, "times": format_count(int(times))}
    raise AssertionError(method)
