"""Sealing the annual report and signing it, each with the password anew; the PDF that was sealed."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from finance.closing import Severity
from finance.models import FiscalYear
from finance.refusals import sentences
from ledarna.annual_report import sealing
from ledarna.annual_report.document import compose, report_of
from ledarna.models import SealedReport
from ledarna.reauthentication import asks_for_password
from ledarna.roles import Area, Level, sees
from ledarna.views.annual_report import handed_over
from ledarna.views.page import page_of_year, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.ANNUAL_REPORT, Level.SEAL)
@asks_for_password
def seal_report_page(request: HttpRequest, label: str) -> HttpResponse:
    """What every check found, and the button that seals the report as it reads now."""
    year = get_object_or_404(FiscalYear, label=label)
    if request.method == "POST":
        try:
            sealed = sealing.seal(
                year, signed_in(request), request.POST.get("seen", ""), request.POST.get("reason", "")
            )
        except (ValidationError, DatabaseError) as error:
            for sentence in sentences(error):
                messages.error(request, sentence)
        else:
            messages.success(
                request,
                _("The annual report of %(year)s is sealed. Now sign it.") % {"year": sealed.fiscal_year},
            )
            return redirect("annual-report", year.label)
    report = report_of(year)
    composed = compose(report) if report else None
    found = sealing.findings(year, composed)
    context = {
        "findings": found,
        "hindrances": sum(finding.severity == Severity.HINDRANCE for finding in found),
        "seen": sealing.digest_of(sealing.canonical(sealing.content_of(year, composed))) if composed else "",
        "sealed": sealing.latest(year),
        "signatories": [sealing.name_of(user) for user in sealing.signatories()],
        "reason": request.POST.get("reason", ""),
    }
    return page_of_year(request, year, "seal-report", context, here="annual-report")


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.ANNUAL_REPORT, Level.ENTER)
@asks_for_password
def sign_report_page(request: HttpRequest, label: str) -> HttpResponse:
    """What is signed, by its digest, and the button that signs it."""
    year = get_object_or_404(FiscalYear, label=label)
    sealed = sealing.latest(year)
    if sealed is None:
        messages.error(request, _("The annual report is not sealed yet."))
        return redirect("annual-report", year.label)
    user = signed_in(request)
    if request.method == "POST":
        try:
            if request.POST.get("pdf") != sealed.pdf_sha256:
                raise ValidationError(_("A new report has superseded this one. Read and sign that."))
            sealing.sign(sealed, user)
        except (ValidationError, DatabaseError) as error:
            for sentence in sentences(error):
                messages.error(request, sentence)
        else:
            messages.success(request, _("Signed."))
            return redirect("annual-report", year.label)
    context = {
        "sealed": sealed,
        "name": sealing.name_of(user),
        "has_signed": sealed.signatures.filter(by=user.get_username()).exists(),
    }
    return page_of_year(request, year, "sign-report", context, here="annual-report")


@require_safe
@sees(Area.ANNUAL_REPORT, Level.SEE_SEALED)
def sealed_report_file(request: HttpRequest, label: str, number: int) -> HttpResponse:
    """The PDF that was sealed as report *number* of the year."""
    year = get_object_or_404(FiscalYear, label=label)
    sealed = get_object_or_404(SealedReport, fiscal_year=year, number=number)
    try:
        content = sealing.pdf_of(sealed)
    except ValidationError as error:
        raise Http404(" ".join(error.messages)) from error
    return handed_over(request, year, content, f"{_('Annual report')} {number}")
