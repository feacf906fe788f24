"""Members, meetings and the reconciliation, as pages."""

from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from board.models import Decision, Meeting
from ledarna.models import StatedFigure
from members.models import ChannelFigure, ChannelMonth, Survey
from tests.factories import (
    a_channel,
    a_fiscal_year,
    a_meeting,
    a_member_count,
    a_publication,
    a_question,
    a_survey,
)
from tests.pages import main_of, reader, row_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def example():
    call_command("load_example", stdout=StringIO())


def members(language="sv"):
    return reader(language=language).get("/year/2023/members/")


def meetings(role="board"):
    return reader(role).get("/year/2023/meetings/")


def reconciliation():
    return reader().get("/year/2023/reconciliation/")


@pytest.fixture
def freeze(monkeypatch):
    """Have the pages take a day for today."""
    return lambda day: monkeypatch.setattr("django.utils.timezone.localdate", lambda: day)


def a_year_of_facts(month):
    """A count with sections, a survey, a channel and a newsletter in *month* of 2023."""
    a_fiscal_year()
    day = date(2023, month, 1)
    a_member_count(day, 100, sections={"Kommun": 60, f"Sektion {month}": 40})
    a_question(a_survey(day), key=f"fraga-{month}")
    channel = a_channel(f"kanal-{month}", f"Kanal {month}")
    ChannelFigure.objects.create(channel=channel, year_end=date(2023, 12, 31), value=1)
    ChannelMonth.objects.create(channel=channel, month=day, value=6)
    a_publication(day, channel=channel)


class TestMembers:
    def test_it_shows_counts_change_and_growth(self, example):
        page = main_of(members())
        assert "Medlemsförändring +287" in page
        assert "Medlemstillväxt +3,54 %" in page
        assert row_of(members(), "2023-12-31").startswith("2023-12-31 8 388 +287")

    def test_a_missing_response_rate_says_why(self, example):
        page = main_of(members())
        assert "Ingen svarsfrekvens för året: Hur många enkäten" in page
        assert "inte infört 1 045 –" in page

    def test_with_recipients_the_response_rate_follows(self):
        a_fiscal_year()
        Survey.objects.create(name="Enkät", date=date(2023, 5, 1), recipients=200, responses=50)
        assert row_of(members(), "Enkät 2023-05-01") == "Enkät 2023-05-01 200 50 25 %"

    def test_a_channel_shows_the_year_before_that_follows(self, example):
        assert row_of(members(), "Artiklar på webben") == "Artiklar på webben 45 16 +29 181 %"

    def test_a_channel_whose_year_before_does_not_follow_says_why(self, example):
        assert "Inlägg på LinkedIn 72 – – – Inget helt tal" in main_of(members())

    def test_channels_have_english_names(self, example):
        assert row_of(members("en"), "Articles on the web") == "Articles on the web 45 16 +29 181%"

    def test_a_count_that_does_not_follow_says_so_at_its_row(self):
        a_fiscal_year()
        a_member_count(date(2023, 1, 1), 8101)
        a_member_count(date(2023, 12, 31), 8388, joined=300, left=10)
        assert row_of(members(), "2023-12-31") == "2023-12-31 8 388 +287 300 10"
        assert (
            "8 101 den 2023-01-01 + 300 tillkomna − 10 avslutade är 8 391, och antalet den 2023-12-31 är 8 388."
            in main_of(members())
        )

    def test_the_sections_stand_with_their_change(self):
        a_fiscal_year()
        a_member_count(date(2023, 1, 1), 100, sections={"Kommun": 60, "Region": 40})
        a_member_count(date(2023, 12, 31), 110, sections={"Kommun": 75, "Region": 35})
        assert row_of(members(), "Region") == "Region 40 35 −5"

    def test_a_question_stands_beside_itself_of_the_year_before(self):
        a_fiscal_year(2022)
        a_fiscal_year(2023)
        a_question(a_survey(date(2022, 10, 1)), "60")
        a_question(a_survey(date(2023, 10, 1)), "72")
        assert row_of(members(), "Är du nöjd") == "Är du nöjd med föreningen? andel 60 % 72 % 100"

    def test_a_mean_names_its_scale(self):
        a_fiscal_year()
        a_question(a_survey(), "3.8", measure="mean", scale_low=1, scale_high=5)
        assert "medelvärde, 1–5 3,8 100" in row_of(members(), "Är du nöjd")

    def test_a_goal_stands_at_its_channel(self):
        a_fiscal_year()
        channel = a_channel(goal_value=3000, goal_date=date(2025, 12, 31))
        ChannelFigure.objects.create(channel=channel, year_end=date(2023, 12, 31), value=2000)
        assert "Mål: 3 000 senast 2025-12-31; 1 000 återstår." in main_of(members())

    def test_a_goal_that_is_reached_says_so(self):
        a_fiscal_year()
        channel = a_channel(goal_value=1500, goal_date=date(2025, 12, 31))
        ChannelFigure.objects.create(channel=channel, year_end=date(2023, 12, 31), value=2000)
        assert "Målet 1 500 senast 2025-12-31 är nått." in main_of(members())

    def test_newsletters_and_articles_are_counted(self):
        a_fiscal_year()
        a_publication(title="Maj")
        page = main_of(members())
        assert "Nyhetsbrev: 1 · Artiklar: –" in page
        assert "2023-05-31 Maj · nyhetsbrev" in page

    def test_the_months_of_a_channel_stand_beside_one_another(self):
        a_fiscal_year()
        ChannelMonth.objects.create(channel=a_channel(), month=date(2023, 2, 1), value=6)
        assert row_of(members(), "Nyhetsbrev") == "Nyhetsbrev – 6" + " –" * 10

    def test_the_course_of_the_year_is_compared_with_the_year_before(self):
        for year, count in ((2022, 100), (2023, 120)):
            a_fiscal_year(year)
            for month in (1, 5, 9):
                a_member_count(date(year, month, 1), count + month)
        assert "20 fler medlemmar än vid samma tid året före" in main_of(members())

    def test_two_counts_make_no_course(self):
        a_fiscal_year()
        a_member_count(date(2023, 1, 1), 100)
        a_member_count(date(2023, 12, 31), 120)
        assert members().context["course_chart"] is None

    def test_a_year_that_runs_has_a_forecast_that_says_so(self, freeze):
        freeze(date(2023, 10, 2))
        for year, count in ((2022, 100), (2023, 200)):
            a_fiscal_year(year)
            for month in (1, 5, 9):
                a_member_count(date(year, month, 1), count)
        a_member_count(date(2022, 12, 31), 110)
        page = main_of(members())
        assert "Prognos: omkring 220 medlemmar när 2023 slutar" in page
        assert "Bandet går från 160 till 280" in page
        assert "Det är en prognos: ingen har räknat det." in page

    def test_a_year_that_is_over_has_no_forecast(self, freeze):
        freeze(date(2024, 1, 2))
        for year in (2022, 2023):
            a_fiscal_year(year)
            for month in (1, 5, 9):
                a_member_count(date(year, month, 1), 100)
        a_member_count(date(2022, 12, 31), 110)
        assert "Prognos" not in main_of(members())

    def test_the_number_of_queries_is_fixed(self, django_assert_max_num_queries):
        client = reader()
        a_year_of_facts(1)
        client.get("/year/2023/members/")
        with CaptureQueriesContext(connection) as few:
            client.get("/year/2023/members/")
        a_year_of_facts(8)
        with django_assert_max_num_queries(len(few)):
            client.get("/year/2023/members/")

    def test_without_facts_it_says_what_belongs_there(self):
        a_fiscal_year()
        page = main_of(members())
        assert "Här står hur många medlemmar det fanns en viss dag." in page
        assert "Här står enkäter till medlemmarna" in page
        assert "Här står kanalerna" in page

    def test_a_count_of_another_year_is_not_shown(self):
        a_fiscal_year()
        a_member_count(date(2023, 1, 1), 100)
        a_member_count(date(2024, 1, 1), 777)
        assert "777" not in main_of(members())


class TestMeetings:
    def test_it_shows_the_share_of_digital_meetings(self, example):
        page = main_of(meetings())
        assert "Styrelsemöten 19" in page
        assert "Andel digitala styrelsemöten 47,4 %" in page

    def test_a_note_that_many_meetings_share_stands_once(self, example):
        assert main_of(meetings()).count("exemplet sprider årets möten jämnt över året. ”Nästan 50 %”") == 1

    def test_a_meeting_shows_its_form_and_place(self):
        a_fiscal_year()
        a_meeting(date(2023, 3, 9), number=2, form=Meeting.Form.HYBRID, place="Norrköping")
        assert row_of(meetings(), "2023-03-09") == "2023-03-09 Styrelsemöte 2 Hybrid Norrköping"

    def test_a_meeting_shows_how_many_decisions_it_made(self):
        a_fiscal_year()
        meeting = a_meeting(date(2023, 3, 9), number=2)
        Decision.objects.create(meeting=meeting, number=8, text="Att köpa in annonser")
        assert row_of(meetings(), "2023-03-09") == "2023-03-09 Styrelsemöte 2 Fysiskt 1"

    def test_planned_meetings_stand_beside_those_that_were_held(self):
        a_fiscal_year()
        a_meeting(date(2023, 3, 9), number=2, state=Meeting.State.PLANNED)
        assert row_of(meetings(), "2023-03-09").endswith("Planerat")

    def test_the_nominating_committee_sees_it_and_no_foot(self):
        a_fiscal_year()
        a_meeting()
        response = meetings("nominating_committee")
        assert response.status_code == 200
        assert "<footer" not in response.content.decode()

    def test_the_nominating_committee_is_led_to_nothing_else(self):
        a_fiscal_year()
        html = meetings("nominating_committee").content.decode()
        assert '<a href="/year/2023/meetings/" aria-current="page">Möten</a>' in html
        for page in ("income-statement", "balance-sheet", "members", "reconciliation"):
            assert page not in html

    def test_without_facts_it_says_what_belongs_there(self):
        a_fiscal_year()
        assert "Här står styrelsens möten" in main_of(meetings())

    def test_only_those_who_enter_meetings_are_led_to_entering_one(self):
        a_fiscal_year()
        assert "Lägg in ett möte" in main_of(meetings("secretary"))
        assert "Lägg in ett möte" not in main_of(meetings("treasurer"))


class TestReconciliation:
    def test_what_does_not_agree_stands_first(self, example):
        page = main_of(reconciliation())
        assert (
            page.index("Stämmer inte (2)") < page.index("Kan inte härledas (3)") < page.index("Stämmer (13)")
        )

    def test_a_published_figure_stands_beside_the_derived_one(self, example):
        assert row_of(reconciliation(), "Årets resultat") == (
            "Årets resultat −1 420 596 kr −1 420 611 kr −15 kr ✕ Stämmer inte"
        )

    def test_a_figure_that_cannot_be_derived_is_explained(self, example):
        page = main_of(reconciliation())
        assert row_of(reconciliation(), "Svarsfrekvens") == "Svarsfrekvens 13,42 % – – ? Kan inte härledas"
        assert "1 045 svar vid 13,42 % betyder omkring 7 787 utskick" in page

    def test_a_figure_leads_to_its_facts(self, example):
        assert '<a href="/year/2023/members/">Medlemsförändring</a>' in reconciliation().content.decode()

    def test_several_documents_are_told_apart(self):
        year = a_fiscal_year()
        for document in ("Berättelse", "Bokslut"):
            StatedFigure.objects.create(
                fiscal_year=year, key="members.opening", value=Decimal(1), document=document, page="4"
            )
        page = main_of(reconciliation())
        assert "Berättelse, sidan 4" in page
        assert "Bokslut, sidan 4" in page

    def test_without_published_figures_it_says_what_belongs_there(self):
        a_fiscal_year()
        assert "Här står det som en verksamhetsberättelse" in main_of(reconciliation())
