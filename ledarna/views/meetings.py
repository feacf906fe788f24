"""The board's work: its meetings, what they decided, and what was done."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from board.models import Activity, Decision, Meeting
from finance.models import FiscalYear, Voucher
from ledarna.charts.years import digital_share
from ledarna.decisions import vouchers_of
from ledarna.exports import list_file
from ledarna.figures import Reading, figures_of
from ledarna.listings import activities_table, decisions_table, meetings_table
from ledarna.overview import overview
from ledarna.roles import Area, may, sees
from ledarna.story import own_figures
from ledarna.views.page import page_of_year, year_links

FIGURES = ("board.meetings", "board.meetings_digital", "board.meetings_digital_share", "board.councils")


@dataclass(frozen=True)
class MeetingLine:
    """A meeting and its decisions, each with the vouchers that point at it.

    ``mark`` is the number of the meeting's note under the table, if it has one.
    """

    meeting: Meeting
    decisions: Sequence[tuple[Decision, Sequence[Voucher]]]
    mark: int | None


def meeting_lines(
    meetings: Sequence[Meeting], decisions: Iterable[Decision], vouchers: Mapping[int, Sequence[Voucher]]
) -> tuple[list[MeetingLine], list[str]]:
    """*meetings* with their *decisions* and the *vouchers* of these, and their notes under one another: many meetings may share one."""
    notes = list(dict.fromkeys(meeting.note for meeting in meetings if meeting.note))
    marks = {note: mark for mark, note in enumerate(notes, start=1)}
    decided = defaultdict(list)
    for decision in decisions:
        decided[decision.meeting_id].append((decision, vouchers.get(decision.pk, ())))
    return [MeetingLine(meeting, decided[meeting.pk], marks.get(meeting.note)) for meeting in meetings], notes


@sees(Area.MEETINGS)
def meetings_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The meetings of the year with their shares, the decisions, and the activities."""
    year = get_object_or_404(FiscalYear, label=label)
    reading = Reading(year)
    decisions = Decision.objects.filter(meeting__date__gte=year.start, meeting__date__lte=year.end).order_by(
        "number"
    )
    activities = Activity.objects.filter(year_end__gte=year.start, year_end__lte=year.end)
    if taken := list_file(
        request,
        year,
        {
            "meetings": lambda: meetings_table(reading.meetings.meetings),
            "decisions": lambda: decisions_table(
                decisions.select_related("meeting").order_by("meeting__date", "meeting__pk", "number")
            ),
            "activities": lambda: activities_table(activities),
        },
    ):
        return taken
    figures = figures_of(year, reading=reading)
    sees_figures = may(request.user, Area.DASHBOARDS)
    lines, notes = meeting_lines(
        reading.meetings.meetings,
        decisions,
        vouchers_of(year) if may(request.user, Area.BOOKS) else {},
    )
    return page_of_year(
        request,
        year,
        "meetings",
        {
            "years": year_links(year, "meetings"),
            "figures": own_figures(figures, FIGURES, linked=sees_figures),
            "digital_chart": digital_share(overview(year)) if sees_figures else None,
            "meetings": lines,
            "notes": notes,
            "has_places": any(line.meeting.place for line in lines),
            "decided": [line for line in lines if line.decisions],
            "activities": list(activities),
        },
    )
