"""The file put beside the books: account by account, and chain by chain."""

from typing import Any

from django.utils.translation import gettext as _

from finance.importing.work import (
    Work,
    closings,
)
from finance.models import FiscalYear
from finance.posting import chain_head
from finance.sie.values import amount_text


def compare(work: Work) -> list[tuple[FiscalYear, dict[str, dict[str, Any]]]]:
    """Put the file beside the books: the years that it brings something for, account by account.

    ``outcome.balances`` gets ``{"year", "accounts": [{"account", "name", "opening", "change",
    "stated", "difference", "before", "after"}]}``: what the file opens with, books and ends with
    (#UB or #RES; None where it does not say), by how much that differs from the first two, and what
    the books hold before the import and, where it is not refused, after it. Decimal strings, debit positive.
    """
    index_of = {year.pk: index for index, year in work.years.items()}
    years = {year.pk: year for year in work.new}
    if 0 in work.years:
        years[work.years[0].pk] = work.years[0]
    document, compared = work.document, []
    for year in sorted(years.values(), key=lambda year: year.start):
        index = index_of.get(year.pk)
        opening = {b.account: b.amount for b in document.opening if b.year == index}
        stated = {b.account: b.amount for b in (*document.closing, *document.results) if b.year == index}
        moved = work.reading.movements.get(index, {})
        before = work.held[year.pk] if year.pk in work.held else closings(year)
        differing = {d.account: d.difference for d in work.reading.differences if d.year == index}
        lines: dict[str, dict[str, Any]] = {}
        for number in sorted({*opening, *stated, *moved, *before}):
            account = work.accounts.get(number)
            lines[number] = {
                "account": number,
                "name": account.name if account else "",
                "opening": amount_text(opening.get(number, 0)),
                "change": amount_text(moved.get(number, 0)),
                "stated": amount_text(stated[number]) if number in stated else None,
                "difference": amount_text(differing.get(number, 0)),
                "before": amount_text(before.get(number, 0)),
                "after": None,
            }
        work.outcome.balances.append({"year": year.label, "accounts": list(lines.values())})
        compared.append((year, lines))
    return compared


def compare_after(work: Work, year: FiscalYear, lines: dict[str, dict[str, Any]]) -> None:
    """Say what the accounts of *year* hold now, after the import, in the *lines* of ``compare``."""
    after = closings(year)
    for number, line in lines.items():
        line["after"] = amount_text(after.get(number, 0))


def compare_chain(work: Work) -> None:
    """Say where the books that came to be have another chain than those the file came from."""
    year = work.years.get(0)
    if not work.book.is_there or year is None or chain_head(year).digest == work.book.head:
        return
    work.note(
        work.book.line,
        "#XLEDARNA",
        _("The chain of %(year)s ends with another digest than that of the books the file came from.")
        % {"year": year},
        _("The vouchers stand in another order here, or there are others between them."),
    )
