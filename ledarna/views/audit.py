"""The auditors' work: their desk, drawing a sample, its vouchers one by one, the first digits."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from finance.anchors import anchor, anchored
from finance.auditing import asked, in_state, keep_sample, note, plan_of, progress, remark, sampled_of
from finance.benford import beginning_with, benford
from finance.models import AuditRemark, AuditSample, FiscalYear, SampledVoucher, VerificationRun
from finance.models.audits import State
from finance.posting import chain_head
from finance.readings import posted_after
from finance.sampling import MOST, days_off, description, draw, reason, years_before
from ledarna.exports import list_file
from ledarna.forms.audit import DrawForm
from ledarna.listings import (
    audit_notes_table,
    audit_remarks_table,
    audit_samples_table,
    benford_table,
    first_digit_table,
    sampled_vouchers_table,
)
from ledarna.roles import Area, Level, may, sees
from ledarna.views.books import rows_shown
from ledarna.views.lists import place_of, sequence
from ledarna.views.page import page_of_year, signed_in, year_links
from ledarna.views.papers import papers_of

SINCE_LISTED = 20
"""So much of what was posted since the last visit stands on the desk; the list of vouchers has the rest."""

ASKED_LISTED = 20
"""So many questions that are not settled stand on the desk; the samples have the rest."""

LISTED = 100
"""Vouchers of a sample on one page."""

FIRST_DIGITS = tuple("123456789")

Kind = AuditRemark.Kind
BY_AUDITORS = (Kind.CHECKED, Kind.QUESTION, Kind.NOTE, Kind.REOPENED)
DONE = {
    Kind.QUESTION: gettext_lazy("The question is asked. The treasurer sees it on their first page."),
    Kind.ANSWER: gettext_lazy("The answer is kept. The auditors see it at their desk."),
    Kind.NOTE: gettext_lazy("The note is kept."),
    Kind.REOPENED: gettext_lazy("The voucher is open again."),
}


def _audits(request: HttpRequest) -> bool:
    return may(request.user, Area.BOOKS, Level.AUDIT)


# The desk ------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS)
def audit_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The auditors' desk: what holds, what was posted since their last visit, samples, questions, notes."""
    year = get_object_or_404(FiscalYear, label=label)
    if request.method == "POST":
        return _at_the_desk(request, year)
    lists = {
        "samples": lambda: audit_samples_table(year),
        "vouchers": lambda: sampled_vouchers_table(year),
        "remarks": lambda: audit_remarks_table(year),
        "notes": lambda: audit_notes_table(year),
    }
    if taken := list_file(request, year, lists):
        return taken
    anchors = anchored(year)
    own = [found for found in anchors if found.anchor.by == signed_in(request).get_username()]
    visited = own[0] if own else None
    samples = progress(year)
    audits = _audits(request)
    context: dict[str, Any] = {
        "years": year_links(year, "audit"),
        "audits": audits,
        "moved_since_verified": _moved_since_verified(year),
        "last_anchor": anchors[0] if anchors else None,
        "broken_anchors": sum(not found.agrees for found in anchors),
        "visited": visited,
        "since": posted_after(year, visited.anchor.sequence, SINCE_LISTED) if audits and visited else None,
        "progress": [(found, description(plan_of(found.sample))) for found in samples],
        "asked": asked(year).prefetch_related("remarks")[:ASKED_LISTED],
        "more_asked": max(0, sum(found.unsettled for found in samples) - ASKED_LISTED),
        "notes": year.audit_notes.order_by("-pk"),
    }
    return page_of_year(request, year, "audit", context, here="audit" if audits else "vouchers")


def _moved_since_verified(year: FiscalYear) -> bool:
    """Whether something was posted in *year* since the books were verified last, if ever."""
    heads = VerificationRun.objects.values_list("head", flat=True).first()
    return heads is not None and heads.get(year.label) != chain_head(year).digest


def _at_the_desk(request: HttpRequest, year: FiscalYear) -> HttpResponse:
    """Keep a note, or how far the auditor has seen the books. Raises BadRequest for anything else."""
    if not _audits(request):
        raise PermissionDenied
    by = signed_in(request).get_username()
    try:
        match request.POST.get("do"):
            case "note":
                note(year, by, request.POST.get("text", ""))
                messages.success(request, _("The note is kept."))
            case "seen":
                kept = anchor(year, by, _("seen by the auditor"))
                messages.success(
                    request,
                    _("The head in place %(sequence)s is anchored. Next time you see what came after it.")
                    % {"sequence": kept.sequence},
                )
            case _:
                raise BadRequest
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("audit", year.label)


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.AUDIT)
def audit_draw_page(request: HttpRequest, label: str) -> HttpResponse:
    """What a plan would draw, as the address has it; writing to it draws and keeps it."""
    year = get_object_or_404(FiscalYear, label=label)
    form = DrawForm(request.GET)
    valid = form.is_valid()
    if request.method == "POST" and form.is_asked and valid:
        try:
            seen = request.POST.get("head", "")
            sample = keep_sample(year, form.plan, signed_in(request).get_username(), seen)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The sample is drawn and kept."))
            return redirect("audit-sample", year.label, sample.number)
    context: dict[str, Any] = {
        "years": year_links(year, "audit-draw"),
        "form": form,
        "most": MOST,
        "books_here": "audit",
    }
    if form.is_asked and valid:
        drawn = draw(year, form.plan)
        context |= {"drawn": drawn, "description": description(drawn.plan)}
        context |= {"days": days_off(drawn.plan), "years_before": years_before(drawn.plan)}
    return page_of_year(request, year, "audit-draw", context, here="audit")


@require_safe
@sees(Area.BOOKS)
def benford_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """How often each first digit stands in the amounts of the year, and how often it should.

    With ``?digit=``, the vouchers behind it too.
    """
    year = get_object_or_404(FiscalYear, label=label)
    found = benford(year)
    digit, after = place_of(request, "digit", _first_digit), place_of(request, "after", sequence) or 0
    lists = {"": lambda: benford_table(found)}
    context: dict[str, Any] = {
        "years": year_links(year, "benford"),
        "benford": found,
        "digit": digit,
        "books_here": "audit",
    }
    if digit:
        lists["digit"] = lambda: first_digit_table(year, digit)
        vouchers = list(beginning_with(year, digit).filter(sequence__gt=after).with_total()[: LISTED + 1])
        context["vouchers"] = vouchers[:LISTED]
        context["rest"] = vouchers[LISTED - 1].sequence if len(vouchers) > LISTED else None
    if taken := list_file(request, year, lists):
        return taken
    return page_of_year(request, year, "benford", context, here="audit" if _audits(request) else "vouchers")


def _first_digit(text: str) -> int:
    """A digit that an amount can begin with. Raises ValueError for anything else."""
    if text not in FIRST_DIGITS:
        raise ValueError(text)
    return int(text)


# A sample ------------------------------------------------------------------------------------------


@require_safe
@sees(Area.BOOKS)
def audit_sample_page(request: HttpRequest, label: str, number: int) -> HttpResponseBase:
    """A sample: how it was drawn, how far it has come, and its vouchers, all or those that stand so."""
    year = get_object_or_404(FiscalYear, label=label)
    sample = get_object_or_404(AuditSample, fiscal_year=year, number=number)
    if taken := list_file(request, year, {"": lambda: sampled_vouchers_table(year, sample)}):
        return taken
    wanted = request.GET.get("state", "")
    if wanted and wanted not in State.values:
        raise BadRequest
    after = place_of(request, "after", sequence) or 0
    plan, sampled = plan_of(sample), sampled_of(year).filter(sample=sample)
    wanted_ones = in_state(sampled, State(wanted)) if wanted else sampled
    shown = list(wanted_ones.filter(place__gt=after)[: LISTED + 1])
    found = next(found for found in progress(year) if found.sample == sample)
    context = {
        "sample": sample,
        "description": description(plan),
        "days": days_off(plan),
        "years_before": years_before(plan),
        "states": [(state, count) for state, count in found.by_state if count],
        "wanted": wanted,
        "after": after,
        "sampled": [(found, reason(sample.method, found.hit)) for found in shown[:LISTED]],
        "rest": shown[LISTED - 1].place if len(shown) > LISTED else None,
        "first_open": in_state(sampled, State.OPEN).first(),
        "audits": _audits(request),
        "books_here": "audit",
    }
    return page_of_year(
        request, year, "audit-sample", context, here="audit" if _audits(request) else "vouchers"
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS)
def sampled_voucher_page(request: HttpRequest, label: str, number: int, place: int) -> HttpResponse:
    """A voucher of a sample, with its rows, its papers, and what was said about it."""
    year = get_object_or_404(FiscalYear, label=label)
    in_sample = sampled_of(year).filter(sample__number=number)
    sampled = get_object_or_404(in_sample, place=place)
    text = ""
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            return _remarked(request, year, sampled, text, in_sample)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    voucher = sampled.voucher
    beside = {found.place: found for found in in_sample.filter(place__in=(place - 1, place + 1))}
    audits = _audits(request)
    context = {
        "sampled": sampled,
        "voucher": voucher,
        "why": reason(sampled.sample.method, sampled.hit),
        "description": description(plan_of(sampled.sample)),
        "remarks": sampled.remarks.all(),
        "corrections": voucher.corrections.select_related("series").order_by("-correction"),
        "previous": beside.get(place - 1),
        "next": beside.get(place + 1),
        "text": text,
        "audits": audits,
        "answers": may(request.user, Area.BOOKS, Level.POST)
        and sampled.state in (State.QUESTION, State.ANSWER),
        "books_here": "audit",
        **rows_shown(voucher),
        **papers_of(voucher, request),
        "may_say_why": False,
    }
    return page_of_year(request, year, "sampled-voucher", context, here="audit" if audits else "vouchers")


def _remarked(
    request: HttpRequest, year: FiscalYear, sampled: SampledVoucher, text: str, in_sample: QuerySet[Any]
) -> HttpResponse:
    """Add the remark that the form asks for, and lead on: from what is checked to what is open.

    Raises ValidationError where it cannot be added, BadRequest for no kind of remark, and PermissionDenied
    for one that the reader's role does not make.
    """
    try:
        kind = Kind(request.POST.get("do", ""))
    except ValueError:
        raise BadRequest from None
    level = Level.AUDIT if kind in BY_AUDITORS else Level.POST
    if not may(request.user, Area.BOOKS, level):
        raise PermissionDenied
    made = remark(sampled, kind, signed_in(request).get_username(), text)
    here = (year.label, sampled.sample.number)
    if kind != Kind.CHECKED:
        messages.success(request, str(DONE[kind]))
        return redirect("sampled-voucher", *here, sampled.place)
    messages.success(request, _("%(voucher)s is checked.") % {"voucher": made.sampled.voucher.reference})
    places = in_state(in_sample, State.OPEN).values_list("place", flat=True)
    further = places.filter(place__gt=sampled.place).first() or places.first()
    return redirect("sampled-voucher", *here, further) if further else redirect("audit-sample", *here)
