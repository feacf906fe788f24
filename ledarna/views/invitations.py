"""The page that a link in a mail leads to, and the page that sends such a link to who forgot the password."""

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ledarna.invitations import choose_password, help_who_forgot
from ledarna.models import PasswordLink


class FirstPasswordForm(SetPasswordForm):
    """A password, twice."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password1"].label = gettext_lazy("New password")
        self.fields["new_password2"].label = gettext_lazy("New password once more")
        self.fields["new_password2"].help_text = ""


class ForgottenForm(forms.Form):
    """Where the link goes."""

    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True}),
    )


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password_page(request: HttpRequest, secret: str) -> HttpResponse:
    """Choose the password; a link that holds no longer says so."""
    link = PasswordLink.objects.open(secret)
    if link is None:
        return render(request, "pages/choose-password.html", {"form": None}, status=404)
    form = FirstPasswordForm(link.user, request.POST or None)
    if form.is_valid() and choose_password(link, form.cleaned_data["new_password1"]):
        messages.success(request, _("The password is yours. Sign in with it."))
        return redirect("account_login")
    return render(request, "pages/choose-password.html", {"form": form, "invited": link.user})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten_page(request: HttpRequest) -> HttpResponse:
    """Ask for a link. The answer is the same whether somebody has the address or not."""
    form = ForgottenForm(request.POST or None)
    if not form.is_valid():
        return render(request, "pages/forgotten.html", {"form": form})
    email = form.cleaned_data["email"].lower()
    if limited := ratelimit.consume_or_429(request, action="reset_password", key=email):
        return limited
    try:
        help_who_forgot(email, request.build_absolute_uri)
    except ValidationError as error:
        form.add_error(None, error)
        return render(request, "pages/forgotten.html", {"form": form})
    messages.success(request, _("If somebody here has that address, a link is on its way to it."))
    return redirect("account_login")
