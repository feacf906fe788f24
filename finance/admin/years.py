"""Entering fiscal years: their dates, their series of vouchers, and what they began with."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.entry import add_first_series
from finance.lookup import Lookup, LookupField, use_lookups
from finance.models import Account, FiscalYear, OpeningBalance, PeriodLock, VoucherSeries
from finance.models.accounts import BALANCE_KINDS, Kind
from finance.money import kronor
from finance.presentation import format_amount

from .amounts import GroupedAmountField
from .guarded import GuardedAdmin
from .rows import RowFormSet


class OpeningBalanceForm(forms.ModelForm):
    """What an account held, with its natural sign: assets, liabilities and equity are all positive."""

    account = LookupField(label=gettext_lazy("account"))
    natural = GroupedAmountField(label=gettext_lazy("amount"))

    class Meta:
        model = OpeningBalance
        fields = ["account"]

    def __init__(self, *args: Any, lookups: dict[str, Lookup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_lookups(self, lookups)
        if self.instance.pk:
            self.initial["natural"] = self.instance.amount * self.instance.account.natural_sign

    def clean(self) -> dict[str, Any]:
        """Turn the natural sign to debit positive."""
        facts = super().clean() or self.cleaned_data
        if facts.get("account") and facts.get("natural") is not None:
            self.instance.amount = facts["natural"] * facts["account"].natural_sign
        return facts


class OpeningBalanceFormSet(RowFormSet):
    """The opening balances of a year, with their sums."""

    @cached_property
    def lookups(self) -> dict[str, Lookup]:
        """The accounts of the balance sheet."""
        return {"account": Lookup(Account.objects.filter(kind__in=BALANCE_KINDS), "number")}

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Let every row share the lookup."""
        return {**super().get_form_kwargs(index), "lookups": self.lookups}

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that an account is there twice."""
        return _("The account already has an opening balance in this year.")

    def totals(self) -> dict[str, str]:
        """The sums as saved, with natural signs; a script keeps them while somebody types."""
        balances = [form.instance for form in self.initial_forms]
        assets = sum((b.amount for b in balances if b.account.kind == Kind.ASSET), kronor(0))
        others = sum((-b.amount for b in balances if b.account.kind != Kind.ASSET), kronor(0))
        return {
            "assets": format_amount(assets),
            "others": format_amount(others),
            "difference": format_amount(assets - others) if assets != others else "",
        }


class OpeningBalanceInline(admin.TabularInline):
    """What the year began with; a closed year keeps it."""

    model = OpeningBalance
    form = OpeningBalanceForm
    formset = OpeningBalanceFormSet
    template = "admin/finance/fiscalyear/opening_balances.html"
    fields = ["account", "natural"]
    extra = 3

    def get_queryset(self, request: HttpRequest) -> QuerySet[OpeningBalance]:
        """The balances with their accounts."""
        return super().get_queryset(request).select_related("account")

    @admin.display(description=gettext_lazy("amount"))
    def natural(self, balance: OpeningBalance) -> str:
        """The amount with its natural sign, where it is only seen."""
        return format_amount(balance.amount * balance.account.natural_sign)

    def has_add_permission(self, request: HttpRequest, obj: FiscalYear | None = None) -> bool:
        """Whether the role may, and the year is open."""
        return super().has_add_permission(request, obj) and not is_closed(obj)

    def has_change_permission(self, request: HttpRequest, obj: FiscalYear | None = None) -> bool:
        """Whether the role may, and the year is open."""
        return super().has_change_permission(request, obj) and not is_closed(obj)

    def has_delete_permission(self, request: HttpRequest, obj: FiscalYear | None = None) -> bool:
        """Whether the role may, and the year is open."""
        return super().has_delete_permission(request, obj) and not is_closed(obj)


def is_closed(year: FiscalYear | None) -> bool:
    """Whether *year* is closed."""
    return bool(year and year.locks.filter(kind=PeriodLock.Kind.YEAR, unlocked_at__isnull=True).exists())


class VoucherSeriesFormSet(RowFormSet):
    """The series of a year."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that a code is there twice."""
        return _("The fiscal year already has a series with this code.")


class VoucherSeriesInline(admin.TabularInline):
    """The year's series of vouchers."""

    model = VoucherSeries
    formset = VoucherSeriesFormSet
    fields = ["code", "name"]
    extra = 0


@admin.register(FiscalYear)
class FiscalYearAdmin(GuardedAdmin):
    """Fiscal years."""

    list_display = ["label", "start", "end"]
    fields = ["start", "end", "label"]
    inlines = [OpeningBalanceInline, VoucherSeriesInline]

    def get_readonly_fields(self, request: HttpRequest, obj: FiscalYear | None = None) -> list[str]:
        """A year that vouchers are posted in keeps its dates."""
        return ["start", "end"] if obj and obj.vouchers.posted().exists() else []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rest, give the year its first series, and say if what it began with does not add up."""
        super().save_related(request, form, formsets, change)
        year = form.instance
        add_first_series(year)
        amounts = year.opening_balances.values_list("amount", flat=True)
        if difference := sum(amounts, kronor(0)):
            self.message_user(
                request,
                _(
                    "The opening balances do not add up: assets less equity and liabilities is %(difference)s, not 0."
                )
                % {"difference": format_amount(difference)},
                messages.WARNING,
            )
