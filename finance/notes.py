"""Notes to the annual accounts, as far as the books can tell them.

The simplified annual accounts of an association need no notes; what it gives beside the statements is
part of them (BFNAR 2010:1 p. 5.1). Each item of the statements is told account by account. What the
books do not hold is a note all the same, which says that it has to be written by hand, and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from finance.columns import Wanted
from finance.layout import Role
from finance.models import FiscalYear
from finance.money import from_ore
from finance.presentation import format_amount
from finance.report import ACTUAL, Column, Entry, Report
from finance.tabulation import balance_report, income_report

K1_LIMIT = 300_000_000
"""BFL 6:3: the income up to which the simplified annual accounts are allowed, in öre."""

LIMITED_ITEMS = ("member-fees", "gifts-and-grants", "activity-income", "sales")
"""The items that count: net turnover, grants, gifts, member fees and other income like them."""

NOTE_COLUMNS = (ACTUAL, "previous")


def notes_report(year: FiscalYear, wanted: Wanted | None = None) -> Report:
    """The notes of *year*, as a report whose headings are their titles."""
    wanted = replace(wanted or Wanted(), layout="k1", columns=NOTE_COLUMNS, by="", sort="")
    statements = (income_report(year, wanted), balance_report(year, wanted))
    columns = _columns(statements)
    written: list[tuple[str, list[Entry]]] = [
        (_("Accounting principles"), [*_principles(statements[0])]),
    ]
    for report in statements:
        places = [
            next((place for place, own in enumerate(report.columns) if own.key == column.key), None)
            for column in columns
        ]
        written += [
            (entry.name, [*(_placed(part, places) for part in entry.parts), _sum(entry, places)])
            for entry in report.entries
            if entry.parts
        ]
    written += [(title, [_text("by-hand", sentence)]) for title, sentence in _by_hand()]
    entries = [
        entry
        for number, (title, rows) in enumerate(written, start=1)
        for entry in (
            Entry(
                f"note-{number}",
                _("Note %(number)d. %(title)s") % {"number": number, "title": title},
                Role.HEADING,
            ),
            *(replace(row, key=f"{number}-{row.key}", terms=_own(row.terms, number)) for row in rows),
        )
    ]
    return Report(
        key="notes",
        title=_("Notes"),
        year=year,
        start=statements[0].start,
        end=statements[0].end,
        known=wanted.known,
        columns=columns,
        entries=tuple(entries),
        notes=tuple(dict.fromkeys(note for report in statements for note in report.notes)),
        missing=tuple(account for report in statements for account in report.missing),
    )


def _own(terms: Iterable[tuple[int, str]], number: int) -> tuple[tuple[int, str], ...]:
    return tuple((sign, f"{number}-{key}") for sign, key in terms)


def _columns(statements: Sequence[Report]) -> tuple[Column, ...]:
    """The columns that any of *statements* could derive, titled as the first that could."""
    titles = {column.key: column for report in reversed(statements) for column in report.columns}
    return tuple(titles[key] for key in NOTE_COLUMNS if key in titles)


def _placed(entry: Entry, places: Sequence[int | None]) -> Entry:
    amounts = tuple(None if place is None else entry.amounts[place] for place in places)
    return replace(entry, amounts=amounts)


def _sum(entry: Entry, places: Sequence[int | None]) -> Entry:
    terms = tuple((1, part.key) for part in entry.parts)
    return replace(_placed(entry, places), role=Role.SUM, name=_("Sum"), parts=(), terms=terms)


def _text(key: str, sentence: str) -> Entry:
    return Entry(key, sentence, Role.TEXT)


def _principles(income: Report) -> Iterable[Entry]:
    yield _text(
        "framework",
        _("The accounts follow BFNAR 2010:1, for associations with simplified annual accounts (K1)."),
    )
    yield _text("fees", _("Member fees are income when they are paid (BFNAR 2010:1 p. 7.1)."))
    if any(column.key == ACTUAL for column in income.columns):
        place = income.place(ACTUAL)
        counted = sum(
            entry.amounts[place] or 0
            for entry in income.entries
            if entry.key in LIMITED_ITEMS and entry.amounts
        )
        said = {
            "income": format_amount(from_ore(counted), ore=False),
            "limit": format_amount(from_ore(K1_LIMIT), ore=False),
        }
        yield _text(
            "limit",
            _(
                "Member fees, grants, gifts and sales were %(income)s kr, above the %(limit)s kr up to which K1 is normally allowed (BFL 6:3); else BFNAR 2017:3 holds."
            )
            % said
            if counted > K1_LIMIT
            else _(
                "Member fees, grants, gifts and sales were %(income)s kr; K1 is allowed where they are normally at most %(limit)s kr (BFL 6:3)."
            )
            % said,
        )


def _by_hand() -> list[tuple[str, str]]:
    """What the books cannot tell, and why."""
    return [
        (
            _("Employees"),
            _("The number of employees cannot be derived: nobody's employment is entered in the books."),
        ),
        (
            _("List of fixed assets"),
            _("The list cannot be derived: the books hold accounts of fixed assets, not each of them."),
        ),
        (
            _("Pledged assets and contingent liabilities"),
            _(
                "They cannot be derived: they are not booked. If there are any, the board has to write them here."
            ),
        ),
        (
            _("Events after the end of the year"),
            _(
                "They cannot be derived: they are not booked in the year. The board writes them in the annual report."
            ),
        ),
    ]
