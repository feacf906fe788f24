"""The result at the year's end, as it can be expected from what is posted and what is budgeted.

Pure functions of öre by month; nothing here reads a database, so that they can be tested on made-up
years and by laws. The method, in a sentence: what is posted stays as it is, each month to come is
expected as budgeted, and the band is as wide as earlier years missed their budgets in the same months.

*The expected value.* Result of the months that have ended + budgeted result of the months to come. A
month that is running counts as one to come: half a month of postings says little.

*The band.* For each earlier year with a budget by month, the miss is what its remaining months became
less what was budgeted for them. The expected value is moved by the mean of the misses only where there
are at least ``ENOUGH`` of them; otherwise one odd year would be taken for a pattern. The band reaches
from the smallest to the largest miss, and of few years it is widened by their number (``WIDENED``),
for the extremes of a few years are nearer to one another than those of many. Without an earlier year
there is no band, and the forecast says so.

``docs/forecast.md`` shows how often the outcome lay in the band, on made-up years.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ENOUGH = 3
"""With at least so many earlier years, their mean miss moves the expected value."""

WIDENED = {1: 3, 2: 2}
"""By how much a band of few earlier years is widened; from three years on it is not."""


@dataclass(frozen=True)
class EarlierYear:
    """An earlier year by month, in öre: its results and its budgeted results, equally many."""

    result: Sequence[int]
    budget: Sequence[int]

    def __post_init__(self) -> None:
        if len(self.result) != len(self.budget):
            raise ValueError("A year has a result and a budget for each of its months.")


@dataclass(frozen=True)
class Point:
    """The result since the year began as it is expected at the end of a month; öre.

    ``low`` and ``high`` are None where there is no band.
    """

    expected: int
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Forecast:
    """The months to come: a point for each, the last of them the year's end.

    ``posted`` is the result so far, ``remaining_budget`` what is budgeted for the months to come,
    ``pattern`` by how much the mean miss of earlier years moves the expected result, ``years`` how many
    earlier years the band is made of.
    """

    ended: int
    posted: int
    remaining_budget: int
    pattern: int
    years: int
    points: tuple[Point, ...]

    @property
    def at_end(self) -> Point:
        """The year's end: what is posted itself where no month is to come."""
        return self.points[-1] if self.points else Point(self.posted, self.posted, self.posted)


def forecast(result: Sequence[int], budget: Sequence[int], earlier: Sequence[EarlierYear] = ()) -> Forecast:
    """The forecast of a year of ``len(budget)`` months, of which the first ``len(result)`` have ended.

    *result* and *budget* are results by month in öre, a loss negative; *earlier* are the years that the
    band is made of. Those that have another number of months are left out: their months are not the
    same. Raises ValueError where more months have ended than the year has.
    """
    ended, months = len(result), len(budget)
    if ended > months:
        raise ValueError("More months have ended than the year has.")
    comparable = [year for year in earlier if len(year.budget) == months]
    posted = sum(result)
    return Forecast(
        ended=ended,
        posted=posted,
        remaining_budget=sum(budget[ended:]),
        pattern=_pattern(_misses(comparable, ended, months)),
        years=len(comparable),
        points=tuple(
            _point(posted + sum(budget[ended:end]), _misses(comparable, ended, end))
            for end in range(ended + 1, months + 1)
        ),
    )


def _misses(years: Sequence[EarlierYear], start: int, end: int) -> list[int]:
    """By how much each year's months from *start* to before *end* missed their budget."""
    return [sum(year.result[start:end]) - sum(year.budget[start:end]) for year in years]


def _pattern(misses: Sequence[int]) -> int:
    """The mean miss of enough years, rounded to the öre towards zero; else nothing."""
    if len(misses) < ENOUGH:
        return 0
    total = sum(misses)
    return total // len(misses) if total >= 0 else -(-total // len(misses))


def _point(planned: int, misses: Sequence[int]) -> Point:
    """The point that is *planned* by postings and budget, with the band of *misses*."""
    expected = planned + _pattern(misses)
    if not misses:
        return Point(expected, None, None)
    below, above = max(0, expected - planned - min(misses)), max(0, planned + max(misses) - expected)
    if len(misses) < ENOUGH:
        # One or two years that erred in one direction say how far, not in which direction.
        below = above = max(below, above)
    wide = WIDENED.get(len(misses), 1)
    return Point(expected, expected - wide * below, expected + wide * above)
