"""Asking for the password anew before what weighs heavily: closing a year, reopening it.

Who left a screen unattended shall not have left the books with it. The password holds for a short
while, in the session in which it was given.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

SESSION_KEY = "password_given_at"
HOLDS_SECONDS = 5 * 60

View = Callable[..., HttpResponseBase]


class PasswordForm(forms.Form):
    """The password of the one who is signed in."""

    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_password(self) -> str:
        """See that it is the right one, by the way in which people sign in."""
        password = self.cleaned_data["password"]
        user = self.request.user
        assert isinstance(user, AbstractBaseUser)
        if authenticate(self.request, username=user.get_username(), password=password) != user:
            raise ValidationError(_("That is not your password."))
        return str(password)


def is_recent(request: HttpRequest) -> bool:
    """Whether the password was given anew in this session within the last minutes."""
    given = request.session.get(SESSION_KEY)
    return given is not None and 0 <= timezone.now().timestamp() - given <= HOLDS_SECONDS


def asks_for_password(view: View) -> View:
    """Let only those into *view* who have just given their password; others are asked and then led back.

    A form that is sent too late is shown anew after the password, so that nothing is done unseen.
    """

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_recent(request):
            return view(request, *args, **kwargs)
        return redirect(f"{reverse('password-again')}?{urlencode({'next': request.get_full_path()})}")

    return asked


def password_again(request: HttpRequest) -> HttpResponse:
    """The page that asks for the password, and leads to the page that it was asked for."""
    target = request.POST.get("next", request.GET.get("next", ""))
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    form = PasswordForm(request, request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[SESSION_KEY] = timezone.now().timestamp()
        return redirect(target)
    return render(request, "pages/password-again.html", {"form": form, "next": target})
