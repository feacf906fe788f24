"""The year as the board sees it."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from finance.money import kronor
from ledarna.models import StatedFigure
from tests.factories import (
    a_budget,
    a_fiscal_year,
    a_member_count,
    a_posted_voucher,
    an_account,
)
from tests.pages import main_of, reader, row_of, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def example():
    call_command("load_example", stdout=StringIO())


def the_year(label="2023", role="board", language="sv"):
    return reader(role, language).get(f"/year/{label}/")


def test_it_opens_with_what_happened(example):
    assert (
        "Resultatet är 35 933 kr bättre än budget, mest därför att övriga kostnader blev 35 933 kr lägre. "
        "Föreningen växte med 287 medlemmar."
    ) in main_of(the_year())


def test_it_opens_with_what_happened_in_english(example):
    page = main_of(the_year(language="en"))
    assert (
        "The result is 35,933 kr better than the budget, mostly because other costs were 35,933 kr lower. "
        "The association grew by 287 members."
    ) in page


def test_it_shows_the_four_figures(example):
    page = main_of(the_year())
    assert "Årets resultat −1 420 611 kr ▲ 35 933 bättre än budget" in page
    assert "Eget kapital 31 dec 2 460 488 kr ▼ från 3 881 099" in page
    assert "Medlemmar 31 dec 8 388 ▲ 287 · 3,54 %" in page
    assert "Styrelsemöten 19 9 digitala · 47,4 %" in page


def test_each_figure_leads_to_how_it_is_derived(example):
    html = the_year().content.decode()
    for key in ("finance.result", "finance.equity_closing", "members.closing", "board.meetings"):
        assert f'<li><a href="/year/2023/figures/{key}/">' in html


def test_it_tells_which_published_figure_does_not_agree(example):
    page = main_of(the_year())
    assert "2 uppgifter stämmer inte." in page
    assert "Årets resultat −1 420 596 kr; underlaget ger −1 420 611 kr." in page


def test_one_line_says_that_every_published_figure_agrees():
    year = a_fiscal_year()
    a_member_count(date(2023, 1, 1), 100)
    StatedFigure.objects.create(
        fiscal_year=year, key="members.opening", value=Decimal(100), document="Berättelse"
    )
    assert "Ingen publicerad uppgift avviker." in main_of(the_year())


def test_one_line_says_that_nothing_published_was_entered():
    a_posted_voucher(rows=(("1930", "15.40"), ("8310", "-15.40")))
    assert "Inga publicerade uppgifter är införda" in main_of(the_year())


def test_a_figure_that_cannot_be_derived_says_why():
    a_fiscal_year()
    page = main_of(the_year())
    assert "Årets resultat – Inget är bokfört under räkenskapsåret." in page
    assert "Eget kapital 31 dec – Inga ingående balanser är införda" in page
    assert "Styrelsemöten – Inget möte är infört" in page


def test_an_empty_year_says_how_to_begin():
    a_fiscal_year()
    page = main_of(the_year(role="treasurer"))
    assert "Så börjar året" in page
    assert "Bokför den första verifikationen" in page
    assert "Sekreteraren lägger in mötena." in page
    assert "Signaler" not in page


def test_an_empty_year_offers_each_role_what_it_enters():
    a_fiscal_year()
    page = main_of(the_year(role="secretary"))
    assert "Planera årets möten" in page
    assert "Bokför den första verifikationen" not in page
    assert "Kassören för in bokföringen." in page


def test_without_a_budget_the_lead_tells_the_result():
    a_posted_voucher(rows=(("1930", "15.40"), ("8310", "-15.40")))
    page = main_of(the_year())
    assert "Året gav ett överskott på 15 kr." in page
    assert "15 ,40 kr Ingen budget gäller" in page


def test_the_lead_names_the_group_that_moved_the_result_most():
    year = a_fiscal_year()
    a_budget(year, (("4200", "100"), ("5010", "100")))
    a_posted_voucher(year, (("4200", "40"), ("5010", "120"), ("1930", "-160")))
    assert (
        "Resultatet är 40 kr bättre än budget, mest därför att möten och resor kostade 60 kr mindre."
        in main_of(the_year())
    )


def test_a_variance_has_an_arrow_a_sign_and_a_word():
    year = a_fiscal_year()
    a_budget(year, (("5000", "100"),))
    a_posted_voucher(year, (("5000", "120"), ("1930", "-120")))
    assert row_of(the_year(), "5000") == "5000 Konto 5000 120 100 ▼ −20 sämre än budget"


def test_the_years_lead_to_one_another():
    a_fiscal_year(2022)
    a_fiscal_year(2023)
    html = the_year("2022").content.decode()
    assert '<a href="/year/2022/" aria-current="true">2022</a>' in html
    assert '<a href="/year/2023/">2023</a>' in html


def test_of_many_years_the_nearest_are_shown():
    for year in range(2000, 2030):
        a_fiscal_year(year)
    page = main_of(the_year("2010"))
    assert "2007 2008 2009 2010 2011 2012 2013" in page
    assert "2006" not in page
    assert "2014" not in page


def test_the_foot_tells_how_the_books_stand(example):
    page = words(the_year())
    assert (
        "Bokfört till och med 2023-12-31 2 verifikationer 0 fel i snabbkontrollerna Aldrig kontrollerad som helhet Kedja"
        in page
    )
    assert page.endswith("Året är öppet")


def test_a_year_that_is_not_there_is_not_found():
    assert the_year("1999").status_code == 404


class TestHome:
    def test_it_leads_to_the_latest_year_that_has_begun(self):
        a_fiscal_year(2022)
        a_fiscal_year(2023)
        a_fiscal_year(2999)
        assert reader().get("/")["Location"] == "/year/2023/"

    def test_it_leads_the_nominating_committee_to_the_meetings(self):
        a_fiscal_year()
        assert reader("nominating_committee").get("/")["Location"] == "/year/2023/meetings/"

    def test_without_a_role_it_shows_nothing_and_says_what_to_do(self):
        a_fiscal_year()
        response = reader(None).get("/")
        assert response.status_code == 403
        assert "utan roll visas ingenting" in words(response)

    def test_without_a_year_it_says_how_to_begin(self):
        assert "Inget räkenskapsår än" in main_of(reader().get("/"))


@pytest.fixture
def eighteen_months():
    """A fiscal year with two Januaries (BFL 3:3), each with a cost, against a budget by month."""
    year = a_fiscal_year(start=date(2022, 1, 1), end=date(2023, 6, 30))
    budget = a_budget(year)
    for month in (date(2022, 1, 1), date(2023, 1, 1)):
        budget.lines.create(account=an_account("5800"), month=month, amount=kronor("10"))
    for day, amount in ((date(2022, 1, 9), "70"), (date(2023, 1, 9), "40"), (date(2022, 9, 9), "20")):
        a_posted_voucher(year, (("5800", amount), ("1930", f"-{amount}")), day=day)


@pytest.mark.parametrize(
    ("page", "texts"),
    [
        ("", ["Januari 2022: −60 kr", "Januari 2023: −30 kr", "September: −20 kr"]),
        ("income-statement/?by=month", ["Jan 2022", "Jan 2023", "Sep Okt"]),
        ("figures/finance.result/?month=2023-01", ["Kontona, januari 2023"]),
    ],
)
def test_a_month_whose_name_comes_twice_in_a_year_is_told_with_its_year(eighteen_months, page, texts):
    shown = main_of(reader().get(f"/year/2022-2023/{page}"))
    assert [text for text in texts if text not in shown] == []
