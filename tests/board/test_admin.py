"""Entering meetings, decisions and activities in the admin."""

import html

import pytest

from board.models import Activity, Decision, Meeting, PlanPeriod
from tests.factories import a_meeting, a_person, a_user, an_agenda_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(client):
    client.force_login(a_user("secretary"))
    return client


def text_of(response):
    return html.unescape(response.content.decode())


def meeting_form(*decisions, **facts):
    """The form of a meeting; *decisions* are (number, text)."""
    sent = {
        "kind": "board",
        "number": "8",
        "date": "2023-09-14",
        "form": "digital",
        "state": "held",
        "is_quorate": "unknown",
        "decisions-TOTAL_FORMS": len(decisions),
        "decisions-INITIAL_FORMS": 0,
        "decisions-MIN_NUM_FORMS": 0,
        "decisions-MAX_NUM_FORMS": 1000,
    }
    for number, (paragraph, text) in enumerate(decisions):
        sent |= {
            f"decisions-{number}-number": paragraph,
            f"decisions-{number}-text": text,
            f"decisions-{number}-state": "settled",
        }
    return {**sent, **facts}


def test_a_meeting_is_entered_with_its_decisions(secretary):
    secretary.post(
        "/admin/board/meeting/add/", meeting_form(("8", "Att delta i Almedalen."), ("9", "Att avsluta."))
    )
    assert list(Meeting.objects.get().decisions.values_list("number", flat=True)) == [8, 9]


REFUSED = {
    "a decision's number twice": (
        meeting_form(("8", "Att delta."), ("8", "Att avstå.")),
        "Mötet har redan ett beslut med detta nummer.",
    ),
    "the number zero": (meeting_form(number="0"), "Möten numreras från 1."),
    "a time that is none": (meeting_form(time="25:00"), "Fyll i en giltig tid."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_meeting_is_refused_in_words_with_nothing_saved(secretary, case):
    sent, sentence = REFUSED[case]
    response = secretary.post("/admin/board/meeting/add/", sent)
    assert sentence in text_of(response)
    assert not Meeting.objects.exists()


def test_an_activity_is_entered(secretary):
    sent = {"name": "Mässa", "year_end": "2023-12-31", "state": "planned"}
    secretary.post("/admin/board/activity/add/", sent)
    assert Activity.objects.get().name == "Mässa"


def person_form(person, office):
    sent = {"name": person.name, "mail": person.mail, "mandates-TOTAL_FORMS": 1, "mandates-INITIAL_FORMS": 0}
    return sent | {"mandates-0-office": office, "mandates-0-start": "2023-03-20"}


def test_a_mandate_is_entered_at_its_person(secretary):
    person = a_person("Anna Ek")
    secretary.post(f"/admin/board/person/{person.pk}/change/", person_form(person, "treasurer"))
    assert person.mandates.get().office == "treasurer"


def test_nobody_enters_a_mandate_of_their_own(client):
    user = a_user("secretary")
    client.force_login(user)
    person = a_person("Anna Ek", user=user)
    response = client.post(f"/admin/board/person/{person.pk}/change/", person_form(person, "treasurer"))
    assert response.status_code == 403
    assert not person.mandates.exists()


def test_a_plan_period_is_entered_with_its_goals(secretary):
    sent = {
        "name": "Plan 2022–2025",
        "start": "2022-01-01",
        "end": "2025-12-31",
        "goals-TOTAL_FORMS": 1,
        "goals-INITIAL_FORMS": 0,
        "goals-MIN_NUM_FORMS": 0,
        "goals-MAX_NUM_FORMS": 1000,
        "goals-0-position": "1",
        "goals-0-title": "Fler medlemmar",
    }
    secretary.post("/admin/board/planperiod/add/", sent)
    assert [goal.title for goal in PlanPeriod.objects.get().goals.all()] == ["Fler medlemmar"]


def test_a_decision_of_a_confidential_item_is_not_in_the_admin_of_who_is_not_of_the_board(client):
    meeting = a_meeting()
    item = an_agenda_item(meeting, is_confidential=True)
    Decision.objects.create(meeting=meeting, item=item, number=7, text="Att skiljas från Kim")
    found = {}
    for role in ("administrator", "secretary"):
        client.force_login(a_user(role))
        found[role] = "skiljas" in text_of(client.get(f"/admin/board/meeting/{meeting.pk}/change/"))
    assert found == {"administrator": False, "secretary": True}
