"""The board's work: its meetings, what they decided, and what was done."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from board.models import Activity, Decision, Meeting
from finance.models import FiscalYear
from ledarna.figures import Reading, figures_of
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links

FIGURES = ("board.meetings", "board.meetings_digital", "board.meetings_digital_share", "board.councils")


@dataclass(frozen=True)
class MeetingLine:
    """A meeting; ``mark`` is the number of its note under the table, if it has one."""

    meeting: Meeting
    mark: int | None


def with_notes(meetings: Sequence[Meeting]) -> tuple[list[MeetingLine], list[str]]:
    """*meetings*, and their notes under one another: many meetings may share one."""
    notes = list(dict.fromkeys(meeting.note for meeting in meetings if meeting.note))
    marks = {note: mark for mark, note in enumerate(notes, start=1)}
    return [MeetingLine(meeting, marks.get(meeting.note)) for meeting in meetings], notes


@sees(Area.MEETINGS)
def meetings_page(request: HttpRequest, label: str) -> HttpResponse:
    """The meetings of the year with their shares, the decisions, and the activities."""
    year = get_object_or_404(FiscalYear, label=label)
    reading = Reading(year)
    figures = figures_of(year, reading=reading)
    lines, notes = with_notes(reading.meetings.meetings)
    decisions = Decision.objects.filter(meeting__date__gte=year.start, meeting__date__lte=year.end)
    return page_of_year(
        request,
        year,
        "meetings",
        {
            "years": year_links(year, "meetings"),
            "figures": [figures[key] for key in FIGURES],
            "meetings": lines,
            "notes": notes,
            "decisions": decisions.select_related("meeting").order_by(
                "meeting__date", "meeting_id", "number"
            ),
            "activities": list(Activity.objects.filter(year_end__gte=year.start, year_end__lte=year.end)),
        },
    )
