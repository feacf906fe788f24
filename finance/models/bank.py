"""Statements of banks: how each bank writes them, and which lines were read in already."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.money import AmountField

from .accounts import Account
from .vouchers import Voucher


class BankFormat(models.Model):
    """How a bank writes its statements: what each column under a header is read as, and for which account.

    ``header`` is the texts of the header, as a list, and ``digest`` the SHA-256 by which it is found;
    ``columns`` says by the place of a column, from zero and as text, what it is read as. Chosen once, it
    is used for each statement with that header.
    """

    digest = models.CharField(_("digest"), max_length=64, unique=True)
    header = models.JSONField(_("header"))
    columns = models.JSONField(_("columns"))
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))

    class Meta:
        verbose_name = _("form of bank statements")
        verbose_name_plural = _("forms of bank statements")

    def __str__(self) -> str:
        return ", ".join(filter(None, self.header))[:200]


class BankLine(models.Model):
    """A line of a bank statement that became a voucher: by it, the line is known when it comes again.

    It goes with its draft: a line whose draft was thrown away is new once more.
    """

    account = models.ForeignKey(
        Account, models.PROTECT, db_index=False, related_name="+", verbose_name=_("account")
    )
    date = models.DateField(_("date"))
    amount = AmountField(_("amount"), help_text=_("Debit positive, credit negative, as in SIE."))
    text = models.CharField(_("text"), max_length=500)
    balance = AmountField(_("balance"), null=True)
    voucher = models.ForeignKey(Voucher, models.CASCADE, related_name="bank_lines", verbose_name=_("voucher"))

    class Meta:
        verbose_name = _("line of a bank statement")
        verbose_name_plural = _("lines of bank statements")
        indexes = [models.Index(fields=["account", "date"], name="finance_bank_line_by_date")]

    def __str__(self) -> str:
        return f"{self.date} {self.text}"
