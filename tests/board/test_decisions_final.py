"""What approved minutes say was decided is final, whoever asks; what becomes of a decision is still told."""

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from board.models import Decision, Document
from ledarna.guards import BOARD
from tests.factories import a_decision, a_meeting, a_person, a_user
from tests.minutes import a_held_meeting, approved

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

ANOTHER = {
    "meeting_id": lambda decision: a_meeting(day=date(2023, 11, 1)).pk,
    "item_id": lambda decision: None,
    "number": lambda decision: 99,
    "text": lambda decision: "Något annat.",
    "amount_ore": lambda decision: 100,
    "account_number": lambda decision: 6010,
}
"""A change of each column that approved minutes make final."""


@pytest.fixture
def decision():
    held = a_held_meeting()
    approved(held)
    return held.meeting.decisions.get(number=1)


@pytest.mark.parametrize("column", ANOTHER)
def test_the_database_refuses_to_change_what_was_decided(decision, column):
    changed = {column: ANOTHER[column](decision)}
    with pytest.raises(DatabaseError, match="is never changed"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(**changed)


def test_every_column_is_final_or_followed():
    columns = {field.attname for field in Decision._meta.concrete_fields}
    followed = {Decision._meta.get_field(name).attname for name in Decision.FOLLOWED}
    assert columns == {"id"} | set(ANOTHER) | followed


def test_what_becomes_of_it_is_told(decision):
    decision.responsible, decision.due = a_person("Eva By"), date(2024, 1, 31)
    decision.state, decision.reason = "dropped", "Mässan ställdes in."
    decision.save()
    decision.refresh_from_db()
    assert (str(decision.responsible), decision.state) == ("Eva By", "dropped")


def test_the_database_refuses_to_delete_it(decision):
    with pytest.raises(DatabaseError, match="is never deleted"), transaction.atomic():
        decision.delete()


def test_approved_minutes_gain_no_decision(decision):
    with pytest.raises(DatabaseError, match="gain no decision"), transaction.atomic():
        a_decision(decision.meeting, 30)


def test_no_decision_of_another_meeting_is_moved_there(decision):
    other = a_decision(a_meeting(day=date(2023, 11, 1)), 30)
    with pytest.raises(DatabaseError, match="is never changed"), transaction.atomic():
        Decision.objects.filter(pk=other.pk).update(meeting=decision.meeting)


def test_approved_minutes_stay_with_their_meeting(decision):
    with pytest.raises(DatabaseError, match="stay with their meeting"), transaction.atomic():
        Document.objects.filter(meeting=decision.meeting).update(meeting=None)


def test_before_they_are_approved_a_decision_is_changed_and_deleted():
    decision = a_held_meeting().meeting.decisions.get(number=1)
    decision.text = "Något annat."
    decision.save()
    decision.delete()
    assert not Decision.objects.filter(number=1).exists()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQL of SQLite")
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT OR REPLACE INTO board_decision SELECT * FROM board_decision WHERE id = %(kept)s",
        "UPDATE OR REPLACE board_decision SET id = %(kept)s WHERE id = %(other)s",
    ],
)
def test_none_takes_its_place(decision, sql):
    other = a_decision(a_meeting(day=date(2023, 11, 1)), 30)
    named = {"kept": decision.pk, "other": other.pk}
    with pytest.raises(DatabaseError, match="ledarna: "), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql % named)


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQL of PostgreSQL")
def test_the_table_is_not_emptied(decision):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="is never deleted"), transaction.atomic():
            cursor.execute("TRUNCATE board_decision CASCADE")


def test_the_guard_is_whole():
    assert BOARD.faults(connection) == []


# Where it is entered


def sent(**facts):
    return {"number": "77", "text": "Något annat.", "state": "dropped", "reason": "Inställt.", **facts}


@pytest.fixture
def secretary(client):
    client.force_login(a_user("secretary"))
    return client


def test_the_form_keeps_what_was_decided_and_tells_what_became_of_it(secretary, decision):
    response = secretary.post(f"/decisions/{decision.pk}/", sent(amount="100", account_number="1"))
    assert response.status_code == 302
    was = decision.text
    decision.refresh_from_db()
    assert (decision.number, decision.text, decision.amount_ore) == (1, was, None)
    assert (decision.state, decision.reason) == ("dropped", "Inställt.")


def test_an_amount_that_was_decided_stays_through_the_form(secretary):
    held = a_held_meeting()
    held.meeting.decisions.filter(number=1).update(amount_ore=2_000_050)
    approved(held)
    decision = held.meeting.decisions.get(number=1)
    assert secretary.post(f"/decisions/{decision.pk}/", sent(amount="")).status_code == 302
    decision.refresh_from_db()
    assert (decision.amount_ore, decision.state) == (2_000_050, "dropped")


def test_the_form_says_why_a_field_is_locked(secretary, decision):
    page = secretary.get(f"/decisions/{decision.pk}/").content.decode()
    assert page.count("Protokollet är justerat: det här är som det står där.") == 5
    assert page.count(" disabled") == 5


def test_a_further_decision_is_refused_in_words(secretary, decision):
    address = f"/meetings/{decision.meeting_id}/"
    assert "/decide/" not in secretary.get(address).content.decode()
    response = secretary.post(f"{address}decide/", sent(), follow=True)
    assert "Mötets protokoll är justerat och får inga fler beslut." in response.content.decode()
    assert decision.meeting.decisions.count() == 2


def test_the_admin_keeps_it_too_and_says_why(secretary, decision):
    address = f"/admin/board/meeting/{decision.meeting_id}/change/"
    page = secretary.get(address).content.decode()
    assert "Beslut, som i det justerade protokollet" in page
    assert 'name="decisions-0-reason"' in page
    assert 'name="decisions-0-text"' not in page
    assert 'name="decisions-0-DELETE"' not in page
