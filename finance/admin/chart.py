"""Entering the chart of accounts, the dimensions, and whose books these are."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from finance.layout import items
from finance.models import Account, Association, CostCenter, OpeningBalance, PeriodTotal, Project
from finance.models.accounts import Kind, kind_of

from .guarded import GuardedAdmin


def is_used(obj: Model | None) -> bool:
    """Whether the account, project or cost centre *obj* is in the books, and so keeps its code."""
    if isinstance(obj, Account):
        return (
            PeriodTotal.objects.filter(account=obj).exists()
            or OpeningBalance.objects.filter(account=obj).exists()
        )
    if isinstance(obj, Project):
        return PeriodTotal.objects.filter(project=obj).exists()
    return isinstance(obj, CostCenter) and PeriodTotal.objects.filter(cost_center=obj).exists()


class AccountForm(forms.ModelForm):
    """An account; its item of the statements is chosen from those of its kind."""

    item = forms.ChoiceField(
        label=Account._meta.get_field("item").verbose_name,
        help_text=Account._meta.get_field("item").help_text,
        choices=lambda: [("", "–"), *((row.key, row.local_name) for row in items())],
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """See that the item is one of the account's kind."""
        cleaned = super().clean() or self.cleaned_data
        kind = cleaned.get("kind") or kind_of(cleaned.get("number") or self.instance.number)
        chosen = next((row for row in items() if row.key == cleaned.get("item")), None)
        if chosen and kind and chosen.kind != kind:
            raise ValidationError(
                {
                    "item": _("%(item)s takes accounts of the kind %(kind)s.")
                    % {"item": chosen.local_name, "kind": Kind(chosen.kind).label}
                }
            )
        return cleaned


@admin.register(Account)
class AccountAdmin(GuardedAdmin):
    """The chart of accounts."""

    list_display = ["number", "name", "kind", "is_open"]
    list_filter = ["kind", "is_open"]
    search_fields = ["number__startswith", "name", "name_en"]
    form = AccountForm
    fields = ["number", "name", "name_en", "kind", "item", "is_open", "sru"]
    list_per_page = 200
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Account | None = None) -> list[str]:
        """An account that is used in the books keeps its number."""
        return ["number"] if is_used(obj) else []


class DimensionAdmin(GuardedAdmin):
    """What rows can be told apart by."""

    list_display = ["code", "name", "is_open"]
    list_filter = ["is_open"]
    search_fields = ["code", "name"]
    fields = ["code", "name", "is_open"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """What vouchers are posted on keeps its code."""
        return ["code"] if is_used(obj) else []


admin.site.register(Project, DimensionAdmin)
admin.site.register(CostCenter, DimensionAdmin)


@admin.register(Association)
class AssociationAdmin(GuardedAdmin):
    """The one association: its list is its form."""

    fields = ["name", "organisation_number", "address", "postal_address"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether it may be entered: as long as it is not there."""
        return super().has_add_permission(request) and not Association.objects.exists()

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the association, where it is entered and may be seen."""
        there = Association.objects.first()
        if there is not None and self.has_view_or_change_permission(request):
            return HttpResponseRedirect(reverse("admin:finance_association_change", args=[there.pk]))
        return super().changelist_view(request, extra_context)
