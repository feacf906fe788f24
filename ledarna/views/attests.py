"""Attestation: what waits for an attest, what nobody approved, and giving one."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from finance.attestation import (
    attest,
    content_digest,
    hands,
    limit,
    needs_attest,
    paid,
    rows_of,
    unapproved,
    valid_attests,
    waiting,
)
from finance.models import Attest, FiscalYear, Voucher, VoucherRow
from finance.money import to_ore
from ledarna.exports import list_file
from ledarna.listings import unapproved_table
from ledarna.roles import Area, Level, may, sees
from ledarna.views.page import page_of_year, year_links

LISTED = 100


@dataclass(frozen=True)
class Waiting:
    """A draft that is a payment above the limit, as the one who attests it sees it; ``paid`` in öre."""

    voucher: Voucher
    rows: list[VoucherRow]
    paid: int
    content: str
    may_attest: bool


@dataclass(frozen=True)
class Unapproved:
    """A posted voucher above the limit without attest or decision: öre paid out, öre of costs."""

    voucher: Voucher
    paid: int
    cost: int


def may_attest(request: HttpRequest, voucher: Voucher) -> bool:
    """Whether the reader's role attests, and they had no hand in *voucher*."""
    return may(request.user, Area.BOOKS, Level.ATTEST) and request.user.get_username() not in hands(voucher)


@require_http_methods(["GET", "HEAD"])
@sees(Area.BOOKS)
def attest_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The drafts that wait for an attest, and what is posted above the limit without one."""
    year = get_object_or_404(FiscalYear, label=label)
    if taken := list_file(request, year, {"": lambda: unapproved_table(year)}):
        return taken
    drafts = []
    for voucher in waiting(year):
        rows = rows_of(voucher)
        drafts.append(
            Waiting(voucher, rows, paid(rows), content_digest(voucher, rows), may_attest(request, voucher))
        )
    posted = list(unapproved(year)[: LISTED + 1])
    return page_of_year(
        request,
        year,
        "attest",
        {
            "years": year_links(year, "attest"),
            "limit": limit(),
            "drafts": drafts,
            "posted": [
                Unapproved(voucher, -to_ore(voucher.paid or 0), to_ore(voucher.cost or 0))
                for voucher in posted[:LISTED]
            ],
            "more": len(posted) > LISTED,
        },
        here="vouchers",
    )


@require_POST
@sees(Area.BOOKS, Level.ATTEST)
def attest_voucher(request: HttpRequest, pk: int) -> HttpResponse:
    """Attest a voucher as it was seen, and go back to it."""
    voucher = get_object_or_404(Voucher, pk=pk)
    try:
        attest(voucher, request.user.get_username(), request.POST.get("content", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The voucher is attested."))
    return redirect(voucher)


def attests_of(voucher: Voucher, rows: list[VoucherRow], request: HttpRequest) -> dict[str, Any]:
    """What the voucher's page shows of its attests."""
    attests: list[Attest] = valid_attests(voucher, rows)
    needed = needs_attest(voucher, rows)
    gives = may_attest(request, voucher) and request.user.get_username() not in {made.by for made in attests}
    return {
        "attests": attests,
        "needs_attest": needed,
        "may_attest": gives and (needed or not voucher.is_posted),
        "content": content_digest(voucher, rows) if gives else "",
        "paid": paid(rows),
        "limit": limit(),
    }
