"""The trail as a page: who did what, when."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.core.exceptions import BadRequest
from django.db.models import BooleanField, DateTimeField, Field, ForeignKey, ManyToManyField
from django.http import HttpRequest, HttpResponseBase
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import Truncator, capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ledarna.exports import asked_form, file_of
from ledarna.listings import trail_table
from ledarna.navigation import year_at_hand
from ledarna.roles import ROLES, Area, Level, sees
from ledarna.trail import EVENTS, REGISTERED, search
from ledarna.views.page import page_of_all

LISTED = 100
LONGEST = 160
"""So many characters of a text are shown; the list that is taken away has all of them."""


@dataclass(frozen=True)
class Step:
    """An entry as it is shown: who, what, about what, and the fields with their values before and after."""

    at: datetime
    by: str
    did: str
    kind: str
    about: str
    changes: tuple[tuple[str, str, str], ...]


def _step(entry: LogEntry) -> Step:
    event = (entry.additional_data or {}).get("event", "")
    model = entry.content_type.model_class()
    return Step(
        at=entry.timestamp,
        by=entry.actor.get_username() if entry.actor else "–",
        did=str(EVENTS[event]) if event in EVENTS else _action(entry.action),
        kind=capfirst(str(model._meta.verbose_name)) if model else entry.content_type.model,
        about=entry.object_repr,
        changes=tuple(_changes(entry)) if not event else (),
    )


def _action(action: int) -> str:
    return {
        LogEntry.Action.CREATE: _("added"),
        LogEntry.Action.UPDATE: _("altered"),
        LogEntry.Action.DELETE: _("deleted"),
    }.get(action, _("read"))


def _changes(entry: LogEntry) -> list[tuple[str, str, str]]:
    """What *entry* changed, as people read it: the field's name, what was there before and what came.

    What something new has only because nobody said otherwise is left out, as are the keys of the
    database. The list that is taken away has all of it.
    """
    model = entry.content_type.model_class()
    fields = {field.name: field for field in model._meta.get_fields()} if model else {}
    is_new = entry.action == LogEntry.Action.CREATE
    found = []
    for name, change in (entry.changes_dict or {}).items():
        field = fields.get(name)
        if field is None:
            found.append((name, *(_shortened(value) for value in _sides(change))))
        elif isinstance(field, ManyToManyField):
            found.append((capfirst(str(field.verbose_name)), *_sides(change)))
        elif isinstance(field, Field) and not field.primary_key:
            before, after = _sides(change)
            if not (is_new and after in ("", str(field.get_default()))):
                label = capfirst(str(field.verbose_name))
                found.append((label, _told(field, before), _told(field, after)))
    return found


def _sides(change: Any) -> tuple[str, str]:
    """What was there before and what came, each empty where there was nothing."""
    if isinstance(change, dict):
        names = ", ".join(str(ROLES.get(name, name)) for name in change.get("objects", []))
        return (names, "") if change.get("operation") == "delete" else ("", names)
    before, after = ("" if value in (None, "None") else str(value) for value in change)
    return before, after


def _told(field: "Field[Any, Any]", value: str) -> str:
    """*value*, which the trail keeps as text, as *field* is told on a page."""
    if not value:
        return ""
    if isinstance(field, BooleanField):
        return _("yes") if value == "True" else _("no")
    if field.choices:
        return str({str(key): label for key, label in field.flatchoices}.get(value, value))
    if isinstance(field, DateTimeField) and (moment := parse_datetime(value)):
        return date_format(localtime(moment.replace(tzinfo=moment.tzinfo or UTC)), "DATETIME_FORMAT")
    if isinstance(field, ForeignKey):
        return _("no. %(number)s") % {"number": value}
    return _shortened(value)


def _shortened(value: str) -> str:
    return Truncator(value).chars(LONGEST)


def _kinds() -> list[tuple[str, str]]:
    models = [apps.get_model(label) for label in (*REGISTERED, "ledarna.user")]
    return sorted(
        ((m._meta.label_lower, capfirst(str(m._meta.verbose_name))) for m in models), key=lambda kind: kind[1]
    )


@require_safe
@sees(Area.PACKAGE, Level.DOWNLOAD)
def trail_page(request: HttpRequest) -> HttpResponseBase:
    """The trail, latest first, by text and by kind; a hundred entries a page."""
    text, kind = request.GET.get("text", "").strip(), request.GET.get("kind", "")
    if (form := asked_form(request)) and (year := year_at_hand()):
        return file_of(request, trail_table(search(text, kind).order_by("pk")), year, form)
    try:
        before = int(request.GET["before"]) if "before" in request.GET else None
    except ValueError:
        raise BadRequest from None
    entries = list(search(text, kind, before)[: LISTED + 1])
    context: dict[str, Any] = {
        "filter": {"query": urlencode({"text": text, "kind": kind})},
        "steps": [_step(entry) for entry in entries[:LISTED]],
        "text": text,
        "kind": kind,
        "kinds": _kinds(),
        "before": entries[LISTED - 1].pk if len(entries) > LISTED else None,
    }
    return page_of_all(request, "trail", context)
