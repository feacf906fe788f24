"""The pages that the header leads to, and who sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finance.models import FiscalYear
from ledarna.roles import Area, may


@dataclass(frozen=True)
class Destination:
    """A page of a fiscal year: the name of its address, what the header calls it, and whose it is."""

    page: str
    label: str | Promise
    area: Area


DESTINATIONS: Sequence[Destination] = (
    Destination("year", _("The year"), Area.DASHBOARDS),
    Destination("income-statement", _("Result"), Area.DASHBOARDS),
    Destination("balance-sheet", _("Balance"), Area.DASHBOARDS),
    Destination("members", _("Members"), Area.MEMBERS),
    Destination("meetings", _("Meetings"), Area.MEETINGS),
    Destination("reconciliation", _("Reconciliation"), Area.DASHBOARDS),
)


def destinations_for(user: Any) -> list[Destination]:
    """The pages that *user* may see, in the header's order."""
    return [destination for destination in DESTINATIONS if may(user, destination.area)]


def year_at_hand() -> FiscalYear | None:
    """The latest fiscal year that has begun, or the first there is; None where there is none."""
    begun = FiscalYear.objects.filter(start__lte=timezone.localdate()).order_by("-start").first()
    return begun or FiscalYear.objects.order_by("start").first()
