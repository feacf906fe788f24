"""The annual report of a year: as a page, and as PDF."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from finance.models import FiscalYear
from finance.posting import chain_head
from ledarna.annual_report.document import Document, compose, report_of
from ledarna.annual_report.html import html
from ledarna.annual_report.paper import document_pdf
from ledarna.annual_report.sealing import Seal, latest
from ledarna.exports import TYPES
from ledarna.roles import Area, Level, may, sees
from ledarna.trail import record
from ledarna.views.page import page_of_year, year_links


@require_safe
@sees(Area.ANNUAL_REPORT, Level.SEE_SEALED)
def annual_report_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The annual report as it was sealed, or else as it reads now; as PDF with ``?as=pdf``.

    ``?draft`` shows how it reads now beside one that is sealed, to those who see it before it is.
    """
    year = get_object_or_404(FiscalYear, label=label)
    report, sealed = report_of(year), latest(year)
    sees_draft = may(request.user, Area.ANNUAL_REPORT)
    context: dict[str, Any] = {
        "years": year_links(year, "annual-report"),
        "report": report,
        "sealed": sealed,
        "sees_draft": sees_draft,
        "writes": may(request.user, Area.ANNUAL_REPORT, Level.ENTER),
        "seals": may(request.user, Area.ANNUAL_REPORT, Level.SEAL),
    }
    if sealed and not (sees_draft and "draft" in request.GET):
        seal = Seal(sealed)
        context |= {
            **shown(request, seal.document),
            "seal": seal,
            "superseded": year.sealed_reports.filter(number__lt=sealed.number),
            "has_signed": any(signature.by == request.user.get_username() for signature in seal.signatures),
        }
    elif report and sees_draft:
        composed = compose(report)
        if request.GET.get("as") == "pdf":
            head = chain_head(year)
            content = document_pdf(
                composed.document, head.digest if head.sequence else "", year.end, (), is_sealed=False
            )
            return handed_over(request, year, content, composed.document.title)
        context |= {**shown(request, composed.document), "mistakes": composed.mistakes}
    return page_of_year(request, year, "annual-report", context)


def shown(request: HttpRequest, document: Document) -> dict[str, Any]:
    """What the page needs to show *document*."""
    links = may(request.user, Area.DASHBOARDS)
    return {
        "document": document,
        "sections": [
            {"title": section.title, "html": html(section.nodes, links)} for section in document.sections
        ],
    }


def handed_over(request: HttpRequest, year: FiscalYear, content: bytes, title: str) -> HttpResponse:
    """*content*, a PDF, to be kept; that it was taken out is told in the trail."""
    name = f"{slugify(title)}-{year.label}.pdf"
    record(request.user, "download", year, name)
    response = HttpResponse(content, content_type=TYPES["pdf"])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
