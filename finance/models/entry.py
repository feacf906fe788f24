"""What makes entry fast and safe: templates of vouchers, and forms that were sent already."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finance.money import AmountField

from .accounts import Account, CostCenter, Project
from .vouchers import Voucher


class VoucherTemplate(models.Model):
    """A voucher that comes again: the rent of each month, member fees with their usual split.

    The amounts of its rows are either what is booked each time, or, when ``splits``, the proportions
    in which an amount given each time is split. A row without an amount gets it when it is used.
    """

    name = models.CharField(
        _("name"),
        max_length=100,
        unique=True,
        error_messages={"unique": _("There is already a template of this name.")},
    )
    text = models.CharField(_("text"), max_length=500, blank=True)
    counterparty = models.CharField(_("counterparty"), max_length=200, blank=True)
    splits = models.BooleanField(
        _("split an amount"),
        default=False,
        help_text=_("The amounts of the rows are proportions; the amount is given each time."),
    )

    class Meta:
        verbose_name = _("voucher template")
        verbose_name_plural = _("voucher templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class VoucherTemplateRow(models.Model):
    """A row of a template: an account, and an amount or proportion, debit positive."""

    template = models.ForeignKey(
        VoucherTemplate, models.CASCADE, related_name="rows", verbose_name=_("voucher template")
    )
    line = models.PositiveIntegerField(_("line"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    amount = AmountField(
        _("amount"), null=True, blank=True, help_text=_("Debit positive, credit negative, as in SIE.")
    )
    project = models.ForeignKey(
        Project, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    cost_center = models.ForeignKey(
        CostCenter, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cost centre")
    )

    class Meta:
        verbose_name = _("row of a template")
        verbose_name_plural = _("rows of a template")
        ordering = ["template", "line"]
        constraints = [
            models.UniqueConstraint(fields=["template", "line"], name="finance_one_template_row_per_line"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.line}"


class SentForm(models.Model):
    """A form that made a voucher: sent again, it makes no second one."""

    key = models.UUIDField(_("key"), unique=True)
    voucher = models.ForeignKey(Voucher, models.CASCADE, related_name="+", verbose_name=_("voucher"))
    at = models.DateTimeField(_("sent at"), default=timezone.now)

    class Meta:
        verbose_name = _("sent form")
        verbose_name_plural = _("sent forms")

    def __str__(self) -> str:
        return str(self.key)
