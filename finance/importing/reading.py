"""The file, read: its vouchers wait, as the ledger will have them; all else is at hand."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _

from finance import extension, sie
from finance.digest import CanonicalRow
from finance.importing.outcome import Outcome, Step
from finance.importing.work import (
    LONGEST,
    LONGEST_TEXT,
    Work,
    anew,
)
from finance.posting import VoucherFacts
from finance.sie.document import COST_CENTER, PROJECT, Objects
from finance.sie.values import quantity_text

READ_AT_ONCE = 1_000
"""After so many vouchers read, how far it has come is told."""


def read(work: Work) -> Iterator[Step]:
    """Read the file: vouchers go to wait, all else to ``reading``."""
    with work.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with sie.SieReader(work.path, mend=work.choices.mend) as reader:
        for count, voucher in enumerate(reader, start=1):
            if work.lines_of_book is None and not work.choices.plain:
                _open_book(work, reader.extras)
            _let_wait(work, voucher)
            if count % READ_AT_ONCE == 0:
                yield Step("read", reader.bytes_read)
        work.reading = reader.reading()
        yield Step("read", reader.bytes_read)
    work.waiting.all_are_there()
    if not work.choices.plain:
        _close_book(work, work.reading.document)
    work.document = work.book.restored(work.reading.document)
    work.is_4i = work.document.type == "4I" and not work.book.is_there
    summary = sie.summary(work.reading)
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
        for found in (work.reading.notes, work.reading.errors)
    ]
    work.notes, work.errors = told[0] + work.notes, told[1] + work.errors
    for note in work.reading.errors:
        series, _blank, rest = str(note.params.get("voucher", "")).partition(" ")
        number = rest.partition(" ")[0]
        if number.isascii() and number.isdigit():
            work.broken[series, int(number)] = note.what_in(_)
    document = work.document
    work.outcome = Outcome(
        summary,
        company=" ".join(filter(None, (document.company.name, document.company.org_number))),
        program=" ".join(filter(None, (document.program, document.program_version))),
        sha256=sha256,
        needs_series=work.needs_series or work.is_4i,
        is_of_ledarna=bool(document.extras),
    )


def _open_book(work: Work, extras: Sequence[sie.Extra]) -> None:
    """Take in what Ledarna's own lines say of the books."""
    work.lines_of_book = len(extras)
    try:
        work.book = extension.Book.of(extras)
    except extension.Malformed as malformed:
        work.hinder(malformed.label, str(malformed), anew(), line=malformed.line)
    if work.book.is_there:
        work.chain = extension.Chain(work.book)


def _close_book(work: Work, document: sie.SieDocument) -> None:
    """See that the books in the file end where they ended, and that its lines agree."""
    if work.lines_of_book is None:
        _open_book(work, document.extras)
    if work.lines_of_book != len(document.extras):
        late = document.extras[-1]
        work.hinder(f"#{late.label}", _("The line stands after a voucher."), anew(), line=late.line)
    if work.chain is None:
        return
    if what := work.chain.end():
        work.hinder("#XLEDARNA", what, anew(), line=work.book.line)
    for what in work.book.contradictions(document):
        work.hinder("#XLEDARNA", what, anew(), line=work.book.line)
    for series, gaps in work.book.gaps.items():
        if max(gap["last"] for gap in gaps) >= work.last_numbers.get(series, 0):
            what = _("A gap in series %(series)s has no number after it.") % {"series": series}
            work.hinder("#XLEDARNA", what, anew(), line=work.book.line)


def _let_wait(work: Work, voucher: sie.Voucher) -> None:
    """Let the voucher wait as the ledger will have it, or say why it cannot."""
    day, line, other_days = voucher.date, voucher.line, False
    used_accounts, objects_are_plain = work.used_accounts, work.chain is None
    for row in voucher.rows:
        if row.date is not None and row.date != day:
            other_days = True
        if row.account not in used_accounts:
            used_accounts[row.account] = row.line or line
        if objects_are_plain:
            for pair in row.objects:
                work.used_objects.setdefault(pair, row.line or line)
    if other_days:
        work.note(
            voucher.line,
            "#VER",
            _("Rows have other dates than their voucher."),
            _("The voucher's date holds for all of its rows."),
        )
    series = voucher.series or work.choices.series
    work.needs_series = work.needs_series or not voucher.series
    rows = [canonical_row(row) for row in voucher.rows]
    entered_at = work.midnight(voucher.registered) if voucher.registered else None
    facts = VoucherFacts(
        series, day, voucher.text, rows, _number(voucher.number), "", "", entered_at, voucher.sign[:150]
    )
    if work.chain is not None:
        try:
            facts, place = extension.completed(facts, voucher.extras)
            fault = work.chain.fault(facts, place)
        except extension.Malformed as malformed:
            fault = str(malformed)
        if fault:
            work.error(voucher.line, "#VER", fault, anew())
            if facts.number:
                work.broken[series, facts.number] = fault
            return
        series = facts.series
        for booked in facts.rows:
            for pair in ((COST_CENTER, booked.cost_center), (PROJECT, booked.project)):
                if pair[1]:
                    work.used_objects.setdefault(pair, voucher.line)
    elif voucher.extras and not work.choices.plain:
        work.error(voucher.line, "#VER", _("The line of the fiscal year is missing."), anew())
        return
    if too_long := _too_long(series, facts.rows):
        work.error(
            voucher.line,
            "#VER",
            _("“%(text)s…” is longer than the ledger can hold.") % {"text": too_long[:30]},
            _("The whole voucher is refused. Shorten it in the program it comes from."),
        )
        return
    if max([len(facts.text), *[len(booked.text) for booked in facts.rows]]) > LONGEST_TEXT:
        work.note(
            voucher.line,
            "#VER",
            _("A text has more than %(limit)s characters.") % {"limit": LONGEST_TEXT},
            _("It was cut; the file is kept with the import."),
        )
        cut = [booked._replace(text=booked.text[:LONGEST_TEXT]) for booked in facts.rows]
        facts = facts._replace(text=facts.text[:LONGEST_TEXT], rows=cut)
    if voucher.number.strip("0") and facts.number is None:
        work.note(
            voucher.line,
            "#VER",
            _("“%(number)s” is not a whole number.") % {"number": voucher.number[:40]},
            _("The voucher gets the next number of its series."),
        )
    if facts.number and facts.number > work.last_numbers.get(series, 0):
        work.last_numbers[series] = facts.number
    work.waiting.add(voucher.line, facts)


def canonical_row(row: sie.Row) -> CanonicalRow:
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
