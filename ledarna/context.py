"""What every page needs to know; looked up only where a page asks."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from finance.models import Association
from ledarna.access import roles_of
from ledarna.roles import ROLES, may_enter_anything


def association(request: HttpRequest) -> dict[str, Any]:
    """The association whose books these are."""
    return {"association": SimpleLazyObject(Association.objects.first)}


def reader(request: HttpRequest) -> dict[str, Any]:
    """Who reads: ``roles`` is what their roles are called, ``enters`` whether they may enter anything."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "roles": SimpleLazyObject(lambda: [ROLES[role] for role in roles_of(user)]),
        "enters": SimpleLazyObject(lambda: may_enter_anything(user)),
    }
