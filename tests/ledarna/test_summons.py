"""Calling people to a meeting by mail, and the calendar at its secret address."""

from datetime import date, time, timedelta

import pytest
from auditlog.models import LogEntry
from django.core import mail
from django.core.cache import cache
from django.utils import timezone
from icalendar import Calendar

from board.models import CalendarAddress, Decision, Document, SentSummons
from finance.models import Association
from ledarna.board_documents import summons
from ledarna.views.calendar import ASKED_AT_MOST
from tests.factories import PASSWORD, a_fiscal_year, a_mandate, a_meeting, a_person, a_user
from tests.minutes import SECRET, a_held_meeting
from tests.pages import main_of, reader

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


@pytest.fixture(autouse=True)
def _year():
    a_fiscal_year(timezone.localdate().year)
    Association.objects.create(name="Föreningen")
    cache.clear()


@pytest.fixture
def coming():
    """A meeting in a week, to which Anna, Bo and Cilla are called; and Dan, who has no mail."""
    people = a_held_meeting().people
    dan = a_person("Dan Frid")
    a_mandate("deputy", start=date(2022, 1, 1), end=None, person=dan)
    meeting = a_meeting(
        timezone.localdate() + timedelta(7),
        time=time(17),
        end_time=time(19, 30),
        state="planned",
        place="Hörsalen",
        link="https://video.example.se/rum",
    )
    assert [mandate.person for mandate in meeting.called()] == [*people, dan]
    return meeting


def sent(meeting, **more):
    return reader("secretary").post(
        f"/meetings/{meeting.pk}/summons/", {"do": "send", "text": "Välkommen!", **more}, follow=True
    )


def invitation_in(message):
    """The invitation as another program reads it, and the method its part says."""
    part = next(part for part in message.message().walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    return calendar, calendar.walk("VEVENT")[0], part.get_param("method")


# The summons


def test_the_summons_begins_with_time_place_link_and_agenda(coming):
    coming.agenda.create(position=1, title="Öppnande")
    coming.agenda.create(position=2, title="Hemligt", text=SECRET, is_confidential=True)
    page = reader("secretary").get(f"/meetings/{coming.pk}/summons/")
    assert "17:00–19:30" in main_of(page)
    assert "https://video.example.se/rum" in main_of(page)
    assert "Öppnande" in main_of(page)
    assert SECRET not in page.content.decode()


def test_who_cannot_be_mailed_is_told_before_sending(coming):
    page = main_of(reader("secretary").get(f"/meetings/{coming.pk}/summons/"))
    assert "Saknar e-postadress och får kallas på annat sätt: Dan Frid" in page
    assert "anna@example.se" in page
    assert not mail.outbox


def test_everybody_with_a_mail_gets_their_own_invitation(coming, settings):
    settings.DEFAULT_FROM_EMAIL = "Föreningen <post@example.se>"
    sent(coming)
    assert [message.to for message in mail.outbox] == [
        ["anna@example.se"],
        ["bo@example.se"],
        ["cilla@example.se"],
    ]
    calendar, event, method = invitation_in(mail.outbox[0])
    assert (method, calendar["METHOD"]) == ("REQUEST", "REQUEST")
    assert event["ORGANIZER"] == "mailto:post@example.se"
    assert event["ATTENDEE"] == "mailto:anna@example.se"
    assert event["ATTENDEE"].params["CN"] == "Anna Ek"
    assert event.decoded("DTSTART").isoformat() == f"{coming.date}T17:00:00+0{_offset(coming)}:00"
    assert event["DTSTART"].params["TZID"] == "Europe/Stockholm"
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Stockholm"]
    assert event["LOCATION"] == "Hörsalen"
    assert "Välkommen!" in mail.outbox[0].body


def _offset(meeting):
    moment = timezone.make_aware(timezone.datetime.combine(meeting.date, meeting.time))
    return int(moment.utcoffset().total_seconds() // 3600)


def test_sent_anew_it_is_the_same_event_later_in_its_sequence(coming):
    sent(coming)
    sent(coming)
    first, second = (invitation_in(mail.outbox[place])[1] for place in (0, 3))
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert Document.objects.get(kind="summons").versions.count() == 2


def test_a_cancelled_meeting_is_taken_out_of_the_calendars(coming):
    sent(coming)
    coming.state = "cancelled"
    coming.save()
    sent(coming)
    calendar, event, method = invitation_in(mail.outbox[-1])
    assert (method, calendar["METHOD"], event["STATUS"]) == ("CANCEL", "CANCEL", "CANCELLED")


def test_who_it_went_to_and_when_is_kept_and_in_the_trail(coming):
    page = main_of(sent(coming))
    assert list(SentSummons.objects.values_list("person__name", "mail")) == [
        ("Anna Ek", "anna@example.se"),
        ("Bo Alm", "bo@example.se"),
        ("Cilla Dal", "cilla@example.se"),
    ]
    assert "Mejlad till 3 personer." in page
    told = [entry.object_repr for entry in LogEntry.objects.filter(additional_data__event="summons")]
    assert len(told) == 3
    assert any("Anna Ek" in one for one in told)


def test_addresses_are_not_shown_to_others_than_the_board(coming):
    sent(coming)
    page = reader("auditor").get(f"/documents/{Document.objects.get().pk}/")
    assert "Välkommen!" in main_of(page)
    assert "anna@example.se" not in page.content.decode()


def test_whom_the_mail_did_not_reach_is_told_and_whom_it_did_is_kept(coming, monkeypatch):
    send = mail.EmailMultiAlternatives.send

    def breaks(message, *args, **kwargs):
        if message.to == ["bo@example.se"]:
            raise OSError("ingen kontakt")
        return send(message, *args, **kwargs)

    monkeypatch.setattr(summons.EmailMultiAlternatives, "send", breaks)
    page = main_of(sent(coming))
    assert "kunde inte skickas till Bo Alm, Cilla Dal: ingen kontakt." in page
    assert [one.person.name for one in SentSummons.objects.all()] == ["Anna Ek"]


def test_nobody_is_called_to_a_meeting_that_was_held(coming):
    coming.state, coming.date = "held", timezone.localdate()
    coming.save()
    assert "ingen kallas till det längre" in main_of(sent(coming))
    assert not mail.outbox
    assert not Document.objects.exists()


# The calendar


def with_address(person):
    secret = CalendarAddress.drawn(person)
    return f"/calendar/{secret}.ics"


def events_at(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return Calendar.from_ical(response.content).walk("VEVENT"), response


def test_the_calendar_has_the_meetings_that_call_the_person(client, coming):
    a_meeting(coming.date, kind="congress", state="planned")
    anna = coming.called()[0].person
    sent(coming)
    events, response = events_at(client, with_address(anna))
    ours = [event for event in events if "Styrelsemöte" in event["SUMMARY"]]
    assert [event.decoded("DTSTART").date() for event in ours] == [coming.date]
    assert ours[0]["UID"] == invitation_in(mail.outbox[0])[1]["UID"]
    assert "kongress" not in response.content.decode().lower()
    assert response["Content-Type"] == "text/calendar; charset=utf-8"


def test_the_calendar_has_deadlines_but_nothing_confidential(client, coming):
    anna = coming.called()[0].person
    secret = Decision.objects.get(text=SECRET)
    loose = Decision.objects.create(meeting=secret.meeting, number=3, text="Boka lokal\n\nSenast i maj.")
    for decision in (secret, loose):
        decision.responsible, decision.due, decision.state = anna, timezone.localdate(), "open"
        decision.save()
    events, response = events_at(client, with_address(anna))
    summaries = [event["SUMMARY"] for event in events if "Ska vara klart" in event["SUMMARY"]]
    assert len(summaries) == 2
    assert any("Boka lokal" in summary for summary in summaries)
    assert "Hemliga" not in response.content.decode().replace("\r\n ", "")
    assert "video.example.se" not in response.content.decode().replace("\r\n ", "")


def test_the_fixed_days_are_proposed_until_they_are_settled(client, coming):
    year = timezone.localdate().year
    before = a_fiscal_year(year - 1)
    anna = coming.called()[0].person
    address = with_address(anna)

    def fixed():
        return {
            e["SUMMARY"]: e.decoded("DTSTART")
            for e in events_at(client, address)[0]
            if "förslag" in e["SUMMARY"]
        }

    assert fixed()[f"Årsmöte om {before.label} senast (förslag)"] == date(year, 3, 31)
    a_meeting(date(year, 3, 20), kind="annual", state="planned")
    assert f"Årsmöte om {before.label} senast (förslag)" not in fixed()
    assert fixed()[f"Bokslut för {before.label} klart (förslag)"] == date(year, 1, 31)


def test_the_address_is_shown_once_and_only_its_digest_is_kept(coming):
    from django.test import Client

    anna = coming.called()[0].person
    client = Client()
    client.force_login(anna.user)
    assert "password-again" in client.post("/you/calendar/", {"do": "make"})["Location"]
    client.post("/password-again/", {"password": PASSWORD})
    page = client.post("/you/calendar/", {"do": "make"}).content.decode()
    address = page.split("http://testserver")[1].split("<")[0]
    assert Client().get(address).status_code == 200
    assert "/calendar/" not in main_of(client.get("/you/calendar/"))
    assert CalendarAddress.objects.get().digest not in address
    client.post("/you/calendar/", {"do": "make"})
    assert Client().get(address).status_code == 404


def test_a_revoked_address_leads_nowhere(client, coming):
    anna = coming.called()[0].person
    address = with_address(anna)
    client.force_login(anna.user)
    client.post("/password-again/", {"password": PASSWORD})
    client.post("/you/calendar/", {"do": "revoke"})
    client.logout()
    assert client.get(address).status_code == 404


def test_the_address_of_one_whose_mandate_has_ended_leads_nowhere(client, coming):
    person = a_person("Eva", user=a_user())
    mandate = a_mandate("member", end=None, person=person)
    address = with_address(person)
    assert client.get(address).status_code == 200
    mandate.end = timezone.localdate() - timedelta(1)
    mandate.save()
    assert client.get(address).status_code == 404


def test_who_asks_again_and_again_has_to_wait(client):
    answers = {client.get(f"/calendar/gissning{n}.ics").status_code for n in range(ASKED_AT_MOST)}
    assert answers == {404}
    assert client.get("/calendar/gissning.ics").status_code == 429


def test_a_user_without_a_mandate_has_no_calendar():
    assert "inget förtroendeuppdrag" in main_of(reader("auditor").get("/you/calendar/"))
