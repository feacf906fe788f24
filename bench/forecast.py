"""How good the forecast is: made-up years are forecast month by month, and compared with what became of them.

``python -m bench.forecast`` prints the tables of ``docs/forecast.md``. It needs no database: years are
made up by month from the events of the demo, in five kinds, the same for the same seed. The forecast is
held against three simple ones: what is posted + what is budgeted for the months to come, the budget as
it is, and the result so far carried on at its pace.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import mean

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from finance.forecast import EarlierYear, forecast  # noqa: E402
from ledarna.demo import EVENTS  # noqa: E402

MONTHS = 12
ASSOCIATIONS = 400
EARLIER = (1, 3, 5)
ENDED = (3, 6, 9)

Year = tuple[list[int], list[int]]


def _year(chance: random.Random, moved: bool = False, bias: float = 0.0) -> Year:
    """A year by month from the demo's events, with a budget near what they amount to.

    Each event comes a little every month, or with *moved* as often as its weight says, in any month.
    Costs are above what the budget was made of by *bias*.
    """
    result, budget = [0] * MONTHS, [0] * MONTHS
    for event in EVENTS:
        share = sum(part for account, part in event.accounts if account >= "3")
        whole = sum(part for _account, part in event.accounts)
        in_a_year = -event.year_ore * share // whole
        if not in_a_year:
            continue
        factor = 1 + bias if in_a_year < 0 else 1
        for month in range(MONTHS):
            budget[month] += int(in_a_year * chance.uniform(0.9, 1.1) / MONTHS)
        times = event.weight if moved else MONTHS
        for time in range(times):
            month = chance.randrange(MONTHS) if moved else time
            result[month] += int(in_a_year * factor * chance.uniform(0.6, 1.4) / times)
    return result, budget


def _late(chance: random.Random) -> Year:
    """A year whose costs come late, though the budget spreads them evenly."""
    result, budget = _year(chance)
    for month in range(MONTHS // 2):
        moved = abs(budget[month]) + 5_000_000
        result[month] += moved
        result[MONTHS - 1 - month] -= moved
    return result, budget


def _surprised(chance: random.Random) -> Year:
    """A year that may have one large cost which no budget foresaw."""
    result, budget = _year(chance)
    if chance.random() < 0.3:
        result[chance.randrange(MONTHS)] -= chance.randrange(20_000_000, 60_000_000)
    return result, budget


KINDS: dict[str, Callable[[random.Random], Year]] = {
    "even": _year,
    "moved in time": lambda chance: _year(chance, moved=True),
    "costs come late": _late,
    "costs above budget": lambda chance: _year(chance, bias=chance.uniform(0.05, 0.15)),
    "one surprise": _surprised,
}


@dataclass(frozen=True)
class Outcome:
    """What the forecasts of a kind of years were worth: errors in kronor, and the share inside the band."""

    kind: str
    earlier: int
    ended: int
    error: float
    error_of_sum: float
    error_of_budget: float
    error_of_pace: float
    inside: float
    width: float


def back_test(seed: int = 1) -> Iterator[Outcome]:
    """Forecast ``ASSOCIATIONS`` made-up years of each kind, with each number of earlier years."""
    for kind, make in KINDS.items():
        chance = random.Random(f"{seed} {kind}")
        made = [[make(chance) for _year in range(max(EARLIER) + 1)] for _each in range(ASSOCIATIONS)]
        for earlier in EARLIER:
            for ended in ENDED:
                yield _outcome(kind, earlier, ended, made)


def _outcome(kind: str, earlier: int, ended: int, made: Sequence[Sequence[Year]]) -> Outcome:
    errors, of_sum, of_budget, of_pace, inside, widths = [], [], [], [], [], []
    for years in made:
        result, budget = years[-1]
        before = [EarlierYear(*year) for year in years[-1 - earlier : -1]]
        end = forecast(result[:ended], budget, before).at_end
        became, posted = sum(result), sum(result[:ended])
        assert end.low is not None
        assert end.high is not None
        errors.append(abs(became - end.expected))
        of_sum.append(abs(became - posted - sum(budget[ended:])))
        of_budget.append(abs(became - sum(budget)))
        of_pace.append(abs(became - posted * MONTHS / ended))
        inside.append(end.low <= became <= end.high)
        widths.append(end.high - end.low)
    kronor = 100
    return Outcome(
        kind,
        earlier,
        ended,
        mean(errors) / kronor,
        mean(of_sum) / kronor,
        mean(of_budget) / kronor,
        mean(of_pace) / kronor,
        mean(inside),
        mean(widths) / kronor,
    )


def table(outcomes: Sequence[Outcome]) -> str:
    """*outcomes* as a table in Markdown: errors and widths in thousands of kronor."""
    lines = [
        "| years | earlier years | months ended | forecast | posted + budget | budget | pace | inside the band | width of the band |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for one in outcomes:
        lines.append(
            f"| {one.kind} | {one.earlier} | {one.ended} | {one.error / 1000:.0f} | {one.error_of_sum / 1000:.0f} | {one.error_of_budget / 1000:.0f}"
            f" | {one.error_of_pace / 1000:.0f} | {one.inside:.0%} | {one.width / 1000:.0f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(list(back_test())))
