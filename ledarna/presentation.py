"""How figures are written for people, by their unit."""

from decimal import ROUND_HALF_UP, Decimal

from finance.presentation import format_amount, format_count, format_percent

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
