"""What is confidential: whoever tries to reach it in whichever way is refused, and the trail has it."""

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.utils import timezone

from board.models import AgendaItem, CalendarAddress, Decision, Document
from ledarna.models import ApiToken
from tests.factories import a_fiscal_year, a_mandate, a_person, a_user
from tests.minutes import SECRET, a_held_meeting, approved, minutes_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

OTHERS = ("auditor", "nominating_committee", "administrator", None, "anonymous")
"""Those who are not of the board: roles, somebody without one (None), and somebody who has not signed in."""

DIRECT = {
    "its address": "/documents/{pk}/",
    "the address of its version": "/documents/{pk}/versions/1/",
    "its PDF": "/documents/{pk}/versions/1/pdf/",
    "where it is signed": "/documents/{pk}/sign/",
}
"""Addresses of the document itself: refused, and the trail says by whom."""

BESIDE = {
    "a version that is not there": "/documents/{pk}/versions/2/",
    "its digest as a document": "/documents/{sha256}/",
    "its digest as an attachment": "/attachments/{sha256}/",
    "its digest as a file": "/documents/{pk}/{sha256}/",
    "its digest under the data directory": "/data/documents/{sha256}",
    "its digest as a static file": "/static/../documents/{sha256}",
    "its number as an attachment": "/attachments/{pk}/",
    "its number as a document of the API": "/api/v1/documents/{pk}",
    "the admin's form of it": "/admin/board/document/{pk}/change/",
    "the admin's form of its version": "/admin/board/documentversion/{pk}/change/",
}
"""Addresses where it could be thought to be: nothing is there, for nobody."""

AROUND = {
    "the list of documents": "/year/2023/documents/",
    "the documents of its meeting": "/meetings/{meeting}/documents/",
    "the page of its meeting": "/meetings/{meeting}/",
    "the search of decisions": "/year/2023/decisions/?text=avtalet&all_years=on",
    "the decisions as XLSX": "/year/2023/decisions/?list=decisions&as=xlsx",
    "the decisions as CSV": "/year/2023/decisions/?as=csv",
    "the decisions as JSON": "/year/2023/decisions/?as=json",
    "the meetings as CSV": "/year/2023/meetings/?list=meetings&as=csv",
    "the trail": "/trail/?text=avtalet",
    "the trail as CSV": "/trail/?as=csv",
    "the API": "/api/v1/years/2023/meetings",
}
"""Pages and lists that others may see: it is not in them."""


@pytest.fixture
def secret():
    """Confidential minutes that were approved: even these are for the board alone."""
    a_fiscal_year(2023)
    return approved(a_held_meeting(), is_confidential=True)


def coming_as(who):
    client = Client()
    if who != "anonymous":
        client.force_login(a_user(who, username="läsaren"))
    return client


def at(path, document):
    return path.format(pk=document.pk, meeting=document.meeting_id, sha256=document.latest.sha256)


def content_of(response):
    return response.content if not response.streaming else b"".join(response.streaming_content)


def refused_in_the_trail(document):
    """Who was refused the document, as the trail has it."""
    entries = LogEntry.objects.filter(object_pk=str(document.pk), additional_data__event="refused")
    return [entry.actor.username if entry.actor else None for entry in entries]


@pytest.mark.parametrize("who", OTHERS)
def test_the_document_itself_is_refused_and_the_trail_says_to_whom(secret, who):
    client = coming_as(who)
    answers = {way: client.get(at(path, secret)) for way, path in DIRECT.items()}
    assert {way: answer.status_code for way, answer in answers.items()} == dict.fromkeys(
        DIRECT, 302 if who == "anonymous" else 404
    )
    if who == "anonymous":
        assert all(answer["Location"].startswith("/sign-in/") for answer in answers.values())
    assert not any(b"Hemliga" in content_of(answer) for answer in answers.values())
    assert refused_in_the_trail(secret) == [None if who == "anonymous" else "läsaren"] * len(DIRECT)


@pytest.mark.parametrize("who", OTHERS)
def test_what_is_sent_to_it_is_refused_and_in_the_trail(secret, who):
    client = coming_as(who)
    statuses = {
        client.post(at(path, secret), {"do": "audience", "auditors": "on"}).status_code
        for path in ("/documents/{pk}/", "/meetings/{meeting}/minutes/confidential/")
    }
    assert statuses <= {302 if who == "anonymous" else 403}
    assert not Document.objects.get().auditors
    assert refused_in_the_trail(secret)


@pytest.mark.parametrize("who", [*OTHERS, "board"])
def test_there_is_no_other_way_to_it(secret, who):
    client = coming_as(who)
    for way, path in BESIDE.items():
        answer = client.get(at(path, secret), follow=True)
        refused = answer.status_code in (403, 404)
        assert refused or answer.redirect_chain[-1][0].startswith("/sign-in/"), way
        assert b"Hemliga" not in content_of(answer), way


@pytest.mark.parametrize("who", OTHERS)
def test_it_is_in_no_list_that_others_see(secret, who):
    client = coming_as(who)
    for way, path in AROUND.items():
        said = content_of(client.get(at(path, secret)))
        assert b"Hemliga" not in said, way
        assert b"(sekretess)" not in said, way


def test_it_is_in_no_answer_of_the_api_to_a_program_of_an_auditor(secret):
    token = ApiToken(user=a_user("auditor"), name="Program").draw()
    response = Client().get("/api/v1/years/2023/meetings", headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert response.json()["items"][0]["decisions"] == [{"number": 1, "text": "Protokollet godkändes."}]
    assert "Hemliga" not in response.content.decode()


def test_it_is_not_in_the_calendar_of_an_auditor(secret):
    person = a_person("Rut", user=a_user())
    a_mandate("auditor", end=None, person=person)
    Decision.objects.filter(number=2).update(state="open", due=timezone.localdate(), responsible=person)
    address = f"/calendar/{CalendarAddress.drawn(person)}.ics"
    feed = Client().get(address).content.decode().replace("\r\n ", "")
    assert "§ 2" in feed
    assert "Hemliga" not in feed


def test_the_trail_tells_that_something_confidential_changed_and_not_what_it_says():
    held = a_held_meeting()
    item = held.meeting.agenda.get(is_confidential=True)
    item.text = SECRET
    item.save()
    decision = Decision.objects.get(number=2)
    decision.text = f"{SECRET} i mars"
    decision.save()
    decision.delete()
    item.delete()
    told = [f"{entry.object_repr} {entry.changes}" for entry in LogEntry.objects.all()]
    assert not any("Hemliga" in one for one in told)
    assert sum("'*'" in one for one in told) >= 5


def test_an_item_that_becomes_confidential_is_hidden_with_that_change():
    item = AgendaItem.objects.create(meeting=a_held_meeting().meeting, position=20, title="Lokalen")
    item.title, item.is_confidential = "Hemliga lokalen", True
    item.save()
    assert not any("Hemliga lokalen" in f"{one.object_repr} {one.changes}" for one in LogEntry.objects.all())


def test_what_is_not_confidential_is_told_as_it_is():
    held = a_held_meeting()
    assert any("Protokollet godkändes." in str(one.changes) for one in LogEntry.objects.all())
    item = held.meeting.agenda.get(position=6)
    item.title = "Ekonomi och revision"
    item.save()
    assert LogEntry.objects.latest("pk").changes == {"title": ["Ekonomi", "Ekonomi och revision"]}


def test_the_trail_names_no_confidential_document(secret):
    minutes_of(a_held_meeting(), "Ett", is_confidential=True)
    names = [one.object_repr for one in LogEntry.objects.filter(content_type__model="document")]
    assert names
    assert all(name == f"Protokoll {secret.pk} *" or name.startswith("protokoll ") for name in names)


@pytest.mark.parametrize("way", ["its address", "its PDF"])
def test_the_board_reads_it(secret, way):
    assert coming_as("board").get(at(DIRECT[way], secret)).status_code == 200


def test_the_search_would_find_it_for_the_board(secret):
    found = coming_as("board").get(at(AROUND["the search of decisions"], secret))
    assert SECRET in found.content.decode()
