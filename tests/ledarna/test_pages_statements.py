"""The income statement and the balance sheet, as pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import a_budget, a_fiscal_year, a_posted_voucher, an_opening_balance
from tests.pages import main_of, reader, row_of

pytestmark = pytest.mark.django_db


def income_statement(role="board"):
    return reader(role).get("/year/2023/income-statement/")


def balance_sheet():
    return reader().get("/year/2023/balance-sheet/")


@pytest.fixture
def two_years():
    before, year = a_fiscal_year(2022), a_fiscal_year(2023)
    a_posted_voucher(before, (("1930", "900"), ("3900", "-900")))
    an_opening_balance(year, "1930", "900")
    an_opening_balance(year, "2067", "-900")
    a_budget(year, (("3900", "-1000"), ("5000", "300")))
    a_posted_voucher(year, (("1930", "1100"), ("3900", "-1100")))
    a_posted_voucher(year, (("5000", "450"), ("6000", "50"), ("1930", "-500")))


def test_a_line_has_budget_variance_and_the_year_before(two_years):
    assert row_of(income_statement(), "3900") == "3900 Konto 3900 1 100 1 000 ▲ +100 bättre än budget 900"


def test_what_is_only_compared_with_waits_on_a_narrow_screen_until_columns_are_chosen(two_years):
    html = income_statement().content.decode()
    assert "first-look" in html
    assert html.count('<th scope="col" class="number minor"') == 2
    chosen = reader().get("/year/2023/income-statement/?columns=actual,budget,difference,previous")
    assert "first-look" not in chosen.content.decode()


def test_a_kind_with_several_accounts_has_its_sum(two_years):
    assert row_of(income_statement(), "Summa kostnader") == "Summa kostnader 500 300 ▼ −200 sämre än budget 0"


def test_the_result_stands_last(two_years):
    assert (
        row_of(income_statement(), "Årets överskott") == "Årets överskott 600 700 ▼ −100 sämre än budget 900"
    )


def test_either_all_amounts_show_their_ore_or_none_does(two_years):
    year = a_fiscal_year(2023)
    a_posted_voucher(year, (("5000", "0.50"), ("1930", "-0.50")))
    assert row_of(income_statement(), "3900").startswith("3900 Konto 3900 1 100,00 1 000,00")


def test_an_account_leads_to_its_rows(two_years):
    assert '<a href="/year/2023/accounts/3900/">' in income_statement().content.decode()


def test_whoever_does_not_see_the_books_gets_no_link_to_them(two_years):
    html = income_statement("secretary").content.decode()
    assert "Konto 3900" in html
    assert "/accounts/" not in html


def test_before_anything_is_posted_there_are_no_amounts_and_no_zeros():
    a_budget(a_fiscal_year(), (("3900", "-1000"),))
    assert row_of(income_statement(), "3900") == "3900 Konto 3900 1 000"


def test_the_balance_sheet_has_opening_and_result(two_years):
    page = balance_sheet()
    assert row_of(page, "1930") == "1930 Konto 1930 1 500 900 +600"
    assert row_of(page, "Årets överskott") == "Årets överskott 600 0 +600"
    assert row_of(page, "Summa eget kapital") == "Summa eget kapital 1 500 900 +600"
    assert row_of(page, "Summa eget kapital och skulder") == "Summa eget kapital och skulder 1 500 900 +600"


def test_a_balance_sheet_that_holds_shows_no_difference(two_years):
    assert "Skillnad" not in main_of(balance_sheet())


def test_a_balance_sheet_that_does_not_hold_says_so():
    an_opening_balance(a_fiscal_year(), "1930", "15")
    page = balance_sheet()
    assert "Balansräkningen går inte ihop." in main_of(page)
    assert row_of(page, "Skillnad") == "Skillnad 15 15 0"


def test_the_foot_names_what_is_wrong_with_the_books():
    an_opening_balance(a_fiscal_year(), "1930", "15")
    assert "De ingående balansernas summa är inte noll." in balance_sheet().content.decode()


def test_without_facts_the_balance_sheet_says_how_to_begin():
    a_fiscal_year()
    assert "Här står deras ingående balanser" in main_of(balance_sheet())


@pytest.mark.parametrize(
    "page", ["income-statement", "balance-sheet", "cash-flow", "equity", "notes", "changes"]
)
def test_a_statement_takes_as_many_queries_whatever_the_books_hold(page, django_assert_max_num_queries):
    year, client = a_fiscal_year(2023), reader("auditor")
    an_opening_balance(year, "1930", "10")
    an_opening_balance(year, "2067", "-10")
    a_posted_voucher(year, (("1930", "1100"), ("3900", "-1100")))
    address = f"/year/2023/{page}/?known=2020-01-01" if page == "changes" else f"/year/2023/{page}/"
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for number in range(20):
        a_posted_voucher(year, ((str(5000 + number), "1"), ("2061", "-1")))
    with django_assert_max_num_queries(len(few)):
        client.get(address)
