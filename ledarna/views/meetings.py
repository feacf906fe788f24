"""The board's work: its meetings, what they decided, and what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from board.models import Meeting
from finance.models import FiscalYear
from ledarna.charts.years import digital_share
from ledarna.decisions import decisions_for
from ledarna.exports import list_file
from ledarna.figures import Reading, figures_of
from ledarna.listings import meetings_table
from ledarna.overview import overview
from ledarna.roles import Area, Level, may, sees
from ledarna.sentences import progress_sentence
from ledarna.story import own_figures
from ledarna.views.meeting import next_meeting
from ledarna.views.page import page_of_year, year_links

FIGURES = ("board.meetings", "board.meetings_digital", "board.meetings_digital_share", "board.councils")


@dataclass(frozen=True)
class MeetingLine:
    """A meeting and how many decisions it made, as far as the reader sees them.

    ``mark`` is the number of the meeting's note under the table, if it has one.
    """

    meeting: Meeting
    decisions: int
    mark: int | None


def meeting_lines(
    meetings: Sequence[Meeting], decisions: Mapping[int, int]
) -> tuple[list[MeetingLine], list[str]]:
    """*meetings* with the number of their *decisions*, and their notes under one another: many meetings may share one."""
    notes = list(dict.fromkeys(meeting.note for meeting in meetings if meeting.note))
    marks = {note: mark for mark, note in enumerate(notes, start=1)}
    lines = [
        MeetingLine(meeting, decisions.get(meeting.pk, 0), marks.get(meeting.note)) for meeting in meetings
    ]
    return lines, notes


@sees(Area.MEETINGS)
def meetings_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The meetings of the year, held and planned, with their shares, and how far the plan has come."""
    year = get_object_or_404(FiscalYear, label=label)
    reading = Reading(year)
    meetings = Meeting.objects.between(year.start, year.end)
    if taken := list_file(
        request,
        year,
        {
            "meetings": lambda: meetings_table(meetings),
        },
    ):
        return taken
    sees_figures = may(request.user, Area.DASHBOARDS)
    decided = decisions_for(request.user).filter(meeting__date__gte=year.start, meeting__date__lte=year.end)
    lines, notes = meeting_lines(
        list(meetings),
        dict(decided.order_by().values_list("meeting").annotate(number=Count("pk"))),
    )
    return page_of_year(
        request,
        year,
        "meetings",
        {
            "years": year_links(year, "meetings"),
            "figures": own_figures(figures_of(year, reading=reading), FIGURES, linked=sees_figures),
            "digital_chart": digital_share(overview(year)) if sees_figures else None,
            "next_meeting": next_meeting(timezone.localdate(), request.user),
            "meetings": lines,
            "notes": notes,
            "has_places": any(line.meeting.place for line in lines),
            "has_decisions": any(line.decisions for line in lines),
            "has_planned": any(line.meeting.state != Meeting.State.HELD for line in lines),
            "progress": progress_sentence(reading.activities),
            "may_write": may(request.user, Area.MEETINGS, Level.ENTER),
        },
    )
