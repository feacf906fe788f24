"""Who approved a payment: the rule, those who had a hand in a draft, and those who attested it."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finance.money import AmountField

from .vouchers import Voucher


class AttestRule(models.Model):
    """Above which amount a payment needs the attest of another person; there is one rule, or none."""

    limit = AmountField(
        _("limit"),
        validators=[MinValueValidator(0, _("A limit cannot be negative."))],
        help_text=_("A payment above it is posted only after somebody else has attested it."),
    )

    class Meta:
        verbose_name = _("rule of attestation")
        verbose_name_plural = _("rule of attestation")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="finance_one_attest_rule",
                violation_error_message=_("There is one rule; change the one that is there."),
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def save(self, *args: object, **kwargs: object) -> None:
        """Save as the one rule of this ledger."""
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class DraftEdit(models.Model):
    """Somebody who changed a draft that another one had entered: they cannot attest it either."""

    voucher = models.ForeignKey(
        Voucher, models.CASCADE, db_index=False, related_name="edits", verbose_name=_("voucher")
    )
    by = models.CharField(_("changed by"), max_length=150)
    at = models.DateTimeField(_("changed at"), default=timezone.now)

    class Meta:
        verbose_name = _("change of a draft")
        verbose_name_plural = _("changes of drafts")
        ordering = ["voucher", "at"]
        constraints = [
            models.UniqueConstraint(fields=["voucher", "by"], name="finance_one_edit_per_person"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher}: {self.by}"


class Attest(models.Model):
    """The approval of a voucher as it stood: by whom, when, and the digest of what they approved."""

    voucher = models.ForeignKey(
        Voucher, models.CASCADE, db_index=False, related_name="attests", verbose_name=_("voucher")
    )
    by = models.CharField(_("attested by"), max_length=150)
    at = models.DateTimeField(_("attested at"), default=timezone.now)
    content = models.CharField(_("digest of what was attested"), max_length=64)

    class Meta:
        verbose_name = _("attest")
        verbose_name_plural = _("attests")
        ordering = ["voucher", "at"]
        constraints = [
            models.UniqueConstraint(
                fields=["voucher", "by", "content"],
                name="finance_one_attest_per_person",
                violation_error_message=_("You have already attested the voucher."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voucher}: {self.by}"
