"""One meeting: what it deals with, who was there, what it decided; and planning a year of them."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from board import agenda
from board.documents import has_approved_minutes
from board.models import AgendaItem, Attendance, Decision, Mandate, Meeting
from board.planning import next_number, plan
from finance.models import FiscalYear
from ledarna.board_documents.access import is_of_board
from ledarna.decisions import decisions_for
from ledarna.forms.meetings import (
    AgendaItemForm,
    AttendanceForm,
    DecisionForm,
    MeetingForm,
    SeriesForm,
)
from ledarna.roles import Area, Level, may, sees
from ledarna.views.documents import documents_of
from ledarna.views.page import page_of_meeting, page_of_year, year_links

WRITE = require_http_methods(["GET", "HEAD", "POST"])


def next_meeting(day: date, user: Any) -> Meeting | None:
    """The next meeting from *day* on, for one who sees the meetings. One query."""
    return Meeting.objects.to_come(day).first() if may(user, Area.MEETINGS) else None


def _voting(called: list[Mandate], attendance: list[Attendance]) -> tuple[int, int]:
    """How many of those with a vote of their own were there, and how many such were called."""
    voting = {mandate.pk for mandate in called if mandate.office in Mandate.VOTING_OFFICES}
    there = sum(found.mandate_id in voting and found.state in Attendance.THERE for found in attendance)
    return there, len(voting)


@require_safe
@sees(Area.MEETINGS)
def meeting_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The meeting: when and where, the agenda, who was there, and the decisions."""
    meeting = get_object_or_404(Meeting.objects.select_related("chair", "secretary"), pk=pk)
    reads_all = is_of_board(request.user)
    may_write = may(request.user, Area.MEETINGS, Level.ENTER)
    items = list(meeting.agenda.all())
    attendance = meeting.attended()
    called = meeting.called()
    there, voting = _voting(called, attendance)
    lists_open = meeting.state != Meeting.State.HELD and any(item.lists_open_decisions for item in items)
    return page_of_meeting(
        request,
        meeting,
        "meeting",
        {
            "agenda": items,
            "reads_all": reads_all,
            "open_decisions": decisions_for(request.user).open().select_related("meeting", "responsible")
            if lists_open
            else [],
            "attendance": attendance,
            "there": there,
            "voting": voting,
            "called": called,
            "adjusters": meeting.adjusters.all(),
            "decisions": decisions_for(request.user)
            .filter(meeting=meeting)
            .select_related("responsible", "item"),
            "may_write": may_write,
            "may_decide": may_write and not has_approved_minutes(meeting),
            **documents_of(request.user, meeting),
        },
    )


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change when and where a meeting is."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form = MeetingForm(request.POST or None, instance=meeting)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The meeting is saved."))
        return redirect(meeting)
    context = {"form": form, "heading": capfirst(str(meeting)), "back": meeting.get_absolute_url()}
    return page_of_meeting(request, meeting, "meeting-form", context)


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def meeting_new(request: HttpRequest, label: str) -> HttpResponse:
    """A meeting more, with the agenda that its kind begins with."""
    year = get_object_or_404(FiscalYear, label=label)
    first = {"number": next_number(Meeting.Kind.BOARD, year.start, year.end), "state": Meeting.State.PLANNED}
    form = MeetingForm(request.POST or None, initial=first)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            meeting = form.save()
            agenda.lay_out(meeting)
        messages.success(request, _("The meeting is there, with its agenda."))
        return redirect(meeting)
    context = {"form": form, "heading": _("A new meeting"), "back": "../"}
    return page_of_year(request, year, "meeting-form", context, here="meetings")


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def plan_meetings_page(request: HttpRequest, label: str) -> HttpResponse:
    """Plan the meetings of a year in one go: choose, look at the days, and make them."""
    year = get_object_or_404(FiscalYear, label=label)
    form = SeriesForm(year, request.POST or None)
    days = form.days() if form.is_bound and form.is_valid() else []
    if days and request.POST.get("do") == "plan":
        facts = form.cleaned_data
        planned = plan(
            days,
            (year.start, year.end),
            **{name: facts[name] for name in ("kind", "at", "until", "form", "place", "link")},
        )
        messages.success(
            request,
            ngettext("%(number)s meeting is planned.", "%(number)s meetings are planned.", len(planned))
            % {"number": len(planned)},
        )
        return redirect("meetings", year.label)
    context = {"years": year_links(year, "plan-meetings"), "form": form, "days": days}
    return page_of_year(request, year, "plan-meetings", context, here="meetings")


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def agenda_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the agenda: lay it out, add an item, move one, take one away."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form = AgendaItemForm()
    if request.method == "POST":
        done, _space, which = request.POST.get("do", "").partition(" ")
        if done == "add":
            form = AgendaItemForm(request.POST, instance=AgendaItem(meeting=meeting))
            if form.is_valid():
                agenda.append(form.save(commit=False))
                return redirect("meeting-agenda", meeting.pk)
        else:
            if done == "lay-out":
                if not meeting.agenda.exists():
                    agenda.lay_out(meeting)
            else:
                item = get_object_or_404(meeting.agenda, pk=int(which) if which.isdecimal() else 0)
                if done == "remove":
                    _remove(request, item)
                else:
                    agenda.move(item, item.position + (1 if done == "down" else -1))
            return redirect("meeting-agenda", meeting.pk)
    return page_of_meeting(
        request, meeting, "meeting-agenda", {"items": list(meeting.agenda.all()), "form": form}
    )


def _remove(request: HttpRequest, item: AgendaItem) -> None:
    if item.decisions.exists():
        messages.error(request, _("Something was decided under “%(item)s”: it stays.") % {"item": item})
        return
    item.delete()
    agenda.number_again(item.meeting)


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def agenda_item_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what an item of an agenda says."""
    item = get_object_or_404(AgendaItem.objects.select_related("meeting"), pk=pk)
    form = AgendaItemForm(request.POST or None, instance=item)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The item is saved."))
        return redirect("meeting-agenda", item.meeting_id)
    context = {"form": form, "heading": item.title, "back": "../agenda/", "item": item}
    return page_of_meeting(request, item.meeting, "meeting-form", context)


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def attendance_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter who was there; the meeting is then held."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form = AttendanceForm(meeting, meeting.called(), request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("It is kept who was there."))
        return redirect(meeting)
    return page_of_meeting(request, meeting, "meeting-attendance", {"form": form})


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def decision_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a decision of the meeting."""
    meeting = get_object_or_404(Meeting, pk=pk)
    if has_approved_minutes(meeting):
        messages.error(request, _("The minutes of the meeting are approved, and gain no decision."))
        return redirect(meeting)
    highest = meeting.decisions.aggregate(found=Max("number"))["found"] or 0
    return _decide(request, Decision(meeting=meeting, number=highest + 1), _("A new decision"))


@WRITE
@sees(Area.MEETINGS, Level.ENTER)
def decision_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a decision, or tell what became of it."""
    decision = get_object_or_404(Decision.objects.select_related("meeting"), pk=pk)
    return _decide(request, decision, f"§ {decision.number}")


def _decide(request: HttpRequest, decision: Decision, heading: str) -> HttpResponse:
    form = DecisionForm(decision, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The decision is saved."))
        return redirect(decision.meeting)
    context = {"form": form, "heading": heading, "back": decision.meeting.get_absolute_url()}
    return page_of_meeting(request, decision.meeting, "meeting-form", context)
