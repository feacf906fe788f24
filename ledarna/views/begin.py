"""Where new books begin: whose they are, the first fiscal year, the accounts."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ledarna.forms.begin import BeginForm
from ledarna.roles import Area, Level, sees
from ledarna.views.page import page_of_all


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.ENTER)
def begin_page(request: HttpRequest) -> HttpResponse:
    """What new books lack, entered in one go; where they lack nothing, the first page."""
    form = BeginForm(timezone.localdate(), request.POST or None)
    if not form.fields:
        return redirect("home")
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The books are begun."))
        return redirect("home")
    return page_of_all(request, "begin", {"form": form})
