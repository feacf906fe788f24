"""Figures derived from the board's facts, for any two dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from board.models import Decision, Meeting


@dataclass(frozen=True)
class MeetingYear:
    """The meetings of a period, and how many decisions they made."""

    meetings: Sequence[Meeting]
    decisions: int

    @property
    def of_board(self) -> list[Meeting]:
        """The meetings of the board itself."""
        return [meeting for meeting in self.meetings if meeting.kind in Meeting.BOARD_KINDS]

    @property
    def digital(self) -> list[Meeting]:
        """The board's digital meetings; a hybrid meeting is not one."""
        return [meeting for meeting in self.of_board if meeting.form == Meeting.Form.DIGITAL]

    @property
    def councils(self) -> list[Meeting]:
        """The meetings of the association council (föreningsråd)."""
        return [meeting for meeting in self.meetings if meeting.kind == Meeting.Kind.COUNCIL]


def meeting_year(start: date, end: date) -> MeetingYear:
    """The meetings held from *start* to *end*. Two queries."""
    return MeetingYear(
        meetings=tuple(Meeting.objects.between(start, end)),
        decisions=Decision.objects.filter(meeting__date__gte=start, meeting__date__lte=end).count(),
    )


@dataclass(frozen=True)
class BoardMeetings:
    """How often the board met in a period, and how often of that digitally."""

    start: date
    end: date
    held: int
    digital: int


def board_meetings(periods: Sequence[tuple[date, date]]) -> list[BoardMeetings]:
    """The board's meetings in each of *periods*, which stand in their order. One query."""
    if not periods:
        return []
    meetings = list(
        Meeting.objects.between(periods[0][0], periods[-1][1])
        .filter(kind__in=Meeting.BOARD_KINDS)
        .values_list("date", "form")
    )
    found = []
    for start, end in periods:
        forms = [form for day, form in meetings if start <= day <= end]
        found.append(BoardMeetings(start, end, len(forms), forms.count(Meeting.Form.DIGITAL)))
    return found
