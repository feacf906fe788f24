"""The cash flow statement: from the result to what it did to cash and bank."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.cash_flow import cash_flow_report
from finance.closing import close_year
from finance.columns import Wanted
from finance.models import Account
from finance.models.accounts import Kind
from finance.statements import trial_balance
from tests.factories import a_fiscal_year, a_posted_voucher, an_account, an_opening_balance

pytestmark = pytest.mark.django_db


def amounts(report):
    return {entry.key: entry.amounts[0] for entry, _level in report.lines() if entry.amounts}


def test_depreciation_costs_no_money_and_a_purchase_does():
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "1000")
    an_opening_balance(year, "2067", "-1000")
    a_posted_voucher(year, (("1210", "600"), ("1930", "-600")))
    a_posted_voucher(year, (("7832", "120"), ("1219", "-120")))
    found = amounts(cash_flow_report(year))
    assert found["result"] == -120_00
    assert found["depreciation"] == 120_00
    assert found["sum-operating"] == 0
    assert found["fixed-assets"] == -600_00
    assert found["cash-flow"] == -600_00
    assert (found["cash-opening"], found["cash-closing"]) == (1000_00, 400_00)


def test_what_is_owed_and_owing_moves_between_result_and_cash():
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "0")
    a_posted_voucher(year, (("1510", "300"), ("3010", "-300")))
    a_posted_voucher(year, (("5010", "80"), ("2440", "-80")))
    found = amounts(cash_flow_report(year))
    assert (found["result"], found["receivables"], found["liabilities"]) == (220_00, -300_00, 80_00)
    assert found["cash-flow"] == 0


def test_closing_the_year_changes_no_cash_flow():
    year = a_fiscal_year(2022)
    an_opening_balance(year, "1930", "10")
    an_opening_balance(year, "2067", "-10")
    a_posted_voucher(year, (("1930", "7"), ("3900", "-7")))
    before = cash_flow_report(year)
    close_year(year, None)
    assert amounts(cash_flow_report(year)) == amounts(before)


def test_without_opening_balances_what_cash_held_is_not_known_and_said():
    year = a_fiscal_year(2023)
    a_posted_voucher(year, (("1930", "7"), ("3900", "-7")))
    report = cash_flow_report(year)
    assert report.amount("cash-flow") == 7_00
    assert "cash-opening" not in amounts(report)
    assert any("Inga ingående balanser" in note for note in report.notes)


def test_an_account_that_no_row_takes_is_told():
    year = a_fiscal_year(2023)
    Account.objects.create(number="9100", name="Udda", kind=Kind.ASSET)
    a_posted_voucher(year, (("9100", "7"), ("1930", "-7")))
    report = cash_flow_report(year)
    assert [account.number for account in report.missing] == ["9100"]
    assert report.amount("cash-flow") == -7_00


def test_the_number_of_queries_is_fixed(django_assert_max_num_queries):
    year = a_fiscal_year(2023)
    a_posted_voucher(year)
    an_opening_balance(year, "1930", "10")
    with django_assert_max_num_queries(8):
        cash_flow_report(year)


NUMBERS = (
    *("1030", "1219", "1350", "1410", "1510", "1790", "1930", "1910", "2061", "2069", "2110", "2230", "2350"),
    *("2410", "2440", "2650", "2990", "3900", "5010", "7832", "8310", "8811", "8999", "9100"),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[st.sampled_from(NUMBERS)] * 2, st.integers(1, 10**9)), min_size=1, max_size=8))
def test_the_cash_flow_is_always_what_cash_changed_by(rows):
    with transaction.atomic():
        year = a_fiscal_year(2023)
        for debit, credit, ore in rows:
            for number in (debit, credit):
                an_account(number, kind=Kind.COST if number == "9100" else "")
            amount = f"{ore // 100}.{ore % 100:02}"
            a_posted_voucher(year, ((debit, amount), (credit, f"-{amount}")))
        an_opening_balance(year, "1930", "12.34")
        report = cash_flow_report(year, Wanted())
        trial = trial_balance(year)
        assert report.amount("result") == trial.result
        assert report.amount("cash-closing") == trial.liquidity
        assert report.amount("cash-flow") == trial.liquidity - 12_34
        assert report.difference == 0
        assert report.missing == ()
        transaction.set_rollback(True)
