"""Fiscal years: what they began with, and which of their days are locked."""

from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finance.money import AmountField

from .accounts import BALANCE_KINDS, Account


class FiscalYearQuerySet(models.QuerySet["FiscalYear"]):
    """Fiscal years, found by the dates they hold."""

    def of(self, day: date) -> "FiscalYear | None":
        """The fiscal year that holds *day*, if there is one."""
        return self.filter(start__lte=day, end__gte=day).first()


class FiscalYear(models.Model):
    """A fiscal year: any two dates, never over another year's days (BFL 3:1–3)."""

    label = models.SlugField(
        _("label"),
        max_length=20,
        unique=True,
        blank=True,
        help_text=_("Follows from the dates when left empty: 2023, or 2023-2024 for a broken year."),
    )
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))

    objects = FiscalYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("fiscal year")
        verbose_name_plural = _("fiscal years")
        ordering = ["start"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lte=F("end")),
                name="finance_fiscalyear_begins_before_it_ends",
                violation_error_message=_("A fiscal year cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return self.label

    def clean(self) -> None:
        """Name the year after its dates, and see that no other year holds any of its days."""
        if not (self.start and self.end):
            return
        if not self.label:
            years = (str(self.start.year), str(self.end.year))
            self.label = years[0] if years[0] == years[1] else "-".join(years)
        overlapping = FiscalYear.objects.filter(start__lte=self.end, end__gte=self.start).exclude(pk=self.pk)
        if other := overlapping.first():
            raise ValidationError(
                {
                    "start": _("The days %(start)s – %(end)s already belong to the fiscal year %(label)s.")
                    % {"start": other.start, "end": other.end, "label": other.label}
                }
            )

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, named after its dates unless a label was given."""
        self.clean()
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    def holds(self, day: date) -> bool:
        """Whether *day* is one of the year's."""
        return self.start <= day <= self.end

    @property
    def months(self) -> list[date]:
        """The first day of each calendar month that the year touches."""
        first, last = self.start.replace(day=1), self.end
        count = (last.year - first.year) * 12 + last.month - first.month + 1
        return [
            date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1)
            for i in range(count)
        ]

    @property
    def is_closed(self) -> bool:
        """Whether the year is closed now: nothing can be posted into it."""
        return self.locks.filter(kind=PeriodLock.Kind.YEAR, unlocked_at__isnull=True).exists()

    @property
    def previous(self) -> "FiscalYear | None":
        """The fiscal year before this one, if it was entered."""
        return FiscalYear.objects.filter(end__lt=self.start).order_by("-end").first()

    @property
    def next(self) -> "FiscalYear | None":
        """The fiscal year after this one, if it was entered."""
        return FiscalYear.objects.filter(start__gt=self.end).order_by("start").first()


class OpeningBalance(models.Model):
    """What an account of the balance sheet held as the year began: debit positive."""

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="opening_balances", verbose_name=_("fiscal year")
    )
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    amount = AmountField(_("amount"), help_text=_("Debit positive, credit negative, as in SIE."))

    class Meta:
        verbose_name = _("opening balance")
        verbose_name_plural = _("opening balances")
        ordering = ["account__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "account"],
                name="finance_one_opening_balance_per_account",
                violation_error_message=_("The account already has an opening balance in this year."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.account}"

    def clean(self) -> None:
        """See that the account belongs to the balance sheet."""
        if self.account_id and self.account.kind not in BALANCE_KINDS:
            raise ValidationError(
                {"account": _("Only accounts of the balance sheet have an opening balance.")}
            )


class PeriodLock(models.Model):
    """Days into which nothing more is posted: a month, or a whole year when it is closed.

    A lock is never deleted. Opening the days again is a fact of its own: who, when and why.
    """

    class Kind(models.TextChoices):
        """What was locked."""

        MONTH = "month", _("month")
        YEAR = "year", _("closed year")

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="locks", verbose_name=_("fiscal year")
    )
    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    locked_at = models.DateTimeField(_("locked at"), default=timezone.now, editable=False)
    locked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("locked by")
    )
    unlocked_at = models.DateTimeField(_("unlocked at"), null=True, blank=True)
    unlocked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unlocked by"),
    )
    unlock_reason = models.CharField(_("reason for unlocking"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("period lock")
        verbose_name_plural = _("period locks")
        ordering = ["start", "locked_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(start__lte=F("end")),
                name="finance_lock_begins_before_it_ends",
                violation_error_message=_("A lock cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(unlocked_at__isnull=True) | ~Q(unlock_reason=""),
                name="finance_unlocking_has_a_reason",
                violation_error_message=_("Say why the days are opened again."),
            ),
            models.UniqueConstraint(
                fields=["fiscal_year", "kind", "start"],
                condition=Q(unlocked_at__isnull=True),
                name="finance_one_lock_at_a_time",
                violation_error_message=_("These days are already locked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start} – {self.end}"
