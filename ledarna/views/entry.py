"""The page where vouchers are entered: new ones, drafts to go on with, copies, and from templates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from finance import attestation, posting
from finance.arithmetic import evaluate
from finance.entry import (
    FIRST_SERIES,
    Entry,
    EntryRow,
    copied,
    rows_of_template,
    rows_of_voucher,
    save_draft,
    save_template,
)
from finance.models import Attachment, FiscalYear, Voucher, VoucherTemplate
from finance.money import to_ore
from finance.papers import Paper, take_in
from ledarna.forms.entry import (
    MOST_ROWS,
    EntryForm,
    EntryRows,
    RowFormSet,
    keep,
    kept,
    rows_with_more,
    typed_rows,
)
from ledarna.navigation import year_at_hand
from ledarna.roles import Area, Level, may, sees
from ledarna.views.page import page_of_year

LATEST = 5


@dataclass(frozen=True)
class Said:
    """An error in words, and the field it is about."""

    field: str
    sentence: str


@dataclass
class Typed:
    """The form as it was sent, or as it begins: what was typed, and what is wrong with it."""

    form: EntryForm
    rows: RowFormSet
    papers: list[Paper]
    errors: list[Said]
    template: VoucherTemplate | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.ENTER)
def voucher_new(request: HttpRequest) -> HttpResponse:
    """A new voucher: empty, from a template, or like an earlier one."""
    if year_at_hand() is None:
        return render(request, "pages/no-year.html")
    if request.method == "POST":
        return _sent(request, None)
    return _page(request, _begun(request), None)


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.ENTER)
def voucher_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft, to go on with; what is posted meanwhile is only seen."""
    draft = get_object_or_404(Voucher.objects.select_related("series", "fiscal_year"), pk=pk)
    if draft.is_posted:
        messages.error(
            request,
            _("%(reference)s is posted. To correct it, post a new voucher.") % {"reference": draft.reference},
        )
        return redirect(draft)
    if draft.rows.count() > MOST_ROWS:
        return redirect("admin:finance_voucher_change", draft.pk)
    if request.method == "POST":
        return _sent(request, draft)
    facts = {
        "date": draft.date.isoformat(),
        "text": draft.text,
        "counterparty": draft.counterparty,
        "decision": draft.decision_reference,
        "series": draft.series.code,
        "near": draft.date,
    }
    return _page(request, _unsent(facts, rows_of_voucher(draft)), draft)


# How the form begins


def _unsent(
    facts: dict[str, Any], rows: Sequence[EntryRow], template: VoucherTemplate | None = None
) -> Typed:
    return Typed(EntryForm(initial=facts), EntryRows(initial=typed_rows(rows)), [], [], template)


def _begun(request: HttpRequest) -> Typed:
    """A new voucher with the date and text of the last, or with what a template or a copy says."""
    last = Voucher.objects.select_related("series").order_by("-pk").first()
    day = last.date if last else timezone.localdate()
    facts: dict[str, Any] = {
        "date": day.isoformat(),
        "near": day,
        "text": last.text if last else "",
        "series": last.series.code if last else FIRST_SERIES,
        "key": uuid4(),
    }
    if pk := request.GET.get("copy"):
        source = get_object_or_404(Voucher.objects.select_related("series"), pk=_number(pk))
        facts |= {"text": source.text, "counterparty": source.counterparty, "series": source.series.code}
        return _unsent(facts, copied(source))
    if pk := request.GET.get("template"):
        template = get_object_or_404(VoucherTemplate, pk=_number(pk))
        facts |= {"text": template.text or facts["text"], "counterparty": template.counterparty}
        return _from_template(request, template, facts)
    return _unsent(facts, [])


def _from_template(request: HttpRequest, template: VoucherTemplate, facts: dict[str, Any]) -> Typed:
    total, errors = None, []
    if text := request.GET.get("total", "").strip():
        try:
            total = to_ore(evaluate(text))
            if total <= 0:
                raise ValidationError(_("Write an amount above zero."))
        except ValidationError as error:
            total, errors = None, [Said("total", sentence) for sentence in error.messages]
    begun = _unsent(facts, rows_of_template(template, total), template)
    begun.errors = errors
    return begun


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


# What was sent


def _sent(request: HttpRequest, draft: Voucher | None) -> HttpResponse:
    action = request.POST.get("action", "")
    if action == "delete" and draft:
        return _delete(request, draft)
    if action == "post" and not may(request.user, Area.BOOKS, Level.POST):
        raise PermissionDenied
    papers, refused = _papers(request)
    if action == "more":
        typed = Typed(
            EntryForm(initial=request.POST.dict()),
            EntryRows(initial=rows_with_more(request.POST)),
            papers,
            refused,
        )
        return _page(request, typed, draft)
    form, rows = EntryForm(request.POST), EntryRows(request.POST)
    are_valid = form.is_valid() & rows.is_valid()
    typed = Typed(form, rows, papers, [*_errors(form, rows), *refused])
    if action == "template" and rows.is_valid():
        return _template(request, typed, draft)
    if not are_valid or refused or action not in ("draft", "post"):
        return _page(request, typed, draft)
    try:
        voucher = _save(request, typed, draft, action == "post")
    except ValidationError as error:
        typed.errors = _refusals(typed.form, error)
        return _page(request, typed, draft)
    return _told(request, voucher, action == "post")


def _papers(request: HttpRequest) -> tuple[list[Paper], list[Said]]:
    """The files that came with the form, now or when it was sent before, and what is wrong with others."""
    username = request.user.get_username()
    papers = [paper for text in request.POST.getlist("kept") if (paper := kept(text, username))]
    refused = []
    for file in request.FILES.getlist("files"):
        try:
            papers.append(take_in(file, file.name or ""))
        except ValidationError as error:
            refused += [Said("files", f"{file.name}: {sentence}") for sentence in error.messages]
    return list({paper.sha256: paper for paper in papers}.values()), refused


def _errors(form: EntryForm, rows: RowFormSet) -> list[Said]:
    found = [
        Said(form[name].id_for_label, f"{form[name].label}: {sentence}")
        for name in form.fields  # in their order on the page
        for sentence in form.errors.get(name, ())
    ]
    for number, row in enumerate(rows.forms, start=1):
        found += [
            Said(
                row[name].id_for_label,
                _("Row %(number)s, %(field)s: %(sentence)s")
                % {"number": number, "field": str(row[name].label).lower(), "sentence": sentence},
            )
            for name in row.fields
            for sentence in row.errors.get(name, ())
        ]
    return found + [Said("rows", str(sentence)) for sentence in rows.non_form_errors()]


def _refusals(form: EntryForm, error: ValidationError) -> list[Said]:
    """What saving or posting refused: at the field that it is about, or about the rows as a whole."""
    by_field = error.message_dict if hasattr(error, "error_dict") else {"rows": error.messages}
    found = []
    for field, sentences in by_field.items():
        for sentence in sentences:
            if field in form.fields:
                form.add_error(field, sentence)
            found.append(Said(f"id_{field}" if field in form.fields else "rows", sentence))
    return found


def _save(request: HttpRequest, typed: Typed, draft: Voucher | None, to_be_posted: bool) -> Voucher:
    """Save what was typed, and post it where that was asked for and nothing but an attest is missing."""
    facts, username = typed.form.cleaned_data, request.user.get_username()
    off = [pk for text in request.POST.getlist("take_off") if (pk := _number(text))]
    entry = Entry(
        date=facts["date"],
        text=facts["text"],
        series=facts["series"],
        counterparty=facts["counterparty"],
        decision=facts["decision"],
        rows=typed.rows.rows,
        papers=typed.papers,
        taken_off=tuple(Attachment.objects.filter(voucher=draft, pk__in=off)) if draft else (),
    )
    with transaction.atomic():
        voucher = save_draft(entry, username, draft, None if draft else facts.get("key"))
        if not to_be_posted or voucher.is_posted:
            return voucher
        rows = attestation.rows_of(voucher)
        attest_missing = attestation.refusal(voucher, rows)
        if attest_missing and posting.problems(voucher, rows) == {"rows": [attest_missing]}:
            return voucher
        return posting.post(voucher, by=username)


def _told(request: HttpRequest, voucher: Voucher, to_be_posted: bool) -> HttpResponse:
    """Say what became of the form, and go on."""
    if voucher.is_posted:
        sentence = (
            _("{voucher} is posted.")
            if voucher.attachments.exists()
            else _("{voucher} is posted. It has no receipt.")
        )
        messages.success(
            request,
            format_html(
                sentence,
                voucher=format_html(
                    '<a href="{}">{} {}</a>', voucher.get_absolute_url(), voucher.reference, voucher.text
                ),
            ),
        )
        return redirect("voucher-new")
    if to_be_posted:
        refusal = attestation.refusal(voucher, attestation.rows_of(voucher))
        messages.warning(request, f"{_('The voucher is saved as a draft.')} {refusal}")
        return redirect(voucher)
    messages.success(request, _("The draft is saved."))
    return redirect("voucher-edit", voucher.pk)


def _delete(request: HttpRequest, draft: Voucher) -> HttpResponse:
    with transaction.atomic():
        found = Voucher.objects.select_for_update(of=("self",)).filter(pk=draft.pk).drafts().first()
        if found:
            found.delete()
    if found:
        messages.success(request, _("The draft is deleted. Its receipts are kept (BFL 7:2)."))
    return redirect("voucher-new")


def _template(request: HttpRequest, typed: Typed, draft: Voucher | None) -> HttpResponse:
    """Save the rows as a template, and show the form as it was."""
    rows = typed.rows
    open_rows = [form.entry_row() for form in rows.typed()]
    splits = "splits" in request.POST
    try:
        template = save_template(
            request.POST.get("template_name", ""),
            request.POST.get("text", ""),
            request.POST.get("counterparty", ""),
            rows.rows if splits else open_rows,
            splits,
        )
    except ValidationError as error:
        typed.errors = [Said("template_name", sentence) for sentence in error.messages]
        return _page(request, typed, draft)
    messages.success(request, _("The template “%(name)s” is saved.") % {"name": template})
    typed.errors = []
    return _page(request, typed, draft)


# The page


def _page(request: HttpRequest, typed: Typed, draft: Voucher | None) -> HttpResponse:
    year = (draft.fiscal_year if draft else None) or _year_of(typed.form) or year_at_hand()
    if year is None:
        return render(request, "pages/no-year.html")
    series = typed.form["series"].value() or FIRST_SERIES
    debit, credit = _sums(typed.rows)
    said: dict[str, list[str]] = {}
    for error in typed.errors:
        said.setdefault(error.field, []).append(error.sentence)
    return page_of_year(
        request,
        year,
        "entry",
        {
            "draft": draft,
            "form": typed.form,
            "rows": typed.rows,
            "lookups": [lookup for lookup in typed.rows.lookups.values() if lookup],
            "errors": typed.errors,
            "said": said,
            "template": typed.template,
            "total": request.GET.get("total", ""),
            "kept": [(keep(paper, request.user.get_username()), paper) for paper in typed.papers],
            "attachments": list(draft.attachments.all()) if draft else [],
            "next": f"{series} {_next_number(year, series)}",
            "debit": debit,
            "credit": credit,
            "templates": VoucherTemplate.objects.all(),
            "latest": _latest(),
            "drafts": Voucher.objects.drafts().exclude(pk=draft.pk if draft else 0).order_by("-pk")[:LATEST],
            "may_post": may(request.user, Area.BOOKS, Level.POST),
        },
        here="voucher-new",
    )


def _year_of(form: EntryForm) -> FiscalYear | None:
    """The fiscal year of the date in the form, if it can be read."""
    day = form.cleaned_data.get("date") if form.is_bound and form.is_valid() else form["near"].value()
    try:
        return FiscalYear.objects.of(day) if day else None
    except ValidationError:
        return None


def _next_number(year: FiscalYear, code: str) -> int:
    series = year.series.filter(code=code).first()
    return posting.next_number(series) if series else 1


def _sums(rows: RowFormSet) -> tuple[int, int]:
    """What debit and credit come to, in öre, of the rows that can be read."""
    if rows.is_bound:
        rows.is_valid()
        amounts: Iterable[int | None] = (
            [row.amount for row in rows.rows]
            if rows.rows
            else [form.amount for form in rows.forms if hasattr(form, "cleaned_data")]
        )
    else:
        amounts = [_amount_of(form.initial) for form in rows.forms]
    found = [amount for amount in amounts if amount]
    return sum(a for a in found if a > 0), -sum(a for a in found if a < 0)


def _amount_of(typed: dict[str, Any]) -> int:
    """Öre of a row that was not sent: as it is, or as it was typed before more rows were asked for."""
    total = 0
    for column, sign in (("debit", 1), ("credit", -1)):
        value = typed.get(column)
        try:
            total += sign * to_ore(evaluate(value) if isinstance(value, str) and value else value or 0)
        except ValidationError:
            continue
    return total


def _latest() -> Iterable[Voucher]:
    """The vouchers posted last, with the sum of their debit rows."""
    return (
        Voucher.objects.posted().select_related("series").with_total().order_by("-posted_at", "-pk")[:LATEST]
    )
