"""The annual report of a year: its text, what the board says about it, and what was sealed of it."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finance.models import FiscalYear


class AnnualReport(models.Model):
    """The text of a year's annual report; alive, until it is sealed and after."""

    class Language(models.TextChoices):
        SWEDISH = "sv", _("Swedish")
        ENGLISH = "en", _("English")

    fiscal_year = models.OneToOneField(
        FiscalYear, models.PROTECT, related_name="annual_report", verbose_name=_("fiscal year")
    )
    language = models.CharField(
        _("language"), max_length=2, choices=Language.choices, default=Language.SWEDISH
    )

    class Meta:
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        ordering = ["fiscal_year"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.fiscal_year}"


class ReportSection(models.Model):
    """A section: its heading and its text in Markdown. ``version`` counts how often it was saved."""

    report = models.ForeignKey(
        AnnualReport, models.CASCADE, related_name="sections", verbose_name=_("annual report")
    )
    place = models.PositiveIntegerField(_("place"))
    title = models.CharField(_("heading"), max_length=200)
    body = models.TextField(_("text"), blank=True, max_length=100_000)
    version = models.PositiveIntegerField(_("version"), default=0, editable=False)

    class Meta:
        verbose_name = _("section of an annual report")
        verbose_name_plural = _("sections of annual reports")
        ordering = ["report", "place", "pk"]

    def __str__(self) -> str:
        return self.title


class ReportComment(models.Model):
    """What somebody of the board says about a section; ``settled`` when it is dealt with."""

    section = models.ForeignKey(
        ReportSection, models.CASCADE, related_name="comments", verbose_name=_("section")
    )
    by = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("at"), default=timezone.now)
    text = models.TextField(_("comment"), max_length=5000)
    settled = models.BooleanField(_("settled"), default=False)

    class Meta:
        verbose_name = _("comment on an annual report")
        verbose_name_plural = _("comments on annual reports")
        ordering = ["section", "at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class SealedReport(models.Model):
    """An annual report as it was sealed; written once, and the database refuses to change it.

    ``content`` holds the text, every figure and the names of those who are to sign, as canonical JSON
    whose SHA-256 is ``content_sha256``. The PDF lies in the document store under ``pdf_sha256``.
    ``head`` is the digest of the last voucher of the year, the one with ``sequence`` in the chain;
    both are empty where nothing was posted. A report with a ``number`` above 1 supersedes the one
    before it, for the ``reason``.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="sealed_reports", verbose_name=_("fiscal year")
    )
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("sealed at"), default=timezone.now)
    by = models.CharField(_("sealed by"), max_length=150)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    sequence = models.PositiveIntegerField(_("place in the chain"))
    head = models.CharField(_("head of the chain"), max_length=64, blank=True)
    content = models.TextField(_("content"))
    content_sha256 = models.CharField(_("digest of the content"), max_length=64)
    pdf_sha256 = models.CharField(_("digest of the PDF"), max_length=64)

    class Meta:
        verbose_name = _("sealed annual report")
        verbose_name_plural = _("sealed annual reports")
        ordering = ["fiscal_year", "number"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "number"], name="ledarna_one_sealed_per_number"),
            models.CheckConstraint(
                condition=Q(number=1) | Q(number__gt=1) & ~Q(reason=""),
                name="ledarna_superseding_has_a_reason",
                violation_error_message=_("Say why the sealed report is superseded."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.fiscal_year}:{self.number}"


class ReportSignature(models.Model):
    """That somebody of the board signed a sealed report; ``pdf_sha256`` says what they signed."""

    sealed = models.ForeignKey(
        SealedReport, models.PROTECT, related_name="signatures", verbose_name=_("sealed annual report")
    )
    by = models.CharField(_("signed by"), max_length=150)
    name = models.CharField(_("name"), max_length=310)
    at = models.DateTimeField(_("signed at"), default=timezone.now)
    pdf_sha256 = models.CharField(_("digest of the PDF"), max_length=64)

    class Meta:
        verbose_name = _("signature of an annual report")
        verbose_name_plural = _("signatures of annual reports")
        ordering = ["sealed", "at", "pk"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(
                fields=["sealed", "by"],
                name="ledarna_one_signature_per_person",
                violation_error_message=_("You have signed this report already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sealed}: {self.name}"

    def clean(self) -> None:
        """See that it is the sealed PDF that is signed."""
        if self.pdf_sha256 != self.sealed.pdf_sha256:
            raise ValidationError(_("That is not the PDF that was sealed."))
