"""Vouchers: what happened, when, with whom, for how much, and where it stands in the books (BFL 5:6–7)."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finance.money import AmountField

from .accounts import Account, CostCenter, Project
from .imports import SieImport
from .years import FiscalYear


class VoucherSeries(models.Model):
    """A series of voucher numbers in one fiscal year: 1, 2, 3 … without gaps (BFL 5:6)."""

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="series", verbose_name=_("fiscal year")
    )
    code = models.CharField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("voucher series")
        verbose_name_plural = _("voucher series")
        ordering = ["fiscal_year", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "code"],
                name="finance_one_series_per_code_and_year",
                violation_error_message=_("The fiscal year already has a series with this code."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()


class NumberGap(models.Model):
    """Numbers that the program the books came from never used or did not hand over.

    Only an import writes one. The numbering of Ledarna itself has no gaps.
    """

    series = models.ForeignKey(VoucherSeries, models.PROTECT, related_name="gaps", verbose_name=_("series"))
    first = models.PositiveBigIntegerField(_("first missing number"))
    last = models.PositiveBigIntegerField(_("last missing number"))
    reason = models.CharField(_("reason"), max_length=200)
    sie_import = models.ForeignKey(
        SieImport, models.PROTECT, null=True, related_name="gaps", verbose_name=_("SIE import")
    )

    class Meta:
        verbose_name = _("gap in numbers")
        verbose_name_plural = _("gaps in numbers")
        ordering = ["series", "first"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first__gte=1) & Q(last__gte=models.F("first")),
                name="finance_gap_begins_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return f"{self.series.code} {self.first}–{self.last}"


class VoucherQuerySet(models.QuerySet["Voucher"]):
    """Vouchers by their state."""

    def posted(self) -> "VoucherQuerySet":
        """Vouchers in the books."""
        return self.filter(posted_at__isnull=False)

    def drafts(self) -> "VoucherQuerySet":
        """Vouchers that are not in the books yet."""
        return self.filter(posted_at__isnull=True)

    def with_total(self) -> "VoucherQuerySet":
        """Vouchers with ``total``, the sum of their debit rows; None where there is none."""
        debit = (
            VoucherRow.objects.filter(voucher=OuterRef("pk"), amount__gt=0)
            .order_by()
            .values("voucher")
            .annotate(total=Sum("amount"))
            .values("total")
        )
        return self.annotate(total=Subquery(debit))


class Correction(models.TextChoices):
    """What a voucher does to the one that it corrects."""

    REVERSAL = "reversal", _("takes back")
    REPLACEMENT = "replacement", _("puts right")


class Voucher(models.Model):
    """A voucher; a draft until it is posted, and from then on unchangeable.

    ``date`` is the day of the event, ``entered_at`` the time of entry (BFL 5:7). ``number`` is given
    by posting, ``sequence`` is the place in the fiscal year's chain, ``digest`` the SHA-256 over the
    voucher's canonical form and the digest before it (``docs/digest.md``). Who entered and who posted
    it are user names as they were then, so that the voucher outlives the accounts of its users.
    """

    # The indexes below begin with these keys, and those of the rows too; one of their own each would only
    # slow posting down.
    fiscal_year = models.ForeignKey(
        FiscalYear,
        models.PROTECT,
        db_index=False,
        related_name="vouchers",
        verbose_name=_("fiscal year"),
    )
    series = models.ForeignKey(
        VoucherSeries, models.PROTECT, db_index=False, related_name="vouchers", verbose_name=_("series")
    )
    number = models.PositiveBigIntegerField(_("number"), null=True, blank=True, editable=False)
    date = models.DateField(_("date of the event"))
    text = models.CharField(_("text"), max_length=500)
    counterparty = models.CharField(_("counterparty"), max_length=200, blank=True)
    decision_reference = models.CharField(
        _("decision"),
        max_length=100,
        blank=True,
        help_text=_("The board's decision that allows it, such as § 8, meeting 14."),
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    correction = models.CharField(
        _("part of the correction"),
        max_length=11,
        choices=Correction,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    correction_reason = models.CharField(
        _("reason for the correction"),
        max_length=500,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    sie_import = models.ForeignKey(
        SieImport,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="vouchers",
        verbose_name=_("SIE import"),
    )
    entered_at = models.DateTimeField(_("entered at"), default=timezone.now, editable=False)
    entered_by = models.CharField(_("entered by"), max_length=150, blank=True, editable=False)
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True, editable=False)
    posted_by = models.CharField(_("posted by"), max_length=150, blank=True, editable=False)
    sequence = models.PositiveBigIntegerField(_("place in the chain"), null=True, blank=True, editable=False)
    digest = models.CharField(_("digest"), max_length=64, blank=True, editable=False)

    objects = VoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("voucher")
        verbose_name_plural = _("vouchers")
        ordering = ["fiscal_year", "series__code", "number", "pk"]
        permissions = [
            ("post_voucher", _("Can post vouchers")),
            ("attest_voucher", _("Can attest vouchers")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="finance_one_voucher_per_number"),
            models.UniqueConstraint(fields=["fiscal_year", "sequence"], name="finance_one_voucher_per_link"),
            models.CheckConstraint(
                condition=Q(posted_at__isnull=True, number__isnull=True, sequence__isnull=True, digest="")
                # A check that is neither true nor false passes, so nothing may be left to compare with null.
                | Q(
                    posted_at__isnull=False,
                    number__isnull=False,
                    number__gte=1,
                    sequence__isnull=False,
                    sequence__gte=1,
                    digest__length=64,
                ),
                name="finance_number_exactly_when_posted",
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, correction="", correction_reason="")
                | (
                    Q(corrects__isnull=False, correction__in=["reversal", "replacement"])
                    & ~Q(correction_reason="")
                ),
                name="finance_correction_says_why",
                violation_error_message=_("Say why the voucher is corrected."),
            ),
            models.UniqueConstraint(
                fields=["corrects", "correction"],
                condition=Q(corrects__isnull=False),
                name="finance_corrected_once",
                violation_error_message=_("The voucher is corrected already."),
            ),
        ]
        indexes = [
            # Ends with the place in the chain, so that a period's part of the chain is found in the index alone.
            models.Index(fields=["fiscal_year", "date", "sequence"], name="finance_voucher_by_date"),
            # With the time of posting, though it is empty in all of them: else SQLite takes another index.
            models.Index(
                fields=["fiscal_year", "posted_at", "date"],
                condition=Q(posted_at__isnull=True),
                name="finance_voucher_drafts",
            ),
            models.Index(fields=["posted_at"], name="finance_voucher_by_posting"),
            # Few vouchers point at a decision: ``finance.attestation.pointing_at_decisions`` asks it alone.
            models.Index(
                fields=["fiscal_year", "sequence"],
                condition=~Q(decision_reference=""),
                name="finance_voucher_by_decision",
            ),
        ]

    def __str__(self) -> str:
        return self.reference if self.is_posted else f"{_('draft')} {self.pk or ''}".strip()

    @property
    def is_posted(self) -> bool:
        """Whether the voucher is in the books, and so unchangeable."""
        return self.posted_at is not None

    @property
    def reference(self) -> str:
        """Series and number, as people write it: ``A 412``."""
        return f"{self.series.code} {self.number}"

    def get_absolute_url(self) -> str:
        """The voucher's page."""
        return reverse("voucher", args=[self.pk])

    def clean(self) -> None:
        """See that the date lies in the fiscal year and the series belongs to it."""
        errors: dict[str, Any] = {}
        if self.fiscal_year_id and self.date and not self.fiscal_year.holds(self.date):
            errors["date"] = _("The date is outside of the fiscal year %(start)s – %(end)s.") % {
                "start": self.fiscal_year.start,
                "end": self.fiscal_year.end,
            }
        if self.fiscal_year_id and self.series_id and self.series.fiscal_year_id != self.fiscal_year_id:
            errors["series"] = _("The series belongs to another fiscal year.")
        if errors:
            raise ValidationError(errors)


class VoucherRow(models.Model):
    """A row of a voucher: an account and an amount, debit positive, credit negative.

    ``date`` repeats the voucher's date, so that one index finds an account's rows in order; the
    database refuses to post a voucher whose rows bear another date.
    """

    voucher = models.ForeignKey(
        Voucher, models.CASCADE, db_index=False, related_name="rows", verbose_name=_("voucher")
    )
    line = models.PositiveIntegerField(_("line"))
    account = models.ForeignKey(
        Account, models.PROTECT, db_index=False, related_name="rows", verbose_name=_("account")
    )
    amount = AmountField(_("amount"))
    date = models.DateField(_("date"), editable=False)
    text = models.CharField(_("text"), max_length=500, blank=True)
    project = models.ForeignKey(
        Project,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="rows",
        verbose_name=_("project"),
    )
    cost_center = models.ForeignKey(
        CostCenter,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="rows",
        verbose_name=_("cost centre"),
    )
    quantity = models.CharField(_("quantity"), max_length=30, blank=True, editable=False)
    objects_text = models.CharField(
        _("other dimensions"),
        max_length=500,
        blank=True,
        editable=False,
        help_text=_('Objects of other SIE dimensions, as the file has them: 8 "1001" 9 "L5".'),
    )

    class Meta:
        verbose_name = _("voucher row")
        verbose_name_plural = _("voucher rows")
        ordering = ["voucher", "line"]
        constraints = [
            models.UniqueConstraint(fields=["voucher", "line"], name="finance_one_row_per_line"),
        ]
        indexes = [
            # Ends with the amount, so that a balance within a month is summed from the index alone.
            models.Index(fields=["account", "date", "id", "amount"], name="finance_row_by_account"),
            models.Index(
                fields=["project", "date"], condition=Q(project__isnull=False), name="finance_row_by_project"
            ),
            models.Index(
                fields=["cost_center", "date"],
                condition=Q(cost_center__isnull=False),
                name="finance_row_by_cost_center",
            ),
            models.Index(fields=["amount", "date"], name="finance_row_by_amount"),
        ]

    def __str__(self) -> str:
        return f"{self.voucher} {self.line}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save with the voucher's date."""
        self.date = self.voucher.date
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class PeriodTotal(models.Model):
    """The change of an account in a month, by project and cost centre; kept by trigger, never by code."""

    fiscal_year = models.ForeignKey(FiscalYear, models.PROTECT, related_name="totals")
    account = models.ForeignKey(Account, models.PROTECT, related_name="totals")
    month = models.DateField()
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="+")
    cost_center = models.ForeignKey(CostCenter, models.PROTECT, null=True, related_name="+")
    amount = AmountField()
    rows = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("period total")
        verbose_name_plural = _("period totals")
        constraints = [
            models.UniqueConstraint(
                "fiscal_year",
                "account",
                "month",
                Coalesce("project", 0),
                Coalesce("cost_center", 0),
                name="finance_one_total_per_period",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.month}"
