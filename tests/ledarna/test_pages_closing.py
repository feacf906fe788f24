"""Periods and the close in the pages, projects beside them."""

from datetime import date

import pytest

from finance.closing import close_year
from finance.models import BudgetLine, PeriodLock, Project
from finance.money import kronor
from finance.periods import lock_through
from tests.factories import PASSWORD, a_budget, a_draft, a_fiscal_year, a_posted_voucher, an_account
from tests.finance.books import a_ledger, book, facts
from tests.pages import main_of, reader, row_of

pytestmark = pytest.mark.django_db

CLOSING = "/year/2023/closing/"


@pytest.fixture
def year():
    year = a_fiscal_year()
    a_posted_voucher(year, (("1930", "1000.00"), ("3900", "-1000.00")))
    return year


@pytest.fixture
def treasurer():
    return reader("treasurer")


def give_password(client):
    client.post("/password-again/", {"password": PASSWORD})


def seen(client):
    html = client.get(f"{CLOSING}close/").content.decode()
    return html.split('name="seen" value="')[1].split('"')[0]


# Periods


def test_months_are_locked_through_the_one_that_was_chosen(year, treasurer):
    response = treasurer.post("/year/2023/periods/lock/", {"month": "2023-03-01"}, follow=True)
    assert "Januari – mars är låsta." in main_of(response)
    assert "Låst" in row_of(response, "Mars 2023")
    assert "Öppen" in row_of(response, "April 2023")


def test_a_month_is_opened_with_a_reason_that_stays_in_sight(year, treasurer):
    lock = lock_through(year, date(2023, 1, 1), by=None)[0]
    treasurer.post(f"/periods/{lock.pk}/open/", {"reason": "En faktura saknades"})
    assert "En faktura saknades" in row_of(reader("auditor").get("/year/2023/periods/"), "Januari 2023")


def test_a_month_is_not_opened_without_a_reason(year, treasurer):
    lock = lock_through(year, date(2023, 1, 1), by=None)[0]
    response = treasurer.post(f"/periods/{lock.pk}/open/", {"reason": " "})
    assert "Säg varför dagarna öppnas" in main_of(response)
    assert not PeriodLock.objects.get(pk=lock.pk).unlocked_at


def test_an_auditor_sees_the_periods_and_no_button(year):
    response = reader("auditor").get("/year/2023/periods/")
    assert "Lås till och med" not in main_of(response)


def test_a_month_that_is_none_is_a_bad_request(year, treasurer):
    assert treasurer.post("/year/2023/periods/lock/", {"month": "mars"}).status_code == 400


# The close


def test_the_page_shows_what_was_looked_at_and_what_will_be_booked(year, treasurer):
    shown = main_of(treasurer.get(CLOSING))
    assert "Året kan stängas." in shown
    assert "8999 Årets resultat 1 000,00" in shown
    assert "2069 Årets resultat 1 000,00" in shown
    assert "1930 Konto 1930 1 000,00" in shown


def test_a_hindrance_takes_the_way_on_away(year, treasurer):
    a_draft(year, text="Porto")
    response = treasurer.get(CLOSING)
    assert "1 sak måste rättas till" in main_of(response)
    assert "Porto" in main_of(response)
    assert "Fortsätt till stängningen" not in main_of(response)


def test_the_password_is_asked_for_first(year, treasurer):
    response = treasurer.get(f"{CLOSING}close/")
    assert response["Location"] == "/password-again/?next=%2Fyear%2F2023%2Fclosing%2Fclose%2F"


def test_the_year_is_closed_as_it_was_seen(year, treasurer):
    give_password(treasurer)
    response = treasurer.post(f"{CLOSING}close/", {"seen": seen(treasurer)}, follow=True)
    assert "2023 är stängt, och 2024 börjar med dess balanser." in main_of(response)
    assert year.is_closed


def test_nothing_is_closed_when_the_books_changed_meanwhile(year, treasurer):
    give_password(treasurer)
    token = seen(treasurer)
    a_posted_voucher(year)
    response = treasurer.post(f"{CLOSING}close/", {"seen": token})
    assert "har ändrats sedan sidan visades" in main_of(response)
    assert not year.is_closed


def test_nothing_is_closed_without_the_password(year, treasurer):
    treasurer.post(f"{CLOSING}close/", {"seen": "x"})
    assert not year.is_closed


def test_a_closed_year_says_by_whom_and_with_what(year, treasurer):
    close_year(year, by=None)
    shown = main_of(treasurer.get(CLOSING))
    assert "2023 är stängt" in shown
    assert "A 2 Årets resultat" in shown


def test_a_closed_year_is_reopened_with_password_and_reason(year, treasurer):
    close_year(year, by=None)
    give_password(treasurer)
    treasurer.post(f"{CLOSING}reopen/", {"reason": "En faktura saknades"})
    assert not year.is_closed
    assert "En faktura saknades" in main_of(reader("auditor").get("/year/2023/periods/"))


def test_a_year_is_not_reopened_without_a_reason(year, treasurer):
    close_year(year, by=None)
    give_password(treasurer)
    response = treasurer.post(f"{CLOSING}reopen/", {"reason": ""})
    assert "Säg varför" in main_of(response)
    assert year.is_closed


@pytest.mark.parametrize("role", ["board", "auditor", "secretary", "administrator"])
def test_only_the_treasurer_closes(year, role):
    client = reader(role)
    give_password(client)
    assert client.post(f"{CLOSING}close/", {"seen": "x"}).status_code == 403
    assert not year.is_closed


# Projects


def test_projects_show_result_budget_and_variance():
    year = a_ledger()
    book(year, [facts(ore=40_000, project="ALMEDALEN"), facts(ore=10_000)])
    budget = a_budget(year)
    BudgetLine.objects.create(
        budget=budget,
        account=an_account("5910"),
        amount=kronor("300.00"),
        project=Project.objects.get(code="ALMEDALEN"),
    )
    response = reader("board").get("/year/2023/projects/")
    assert row_of(response, "Almedalen") == ("Almedalen ALMEDALEN 0 400 −400 −300 ▼ −100 sämre än budget")
    assert row_of(response, "Utan projekt").startswith("Utan projekt 0 100 −100 –")


def test_a_project_has_its_own_income_statement():
    year = a_ledger()
    book(year, [facts(ore=40_000, project="ALMEDALEN"), facts(ore=10_000)])
    project = Project.objects.get(code="ALMEDALEN")
    response = reader("board").get(f"/year/2023/projects/{project.pk}/")
    assert "5910 Konto 5910 400" in main_of(response)
    assert "?project=ALMEDALEN" in response.content.decode()


def test_cost_centres_are_told_in_the_same_way():
    year = a_ledger()
    book(year, [facts(ore=40_000, cost_center="STYRELSE")])
    assert row_of(reader("board").get("/year/2023/cost-centers/"), "Styrelsen").startswith(
        "Styrelsen STYRELSE 0 400 −400"
    )


def test_without_rows_the_page_says_what_a_project_is():
    a_fiscal_year()
    assert "Ett projekt samlar rader" in main_of(reader("board").get("/year/2023/projects/"))
