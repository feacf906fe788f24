"""Keeping templates of vouchers; they are made on the page where vouchers are entered, and here."""

from django.contrib import admin
from django.db import models

from finance.models import VoucherTemplate, VoucherTemplateRow

from .guarded import GuardedAdmin


class VoucherTemplateRowInline(admin.TabularInline):
    """The rows inside the template's form."""

    model = VoucherTemplateRow
    fields = ["line", "account", "project", "cost_center", "amount"]
    ordering = ["line"]
    extra = 1

    def get_queryset(self, request: object) -> "models.QuerySet[VoucherTemplateRow]":
        """The rows with what they name."""
        return super().get_queryset(request).select_related("account", "project", "cost_center")  # type: ignore[arg-type]


@admin.register(VoucherTemplate)
class VoucherTemplateAdmin(GuardedAdmin):
    """Templates of vouchers."""

    inlines = [VoucherTemplateRowInline]
    list_display = ["name", "text", "splits"]
    fields = ["name", "text", "counterparty", "splits"]
