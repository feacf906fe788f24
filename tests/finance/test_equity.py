"""How equity changed over the year."""

from datetime import date

import pytest

from finance.closing import close_year
from finance.columns import Wanted
from finance.equity import equity_report
from finance.statements import trial_balance
from tests.factories import a_fiscal_year, a_posted_voucher, an_opening_balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    year = a_fiscal_year(2022)
    an_opening_balance(year, "1930", "950")
    an_opening_balance(year, "2067", "-900")
    an_opening_balance(year, "2069", "-50")
    a_posted_voucher(year, (("2069", "50"), ("2067", "-50")), text="Omföring")
    a_posted_voucher(year, (("1930", "70"), ("3900", "-70")))
    return year


def row(report, key):
    amounts = report.entry(key).amounts
    return {column.key: amount / 100 for column, amount in zip(report.columns, amounts, strict=True)}


def test_the_result_of_the_year_before_moves_on_within_equity(year):
    report = equity_report(year)
    assert row(report, "opening") == {"2067": 900, "2069": 50, "unmoved-result": 0, "actual": 950}
    assert row(report, "within") == {"2067": 50, "2069": -50, "unmoved-result": 0, "actual": 0}
    assert [part.name for part in report.entry("within").parts] == ["A 1 Omföring"]


def test_the_years_result_is_in_equity_before_it_is_moved(year):
    report = equity_report(year)
    assert row(report, "result") == {"2067": 0, "2069": 0, "unmoved-result": 70, "actual": 70}
    assert row(report, "closing")["actual"] == trial_balance(year).equity_closing / 100 == 1020


def test_closing_the_year_moves_the_result_to_its_account(year):
    close_year(year, None)
    report = equity_report(year)
    assert row(report, "closing") == {"2067": 950, "2069": 70, "unmoved-result": 0, "actual": 1020}


def test_what_else_is_posted_on_equity_stands_voucher_by_voucher(year):
    a_posted_voucher(year, (("1930", "5"), ("2061", "-5")), text="Tillskott")
    report = equity_report(year)
    assert row(report, "other")["actual"] == 5
    assert report.entry("other").parts[0].name == "A 3 Tillskott"


def test_on_a_day_only_what_had_happened_counts(year):
    a_posted_voucher(year, (("1930", "5"), ("3900", "-5")), day=date(2022, 6, 1))
    assert row(equity_report(year, Wanted(end=date(2022, 5, 31))), "closing")["actual"] == 1020


def test_before_anything_is_entered_there_is_no_row_and_the_reason():
    report = equity_report(a_fiscal_year(2023))
    assert report.is_empty
    assert len(report.notes) == 2


def test_the_number_of_queries_is_fixed(year, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        equity_report(year)
