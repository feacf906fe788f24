"""What came from other programs: each import as it was, and balances of years without vouchers."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from finance.money import AmountField

from .accounts import Account
from .years import FiscalYear


class SieImport(models.Model):
    """An import of a SIE file that changed something: who, when, what was odd, what it made.

    The file itself lies in ``storages["documents"]`` under ``sha256``. ``notes`` and ``errors`` are
    lists of ``{"line", "label", "what", "done"}``, ``created`` counts by kind, as ``import_sie --json``
    says them. ``before`` is the restore point: ``{label: [vouchers, digest]}``, the head of each year's
    chain as the import began. ``made`` has the keys of what was made beside vouchers, by the model's
    name, and what was there where something was changed (``finance.taking_back``).
    """

    file_name = models.CharField(_("file"), max_length=150)
    sha256 = models.CharField(_("digest"), max_length=64, db_index=True)
    at = models.DateTimeField(_("imported at"), default=timezone.now)
    by = models.CharField(_("imported by"), max_length=150)
    sie_type = models.CharField(_("type"), max_length=2)
    encoding = models.CharField(_("encoding"), max_length=20)
    program = models.CharField(_("program"), max_length=200, blank=True)
    notes = models.JSONField(_("notes"), default=list)
    errors = models.JSONField(_("errors"), default=list)
    created = models.JSONField(_("made"), default=dict)
    before = models.JSONField(_("restore point"), default=dict)
    made = models.JSONField(_("keys of what was made"), default=dict)

    class Meta:
        verbose_name = _("SIE import")
        verbose_name_plural = _("SIE imports")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_taken_back(self) -> bool:
        """Whether the import was taken back: then nothing of it is in the books any more."""
        return ImportTakenBack.objects.filter(sie_import=self).exists()


class ImportTakenBack(models.Model):
    """That an import was taken back: by whom, when and why, and which heads of chains went with it.

    The database admits it only for the last import, and only while nothing was posted, locked or
    anchored since; it alone opens the way for what the import posted to be removed
    (``finance/sql``). It is never changed or deleted. ``heads`` is ``{label: [vouchers, digest]}``, the heads of the
    chains that ended with the import: who holds one on paper finds it here.
    """

    sie_import = models.OneToOneField(
        SieImport, models.PROTECT, related_name="taken_back", verbose_name=_("SIE import")
    )
    at = models.DateTimeField(_("taken back at"), default=timezone.now)
    by = models.CharField(_("taken back by"), max_length=150)
    reason = models.CharField(_("reason"), max_length=200)
    heads = models.JSONField(_("heads that were removed"), default=dict)

    class Meta:
        verbose_name = _("import taken back")
        verbose_name_plural = _("imports taken back")
        ordering = ["-at"]
        default_permissions = ["view"]

    def __str__(self) -> str:
        return str(self.sie_import)


class ImportedBalance(models.Model):
    """What an account of a year without vouchers ended with, as a SIE file says: debit positive.

    For an account of the balance sheet ``closing`` is its balance, for one of the income statement its
    change in the year. It serves as the year before, marked as such, and never enters the ledger.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="imported_balances", verbose_name=_("fiscal year")
    )
    account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("account"))
    closing = AmountField(_("closing balance"))
    source = models.ForeignKey(
        SieImport, models.PROTECT, related_name="balances", verbose_name=_("SIE import")
    )

    class Meta:
        verbose_name = _("imported balance")
        verbose_name_plural = _("imported balances")
        ordering = ["fiscal_year", "account__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiscal_year", "account"], name="finance_one_imported_balance_per_account"
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.account}"
