"""The second factor: who has one, who has to have one, and that the latter get nowhere without it.

A second factor is an app that shows codes (TOTP) or a passkey; recovery codes stand in for it. The
roles in ``settings.SECOND_FACTOR_ROLES`` have to have one.
"""

import json
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ledarna.access import roles_of
from ledarna.roles import ADMINISTRATOR

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
OPEN_WITHOUT = frozenset(
    {
        "account_logout",
        "health",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_view_recovery_codes",
        "password-again",
        "set_language",
    }
)
"""The addresses that lead to a second factor, and away."""


def second_factors(user: Any) -> QuerySet[Authenticator]:
    """The apps and passkeys of *user*, oldest first."""
    return Authenticator.objects.filter(user=user, type__in=FACTORS).order_by("pk")


def has_second_factor(user: Any) -> bool:
    """Whether *user* has an app or a passkey."""
    return second_factors(user).exists()


def has_to_have_one(user: Any) -> bool:
    """Whether one of the roles of *user* asks for a second factor; a superuser can do what they can."""
    roles = {*roles_of(user), *([ADMINISTRATOR] if user.is_superuser else [])}
    return not roles.isdisjoint(settings.SECOND_FACTOR_ROLES)


def take_second_factors_away(user: Any) -> None:
    """Leave *user* with the password alone: the phone is lost, and the recovery codes too."""
    Authenticator.objects.filter(user=user).delete()


def as_json(options: Any) -> str:
    """What allauth asks a passkey for, as the page's script reads it."""
    return json.dumps(options, cls=DjangoJSONEncoder)


class SecondFactorMiddleware:
    """Leads whoever has to have a second factor and has none to where one is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        """Stand in the way where one is missing."""
        user = request.user
        if not settings.SECOND_FACTOR_ROLES or not user.is_authenticated:
            return None
        match = request.resolver_match
        if match and match.url_name in OPEN_WITHOUT and not match.namespace:
            return None
        return redirect("mfa_index") if has_to_have_one(user) and not has_second_factor(user) else None
