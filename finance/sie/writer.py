"""Document → SIE 1–4 as other programs want it: code page 437, CR LF, `#KSUMMA`, quotes escaped. Streams.

The document's `type` decides what is written: "1" year balances, "2" with periods and budget, "3" with
objects, "4E" with vouchers, "4I" vouchers without balances. What code page 437 lacks is transliterated and
reported, and so is the little of it that readers take for letters of another code page (box drawing, Greek).
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator

from finance.sie.checksum import summed
from finance.sie.document import Balance, Extra, Objects, PeriodBalance, Row, SieDocument, Voucher
from finance.sie.encoding import CP437, UNLIKELY
from finance.sie.notes import Note, Notebook
from finance.sie.values import amount_text, day_text, quantity_text

TEXT_MAX = (
    8_000  # characters of one text: four of them, all escaped, still fit the line that we read ourselves
)
_BLOCK = 1 << 16
_FURTHER = {
    **dict.fromkeys("–—‐‑‒−", "-"),
    **dict.fromkeys("“”„«»″", '"'),
    **dict.fromkeys("‘’‚´′", "'"),
    **dict.fromkeys("\u00a0\u2009\u202f\u2007\u200b", " "),
    **{"…": "...", "€": "EUR", "§": "par.", "©": "(c)", "®": "(R)", "™": "(TM)", "×": "x", "÷": ":"},
    **{"•": "-", "ø": "ö", "Ø": "Ö", "œ": "oe", "Œ": "OE", "ð": "d", "þ": "th", "ł": "l", "Ł": "L", "đ": "d"},
    **{"Đ": "D", "ı": "i", "¹": "1", "³": "3", "ⁿ": "n", "‰": "o/oo"},
}


class SieWriter:
    """Writes one document: iterate for its bytes, then see `notes`.

    `vouchers` takes the place of the document's own, so that they can be streamed from a database.
    """

    def __init__(self, document: SieDocument, vouchers: Iterable[Voucher] | None = None) -> None:
        self._document = document
        self._vouchers = document.vouchers if vouchers is None else vouchers
        self._replaced: dict[str, int] = {}
        self._notes = Notebook()
        self._sum = 0

    @property
    def notes(self) -> tuple[Note, ...]:
        """What could not be written as it was; complete once all bytes were taken."""
        replaced = (
            Note("character_replaced", params={"text": c, "count": n, "proposal": _instead(c)})
            for c, n in self._replaced.items()
        )
        return (*self._notes.notes(), *replaced)

    def __iter__(self) -> Iterator[bytes]:
        block: list[bytes] = []
        size = 0
        for line in self._lines():
            block.append(line)
            size += len(line)
            if size > _BLOCK:
                yield b"".join(block)
                block, size = [], 0
        yield b"".join(block)

    def _lines(self) -> Iterator[bytes]:
        yield f"#FLAGGA {self._document.flag or '0'}\r\n".encode("ascii", "replace")
        yield b"#KSUMMA\r\n"
        for text in self._texts():
            line = text.encode(CP437)
            self._sum = zlib.crc32(summed(line), self._sum)
            yield line + b"\r\n"
        yield f"#KSUMMA {self._sum}\r\n".encode("ascii")

    def _texts(self) -> Iterator[str]:
        kind = self._document.type
        yield from self._head()
        yield from self._chart()
        if kind in ("3", "4E", "4I"):
            yield from self._dimensions()
        if kind != "4I":
            yield from self._balances()
        if kind == "4E":
            yield from map(_own_line, self._document.extras)
        if kind in ("4E", "4I"):
            for voucher in self._vouchers:
                yield from self._voucher(voucher)

    def _head(self) -> Iterator[str]:
        d = self._document
        yield self._line("PROGRAM", d.program, d.program_version)
        yield "#FORMAT PC8"
        if d.generated or d.generated_by:
            yield self._line("GEN", d.generated, d.generated_by)
        yield f"#SIETYP {d.type[:1]}"
        if d.comment:
            for comment in d.comment.split("\n"):
                yield self._line("PROSA", comment)
        company = d.company
        single = (
            ("FTYP", company.form),
            ("FNR", company.number),
            ("BKOD", company.branch),
        )
        for label, text in single:
            if text:
                yield self._line(label, text)
        org = (company.org_number, company.acquisition_number, company.activity_number)
        if any(org):
            yield self._line("ORGNR", *org)
        if company.address:
            at = company.address
            yield self._line("ADRESS", at.contact, at.street, at.postal, at.phone, keep=4)
        yield self._line("FNAMN", company.name)
        for year in d.years:
            yield f"#RAR {year.index} {day_text(year.start)} {day_text(year.end)}".rstrip()
        if d.tax_year:
            yield self._line("TAXAR", d.tax_year)
        if d.balances_until:
            yield f"#OMFATTN {day_text(d.balances_until)}"
        for label, text in (("KPTYP", d.chart), ("VALUTA", d.currency)):
            if text:
                yield self._line(label, text)

    def _chart(self) -> Iterator[str]:
        for account in self._document.accounts:
            yield f"#KONTO {account.number} {self._quoted(account.name)}"
            if account.kind:
                yield f"#KTYP {account.number} {account.kind}"
            if account.unit:
                yield f"#ENHET {account.number} {self._quoted(account.unit)}"
            for code in account.sru:
                yield f"#SRU {account.number} {self._plain(code)}"

    def _dimensions(self) -> Iterator[str]:
        for dimension in self._document.dimensions:
            number, name = self._plain(dimension.number), self._quoted(dimension.name)
            if dimension.parent:
                yield f"#UNDERDIM {number} {name} {self._plain(dimension.parent)}"
            else:
                yield f"#DIM {number} {name}"
        for thing in self._document.objects:
            number, name = self._quoted(thing.number), self._quoted(thing.name)
            yield f"#OBJEKT {self._plain(thing.dimension)} {number} {name}"

    def _balances(self) -> Iterator[str]:
        d = self._document
        for label, table in (("IB", d.opening), ("UB", d.closing), ("RES", d.results)):
            for balance in table:
                yield self._balance(label, balance)
        if d.type not in ("1", "2"):
            for label, table in (("OIB", d.object_opening), ("OUB", d.object_closing)):
                for balance in table:
                    yield self._balance(label, balance)
        if d.type != "1":
            for label, periods in (("PSALDO", d.period_balances), ("PBUDGET", d.budget)):
                for period in periods:
                    if d.type != "2" or not period.objects:
                        yield self._period(label, period)

    def _balance(self, label: str, b: Balance) -> str:
        objects = f" {self._objects(b.objects)}" if label in ("OIB", "OUB") else ""
        rest = f" {quantity_text(b.quantity)}" if b.quantity is not None else ""
        return f"#{label} {b.year} {b.account}{objects} {amount_text(b.amount)}{rest}"

    def _period(self, label: str, p: PeriodBalance) -> str:
        rest = f" {quantity_text(p.quantity)}" if p.quantity is not None else ""
        month = day_text(p.period)[:6]
        return (
            f"#{label} {p.year} {month} {p.account} {self._objects(p.objects)} {amount_text(p.amount)}{rest}"
        )

    def _voucher(self, v: Voucher) -> Iterator[str]:
        yield from map(_own_line, v.extras)
        head = f"#VER {self._quoted(v.series)} {self._quoted(v.number)} {day_text(v.date)}"
        yield head + self._rest(v.text, v.registered, v.sign)
        yield "{"
        history = sorted(v.history, key=lambda change: change.position)
        for position, row in enumerate(v.rows):
            while history and history[0].position <= position:
                change = history.pop(0)
                yield self._row("RTRANS" if change.added else "BTRANS", change.row)
            yield self._row("TRANS", row)
        for change in history:
            yield self._row("RTRANS" if change.added else "BTRANS", change.row)
        yield "}"

    def _row(self, label: str, row: Row) -> str:
        head = f"   #{label} {row.account} {self._objects(row.objects)} {amount_text(row.amount)}"
        if row.date is None and not row.text and row.quantity is None and not row.sign:
            return head
        return head + self._rest(row.date, row.text, row.quantity, row.sign)

    def _objects(self, objects: Objects) -> str:
        if not objects:
            return "{}"
        return "{" + " ".join(f"{self._plain(d)} {self._quoted(number)}" for d, number in objects) + "}"

    def _line(self, label: str, *values: object, keep: int = 1) -> str:
        """A line of texts and dates; empty ones at the end are left out, but for the first `keep`."""
        found = list(values)
        while len(found) > keep and found[-1] in ("", None):
            found.pop()
        return f"#{label}" + "".join(f" {self._value(v)}" for v in found)

    def _rest(self, *values: object) -> str:
        """The fields that may be left out at the end of a line."""
        found = list(values)
        while found and found[-1] in ("", None):
            found.pop()
        return "".join(f" {self._value(v)}" for v in found)

    def _value(self, value: object) -> str:
        if value is None:
            return '""'
        if isinstance(value, str):
            return self._quoted(value)
        return day_text(value) if hasattr(value, "month") else quantity_text(value)  # type: ignore[arg-type]

    def _plain(self, text: str) -> str:
        """A number or code without quotes; in quotes when it holds more than letters and digits."""
        return text if text.isascii() and text.isalnum() else self._quoted(text)

    def _quoted(self, text: str) -> str:
        if len(text) <= TEXT_MAX and survives(text):
            return f'"{text}"'
        if text.isascii() and text.isprintable() and len(text) <= TEXT_MAX and "\\" not in text:
            return f'"{text}"' if '"' not in text else '"' + text.replace('"', '\\"') + '"'
        return self._careful(text)

    def _careful(self, text: str) -> str:
        """A text that holds more than plain ASCII."""
        if len(text) > TEXT_MAX:
            self._notes.add("text_too_long", None, "", count=len(text), limit=TEXT_MAX)
            text = text[:TEXT_MAX]
        if any(map(_is_control, text)):
            self._notes.add("control_removed")
        for char in {c for c in text if not _writable(c) and not _is_control(c)}:
            self._replaced[char] = self._replaced.get(char, 0) + text.count(char)
        text = _transliterated(text)
        if text.endswith("\\"):
            self._notes.add("backslash_last")
            text += " "
        return '"' + text.replace('"', '\\"') + '"'


def written(text: str) -> str:
    """*text* in the characters that a SIE file can have."""
    found = _transliterated(text)
    return f"{found} " if found.endswith("\\") else found


def survives(text: str) -> bool:
    """Whether any reader of the file is sure to get *text* back as it is. A few that would are not told."""
    return _SURVIVING.fullmatch(text) is not None


def _transliterated(text: str) -> str:
    return "".join(" " if _is_control(c) else c if _writable(c) else _instead(c) for c in text)


def _own_line(extra: Extra) -> str:
    return f"#{extra.label} {' '.join(extra.fields)}"


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Zl", "Zp")


def _writable(char: str) -> bool:
    """Whether code page 437 has the character, where no reader takes it for another page's letter."""
    if char in _FURTHER:
        return False
    try:
        return char.encode(CP437)[0] not in UNLIKELY[CP437]
    except UnicodeEncodeError:
        return False


def _instead(char: str) -> str:
    """What is written for a character that cannot be: its letters without marks, or "?"."""
    if char in _FURTHER:
        return _FURTHER[char]
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    return "".join(c if c != char and _writable(c) else "?" for c in bare)


# Letters that stand where Windows-1252 has none of ours, and that are no beginning of UTF-8.
_CERTAIN = "".join(c for c in map(chr, range(0x80, 0x2600)) if _writable(c) and c.encode(CP437) < b"\xb0")
_PLAIN = "".join(c for c in map(chr, range(0x20, 0x7F)) if c not in '"\\{}')
_SURVIVING = re.compile(f"(?! )[{re.escape(_PLAIN + _CERTAIN)}]*(?<! )")


def write(document: SieDocument) -> tuple[bytes, tuple[Note, ...]]:
    """The whole document at once, and what could not be written as it was."""
    writer = SieWriter(document)
    return b"".join(writer), writer.notes
