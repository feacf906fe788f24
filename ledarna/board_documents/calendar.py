"""Meetings, deadlines and the year's fixed days as iCalendar (RFC 5545), in the time of the association.

An event keeps its UID for as long as the installation keeps its ``SECRET_KEY``, so that an invitation and
the feed are one event in a calendar, and those of two associations never meet.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from icalendar import Calendar, Event, vCalAddress, vText

from board.calendar import called_to, promised_by
from board.models import Decision, DocumentVersion, Meeting, Person
from finance.models import Association, FiscalYear

PRODUCT = "-//Ledarna//Ledarna//SV"
SHOWN_BACK = timedelta(days=365)
SHOWN_AHEAD = timedelta(days=2 * 365)


@dataclass(frozen=True)
class FixedDay:
    """Something that comes each year: what, and by the end of which month after the fiscal year's last day."""

    key: str
    what: str | Promise
    months: int


FIXED_DAYS = (
    FixedDay("close", gettext_lazy("Close the books of %(year)s (proposed)"), 1),
    FixedDay("audit", gettext_lazy("The audit of %(year)s is done (proposed)"), 2),
    FixedDay("annual-meeting", gettext_lazy("Annual meeting about %(year)s at the latest (proposed)"), 3),
)
"""What an association does after each fiscal year. Its statutes decide; these days are proposed."""


def uid(what: str, key: Any) -> str:
    """The UID of the event about *what* with *key*."""
    return f"{salted_hmac('ledarna.calendar', f'{what} {key}').hexdigest()[:32]}@ledarna"


def event_of(meeting: Meeting, sequence: int, stamp: datetime) -> Event:
    """*meeting* as an event; *sequence* counts how often it was sent anew, *stamp* is when it was made."""
    event = Event()
    event.add("uid", uid("meeting", meeting.pk))
    event.add("sequence", sequence)
    event.add("dtstamp", stamp)
    name = f"{meeting.get_kind_display()} {meeting.number}"
    event.add("summary", ", ".join(filter(None, (capfirst(name), _association()))))
    zone = ZoneInfo(settings.TIME_ZONE)
    if meeting.time:
        event.add("dtstart", datetime.combine(meeting.date, meeting.time, zone))
        if meeting.end_time:
            event.add("dtend", datetime.combine(meeting.date, meeting.end_time, zone))
    else:
        event.add("dtstart", meeting.date)
    if meeting.place:
        event.add("location", meeting.place)
    cancelled = meeting.state == Meeting.State.CANCELLED
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    return event


def invitation(meeting: Meeting, person: Person, text: str, sequence: int, stamp: datetime) -> Calendar:
    """The invitation of *person* to *meeting* with *text*; the cancellation where it is cancelled."""
    with override(settings.LANGUAGE_CODE):
        event = event_of(meeting, sequence, stamp)
        event.add("description", text)
        if meeting.link:
            event.add("url", meeting.link)
        event.add("organizer", _address(parseaddr(settings.DEFAULT_FROM_EMAIL)[1], _association()))
        attendee = _address(person.mail, person.name)
        attendee.params["RSVP"] = vText("TRUE")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        event.add("attendee", attendee)
        calendar = _calendar([event])
        calendar.add("method", "CANCEL" if meeting.state == Meeting.State.CANCELLED else "REQUEST")
        return calendar


def feed(person: Person, now: datetime) -> Calendar:
    """The calendar of *person*: their meetings, their deadlines, the year's fixed days. Six queries.

    It has no text of an agenda, no link of a meeting, and of a confidential decision only that there is
    one: its address is a secret that is kept by a program which is not ours.
    """
    today = timezone.localdate(now)
    start, end = today - SHOWN_BACK, today + SHOWN_AHEAD
    meetings = called_to(person, start, end)
    sent = _sent(meetings)
    with override(settings.LANGUAGE_CODE):
        calendar = _calendar(
            [
                *(event_of(meeting, sent.get(meeting.pk, 0), now) for meeting in meetings),
                *(_deadline(decision, now) for decision in promised_by(person)),
                *_fixed(start, end, now),
            ]
        )
        calendar.add("x-wr-calname", f"{_association() or 'Ledarna'}, {person.name}")
        return calendar


def _calendar(events: Iterable[Event]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar


def _sent(meetings: list[Meeting]) -> Mapping[int, int]:
    """How often the summons to each of *meetings* was sent anew."""
    found = DocumentVersion.objects.filter(document__kind="summons", document__meeting__in=meetings)
    numbers = found.values_list("document__meeting").annotate(latest=Max("number"))
    return {meeting: latest - 1 for meeting, latest in numbers if meeting}


def _whole_day(key: str, day: date, summary: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", key)
    event.add("dtstamp", now)
    event.add("dtstart", day)
    event.add("summary", summary)
    event.add("transp", "TRANSPARENT")
    return event


def _deadline(decision: Decision, now: datetime) -> Event:
    assert decision.due
    summary = _("To be done: %(decision)s") % {"decision": decision}
    if not (decision.item and decision.item.is_confidential):
        summary = f"{summary}: {decision.text.splitlines()[0]}"
    return _whole_day(uid("decision", decision.pk), decision.due, summary, now)


def _fixed(start: date, end: date, now: datetime) -> Iterator[Event]:
    """The fixed days from *start* to *end*, without what has been done or planned since."""
    for year in FiscalYear.objects.filter(end__gte=start - timedelta(days=366), end__lte=end):
        for fixed in FIXED_DAYS:
            day = year.end + timedelta(days=1) + relativedelta(months=fixed.months) - timedelta(days=1)
            if start <= day <= end and not _is_settled(fixed, year):
                summary = str(fixed.what) % {"year": year.label}
                yield _whole_day(uid(fixed.key, year.label), day, summary, now)


def _is_settled(fixed: FixedDay, year: FiscalYear) -> bool:
    if fixed.key == "close":
        return year.is_closed
    if fixed.key == "annual-meeting":
        after = Meeting.objects.between(year.end + timedelta(days=1), year.end + timedelta(days=366))
        return after.filter(kind=Meeting.Kind.ANNUAL).exclude(state=Meeting.State.CANCELLED).exists()
    return False


def _address(mail: str, name: str) -> vCalAddress:
    address = vCalAddress(f"mailto:{mail}")
    if name:
        address.params["CN"] = vText(name)
    return address


def _association() -> str:
    return getattr(Association.objects.first(), "name", "")
