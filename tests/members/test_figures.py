"""What can be said of the year before from a value and its growth."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.figures import whole_numbers_before


@given(st.integers(1, 50_000), st.integers(0, 100_000), st.integers(0, 2))
def test_the_number_that_a_growth_was_rounded_from_is_among_the_possible(before, value, decimals):
    growth = round(Decimal(value - before) * 100 / before, decimals)
    if growth <= -100:
        return
    possible = whole_numbers_before(value, growth)
    if growth.normalize() == growth:
        assert possible.first <= before <= possible.last


@pytest.mark.parametrize(
    ("value", "growth", "first", "last", "count"),
    [
        (72, "81", 40, 39, 0),
        (2000, "135", 850, 852, 3),
        (45, "181.25", 16, 16, 1),
        (100, "0", 100, 100, 1),
    ],
)
def test_the_whole_numbers_behind_a_stated_growth(value, growth, first, last, count):
    possible = whole_numbers_before(value, Decimal(growth))
    assert (possible.first, possible.last, possible.count) == (first, last, count)
