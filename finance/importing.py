"""SIE into the ledger: one file, one transaction, and an answer that says what was or would be made.

    file ─ finance.sie ─ vouchers to a temporary file, the rest to a Reading
         ─ the books around them: association, years, accounts, objects, opening balances, budget
         ─ each voucher: new, unchanged, or in conflict ─ gaps ─ finance.posting.post_many

The rules, which ``docs/sie.md`` tells the user: what is in the ledger is never written over; a voucher
keeps its series and number, and a number that the file leaves out is recorded as missing; nothing is
rounded, balanced or renumbered unasked; what the file cannot answer for is refused by line, and then
nothing at all is changed. A dry run does all of it and takes it back.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.files.storage import storages
from django.db import DatabaseError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from finance import extension, refusals, sie
from finance.digest import CanonicalRow
from finance.models import (
    Account,
    Association,
    Budget,
    BudgetLine,
    CostCenter,
    FiscalYear,
    ImportedBalance,
    NumberGap,
    OpeningBalance,
    PeriodLock,
    Project,
    SieImport,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.models.accounts import BALANCE_KINDS, RESULT_KINDS, Kind, kind_of
from finance.models.vouchers import Correction
from finance.money import from_ore, to_ore
from finance.posting import VoucherFacts, chain_head, post_many
from finance.sie.document import COST_CENTER, PROJECT, Objects
from finance.sie.values import amount_text, quantity_text
from finance.statements import trial_balance
from finance.streams import posted_vouchers
from finance.waiting import Entry, Span, Waiting, content_of

KINDS: Mapping[str, tuple[Kind, ...]] = {
    "T": (Kind.ASSET,),
    "S": (Kind.LIABILITY, Kind.EQUITY),
    "K": (Kind.COST, Kind.FINANCIAL),
    "I": (Kind.INCOME, Kind.FINANCIAL),
}
"""What each #KTYP can be; the account's number decides between them, else it is the first."""
LISTED = 1_000
LONGEST = {"series": 20, "objects": 500, "quantity": 30, "code": 40}
LONGEST_TEXT, LONGEST_NAME = 500, 200

READ_AT_ONCE = 1_000
"""After so many vouchers read, how far it has come is told."""

Progress = Callable[[str, int], None]


@dataclass(frozen=True)
class Choices:
    """What the user said about a file.

    ``series`` takes the vouchers to which the file gives none; ``drafts`` enters those of a 4I file as
    drafts; ``skip_broken`` imports what is left when broken vouchers are refused; ``new_only`` what is
    new beside vouchers in conflict; ``renumber`` gives a voucher whose number the file uses twice the
    next number; ``names`` takes the names of accounts, projects and cost centres from the file; ``mend``
    brings back letters that another program read in the wrong code page; ``organisation`` is the number
    typed to say that another organisation's file is meant; ``plain`` leaves Ledarna's own lines aside, as
    another program would.
    """

    series: str = "A"
    drafts: bool = False
    skip_broken: bool = False
    new_only: bool = False
    renumber: bool = False
    names: bool = False
    mend: bool = False
    organisation: str = ""
    plain: bool = False
    dry_run: bool = False


@dataclass
class Outcome:
    """What an import did or would do; ``refused`` when nothing was changed because of what is listed.

    ``created`` counts what ``made`` names: ``{"years": [{"label", "start", "end"}], "accounts":
    [{"number", "name", "kind"}], "projects" and "cost_centers": [{"code", "name"}], "series": [{"year",
    "code", "vouchers", "first", "last"}], "renamed": [{"what", "number", "before", "after"}],
    "other_kinds": [{"number", "name", "here", "file"}]}``; the last are kept as they are here.
    ``balances`` puts the file beside the books, account by account (``_Importing.compare``).
    """

    file: dict[str, Any]
    company: str = ""
    program: str = ""
    sha256: str = ""
    created: Counter[str] = field(default_factory=Counter)
    made: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    balances: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    conflicts: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    refused: bool = False
    moved: bool = False
    other_organisation: bool = False
    needs_series: bool = False
    is_of_ledarna: bool = False
    sie_import: int | None = None

    @property
    def is_new(self) -> bool:
        """Whether anything was, or would be, made."""
        return not self.refused and any(self.created.values())

    def as_json(self) -> dict[str, Any]:
        """As ``import_sie --json`` writes it."""
        return {
            **self.file,
            "company": self.company,
            "program": self.program,
            "sha256": self.sha256,
            "created": dict(self.created),
            "made": {what: things for what, things in self.made.items() if things},
            "balances": self.balances,
            "unchanged": self.unchanged,
            "conflicts": self.conflicts,
            "notes": self.notes,
            "errors": self.errors,
            "refused": self.refused,
        }

    @property
    def digest(self) -> str:
        """A digest of all that is said here: two imports with the same digest do the same."""
        return hashlib.sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Step:
    """How far an import has come: ``count`` bytes are "read", or as many more vouchers posted ("post").

    The last step ("done") carries the outcome.
    """

    stage: str
    count: int = 0
    outcome: Outcome | None = None


class _Refused(Exception):
    """Takes the transaction back."""


def import_sie(
    path: Path | str,
    by: str,
    choices: Choices | None = None,
    name: str = "",
    progress: Progress = lambda stage, count: None,
) -> Outcome:
    """Import the SIE file at *path* in the name of the user *by*, and say what came of it.

    Raises ``finance.sie.SieRefused`` where it is no SIE file, and OSError where it cannot be read.
    What stands in the way otherwise is in the outcome, which is then ``refused``.
    """
    for step in steps(path, by, choices, name):
        progress(step.stage, step.count)
    assert step.outcome is not None
    return step.outcome


def steps(
    path: Path | str,
    by: str,
    choices: Choices | None = None,
    name: str = "",
    seen: str = "",
    also: Callable[[SieImport], object] = lambda kept: None,
) -> Iterator[Step]:
    """Import as ``import_sie`` does, step by step; what is broken off before the last one changes nothing.

    *seen* is the ``digest`` of the outcome that the user was shown. Where the import would come to
    another one by now, nothing is changed, and the outcome, which is then ``moved``, is the new one.
    *also* is done with the import that is kept, in the same transaction.
    """
    choices = choices or Choices()
    path = Path(path)
    with Waiting() as waiting:
        importing = _Importing(path, name or path.name, by, choices, waiting)
        yield from importing.read()
        outcome = importing.outcome
        with suppress(_Refused), transaction.atomic():
            yield from importing.write()
            if choices.dry_run or (seen and seen != outcome.digest):
                raise _Refused
            also(importing.keep())
        outcome.moved = bool(seen) and seen != outcome.digest
        yield Step("done", outcome=outcome)


class _Importing:
    """One import, step by step; ``write`` inside a transaction."""

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

    # What is said.

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

    # Reading.

    def read(self) -> Iterator[Step]:
        """Read the file: vouchers go to wait, all else to ``reading``."""
        with self.path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        with sie.SieReader(self.path, mend=self.choices.mend) as reader:
            for count, voucher in enumerate(reader, start=1):
                if self.lines_of_book is None and not self.choices.plain:
                    self._open_book(reader.extras)
                self._let_wait(voucher)
                if count % READ_AT_ONCE == 0:
                    yield Step("read", reader.bytes_read)
            self.reading = reader.reading()
            yield Step("read", reader.bytes_read)
        self.waiting.all_are_there()
        if not self.choices.plain:
            self._close_book(self.reading.document)
        self.document = self.book.restored(self.reading.document)
        self.is_4i = self.document.type == "4I" and not self.book.is_there
        summary = sie.summary(self.reading)
        told = [
            [
                {
                    "line": note.line,
                    "label": note.label,
                    "what": note.what_in(_),
                    "done": note.done_in(_),
                    "code": note.code,
                }
                for note in found
            ]
            for found in (self.reading.notes, self.reading.errors)
        ]
        self.notes, self.errors = told[0] + self.notes, told[1] + self.errors
        for note in self.reading.errors:
            series, _blank, rest = str(note.params.get("voucher", "")).partition(" ")
            number = rest.partition(" ")[0]
            if number.isascii() and number.isdigit():
                self.broken[series, int(number)] = note.what_in(_)
        document = self.document
        self.outcome = Outcome(
            summary,
            company=" ".join(filter(None, (document.company.name, document.company.org_number))),
            program=" ".join(filter(None, (document.program, document.program_version))),
            sha256=sha256,
            needs_series=self.needs_series or self.is_4i,
            is_of_ledarna=bool(document.extras),
        )

    def _open_book(self, extras: Sequence[sie.Extra]) -> None:
        """Take in what Ledarna's own lines say of the books."""
        self.lines_of_book = len(extras)
        try:
            self.book = extension.Book.of(extras)
        except extension.Malformed as malformed:
            self.hinder(malformed.label, str(malformed), _anew(), line=malformed.line)
        if self.book.is_there:
            self.chain = extension.Chain(self.book)

    def _close_book(self, document: sie.SieDocument) -> None:
        """See that the books in the file end where they ended, and that its lines agree."""
        if self.lines_of_book is None:
            self._open_book(document.extras)
        if self.lines_of_book != len(document.extras):
            late = document.extras[-1]
            self.hinder(f"#{late.label}", _("The line stands after a voucher."), _anew(), line=late.line)
        if self.chain is None:
            return
        if what := self.chain.end():
            self.hinder("#XLEDARNA", what, _anew(), line=self.book.line)
        for what in self.book.contradictions(document):
            self.hinder("#XLEDARNA", what, _anew(), line=self.book.line)
        for series, gaps in self.book.gaps.items():
            if max(gap["last"] for gap in gaps) >= self.last_numbers.get(series, 0):
                what = _("A gap in series %(series)s has no number after it.") % {"series": series}
                self.hinder("#XLEDARNA", what, _anew(), line=self.book.line)

    def _let_wait(self, voucher: sie.Voucher) -> None:
        """Let the voucher wait as the ledger will have it, or say why it cannot."""
        day, line, other_days = voucher.date, voucher.line, False
        used_accounts, objects_are_plain = self.used_accounts, self.chain is None
        for row in voucher.rows:
            if row.date is not None and row.date != day:
                other_days = True
            if row.account not in used_accounts:
                used_accounts[row.account] = row.line or line
            if objects_are_plain:
                for pair in row.objects:
                    self.used_objects.setdefault(pair, row.line or line)
        if other_days:
            self.note(
                voucher.line,
                "#VER",
                _("Rows have other dates than their voucher."),
                _("The voucher's date holds for all of its rows."),
            )
        series = voucher.series or self.choices.series
        self.needs_series = self.needs_series or not voucher.series
        rows = [_row(row) for row in voucher.rows]
        entered_at = self.midnight(voucher.registered) if voucher.registered else None
        facts = VoucherFacts(
            series, day, voucher.text, rows, _number(voucher.number), "", "", entered_at, voucher.sign[:150]
        )
        if self.chain is not None:
            try:
                facts, place = extension.completed(facts, voucher.extras)
                fault = self.chain.fault(facts, place)
            except extension.Malformed as malformed:
                fault = str(malformed)
            if fault:
                self.error(voucher.line, "#VER", fault, _anew())
                if facts.number:
                    self.broken[series, facts.number] = fault
                return
            series = facts.series
            for booked in facts.rows:
                for pair in ((COST_CENTER, booked.cost_center), (PROJECT, booked.project)):
                    if pair[1]:
                        self.used_objects.setdefault(pair, voucher.line)
        elif voucher.extras and not self.choices.plain:
            self.error(voucher.line, "#VER", _("The line of the fiscal year is missing."), _anew())
            return
        if too_long := _too_long(series, facts.rows):
            self.error(
                voucher.line,
                "#VER",
                _("“%(text)s…” is longer than the ledger can hold.") % {"text": too_long[:30]},
                _("The whole voucher is refused. Shorten it in the program it comes from."),
            )
            return
        if max([len(facts.text), *[len(booked.text) for booked in facts.rows]]) > LONGEST_TEXT:
            self.note(
                voucher.line,
                "#VER",
                _("A text has more than %(limit)s characters.") % {"limit": LONGEST_TEXT},
                _("It was cut; the file is kept with the import."),
            )
            cut = [booked._replace(text=booked.text[:LONGEST_TEXT]) for booked in facts.rows]
            facts = facts._replace(text=facts.text[:LONGEST_TEXT], rows=cut)
        if voucher.number.strip("0") and facts.number is None:
            self.note(
                voucher.line,
                "#VER",
                _("“%(number)s” is not a whole number.") % {"number": voucher.number[:40]},
                _("The voucher gets the next number of its series."),
            )
        if facts.number and facts.number > self.last_numbers.get(series, 0):
            self.last_numbers[series] = facts.number
        self.waiting.add(voucher.line, facts)

    # Writing.

    def write(self) -> Iterator[Step]:
        """Make what is new, all of it or nothing; raises _Refused after saying why."""
        outcome = self.outcome
        self.seen_before = SieImport.objects.filter(sha256=outcome.sha256, taken_back__isnull=True).exists()
        # Made first, because vouchers and balances name it; taken back where nothing comes of it.
        self.sie_import = SieImport.objects.create(
            file_name=self.name[:150],
            sha256=outcome.sha256,
            by=self.by,
            sie_type=self.document.type,
            encoding=self.reading.encoding,
            program=outcome.program[:200],
            before={year.label: heads_of(year) for year in FiscalYear.objects.all()},
        )
        self.accounts = {account.number: account for account in Account.objects.all()}
        self._association()
        self._years()
        # Before the opening balances of the file join those of the books.
        self.held = {year.pk: _closings(year) for year in self.years.values()}
        if not self.hindrances:
            self._accounts()
            self._objects()
            self._series_of_book()
            self._opening()
            self._vouchers()
            self._budget()
            self._balances()
            self._see_that_something_is_left()
        outcome.notes, outcome.errors = self.notes, self.hindrances + self.errors
        outcome.refused = bool(
            self.hindrances
            or (self.errors and not self.choices.skip_broken)
            or (outcome.conflicts and not self.choices.new_only)
        )
        compared = self._compare()
        if outcome.refused:
            raise _Refused
        try:
            for year in self.new:
                yield from self._post(year)
        except DatabaseError as error:
            # What a file of Ledarna's own may claim, and the guard of the ledger refuses.
            for what in refusals.sentences(error):
                self.hinder("#VER", what, _anew())
            outcome.errors, outcome.refused = self.hindrances + self.errors, True
            raise _Refused from None
        self._compare_chain()
        for year, lines in compared:
            self._compare_after(year, lines)
        if not outcome.is_new:
            raise _Refused

    def _see_that_something_is_left(self) -> None:
        """Refuse a 4I file, which is there for its vouchers alone, when every one of them is refused."""
        if self.is_4i and self.errors and not self.new and not self.outcome.unchanged:
            self.hinder(
                "#VER",
                _("Every voucher of the file is refused, so there is nothing to import."),
                _("Correct them in the program they come from, and export anew."),
            )

    def _compare(self) -> list[tuple[FiscalYear, dict[str, dict[str, Any]]]]:
        """Put the file beside the books: the years that it brings something for, account by account.

        ``outcome.balances`` gets ``{"year", "accounts": [{"account", "name", "opening", "change",
        "stated", "difference", "before", "after"}]}``: what the file opens with, books and ends with
        (#UB or #RES; None where it does not say), by how much that differs from the first two, and what
        the books hold before the import and, where it is not refused, after it. Decimal strings, debit positive.
        """
        index_of = {year.pk: index for index, year in self.years.items()}
        years = {year.pk: year for year in self.new}
        if 0 in self.years:
            years[self.years[0].pk] = self.years[0]
        document, compared = self.document, []
        for year in sorted(years.values(), key=lambda year: year.start):
            index = index_of.get(year.pk)
            opening = {b.account: b.amount for b in document.opening if b.year == index}
            stated = {b.account: b.amount for b in (*document.closing, *document.results) if b.year == index}
            moved = self.reading.movements.get(index, {})
            before = self.held[year.pk] if year.pk in self.held else _closings(year)
            differing = {d.account: d.difference for d in self.reading.differences if d.year == index}
            lines: dict[str, dict[str, Any]] = {}
            for number in sorted({*opening, *stated, *moved, *before}):
                account = self.accounts.get(number)
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
            self.outcome.balances.append({"year": year.label, "accounts": list(lines.values())})
            compared.append((year, lines))
        return compared

    def _compare_after(self, year: FiscalYear, lines: dict[str, dict[str, Any]]) -> None:
        after = _closings(year)
        for number, line in lines.items():
            line["after"] = amount_text(after.get(number, 0))

    def keep(self) -> SieImport:
        """Keep the file, and what was said about it."""
        with self.path.open("rb") as file:
            storages["documents"].save(self.name, File(file))
        kept = self.sie_import
        kept.notes, kept.errors = self.outcome.notes[:LISTED], self.outcome.errors[:LISTED]
        kept.created, kept.made = dict(self.outcome.created), dict(self.keys)
        kept.save(update_fields=["notes", "errors", "created", "made"])
        self.outcome.sie_import = kept.pk
        return kept

    def _association(self) -> None:
        company, ours = self.document.company, Association.objects.first()
        if ours is None:
            if company.name or company.org_number:
                place = company.address or sie.Address()
                made = Association.objects.create(
                    name=company.name[:200] or company.org_number,
                    organisation_number=company.org_number[:20],
                    address=place.street[:200],
                    postal_address=place.postal[:100],
                )
                self.keys["association"].append(made.pk)
                self.outcome.created["association"] += 1
            return
        theirs, digits = company.org_digits, _digits(ours.organisation_number)
        if theirs and digits and theirs != digits:
            self.outcome.other_organisation = True
        if self.outcome.other_organisation and _digits(self.choices.organisation) != theirs:
            self.hinder(
                "#ORGNR",
                _("The file is of %(theirs)s %(number)s, but these books are of %(ours)s %(own)s.")
                % {
                    "theirs": company.name,
                    "number": company.org_number,
                    "ours": ours.name,
                    "own": ours.organisation_number,
                },
                _("If it is meant, confirm it by typing the organisation number of the file."),
            )

    def _years(self) -> None:
        """The fiscal years of the file by their number in it; those it has balances for are made."""
        self.years: dict[int, FiscalYear] = {}
        d = self.document
        spoken_of = {b.year for b in (*d.opening, *d.closing, *d.results) if b.amount}
        spoken_of |= {line.year for line in d.budget if line.amount}
        for declared in sorted(d.years, key=lambda year: -year.index):
            start, end = declared.start, declared.end
            if start is None or end is None:
                continue
            year = FiscalYear.objects.filter(start=start, end=end).first()
            if year is None and (declared.index == 0 or declared.index in spoken_of):
                year = FiscalYear(start=start, end=end)
                try:
                    year.clean()
                except ValidationError as error:
                    refuse = self.hinder if declared.index == 0 else self._leave_year
                    refuse(
                        "#RAR",
                        " ".join(error.messages),
                        _("Correct the dates of the fiscal year, here or in the program the file comes from.")
                        if declared.index == 0
                        else _("The balances of this earlier year were left aside."),
                    )
                    continue
                if declared.index == 0 and self.book.label:
                    year.label = self.book.label
                if FiscalYear.objects.filter(label=year.label).exists():
                    year.label = f"{start:%Y%m%d}-{end:%Y%m%d}"
                year.save()
                self.keys["fiscalyear"].append(year.pk)
                self.outcome.created["fiscal_years"] += 1
                self.outcome.made["years"].append(
                    {"label": year.label, "start": start.isoformat(), "end": end.isoformat()}
                )
            if year is not None:
                self.years[declared.index] = year

    def _leave_year(self, label: str, what: str, done: str) -> None:
        self.note(None, label, what, done)

    def _accounts(self) -> None:
        d = self.document
        declared = {account.number: account for account in d.accounts}
        balanced = {b.account: b.line for b in (*d.opening, *d.closing)}
        of_result = {b.account: b.line for b in d.results}
        of_result |= {b.account: b.line for b in d.budget}
        used = {**of_result, **balanced, **self.used_accounts}
        new = []
        for number in sorted({*declared, *used}):
            told = declared.get(number) or sie.Account(number)
            ours = self.accounts.get(number)
            kind = self.book.account_facts(number).get("kind") or _kind(number, told.kind)
            if ours is not None:
                self._compare_account(ours, told)
                continue
            if not kind and number in used and number not in self.used_accounts:
                kind = Kind.COST if number in of_result else Kind.ASSET
            if number.startswith("0") or not kind:
                say = self.error if number in used else self.note
                say(
                    used.get(number) or told.line,
                    "#KONTO",
                    _("Neither its number nor #KTYP says what kind of account %(number)s is.")
                    % {"number": number},
                    _("Give it a #KTYP in the program it comes from, or enter the account here first.")
                    if number in used
                    else _("It is not used, and was left aside."),
                )
                continue
            facts = {"kind": kind, "sru": ",".join(told.sru)[:20], **self.book.account_facts(number)}
            new.append(Account(number=number, name=(told.name or number)[:LONGEST_NAME], **facts))
        self.keys["account"] += [account.pk for account in Account.objects.bulk_create(new)]
        self.outcome.created["accounts"] += len(new)
        self.outcome.made["accounts"] += [
            {"number": account.number, "name": account.name, "kind": str(account.kind)} for account in new
        ]
        self.accounts = {account.number: account for account in Account.objects.all()}
        if not self.used_accounts.keys() <= self.accounts.keys():
            for part in self.waiting.entries():
                self.waiting.drop([entry for entry in part if not self._has_accounts(entry)])

    def _has_accounts(self, entry: Entry) -> bool:
        lacking = {row.account for row in self.waiting.facts(entry).rows} - self.accounts.keys()
        if lacking:
            voucher = f"{entry.series} {entry.number or ''}".strip()
            what = _("Voucher %(voucher)s uses the account %(number)s, which could not be made.") % {
                "voucher": voucher,
                "number": min(lacking),
            }
            self.error(
                entry.line, "#VER", what, _("The whole voucher is refused. See the error of the account.")
            )
            self.broken[entry.series, entry.number or 0] = what
        return not lacking

    def _compare_account(self, ours: Account, told: sie.Account) -> None:
        if told.name and told.name[:LONGEST_NAME] != ours.name:
            self.note(
                told.line,
                "#KONTO",
                _("Account %(number)s is called “%(theirs)s” in the file and “%(ours)s” here.")
                % {"number": ours.number, "theirs": told.name, "ours": ours.name},
                self._renamed("account", ours.number, ours, told.name),
                code="name",
            )
        if told.kind and ours.kind not in KINDS[told.kind]:
            self.note(
                told.line,
                "#KTYP",
                _("Account %(number)s is of another kind in the file than here: %(kind)s.")
                % {"number": ours.number, "kind": told.kind},
                _("The kind here was kept."),
            )
            self.outcome.made["other_kinds"].append(
                {"number": ours.number, "name": ours.name, "here": str(ours.kind), "file": told.kind}
            )

    def _renamed(self, what: str, number: str, ours: Account | Project | CostCenter, name: str) -> str:
        """Take the *name* of the file where that was asked for; in words, what was done."""
        if not self.choices.names:
            return _("The name here was kept.")
        self.outcome.made["renamed"].append(
            {"what": what, "number": number, "before": ours.name, "after": name[:LONGEST_NAME]}
        )
        self.outcome.created["renamed"] += 1
        self.keys["renamed"].append([ours._meta.model_name, ours.pk, ours.name, name[:LONGEST_NAME]])
        ours.name = name[:LONGEST_NAME]
        ours.save(update_fields=["name"])
        return _("The name in the file was taken, as was asked for.")

    def _objects(self) -> None:
        named = {(o.dimension, o.number): (o.name, o.line) for o in self.document.objects}
        for pair, line in self.used_objects.items():
            named.setdefault(pair, ("", line))
        for budget in self.document.budget:
            for pair in budget.objects:
                named.setdefault(pair, ("", budget.line))
        kinds: tuple[tuple[str, type[Project] | type[CostCenter], str], ...] = (
            (PROJECT, Project, "projects"),
            (COST_CENTER, CostCenter, "cost_centers"),
        )
        for dimension, model, counted in kinds:
            there: dict[str, Any] = {found.code: found for found in model.objects.all()}
            new = {}
            for (of, code), (name, line) in named.items():
                if of != dimension:
                    continue
                if code not in there and len(code) <= LONGEST["code"]:
                    facts = self.book.object_facts(dimension, code)
                    new[code] = model(code=code, name=(name or code)[:LONGEST_NAME], **facts)
                elif code in there and name and name[:LONGEST_NAME] != there[code].name:
                    self.note(
                        line,
                        "#OBJEKT",
                        _("“%(code)s” is called “%(theirs)s” in the file and “%(ours)s” here.")
                        % {"code": code, "theirs": name, "ours": there[code].name},
                        self._renamed(counted, code, there[code], name),
                        code="name",
                    )
            model.objects.bulk_create(new.values())  # type: ignore[arg-type]
            self.keys[str(model._meta.model_name)] += [found.pk for found in new.values()]
            self.outcome.created[counted] += len(new)
            self.outcome.made[counted] += [{"code": code, "name": made.name} for code, made in new.items()]

    def _series_of_book(self) -> None:
        """The series of Ledarna's own lines, with their names, used or not."""
        year = self.years.get(0)
        if year is not None and self.book.series:
            there = set(year.series.values_list("code", flat=True))
            new = [
                VoucherSeries(fiscal_year=year, code=code, name=name)
                for code, name in self.book.series.items()
                if code not in there
            ]
            made = VoucherSeries.objects.bulk_create(new)
            self.keys["voucherseries"] += [series.pk for series in made]
            self.outcome.created["series"] += len(new)

    def _opening(self) -> None:
        """The opening balances of year 0, unless the year has some; other ones are a conflict."""
        year = self.years.get(0)
        # Other programs write a zero for each account; Ledarna only what was entered.
        told = {
            b.account: b for b in self.document.opening if b.year == 0 and (b.amount or self.book.is_there)
        }
        for number, balance in list(told.items()):
            account = self.accounts.get(number)
            if account is not None and account.kind in BALANCE_KINDS:
                continue
            del told[number]
            self.error(
                balance.line,
                "#IB",
                _("%(number)s is no account of the balance sheet, and cannot have an opening balance.")
                % {"number": number},
                _("Correct it in the program it comes from, and export anew."),
            )
        if year is None or not told:
            return
        there = {
            number: to_ore(amount)
            for number, amount in year.opening_balances.values_list("account__number", "amount")
        }
        if not there:
            if year.is_closed:
                self._locked(str(year), year.start, year.end)
                return
            made = OpeningBalance.objects.bulk_create(
                OpeningBalance(
                    fiscal_year=year, account=self.accounts[number], amount=from_ore(balance.amount)
                )
                for number, balance in told.items()
            )
            self.keys["openingbalance"] += [balance.pk for balance in made]
            self.outcome.created["opening_balances"] += len(told)
            return
        for number in sorted({*there, *told}):
            theirs = told[number].amount if number in told else 0
            if theirs != there.get(number, 0):
                self.outcome.conflicts.append(
                    {
                        "line": told[number].line if number in told else None,
                        "label": "#IB",
                        "voucher": None,
                        "account": number,
                        "file": amount_text(theirs),
                        "ledger": amount_text(there.get(number, 0)),
                    }
                )

    def _vouchers(self) -> None:
        """Tell the new vouchers from those that are posted already, as they are or otherwise."""
        years = sorted(FiscalYear.objects.all(), key=lambda year: year.start)
        for part in self.waiting.outside([_span(year) for year in years]):
            for entry in part:
                self.error(
                    entry.line,
                    "#VER",
                    _("No fiscal year holds %(date)s.") % {"date": entry.day},
                    _("Enter the fiscal year first, or correct the date where it comes from."),
                )
        for year in years:
            if self.waiting.count(_span(year)):
                self._leave_new(year)
            if not self.waiting.count(_span(year)):
                continue
            self._see_locks(year)
            there = set(year.series.values_list("code", flat=True))
            missing = {code for code, *_numbers in self.waiting.series(_span(year))} - there
            made = VoucherSeries.objects.bulk_create(
                VoucherSeries(fiscal_year=year, code=code) for code in sorted(missing)
            )
            self.keys["voucherseries"] += [series.pk for series in made]
            self.outcome.created["series"] += len(missing)
            self.new.append(year)
            self.outcome.made["series"] += [
                {"year": year.label, "code": code, "vouchers": count, "first": first, "last": last}
                for code, count, first, last in self.waiting.series(_span(year))
            ]
            if self.book.is_there:
                self._see_corrections(year)

    def _see_corrections(self, year: FiscalYear) -> None:
        """Drop corrections of what is not there, or of what they do not take back."""
        corrected = set[tuple[Any, str]]()
        for entry in self.waiting.corrections(_span(year)):
            facts = self.waiting.facts(entry)
            if what := self._fault_of_correction(entry, facts, year, corrected):
                self.error(entry.line, "#XLEDARNAVER", what, _("The whole voucher is refused."))
                self.waiting.drop([entry])
            else:
                corrected.add((facts.corrects, facts.correction))

    def _fault_of_correction(
        self, entry: Entry, facts: VoucherFacts, year: FiscalYear, corrected: set[tuple[Any, str]]
    ) -> str:
        assert facts.corrects is not None
        start, series, number = facts.corrects
        original = Voucher.objects.posted().filter(
            fiscal_year__start=start, series__code=series, number=number
        )
        named = {"voucher": f"{series} {number}", "start": start}
        posted, here = original.first(), None
        if start == self.book.start.isoformat():
            here = self.waiting.earlier(series, number, _span(year), entry)
        if posted is None and here is None:
            return (
                _(
                    "It corrects %(voucher)s of the fiscal year that begins on %(start)s, which is not in these books. Import that year first."
                )
                % named
            )
        done = {each for each in Correction.values if (facts.corrects, each) in corrected}
        if posted:
            done |= set(posted.corrections.posted().values_list("correction", flat=True))
        if facts.correction in done:
            return _("%(voucher)s is corrected already.") % named
        if facts.correction == Correction.REPLACEMENT:
            return "" if Correction.REVERSAL in done else _("%(voucher)s is not taken back yet.") % named
        if posted:
            rows = [
                (number, to_ore(amount), project or "", center or "")
                for number, amount, project, center in posted.rows.values_list(
                    "account__number", "amount", "project__code", "cost_center__code"
                )
            ]
        else:
            assert here is not None
            rows = [row[:4] for row in self.waiting.facts(here).rows]
        taken_back = Counter((account, -ore, *objects) for account, ore, *objects in rows)
        if taken_back != Counter(row[:4] for row in facts.rows):
            return _("It does not take %(voucher)s back as it is.") % named
        return ""

    def _compare_chain(self) -> None:
        """Say where the books that came to be have another chain than those the file came from."""
        year = self.years.get(0)
        if not self.book.is_there or year is None or chain_head(year).digest == self.book.head:
            return
        self.note(
            self.book.line,
            "#XLEDARNA",
            _("The chain of %(year)s ends with another digest than that of the books the file came from.")
            % {"year": year},
            _("The vouchers stand in another order here, or there are others between them."),
        )

    def _leave_new(self, year: FiscalYear) -> None:
        """Drop the vouchers of *year* that the ledger holds, or holds otherwise, or whose number the file uses twice."""
        span = _span(year)
        if self.is_4i:
            self.waiting.renumber_all(self.choices.series, span)  # 4I leaves all numbers to us
        repeats = self.waiting.repeats(span)
        is_known = year.vouchers.filter(sequence=1).exists()
        if not (repeats or is_known or self.seen_before):
            return
        self.waiting.know(
            (found.series, found.number, content_of(found.date, found.text, found.rows))
            for found in (posted.canonical for posted in posted_vouchers(year))
        )
        for part in self.waiting.of(span):
            self.waiting.drop([entry for entry in part if not self._is_new(year, entry, repeats)])

    def _is_new(self, year: FiscalYear, entry: Entry, repeats: Mapping[int, int]) -> bool:
        if entry.key in repeats:
            what = _("The number %(voucher)s is used twice in the file, first on line %(line)s.") % {
                "voucher": f"{entry.series} {entry.number}",
                "line": repeats[entry.key],
            }
            if not self.choices.renumber:
                self.error(
                    entry.line,
                    "#VER",
                    what,
                    _("Correct it where it comes from, or ask for the next number to be given instead."),
                )
                return False
            self.note(
                entry.line,
                "#VER",
                what,
                _("The voucher gets the next number of its series, as was asked for."),
            )
            self.waiting.renumber(entry)
            entry = entry._replace(number=None)
        if entry.number is None:
            if not (self.seen_before or self.waiting.is_copy(entry)):
                return True
            self.outcome.unchanged += 1
            if not self.seen_before:
                self.note(
                    entry.line,
                    "#VER",
                    _("A voucher with the same date, text and rows is in the books already."),
                    _("It was taken for the same, and not booked again."),
                )
            return False
        known = self.waiting.known(entry)
        if known is None:
            return True
        if known == entry.content:
            self.outcome.unchanged += 1
        else:
            self._conflict(year, entry)
        return False

    def _conflict(self, year: FiscalYear, entry: Entry) -> None:
        posted = Voucher.objects.get(
            fiscal_year=year, series__code=entry.series, number=entry.number, posted_at__isnull=False
        )
        theirs = self.waiting.facts(entry)
        rows = posted.rows.select_related("account", "project", "cost_center").order_by("line")
        self.outcome.conflicts.append(
            {
                "line": entry.line,
                "label": "#VER",
                "voucher": f"{entry.series} {entry.number}",
                "file": {
                    "date": theirs.date.isoformat(),
                    "text": theirs.text,
                    "rows": [_shown(row) for row in theirs.rows],
                },
                "ledger": {
                    "date": posted.date.isoformat(),
                    "text": posted.text,
                    "rows": [
                        _shown(
                            CanonicalRow(
                                row.account.number,
                                to_ore(row.amount),
                                row.project.code if row.project else "",
                                row.cost_center.code if row.cost_center else "",
                                row.quantity,
                                row.objects_text,
                                row.text,
                            )
                        )
                        for row in rows
                    ],
                },
            }
        )

    def _see_locks(self, year: FiscalYear) -> None:
        for lock in year.locks.filter(unlocked_at__isnull=True).order_by("start"):
            within = Span(max(lock.start, year.start).isoformat(), min(lock.end, year.end).isoformat())
            if self.waiting.count(within):
                name = str(year) if lock.kind == PeriodLock.Kind.YEAR else f"{lock.start} – {lock.end}"
                self._locked(name, lock.start, lock.end)

    def _locked(self, name: str, start: date, end: date) -> None:
        self.hinder(
            "#VER",
            _("%(name)s is closed, and the file has something new in %(start)s – %(end)s.")
            % {"name": name, "start": start, "end": end},
            _("Open it with a reason in the administration, import, and close it again."),
        )

    def _post(self, year: FiscalYear) -> Iterator[Step]:
        """Record the gaps in the numbers, and post, or enter drafts."""
        created, span = self.outcome.created, _span(year)
        created["vouchers"] += self.waiting.count(span)
        vouchers = self.waiting.in_order(span, of_file=self.book.is_there)
        if self.is_4i and self.choices.drafts:
            for facts in vouchers:
                created["rows"] += self._draft(year, facts)
                created["drafts"] += 1
            return
        self._record_gaps(year)

        def stream() -> Iterator[VoucherFacts]:
            for facts in vouchers:
                created["rows"] += len(facts.rows)
                yield facts

        # All at the moment of the import: whatever is posted later was posted since.
        moment, key = self.sie_import.at, self.sie_import.pk
        for count in post_many(year, stream(), by=self.by, at=moment, sie_import=key):
            yield Step("post", count)

    def _draft(self, year: FiscalYear, facts: VoucherFacts) -> int:
        draft = Voucher.objects.create(
            fiscal_year=year,
            series=year.series.get(code=facts.series),
            date=facts.date,
            text=facts.text,
            entered_by=self.by,
            sie_import=self.sie_import,
        )
        VoucherRow.objects.bulk_create(
            VoucherRow(
                voucher=draft,
                line=line,
                account=self.accounts[row.account],
                amount=from_ore(row.amount),
                date=facts.date,
                text=row.text,
                project=Project.objects.filter(code=row.project).first() if row.project else None,
                cost_center=CostCenter.objects.filter(code=row.cost_center).first()
                if row.cost_center
                else None,
                quantity=row.quantity,
                objects_text=row.objects,
            )
            for line, row in enumerate(facts.rows, start=1)
        )
        return len(facts.rows)

    def _record_gaps(self, year: FiscalYear) -> None:
        span = _span(year)
        numbered = [code for code, _count, first, _last in self.waiting.series(span) if first is not None]
        gaps = []
        for series in year.series.filter(code__in=numbered).annotate(last=Max("vouchers__number")):
            last = series.last or 0
            there = set(series.gaps.values_list("first", "last"))
            for told in self.book.gaps.get(series.code, ()) if year == self.years.get(0) else ():
                if (told["first"], told["last"]) not in there:
                    gaps.append(NumberGap(series=series, sie_import=self.sie_import, **told))
                    there.add((told["first"], told["last"]))
            for number in self.waiting.numbers(series.code, span):
                if number > last + 1 and not any(
                    first <= last + 1 and number - 1 <= end for first, end in there
                ):
                    gaps.append(self._gap(series, last + 1, number - 1))
                last = max(last, number)
        NumberGap.objects.bulk_create(gaps)
        self.outcome.created["number_gaps"] += len(gaps)

    def _gap(self, series: VoucherSeries, first: int, last: int) -> NumberGap:
        reasons = [
            what for (code, n), what in self.broken.items() if code == series.code and first <= n <= last
        ]
        reason = " ".join(reasons) or _("Missing in the file %(name)s.") % {"name": self.name}
        return NumberGap(
            series=series, first=first, last=last, reason=reason[:200], sie_import=self.sie_import
        )

    def _budget(self) -> None:
        """The budget of each year that has none; lines by object only where the account has no total."""
        lines: dict[int, list[sie.PeriodBalance]] = defaultdict(list)
        for line in self.document.budget:
            lines[line.year].append(line)
        if self.book.budget:
            self._budget_of_book(self.book.budget)
        projects = dict(Project.objects.values_list("code", "pk"))
        centers = dict(CostCenter.objects.values_list("code", "pk"))
        for index, of_year in lines.items():
            year = self.years.get(index)
            if year is None or year.budgets.filter(in_force=True).exists():
                continue
            totalled = {line.account for line in of_year if not line.objects}
            new = []
            for line in of_year:
                account = self.accounts.get(line.account)
                if line.objects and line.account in totalled:
                    continue  # a part of the total, which stands on a line of its own
                if account is None or account.kind not in RESULT_KINDS or line.period not in year.months:
                    self.note(
                        line.line,
                        "#PBUDGET",
                        _("%(account)s in %(month)s is nothing that can be budgeted in %(year)s.")
                        % {"account": line.account, "month": f"{line.period:%Y-%m}", "year": year},
                        _("It was left aside."),
                    )
                    continue
                objects = dict(line.objects)
                new.append(
                    BudgetLine(
                        account=account,
                        month=line.period,
                        amount=from_ore(line.amount),
                        project_id=projects.get(objects.get(PROJECT, "")),
                        cost_center_id=centers.get(objects.get(COST_CENTER, "")),
                    )
                )
            if new:
                budget = Budget.objects.create(
                    fiscal_year=year, note=_("From the file %(name)s.") % {"name": self.name}
                )
                for budget_line in new:
                    budget_line.budget = budget
                BudgetLine.objects.bulk_create(new)
                self.keys["budget"].append([budget.pk, digest_of_budget(budget)])
                self.outcome.created["budget_lines"] += len(new)

    def _budget_of_book(self, told: dict[str, Any]) -> None:
        """The budget as it was entered: by object, with its notes, and lines for the whole year."""
        year = self.years.get(0)
        if year is None or year.budgets.filter(in_force=True).exists():
            return
        of_project: dict[str, int | None] = dict(Project.objects.values_list("code", "pk"))
        of_center: dict[str, int | None] = dict(CostCenter.objects.values_list("code", "pk"))
        budget = Budget.objects.create(
            fiscal_year=year,
            version=told["version"],
            decided_on=told.get("decided"),
            note=told.get("note", ""),
        )
        new = []
        for line, facts in self.book.budget_lines:
            account, month = self.accounts.get(facts["account"]), facts.get("month")
            project, center = facts.get("project"), facts.get("cost_center")
            if (
                account is None
                or account.kind not in RESULT_KINDS
                or (month and month not in year.months)
                or (project and project not in of_project)
                or (center and center not in of_center)
            ):
                self.hinder(
                    "#XLEDARNA",
                    _("A budget line for account %(account)s belongs to nothing in the file.")
                    % {"account": facts["account"]},
                    _anew(),
                    line=line,
                )
                continue
            new.append(
                BudgetLine(
                    budget=budget,
                    account=account,
                    month=month,
                    amount=from_ore(facts["amount"]),
                    project_id=of_project[project] if project else None,
                    cost_center_id=of_center[center] if center else None,
                    note=facts.get("note", ""),
                )
            )
        BudgetLine.objects.bulk_create(new)
        self.keys["budget"].append([budget.pk, digest_of_budget(budget)])
        self.outcome.created["budget_lines"] += len(new)

    def _balances(self) -> None:
        """What the years without vouchers ended with, to be compared with."""
        with_vouchers = {year.pk for year in self.new}
        for index, year in self.years.items():
            if year.pk in with_vouchers or year.vouchers.filter(posted_at__isnull=False).exists():
                continue
            told = {
                balance.account: balance.amount
                for kinds, balances in (
                    (BALANCE_KINDS, self.document.closing),
                    (RESULT_KINDS, self.document.results),
                )
                for balance in balances
                if balance.year == index
                and balance.account in self.accounts
                and self.accounts[balance.account].kind in kinds
            }
            there = {
                number: to_ore(amount)
                for number, amount in year.imported_balances.values_list("account__number", "closing")
            }
            changed = {number: ore for number, ore in told.items() if there.get(number) != ore}
            before = {b.account.number: b for b in year.imported_balances.select_related("account")}
            self.keys["replaced"] += [
                [year.pk, before[n].account_id, to_ore(before[n].closing), before[n].source_id]
                for n in changed
                if n in before
            ]
            for number, ore in changed.items():
                ImportedBalance.objects.update_or_create(
                    fiscal_year=year,
                    account=self.accounts[number],
                    defaults={"closing": from_ore(ore), "source": self.sie_import},
                )
            self.outcome.created["imported_balances"] += len(changed)


def _anew() -> str:
    """What to do about a file of Ledarna's own that is not as it was written."""
    return _("Export anew, or import it as another program's file, without the lines #XLEDARNA (--plain).")


def _span(year: FiscalYear) -> Span:
    return Span(year.start.isoformat(), year.end.isoformat())


def _closings(year: FiscalYear) -> dict[str, int]:
    """What each account of *year* holds in the books, in öre, debit positive, by its number."""
    return {balance.account.number: balance.closing for balance in trial_balance(year).balances}


def heads_of(year: FiscalYear) -> list[Any]:
    """The head of *year*'s chain as an import keeps it: how many vouchers, and the digest."""
    head = chain_head(year)
    return [head.sequence, head.digest]


def digest_of_budget(budget: Budget) -> str:
    """A digest of the lines of *budget*: it tells whether somebody has changed them."""
    lines = budget.lines.order_by("pk").values_list("account", "month", "amount", "project", "cost_center")
    return hashlib.sha256(repr([tuple(map(str, line)) for line in lines]).encode()).hexdigest()


def _row(row: sie.Row) -> CanonicalRow:
    """The row as the ledger has it: the first project and cost centre, and all other objects as text."""
    project, center, others = _objects(row.objects) if row.objects else ("", "", "")
    quantity = "" if row.quantity is None else quantity_text(row.quantity)
    return CanonicalRow(row.account, row.amount, project, center, quantity, others, row.text)


@lru_cache(4_096)
def _objects(pairs: Objects) -> tuple[str, str, str]:
    own: dict[str, str] = {}
    others = []
    for dimension, number in pairs:
        if dimension in (PROJECT, COST_CENTER) and dimension not in own:
            own[dimension] = number
        else:
            escaped = number.replace('"', '\\"')
            others.append(f'{dimension} "{escaped}"')
    return own.get(PROJECT, ""), own.get(COST_CENTER, ""), " ".join(others)


def _too_long(series: str, rows: Sequence[CanonicalRow]) -> str:
    """A text that the ledger cannot hold and that means something else when it is cut; "" for none."""
    if len(series) > LONGEST["series"]:
        return series
    for _account, _amount, project, center, quantity, objects, _text in rows:
        if not (project or center or quantity or objects):
            continue  # as most rows are
        limited = ((objects, "objects"), (quantity, "quantity"), (project, "code"), (center, "code"))
        for text, kind in limited:
            if len(text) > LONGEST[kind]:
                return text
    return ""


def _number(text: str) -> int | None:
    """The voucher number, or None where the next one is to be given."""
    return int(text) or None if text.isascii() and text.isdigit() and len(text) < 18 else None


def _kind(number: str, told: str) -> Kind | None:
    """The kind of an account by its number and its #KTYP, which decides where they disagree."""
    by_number, possible = kind_of(number), KINDS.get(told, ())
    return by_number if by_number and (not possible or by_number in possible) else next(iter(possible), None)


def _shown(row: CanonicalRow) -> dict[str, str]:
    return {**row._asdict(), "amount": amount_text(row.amount)}


def _digits(number: str) -> str:
    return sie.Company(org_number=number).org_digits


def _midnight(day: date) -> datetime:
    """The beginning of *day* where the association is."""
    return timezone.make_aware(datetime.combine(day, time()))
