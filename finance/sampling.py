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

The other four leave nothing to chance: they draw whatever meets them. Two of these need more than the
journal of the year: the days off of its calendar, and the account pairs of the years before. What they
found of that is the ``basis`` of the plan, JSON that is kept with the sample and goes into the package.

``Pick.hit`` says why a voucher was drawn, as data; ``reason`` says it in words.
"""

import heapq
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance.holidays import holidays
from finance.models import FiscalYear
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
SELECT v.id, a.number, CASE WHEN r.amount > 0 THEN 1 ELSE 0 END
FROM finance_voucher v JOIN finance_voucherrow r ON r.voucher_id = v.id
JOIN finance_account a ON a.id = r.account_id
WHERE v.fiscal_year_id = %s AND v.sequence IS NOT NULL AND r.amount <> 0
ORDER BY v.sequence, v.id
"""
_PAIRS = """
SELECT debit.number, credit.number, counted.vouchers
FROM (
    SELECT d.account_id AS debit_id, c.account_id AS credit_id, COUNT(DISTINCT v.id) AS vouchers
    FROM finance_voucher v
    JOIN finance_voucherrow d ON d.voucher_id = v.id AND d.amount > 0
    JOIN finance_voucherrow c ON c.voucher_id = v.id AND c.amount < 0
    WHERE v.fiscal_year_id = %s AND v.sequence IS NOT NULL
    GROUP BY d.account_id, c.account_id
) counted
JOIN finance_account debit ON debit.id = counted.debit_id
JOIN finance_account credit ON credit.id = counted.credit_id
"""

WEEKENDS_ALONE = '{"days": {}}'
"""The basis of a sample of weekends for which no other day counted."""

Pair = tuple[str, str]
"""The numbers of a debit and a credit account."""


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
    """How a sample is drawn: a method, its parameter, and the seed where chance rules.

    ``basis`` is what it follows from beside the vouchers of the year, as JSON; None where that is still to
    be found, or where there is nothing of the kind.
    """

    method: Method
    parameter: int | None = None
    seed: str = ""
    basis: str | None = None


@dataclass(frozen=True)
class Drawn:
    """What a plan draws from the books as they are, in the order of the chain.

    ``plan`` has its basis; ``head`` is the end of the chain that it was drawn from. ``count`` vouchers are
    drawn: ``picks`` holds them where they are no more than a sample may have, and none where they are.
    ``turnover`` is the debit turnover of all vouchers and ``covered`` that of the drawn ones, in öre.
    """

    plan: Plan
    head: Head
    count: int
    picks: tuple[Pick, ...]
    turnover: int
    covered: int

    @property
    def is_too_large(self) -> bool:
        """Whether it holds more than a sample may."""
        return self.count > MOST


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


def on_days_off(vouchers: Iterable[Turnover], days: Mapping[str, str]) -> Iterator[Pick]:
    """The vouchers dated on a Saturday or Sunday, or on one of *days*.

    *days* are ISO dates with their names. ``hit`` is the name; where the day has none, the day of the week
    as ISO 8601 counts it.
    """
    for found in vouchers:
        if name := days.get(found.date):
            yield _pick(found, name)
        elif (weekday := date.fromisoformat(found.date).isoweekday()) >= SATURDAY:
            yield _pick(found, weekday)


def of_unusual_pairs(
    vouchers: Iterable[Turnover],
    pairs: Iterator[tuple[int, set[Pair]]],
    counted: Mapping[Pair, int],
    times: int,
) -> Iterator[Pick]:
    """The vouchers with a pair of debit and credit account that at most *times* vouchers have.

    *pairs* are those of each voucher with its key, in the order of *vouchers*; *counted* says how many
    vouchers have a pair. A voucher with several accounts on a side has each pair that they make. ``hit`` is
    how often the rarest pair of the voucher occurs, and the pair.
    """
    owner, of_owner = next(pairs, (None, set()))
    for found in vouchers:
        if found.pk != owner:
            continue
        rarest = min(((counted[pair], *pair) for pair in of_owner), default=None)
        if rarest and rarest[0] <= times:
            yield _pick(found, " ".join(map(str, rarest)))
        owner, of_owner = next(pairs, (None, set()))


def _pairs(year: FiscalYear) -> Iterator[tuple[int, set[Pair]]]:
    """Each posted voucher's key, and its pairs of debit and credit account."""
    for key, rows in groupby(stream(_SIDES, [year.pk]), itemgetter(0)):
        sides: tuple[set[str], set[str]] = (set(), set())
        for _key, account, is_debit in rows:
            sides[is_debit].add(account)
        yield key, {(debit, credit) for debit in sides[1] for credit in sides[0]}


def _counted_pairs(year: FiscalYear) -> Counter[Pair]:
    """How many posted vouchers of *year* have each pair, counted by the database."""
    return Counter({(debit, credit): count for debit, credit, count in stream(_PAIRS, [year.pk])})


# What they follow from beside the vouchers ----------------------------------------------------------


def _days_off(year: FiscalYear) -> str:
    """The days off of *year*, as ISO dates with their names."""
    days = {day.isoformat(): name for day, name in holidays(year.start, year.end).items()}
    return json.dumps({"days": days})


def _pairs_before(year: FiscalYear) -> str:
    """How many vouchers of the years before *year* have each of its pairs, with the heads of those years.

    Whoever has the packages of those years counts the same. A pair that none of them has is left out.
    """
    years = list(FiscalYear.objects.filter(start__lt=year.start).order_by("-start")[:EARLIER_YEARS])
    own = _counted_pairs(year)
    before: Counter[Pair] = Counter()
    for each in years:
        before.update(_counted_pairs(each))
    heads = [(each.label, chain_head(each)) for each in years]
    return json.dumps(
        {
            "pairs": [[*pair, before[pair]] for pair in sorted(own) if before[pair]],
            "years": [
                {"label": label, "vouchers": head.sequence, "head": head.digest} for label, head in heads
            ],
        }
    )


class YearBefore(NamedTuple):
    """A year whose account pairs were counted: its label, its vouchers, and the head of its chain."""

    label: str
    vouchers: int
    head: str


def days_off(plan: Plan) -> list[tuple[date, str]]:
    """The days that count for *plan* beside Saturdays and Sundays, with their names in the reader's language."""
    return [(date.fromisoformat(day), _(name)) for day, name in _basis(plan).get("days", {}).items()]


def years_before(plan: Plan) -> list[YearBefore]:
    """The earlier years whose account pairs *plan* counts."""
    return [YearBefore(**each) for each in _basis(plan).get("years", [])]


BASES: Mapping[Method, Callable[[FiscalYear], str]] = {
    Method.WEEKEND: _days_off,
    Method.PAIRS: _pairs_before,
}
"""What a method follows from beside the vouchers of the year, as JSON."""


def _unusual(vouchers: Iterable[Turnover], year: FiscalYear, plan: Plan) -> Iterator[Pick]:
    counted = _counted_pairs(year)
    for debit, credit, before in _basis(plan)["pairs"]:
        counted[debit, credit] += before
    return of_unusual_pairs(vouchers, _pairs(year), counted, plan.parameter or 0)


def _basis(plan: Plan) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plan.basis or "{}")
    return found


# Drawing -------------------------------------------------------------------------------------------

WAYS: Mapping[Method, Callable[[Iterable[Turnover], FiscalYear, Plan], Iterable[Pick]]] = {
    Method.RANDOM: lambda vouchers, year, plan: at_random(vouchers, plan.parameter or 0, plan.seed),
    Method.MONETARY: lambda vouchers, year, plan: by_monetary_units(vouchers, plan.parameter or 0, plan.seed),
    Method.ABOVE: lambda vouchers, year, plan: above(vouchers, plan.parameter or 0),
    Method.ROUND: lambda vouchers, year, plan: round_sums(vouchers, plan.parameter or 0),
    Method.WEEKEND: lambda vouchers, year, plan: on_days_off(vouchers, _basis(plan)["days"]),
    Method.PAIRS: _unusual,
}
"""What each method draws."""

LEAST = {Method.RANDOM: 1, Method.MONETARY: 1, Method.ABOVE: 0, Method.ROUND: 1, Method.PAIRS: 1}
"""The least parameter of each method that has one."""


def too_many() -> str:
    """That a sample of so many would be none."""
    return _("More than %(most)s vouchers are no sample. Choose more narrowly.") % {
        "most": format_count(MOST)
    }


def check(plan: Plan) -> None:
    """See that *plan* can be drawn. Raises ValidationError, in words, where it cannot."""
    least = LEAST.get(plan.method)
    if (plan.parameter is None) != (least is None):
        raise ValidationError(_("Say what the method asks for."))
    if least is not None and plan.parameter is not None and plan.parameter < least:
        raise ValidationError(_("Write a number or an amount above zero."))
    if plan.method == Method.RANDOM and (plan.parameter or 0) > MOST:
        raise ValidationError(too_many())
    if (plan.method in BY_CHANCE) != bool(plan.seed):
        raise ValidationError(_("Write a seed: any word or number, so that others can draw the same sample."))


def draw(year: FiscalYear, plan: Plan) -> Drawn:
    """What *plan* draws from the posted vouchers of *year* as they are now. Memory does not grow with them.

    Raises ValidationError, in words, for a plan that cannot be drawn.
    """
    check(plan)
    turnover = covered = count = 0

    def laid_out() -> Iterator[Turnover]:
        nonlocal turnover
        for found in turnovers(year):
            turnover += found.ore
            yield found

    picks: list[Pick] = []
    with snapshot():
        if plan.basis is None and plan.method in BASES:
            plan = replace(plan, basis=BASES[plan.method](year))
        for pick in WAYS[plan.method](laid_out(), year, plan):
            count += 1
            covered += pick.ore
            if count <= MOST:
                picks.append(pick)
        head = chain_head(year)
    return Drawn(plan, head, count, tuple(sorted(picks)) if count <= MOST else (), turnover, covered)


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
            if plan.basis == WEEKENDS_ALONE:
                return _("Vouchers dated on a Saturday or Sunday")
            return _(
                "Vouchers dated on a Saturday, a Sunday or a public holiday, or on the eve of midsummer, Christmas or New Year"
            )
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
            return str(WEEKDAYS[int(hit) - 1]) if hit.isdecimal() else _(hit)
        case Method.PAIRS:
            times, debit, credit = hit.split()
            said = ngettext(
                "debit %(debit)s, credit %(credit)s: %(times)s voucher",
                "debit %(debit)s, credit %(credit)s: %(times)s vouchers",
                int(times),
            )
            return said % {"debit": debit, "credit": credit, "times": format_count(int(times))}
    raise AssertionError(method)
