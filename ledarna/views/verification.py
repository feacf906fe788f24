"""The verification of the whole ledger: the last ones that were kept, and a new one."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from finance.models import VerificationRun
from finance.presentation import format_count
from finance.verification import Step, keep, steps, title
from ledarna.roles import Area, Level, sees
from ledarna.views.page import page_of_all

LISTED = 10
PROGRESS = "<!-- progress -->"
"""Where the lines of a verification that goes on stand in its page's template."""


def _checks(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The checks of a kept report, each with its title in the reader's language."""
    return [{**check, "title": title(check["name"])} for check in report["checks"]]


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.PACKAGE, Level.DOWNLOAD)
def verification_page(request: HttpRequest) -> HttpResponseBase:
    """The last verifications, and every check of the latest; writing to it makes a new one.

    The answer to writing comes line by line while the verification goes on, and ends with the way
    back to this page. What is broken off keeps nothing.
    """
    if request.method == "POST":
        frame = page_of_all(request, "verifying", {})
        return StreamingHttpResponse(
            _verifying(frame, request.user.get_username(), translation.get_language())
        )
    runs = list(VerificationRun.objects.defer("report")[:LISTED])
    latest = VerificationRun.objects.first()
    return page_of_all(
        request,
        "verification",
        {"runs": runs, "latest": latest, "checks": _checks(latest.report) if latest else []},
    )


def _verifying(frame: HttpResponse, by: str, language: str) -> Iterator[str]:
    # The middleware that chose the reader's language is done by the time this goes on.
    with translation.override(language):
        before, after = frame.content.decode().split(PROGRESS)
        yield before
        read = 0
        for step in steps():
            read += step.read
            if line := _line(step, read):
                yield line
        run = keep(step.report, by)
        yield render_to_string("parts/verified.html", {"run": run, "href": reverse("verification")})
        yield after


def _line(step: Step, read: int) -> str:
    """What is told of *step*, of *read* vouchers that were read so far."""
    if not step.done:
        said = ngettext("%(count)s voucher read", "%(count)s vouchers read", read) % {
            "count": format_count(read)
        }
    elif step.year:
        said = _("The year %(year)s is read") % {"year": step.year}
    else:
        said = title(step.check)
        if not step.report[step.check].ok:
            return format_html(
                '<li class="bad"><span aria-hidden="true">✕ </span>{}</li>\n',
                _("Broken: %(what)s") % {"what": said},
            )
    return format_html("<li>{}</li>\n", said)
