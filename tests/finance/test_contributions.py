from datetime import date
from typing import Any

import pytest

from finance import contributions
from finance.analysis import year_in_months
from finance.contributions import SELECTIONS, account_contributions, in_group, largest_vouchers
from finance.groups import GROUPS
from finance.models import FiscalYear
from finance.statements import trial_balance
from tests.factories import a_budget, a_draft, a_fiscal_year, a_posted_voucher, an_account, an_opening_balance

pytestmark = pytest.mark.django_db

MEETINGS = next(group for group in GROUPS if group.key == "meetings")


@pytest.fixture
def year() -> FiscalYear:
    before, year = a_fiscal_year(2022), a_fiscal_year(2023)
    an_opening_balance(year, "1930", "1000.00")
    an_opening_balance(year, "2067", "-1000.00")
    a_posted_voucher(before, (("5800", "70.00"), ("1930", "-70.00")), day=date(2022, 5, 2))
    a_posted_voucher(year, (("1930", "500.00"), ("3900", "-500.00")), day=date(2023, 1, 31))
    a_posted_voucher(year, (("5800", "200.00"), ("1930", "-200.00")), day=date(2023, 5, 15))
    a_posted_voucher(year, (("5800", "30.00"), ("5831", "9.00"), ("1930", "-39.00")), day=date(2023, 6, 1))
    a_budget(year, (("5800", "250.00"), ("3900", "-450.00")))
    return year


def of(year: FiscalYear, selection: str, **narrowed: Any) -> dict[str, contributions.AccountContribution]:
    found = account_contributions(
        year_in_months(year), year_in_months(a_fiscal_year(2022)), SELECTIONS[selection], **narrowed
    )
    return {each.account.number: each for each in found}


@pytest.mark.parametrize("selection", ["income", "costs", "financial", "result", "assets", "liabilities"])
def test_the_accounts_of_a_figure_sum_to_it(year: FiscalYear, selection: str) -> None:
    assert sum(one.amount for one in of(year, selection).values()) == getattr(trial_balance(year), selection)


def test_the_accounts_of_equity_and_of_cash_sum_to_them_opening_and_all(year: FiscalYear) -> None:
    trial = trial_balance(year)
    assert sum(one.amount for one in of(year, "equity").values()) == trial.equity_closing
    assert sum(one.amount for one in of(year, "liquidity").values()) == trial.liquidity


def test_a_cost_stands_in_the_result_with_a_minus_and_in_the_costs_with_none(year: FiscalYear) -> None:
    assert of(year, "result")["5800"].amount == -23_000
    assert of(year, "costs")["5800"].amount == 23_000


@pytest.mark.parametrize("selection", ["result", "costs"])
def test_a_cost_below_budget_is_better_in_every_figure(year: FiscalYear, selection: str) -> None:
    assert of(year, selection)["5800"].better == 2_000


def test_the_year_before_stands_beside(year: FiscalYear) -> None:
    assert of(year, "costs")["5800"].previous == 7_000
    assert of(year, "costs")["5800"].against_previous == 16_000


def test_a_month_takes_its_own_rows_and_the_same_month_of_the_year_before(year: FiscalYear) -> None:
    may = of(year, "costs", month=date(2023, 5, 1))
    assert (may["5800"].amount, may["5800"].previous) == (20_000, 7_000)
    assert may["5800"].budget is None


def test_a_group_takes_its_own_accounts(year: FiscalYear) -> None:
    assert set(of(year, "result", only=in_group(MEETINGS))) == {"5800", "5831"}


def test_the_largest_vouchers_come_first_with_all_their_rows_on_the_accounts(year: FiscalYear) -> None:
    accounts = [an_account("5800"), an_account("5831")]
    found = largest_vouchers(year, accounts, sign=-1)
    assert [one.amount for one in found.vouchers] == [-20_000, -3_900]
    assert found.is_complete


def test_drafts_and_other_years_are_not_among_the_vouchers(year: FiscalYear) -> None:
    a_draft(year, (("5800", "999.00"), ("1930", "-999.00")))
    found = largest_vouchers(year, [an_account("5800")], sign=1)
    assert [one.amount for one in found.vouchers] == [20_000, 3_000]


def test_in_a_month_only_its_vouchers_are_shown(year: FiscalYear) -> None:
    found = largest_vouchers(year, [an_account("5800")], sign=1, month=date(2023, 6, 1))
    assert [one.amount for one in found.vouchers] == [3_000]


def test_in_a_large_ledger_the_months_that_contribute_most_are_looked_at(
    year: FiscalYear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contributions, "ALL_LOOKED_AT", 1)
    monkeypatch.setattr(contributions, "ROWS_LOOKED_AT", 1)
    found = largest_vouchers(year, [an_account("5800"), an_account("5831")], sign=1)
    assert [one.amount for one in found.vouchers] == [20_000]
    assert not found.is_complete


def test_where_nothing_is_posted_there_are_no_vouchers() -> None:
    assert largest_vouchers(a_fiscal_year(2023), [an_account("5800")], sign=1).vouchers == ()


def test_the_number_of_queries_is_fixed(year: FiscalYear, django_assert_num_queries: Any) -> None:
    accounts = [an_account("5800"), an_account("3900")]
    with django_assert_num_queries(4):
        largest_vouchers(year, accounts, sign=1)
