"""Amounts, counts, shares and dates as the pages write them.

An amount is whole öre (int), kronor (Decimal) or Money. Where there is nothing, an en dash stands.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django import template
from django.http import HttpRequest
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from djmoney.money import Money

from finance.models import FiscalYear
from finance.models.accounts import Kind
from finance.money import in_kronor
from finance.presentation import format_amount, format_count, format_day, format_month, format_period
from finance.report import Entry, Measure, Report
from finance.statements import Statement
from ledarna.figures import Unit
from ledarna.markdown import html_of
from ledarna.presentation import format_decimal_number, format_value
from ledarna.reports import address_of
from ledarna.request_log import number

register = template.Library()

NOTHING = "–"

Amount = int | Decimal | Money


def kronor_of(amount: Amount) -> Decimal:
    """*amount* in kronor."""
    if isinstance(amount, int):
        return in_kronor(amount)
    return amount.amount if isinstance(amount, Money) else amount


@register.filter
def kr(amount: Amount | None, ore: bool = False) -> str:
    """``−1 420 611``; with *ore* always two decimals, without them only where the öre are not zero."""
    return NOTHING if amount is None else format_amount(kronor_of(amount), ore=ore)


@register.filter
def whole_dates(text: str) -> SafeString:
    """*text*, escaped, with its dates such as 2023-12-31 kept from being broken at their hyphens."""
    return mark_safe(
        re.sub(r"\b\d{4}-\d\d-\d\d\b", r'<span class="date">\g<0></span>', conditional_escape(text))
    )


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


@register.filter
def decimals(value: Decimal, number: int = 1) -> str:
    """``17,0``: a number that is no amount, with *number* decimals."""
    return format_decimal_number(value, number, fixed=True)


@register.filter
def share(value: Decimal | None) -> str:
    """``47,4 %``."""
    return NOTHING if value is None else format_value(value, Unit.PERCENT)


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
def big(value: Decimal | int | None, unit: str, signed: bool = False) -> str | SafeString:
    """A figure in large type: its unit, and öre that are not zero, stand small beside it."""
    if value is None:
        return NOTHING
    if unit != Unit.SEK:
        return format_value(value, unit, explicit_plus=signed)
    kronor, ore = (text := format_amount(Decimal(value), explicit_plus=signed))[:-3], text[-3:]
    return format_html('{}<span class="unit">{} kr</span>', kronor, ore if Decimal(value) % 1 else "")


@register.filter
def short_digest(digest: str) -> str:
    """``9f2c…e71a``: enough of a digest to compare it by eye."""
    return f"{digest[:4]}…{digest[-4:]}" if digest else NOTHING


@register.filter
def month(day: date, year: FiscalYear | None = None) -> str:
    """The name of the month of *day*; with its year where *year* has two months of that name."""
    return format_month(day, year.months if year else ())


register.filter("day", format_day)
register.filter("markdown", html_of)
register.simple_tag(format_period, name="period")


@dataclass(frozen=True)
class Columns:
    """The columns that a statement's table has beside the account's name, and whether they show öre."""

    amount: bool
    budget: bool
    variance: bool
    previous: bool
    ore: bool

    @property
    def count(self) -> int:
        """How many columns the table has, the name's among them."""
        return 1 + self.amount + self.budget + self.variance + self.previous


@register.simple_tag
def columns_of(statement: Statement, vouchers: int) -> Columns:
    """The columns of *statement*: without vouchers in the books there is no amount, and no variance.

    Either all amounts of a table show their öre or none does, so that they stand under one another.
    """
    lines = [line for section in statement.sections for line in section.lines]
    amounts = [amount for line in lines for amount in (line.amount, line.budget, line.previous)]
    posted = vouchers > 0
    return Columns(
        amount=posted,
        budget=statement.has_budget,
        variance=statement.has_budget and posted,
        previous=statement.has_previous,
        ore=any(amount and amount % 100 for amount in amounts),
    )


@dataclass(frozen=True)
class Cell:
    """A cell of a report, as the page writes it."""

    text: str | SafeString
    is_minor: bool


@register.simple_tag
def report_cells(report: Report, entry: Entry) -> list[Cell]:
    """The cells of the row *entry* of *report*."""
    return [
        Cell(_report_text(amount, column.measure, report.has_ore), column.is_compared_with)
        for amount, column in zip(entry.amounts, report.columns, strict=True)
    ]


def _report_text(amount: int | None, measure: Measure, ore: bool) -> str | SafeString:
    if measure == Measure.BETTER:
        return variance(amount, ore)
    if amount is None:
        return NOTHING
    return format_amount(kronor_of(amount), ore=ore, explicit_plus=measure == Measure.CHANGE)


@register.simple_tag
def sorted_by(request: HttpRequest, column: str) -> str:
    """The query that shows the report of *request* with its accounts ordered by *column*."""
    return address_of(request.GET, sort=column, open="all")


HEADINGS = {
    Kind.INCOME: (gettext_lazy("Income"), gettext_lazy("Sum of income")),
    Kind.COST: (gettext_lazy("Costs"), gettext_lazy("Sum of costs")),
    Kind.FINANCIAL: (gettext_lazy("Financial items"), gettext_lazy("Sum of financial items")),
    Kind.ASSET: (gettext_lazy("Assets"), gettext_lazy("Sum of assets")),
    Kind.EQUITY: (gettext_lazy("Equity"), gettext_lazy("Sum of equity")),
    Kind.LIABILITY: (gettext_lazy("Liabilities"), gettext_lazy("Sum of liabilities")),
}
"""What a statement writes above the accounts of a kind, and beside their sum."""


@register.filter
def kind_heading(kind: Kind) -> str:
    """What stands above the accounts of *kind*."""
    return str(HEADINGS[kind][0])


@register.filter
def kind_sum(kind: Kind) -> str:
    """What stands beside the sum of the accounts of *kind*."""
    return str(HEADINGS[kind][1])


@register.simple_tag
def request_number() -> str | None:
    """The number under which the log and the trail know this request."""
    return number()
