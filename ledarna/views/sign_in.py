"""Signing in, and the admin's own door that leads to it."""

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import urlencode

sign_in = LoginView.as_view(template_name="registration/sign_in.html", redirect_authenticated_user=True)


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the one sign-in; who has signed in and comes here all the same may not enter (403)."""
    if request.user.is_authenticated:
        raise PermissionDenied
    target = request.GET.get("next", reverse_lazy("admin:index"))
    return redirect(f"{reverse_lazy('sign-in')}?{urlencode({'next': target})}")
