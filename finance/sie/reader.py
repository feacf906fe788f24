"""SIE 1–4 → document: `read` gives the whole at once, `SieReader` the vouchers one by one in constant memory.

    with SieReader(path) as reader:
        for voucher in reader:      # sound vouchers only: readable, dated, balanced
            ...
        reading = reader.reading()  # all the rest: document (without vouchers), notes, errors, counts, sums

An error in one voucher refuses that voucher and nothing else. What is not a SIE file raises `NotSie`, what
passes a limit `SieLimit`; nothing else is raised, whatever the bytes.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from operator import attrgetter
from types import TracebackType

from finance.sie import values
from finance.sie.building import Builder, Entry, Limits, Value, shaped
from finance.sie.checks import Difference, differences
from finance.sie.document import Change, Extra, Objects, Row, SieDocument, Voucher
from finance.sie.encoding import CP437
from finance.sie.labels import EXTENSIONS, LABELS, OF_VOUCHER
from finance.sie.lines import Fields, Lines, elements, fields
from finance.sie.notes import Note, Notebook, NotSie, SieLimit
from finance.sie.numbering import Run
from finance.sie.source import Source, open_source, recognise

_REMEMBERED = 20_000  # dates and object lists kept at hand, so that each is read once and not once a row
_UNKNOWN = dt.date.min  # stands for a date that was not met before; SIE has no year 1
_NUMBER = re.compile(r"\s*([-+]?[\d.,]+)?\s*", re.ASCII)
_SPLIT_OFF = re.compile(r"\d{3}([.,]\d{1,2})?", re.ASCII)
_RESULT = {"3", "4", "5", "6", "7", "8"}  # what accounts of the result begin with
_SERIES_MAX = 10_000
_BRACES = {"brace_not_closed", "brace_nested"}
_amount_of = attrgetter("amount")
# The two lines that most of a file consists of, as most programs write them; the rest is read field by field.
_ROW = re.compile(
    r"""#TRANS[ \t]+(\d{3,6})[ \t]+\{([^{}]*)\}[ \t]+(-?\d{1,12})(?:\.(\d\d))?"""
    r"""(?:[ \t]+("\d{8}"|\d{8}|"")(?:[ \t]+"([^"\\]*)")?)?""",
    re.ASCII,
)
_VOUCHER = re.compile(
    r"""#VER[ \t]+("[^"{}\\]*"|[^\s"{}\\]+)[ \t]+("[^"{}\\]*"|[^\s"{}\\]+)[ \t]+("\d{8}"|\d{8})"""
    r"""(?:[ \t]+"([^"{}\\]*)"(?:[ \t]+("\d{8}"|\d{8})(?:[ \t]+"([^"{}\\]*)")?)?)?""",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as read. Sums are in öre and, like the counts, of the lines as they stand, refused vouchers too.

    `accounts`, `vouchers`, `rows` count #KONTO, #VER and #TRANS. `refused` counts vouchers with an error,
    which are not in the document. `movements`: year, or None outside of the file's years → account → the sum
    of its rows. `gaps`: series → runs of numbers that the file leaves out.
    """

    document: SieDocument
    encoding: str
    accounts: int
    vouchers: int
    rows: int
    refused: int
    sums: Mapping[str, int]
    movements: Mapping[int | None, Mapping[str, int]]
    differences: tuple[Difference, ...]
    gaps: Mapping[str, tuple[tuple[int, int], ...]]
    unknown: Mapping[str, int]
    notes: tuple[Note, ...]
    errors: tuple[Note, ...]


@dataclass(slots=True)
class _Open:
    """A voucher whose block is being read."""

    line: int
    series: str
    number: str
    date: dt.date | None
    date_text: str
    text: str
    registered: dt.date | None
    sign: str
    rows: list[Row] = field(default_factory=list)
    history: list[Change] = field(default_factory=list)
    extras: tuple[Extra, ...] = ()
    faults: int = 0
    braced: bool = False

    @property
    def name(self) -> str:
        """How a note calls it: series, number and date."""
        return " ".join(part for part in (self.series, self.number, self.date_text) if part) or "#VER"


class SieReader:
    """Reads one file, once: iterate for its sound vouchers, then ask for the `reading`.

    `source`: bytes, a path, or a binary stream. `mend`: bring back letters of texts that another program read
    in the wrong code page (see `mojibake`); only when the user has seen and wants it. Raises NotSie or
    SieLimit, here or while iterating.
    """

    def __init__(self, source: Source, *, mend: bool = False, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._closing = ExitStack()
        self._notes = Notebook()
        try:
            stream, size = open_source(source, self._closing, self._limits.file_bytes)
            stream, self._seen, utf16 = recognise(stream, size, self._closing)
        except BaseException:
            self._closing.close()
            raise
        self._note_bytes(utf16)
        self.encoding = "utf-16" if utf16 else self._seen.encoding
        self._lines = Lines(
            stream, self._seen, self._notes, line_limit=self._limits.line_characters, mend=mend
        )
        self._builder = Builder(self._notes, self._limits)
        self._open: _Open | None = None
        self._accounts: set[str] = set()
        self._dates: dict[str, dt.date | None] = {"": None}
        self._object_lists: dict[str, Objects] = {"": ()}
        self._numbers: dict[str, Run] = {}
        self._unknown: dict[str, tuple[int, int]] = {}
        self._movements: dict[int | None, dict[str, int]] = {}
        self._extras: list[Extra] = []
        self._vouchers = self._rows = self._refused = 0
        self._iterator = self._read()

    def __enter__(self) -> SieReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close what was opened here; a stream that was handed in stays open."""
        self._closing.close()

    def __iter__(self) -> Iterator[Voucher]:
        """The sound vouchers, in the file's order."""
        return self._iterator

    @property
    def extras(self) -> tuple[Extra, ...]:
        """The lines of a program's own that speak of the books, as far as the file is read."""
        return tuple(self._builder.extras)

    @property
    def bytes_read(self) -> int:
        """How far the file is read, for a progress bar."""
        return self._lines.bytes_read

    def reading(self) -> Reading:
        """Read what is left, and give all but the vouchers themselves."""
        for _voucher in self._iterator:
            pass
        self._note_checksum()
        for label, (line, count) in self._unknown.items():
            self._notes.add("label_unknown", line, label, count=count)
        document = self._builder.document(self._type())
        if self.encoding != CP437 and document.format.upper() == "PC8":
            self._notes.add(
                "not_code_page_437",
                self._builder.format_line,
                "#FORMAT",
                format=document.format,
                encoding=self.encoding,
            )
        found = self._compared(document)
        return Reading(
            document=document,
            encoding=self.encoding,
            accounts=self._builder.account_labels,
            vouchers=self._vouchers,
            rows=self._rows,
            refused=self._refused,
            sums=self._sums(),
            movements=self._movements,
            differences=found,
            gaps={series: run.gaps() for series, run in self._numbers.items() if run.gaps()},
            unknown={label: count for label, (_line, count) in self._unknown.items()},
            notes=self._notes.notes(),
            errors=self._notes.errors(),
        )

    # Reading, line by line.

    def _read(self) -> Iterator[Voucher]:
        limit = self._limits.rows_per_voucher
        for number, line in self._lines:
            opened = self._open
            if opened is not None and line.startswith("#TRANS"):
                row = self._quick_row(line, number)
                if row is not None:
                    opened.rows.append(row)
                    if len(opened.rows) > limit:
                        raise SieLimit("too_many_rows", number, "#TRANS", limit=limit)
                    continue
            if line == "{":
                self._open_block(number)
            elif line == "}":
                if (voucher := self._close_block(number)) is not None:
                    yield voucher
            elif line.startswith("#VER") and (match := _VOUCHER.fullmatch(line)):
                if self._open is not None:
                    yield from self._end_unclosed(number)
                series, of_series, day, text, registered, sign = match.groups("")
                self._begin(
                    number,
                    series.strip('"'),
                    of_series.strip('"'),
                    day.strip('"'),
                    text,
                    registered.strip('"'),
                    sign,
                )
            elif line[0] in "{}":
                yield from self._braces(line, number)
            elif line[0] == "#":
                yield from self._label(line, number)
            else:
                self._notes.add("stray_line", number, "", text=line)
        if self._open is not None:
            if self._open.braced or not self._open.rows:
                raise NotSie("cut_off", None, "#VER", voucher=self._open.name, start=self._open.line)
            if (voucher := self._close()) is not None:
                yield voucher

    def _label(self, line: str, number: int) -> Iterator[Voucher]:
        taken = fields(line)
        first = taken.values.pop(0)
        shown = first if isinstance(first, str) else "#"
        label = shown[1:].upper()
        for code, text in taken.oddities.items():
            self._notes.add(code, number, shown, text=text)
        if label in EXTENSIONS:
            self._take_extra(label, number, taken)
            return
        if label not in LABELS:
            if not label:
                self._notes.add("stray_line", number, "", text=line)
            elif shown in self._unknown or len(self._unknown) < 1000:
                at, count = self._unknown.get(shown, (number, 0))
                self._unknown[shown] = at, count + 1
            return
        if shown[1:] != label:
            self._notes.add("label_lower_case", number, shown)
        if taken.opens or taken.closes:
            self._notes.add("brace_on_line", number)
        entry = shaped(label, number, taken.values, self._notes)
        if label == "VER":
            yield from self._end_unclosed(number)
            self._begin_oddly(entry, taken)
        elif label in ("TRANS", "RTRANS", "BTRANS"):
            self._rows += label == "TRANS"
            self._take_row(entry, taken)
        else:
            if self._open is not None:
                if self._open.braced:
                    self._notes.add("label_inside_voucher", number, f"#{label}")
                else:
                    yield from self._end_unclosed(number)
            self._builder.take(entry)
        if taken.opens and label != "VER":
            self._open_block(number)
        if taken.closes and (voucher := self._close_block(number)) is not None:
            yield voucher

    def _take_extra(self, label: str, number: int, taken: Fields) -> None:
        """A line of Ledarna's own: of the books, or of the voucher that follows."""
        words = (value if isinstance(value, str) else " ".join(value) for value in taken.values)
        extra = Extra(label, tuple(words), line=number)
        if label != OF_VOUCHER:
            self._builder.take_extra(extra)
            return
        limit = self._limits.rows_per_voucher
        if len(self._extras) >= limit:
            raise SieLimit("too_many_rows", number, f"#{label}", limit=limit)
        self._extras.append(extra)

    def _braces(self, line: str, number: int) -> Iterator[Voucher]:
        """A brace that shares its line: `{ }`, or `{ #TRANS …`."""
        self._notes.add("brace_on_line", number)
        if line[0] == "{":
            self._open_block(number)
        elif (voucher := self._close_block(number)) is not None:
            yield voucher
        rest = line[1:].strip()
        if rest == "}":
            if (voucher := self._close_block(number)) is not None:
                yield voucher
        elif rest.startswith("#"):
            yield from self._label(rest, number)
        elif rest:
            self._notes.add("stray_line", number, "", text=rest)

    # Vouchers.

    def _begin_oddly(self, entry: Entry, taken: Fields) -> None:
        """Begin the voucher of any #VER line, in form or not."""
        text = entry.text
        if text(3) and text(4).strip("0123456789-/.: T"):
            self._joined(entry, 3)
        opened = self._begin(entry.line, text(0), text(1), text(2), text(3), text(4), text(5))
        opened.braced = taken.opens
        if taken.oddities and not _BRACES.isdisjoint(taken.oddities):
            opened.faults += 1
        if tuple in map(type, entry.values):
            self._notes.add("brace_stray", entry.line, "#VER")

    def _begin(
        self, line: int, series: str, number: str, when: str, text: str, registered: str, sign: str
    ) -> _Open:
        """Begin the voucher with the six fields of its #VER line, "" for those that are not there."""
        self._vouchers += 1
        series, number = series.strip(), number.strip()
        day = self._dates.get(when, _UNKNOWN)
        if day is _UNKNOWN:
            try:
                day = self._remembered_day(when, line, "VER")
            except values.Unreadable:
                day = None  # said when the voucher is closed, unless all of its rows have one and the same
        signed = self._dates.get(registered, _UNKNOWN)
        if signed is _UNKNOWN:
            signed = self._builder.day(registered, line, "VER")
        opened = self._open = _Open(line, series, number, day, when.strip(), text, signed, sign)
        if self._extras:
            opened.extras, self._extras = tuple(self._extras), []
        if not number.strip("0"):
            self._notes.add("voucher_unnumbered", line, "#VER")
        elif number.isascii() and number.isdigit() and len(number) < 18:
            if len(self._numbers) > _SERIES_MAX:
                raise SieLimit("too_many_series", line, "#VER", limit=_SERIES_MAX)
            if not self._numbers.setdefault(series, Run()).add(int(number)):
                self._notes.add("voucher_number_twice", line, "#VER", voucher=f"{series} {number}".strip())
        return opened

    def _remembered_day(self, text: str, line: int, label: str) -> dt.date | None:
        """A date, kept at hand when it is in form. Raises Unreadable."""
        day, plain = values.day(text)
        if not plain:
            self._notes.add("date_form", line, f"#{label}", text=text)
        elif day != _UNKNOWN:
            if len(self._dates) > _REMEMBERED:
                self._dates = {"": None}
            self._dates[text] = day
        return day

    def _open_block(self, number: int) -> None:
        if self._open is None:
            self._notes.add("brace_stray", number)
        elif self._open.braced:
            self._notes.add("brace_nested", number)
            self._open.faults += 1
        else:
            self._open.braced = True
            if self._open.rows:
                self._notes.add("voucher_without_opening", self._open.line, "#VER", voucher=self._open.name)

    def _close_block(self, number: int) -> Voucher | None:
        if self._open is None:
            self._notes.add("brace_stray", number)
            return None
        if not self._open.braced:
            self._notes.add("voucher_without_opening", self._open.line, "#VER", voucher=self._open.name)
        return self._close()

    def _end_unclosed(self, number: int) -> Iterator[Voucher]:
        """A voucher that is still open where another begins, or where something else follows."""
        if self._open is None:
            return
        if self._open.braced or self._open.rows:
            self._notes.add("voucher_not_closed", number, "#VER", voucher=self._open.name)
        if (voucher := self._close()) is not None:
            yield voucher

    def _close(self) -> Voucher | None:
        """The open voucher, if it is sound; errors are noted at its own line."""
        opened = self._open
        assert opened is not None  # every caller looked
        self._open = None
        rows, line = opened.rows, opened.line
        day = opened.date or self._day_from_rows(opened)
        if rows:
            self._move(day, rows, opened)
        if opened.history:
            self._check_history(opened)
        if opened.faults:
            self._refuse("voucher_refused", opened, count=opened.faults)
            return None
        if total := sum(map(_amount_of, rows)):
            self._refuse("voucher_unbalanced", opened, amount=values.amount_text(total))
            return None
        if day is None:
            self._refuse("voucher_date", opened, text=opened.date_text)
            return None
        if not rows:
            self._notes.add("voucher_empty", line, "#VER", voucher=opened.name)
        return Voucher(
            opened.series,
            opened.number,
            day,
            opened.text,
            opened.registered,
            opened.sign,
            tuple(rows),
            tuple(opened.history),
            opened.extras,
            line,
        )

    def _refuse(self, code: str, opened: _Open, **params: object) -> None:
        self._refused += 1
        self._notes.add(code, opened.line, "#VER", voucher=opened.name, **params)

    def _day_from_rows(self, opened: _Open) -> dt.date | None:
        days = {row.date for row in opened.rows}
        day = days.pop() if len(days) == 1 and not opened.date_text.strip("0") else None
        if day is not None:
            self._notes.add(
                "voucher_date_from_rows", opened.line, "#VER", voucher=opened.name, date=day.isoformat()
            )
        return day

    def _move(self, day: dt.date | None, rows: list[Row], opened: _Open) -> None:
        """Add the rows to the movements of the year the voucher falls in."""
        year = self._builder.year_of(day) if day is not None else None
        if year != 0 and day is not None:
            self._notes.add("voucher_outside_years", opened.line, "#VER", text=opened.name)
        moved = self._movements.setdefault(year, {})
        for row in rows:
            moved[row.account] = moved.get(row.account, 0) + row.amount

    def _check_history(self, opened: _Open) -> None:
        for change in opened.history:
            row = change.row
            if not change.added:
                self._notes.add("rows_removed", row.line, "#BTRANS")
                continue
            self._notes.add("rows_added", row.line, "#RTRANS")
            same = opened.rows[change.position] if change.position < len(opened.rows) else None
            if same is None or (same.account, same.amount, same.objects) != (
                row.account,
                row.amount,
                row.objects,
            ):
                self._notes.add("added_row_alone", row.line, "#RTRANS")

    # Rows.

    def _quick_row(self, line: str, number: int) -> Row | None:
        """A #TRANS in the form that most have; None when it takes a closer look (nothing is noted then)."""
        if match := _ROW.fullmatch(line):
            account, raw, kronor, parts, when, text = match.groups("")
            objects = self._object_lists.get(raw)
            day = self._dates.get(when.strip('"'), _UNKNOWN)
            if objects is not None and day is not _UNKNOWN and account in self._accounts:
                self._rows += 1
                ore = int(kronor + parts) if parts else int(kronor) * 100
                if not ore:
                    self._notes.add("rows_zero", number, "#TRANS")
                return Row(account, ore, objects, day, text, None, "", number)
        begin = line.find("{")
        end = line.find("}", begin)
        account = line[6:begin].strip()
        if begin < 0 or end < 0 or account not in self._accounts:
            return None
        raw = line[begin + 1 : end]
        objects = self._object_lists.get(raw)
        if objects is None and (objects := self._quick_list(raw, number)) is None:
            return None
        head, quote, rest = line[end + 1 :].partition('"')
        found = head.split()
        text, more = "", found[3:]
        if quote and len(found) == 1 and rest[:1] == '"' and rest[1:2] in ("", " ", "\t"):
            head, quote, rest = rest[1:].partition('"')  # an empty date in quotes
            if head.strip():
                return None
            found.append("")
        if quote:
            text, closed, after = rest.partition('"')
            if len(found) != 2 or not closed or "\\" in text or head[-1] not in " \t":
                return None
            more = after.split()
            if more == ['""']:
                more = []
            elif more and ('"' in after or "{" in after or "}" in after or after[0] not in " \t"):
                return None
        elif not head.isascii() or "{" in head or "}" in head:
            return None
        elif len(found) > 2:
            text = found[2]
        if not found or len(more) > 2 or (more and not _NUMBER.fullmatch(more[0])):
            return None
        amount = values.plain_amount(found[0])
        day = self._dates.get(found[1], _UNKNOWN) if len(found) > 1 else None
        if amount is None or day is _UNKNOWN:
            return None
        self._rows += 1
        if not amount:
            self._notes.add("rows_zero", number, "#TRANS")
        if not more:
            return Row(account, amount, objects, day, text, None, "", number)
        quantity = self._builder.quantity(more[0], number, "TRANS")
        return Row(account, amount, objects, day, text, quantity, more[1] if len(more) > 1 else "", number)

    def _quick_list(self, raw: str, number: int) -> Objects | None:
        """An object list that was not met before, remembered; None when it is odd."""
        found = elements(raw)
        if len(found) % 2 or raw.count('"') % 2 or "\\" in raw or "{" in raw:
            return None
        if len(self._object_lists) > _REMEMBERED:
            self._object_lists.clear()
        objects = self._object_lists[raw] = self._builder.objects(found, number, "TRANS")
        return objects

    def _take_row(self, entry: Entry, taken: Fields) -> None:
        """Any row: in form or not. An error refuses the voucher it stands in."""
        opened = self._open
        if opened is None:
            self._notes.add("row_outside", entry.line, f"#{entry.label}")
        row = self._row(entry)
        if opened is None:
            if row is not None and entry.label == "TRANS":
                self._move_aside(row.account, row.amount)
            return
        if row is None or not _BRACES.isdisjoint(taken.oddities):
            opened.faults += 1
        if row is None:
            return
        if entry.label == "TRANS":
            opened.rows.append(row)
            if not row.amount:
                self._notes.add("rows_zero", entry.line, "#TRANS")
        else:
            opened.history.append(Change(entry.label == "RTRANS", row, len(opened.rows)))
        if len(opened.rows) + len(opened.history) > self._limits.rows_per_voucher:
            raise SieLimit(
                "too_many_rows", entry.line, f"#{entry.label}", limit=self._limits.rows_per_voucher
            )

    def _row(self, entry: Entry) -> Row | None:
        """The row of a line; None after an error was noted."""
        label, line, builder = entry.label, entry.line, self._builder
        if len(entry.values) > 1 and not isinstance(entry.values[1], tuple):
            builder.insert_list(entry, 1)
        if len(entry.values) < 3:
            self._notes.add("fields_missing", line, f"#{label}", needed=3, found=len(entry.values))
            return None
        account = entry.text(0).strip()
        amount = builder.amount(entry.text(2), line, label)
        if not builder.use_account(account, line, label):
            if amount is not None and label == "TRANS":
                self._move_aside(account, amount)
            return None
        if amount is None:
            return None
        self._accounts.add(account)
        value: Value = entry.values[1]
        pairs = builder.objects(value if isinstance(value, tuple) else (), line, label)
        if entry.text(4) and not _NUMBER.fullmatch(entry.text(5)):
            self._joined(entry, 4)
        day, text = self._row_date(entry)
        if day is None and text is None:
            return None
        return Row(
            account,
            amount,
            pairs,
            day,
            text or "",
            builder.quantity(entry.text(5), line, label),
            entry.text(6),
            line,
        )

    def _move_aside(self, account: str, amount: int) -> None:
        """Count an amount that stands in no voucher among the sums of the file, and in no year."""
        moved = self._movements.setdefault(None, {})
        moved[account] = moved.get(account, 0) + amount

    def _joined(self, entry: Entry, at: int) -> None:
        """Join words from field `at` on, which were not in quotes, where no field but a text can be meant."""
        text = " ".join(entry.text(i) for i in range(at, len(entry.values)))
        self._notes.add("fields_joined", entry.line, f"#{entry.label}", text=text)
        entry.values[at:] = [text]

    def _row_date(self, entry: Entry) -> tuple[dt.date | None, str | None]:
        """The date and the text of a row; the text is None after an error was noted."""
        text, line, label = entry.text(3), entry.line, f"#{entry.label}"
        try:
            return self._remembered_day(text, line, entry.label), entry.text(4)
        except values.Unreadable:
            pass  # what stands there instead is looked at below
        if _SPLIT_OFF.fullmatch(text) and len(entry.text(2).lstrip("+-")) <= 3:
            self._notes.add("amount_split", line, label, text=f"{entry.text(2)} {text}")
            return None, None
        if not entry.text(4) and any(c.isalpha() for c in text):
            self._notes.add("row_text_for_date", line, label, text=text)
            return None, text
        self._notes.add("row_date_unreadable", line, label, text=text)
        return None, entry.text(4)

    # The end.

    def _note_bytes(self, utf16: bool) -> None:
        seen, add = self._seen, self._notes.add
        if utf16:
            add("utf16")
        elif seen.byte_order_mark:
            add("byte_order_mark")
        if seen.carriage_returns_only:
            add("carriage_returns_only")
        if seen.filled:
            add("end_of_file_character")

    def _note_checksum(self) -> None:
        sum_, add = self._lines.checksum, self._notes.add
        if sum_.unasked:
            add("checksum_not_begun", sum_.begun, "#KSUMMA")
        elif sum_.running:
            add("checksum_not_ended", sum_.begun, "#KSUMMA")
        elif sum_.ended:
            digits = sum_.stated.lstrip("-")
            if not (digits.isascii() and digits.isdigit() and len(digits) < 20):
                add("checksum_unreadable", sum_.ended, "#KSUMMA", text=sum_.stated)
            elif int(sum_.stated) & 0xFFFFFFFF != sum_.value:  # some programs write it as a signed number
                add("checksum_differs", sum_.ended, "#KSUMMA", stated=sum_.stated, computed=str(sum_.value))

    def _type(self) -> str:
        """The type as a string; what #SIETYP says, unless it is missing, unknown, or denied by vouchers."""
        builder, declared = self._builder, self._builder.declared_type
        with_vouchers = "4E" if builder.holds_balances or not self._vouchers else "4I"
        if declared in ("4E", "4I"):
            return declared
        if declared == "4":
            if not self._vouchers:
                self._notes.add("nothing_booked", None, "#SIETYP")
            return with_vouchers
        found = with_vouchers if self._vouchers else builder.level
        if declared not in ("1", "2", "3"):
            code = "type_unknown" if declared else "type_missing"
            self._notes.add(code, None, "#SIETYP", text=declared, type=found)
            return found
        if self._vouchers:
            self._notes.add("type_differs", None, "#SIETYP", text=declared, type=found)
            return found
        return declared

    def _compared(self, document: SieDocument) -> tuple[Difference, ...]:
        """What does not agree within the file, noted once a year."""
        for (label, year), total in self._builder.sums.items():
            if label == "IB" and total:
                self._notes.add("opening_sum", None, "#IB", year=str(year), amount=values.amount_text(total))
        moved = {year: sums for year, sums in self._movements.items() if year is not None}
        found = differences(document, moved)
        for year in {d.year: None for d in found}:
            of_year = [d for d in found if d.year == year]
            text = f"{of_year[0].account} {values.amount_text(of_year[0].difference)}"
            self._notes.add(
                "differences", None, f"#{of_year[0].label}", year=str(year), count=len(of_year), text=text
            )
        return found

    def _sums(self) -> dict[str, int]:
        """Of the lines as read, in öre: IB, UB and RES of each year, and #TRANS on result accounts (3–8)."""
        stated = self._builder.sums
        found = {
            f"{label} {year}": stated[label, year]
            for year in sorted({year for _label, year in stated}, reverse=True)
            for label in ("IB", "UB", "RES")
            if (label, year) in stated
        }
        found["TRANS result"] = sum(
            ore
            for moved in self._movements.values()
            for account, ore in moved.items()
            if account[:1] in _RESULT
        )
        return found


def read(source: Source, *, mend: bool = False, limits: Limits | None = None) -> Reading:
    """The whole file at once, its document holding the sound vouchers. For large files use `SieReader`.

    Raises NotSie, or SieLimit when there are more rows than `limits.rows_at_once`.
    """
    limits = limits or Limits()
    vouchers, rows = [], 0
    with SieReader(source, mend=mend, limits=limits) as reader:
        for voucher in reader:
            rows += len(voucher.rows) + len(voucher.history) + 1
            if rows > limits.rows_at_once:
                raise SieLimit("too_many_at_once", voucher.line, "#VER", limit=limits.rows_at_once)
            vouchers.append(voucher)
        reading = reader.reading()
    return replace(reading, document=replace(reading.document, vouchers=tuple(vouchers)))
