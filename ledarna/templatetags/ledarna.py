"""Amounts, counts, shares and dates as the pages write them.

An amount is whole öre (int), kronor (Decimal) or Money. Where there is nothing, an en dash stands.
"""

from datetime import date
from decimal import Decimal

from babel.dates import format_date
from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from djmoney.money import Money

from finance.money import from_ore
from finance.presentation import LOCALES, format_amount, format_count
from ledarna.presentation import format_value

register = template.Library()

NOTHING = "–"

Amount = int | Decimal | Money


def kronor_of(amount: Amount) -> Decimal:
    """*amount* in kronor."""
    if isinstance(amount, int):
        return from_ore(amount).amount
    return amount.amount if isinstance(amount, Money) else amount


@register.filter
def kr(amount: Amount | None, ore: bool = False) -> str:
    """``−1 420 611``; with *ore* always two decimals, without them only where the öre are not zero."""
    return NOTHING if amount is None else format_amount(kronor_of(amount), ore=ore)


@register.filter
def debit(amount: Amount) -> str:
    """The amount with its öre where it is a debit, else nothing."""
    return format_amount(kronor_of(amount)) if kronor_of(amount) > 0 else ""


@register.filter
def credit(amount: Amount) -> str:
    """The amount with its öre, unsigned, where it is a credit, else nothing."""
    return format_amount(-kronor_of(amount)) if kronor_of(amount) < 0 else ""


@register.filter
def count(value: int | None) -> str:
    """``8 388``."""
    return NOTHING if value is None else format_count(value)


@register.filter
def change(value: int | None) -> str:
    """``+287``."""
    return NOTHING if value is None else format_count(value, explicit_plus=True)


@register.simple_tag
def variance(amount: Amount | None, ore: bool = False) -> str | SafeString:
    """How much better or worse than the budget: an arrow, a sign, a colour, and the word for listeners."""
    if amount is None:
        return NOTHING
    value = kronor_of(amount)
    text = format_amount(value, ore=ore, explicit_plus=True)
    if value == 0:
        return text
    better = value > 0
    return format_html(
        '<span class="{}"><span class="arrow" aria-hidden="true">{}</span>{}<span class="unseen"> {}</span></span>',
        "good" if better else "bad",
        "▲" if better else "▼",
        text,
        _("better than budget") if better else _("worse than budget"),
    )


@register.simple_tag
def big(value: Decimal | int | None, unit: str) -> str | SafeString:
    """A figure in large type: its unit, and öre that are not zero, stand small beside it."""
    if value is None:
        return NOTHING
    if unit != "SEK":
        return format_value(value, unit)
    whole, ore = format_amount(Decimal(value)), ""
    whole, ore = whole[:-3], whole[-3:]
    return format_html('{}<span class="unit">{} kr</span>', whole, ore if ore.strip(",.0") else "")


@register.filter
def short_digest(digest: str) -> str:
    """``9f2c…e71a``: enough of a digest to compare it by eye."""
    return f"{digest[:4]}…{digest[-4:]}" if digest else NOTHING


@register.filter
def day_and_month(day: date) -> str:
    """``31 dec``: a day whose year is told elsewhere."""
    return format_date(day, "d MMM", locale=_locale()).rstrip(".")


@register.filter
def month(day: date) -> str:
    """``mars 2023``: the month of *day*."""
    return format_date(day, "MMMM y", locale=_locale())


@register.simple_tag
def period(start: date, end: date) -> str:
    """``1 januari – 31 december 2023``; the year is written twice only where it differs."""
    first = "d MMMM" if start.year == end.year else "d MMMM y"
    return f"{format_date(start, first, locale=_locale())} – {format_date(end, 'd MMMM y', locale=_locale())}"


def _locale() -> str:
    return LOCALES[(get_language() or "sv")[:2]]
