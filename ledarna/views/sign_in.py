"""Signing in and out, and the admin's own door that leads to it."""

from allauth.account.views import LoginView, LogoutView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

sign_in = LoginView.as_view(template_name="pages/sign-in.html")

# Who has given the password, and is asked for a code, has not signed in and may go away all the same.
sign_out = login_not_required(require_POST(LogoutView.as_view()))


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the one sign-in; who has signed in and comes here all the same may not enter (403)."""
    if request.user.is_authenticated:
        raise PermissionDenied
    target = request.GET.get("next", reverse_lazy("admin:index"))
    return redirect(f"{reverse_lazy('account_login')}?{urlencode({'next': target})}")
