"""The papers behind a voucher: receipts and invoices, or the reason why there is none (BFL 5:6–7)."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finance.contents import BY_MIME, CONTENT_TYPES

from .vouchers import Voucher


class Attachment(models.Model):
    """A file that belongs to a voucher; unchangeable once the voucher is posted.

    The content lies in ``storages["documents"]`` under ``sha256``, once, however many vouchers it
    belongs to. ``sha256`` and ``name`` enter the voucher's digest, in the order of ``line``.
    """

    voucher = models.ForeignKey(
        Voucher, models.CASCADE, db_index=False, related_name="attachments", verbose_name=_("voucher")
    )
    line = models.PositiveIntegerField(_("line"))
    sha256 = models.CharField(_("digest"), max_length=64)
    name = models.CharField(_("name"), max_length=150)
    content_type = models.CharField(
        _("content type"), max_length=30, choices=[(found.mime, found.mime) for found in CONTENT_TYPES]
    )
    size = models.PositiveBigIntegerField(_("size in bytes"))
    uploaded_by = models.CharField(_("uploaded by"), max_length=150, blank=True)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["voucher", "line"]
        constraints = [
            models.UniqueConstraint(fields=["voucher", "line"], name="finance_one_attachment_per_line"),
            models.UniqueConstraint(
                fields=["voucher", "sha256"],
                name="finance_a_document_once_per_voucher",
                violation_error_message=_("The same file is already attached to the voucher."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_be_shown(self) -> bool:
        """Whether every browser shows it as a picture."""
        return BY_MIME[self.content_type].shown_by_browsers


class MissingReceipt(models.Model):
    """Why a posted voucher has no attachment: who says so, when. It is written once and stays."""

    voucher = models.ForeignKey(
        Voucher, models.PROTECT, related_name="missing_receipts", verbose_name=_("voucher")
    )
    reason = models.CharField(_("reason"), max_length=500)
    by = models.CharField(_("written by"), max_length=150)
    at = models.DateTimeField(_("written at"), default=timezone.now)

    class Meta:
        verbose_name = _("missing receipt")
        verbose_name_plural = _("missing receipts")
        ordering = ["voucher", "at"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="finance_a_missing_receipt_has_a_reason",
                violation_error_message=_("Say why there is no receipt."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.voucher}: {self.reason}"
