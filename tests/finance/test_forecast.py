from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.analysis import earlier_years, forecast_of, year_in_months
from finance.forecast import EarlierYear, forecast
from finance.models import BudgetLine, FiscalYear
from finance.money import kronor
from tests.factories import a_budget, a_fiscal_year, a_posted_voucher, an_account

amounts = st.integers(-(10**9), 10**9)
a_year = st.lists(amounts, min_size=12, max_size=12)
earlier = st.lists(st.builds(EarlierYear, a_year, a_year), max_size=6)


@given(a_year, a_year, earlier)
def test_at_the_years_end_the_forecast_is_the_result(
    result: list[int], budget: list[int], years: list[EarlierYear]
) -> None:
    end = forecast(result, budget, years).at_end
    assert end.expected == end.low == end.high == sum(result)


@given(a_year, a_year, st.integers(0, 12))
def test_without_earlier_years_it_is_what_is_posted_and_what_is_budgeted(
    result: list[int], budget: list[int], ended: int
) -> None:
    made = forecast(result[:ended], budget)
    assert made.at_end.expected == sum(result[:ended]) + sum(budget[ended:])
    assert made.posted + made.remaining_budget == made.at_end.expected
    assert ended == 12 or made.at_end.low is made.at_end.high is None


@given(a_year, a_year, earlier, st.integers(0, 11))
def test_the_band_holds_what_is_expected(
    result: list[int], budget: list[int], years: list[EarlierYear], ended: int
) -> None:
    for point in forecast(result[:ended], budget, years).points:
        if years:
            assert point.low is not None
            assert point.high is not None
            assert point.low <= point.expected <= point.high
        else:
            assert point.low is None


@given(a_year, a_year, earlier, st.integers(1, 11), st.integers(0, 10**9))
def test_a_better_result_so_far_is_never_a_worse_forecast_and_never_more_than_it_is(
    result: list[int], budget: list[int], years: list[EarlierYear], ended: int, more: int
) -> None:
    posted = result[:ended]
    before = forecast(posted, budget, years).at_end
    after = forecast([posted[0] + more, *posted[1:]], budget, years).at_end
    # An öre is left for rounding.
    assert -1 <= after.expected - before.expected <= more + 1


@given(a_year, a_year, earlier, st.integers(0, 11))
def test_what_evens_out_is_taken_off_the_variance_so_far_and_never_more_than_all_of_it(
    result: list[int], budget: list[int], years: list[EarlierYear], ended: int
) -> None:
    made = forecast(result[:ended], budget, years)
    so_far = sum(result[:ended]) - sum(budget[:ended])
    assert min(0, -so_far) - 1 <= made.evens_out <= max(0, -so_far) + 1
    assert made.at_end.expected == made.posted + made.remaining_budget + made.evens_out


@given(a_year, a_year, st.integers(0, 11), st.integers(1, 6))
def test_years_that_kept_their_budget_make_a_band_of_no_width(
    result: list[int], budget: list[int], ended: int, count: int
) -> None:
    point = forecast(result[:ended], budget, [EarlierYear(budget, budget)] * count).at_end
    assert point.low == point.expected == point.high == sum(result[:ended]) + sum(budget[ended:])


@given(st.integers(1, 5), st.integers(1, 10**9), st.integers(-(10**9), 10**9))
def test_years_that_took_all_back_are_believed_the_more_the_more_they_are(
    count: int, came_early: int, so_far: int
) -> None:
    moved = EarlierYear([came_early, -came_early], [0, 0])
    made = forecast([so_far], [0, 0], [moved] * count)
    assert abs(made.evens_out + Fraction(so_far * count, count + 1)) <= 1


def test_years_that_took_nothing_back_leave_the_variance_as_it_is() -> None:
    kept = EarlierYear([50, 0], [0, 0])
    assert forecast([90], [0, 0], [kept, kept]).at_end.expected == 90


def test_the_band_of_one_year_is_wider_than_its_miss_and_lies_to_both_sides() -> None:
    missed = EarlierYear([0, 90], [0, 100])
    point = forecast([0], [0, 100], [missed]).at_end
    assert (point.low, point.expected, point.high) == (70, 100, 130)


def test_years_of_another_length_are_left_out() -> None:
    made = forecast([0], [0, 100], [EarlierYear([1, 2, 3], [1, 2, 3])])
    assert made.years == 0
    assert made.at_end.low is None


def test_more_months_cannot_have_ended_than_there_are() -> None:
    with pytest.raises(ValueError, match="More months"):
        forecast([1, 2], [1])


def test_a_year_has_as_many_results_as_budgets() -> None:
    with pytest.raises(ValueError, match="each of its months"):
        EarlierYear([1], [1, 2])


# From the database ---------------------------------------------------------------------------------------


def a_budget_by_month(year: FiscalYear, krona_a_month: int) -> None:
    budget = a_budget(year)
    for month in year.months:
        BudgetLine.objects.create(
            budget=budget, account=an_account("5800"), month=month, amount=kronor(krona_a_month)
        )


def spent(year: FiscalYear, month: int, kronor_spent: str) -> None:
    a_posted_voucher(
        year,
        (("5800", kronor_spent), ("1930", f"-{kronor_spent}")),
        day=date(year.start.year, month, 5),
    )


@pytest.mark.django_db
def test_a_running_year_is_forecast_from_its_own_books_and_the_years_before() -> None:
    before, year = a_fiscal_year(2022), a_fiscal_year(2023)
    for each in (before, year):
        a_budget_by_month(each, 100)
    for month in range(1, 13):
        spent(before, month, "90.00")
    spent(year, 1, "150.00")
    made = forecast_of(year_in_months(year, date(2023, 1, 31)))
    assert made is not None
    assert (made.ended, made.posted, made.remaining_budget) == (1, -15_000, -110_000)
    assert (made.at_end.low, made.at_end.expected, made.at_end.high) == (-158_000, -125_000, -92_000)


@pytest.mark.django_db
def test_a_month_that_is_running_is_one_to_come() -> None:
    year = a_fiscal_year(2023)
    a_budget_by_month(year, 100)
    spent(year, 1, "150.00")
    made = forecast_of(year_in_months(year, date(2023, 1, 20)))
    assert made is not None
    assert (made.ended, made.posted) == (0, 0)


@pytest.mark.django_db
def test_without_a_budget_by_month_there_is_no_forecast() -> None:
    year = a_fiscal_year(2023)
    assert forecast_of(year_in_months(year, date(2023, 1, 31))) is None
    a_budget(year, (("5800", "100"),))
    assert forecast_of(year_in_months(year, date(2023, 1, 31))) is None


@pytest.mark.django_db
def test_earlier_years_without_vouchers_or_without_a_budget_by_month_tell_nothing() -> None:
    for number in (2020, 2021, 2022):
        a_fiscal_year(number)
    a_budget_by_month(a_fiscal_year(2020), 100)
    spent(a_fiscal_year(2021), 3, "90.00")
    a_budget(a_fiscal_year(2022), (("5800", "100"),))
    spent(a_fiscal_year(2022), 3, "90.00")
    assert earlier_years(a_fiscal_year(2023)) == []


@pytest.mark.django_db
def test_the_close_of_an_earlier_year_does_not_change_its_months() -> None:
    year = a_fiscal_year(2022)
    a_budget_by_month(year, 100)
    spent(year, 12, "90.00")
    before = earlier_years(a_fiscal_year(2023))
    a_posted_voucher(year, (("2069", "90.00"), ("8999", "-90.00")), day=date(2022, 12, 31))
    assert earlier_years(a_fiscal_year(2023)) == before
    assert before[0].result[-1] == -9_000


@pytest.mark.django_db
def test_earlier_years_take_three_queries(django_assert_num_queries: Any) -> None:
    for number in (2020, 2021, 2022):
        a_budget_by_month(a_fiscal_year(number), 100)
    year = a_fiscal_year(2023)
    with django_assert_num_queries(3):
        earlier_years(year)
