"""What every page needs to know."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from finance.models import Association


def association(request: HttpRequest) -> dict[str, Any]:
    """The association whose books these are; looked up only where a page names it."""
    return {"association": SimpleLazyObject(Association.objects.first)}
