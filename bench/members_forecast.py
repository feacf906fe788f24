"""How good the forecast of the members is: made-up years are forecast, and compared with what became of them.

``python -m bench.members_forecast`` prints the table of ``docs/forecast.md``. It needs no database:
members join and leave by month in four kinds of associations, the same for the same seed. The forecast
is held against two simple ones: the latest count as it is, and the year's pace so far carried on.
"""

import os
import random
from collections.abc import Callable, Iterator
from statistics import mean

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from members.forecast import EarlierYear, forecast  # noqa: E402

MONTHS, BEGINS_WITH = 12, 8_000
ASSOCIATIONS, EARLIER, ENDED = 2_000, (1, 3, 5), (3, 6, 9)

Change = Callable[[random.Random, int, int], int]
"""The change of a month, the year and the month counted from 0."""

KINDS: dict[str, Change] = {
    "steady": lambda chance, year, month: chance.randrange(40, 90) - chance.randrange(25, 70),
    "most join in autumn": lambda chance, year, month: (
        (3 if month == 8 else 1) * chance.randrange(40, 90) - chance.randrange(35, 75)
    ),
    "many leave at the turn of the year": lambda chance, year, month: (
        chance.randrange(40, 90) - (6 if month == 11 else 1) * chance.randrange(25, 60)
    ),
    "grows less each year": lambda chance, year, month: (
        chance.randrange(40, 90) - chance.randrange(15, 60) - 8 * year
    ),
}


def _counts(change: Change, chance: random.Random) -> list[list[int]]:
    """Years of counts: what each begins with, and the count after each of its months."""
    years, members = [], BEGINS_WITH
    for year in range(max(EARLIER) + 1):
        counts = [members]
        for month in range(MONTHS):
            members += change(chance, year, month)
            counts.append(members)
        years.append(counts)
    return years


def back_test(seed: int = 1) -> Iterator[str]:
    """A line of the table for each kind, number of earlier years and number of months that have ended."""
    for kind, change in KINDS.items():
        chance = random.Random(f"{seed} {kind}")
        made = [_counts(change, chance) for _each in range(ASSOCIATIONS)]
        for earlier in EARLIER:
            for ended in ENDED:
                errors, of_latest, of_pace, inside, widths = [], [], [], [], []
                for years in made:
                    counts = years[-1]
                    before = [EarlierYear(year[ended], year[-1]) for year in years[-1 - earlier : -1]]
                    end = forecast(counts[ended], before)
                    assert end is not None
                    pace = counts[0] + (counts[ended] - counts[0]) * MONTHS / ended
                    errors.append(abs(counts[-1] - end.expected))
                    of_latest.append(abs(counts[-1] - counts[ended]))
                    of_pace.append(abs(counts[-1] - pace))
                    inside.append(end.low <= counts[-1] <= end.high)
                    widths.append(end.high - end.low)
                yield (
                    f"| {kind} | {earlier} | {ended} | {mean(errors):.0f} | {mean(of_latest):.0f}"
                    f" | {mean(of_pace):.0f} | {mean(inside):.0%} | {mean(widths):.0f} |"
                )


if __name__ == "__main__":
    print(
        "| members | earlier years | months ended | forecast | latest count | pace | inside the band | width |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for line in back_test():
        print(line)
