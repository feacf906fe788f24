"""Mandates: who was the board on a day, and whose term ends next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from board.models import Mandate
from ledarna.exports import list_file
from ledarna.listings import mandates_table
from ledarna.navigation import year_at_hand
from ledarna.roles import Area, Level, may, sees
from ledarna.views.page import page_of_all

Office = Mandate.Office

BODIES: Sequence[tuple[str | Promise, Sequence[str]]] = (
    (_("The board"), Mandate.BOARD_OFFICES),
    (_("Auditors"), (Office.AUDITOR, Office.DEPUTY_AUDITOR)),
    (_("Nominating committee"), (Office.NOMINATING,)),
    (_("Delegates"), (Office.COUNCIL_DELEGATE, Office.CONGRESS_DELEGATE)),
    (_("External bodies"), (Office.EXTERNAL,)),
)
"""How those with a trust are presented: a heading, and the offices under it."""

SOON = timedelta(days=365)
"""How far ahead the terms that end are told to the nominating committee."""


@dataclass(frozen=True)
class Body:
    """Those who hold an office of one kind."""

    name: str | Promise
    mandates: list[Mandate]


def bodies(mandates: Iterable[Mandate]) -> list[Body]:
    """*mandates* under the headings of their offices, in the order in which they are presented."""
    place = {office: number for number, (_name, offices) in enumerate(BODIES) for office in offices}
    ordered = sorted(mandates, key=lambda mandate: (place[mandate.office], mandate.precedence))
    return [
        Body(BODIES[number][0], list(found))
        for number, found in groupby(ordered, key=lambda mandate: place[mandate.office])
    ]


def _asked(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return timezone.localdate()


@require_safe
@sees(Area.MEETINGS)
def mandates_page(request: HttpRequest) -> HttpResponseBase:
    """Who had which trust on a day (``?on=``), and the terms that end within a year of it."""
    day = _asked(request)
    held = Mandate.objects.on(day).select_related("person", "elected_by")
    ending = (
        Mandate.objects.ending(day, min(day, date.max - SOON) + SOON)
        .select_related("person")
        .order_by("end", "person__name")
    )
    year = year_at_hand()
    tables = {"held": lambda: mandates_table(held), "ending": lambda: mandates_table(ending)}
    if year and (taken := list_file(request, year, tables)):
        return taken
    context = {
        "day": day,
        "bodies": bodies(held),
        "ending": ending,
        "may_write": may(request.user, Area.MEETINGS, Level.ENTER),
    }
    return page_of_all(request, "mandates", {**context, "here": "meetings"})
