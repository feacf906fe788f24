"""The treasurer's desk: what is left to do for the month and for the year, and that nothing else is."""

from datetime import date

import pytest

from finance.closing import close_year
from finance.models import BankLine
from finance.periods import lock_through
from ledarna.annual_report import sealing
from ledarna.annual_report.document import compose, report_of
from ledarna.desk import desk
from ledarna.reconciliation import reconcile
from ledarna.trail import record
from tests.factories import (
    a_budget,
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    a_report_section,
    a_user,
    an_opening_balance,
)
from tests.pages import main_of, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

IN_MAY, AFTER = date(2023, 5, 10), date(2024, 1, 20)


@pytest.fixture
def year():
    """A year with balances to begin with and a budget: nothing is left to do in its first month."""
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "1000.00")
    an_opening_balance(year, "2067", "-1000.00")
    a_budget(year, (("3900", "-4000"),))
    return year


def at(year, today):
    user = a_user("treasurer")
    return desk(year, user, reconcile(year), today)


def said(found):
    return [matter.what for matter in found]


def test_in_its_first_month_a_year_that_was_begun_well_waits_for_nothing(year):
    found = at(year, date(2023, 1, 31))
    assert (found.month, found.year) == ([], [])


def test_months_that_are_over_are_locked_one_after_the_other(year):
    assert said(at(year, IN_MAY).month) == ["4 månader som är slut är inte låsta: januari 2023 – april 2023"]
    lock_through(year, date(2023, 3, 1), by=None)
    assert said(at(year, IN_MAY).month) == ["1 månad som är slut är inte låst: april 2023"]


def test_drafts_and_receipts_are_the_matters_of_the_years_page_with_their_rules(year):
    a_draft(year, day=date(2023, 1, 5))
    a_posted_voucher(year, day=date(2023, 1, 5))
    found = at(year, date(2023, 1, 31)).month
    assert said(found) == ["1 utkast är inte bokfört", "1 verifikation saknar underlag"]
    assert "BFL 5:2" in found[0].rule
    assert "BFL 5:6" in found[1].rule


def test_a_line_of_the_bank_waits_until_it_is_posted(year):
    draft = a_draft(year, day=date(2023, 1, 5))
    row = draft.rows.first()
    BankLine.objects.create(
        account=row.account, date=draft.date, text="Swish", amount=row.amount, voucher=draft
    )
    assert "1 rad på ett kontoutdrag är inte bokförd" in said(at(year, date(2023, 1, 31)).month)


def test_a_year_without_balances_or_budget_to_begin_with(year):
    other = a_fiscal_year(2021)
    assert said(at(other, date(2021, 1, 31)).year) == [
        "Inga ingående balanser har förts in för året.",
        "2021 saknar gällande budget",
    ]


def test_the_next_budget_is_asked_for_when_the_year_draws_to_its_end(year):
    a_posted_voucher(year)
    assert said(at(year, date(2023, 9, 1)).year) == []
    assert said(at(year, date(2023, 11, 1)).year) == [
        "Räkenskapsåret efter 2023 är inte infört, och saknar budget"
    ]
    following = a_fiscal_year(2024)
    assert said(at(year, date(2023, 11, 1)).year) == ["2024 saknar gällande budget"]
    a_budget(following, (("3900", "-4000"),))
    assert said(at(year, date(2023, 11, 1)).year) == []
    assert said(at(a_fiscal_year(2021), date(2023, 11, 1)).year)[-1:] != ["2023 saknar gällande budget"]


def test_a_year_that_is_over_is_closed_then_sealed_then_taken_home(year):
    a_posted_voucher(year)
    a_budget(a_fiscal_year(2024), (("3900", "-4000"),))
    assert said(at(year, AFTER).year) == ["Året är slut, men inte stängt"]
    close_year(year, by=None)
    assert said(at(year, AFTER).month) == ["1 verifikation saknar underlag"]
    assert said(at(year, AFTER).year) == [
        "Verksamhetsberättelsen är inte förseglad",
        "Årspaketet är inte hämtat",
    ]
    record(None, "download", year, "ledarna-2023.zip")
    assert said(at(year, AFTER).year) == ["Verksamhetsberättelsen är inte förseglad"]
    a_report_section(year, "Text")
    by = a_user("treasurer", "lisa")
    content = sealing.content_of(year, compose(report_of(year)))
    sealing.seal(year, by, sealing.digest_of(sealing.canonical(content)))
    assert said(at(year, AFTER).year) == []


def test_what_hinders_the_close_is_told_before_the_year_is_over(year):
    an_opening_balance(year, "1510", "5.00")
    (found,) = at(year, date(2023, 1, 31)).year
    assert found.what == "De ingående balansernas summa är 5,00 kr, inte noll."
    assert found.href == "/year/2023/closing/"


def test_every_matter_has_its_rule_and_a_way(year):
    a_draft(year)
    a_posted_voucher(year)
    found = at(year, AFTER)
    assert len([*found.month, *found.year]) >= 5
    assert all(matter.rule and matter.href for matter in [*found.month, *found.year])


def test_the_page_leads_the_treasurer_to_each(year):
    a_draft(year)
    page = reader("treasurer").get("/year/2023/desk/")
    assert "1 utkast är inte bokfört" in main_of(page)
    assert "Året är slut, men inte stängt" in main_of(page)
    assert 'href="/year/2023/closing/">Året är slut' in page.content.decode()


def test_months_with_nothing_left_to_do_say_so(year):
    a_budget(a_fiscal_year(2024), (("3900", "-4000"),))
    close_year(year, by=None)
    assert "Varje utkast är bokfört" in main_of(reader("treasurer").get("/year/2023/desk/"))


def test_the_years_page_leads_those_who_enter_to_it(year):
    assert "/year/2023/desk/" in reader("treasurer").get("/year/2023/").content.decode()
    assert "/year/2023/desk/" not in reader("board").get("/year/2023/").content.decode()


@pytest.mark.parametrize("role", ["board", "auditor"])
def test_it_is_the_desk_of_those_who_enter(year, role):
    assert reader(role).get("/year/2023/desk/").status_code == 403
