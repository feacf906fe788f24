"""What is kept of persons: the register, who is to be forgotten, and what is kept of each."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from board.models import Person
from ledarna.privacy import REGISTER, forget, kept_of_person, kept_of_user, to_forget
from ledarna.reauthentication import asks_for_password
from ledarna.roles import Area, Level, may, sees
from ledarna.trail import record
from ledarna.views.page import page_of_all, signed_in


@require_safe
@sees(Area.USERS)
def privacy_page(request: HttpRequest) -> HttpResponseBase:
    """The register of what is kept of whom, ready to print, and the persons with what is due."""
    context = {
        "register": REGISTER,
        "due": to_forget(timezone.localdate()),
        "persons": Person.objects.select_related("user"),
        "may_forget": may(request.user, Area.USERS, Level.ENTER),
    }
    return page_of_all(request, "privacy", context)


def _given_out(request: HttpRequest, name: str, kept: dict) -> HttpResponseBase:
    response = JsonResponse(kept, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "person"}.json"'
    return response


@never_cache
@require_safe
@sees(Area.USERS)
def kept_of_person_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What is kept of a person, as a file for them (GDPR art. 15)."""
    person = get_object_or_404(Person.objects.select_related("user"), pk=pk)
    record(request.user, "download", person)
    return _given_out(request, person.name, kept_of_person(person))


@never_cache
@require_safe
@sees(Area.MEETINGS)
def kept_of_you_file(request: HttpRequest) -> HttpResponseBase:
    """What is kept of the one who is signed in, as a file (GDPR art. 15)."""
    user = signed_in(request)
    person = Person.objects.filter(user=user).first()
    record(user, "download", user)
    return _given_out(
        request, user.get_username(), kept_of_person(person) if person else {"user": kept_of_user(user)}
    )


@require_POST
@sees(Area.USERS, Level.ENTER)
@asks_for_password
def forget_person(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Remove what only served to reach a person or to let them in (GDPR art. 17)."""
    person = get_object_or_404(Person.objects.select_related("user"), pk=pk)
    if person.user == request.user:
        messages.error(request, _("You cannot forget yourself while you are signed in."))
        return redirect("privacy")
    record(request.user, "forgotten", person)
    forget(person)
    messages.success(
        request, _("%(person)s can no longer be reached, nor sign in.") % {"person": person.name}
    )
    return redirect("privacy")
