"""Entering the rule of attestation: above which amount a payment needs another person's attest."""

from django.contrib import admin
from django.http import HttpRequest

from finance.models import AttestRule

from .guarded import GuardedAdmin


@admin.register(AttestRule)
class AttestRuleAdmin(GuardedAdmin):
    """The one rule; it is changed, never made twice."""

    list_display = ["__str__", "limit"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether the role may make the rule, and there is none yet."""
        return super().has_add_permission(request) and not AttestRule.objects.exists()
