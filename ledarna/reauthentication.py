"""Asking anew who it is before what weighs heavily: closing a year, sealing, signing, giving roles.

Who left a screen unattended shall not have left the books with it. Whoever has a second factor gives
that (a code or a passkey), all others their password. It holds for a short while, in the session in
which it was given.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.usersessions.models import UserSession
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from ledarna.forms.sign_in import CodeAgainForm, PasskeyAgainForm
from ledarna.second_factor import as_json, second_factors

SESSION_KEY = "password_given_at"
HOLDS_SECONDS = 5 * 60

View = Callable[..., HttpResponseBase]


class PasswordForm(ReauthenticateForm):
    """The password of the one who is signed in; tried as often as at the sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = forms.CharField(
            label=gettext_lazy("Password"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        )


def is_recent(request: HttpRequest) -> bool:
    """Whether somebody showed anew in this session, within the last minutes, who they are."""
    given = request.session.get(SESSION_KEY)
    return given is not None and 0 <= timezone.now().timestamp() - given <= HOLDS_SECONDS


def asks_for_password(view: View) -> View:
    """Let only those into *view* who have just shown who they are; others are asked and then led back.

    A form that is sent too late is shown anew afterwards, so that nothing is done unseen.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_recent(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('password-again')}?{urlencode({'next': request.get_full_path()})}")

    return asked


@never_cache
def password_again(request: HttpRequest) -> HttpResponse:
    """The page that asks for the second factor or the password, and leads to what it was asked for."""
    target = request.POST.get("next", request.GET.get("next", ""))
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    types = {factor.type for factor in second_factors(request.user)}
    form = _form(request, types)
    if form.is_valid():
        # allauth asks before it changes a second factor, and is told.
        form.save() if types else reauthenticate_by_password(request)
        _renew(request)
        return redirect(target)
    context = {"form": form, "next": target, "by_factor": bool(types)}
    if Authenticator.Type.WEBAUTHN in types:
        context["passkey_options"] = as_json(begin_authentication(request.user))
    return render(request, "pages/password-again.html", context)


def _renew(request: HttpRequest) -> None:
    """Note the time, under a new key of the session: the old one opens nothing that weighs heavily."""
    before = request.session.session_key
    request.session[SESSION_KEY] = timezone.now().timestamp()
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)


def _form(request: HttpRequest, types: set[str]) -> Any:
    """What is asked for of one with second factors of *types*, filled in where something was sent."""
    form: Any = CodeAgainForm if types else PasswordForm
    if Authenticator.Type.WEBAUTHN in types and "credential" in request.POST:
        form = PasskeyAgainForm
    return form(request.POST if request.method == "POST" else None, user=request.user)
