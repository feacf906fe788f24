"""The plan as a page: goals, activities, their money, and what became of them."""

import json
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from board.models import Activity, PlanPeriod
from finance.models import Project
from finance.posting import post
from ledarna.figures import figures_of
from tests.factories import (
    a_budget,
    a_draft,
    a_fiscal_year,
    a_goal,
    a_person,
    a_posted_voucher,
    an_account,
    an_activity,
)
from tests.pages import main_of, reader, row_of

pytestmark = pytest.mark.django_db

PLAN = "/year/2023/plan/"


@pytest.fixture
def year():
    return a_fiscal_year(2023)


def plan(role="board"):
    return reader(role).get(PLAN)


class TestThePage:
    def test_a_goal_stands_with_its_text_and_the_year_s_activities(self, year):
        goal = a_goal(text="Genom **nyhetsbrev**.")
        an_activity("Nyhetsbrev", goal=goal, state="going", responsible=a_person("Lisa Ek"))
        page = main_of(plan())
        assert "2022–2025" in page
        assert "Fler ska känna till föreningen Genom nyhetsbrev . 0 av 1 aktivitet är klar, 1 pågår." in page
        assert row_of(plan(), "Nyhetsbrev") == "Nyhetsbrev Pågår Lisa Ek"

    def test_a_goal_without_activities_says_so_and_shows_no_zero(self, year):
        a_goal()
        assert "Fler ska känna till föreningen Ingen aktivitet är inlagd." in main_of(plan())
        assert "<progress" not in plan().content.decode()

    def test_the_activities_of_the_other_years_of_the_plan_are_told(self, year):
        an_activity("Enkät", year=2024, goal=a_goal(), state="dropped")
        assert "2024: Enkät · struken" in main_of(plan())

    def test_what_came_of_it_stands_under_it(self, year):
        an_activity(state="done", outcome="Tre seminarier, *fullsatta*.")
        assert "Tre seminarier, fullsatta ." in main_of(plan())

    def test_without_a_plan_it_says_what_belongs_there(self, year):
        page = main_of(plan())
        assert "Här står planens mål" in page
        assert "Här står vad föreningen vill göra under året" in page

    def test_those_who_enter_are_led_to_entering(self, year):
        assert "Lägg in en planperiod med dess mål" in main_of(plan("secretary"))
        assert "Lägg in en planperiod med dess mål" not in main_of(plan("auditor"))

    def test_the_number_of_queries_is_fixed(self, year, django_assert_max_num_queries):
        client = reader()
        an_account("4200")
        an_activity(goal=a_goal(), account_number=4200)
        client.get(PLAN)

        with CaptureQueriesContext(
            connection,
        ) as few:
            client.get(PLAN)
        for place in range(6):
            an_activity(goal=a_goal(position=place + 2), account_number=4200, responsible=a_person())
        with django_assert_max_num_queries(len(few)):
            client.get(PLAN)


class TestMoney:
    def test_the_costs_of_a_project_stand_beside_its_budget(self, year):
        project = Project.objects.create(code="ALMEDALEN", name="Almedalen")
        a_budget(year, (("4200", "900"),)).lines.update(project=project)
        draft = a_draft(year, rows=(("4200", "700"), ("1930", "-700")))
        draft.rows.filter(line=1).update(project=project)
        post(draft, by="kassör")
        a_posted_voucher(year, rows=(("4200", "55"), ("1930", "-55")))
        an_activity(project_code="ALMEDALEN")
        assert row_of(plan(), "Almedalen") == "Almedalen Planerad 900 700"

    def test_the_costs_of_an_account_stand_beside_its_budget(self, year):
        a_budget(year, (("4200", "5000"),))
        a_posted_voucher(year, rows=(("4200", "55"), ("1930", "-55")))
        an_activity(account_number=4200)
        assert row_of(plan(), "Almedalen") == "Almedalen Planerad 5 000 55"

    def test_an_activity_that_names_no_place_has_no_costs_beside_those_that_do(self, year):
        a_budget(year, (("4200", "5000"),))
        an_activity(account_number=4200)
        an_activity("Kurs")
        assert row_of(plan(), "Kurs") == "Kurs Planerad – –"

    def test_a_place_that_the_books_do_not_have_is_told(self, year):
        an_activity(account_number=4999)
        an_activity("Mässa", project_code="SAKNAS")
        page = main_of(plan())
        assert "Det finns inget kostnadskonto 4999." in page
        assert "Det finns inget projekt ”SAKNAS”." in page

    def test_who_sees_no_money_sees_none_here(self, year):
        a_budget(year, (("4200", "5000"),))
        an_activity(account_number=4200)
        assert "5 000" not in main_of(plan("nominating_committee"))

    def test_the_list_that_is_taken_away_has_it_too(self, year):
        a_budget(year, (("4200", "5000"),))
        an_activity(account_number=4200)
        taken = reader("auditor").get(PLAN, {"list": "activities", "as": "json"})
        assert json.loads(b"".join(taken.streaming_content))["rows"][0]["budget"] == "5000.00"


class TestFollowingUp:
    @pytest.mark.parametrize("role", ["secretary", "treasurer"])
    def test_state_and_outcome_are_said_on_the_page(self, year, role):
        activity = an_activity()
        sent = {"state": "done", "reason": "", "outcome": "Tre seminarier."}
        response = reader(role).post(f"{PLAN}{activity.pk}/", sent, follow=True)
        assert "”Almedalen” är sparad." in main_of(response)
        activity.refresh_from_db()
        assert (activity.state, activity.outcome) == ("done", "Tre seminarier.")

    def test_what_is_dropped_has_to_say_why_and_nothing_is_changed(self, year):
        activity = an_activity()
        response = reader("secretary").post(f"{PLAN}{activity.pk}/", {"state": "dropped", "reason": ""})
        assert "Ange varför aktiviteten ströks." in main_of(response)
        assert Activity.objects.get().state == "planned"

    def test_an_activity_that_its_plan_no_longer_reaches_says_so(self, year):
        activity = an_activity(goal=a_goal())
        PlanPeriod.objects.update(end=date(2022, 12, 31))
        response = reader("secretary").post(f"{PLAN}{activity.pk}/", {"state": "done"})
        assert "Målets plan gäller från 2022-01-01 till 2022-12-31" in main_of(response)

    def test_the_board_only_reads(self, year):
        activity = an_activity()
        assert reader("board").post(f"{PLAN}{activity.pk}/", {"state": "done"}).status_code == 403
        assert "/plan/" + str(activity.pk) not in plan("board").content.decode()


class TestFigures:
    def test_activities_that_were_dropped_do_not_count(self, year):
        for state in ("done", "planned", "dropped"):
            an_activity(state=state)
        figures = figures_of(year)
        assert (figures["board.activities"].value, figures["board.activities_done"].value) == (2, 1)

    def test_a_figure_leads_to_the_plan(self, year):
        an_activity()
        page = reader().get("/year/2023/figures/board.activities/").content.decode()
        assert 'href="/year/2023/plan/"' in page

    def test_where_none_was_entered_there_is_no_figure(self, year):
        figure = figures_of(year)["board.activities_done"]
        assert (figure.value, figure.reason) == (None, "Ingen aktivitet är inlagd för året.")
