"""What stands witness for the ledger: anchors of its chains, and the verifications that were made."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .years import FiscalYear


class Anchor(models.Model):
    """The head of a fiscal year's chain on a day, as it was handed to somebody; written once.

    ``digest`` is that of the voucher with ``sequence`` in the chain. Whoever rewrites the chain up to
    its head, with every digest recomputed, no longer agrees with its anchors.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="anchors", verbose_name=_("fiscal year")
    )
    sequence = models.PositiveIntegerField(_("place in the chain"))
    digest = models.CharField(_("digest"), max_length=64)
    at = models.DateTimeField(_("anchored at"), default=timezone.now)
    by = models.CharField(_("anchored by"), max_length=150)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ["fiscal_year", "-at", "-pk"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.sequence}"


class VerificationRun(models.Model):
    """A verification that was made: when, by whom, and what it found; written once.

    ``report`` is what ``Report.as_json`` gives, in the language of who made it; ``head`` the head of
    each year's chain by the year's label, ``errors`` how many places were broken, ``vouchers`` how
    many posted vouchers were read.
    """

    at = models.DateTimeField(_("verified at"), default=timezone.now)
    by = models.CharField(_("verified by"), max_length=150)
    errors = models.PositiveIntegerField(_("errors"))
    vouchers = models.PositiveIntegerField(_("vouchers"))
    head: Any = models.JSONField(_("heads"), default=dict)
    report: Any = models.JSONField(_("report"), default=dict)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-pk"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def ok(self) -> bool:
        """Whether nothing was broken."""
        return not self.errors
