"""What was published of a year, beside what its facts say."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finance.models import FiscalYear
from ledarna.reconciliation import Reconciliation, ReconciliationRow, Status, reconcile
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links

IN_WORDS = {
    Status.DIFFERS: _("Does not agree"),
    Status.UNDERIVABLE: _("Cannot be derived"),
    Status.AGREES: _("Agrees"),
}
"""What each status is called, what needs attention first."""


@dataclass(frozen=True)
class Group:
    """The published figures of one status."""

    status: Status
    name: str | Promise
    rows: list[ReconciliationRow]


def grouped(reconciliation: Reconciliation) -> list[Group]:
    """The rows of *reconciliation* by their status, those that need attention first."""
    groups = [
        Group(status, name, [row for row in reconciliation.rows if row.status == status])
        for status, name in IN_WORDS.items()
    ]
    return [group for group in groups if group.rows]


@sees(Area.DASHBOARDS)
def reconciliation_page(request: HttpRequest, label: str) -> HttpResponse:
    """Each published figure beside the derived one, with an explanation where they part."""
    year = get_object_or_404(FiscalYear, label=label)
    reconciliation = reconcile(year)
    return page_of_year(
        request,
        year,
        "reconciliation",
        {
            "years": year_links(year, "reconciliation"),
            "groups": grouped(reconciliation),
            "documents": list(dict.fromkeys(row.document for row in reconciliation.rows)),
        },
    )
