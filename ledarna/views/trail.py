"""The trail as a page: who did what, when."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from auditlog.models import LogEntry
from django.apps import apps
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseBase
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ledarna.exports import asked_form, file_of
from ledarna.listings import trail_table
from ledarna.navigation import year_at_hand
from ledarna.roles import Area, Level, sees
from ledarna.trail import EVENTS, REGISTERED, search
from ledarna.views.page import page_of_all

LISTED = 100


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
        LogEntry.Action.UPDATE: _("changed"),
        LogEntry.Action.DELETE: _("deleted"),
    }.get(action, _("read"))


def _changes(entry: LogEntry) -> list[tuple[str, str, str]]:
    found = []
    for name, change in (entry.changes_dict or {}).items():
        if isinstance(change, dict):
            found.append((name, "", f"{change.get('operation', '')} {', '.join(change.get('objects', []))}"))
        else:
            before, after = change
            found.append(
                (
                    name,
                    "" if before in (None, "None") else str(before),
                    "" if after in (None, "None") else str(after),
                )
            )
    return found


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
