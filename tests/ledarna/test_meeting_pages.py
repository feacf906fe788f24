"""The pages of a meeting: planned, its agenda written, held, decided, followed up."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from board.agenda import lay_out
from board.models import AgendaItem, Attendance, Decision, Meeting
from ledarna.markdown import html_of
from tests.factories import (
    a_decision,
    a_fiscal_year,
    a_mandate,
    a_meeting,
    a_person,
    a_posted_voucher,
    an_account,
)
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db
DAY = date(2023, 2, 7)


@pytest.fixture
def year():
    return a_fiscal_year(2023)


@pytest.fixture
def secretary():
    return reader("secretary")


@pytest.fixture
def meeting(year):
    return a_meeting(day=DAY, number=3, state=Meeting.State.PLANNED)


def series(**facts):
    sent = {"kind": "board", "weekday": "1", "often": "3", "start": "2023-01-01", "end": "2023-12-31"}
    return {**sent, "without": ["7"], "at": "17:00", "form": "digital", **facts}


class TestPlanning:
    def test_the_days_are_shown_before_anything_is_made(self, year, secretary):
        page = main_of(secretary.post("/year/2023/meetings/plan/", series(do="look")))
        assert "11 möten" in page
        assert "Tisdag 17 januari 2023" in page
        assert not Meeting.objects.exists()

    def test_the_meetings_of_the_year_are_planned_in_one_go(self, year, secretary):
        secretary.post("/year/2023/meetings/plan/", series(do="plan"))
        assert Meeting.objects.filter(state="planned", form="digital", time="17:00").count() == 11

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"end": "2024-01-31"}, "Dagarna ska ligga inom året"),
            ({"until": "16:00"}, "Mötet slutar innan det börjar."),
            ({"without": [str(month) for month in range(1, 13)]}, "Inget möte blir kvar."),
        ],
    )
    def test_what_cannot_be_planned_is_refused_in_words(self, year, secretary, facts, sentence):
        response = secretary.post("/year/2023/meetings/plan/", series(do="plan", **facts))
        assert sentence in main_of(response)
        assert not Meeting.objects.exists()

    def test_a_single_meeting_has_its_agenda_too(self, year, secretary):
        sent = {"kind": "extra", "number": "1", "date": "2023-05-02", "form": "digital", "state": "planned"}
        secretary.post("/year/2023/meetings/new/", sent)
        assert Meeting.objects.get().agenda.first().title == "Beslut att följa upp"

    @pytest.mark.parametrize(("role", "path"), [("board", "/year/2023/"), ("nominating_committee", "/")])
    def test_the_next_meeting_stands_on_everybodys_first_page(self, year, role, path):
        soon = timezone.localdate() + timedelta(days=3)
        a_meeting(day=soon + timedelta(days=30), number=2, state=Meeting.State.PLANNED)
        following = a_meeting(day=soon, state=Meeting.State.PLANNED)
        response = reader(role).get(path, follow=True)
        assert f'<a href="{following.get_absolute_url()}">' in response.content.decode()
        assert "Nästa möte" in main_of(response)


class TestTheAgenda:
    @pytest.fixture
    def items(self, meeting):
        return lay_out(meeting)

    def test_an_item_is_moved_by_a_button(self, secretary, meeting, items):
        secretary.post(f"/meetings/{meeting.pk}/agenda/", {"do": f"down {items[0].pk}"})
        assert list(meeting.agenda.values_list("pk", flat=True))[:2] == [items[1].pk, items[0].pk]

    def test_an_item_is_added_last(self, secretary, meeting, items):
        secretary.post(f"/meetings/{meeting.pk}/agenda/", {"do": "add", "title": "Fika"})
        assert meeting.agenda.last().title == "Fika"

    def test_an_item_is_taken_away_and_the_others_close_up(self, secretary, meeting, items):
        secretary.post(f"/meetings/{meeting.pk}/agenda/", {"do": f"remove {items[0].pk}"})
        assert list(meeting.agenda.values_list("position", flat=True)) == list(range(1, len(items)))

    def test_an_item_under_which_something_was_decided_stays(self, secretary, meeting, items):
        Decision.objects.create(meeting=meeting, item=items[0], number=1, text="Att bifalla")
        response = secretary.post(
            f"/meetings/{meeting.pk}/agenda/", {"do": f"remove {items[0].pk}"}, follow=True
        )
        assert "Beslut har fattats under" in main_of(response)
        assert meeting.agenda.count() == len(items)

    def test_an_item_of_another_meeting_is_not_there(self, secretary, meeting, items):
        other = a_meeting(day=date(2023, 3, 7))
        assert secretary.post(f"/meetings/{other.pk}/agenda/", {"do": f"up {items[1].pk}"}).status_code == 404

    def test_the_open_decisions_stand_under_their_item(self, meeting, items):
        decision = a_decision(a_meeting(day=date(2023, 1, 10)), 8, "Att beställa en banderoll")
        Decision.objects.filter(pk=decision.pk).update(state="open")
        assert "Att beställa en banderoll" in main_of(reader("board").get(f"/meetings/{meeting.pk}/"))

    def test_the_text_of_a_confidential_item_is_for_the_board(self, meeting):
        AgendaItem.objects.create(
            meeting=meeting, position=1, title="Personalärende", text="Om Kim", is_confidential=True
        )
        seen = {
            role: "Om Kim" in main_of(reader(role).get(f"/meetings/{meeting.pk}/"))
            for role in (
                "board",
                "secretary",
                "treasurer",
                "auditor",
                "nominating_committee",
                "administrator",
            )
        }
        assert [role for role, sees in seen.items() if sees] == ["board", "secretary", "treasurer"]


class TestWhoWasThere:
    def sent(self, *mandates, **facts):
        states = {f"state-{mandate.pk}": state for mandate, state in mandates}
        return {"is_quorate": "unknown", **states, **facts}

    def test_the_meeting_has_been_held_once_it_is_entered_who_was_there(self, secretary, meeting):
        chair, member = a_mandate("chair"), a_mandate()
        secretary.post(
            f"/meetings/{meeting.pk}/attendance/",
            self.sent((chair, "present"), (member, "excused"), chair=chair.person_id, is_quorate="true"),
        )
        meeting.refresh_from_db()
        assert (meeting.state, meeting.chair, meeting.is_quorate) == ("held", chair.person, True)
        assert list(meeting.attendance.values_list("mandate", "state")) == [
            (chair.pk, "present"),
            (member.pk, "excused"),
        ]

    def test_the_page_says_how_many_of_those_who_vote_were_there(self, secretary, meeting):
        for office, state in (("chair", "present"), ("member", "absent"), ("deputy", "digital")):
            Attendance.objects.create(meeting=meeting, mandate=a_mandate(office), state=state)
        assert "1 av de 2 som röstar var där." in main_of(secretary.get(f"/meetings/{meeting.pk}/"))

    def test_who_left_before_they_came_is_refused(self, secretary, meeting):
        chair = a_mandate("chair")
        times = {f"start-{chair.pk}": "18:00", f"end-{chair.pk}": "17:00"}
        response = secretary.post(
            f"/meetings/{meeting.pk}/attendance/", self.sent((chair, "present"), **times)
        )
        assert "Ingen går innan de kommit." in main_of(response)
        assert not Attendance.objects.exists()

    def test_a_meeting_to_come_cannot_have_been_held(self, secretary):
        meeting = a_meeting(day=timezone.localdate() + timedelta(days=1), state="planned")
        response = secretary.post(f"/meetings/{meeting.pk}/attendance/", self.sent())
        assert "ännu inte hållet" in main_of(response)
        meeting.refresh_from_db()
        assert meeting.state == "planned"


def decided(**facts):
    return {"number": "8", "text": "Att delta i Almedalen.", "state": "settled", **facts}


class TestDecisions:
    def test_a_decision_is_entered_with_what_it_may_cost(self, secretary, meeting):
        an_account("6010")
        secretary.post(f"/meetings/{meeting.pk}/decide/", decided(amount="20 000,50", account_number="6010"))
        decision = meeting.decisions.get()
        assert (decision.amount_ore, decision.account_number) == (2_000_050, 6010)

    def test_a_decision_that_somebody_carries_out_is_open(self, secretary, meeting):
        person = a_person("Anna Ek")
        secretary.post(f"/meetings/{meeting.pk}/decide/", decided(responsible=person.pk))
        assert meeting.decisions.get().state == Decision.State.OPEN

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"state": "dropped"}, "Skriv varför beslutet lades ned."),
            ({"account_number": "6010"}, "Det finns inget konto 6010."),
            ({"amount": "0"}, "Ett beslutat belopp är mer än noll."),
            ({"amount": "1,005"}, "öre"),
        ],
    )
    def test_what_is_no_decision_is_refused_in_words(self, secretary, meeting, facts, sentence):
        response = secretary.post(f"/meetings/{meeting.pk}/decide/", decided(**facts))
        assert sentence in main_of(response)
        assert not meeting.decisions.exists()

    def test_decided_stands_beside_spent(self, year, meeting):
        decision = a_decision(meeting, 8, "Mässan får kosta 20 000 kr")
        Decision.objects.filter(pk=decision.pk).update(amount_ore=2_000_000)
        rows = (("6010", "20000.50"), ("1930", "-20000.50"))
        a_posted_voucher(year, rows, day=date(2023, 3, 1), decision_reference="§ 8, möte 3")
        assert "20 000 20 000,50" in main_of(reader("auditor").get("/year/2023/decisions/"))

    def test_who_does_not_see_the_books_sees_nothing_spent(self, year, meeting):
        a_decision(meeting, 8, "Mässan får kosta 20 000 kr")
        a_posted_voucher(year, day=date(2023, 3, 1), decision_reference="§ 8, möte 3")
        page = main_of(reader("nominating_committee").get("/year/2023/decisions/"))
        assert "Mässan får kosta" in page
        assert "Utgivet" not in page

    @pytest.mark.parametrize(
        ("query", "found"),
        [("text=mässa", [8]), ("text=§ 9", [9]), ("state=open", [9]), ("state=open&text=mässa", [])],
    )
    def test_decisions_are_looked_for(self, year, meeting, query, found):
        a_decision(meeting, 8, "Delta i en mässa")
        Decision.objects.create(meeting=meeting, number=9, text="Att köpa en fana", state="open")
        page = main_of(reader("board").get(f"/year/2023/decisions/?{query}"))
        assert [number for number in (8, 9) if f"§ {number} " in page] == found

    def test_decisions_of_all_years_are_looked_for(self, year):
        a_decision(a_meeting(day=date(2021, 5, 4)), 2, "Att ha en policy")
        assert "policy" not in main_of(reader("board").get("/year/2023/decisions/"))
        assert "policy" in main_of(reader("board").get("/year/2023/decisions/?all_years=on"))

    @pytest.mark.parametrize("path", ["/year/2023/decisions/", "/meetings/{pk}/", "/year/2023/meetings/"])
    def test_what_was_decided_under_a_confidential_item_is_for_the_board(self, meeting, path):
        item = AgendaItem.objects.create(meeting=meeting, position=1, title="Kim", is_confidential=True)
        Decision.objects.create(meeting=meeting, item=item, number=7, text="Att skiljas från Kim")
        voucher = a_posted_voucher(
            a_fiscal_year(2023), day=date(2023, 3, 1), decision_reference="§ 7, möte 3"
        )
        path = path.format(pk=meeting.pk)
        assert "skiljas" not in reader("auditor").get(path).content.decode()
        assert "skiljas" not in reader("auditor").get(voucher.get_absolute_url()).content.decode()
        assert "skiljas" in reader("board").get(voucher.get_absolute_url()).content.decode()

    def test_the_list_takes_as_many_queries_whatever_it_holds(
        self, year, meeting, django_assert_max_num_queries
    ):
        board = reader("board")
        for number in range(1, 31):
            a_decision(meeting, number)
            a_posted_voucher(year, day=date(2023, 3, 1), decision_reference=f"§ {number}, möte 3")
        with django_assert_max_num_queries(25):
            board.get("/year/2023/decisions/")


class TestMandates:
    def test_it_says_who_was_the_board_on_a_day(self):
        a_mandate("chair", date(2020, 1, 1), date(2021, 12, 31), a_person("Anna Ek"))
        a_mandate("chair", date(2022, 1, 1), None, a_person("Bo Al"))
        page = main_of(reader("nominating_committee").get("/mandates/?on=2021-06-01"))
        assert "Anna Ek" in page
        assert "Bo Al" not in page

    def test_the_terms_that_end_within_a_year_are_told(self):
        a_mandate("member", date(2020, 1, 1), date(2021, 12, 31), a_person("Anna Ek"))
        page = main_of(reader("nominating_committee").get("/mandates/?on=2021-06-01"))
        assert "Mandat som går ut inom ett år" in page
        assert "Mandat som går ut" not in main_of(reader("board").get("/mandates/?on=2020-06-01"))

    def test_the_last_day_of_the_calendar_can_be_asked_for(self):
        a_mandate("chair", date(2020, 1, 1), None, a_person("Anna Ek"))
        assert "Anna Ek" in main_of(reader("board").get("/mandates/?on=9999-12-31"))


@pytest.mark.parametrize(
    ("written", "unwanted"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", "<a"),
        ("![x](https://example.org/x.png)", "<img"),
        ("# Rubrik", "<h1"),
        ("Rubrik\n===", "<h1"),
    ],
)
def test_markdown_is_text_with_emphasis_and_links_and_nothing_that_acts(written, unwanted):
    assert unwanted not in html_of(written)


def test_a_heading_that_somebody_writes_stands_below_that_of_its_section():
    assert html_of("# Rubrik") == "<h3>Rubrik</h3>"


def test_markdown_has_lists_and_emphasis():
    assert html_of("- *ett*") == "<ul><li><em>ett</em></li></ul>"
