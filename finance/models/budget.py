"""The budget: what the year was meant to become."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finance.money import AmountField

from .accounts import RESULT_KINDS, Account, CostCenter, Project
from .years import FiscalYear


class Budget(models.Model):
    """A version of a fiscal year's budget; one version is in force."""

    class Version(models.TextChoices):
        """How the version came about."""

        ADOPTED = "adopted", _("adopted")
        REVISED = "revised", _("revised")

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="budgets", verbose_name=_("fiscal year")
    )
    version = models.CharField(_("version"), max_length=10, choices=Version, default=Version.ADOPTED)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    in_force = models.BooleanField(_("in force"), default=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ["fiscal_year", "decided_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year"],
                condition=Q(in_force=True),
                name="finance_one_budget_in_force",
                violation_error_message=_(
                    "Another version of this year's budget is in force. Take that one out of force first."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.get_version_display()}"


class BudgetLine(models.Model):
    """What is budgeted on an account, for a month or the whole year: debit positive, as in SIE."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="lines", verbose_name=_("budget"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    month = models.DateField(
        _("month"), null=True, blank=True, help_text=_("The month's first day; empty for the whole year.")
    )
    amount = AmountField(_("amount"), help_text=_("Debit positive, credit negative, as in SIE."))
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    cost_center = models.ForeignKey(
        CostCenter, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cost centre")
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["account__number", "month", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__day=1),
                name="finance_budget_month_is_a_first_day",
                violation_error_message=_("Give the first day of the month."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.budget} {self.account}"

    def clean(self) -> None:
        """See that the account belongs to the income statement, and the month to the year."""
        if self.account_id and self.account.kind not in RESULT_KINDS:
            raise ValidationError({"account": _("Only income, costs and financial items are budgeted.")})
        if self.month and self.budget_id and self.month not in self.budget.fiscal_year.months:
            raise ValidationError({"month": _("Give the first day of a month of the fiscal year.")})
