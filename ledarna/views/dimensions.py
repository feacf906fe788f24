"""Projects and cost centres: the result of each beside its budget, and each one's own income statement."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from finance.models import CostCenter, FiscalYear, Project
from finance.statements import Dimension, income_statement, results_by
from ledarna.exports import list_file
from ledarna.listings import results_table
from ledarna.roles import Area, sees
from ledarna.views.page import page_of_year, year_links


@dataclass(frozen=True)
class Words:
    """What the pages of a dimension say, and where they are."""

    dimension: Dimension
    model: type[Project | CostCenter]
    page: str
    page_of_one: str
    heading: str | Promise
    one: str | Promise
    none: str | Promise
    empty: str | Promise
    begin: str | Promise
    admin: str


PROJECTS = Words(
    "project",
    Project,
    "projects",
    "project",
    _("Projects"),
    _("Project"),
    _("Without project"),
    _("A project gathers rows and budget lines that belong together, such as a fair or a conference."),
    _("Add a project"),
    "admin:finance_project_add",
)
COST_CENTERS = Words(
    "cost_center",
    CostCenter,
    "cost-centers",
    "cost-center",
    _("Cost centres"),
    _("Cost centre"),
    _("Without cost centre"),
    _("A cost centre gathers the rows and budget lines of a part of the association, such as the board."),
    _("Add a cost centre"),
    "admin:finance_costcenter_add",
)


@sees(Area.DASHBOARDS)
def results_page(request: HttpRequest, label: str, words: Words) -> HttpResponseBase:
    """The result of each project or cost centre of the year, with budget and variance."""
    year = get_object_or_404(FiscalYear, label=label)
    results = results_by(words.dimension, year)
    tables = {"": lambda: results_table(str(words.heading), str(words.none), results)}
    if taken := list_file(request, year, tables):
        return taken
    context = {
        "years": year_links(year, words.page),
        "books_here": words.page,
        "words": words,
        "results": results,
    }
    return page_of_year(request, year, "results-by", context, here="vouchers")


@sees(Area.DASHBOARDS)
def object_page(request: HttpRequest, label: str, pk: int, words: Words) -> HttpResponse:
    """The income statement of one project or cost centre."""
    year = get_object_or_404(FiscalYear, label=label)
    found = get_object_or_404(words.model, pk=pk)
    statement = income_statement(
        year,
        project=found if isinstance(found, Project) else None,
        cost_center=found if isinstance(found, CostCenter) else None,
    )
    context = {
        "years": year_links(year, words.page_of_one, str(pk)),
        "books_here": words.page,
        "words": words,
        "object": found,
        "statement": statement,
        "narrowed": urlencode({str(words.dimension): found.code}),
    }
    return page_of_year(request, year, "object", context, here="vouchers")
