"""How one signs in: the password, the second factors, the recovery codes and the sessions, on one page."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.internal.flows.sessions import end_other_sessions, end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ledarna.devices import device
from ledarna.reauthentication import asks_for_password
from ledarna.second_factor import has_to_have_one
from ledarna.trail import record
from ledarna.views.page import page_of_all, signed_in


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def security_page(request: HttpRequest) -> HttpResponseBase:
    """What the one who is signed in signs in with, and where; writing to it ends a session, or all others."""
    if request.method == "POST":
        return asks_for_password(_end)(request)
    return page_of_all(request, "security", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    user = signed_in(request)
    found = list(Authenticator.objects.filter(user=user).order_by("pk"))
    by_type = {kind: [one for one in found if one.type == kind] for kind in Authenticator.Type}
    codes = by_type[Authenticator.Type.RECOVERY_CODES]
    apps, passkeys = by_type[Authenticator.Type.TOTP], by_type[Authenticator.Type.WEBAUTHN]
    sessions = sorted(UserSession.objects.purge_and_list(user), key=lambda one: one.created_at, reverse=True)
    return {
        "app": apps[0] if apps else None,
        "passkeys": passkeys,
        "codes_left": len(codes[0].wrap().get_unused_codes()) if codes else None,
        "has_to_have_one": has_to_have_one(user),
        "lacks_one": has_to_have_one(user) and not (apps or passkeys),
        "sessions": [
            {
                "pk": one.pk,
                "device": device(one.user_agent),
                "address": one.ip,
                "since": one.created_at,
                "is_this": one.is_current(),
            }
            for one in sessions
        ],
    }


def _end(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    which = request.POST.get("end", "")
    if which == "others":
        end_other_sessions(request, user)
        record(user, "sessions ended", user)
        messages.success(request, _("You are signed in here alone."))
    elif which:
        number = int(which) if which.isascii() and which.isdigit() and len(which) < 19 else 0
        session = get_object_or_404(UserSession, user=user, pk=number)
        record(user, "session ended", user)
        end_sessions(request, [session])
        messages.success(request, _("The session has ended."))
    return redirect("mfa_index")
