"""Entering vouchers, and posting them.

A draft may be anything that has a date, a text and rows that make sense one by one. Only posting asks
for more, and everything it asks for is asked here by ``finance.posting`` itself: its answers are shown
at the fields they are about, before anything is saved. A posted voucher is only seen.
"""

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.db.models import Max, QuerySet
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from djmoney.money import Money

from finance import attestation, posting
from finance.entry import FIRST_SERIES
from finance.lookup import Lookup, LookupField, use_lookups
from finance.models import Account, CostCenter, FiscalYear, Project, Voucher, VoucherRow
from finance.models.vouchers import VoucherQuerySet
from finance.money import kronor
from finance.presentation import format_amount
from finance.refusals import sentences

from .amounts import GroupedAmountField
from .guarded import GuardedAdmin
from .rows import RowFormSet

POST = "_post"
"""The button that saves the voucher and posts it."""

LISTED_REFUSALS = 10


class VoucherForm(forms.ModelForm):
    """The voucher itself: the fiscal year follows from the date, the series is named by its code."""

    fiscal_year = forms.ModelChoiceField(
        FiscalYear.objects.order_by("-start"),
        label=capfirst(gettext_lazy("fiscal year")),
        required=False,
        empty_label=gettext_lazy("the year of the date"),
    )
    series_code = forms.CharField(
        label=capfirst(gettext_lazy("series")),
        max_length=20,
        initial=FIRST_SERIES,
        widget=forms.TextInput(attrs={"size": 6}),
    )

    class Meta:
        model = Voucher
        fields = ["date", "text", "counterparty", "decision_reference", "fiscal_year"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["series_code"] = self.instance.series.code

    def clean(self) -> dict[str, Any]:
        """Find the fiscal year of the date, unless one was chosen, and the series in it."""
        facts = super().clean() or self.cleaned_data
        day, year, code = facts.get("date"), facts.get("fiscal_year"), facts.get("series_code")
        if day and not year and "fiscal_year" not in self.errors:
            year = facts["fiscal_year"] = FiscalYear.objects.of(day)
            if year is None:
                self.add_error(
                    "date",
                    _("No fiscal year holds %(day)s. Correct the date, or enter the fiscal year first.")
                    % {"day": date_format(day)},
                )
        if code and year:
            series = year.series.filter(code=code).first()
            if series is None:
                self.add_error(
                    "series_code",
                    _("The fiscal year %(year)s has no series “%(code)s”.") % {"year": year, "code": code},
                )
            else:
                self.instance.series = series
        return facts

    def full_clean(self) -> None:
        """Ask posting what it would refuse of the voucher itself, where it is to be posted."""
        super().full_clean()
        if POST in self.data and self.is_valid():
            for field, refused in posting.problems(self.instance, ()).items():
                if field in self.fields:
                    self.add_error(field, ValidationError(refused))


class VoucherRowForm(forms.ModelForm):
    """A row: an account, and an amount in debit or in credit."""

    account = LookupField(label=gettext_lazy("account"))
    project = LookupField(label=gettext_lazy("project"), required=False)
    cost_center = LookupField(label=gettext_lazy("cost centre"), required=False)
    debit = GroupedAmountField(label=gettext_lazy("debit"), required=False)
    credit = GroupedAmountField(label=gettext_lazy("credit"), required=False)

    class Meta:
        model = VoucherRow
        fields = ["account", "project", "cost_center", "text"]

    def __init__(self, *args: Any, lookups: dict[str, Lookup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_lookups(self, lookups)
        if self.instance.pk:
            debit, credit = columns(self.instance.amount)
            self.initial.update({"debit": debit, "credit": credit})

    def clean(self) -> dict[str, Any]:
        """See that one of the columns has an amount, and only one."""
        facts = super().clean() or self.cleaned_data
        debit, credit = facts.get("debit"), facts.get("credit")
        for column, amount in (("debit", debit), ("credit", credit)):
            if amount is not None and amount < kronor(0):
                self.add_error(column, _("Write the amount without a minus sign, in the other column."))
        if debit is not None and credit is not None:
            self.add_error("credit", _("A row has its amount in debit or in credit, not in both."))
        if debit is None and credit is None and not {"debit", "credit"} & set(self.errors):
            self.add_error("debit", _("Write the amount in debit or in credit."))
        if not {"debit", "credit"} & set(self.errors):
            self.instance.amount = (debit or kronor(0)) - (credit or kronor(0))
        return facts


def columns(amount: Money) -> tuple[Money | None, Money | None]:
    """*amount*, debit positive, as the two columns that people know: debit and credit."""
    return (amount, None) if amount >= kronor(0) else (None, -amount)


class VoucherRowFormSet(RowFormSet):
    """The rows of a voucher; asked by the button that posts, they must hold as posted."""

    @cached_property
    def lookups(self) -> dict[str, Lookup]:
        """What the rows name, read once for all of them."""
        return {
            "account": Lookup(Account.objects.all(), "number"),
            "project": Lookup(Project.objects.all(), "code"),
            "cost_center": Lookup(CostCenter.objects.all(), "code"),
        }

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Let every row share the lookups."""
        return {**super().get_form_kwargs(index), "lookups": self.lookups}

    def rows(self) -> Sequence[VoucherRow]:
        """The rows as they will stand when the form is saved."""
        return [
            form.instance
            for form in self.forms
            if (form.instance.pk or form.has_changed()) and not form.cleaned_data.get(DELETION_FIELD_NAME)
        ]

    def totals(self) -> dict[str, str]:
        """The sums of debit and credit as saved; a script keeps them while somebody types."""
        pairs = [columns(form.instance.amount) for form in self.initial_forms if form.instance.pk]
        debit = sum((debit for debit, _credit in pairs if debit), kronor(0))
        credit = sum((credit for _debit, credit in pairs if credit), kronor(0))
        return {
            "debit": format_amount(debit),
            "credit": format_amount(credit),
            "difference": format_amount(abs(debit - credit)) if debit != credit else "",
        }

    def clean(self) -> None:
        """Ask posting what it would refuse, where the voucher is to be posted."""
        super().clean()
        voucher = self.instance
        if POST not in self.data or any(self.errors) or not (voucher.date and voucher.series_id):
            return
        if refused := posting.problems(voucher, self.rows()).get("rows"):
            raise ValidationError(refused)

    def save_new(self, form: Any, commit: bool = True) -> VoucherRow:
        """Save a new row after those that are there; posting numbers them without gaps."""
        last = self.instance.rows.aggregate(last=Max("line"))["last"] or 0
        form.instance.line = last + 1
        return super().save_new(form, commit)


class VoucherRowInline(admin.TabularInline):
    """The rows inside the voucher's form."""

    model = VoucherRow
    form = VoucherRowForm
    formset = VoucherRowFormSet
    template = "admin/finance/voucher/rows.html"
    ordering = ["line"]

    def get_fields(self, request: HttpRequest, obj: Voucher | None = None) -> list[Any]:
        """The columns; project and cost centre where the association has any."""
        return [
            "account",
            *(["project"] if Project.objects.exists() else []),
            *(["cost_center"] if CostCenter.objects.exists() else []),
            "text",
            "debit",
            "credit",
        ]

    def get_extra(self, request: HttpRequest, obj: Voucher | None = None, **kwargs: Any) -> int:
        """How many empty rows there are to begin with."""
        return 2 if obj else 4

    def get_queryset(self, request: HttpRequest) -> QuerySet[VoucherRow]:
        """The rows with what they name."""
        return super().get_queryset(request).select_related("account", "project", "cost_center")

    @admin.display(description=gettext_lazy("debit"))
    def debit(self, row: VoucherRow) -> str:
        """The amount in debit, where the voucher is only seen."""
        return _shown(columns(row.amount)[0])

    @admin.display(description=gettext_lazy("credit"))
    def credit(self, row: VoucherRow) -> str:
        """The amount in credit, where the voucher is only seen."""
        return _shown(columns(row.amount)[1])


def _shown(amount: Money | None) -> str:
    return "" if amount is None else format_amount(amount)


class StateFilter(admin.SimpleListFilter):
    """Drafts or posted vouchers."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The two states."""
        return [("draft", _("draft")), ("posted", _("posted"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """The vouchers in the chosen state."""
        return {"draft": queryset.drafts, "posted": queryset.posted}.get(self.value() or "", queryset.all)()


@admin.register(Voucher)
class VoucherAdmin(GuardedAdmin):
    """Vouchers: drafts are entered, changed and posted; what is posted is seen."""

    form = VoucherForm
    inlines = [VoucherRowInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("date", "text"),
                    ("counterparty", "decision_reference"),
                    ("fiscal_year", "series_code"),
                ]
            },
        )
    ]
    change_form_template = "admin/finance/voucher/change_form.html"
    list_display = ["reference", "date", "text", "counterparty", "total"]
    list_display_links = ["reference", "text"]
    list_filter = [StateFilter, "fiscal_year", ("series__code", admin.AllValuesFieldListFilter)]
    list_select_related = ["series"]
    search_fields = ["text", "counterparty", "decision_reference", "number__exact"]
    search_help_text = gettext_lazy("Search in text, counterparty and decision, or for a number.")
    # What was entered last, first: by date, all vouchers would be sorted for a page of them.
    ordering = ["-pk"]
    show_full_result_count = False
    actions = ["post_chosen", "delete_selected"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Voucher]:
        """Vouchers with the sum of their debit rows."""
        return cast(VoucherQuerySet, super().get_queryset(request)).with_total()

    @admin.display(description=gettext_lazy("voucher"), ordering="number")
    def reference(self, voucher: Voucher) -> str:
        """Series and number, or that it is a draft."""
        return voucher.reference if voucher.is_posted else _("draft")

    @admin.display(description=gettext_lazy("amount"))
    def total(self, voucher: Any) -> str:
        """The sum of the debit rows."""
        return format_amount(voucher.total or kronor(0))

    @admin.display(description=gettext_lazy("series"))
    def series_code(self, voucher: Voucher) -> str:
        """The series, where the voucher is only seen."""
        return str(voucher.series)

    # Who may

    def has_change_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        """Whether the role may change vouchers, and this one is a draft."""
        return super().has_change_permission(request, obj) and not (obj and obj.is_posted)

    def has_delete_permission(self, request: HttpRequest, obj: Voucher | None = None) -> bool:
        """Whether the role may delete vouchers, and this one is a draft."""
        return super().has_delete_permission(request, obj) and not (obj and obj.is_posted)

    def has_post_permission(self, request: HttpRequest) -> bool:
        """Whether the role may post."""
        return request.user.has_perm("finance.post_voucher")

    # The form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Today, where a fiscal year holds it."""
        today = timezone.localdate()
        there: dict[str, date] = {"date": today} if FiscalYear.objects.of(today) else {}
        return {**there, **super().get_changeform_initial_data(request)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The voucher's form; who sends changes to one that was posted meanwhile is told so."""
        may_post = self.has_post_permission(request)
        if request.method == "POST":
            if POST in request.POST and not may_post:
                raise PermissionDenied
            voucher = self.get_object(request, unquote(object_id)) if object_id else None
            if voucher and voucher.is_posted and super().has_change_permission(request, voucher):
                for sentence in posting.problems(voucher, ())["number"]:
                    self.message_user(request, sentence, messages.ERROR)
                self.message_user(request, _("To correct it, post a new voucher."), messages.WARNING)
                return HttpResponseRedirect(request.get_full_path())
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), "may_post": may_post}
        )

    def save_model(self, request: HttpRequest, obj: Voucher, form: Any, change: bool) -> None:
        """Save the draft, in the name of the one who enters it, and keep who changes it."""
        if not change:
            obj.entered_by = request.user.get_username()
        super().save_model(request, obj, form, change)
        if change:
            attestation.record_edit(obj, request.user.get_username())

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows, and post the voucher where that was asked for."""
        super().save_related(request, form, formsets, change)
        if POST in request.POST:
            self._post(request, form.instance)
            form.instance.refresh_from_db()

    def _post(self, request: HttpRequest, voucher: Voucher) -> Voucher:
        posted = posting.post(voucher, by=request.user.get_username())
        self.log_change(request, posted, _("Posted as %(reference)s.") % {"reference": posted.reference})
        return posted

    def response_add(
        self, request: HttpRequest, obj: Voucher, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Where to go after a new voucher."""
        if POST in request.POST:
            return self._response_posted(request, obj)
        return super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Voucher) -> HttpResponse:
        """Where to go after a changed one."""
        if POST in request.POST:
            return self._response_posted(request, obj)
        return super().response_change(request, obj)

    def _response_posted(self, request: HttpRequest, voucher: Voucher) -> HttpResponse:
        self.message_user(request, self._said_of(voucher), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:finance_voucher_change", args=[voucher.pk]))

    def _said_of(self, voucher: Voucher) -> SafeString:
        return format_html(
            '{} <a href="{}">{}</a>',
            _("The voucher is posted as %(reference)s.") % {"reference": voucher.reference},
            reverse("admin:finance_voucher_add"),
            _("Enter another"),
        )

    # Actions on what is chosen in the list

    @admin.action(description=gettext_lazy("Post the chosen drafts"), permissions=["post"])
    def post_chosen(self, request: HttpRequest, queryset: QuerySet[Voucher]) -> None:
        """Post each of the chosen vouchers, in the order of their dates; say of each other one why not."""
        posted, refused = 0, []
        for voucher in queryset.order_by("date", "pk"):
            try:
                self._post(request, voucher)
            except (ValidationError, DatabaseError) as error:
                refused.append(f"{date_format(voucher.date)} {voucher.text}: {' '.join(sentences(error))}")
            else:
                posted += 1
        if posted:
            said = ngettext("%(count)d voucher was posted.", "%(count)d vouchers were posted.", posted)
            self.message_user(request, said % {"count": posted}, messages.SUCCESS)
        for sentence in refused[:LISTED_REFUSALS]:
            self.message_user(request, sentence, messages.ERROR)
        if (more := len(refused) - LISTED_REFUSALS) > 0:
            said = ngettext("%(count)d more was not posted.", "%(count)d more were not posted.", more)
            self.message_user(request, said % {"count": more}, messages.ERROR)

    @admin.action(description=gettext_lazy("Delete the chosen drafts"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """Ask before the chosen drafts are deleted; refuse where a posted voucher is among them."""
        if queryset.posted().exists():
            self.message_user(
                request,
                _("A posted voucher cannot be deleted. Choose drafts only."),
                messages.ERROR,
            )
            return None
        return delete_selected(self, request, queryset)
