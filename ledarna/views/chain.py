"""The chain of a fiscal year: its head, its anchors, and where a digest from paper stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finance.anchors import anchor, anchored, find, letter
from finance.models import FiscalYear, ImportTakenBack, Voucher
from finance.taking_back import find_head
from ledarna.roles import Area, Level, may, sees
from ledarna.trail import record
from ledarna.views.page import page_of_year, year_links


@dataclass(frozen=True)
class Search:
    """What a reader typed from paper: where it stands, or what is wrong with it."""

    written: str
    found: list[Voucher]
    wrong: str = ""
    taken: Sequence[ImportTakenBack] = ()


def _search(written: str) -> Search | None:
    if not written:
        return None
    try:
        return Search(written, find(written), taken=find_head(written))
    except ValidationError as error:
        return Search(written, [], " ".join(error.messages))


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.DASHBOARDS)
def chain_page(request: HttpRequest, label: str) -> HttpResponse:
    """The chain of the year with *label*; writing to it anchors its head, or mails it."""
    year = get_object_or_404(FiscalYear, label=label)
    hands_out = may(request.user, Area.PACKAGE, Level.DOWNLOAD)
    if request.method == "POST":
        if not hands_out:
            raise PermissionDenied
        try:
            messages.success(
                request, _mail(request, year) if "to" in request.POST else _anchor(request, year)
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("chain", year.label)
    context: dict[str, Any] = {
        "years": year_links(year, "chain"),
        "anchors": anchored(year),
        "letter": letter(year),
        "may_anchor": hands_out,
        "search": _search(request.GET.get("digest", "").strip()),
    }
    return page_of_year(request, year, "chain", context, here="vouchers")


def _anchor(request: HttpRequest, year: FiscalYear) -> str:
    kept = anchor(year, request.user.get_username(), request.POST.get("note", ""))
    return _("The head in place %(sequence)s is anchored.") % {"sequence": kept.sequence}


def _mail(request: HttpRequest, year: FiscalYear) -> str:
    """Anchor the head and mail it; in words, to whom. Raises ValidationError, in words, where that fails."""
    to = request.POST["to"].strip()
    validate_email(to)
    text = letter(year)
    kept = anchor(year, request.user.get_username(), (_("mailed to %(address)s") % {"address": to})[:200])
    try:
        send_mail(_("The chain of the books of %(year)s") % {"year": year}, text, None, [to])
    except (OSError, SMTPException) as error:
        raise ValidationError(
            _("The head is anchored, but the mail could not be sent: %(why)s. Print the letter instead.")
            % {"why": error}
        ) from error
    record(request.user, "mail", kept, f"{year}: {to}")
    return _("The head in place %(sequence)s is anchored and mailed to %(address)s.") % {
        "sequence": kept.sequence,
        "address": to,
    }
