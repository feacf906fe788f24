"""Figures derived from the board's facts, for any two dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from board.models import Attendance, Decision, Meeting


@dataclass(frozen=True)
class MeetingYear:
    """The meetings held in a period, how many decisions they made, and how many were there.

    ``called`` and ``there`` count those whose attendance at a meeting of the board was entered, and
    those of them who took part, in the room or digitally.
    """

    meetings: Sequence[Meeting]
    decisions: int
    called: int = 0
    there: int = 0

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
    """The meetings held from *start* to *end*. Three queries."""
    attendance = Attendance.objects.filter(
        meeting__date__gte=start,
        meeting__date__lte=end,
        meeting__state=Meeting.State.HELD,
        meeting__kind__in=Meeting.BOARD_KINDS,
    ).aggregate(called=Count("pk"), there=Count("pk", filter=Q(state__in=Attendance.THERE)))
    return MeetingYear(
        meetings=tuple(Meeting.objects.between(start, end).held()),
        decisions=Decision.objects.filter(meeting__date__gte=start, meeting__date__lte=end).count(),
        **attendance,
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
        .held()
        .filter(kind__in=Meeting.BOARD_KINDS)
        .values_list("date", "form")
    )
    found = []
    for start, end in periods:
        forms = [form for day, form in meetings if start <= day <= end]
        found.append(BoardMeetings(start, end, len(forms), forms.count(Meeting.Form.DIGITAL)))
    return found
