"""What stands in a person's calendar: the meetings that call them, and what they have promised to do."""

from datetime import date

from board.models import Decision, Meeting, Person


def called_to(person: Person, start: date, end: date) -> list[Meeting]:
    """The meetings from *start* to *end*, both counted, to which a mandate calls *person*. Two queries."""
    mandates = list(person.mandates.all())
    return [
        meeting
        for meeting in Meeting.objects.between(start, end)
        if any(
            mandate.office in Meeting.CALLED[meeting.kind] and mandate.is_held_on(meeting.date)
            for mandate in mandates
        )
    ]


def promised_by(person: Person) -> list[Decision]:
    """The open decisions that *person* is to carry out by a day, the most urgent first. One query."""
    found = Decision.objects.open().filter(responsible=person, due__isnull=False)
    return list(found.select_related("meeting", "item"))
