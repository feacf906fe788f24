"""Correcting a posted voucher, in two steps: why, and then what is right."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from finance import correction
from finance.models import Voucher
from finance.posting import post_together
from finance.posting import problems as what_keeps
from finance.refusals import sentences
from ledarna.forms import DAY
from ledarna.roles import Area, Level, sees
from ledarna.views.page import page_of_year

MAKE, POST, GIVE_UP = "make", "post", "give-up"
"""What the page's buttons do."""


class CorrectionForm(forms.Form):
    """Why a voucher is corrected, on which day it is booked, and whether something takes its place."""

    reason = forms.CharField(
        label=gettext_lazy("Why is it corrected?"),
        max_length=500,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )
    day = forms.DateField(label=gettext_lazy("Booked on"), widget=DAY)
    replace = forms.TypedChoiceField(
        label=gettext_lazy("What takes its place?"),
        choices=(
            ("yes", gettext_lazy("A voucher that is right; it begins as a copy, to be changed")),
            ("no", gettext_lazy("Nothing: it should not have been booked")),
        ),
        coerce=lambda choice: choice == "yes",
        initial="yes",
        widget=forms.RadioSelect,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.POST)
def correction_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The correction of a voucher: the reason first, then both drafts, to be posted together."""
    original = get_object_or_404(Voucher.objects.select_related("fiscal_year", "series"), pk=pk)
    drafts = correction.drafts_of(original)
    hindrance = "" if drafts else correction.why_not(original)
    if hindrance:
        messages.info(request, hindrance)
        return redirect(original)
    by = request.user.get_username()
    action = request.POST.get("action", "")
    form = CorrectionForm(request.POST if action == MAKE else None, initial=_proposal(original, drafts))
    try:
        if drafts is None and action == MAKE and form.is_valid():
            correction.draft_correction(
                original,
                by,
                form.cleaned_data["reason"],
                form.cleaned_data["replace"],
                form.cleaned_data["day"],
            )
            return redirect("correction", original.pk)
        if drafts and action == POST:
            posted = post_together(drafts.vouchers, by)
            messages.success(
                request,
                _("%(original)s is corrected by %(vouchers)s.")
                % {"original": original, "vouchers": ", ".join(map(str, posted))},
            )
            return redirect(original)
        if drafts and action == GIVE_UP:
            correction.give_up(original)
            return redirect(original)
    except (ValidationError, DatabaseError) as error:
        if drafts is None and isinstance(error, ValidationError):
            form.add_error(None, error)
        else:
            messages.error(request, " ".join(sentences(error)))
    return page_of_year(
        request, original.fiscal_year, "correction", _shown(original, drafts, form), here="vouchers"
    )


def _proposal(original: Voucher, drafts: correction.Drafts | None) -> dict[str, Any]:
    """The day that is proposed; none where no day is open, and the form says so when it is sent."""
    if drafts:
        return {}
    try:
        return {"day": correction.proposed_day(original)[1]}
    except ValidationError:
        return {}


def _shown(original: Voucher, drafts: correction.Drafts | None, form: CorrectionForm) -> dict[str, Any]:
    """What the page shows: the original, and the drafts with what keeps them from being posted."""
    parts: list[tuple[Voucher, list[Any], list[str]]] = [(original, _rows(original), [])]
    for draft in drafts.vouchers if drafts else []:
        rows = _rows(draft)
        parts.append((draft, rows, _hindrances(draft, rows)))
    return {"original": original, "drafts": drafts, "form": form, "parts": parts}


def _rows(voucher: Voucher) -> list[Any]:
    return list(voucher.rows.select_related("account", "project", "cost_center").order_by("line"))


def _hindrances(draft: Voucher, rows: list[Any]) -> list[str]:
    """What keeps *draft* from being posted; that the original is not taken back yet is mended by posting both."""
    found = what_keeps(draft, rows)
    return [
        sentence
        for field, sentences in found.items()
        for sentence in sentences
        if sentence not in correction.problems(draft, rows).get(field, [])
        or draft.correction == correction.Correction.REVERSAL
    ]
