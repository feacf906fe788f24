"""The agenda of a meeting as a document of its own."""

from io import BytesIO

import pytest
from auditlog.models import LogEntry
from pypdf import PdfReader

from tests.factories import a_meeting
from tests.minutes import a_held_meeting
from tests.pages import reader
from tests.paper import what_it_claims

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    meeting = a_held_meeting().meeting
    meeting.agenda.filter(position=6).update(text="Resultatet till dags dato.")
    return meeting


def text_of(response) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)


def test_it_has_time_place_items_and_their_texts(meeting):
    response = reader("nominating_committee").get(f"/meetings/{meeting.pk}/agenda.pdf")
    text = text_of(response)
    for said in (
        "Dagordning, styrelsemöte",
        "17:00–19:00",
        "Hörsalen",
        "Ekonomi",
        "Resultatet till dags dato.",
    ):
        assert said in text
    assert "dagordning-styrelsemote" in response["Content-Disposition"]


def test_it_is_tagged_and_kept_for_long(meeting):
    content = reader().get(f"/meetings/{meeting.pk}/agenda.pdf").content
    assert what_it_claims(content) == {"part": "2", "conformance": "A", "ua": "1", "tagged": True}


@pytest.mark.parametrize("role", ["board", "auditor"])
def test_a_confidential_item_has_only_its_place(meeting, role):
    text = text_of(reader(role).get(f"/meetings/{meeting.pk}/agenda.pdf"))
    assert "Ärende med sekretess" in text
    assert "Hemliga" not in text


def test_that_it_was_taken_is_in_the_trail(meeting):
    reader().get(f"/meetings/{meeting.pk}/agenda.pdf")
    assert LogEntry.objects.filter(additional_data__event="download", object_id=meeting.pk).count() == 1


def test_the_page_of_the_meeting_leads_to_it(meeting):
    assert (
        f'href="/meetings/{meeting.pk}/agenda.pdf"'
        in reader().get(f"/meetings/{meeting.pk}/").content.decode()
    )


def test_a_meeting_without_an_agenda_has_none():
    meeting = a_meeting()
    client = reader()
    assert client.get(f"/meetings/{meeting.pk}/agenda.pdf").status_code == 404
    assert "agenda.pdf" not in client.get(f"/meetings/{meeting.pk}/").content.decode()
