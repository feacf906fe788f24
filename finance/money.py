"""Money that is exact to the öre, in the database, in Python and in forms.

The database holds whole öre in a bigint column, because SQLite keeps decimals as floats and would
sum them as such. Python and the screen see ``Money`` in the ledger's one currency. A part of an öre
is an error wherever it turns up; nothing here rounds.
"""

import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _
from djmoney.money import Money

ORE_PER_KRONA = 100
LARGEST_ORE = 2**63 - 1
GROUPED_OR_PLAIN = re.compile(r"[-+]?(\d+|\d{1,3}( \d{3})+)([.,]\d+)?")
SPACES = re.compile(r"[\s\u00a0\u2009\u202f]+")


def kronor(amount: Decimal | int | str) -> Money:
    """Money in the ledger's currency; *amount* is in kronor, positive or negative."""
    return Money(amount, settings.LEDARNA_CURRENCY)


def from_ore(ore: int) -> Money:
    """The Money that *ore* whole öre are."""
    return kronor(in_kronor(ore))


def in_kronor(ore: int) -> Decimal:
    """*ore* whole öre in kronor with two decimals, without the currency."""
    return Decimal(int(ore)).scaleb(-2)


def to_ore(amount: Money | Decimal | int | str) -> int:
    """Whole öre of *amount*: Money, or a number of kronor.

    Raises ValidationError for a part of an öre, another currency, a float, something that is no
    number, or an amount that the database cannot hold.
    """
    if isinstance(amount, Money):
        if amount.currency.code != settings.LEDARNA_CURRENCY:
            raise ValidationError(
                _("The ledger is kept in %(ledger)s, not in %(currency)s."),
                code="currency",
                params={"ledger": settings.LEDARNA_CURRENCY, "currency": amount.currency.code},
            )
        amount = amount.amount
    if isinstance(amount, bool | float):
        raise ValidationError(_("A float is not an exact amount; give a Decimal."), code="inexact")
    try:
        exact = Decimal(amount)
    except (InvalidOperation, TypeError, ValueError):
        raise ValidationError(
            _("“%(value)s” is not an amount. Write it as 1 928 072,00."),
            code="invalid",
            params={"value": amount},
        ) from None
    if not exact.is_finite():
        raise ValidationError(_("An amount must be a finite number."), code="invalid")
    if exact.adjusted() > 16:
        raise ValidationError(_("The amount is larger than the ledger can hold."), code="too_large")
    ore = exact.scaleb(2)
    if ore != ore.to_integral_value():
        raise ValidationError(
            _("%(value)s has a part of an öre. Write at most two decimals."),
            code="part_of_ore",
            params={"value": str(exact).replace(".", ",")},
        )
    if abs(ore) > LARGEST_ORE:
        raise ValidationError(_("The amount is larger than the ledger can hold."), code="too_large")
    return int(ore)


def parse_amount(text: str) -> Money:
    """The Money that a person means by *text*, in kronor.

    Takes ``1 928 072,00``, ``1928072.00``, ``1 928 072 kr`` and a leading minus of either kind.
    Raises ValidationError in words for a letter, a third decimal or digits grouped in a way that
    could mean two things.
    """
    cleaned = SPACES.sub(" ", str(text)).strip().replace("\u2212", "-")
    for unit in ("kr", settings.LEDARNA_CURRENCY):
        if cleaned.lower().endswith(unit.lower()):
            cleaned = cleaned[: -len(unit)].rstrip()
            break
    cleaned = re.sub(r"^([-+]) ", r"\1", cleaned)
    if not GROUPED_OR_PLAIN.fullmatch(cleaned):
        raise ValidationError(
            _("“%(value)s” is not an amount. Write it as 1 928 072,00."),
            code="invalid",
            params={"value": text},
        )
    return from_ore(to_ore(Decimal(cleaned.replace(" ", "").replace(",", "."))))


def ore_of(field: str) -> models.ExpressionWrapper:
    """The öre that the database holds in the amount *field*: for where many are read, and none as Money."""
    return models.ExpressionWrapper(models.F(field), output_field=models.BigIntegerField())


class AmountFormField(forms.CharField):
    """A form field for an amount, written as people in Sweden write it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TextInput(attrs={"inputmode": "decimal", "class": "amount", "autocomplete": "off"}),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Money | None:  # type: ignore[override]
        """Money, or None when the field was left empty."""
        if isinstance(value, Money):
            return value
        text = super().to_python(value)
        return parse_amount(text) if text else None

    def prepare_value(self, value: Any) -> Any:
        """The amount as it is typed: plain digits, a comma, two decimals."""
        return f"{value.amount:.2f}".replace(".", ",") if isinstance(value, Money) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the amount, not its way of writing, differs from *initial*."""
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


class AmountField(models.BigIntegerField):
    """An exact amount: whole öre in the database, ``Money`` in Python.

    ``Sum`` over it is exact and gives Money on both engines. Numbers given to it, in filters too,
    are kronor. Arithmetic between columns is refused by Django as mixed types; do it in Python.
    """

    description = _("Amount of money, exact to the öre")

    if TYPE_CHECKING:
        _pyi_private_set_type: Money | Decimal | int | str | Combinable  # type: ignore[assignment]
        _pyi_private_get_type: Money  # type: ignore[assignment]

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Money | None:
        """Money of the öre in the database."""
        return None if value is None else from_ore(value)

    def to_python(self, value: Any) -> Money | None:
        """Money of what was assigned or deserialised: Money, kronor, or the text of kronor."""
        if value is None or isinstance(value, Money):
            return value
        return parse_amount(value) if isinstance(value, str) else from_ore(to_ore(value))

    def get_prep_value(self, value: Any) -> Any:
        """Whole öre for the database."""
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return to_ore(self.to_python(value))  # type: ignore[arg-type]

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        """Whole öre for the database, or the expression itself."""
        return self.get_db_prep_value(value, connection=connection)

    def value_to_string(self, obj: models.Model) -> str:
        """Kronor with two decimals, for serialisers."""
        value: Any = self.value_from_object(obj)
        return "" if value is None else f"{value.amount:.2f}"

    def run_validators(self, value: Any) -> None:
        """Check that the amount is whole öre within bounds; the integer validators see the öre."""
        if value is not None:
            super().run_validators(to_ore(value))

    def formfield(self, **kwargs: Any) -> Any:
        """A text field that understands Swedish amounts."""
        required = not (self.blank or self.has_default())
        defaults = {"required": required, "label": self.verbose_name, "help_text": self.help_text}
        return AmountFormField(
            **{**defaults, **{k: v for k, v in kwargs.items() if k in {"widget", "initial"}}}
        )
