"""What the database itself noted about the facts beside the vouchers."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trace(models.Model):
    """A change of a fact that no voucher holds: left by trigger, and never changed or deleted.

    ``subject`` is the kind and key of the fact, such as ``account 12``; ``content`` what it said from
    then on (``finance.traces.TRACED``), empty where it was deleted. ``at`` is the time in UTC as
    ``finance.digest.instant`` writes it, ``digest`` the SHA-256 over the trace and the digest of the
    one before it about the same subject (``docs/digest.md``).
    """

    at = models.CharField(_("time"), max_length=27)
    subject = models.CharField(_("subject"), max_length=60)
    content = models.TextField(_("content"), blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")
        ordering = ["pk"]
        default_permissions = ["view"]
        indexes = [models.Index(fields=["subject", "id"], name="finance_trace_by_subject")]

    def __str__(self) -> str:
        return f"{self.at} {self.subject}"
