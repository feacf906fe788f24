"""The page of the one who is signed in: their roles, and the programs that read for them."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ledarna.models import ApiToken
from ledarna.reauthentication import asks_for_password, is_recent
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_all, signed_in


class TokenForm(forms.ModelForm):
    """What a new token is for."""

    class Meta:
        model = ApiToken
        fields = ["name"]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.MEETINGS)
def you_page(request: HttpRequest) -> HttpResponseBase:
    """Who is signed in, and their tokens; writing to it makes a token or takes one back.

    Every role sees it: the table lets each of them see the meetings.
    """
    return _write(request) if request.method == "POST" else _page(request)


@asks_for_password
def _write(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    if "remove" in request.POST:
        token = get_object_or_404(ApiToken, user=user, pk=_key(request.POST["remove"]))
        token.delete()
        messages.success(request, _("“%(name)s” reads no longer.") % {"name": token})
        return redirect("you")
    form = TokenForm(request.POST, instance=ApiToken(user=user))
    if not form.is_valid():
        return _page(request, form)
    # The secret is shown in this very answer, and kept nowhere.
    return _page(request, secret=form.save(commit=False).draw())


def _page(request: HttpRequest, form: TokenForm | None = None, secret: str = "") -> HttpResponse:
    context = {
        "form": form or TokenForm(),
        "secret": secret,
        "tokens": ApiToken.objects.filter(user=signed_in(request)),
        "is_recent": is_recent(request),
    }
    return page_of_all(request, "you", context)


def _key(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
