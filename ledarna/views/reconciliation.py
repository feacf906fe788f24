"""What was published of a year, beside what its facts say."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.models import FiscalYear
from ledarna.exports import list_file
from ledarna.listings import reconciliation_table
from ledarna.reconciliation import Reconciliation, ReconciliationRow, Status, reconcile
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links

IN_WORDS = {
    Status.DIFFERS: gettext_lazy("Does not agree"),
    Status.UNDERIVABLE: gettext_lazy("Cannot be derived"),
    Status.AGREES: gettext_lazy("Agrees"),
}
"""What each status is called, what needs attention first."""


@dataclass(frozen=True)
class Line:
    """A published figure beside the derived one, and what is to be said about it."""

    row: ReconciliationRow
    texts: list[str]


@dataclass(frozen=True)
class Group:
    """The published figures of one status."""

    status: Status
    name: str | Promise
    lines: list[Line]


def grouped(reconciliation: Reconciliation, documents: list[str]) -> list[Group]:
    """The rows of *reconciliation* by their status, those that need attention first.

    A row names its document where there are several *documents*, and its page where that is known.
    """

    def line(row: ReconciliationRow) -> Line:
        page = _("page %(page)s") % {"page": row.page} if row.page else ""
        place = ", ".join(part for part in (row.document if len(documents) > 1 else "", page) if part)
        return Line(row, [text for text in (row.explanation, place) if text])

    groups = [
        Group(status, name, [line(row) for row in reconciliation.rows if row.status == status])
        for status, name in IN_WORDS.items()
    ]
    return [group for group in groups if group.lines]


@sees(Area.DASHBOARDS)
def reconciliation_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """Each published figure beside the derived one, with an explanation where they part."""
    year = get_object_or_404(FiscalYear, label=label)
    reconciliation = reconcile(year)
    if taken := list_file(request, year, {"": lambda: reconciliation_table(reconciliation)}):
        return taken
    documents = list(dict.fromkeys(row.document for row in reconciliation.rows))
    return page_of_year(
        request,
        year,
        "reconciliation",
        {
            "years": year_links(year, "reconciliation"),
            "groups": grouped(reconciliation, documents),
            "documents": documents,
        },
    )
