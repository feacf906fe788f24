"""Amounts, shares, counts and dates as text in the reader's language.

Formats are CLDR's, through Babel, so that page, PDF and chart write alike: a narrow no-break space
between thousands in Swedish, and a real minus sign (U+2212) in both languages.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache

from babel.dates import format_date
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol
from django.utils.translation import get_language
from djmoney.money import Money

from finance.money import kronor

MINUS = "\u2212"
LOCALES = {"sv": "sv_SE", "en": "en_GB"}


def _locale() -> str:
    return LOCALES[(get_language() or "sv")[:2]]


@cache
def _symbols(locale: str) -> dict[int, str]:
    """From how Python writes a number to how *locale* does, which all but shares and odd numbers need alone."""
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale), "-": MINUS})


def _signed(text: str, value: Decimal | int, explicit_plus: bool) -> str:
    text = text.replace("-", MINUS)
    return f"+{text}" if explicit_plus and value > 0 else text


def format_count(value: int, explicit_plus: bool = False) -> str:
    """A whole number: ``8 388``."""
    return _signed(f"{value:,}".translate(_symbols(_locale())), value, explicit_plus)


def format_amount(amount: Money | Decimal, ore: bool = True, explicit_plus: bool = False) -> str:
    """An amount in kronor: ``−1 420 611,00``. Without *ore* they are left out only where they are zero."""
    value = amount.amount if isinstance(amount, Money) else amount
    decimals = 2 if ore or value != value.to_integral_value() else 0
    return _signed(f"{value:,.{decimals}f}".translate(_symbols(_locale())), value, explicit_plus)


def format_percent(share: Decimal, decimals: int = 2, explicit_plus: bool = False) -> str:
    """A share given in percent: ``47,4 %``; trailing zeros are kept off."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    text = _signed(format_decimal(share, format=pattern, locale=_locale()), share, explicit_plus)
    return f"{text}\u00a0%" if _locale() == "sv_SE" else f"{text}%"


def format_day(day: date) -> str:
    """``31 dec``: a day whose year is told elsewhere."""
    return format_date(day, "d MMM", locale=_locale()).rstrip(".")


def format_long_date(day: date) -> str:
    """``31 december 2023``: a date in the midst of a text."""
    return format_date(day, "d MMMM y", locale=_locale())


def format_month(day: date, among: Iterable[date] = ()) -> str:
    """``maj``: the month of *day*, when its year is told elsewhere; ``maj 2023`` where *among* are two of them.

    A fiscal year may have 18 months (BFL 3:3).
    """
    return format_date(day, "MMMM y" if _has_namesake(day, among) else "MMMM", locale=_locale())


def format_month_short(day: date, among: Iterable[date] = ()) -> str:
    """``Maj``, ``Sep``: the month of *day* as the head of a column; with its year where *among* are two of them."""
    name = format_date(day, "LLL", locale=_locale()).rstrip(".").capitalize()
    return f"{name} {day.year}" if _has_namesake(day, among) else name


def _has_namesake(day: date, among: Iterable[date]) -> bool:
    return any(other.month == day.month and other.year != day.year for other in among)


def format_period(start: date, end: date) -> str:
    """``1 januari – 31 december 2023``; the year is written twice only where it differs."""
    first = "d MMMM" if start.year == end.year else "d MMMM y"
    return f"{format_date(start, first, locale=_locale())} – {format_date(end, 'd MMMM y', locale=_locale())}"


def zero() -> Money:
    """Nothing, as Money."""
    return kronor(0)
