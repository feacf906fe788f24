"""Laying out minutes: what is known of a meeting as the beginning of a text, in Markdown.

What people go on to write is theirs: the text is kept as it is, and never filled in again.
"""

from collections.abc import Iterator

from babel.dates import format_date
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import override

from board.models import AgendaItem, Attendance, Decision, Document, Meeting


def title_of(meeting: Meeting, kind: str, is_confidential: bool = False) -> str:
    """What a document of *kind* of *meeting* is called, in the language of the association."""
    with override(settings.LANGUAGE_CODE):
        said = {
            "what": capfirst(str(Document.Kind(kind).label)),
            "meeting": f"{meeting.get_kind_display()} {meeting.number}",
            "day": meeting.date.isoformat(),
        }
        title = _("%(what)s, %(meeting)s, %(day)s") % said
        return _("%(title)s (confidential)") % {"title": title} if is_confidential else title


def begun(meeting: Meeting, is_confidential: bool) -> Document:
    """The minutes of *meeting*, not saved; those of its confidential items apart."""
    kind = Document.Kind.MINUTES
    title = title_of(meeting, kind, is_confidential)
    return Document.begun(kind, title, is_confidential=is_confidential, meeting=meeting)


def has_confidential_items(meeting: Meeting) -> bool:
    """Whether the agenda of *meeting* has items whose minutes are kept apart. One query."""
    return meeting.agenda.filter(is_confidential=True).exists()


def laid_out(meeting: Meeting, is_confidential: bool) -> str:
    """The beginning of the minutes of *meeting*: when, where, who, each item and what was decided.

    The ordinary minutes say of a confidential item only that it has minutes of its own; these have the
    confidential items alone.
    """
    with override(settings.LANGUAGE_CODE):
        return "\n".join(_lines(meeting, is_confidential)).strip() + "\n"


def laid_out_agenda(meeting: Meeting) -> str:
    """The agenda of *meeting*, and what the meeting needs to know; of a confidential item nothing but its place."""
    with override(settings.LANGUAGE_CODE):
        lines: list[str] = []
        for item in meeting.agenda.all():
            lines += [f"{item.position}. {_title(item)}"]
            if item.text and not item.is_confidential:
                lines += ["", *(f"   {line}".rstrip() for line in item.text.strip().splitlines()), ""]
        return "\n".join(lines).strip() + "\n"


def laid_out_agenda_alone(meeting: Meeting) -> str:
    """When and where *meeting* is, and its agenda, as a document of its own; of a confidential item only its place."""
    with override(settings.LANGUAGE_CODE):
        return "\n".join([*_time_and_place(meeting), laid_out_agenda(meeting)])


def laid_out_summons(meeting: Meeting) -> str:
    """The beginning of a summons to *meeting*: when, where, how to take part, and the agenda."""
    with override(settings.LANGUAGE_CODE):
        lines = [_("You are called to %(meeting)s.") % {"meeting": meeting}, ""]
        if meeting.state == Meeting.State.CANCELLED:
            lines = [_("The meeting is cancelled: %(meeting)s.") % {"meeting": meeting}, ""]
        lines += _time_and_place(meeting)
        if meeting.link:
            lines += [_("**Take part at:** %(link)s") % {"link": meeting.link}, ""]
        if meeting.state != Meeting.State.CANCELLED and meeting.agenda.exists():
            lines += [f"# {_('Agenda')}", "", laid_out_agenda(meeting)]
        return "\n".join(lines).strip() + "\n"


def _title(item: AgendaItem) -> str:
    return _("Confidential item") if item.is_confidential else item.title


def _lines(meeting: Meeting, is_confidential: bool) -> Iterator[str]:
    yield from _frame(meeting)
    decisions = list(meeting.decisions.select_related("item", "responsible").order_by("number"))
    for item in meeting.agenda.all():
        if is_confidential and not item.is_confidential:
            continue
        if item.is_confidential and not is_confidential:
            yield from (f"# {item.position}. {_title(item)}", "", _("Minutes of its own are kept."), "")
            continue
        yield from (f"# {item.position}. {item.title}", "")
        if item.lists_open_decisions:
            yield from _open_decisions(meeting)
        for decision in decisions:
            if decision.item_id == item.pk:
                yield from _decision(decision)
    loose = [decision for decision in decisions if decision.item_id is None]
    if loose and not is_confidential:
        yield from (f"# {_('Decisions')}", "")
        for decision in loose:
            yield from _decision(decision)


def _time_and_place(meeting: Meeting) -> Iterator[str]:
    day = format_date(meeting.date, "d MMMM y", locale=settings.LANGUAGE_CODE)
    hours = "–".join(f"{one:%H:%M}" for one in (meeting.time, meeting.end_time) if one)
    where = ", ".join(filter(None, (meeting.place, str(meeting.get_form_display()))))
    yield from (f"**{_('Time')}:** {day}{', ' if hours else ''}{hours}", "")
    yield from (f"**{_('Place')}:** {where}", "")


def _frame(meeting: Meeting) -> Iterator[str]:
    yield from _time_and_place(meeting)
    attendance = meeting.attended()
    for title, states in (
        (_("Present"), Attendance.THERE),
        (_("Not present"), (Attendance.State.EXCUSED, Attendance.State.ABSENT)),
    ):
        people = [one for one in attendance if one.state in states]
        if people:
            yield from (f"# {title}", "", *(f"- {_attended(one)}" for one in people), "")


def _attended(one: Attendance) -> str:
    hours = "–".join(f"{time:%H:%M}" if time else "" for time in (one.start, one.end))
    plain = one.state == Attendance.State.PRESENT
    more = [] if plain else [str(one.get_state_display())]
    more += [hours] if hours != "–" else []
    return f"{one.mandate} ({', '.join(more)})" if more else str(one.mandate)


def _decision(decision: Decision) -> Iterator[str]:
    yield from (f"**§ {decision.number}** {decision.text.strip()}", "")
    said = []
    if decision.responsible:
        said.append(_("Responsible: %(name)s.") % {"name": decision.responsible})
    if decision.due:
        said.append(_("To be done by %(day)s.") % {"day": decision.due.isoformat()})
    if said:
        yield from (" ".join(said), "")


def _open_decisions(meeting: Meeting) -> Iterator[str]:
    """The decisions of earlier meetings that are still to be carried out."""
    found = Decision.objects.open().public().filter(meeting__date__lt=meeting.date)
    found = found.select_related("meeting", "responsible")
    for decision in found:
        said = [f"{decision}: {decision.text.splitlines()[0].rstrip('.')}"]
        if decision.responsible:
            said.append(str(decision.responsible))
        if decision.due:
            said.append(decision.due.isoformat())
        yield f"- {', '.join(said)}"
    if found:
        yield ""
