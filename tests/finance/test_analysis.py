from datetime import date
from typing import Any

import pytest

from finance.analysis import year_in_months, years_overview, years_until
from finance.models import BudgetLine, FiscalYear
from finance.money import kronor
from finance.statements import balance_sheet, budget_in_force, income_statement, trial_balance
from tests.factories import a_budget, a_draft, a_fiscal_year, a_posted_voucher, an_account, an_opening_balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> FiscalYear:
    """Fees in January and March, travel in March, a budget by month, and a bank account."""
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "1000.00")
    an_opening_balance(year, "2067", "-1000.00")
    a_posted_voucher(year, (("1930", "500.50"), ("3900", "-500.50")), day=date(2023, 1, 31))
    a_posted_voucher(year, (("1930", "300.00"), ("3900", "-300.00")), day=date(2023, 3, 1))
    a_posted_voucher(year, (("5800", "200.00"), ("1930", "-200.00")), day=date(2023, 3, 15))
    budget = a_budget(year)
    for month in year.months:
        for account, amount in (("3900", "-100.00"), ("5800", "50.00"), ("7240", "10.00")):
            BudgetLine.objects.create(
                budget=budget, account=an_account(account), month=month, amount=kronor(amount)
            )
    return year


def test_months_have_what_was_posted_in_them(year: FiscalYear) -> None:
    months = year_in_months(year)
    assert months.income[:4] == (50_050, 0, 30_000, 0)
    assert months.costs[:4] == (0, 0, 20_000, 0)
    assert months.result[:4] == (50_050, 0, 10_000, 0)
    assert months.active_months == (date(2023, 1, 1), date(2023, 3, 1))


def test_a_draft_is_in_no_month(year: FiscalYear) -> None:
    a_draft(year, (("5800", "99.00"), ("1930", "-99.00")), day=date(2023, 2, 1))
    assert year_in_months(year).costs[1] == 0


def test_the_months_sum_to_the_years_result(year: FiscalYear) -> None:
    months, trial = year_in_months(year), trial_balance(year)
    assert months.cumulated_result[-1] == trial.result
    assert sum(months.income) == trial.income
    assert sum(months.costs) == trial.costs


@pytest.mark.parametrize("until", [None, date(2023, 2, 28), date(2023, 3, 10)])
def test_the_trial_balance_of_the_months_is_the_one_of_the_statements(
    year: FiscalYear, until: date | None
) -> None:
    assert year_in_months(year, until).trial == trial_balance(year, until)


@pytest.mark.parametrize("until", [None, date(2023, 2, 28), date(2023, 3, 10)])
def test_the_budget_of_the_months_is_the_one_of_the_statements(year: FiscalYear, until: date | None) -> None:
    assert year_in_months(year, until).budget == budget_in_force(year, until)


def test_the_variance_by_group_sums_to_that_of_the_year(year: FiscalYear) -> None:
    months = year_in_months(year)
    assert months.groups is not None
    assert months.cumulated_variance is not None
    better = income_statement(year).totals.better
    assert sum(group.better for group in months.groups) == better == months.cumulated_variance[-1]


def test_a_group_that_cost_less_than_budgeted_is_better(year: FiscalYear) -> None:
    groups = {group.group.key: group for group in year_in_months(year).groups or ()}
    assert (groups["meetings"].amount, groups["meetings"].budget) == (20_000, 60_000)
    assert groups["meetings"].better == 40_000
    assert groups["member-fees"].better == 80_050 - 120_000


def test_the_variance_of_a_month_is_the_sum_of_its_groups(year: FiscalYear) -> None:
    months = year_in_months(year)
    assert months.month_variances is not None
    assert tuple(month.better for month in months.month_variances) == months.variance
    for month in months.month_variances:
        assert sum(group.better for group in month.groups) == month.better


def test_a_budget_for_the_whole_year_has_no_months_but_has_groups() -> None:
    year = a_fiscal_year(2023)
    a_posted_voucher(year, (("5800", "200.00"), ("1930", "-200.00")))
    a_budget(year, (("5800", "250.00"),))
    months = year_in_months(year)
    assert months.budget_result is months.variance is months.month_variances is None
    assert months.budget_of_year == -25_000
    assert [group.better for group in months.groups or ()] == [5_000]


def test_a_budget_for_the_whole_year_cannot_be_compared_before_it_has_ended() -> None:
    year = a_fiscal_year(2023)
    a_budget(year, (("5800", "250.00"),))
    assert year_in_months(year, date(2023, 6, 30)).groups is None


def test_without_a_budget_nothing_is_compared(year: FiscalYear) -> None:
    year.budgets.update(in_force=False)
    months = year_in_months(year)
    assert months.groups is months.variance is months.budget_of_year is None


def test_up_to_a_day_inside_a_month_its_later_rows_do_not_count(year: FiscalYear) -> None:
    months = year_in_months(year, date(2023, 3, 10))
    assert months.months == (date(2023, 1, 1), date(2023, 2, 1), date(2023, 3, 1))
    assert months.income == (50_050, 0, 30_000)
    assert months.costs == (0, 0, 0)


def test_liquidity_goes_on_from_the_opening_balance(year: FiscalYear) -> None:
    months = year_in_months(year)
    assert months.liquidity is not None
    assert months.liquidity_opening == 100_000
    assert months.liquidity[:3] == (150_050, 150_050, 160_050)
    assert months.liquidity[-1] == trial_balance(year).liquidity


def test_without_opening_balances_there_is_no_liquidity() -> None:
    year = a_fiscal_year(2023)
    a_posted_voucher(year)
    assert year_in_months(year).liquidity is None


def test_the_close_of_the_year_changes_neither_result_nor_equity(year: FiscalYear) -> None:
    before = year_in_months(year), years_overview([year])
    result = f"{before[0].cumulated_result[-1] / 100:.2f}"
    a_posted_voucher(year, (("8999", result), ("2069", f"-{result}")), day=date(2023, 12, 31))
    after = year_in_months(year), years_overview([year])
    assert after[0].result == before[0].result
    assert (after[1][0].result, after[1][0].equity_closing) == (
        before[1][0].result,
        before[1][0].equity_closing,
    )


def test_a_year_in_the_overview_says_what_its_statements_say(year: FiscalYear) -> None:
    summary, statement, sheet = years_overview([year])[0], income_statement(year), balance_sheet(year)
    assert summary.result == statement.totals.amount
    assert summary.budget_result == statement.totals.budget
    assert summary.equity_closing == sheet.equity
    assert summary.equity_opening == 100_000
    assert summary.liquidity == trial_balance(year).liquidity
    assert summary.assets == trial_balance(year).assets


def test_an_empty_year_in_the_overview_has_no_figures_instead_of_zeros() -> None:
    summary = years_overview([a_fiscal_year(2023)])[0]
    assert summary.result is summary.equity_closing is summary.budget_result is None


def test_the_overview_ends_with_the_year_and_holds_five_at_the_most() -> None:
    years = [a_fiscal_year(number) for number in range(2017, 2025)]
    assert years_until(years[6]) == years[2:7]


def test_the_number_of_queries_is_fixed(year: FiscalYear, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        year_in_months(year)
    with django_assert_num_queries(7):
        year_in_months(year, date(2023, 3, 10))
    years = [year, a_fiscal_year(2024), a_fiscal_year(2025)]
    for some in (years[:1], years):
        with django_assert_num_queries(4):
            years_overview(some)
