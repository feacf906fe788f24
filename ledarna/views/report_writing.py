"""Where the annual report is written: its sections, and each with its text beside how it reads."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finance.models import FiscalYear
from ledarna.annual_report import writing
from ledarna.annual_report.document import Composed, compose, report_of
from ledarna.annual_report.html import html
from ledarna.annual_report.vocabulary import CHARTS, FACTS, FORMATS, TABLES
from ledarna.figures import Figure, figures_of
from ledarna.models import AnnualReport, ReportComment, ReportSection
from ledarna.roles import Area, Level, sees
from ledarna.views.page import page_of_year, signed_in, year_links


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.ANNUAL_REPORT, Level.ENTER)
def report_sections_page(request: HttpRequest, label: str) -> HttpResponse:
    """The sections of the report: to add, move and take away; last year's text, or the usual ones, as a start."""
    year = get_object_or_404(FiscalYear, label=label)
    if request.method == "POST":
        try:
            return _done(request, year)
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, sentence)
    report = report_of(year)
    sections = report.sections.prefetch_related("comments") if report else []
    context = {
        "years": year_links(year, "report-sections"),
        "report": report,
        "sections": [
            {"section": section, "open_comments": sum(not one.settled for one in section.comments.all())}
            for section in sections
        ],
        "before": None if sections else writing.text_before(year),
        "languages": AnnualReport.Language.choices,
    }
    return page_of_year(request, year, "report-sections", context, here="annual-report")


def _done(request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Do what the form asks for. Raises ValidationError where it cannot be done, BadRequest for anything else."""
    here = redirect("report-sections", year.label)
    match request.POST.get("do"):
        case "add":
            section = writing.add_section(year, request.POST.get("title", ""))
            return redirect("report-section", year.label, section.pk)
        case "begin":
            _say_begun(request, writing.begin_with_text_before(year))
        case "usual":
            _say_begun(request, writing.begin_with_usual_sections(year, _language(year)))
        case "language":
            report = writing.begin(year)
            report.language = request.POST.get("language", "")
            report.full_clean()
            report.save()
        case "up" | "down" as way:
            writing.move_section(_section(year, request.POST.get("section")), -1 if way == "up" else 1)
        case "delete":
            section = _section(year, request.POST.get("section"))
            section.delete()
            messages.success(request, _("“%(section)s” is deleted.") % {"section": section.title})
        case _:
            raise BadRequest
    return here


def _say_begun(request: HttpRequest, count: int) -> None:
    messages.success(request, _("Begun with %(count)s sections.") % {"count": count})


def _language(year: FiscalYear) -> str:
    """The language of the report of *year*; the reader's own where it is not begun."""
    report = report_of(year)
    return report.language if report else get_language() or AnnualReport.Language.SWEDISH


def _section(year: FiscalYear, key: Any) -> ReportSection:
    if not str(key).isdecimal():
        raise BadRequest
    return get_object_or_404(ReportSection, pk=key, report__fiscal_year=year)


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.ANNUAL_REPORT, Level.ENTER)
def report_section_page(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """A section: its text, how it reads, the names that it can use, and what the board says about it."""
    year = get_object_or_404(FiscalYear, label=label)
    section = _section(year, pk)
    errors: list[str] = []
    shown = {"title": section.title, "body": section.body, "version": section.version}
    if request.method == "POST":
        if request.POST.get("do") in ("preview", "save"):
            shown = {name: request.POST.get(name, "") for name in shown}
        try:
            if _edited(request, section):
                return redirect("report-section", year.label, section.pk)
        except ValidationError as error:
            errors = error.messages
            section.refresh_from_db()
            if not str(shown["version"]).isdecimal():
                raise BadRequest from error
            # Whoever saves anew has seen that somebody else did.
            shown["version"] = section.version
    read = ReportSection(report=section.report, title=str(shown["title"]), body=str(shown["body"]))
    composed = compose(section.report, [read])
    sections = list(section.report.sections.all())
    place = sections.index(section)
    context = {
        "section": section,
        "shown": shown,
        "errors": errors,
        "mistakes": composed.mistakes,
        "language": section.report.language,
        "preview": html(composed.document.sections[0].nodes, links_figures=True),
        "names": list(_names(year, composed)),
        "facts": list(FACTS),
        "formats": FORMATS.items(),
        "blocks": [*(f"table {name}" for name in TABLES), *(f"chart {name}" for name in CHARTS)],
        "comments": section.comments.all(),
        "previous": sections[place - 1] if place else None,
        "next": sections[place + 1] if place + 1 < len(sections) else None,
    }
    return page_of_year(request, year, "report-section", context, here="annual-report")


def _edited(request: HttpRequest, section: ReportSection) -> bool:
    """Do what the form asks for; whether anything was changed."""
    said = request.POST
    match said.get("do"):
        case "preview":
            return False
        case "save":
            if not said.get("version", "").isdecimal():
                raise BadRequest
            writing.save_section(section, said.get("title", ""), said.get("body", ""), int(said["version"]))
            messages.success(request, _("Saved."))
        case "comment":
            writing.comment(section, signed_in(request).get_username(), said.get("text", ""))
        case "settle":
            if not said.get("comment", "").isdecimal():
                raise BadRequest
            found = get_object_or_404(ReportComment, pk=said["comment"], section=section)
            found.settled = not found.settled
            found.save(update_fields=["settled"])
        case _:
            raise BadRequest
    return True


def _names(year: FiscalYear, composed: Composed) -> Iterator[tuple[str, Figure, bool]]:
    """Every figure of the year by what is written for it, and whether the section has it."""
    for key, figure in figures_of(year).items():
        yield f"{{{{ {key} }}}}", figure, key in composed.used
