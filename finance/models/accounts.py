"""The chart of accounts, and the two dimensions by which rows can be told apart."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import IntegerField, Q, TextField
from django.db.models.functions import Cast, Length
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an account is for; its statement and its natural sign follow from it."""

    ASSET = "asset", _("asset")
    LIABILITY = "liability", _("liability")
    EQUITY = "equity", _("equity")
    INCOME = "income", _("income")
    COST = "cost", _("cost")
    FINANCIAL = "financial", _("financial")


RESULT_KINDS = (Kind.INCOME, Kind.COST, Kind.FINANCIAL)
BALANCE_KINDS = (Kind.ASSET, Kind.LIABILITY, Kind.EQUITY)

KIND_BY_PREFIX = {
    "1": Kind.ASSET,
    "20": Kind.EQUITY,
    "2": Kind.LIABILITY,
    "3": Kind.INCOME,
    "4": Kind.COST,
    "5": Kind.COST,
    "6": Kind.COST,
    "7": Kind.COST,
    "8": Kind.FINANCIAL,
}
"""BAS: the kind follows from the first digits; the longest prefix decides."""

YEAR_RESULT_PREFIX = "899"
"""BAS 8990–8999 hold the year's result itself, when the year is closed; they are no part of it."""


def kind_of(number: str) -> Kind | None:
    """The kind that BAS gives the account *number*; None where BAS gives none (0 and 9)."""
    return KIND_BY_PREFIX.get(number[:2]) or KIND_BY_PREFIX.get(number[:1])


class AccountQuerySet(models.QuerySet["Account"]):
    """Accounts, told apart as the statements need them."""

    def of_result(self) -> "AccountQuerySet":
        """Accounts whose sum is the year's result: income, cost and financial, without 899x."""
        return self.filter(kind__in=RESULT_KINDS).exclude(number__startswith=YEAR_RESULT_PREFIX)


class Account(models.Model):
    """An account of the chart, three to six digits, sorted as text as BAS does."""

    number = models.CharField(
        _("number"),
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[1-9]\d{2,5}$", _("An account number has three to six digits."))],
    )
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    kind = models.CharField(
        _("kind"),
        max_length=10,
        choices=Kind,
        blank=True,
        help_text=_("Follows from the number when left empty."),
    )
    is_open = models.BooleanField(
        _("open"), default=True, help_text=_("Nothing can be posted on an account that is not open.")
    )
    sru = models.CharField(_("SRU code"), max_length=20, blank=True)
    item = models.CharField(
        _("item of K1"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("Where the account stands in the statements. Follows from the number when left empty."),
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number=Cast(Cast("number", IntegerField()), TextField())),
                name="finance_account_number_is_digits",
                violation_error_message=_("An account number has three to six digits."),
            ),
            models.CheckConstraint(
                condition=Q(number__length__gte=3),
                name="finance_account_number_has_three_digits",
                violation_error_message=_("An account number has three to six digits."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="finance_account_kind_is_known",
                violation_error_message=_("Choose the kind of account; it does not follow from the number."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.local_name}"

    @property
    def local_name(self) -> str:
        """The name in the language of the screen."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name

    @property
    def is_year_result(self) -> bool:
        """Whether this is one of the accounts that hold the year's result at the close."""
        return self.number.startswith(YEAR_RESULT_PREFIX)

    @property
    def natural_sign(self) -> int:
        """+1 where a debit is an increase (assets, costs), otherwise −1."""
        return natural_sign(self.kind)

    def clean(self) -> None:
        """Give the account the kind that its number says, unless one was chosen."""
        self.kind = self.kind or kind_of(self.number) or ""

    def save(self, *args: object, **kwargs: object) -> None:
        """Save, with the kind that the number says unless one was chosen."""
        self.clean()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


def natural_sign(kind: str) -> int:
    """+1 for the kinds that grow by debit (asset, cost), −1 for those that grow by credit."""
    return 1 if kind in (Kind.ASSET, Kind.COST) else -1


models.CharField.register_lookup(Length)


class DimensionObject(models.Model):
    """A code by which rows can be told apart beside their account."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_open = models.BooleanField(_("open"), default=True)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Project(DimensionObject):
    """A project: dimension 6 of SIE."""

    class Meta(DimensionObject.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")


class CostCenter(DimensionObject):
    """A cost centre: dimension 1 of SIE."""

    class Meta(DimensionObject.Meta):
        verbose_name = _("cost centre")
        verbose_name_plural = _("cost centres")
