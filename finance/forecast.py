"""The result at the year's end, as it can be expected from what is posted and what is budgeted.

Pure functions of öre by month; nothing here reads a database, so that they can be tested on made-up
years and by laws.

*What is expected.* The result of the months that have ended + the budgeted result of the months to
come. A month that is running counts as one to come: half a month of postings says little.

*What evens out.* What comes early or late in a year stands against the budget for a while and is taken
back later: a grant in March that was budgeted for May. How much of it, earlier years tell: of the
variance at the same point of the year, which share did the months after it take back? That share (by
least squares through zero, between nothing and all) is taken off the variance so far. Few years are
not trusted fully: the evidence of one more year, in which nothing was taken back, is always added.

*The band.* By how much the same reckoning would have missed the end of each earlier year; the largest
of these misses is the half width, widened where the years are few (``WIDENED``), for the extremes of a
few years are nearer to one another than those of many. Without an earlier year there is no band, and
the forecast says so.

``docs/forecast.md`` shows how near the forecast was on made-up years, how often the outcome lay in the
band, and which other ways were tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDENED = {1: Fraction(3), 2: Fraction(2), 3: Fraction(8, 5), 4: Fraction(7, 5)}
"""By how much the band of so many earlier years is widened."""

WIDENED_OF_MANY = Fraction(13, 10)
"""The same for five years and more."""


@dataclass(frozen=True)
class EarlierYear:
    """An earlier year by month, in öre: its results and its budgeted results, equally many."""

    result: Sequence[int]
    budget: Sequence[int]

    def __post_init__(self) -> None:
        if len(self.result) != len(self.budget):
            raise ValueError("A year has a result and a budget for each of its months.")

    def variance(self, start: int, end: int) -> int:
        """Result − budget of the months from *start* to before *end*."""
        return sum(self.result[start:end]) - sum(self.budget[start:end])


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
    ``evens_out`` what of the variance so far is expected to be taken back by the year's end, with the
    sign that it moves the result by, ``years`` how many earlier years that and the band are made of.
    """

    ended: int
    posted: int
    remaining_budget: int
    evens_out: int
    years: int
    points: tuple[Point, ...]

    @property
    def at_end(self) -> Point:
        """The year's end: what is posted itself where no month is to come."""
        return self.points[-1] if self.points else Point(self.posted, self.posted, self.posted)


def forecast(result: Sequence[int], budget: Sequence[int], earlier: Sequence[EarlierYear] = ()) -> Forecast:
    """The forecast of a year of ``len(budget)`` months, of which the first ``len(result)`` have ended.

    *result* and *budget* are results by month in öre, a loss negative; *earlier* are the years that the
    pattern and the band are made of. Those that have another number of months are left out: their
    months are not the same. Raises ValueError where more months have ended than the year has.
    """
    ended, months = len(result), len(budget)
    if ended > months:
        raise ValueError("More months have ended than the year has.")
    comparable = [year for year in earlier if len(year.budget) == months]
    posted, remaining = sum(result), sum(budget[ended:])
    points = tuple(_point(result, budget, comparable, end) for end in range(ended + 1, months + 1))
    return Forecast(
        ended=ended,
        posted=posted,
        remaining_budget=remaining,
        evens_out=points[-1].expected - posted - remaining if points else 0,
        years=len(comparable),
        points=points,
    )


def _point(result: Sequence[int], budget: Sequence[int], years: Sequence[EarlierYear], end: int) -> Point:
    """The result expected after *end* months."""
    ended = len(result)
    pairs = [(year.variance(0, ended), year.variance(ended, end)) for year in years]
    share = _taken_back(pairs)
    so_far = sum(result) - sum(budget[:ended])
    expected = sum(result) + sum(budget[ended:end]) - round(share * so_far)
    if not pairs:
        return Point(expected, None, None)
    largest = max(abs(after + share * before) for before, after in pairs)
    reach = round(largest * WIDENED.get(len(pairs), WIDENED_OF_MANY))
    return Point(expected, expected - reach, expected + reach)


def _taken_back(pairs: Sequence[tuple[int, int]]) -> Fraction:
    """Which share of the variance before a point the months after it took back, from 0 to 1.

    *pairs* are the variances before and after the point in each earlier year. Least squares through
    zero, with the mean square of one more year for which nothing was taken back.
    """
    squares = sum(before * before for before, _after in pairs)
    if not squares:
        return Fraction(0)
    products = -sum(before * after for before, after in pairs)
    share = Fraction(products * len(pairs), squares * (len(pairs) + 1))
    return min(Fraction(1), max(Fraction(0), share))
