"""A person's calendar at a secret address, and the page on which they make, renew and revoke it."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from board.models import CalendarAddress, Person
from ledarna.board_documents.calendar import feed
from ledarna.reauthentication import asks_for_password, is_recent
from ledarna.roles import Area, may, sees
from ledarna.trail import record
from ledarna.views.page import page_of_all, signed_in

ASKED_AT_MOST = 60
"""How often one address on the network may ask in a minute; a calendar asks a few times an hour."""


@require_safe
@login_not_required
def calendar_feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The calendar of whoever has *secret*, while they may see the meetings. Nothing about anybody else."""
    if _asks_too_often(request):
        response = HttpResponse(status=429)
        response["Retry-After"] = "60"
        return response
    found = CalendarAddress.of(secret)
    user = found.person.user if found else None
    if found is None or user is None or not user.is_active or not may(user, Area.MEETINGS):
        raise Http404
    response = HttpResponse(
        feed(found.person, timezone.now()).to_ical(), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="ledarna.ics"'
    patch_cache_control(response, private=True, max_age=300)
    return response


def _asks_too_often(request: HttpRequest) -> bool:
    """Whether more was asked from there in this minute than any calendar does."""
    config = {"calendar": f"{ASKED_AT_MOST}/m/ip"}
    return not ratelimit.consume(
        request, app="allauth.account", action="calendar", config=config, limit_get=True
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.MEETINGS)
def calendar_page(request: HttpRequest) -> HttpResponseBase:
    """Whether one has an address; writing to it makes a new one, or revokes it."""
    return _write(request) if request.method == "POST" else _page(request)


@asks_for_password
def _write(request: HttpRequest) -> HttpResponseBase:
    person = _person(request)
    if person is None:
        raise BadRequest
    match request.POST.get("do"):
        case "make":
            secret = CalendarAddress.drawn(person)
            record(request.user, "calendar", person)
            # The secret is shown in this very answer, and kept nowhere.
            return _page(request, request.build_absolute_uri(reverse("calendar-feed", args=[secret])))
        case "revoke":
            CalendarAddress.objects.filter(person=person).delete()
            record(request.user, "calendar revoked", person)
            messages.success(request, _("The address leads nowhere any more."))
            return redirect("calendar")
        case _:
            raise BadRequest


def _person(request: HttpRequest) -> Person | None:
    return Person.objects.filter(user=signed_in(request)).first()


def _page(request: HttpRequest, address: str = "") -> HttpResponse:
    person = _person(request)
    context = {
        "person": person,
        "address": address,
        "kept": CalendarAddress.objects.filter(person=person).first() if person else None,
        "is_recent": is_recent(request),
    }
    return page_of_all(request, "calendar", context)
