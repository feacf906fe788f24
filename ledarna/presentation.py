"""How figures are written for people, by their unit."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import format_decimal
from django.utils.translation import get_language

from finance.money import in_kronor
from finance.presentation import LOCALES, MINUS, format_amount, format_count, format_percent

SIGNIFICANT_DIGITS = 3


def format_value(value: Decimal | int, unit: str, explicit_plus: bool = False) -> str:
    """*value* with its unit: ``−1 420 611 kr``, ``8 388``, ``47,4 %``.

    Shares are written with three significant digits, and at least in whole percents.
    """
    if unit == "SEK":
        return f"{format_amount(Decimal(value), ore=False, explicit_plus=explicit_plus)}\u00a0kr"
    if unit == "percent":
        share = Decimal(value)
        decimals = max(0, min(2, SIGNIFICANT_DIGITS - 1 - share.adjusted())) if share else 0
        rounded = share.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        return format_percent(rounded, decimals, explicit_plus=explicit_plus)
    return format_count(int(value), explicit_plus=explicit_plus)


def format_stated(value: Decimal, unit: str) -> str:
    """A published *value* with its unit and with every digit that was published: ``13,42 %``."""
    return format_percent(value) if unit == "percent" else format_value(value, unit)


def format_kronor(ore: int, explicit_plus: bool = False) -> str:
    """*ore* in whole kronor with the unit, for sentences and charts: ``35 933 kr``.

    Half a krona is rounded away from zero. Tables and statements write the öre.
    """
    return f"{format_whole_kronor(ore, explicit_plus)}\u00a0kr"


def format_whole_kronor(ore: int, explicit_plus: bool = False) -> str:
    """*ore* in whole kronor without the unit: ``+64 310``."""
    whole = int(in_kronor(ore).quantize(Decimal(1), ROUND_HALF_UP))
    return format_count(whole, explicit_plus=explicit_plus)


def format_column(amounts: Iterable[int | None], explicit_plus: bool = False) -> list[str]:
    """A column of öre in kronor: all of them with their öre, or none where all are whole; a dash for None."""
    column = list(amounts)
    has_ore = any(amount is not None and amount % 100 for amount in column)
    return [
        "–" if amount is None else format_amount(in_kronor(amount), ore=has_ore, explicit_plus=explicit_plus)
        for amount in column
    ]


def format_decimal_number(value: Decimal, decimals: int = 1, fixed: bool = False) -> str:
    """A number that is no amount: ``8,8``; zeros at the end are kept off, unless its decimals are *fixed*."""
    pattern = "#,##0." + ("0" if fixed else "#") * decimals
    text = format_decimal(value, format=pattern, locale=LOCALES[(get_language() or "sv")[:2]])
    return str(text).replace("-", MINUS)
