"""How many members there will be when the year ends, as it can be expected from the years before.

Pure functions of counts; nothing here reads a database, so that they can be tested on made-up years.

*What is expected.* The latest count, grown by what the years before grew from the same point of the
year to their end: the mean of their shares. How many join and leave follows the calendar (campaigns,
the turn of the year), so the rest of a year is like the rest of other years, and not like its beginning.

*The band.* Each earlier year is forecast from the others in the same way, as if it were not known; with
no other year, as if nothing would change. The largest of these misses, as a share, is the half width,
widened where the years are few (``WIDENED``), for the extremes of a few years are nearer to one another
than those of many. Without an earlier year there is no forecast, and the reason says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDENED = {1: Fraction(3), 2: Fraction(2), 3: Fraction(8, 5), 4: Fraction(7, 5)}
"""By how much the band of so many earlier years is widened; the same as for the result."""

WIDENED_OF_MANY = Fraction(13, 10)
"""The same for five years and more."""


@dataclass(frozen=True)
class EarlierYear:
    """An earlier year: its count at the same point of the year, which is above zero, and at its end."""

    at_point: int
    closing: int

    def __post_init__(self) -> None:
        if self.at_point <= 0 or self.closing < 0:
            raise ValueError("A year is compared by counts, and grows from more than nobody.")

    @property
    def growth(self) -> Fraction:
        """By which share it grew from the point to its end."""
        return Fraction(self.closing - self.at_point, self.at_point)


@dataclass(frozen=True)
class Forecast:
    """The count expected when the year ends, between ``low`` and ``high``, made of ``years`` earlier years."""

    counted: int
    expected: int
    low: int
    high: int
    years: int


def forecast(counted: int, earlier: Sequence[EarlierYear]) -> Forecast | None:
    """The forecast from the latest count and the *earlier* years; None without any."""
    if not earlier:
        return None
    growths = [year.growth for year in earlier]
    misses = [
        abs(growth - _mean(growths[:place] + growths[place + 1 :])) for place, growth in enumerate(growths)
    ]
    reach = round(counted * max(misses) * WIDENED.get(len(growths), WIDENED_OF_MANY))
    expected = round(counted * (1 + _mean(growths)))
    return Forecast(counted, expected, max(0, expected - reach), expected + reach, len(growths))


def _mean(shares: Sequence[Fraction]) -> Fraction:
    """The mean of *shares*; zero, nothing changes, where there are none."""
    return sum(shares, Fraction(0)) / len(shares) if shares else Fraction(0)
