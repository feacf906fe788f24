"""The forecast of the members when the year ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from members.figures import forecast_of
from members.forecast import EarlierYear, forecast
from members.models import MemberCount

years = st.lists(
    st.builds(EarlierYear, st.integers(1, 20_000), st.integers(0, 20_000)), min_size=1, max_size=6
)


def test_the_latest_count_grows_as_the_years_before_did_on_the_average():
    made = forecast(1000, [EarlierYear(100, 104), EarlierYear(200, 212)])
    assert made.expected == 1050


def test_years_that_were_alike_leave_a_narrow_band():
    made = forecast(1000, [EarlierYear(100, 104)] * 3)
    assert (made.low, made.expected, made.high) == (1040, 1040, 1040)


def test_one_earlier_year_has_a_band_of_three_times_what_it_changed():
    made = forecast(1000, [EarlierYear(100, 104)])
    assert (made.low, made.high) == (1040 - 120, 1040 + 120)


def test_without_an_earlier_year_there_is_no_forecast():
    assert forecast(1000, []) is None


def test_a_year_does_not_grow_from_nobody():
    with pytest.raises(ValueError, match="more than nobody"):
        EarlierYear(0, 10)


@given(st.integers(1, 20_000), years)
def test_what_is_expected_lies_in_the_band(counted, earlier):
    made = forecast(counted, earlier)
    assert made.low <= made.expected <= made.high


@given(st.integers(1, 20_000), years)
def test_the_order_of_the_years_does_not_matter(counted, earlier):
    assert forecast(counted, earlier) == forecast(counted, earlier[::-1])


PERIODS = [(date(year, 1, 1), date(year, 12, 31)) for year in (2022, 2023)]


def counts(*facts):
    return [MemberCount(date=date.fromisoformat(day), count=count) for day, count in facts]


def test_the_year_before_is_compared_at_the_same_point():
    made = forecast_of(
        counts(("2022-06-30", 100), ("2022-12-31", 110), ("2023-01-01", 150), ("2023-06-30", 200)), PERIODS
    )
    assert (made.counted, made.expected, made.years) == (200, 220, 1)


def test_a_year_that_was_not_counted_near_its_end_tells_nothing():
    found = counts(("2022-06-30", 100), ("2022-10-31", 110), ("2023-06-30", 200))
    assert forecast_of(found, PERIODS) is None


def test_a_year_that_was_not_counted_yet_has_no_forecast():
    assert forecast_of(counts(("2022-06-30", 100), ("2022-12-31", 110)), PERIODS) is None
