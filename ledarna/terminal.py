"""Statements and accounts as lines of plain text, for a terminal."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from finance.ledger import AccountPage
from finance.money import in_kronor, to_ore
from finance.presentation import format_amount
from finance.report import Entry, Report

NOTHING = "–"
DAY, VOUCHER, TEXT, AMOUNT = 10, 10, 40, 18
"""The widths of the columns of an account, in characters."""


def report_lines(report: Report) -> Iterator[str]:
    """*report* as a table; accounts stand indented below their items, and what could not be derived last."""
    yield f"{report.title}, {report.period}"
    rows = [(_named(entry, level), _amounts(entry, report.has_ore)) for entry, level in report.lines()]
    titles = [column.title for column in report.columns]
    width = max((len(name) for name, _texts in rows), default=0)
    widths = [
        max([len(title), *(len(texts[place]) for _name, texts in rows if texts)])
        for place, title in enumerate(titles)
    ]
    for name, texts in [("", titles), *rows]:
        yield _line([name.ljust(width), *map(str.rjust, texts, widths)])
    yield from report.notes


def _named(entry: Entry, level: int) -> str:
    number = f"{entry.account.number} " if entry.account else ""
    return f"{'  ' * level}{number}{entry.name}"


def _amounts(entry: Entry, ore: bool) -> list[str]:
    return [
        NOTHING if amount is None else format_amount(in_kronor(amount), ore=ore) for amount in entry.amounts
    ]


def account_lines(pages: Iterator[AccountPage]) -> Iterator[str]:
    """The rows of the one account that *pages* read, with the balance after each."""
    for page in pages:
        if page.is_start:
            yield f"{page.account.number} {page.account.local_name}"
            yield _row(_("Date"), _("Voucher"), _("Text"), _("Amount"), _("Balance"))
            yield _row("", "", _("Opening balance"), "", _amount(page.opening))
        for line in page.rows:
            row = line.row
            yield _row(
                row.date.isoformat(),
                row.voucher.reference,
                row.text or row.voucher.text,
                _amount(to_ore(row.amount)),
                _amount(line.balance),
            )
        if page.is_end:
            yield _row("", "", _("Closing balance"), "", _amount(page.closing))


def _amount(ore: int) -> str:
    return format_amount(in_kronor(ore))


def _row(day: str, voucher: str, text: str, amount: str, balance: str) -> str:
    if len(text) > TEXT:
        text = f"{text[: TEXT - 1]}…"
    return _line(
        [
            day.ljust(DAY),
            voucher.ljust(VOUCHER),
            text.ljust(TEXT),
            amount.rjust(AMOUNT),
            balance.rjust(AMOUNT),
        ]
    )


def _line(cells: Sequence[str]) -> str:
    return "  ".join(cells).rstrip()
