"""What the parts of an import have in common: how far it has come, and what is to be said."""

from collections import defaultdict
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from finance import extension, sie
from finance.importing.outcome import Choices, Outcome
from finance.models import Account, FiscalYear, SieImport
from finance.posting import chain_head
from finance.statements import trial_balance
from finance.waiting import Span, Waiting

LISTED = 1_000
LONGEST = {"series": 20, "objects": 500, "quantity": 30, "code": 40}
LONGEST_TEXT, LONGEST_NAME = 500, 200


class Work:
    """One import on its way: the file, what is known of it by now, what is said about it, and what is made.

    ``years`` are the fiscal years of the file by their number in it, ``new`` those that it has new
    vouchers for; ``keys`` names what is made, so that it can be taken back; ``broken`` says of vouchers
    that are refused, by series and number, why.
    """

    reading: sie.Reading
    document: sie.SieDocument
    is_4i: bool
    outcome: Outcome
    sie_import: SieImport
    seen_before: bool
    accounts: dict[str, Account]
    years: dict[int, FiscalYear]
    held: dict[int, dict[str, int]]

    def __init__(self, path: Path, name: str, by: str, choices: Choices, waiting: Waiting) -> None:
        self.path, self.name, self.by, self.choices = path, name, by, choices
        self.waiting = waiting
        self.new: list[FiscalYear] = []
        self.last_numbers = dict[str, int]()
        self.broken: dict[tuple[str, int], str] = {}
        self.used_accounts: dict[str, int] = {}
        self.used_objects: dict[tuple[str, str], int] = {}
        self.notes: list[dict[str, Any]] = []
        self.errors: list[dict[str, Any]] = []
        self.hindrances: list[dict[str, Any]] = []
        self.book = extension.Book()
        self.chain: extension.Chain | None = None
        self.lines_of_book: int | None = None
        self.keys: dict[str, list[Any]] = defaultdict(list)
        self.needs_series = False
        self.midnight = lru_cache(4_096)(_midnight)

    def note(self, line: int | None, label: str, what: str, done: str, code: str = "import") -> None:
        """Say that something was odd."""
        if len(self.notes) < LISTED:
            self.notes.append({"line": line, "label": label, "what": what, "done": done, "code": code})

    def error(self, line: int | None, label: str, what: str, done: str) -> None:
        """Refuse what stands on *line*; the rest can be imported."""
        self.errors.append({"line": line, "label": label, "what": what, "done": done, "code": "import"})

    def hinder(self, label: str, what: str, done: str, line: int | None = None) -> None:
        """Refuse the whole file."""
        self.hindrances.append({"line": line, "label": label, "what": what, "done": done, "code": "import"})

    def hinder_locked(self, name: str, start: date, end: date) -> None:
        """Refuse the whole file, because *name*, from *start* to *end*, is closed."""
        self.hinder(
            "#VER",
            _("%(name)s is closed, and the file has something new in %(start)s – %(end)s.")
            % {"name": name, "start": start, "end": end},
            _("Open it with a reason in the administration, import, and close it again."),
        )


def anew() -> str:
    """What to do about a file of Ledarna's own that is not as it was written."""
    return _("Export anew, or import it as another program's file, without the lines #XLEDARNA (--plain).")


def span_of(year: FiscalYear) -> Span:
    """The days of *year*, as what waits is asked for."""
    return Span(year.start.isoformat(), year.end.isoformat())


def closings(year: FiscalYear) -> dict[str, int]:
    """What each account of *year* holds in the books, in öre, debit positive, by its number."""
    return {balance.account.number: balance.closing for balance in trial_balance(year).balances}


def heads_of(year: FiscalYear) -> list[Any]:
    """The head of *year*'s chain as an import keeps it: how many vouchers, and the digest."""
    head = chain_head(year)
    return [head.sequence, head.digest]


def _midnight(day: date) -> datetime:
    """The beginning of *day* where the association is."""
    return timezone.make_aware(datetime.combine(day, time()))
