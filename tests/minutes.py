"""A meeting whose minutes can be written and signed, for tests of documents."""

from dataclasses import dataclass
from datetime import date, time

from board import documents
from board.agenda import lay_out
from board.minutes import begun
from board.models import AgendaItem, Attendance, Decision, Document, DocumentVersion, Meeting, Person
from ledarna.board_documents import approval
from ledarna.models import User
from tests.factories import a_mandate, a_meeting, a_person, a_user

SECRET = "Uppsägning av avtalet med Hemliga AB"
"""What only the board may read, in the text of a confidential document and nowhere else."""


@dataclass(frozen=True)
class Held:
    """A meeting that was held, and the users of its chair and its two adjusters."""

    meeting: Meeting
    people: list[Person]

    @property
    def users(self) -> list[User]:
        return [person.user for person in self.people if person.user]


def a_held_meeting(**facts) -> Held:
    """A board meeting with an agenda, attendance, a decision under its first item, and a confidential item."""
    people = []
    for name, office in (("Anna Ek", "chair"), ("Bo Alm", "member"), ("Cilla Dal", "member")):
        person = a_person(name, mail=f"{name.split()[0].lower()}@example.se", user=a_user("board"))
        a_mandate(office, start=date(2022, 1, 1), end=None, person=person)
        people.append(person)
    meeting = a_meeting(
        time=time(17), end_time=time(19), place="Hörsalen", chair=people[0], secretary=people[1], **facts
    )
    meeting.adjusters.set(people[1:])
    first = lay_out(meeting)[4]
    last = meeting.agenda.count() + 1
    secret = AgendaItem.objects.create(
        meeting=meeting, position=last, title="Avtalet med Hemliga AB", is_confidential=True
    )
    Decision.objects.create(meeting=meeting, number=1, text="Protokollet godkändes.", item=first)
    Decision.objects.create(meeting=meeting, number=2, text=SECRET, item=secret)
    for person in people:
        Attendance.objects.create(meeting=meeting, mandate=person.mandates.get(), state="present")
    return Held(meeting, people)


def minutes_of(held: Held, text: str = "", is_confidential: bool = False) -> DocumentVersion:
    """A draft of the minutes of the meeting."""
    document = begun(held.meeting, is_confidential)
    document.save()
    return documents.add_text(document, text or f"# 1. Avtal\n\n{SECRET}\n", "sekreterare")


def approved(held: Held, **facts) -> Document:
    """Minutes of the meeting that all have signed."""
    document = minutes_of(held, **facts).document
    for signatory in documents.send_for_approval(document, "sekreterare"):
        approval.sign(signatory, signatory.person.user, signatory.version.sha256)
    return document
