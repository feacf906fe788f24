"""Amounts as people type them beside a receipt: ``1250+312,50``, ``3*49,90``, ``(980-80)/2``.

A parser of its own for four operations and parentheses, exact from end to end: numbers are fractions,
and only the result has to be whole öre. ``eval`` would run whatever somebody sends.
"""

import re
from fractions import Fraction
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from djmoney.money import Money

from finance.money import LARGEST_ORE, ORE_PER_KRONA, SPACES, AmountFormField, from_ore, parse_amount

LONGEST = 100
"""Signs of an expression; what a person types beside a receipt is far shorter."""

CALCULATION = re.compile(r".\s*[-+*/()]|[()]", re.DOTALL)
TOKEN = re.compile(
    r"\s*(?:(?P<number>\d{1,3}(?: \d{3})+(?!\d)|\d+)(?P<decimals>[.,]\d+)?|(?P<sign>[-+*/()]))"
)
SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u00d7": "*", "\u00b7": "*", "\u00f7": "/", ":": "/"})


def evaluate(text: str) -> Money:
    """The Money that *text* comes to, in kronor: an amount, or a calculation with ``+ - * / ( )``.

    Raises ValidationError, in words, for what is neither, for a division by zero, and for a result
    that is no whole number of öre.
    """
    cleaned = SPACES.sub(" ", text).strip().translate(SIGNS)
    if not CALCULATION.search(cleaned):
        return parse_amount(text)
    if len(cleaned) > LONGEST:
        raise ValidationError(_("The calculation is longer than %(longest)s signs.") % {"longest": LONGEST})
    ore = _Calculation(cleaned).result() * ORE_PER_KRONA
    if ore.denominator != 1:
        raise ValidationError(
            _("“%(text)s” does not come to whole öre. Round it as the receipt does."),
            code="part_of_ore",
            params={"text": text},
        )
    if abs(ore) > LARGEST_ORE:
        raise ValidationError(_("The amount is larger than the ledger can hold."), code="too_large")
    return from_ore(int(ore))


class _Calculation:
    """A calculation, read from the left: sums of products of numbers and parentheses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._tokens())
        self.place = 0

    def _tokens(self) -> Any:
        place = 0
        while place < len(self.text):
            token = TOKEN.match(self.text, place)
            if not token:
                raise self._unreadable()
            if token["sign"]:
                yield token["sign"]
            else:
                whole, decimals = token["number"].replace(" ", ""), token["decimals"] or ""
                yield Fraction(whole + decimals.replace(",", "."))
            place = token.end()

    def _unreadable(self) -> ValidationError:
        return ValidationError(
            _("“%(text)s” cannot be calculated. Write it as 1250+312,50."),
            code="invalid",
            params={"text": self.text},
        )

    def result(self) -> Fraction:
        """What it comes to."""
        value = self._sum()
        if self.place < len(self.tokens):
            raise self._unreadable()
        return value

    def _next_is(self, *signs: str) -> bool:
        return self.place < len(self.tokens) and self.tokens[self.place] in signs

    def _take(self) -> Any:
        if self.place == len(self.tokens):
            raise self._unreadable()
        self.place += 1
        return self.tokens[self.place - 1]

    def _sum(self) -> Fraction:
        value = self._product()
        while self._next_is("+", "-"):
            value = value + self._product() if self._take() == "+" else value - self._product()
        return value

    def _product(self) -> Fraction:
        value = self._factor()
        while self._next_is("*", "/"):
            times, factor = self._take() == "*", self._factor()
            if not times and not factor:
                raise ValidationError(
                    _("“%(text)s” divides by zero.") % {"text": self.text}, code="division_by_zero"
                )
            value = value * factor if times else value / factor
        return value

    def _factor(self) -> Fraction:
        token = self._take()
        if token == "-":
            return -self._factor()
        if token == "(":
            value = self._sum()
            if self._take() != ")":
                raise self._unreadable()
            return value
        if isinstance(token, Fraction):
            return token
        raise self._unreadable()


class CalculatedField(AmountFormField):
    """A form field for an amount, which may be written as a calculation."""

    def to_python(self, value: Any) -> Money | None:  # type: ignore[override]
        """Money, or None when the field was left empty."""
        if isinstance(value, Money):
            return value
        return evaluate(value) if value and value.strip() else None
