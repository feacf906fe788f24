"""Made-up vouchers of three rows each over sixty accounts, for what the demo has too few accounts for."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

YEAR = 2025
ACCOUNTS = tuple(
    str(number) for number in (*range(1910, 1930), *range(2410, 2420), *range(3010, 3020), *range(5010, 5030))
)
ROWS = 3


@dataclass(frozen=True)
class MadeUp:
    """A voucher: its date, its text, and its rows as account and öre, debit positive."""

    date: date
    text: str
    rows: Sequence[tuple[str, int]]


def vouchers(count: int, seed: int = 1) -> Iterator[MadeUp]:
    """*count* vouchers in the order of their dates, the same for the same seed."""
    chance = random.Random(seed)
    for number in range(count):
        day = date(YEAR, 1, 1) + timedelta(days=number * 365 // count)
        ore, part = chance.randrange(100_00, 9_000_00), chance.randrange(1, 100_00)
        first, second, third = chance.sample(ACCOUNTS, ROWS)
        yield MadeUp(day, f"Faktura {number}", ((first, ore), (second, -part), (third, part - ore)))
