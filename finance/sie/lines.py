"""Bytes → lines → fields, in constant memory.

`Lines` gives the file's logical lines with their numbers: decoded, without blanks at either end, without
control characters and empty lines, and joined where a quoted text goes on over several lines. `fields` takes
one line apart. Line ends are CR LF, LF or CR.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from finance.sie import mojibake
from finance.sie.checksum import Checksum
from finance.sie.encoding import BLOCK, Survey, decode
from finance.sie.notes import Notebook, SieLimit

_BLANKS = " \t"
# Control characters are forbidden (SIE 4B, 5.7), but for the tab; § of code page 437 (0x15) was decoded
# before.
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 32), 127])
_CONTROL = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]")
_JOINED_MAX = 20  # lines that one text may go on over
_LOST = "\ufffd"
_STARTS = ("#", "{", "}")


class Lines:
    """The logical lines of a file.

    Notes oddities of bytes and lines as it goes; `checksum` follows #KSUMMA.
    """

    def __init__(
        self, stream: BinaryIO, seen: Survey, notebook: Notebook, *, line_limit: int, mend: bool
    ) -> None:
        self._stream, self._seen, self._notes = stream, seen, notebook
        self._limit, self._mend = line_limit, mend
        self._suspect: tuple[int, str, str] | None = None
        self._suspected_before = False
        self.checksum = Checksum()
        self.bytes_read = 0
        self._next = 1  # the number of the first line not yet given

    def __iter__(self) -> Iterator[tuple[int, str]]:
        held: tuple[int, str] | None = None  # a line whose last text was not closed
        joined = 0
        for first, lines in self._decoded():
            for number, raw in enumerate(lines, first):
                line = raw.strip(_BLANKS)
                if not line:
                    continue
                if held is not None:
                    if (
                        not line.startswith(_STARTS)
                        and joined < _JOINED_MAX
                        and len(held[1]) + len(line) < self._limit
                    ):
                        held, joined = (held[0], f"{held[1]} {line}"), joined + 1
                        if '"' not in line or quote_is_open(held[1]):
                            continue
                        self._notes.add("text_over_lines", held[0], label_of(held[1]), text=held[1])
                        yield held
                        held = None
                        continue
                    yield held
                    held = None
                if line.count('"') & 1 and quote_is_open(line):
                    held, joined = (number, line), 0
                    continue
                yield number, line
        if held is not None:
            yield held

    def _decoded(self) -> Iterator[tuple[int, list[str]]]:
        """The lines of one block after another, with the number of the first."""
        for block in self._blocks():
            first = self._next
            if self.checksum.running or b"#KSUMMA" in block.upper():
                self.checksum.feed(block.split(b"\n"), first)
            dirty = len(block.translate(None, _CONTROLS)) != len(block)
            text, others = decode(block, self._seen.encoding)
            lines = text.split("\n")
            if len(text) > self._limit:
                self._refuse_long(lines, first)
            if dirty or not text.isascii():
                for index, page in others.items():
                    self._notes.add(
                        "mixed_encoding", first + index, encoding=self._seen.encoding, fallback=page
                    )
                lines = self._looked_at(lines, first, dirty)
            self._next += len(lines)
            yield first, lines

    def _blocks(self) -> Iterator[bytes]:
        """Blocks of whole lines, the last line end of each cut away, line ends made LF."""
        self._stream.seek(self._seen.start)
        left = self._seen.end - self._seen.start
        rest = b""
        while left > 0 and (data := self._stream.read(min(BLOCK, left))):
            left -= len(data)
            self.bytes_read = self._seen.end - left
            data = rest + data
            cut = max(data.rfind(b"\n"), data.rfind(b"\r", 0, -1)) + 1
            if left <= 0:
                cut = len(data)
            if not cut:
                if len(data) > self._limit + BLOCK:
                    raise SieLimit("line_over_limit", self._next, limit=self._limit)
                rest = data
                continue
            block, rest = data[:cut], data[cut:]
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block
            yield block[:-1] if block.endswith(b"\n") else block

    def _refuse_long(self, lines: list[str], first: int) -> None:
        if max(map(len, lines)) > self._limit:
            at = next(i for i, line in enumerate(lines) if len(line) > self._limit)
            raise SieLimit("line_over_limit", first + at, limit=self._limit)

    def _looked_at(self, lines: list[str], first: int, dirty: bool) -> list[str]:
        """The lines of a block that holds more than plain ASCII.

        Controls removed, lost letters and mojibake noted.
        """
        clean = []
        for number, line in enumerate(lines, first):
            if dirty and _CONTROL.search(line):
                self._notes.add("control_characters", number)
                line = _CONTROL.sub("", line)
            if not line.isascii():
                if _LOST in line:
                    self._notes.add("letters_lost", number, label_of(line), text=line)
                if mojibake.may_hold(line):
                    line = self._suspected(line, number)
            clean.append(line)
        return clean

    def _suspected(self, line: str, number: int) -> str:
        """Note fields that look as if read in the wrong code page (two or more); mend them when asked for."""
        for text, proposal in mojibake.suspects(line):
            if self._mend:
                self._notes.add("wrong_code_page_mended", number, text=text, proposal=proposal)
                continue
            if self._suspect is not None:
                if not self._suspected_before:
                    at, seen, mend = self._suspect
                    self._notes.add("wrong_code_page", at, text=seen, proposal=mend)
                    self._suspected_before = True
                self._notes.add("wrong_code_page", number, text=text, proposal=proposal)
            self._suspect = self._suspect or (number, text, proposal)
        return mojibake.mended(line) if self._mend else line


def label_of(line: str) -> str:
    """The label a line begins with, "#KONTO"; "" when it begins with none."""
    bare = line.lstrip(_BLANKS)
    return bare.split(None, 1)[0][:20] if bare.startswith("#") and bare != "#" else ""


def quote_is_open(line: str) -> bool:
    """Whether the last text of the line is opened and not closed."""
    return "quote_not_closed" in fields(line).oddities


@dataclass(slots=True)
class Fields:
    """The fields of a line: a text (str) or an object list (tuple of its elements).

    `opens`, `closes`: a brace of a voucher's block stands at the end of the line. `oddities`: codes of
    `notes.CATALOGUE` with the text they speak of.
    """

    values: list[str | tuple[str, ...]]
    opens: bool
    closes: bool
    oddities: dict[str, str]


_WORD = re.compile(r"[^ \t{}]+")
_SPLIT = re.compile("[ \t]+")
_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^ \t"]+)')


def simple_fields(line: str) -> list[str] | None:
    """The fields of a line without braces, escapes and stray quotes; else None: `fields` can read it."""
    if "{" in line or "}" in line or "\\" in line:
        return None
    if '"' not in line:
        return line.split() if line.isascii() else _SPLIT.split(line)
    parts = line.split('"')
    last = len(parts) - 1
    if last & 1:
        return None
    found: list[str] = []
    for i, part in enumerate(parts):
        if i & 1:
            found.append(part)
        elif part:
            if (i and part[0] not in _BLANKS) or (i < last and part[-1] not in _BLANKS):
                return None
            if not part.isspace():
                found += part.split() if part.isascii() else _SPLIT.split(part.strip(_BLANKS))
        elif 0 < i < last:
            return None  # two texts with nothing between them
    return found


def fields(line: str) -> Fields:
    """Take any line apart; never fails. What is odd about it is in `oddities`."""
    simple = simple_fields(line)
    if simple is not None:
        return Fields(list(simple), False, False, {})
    return _Taker(line).take()


class _Taker:
    """Takes one line apart, character by character only where it must."""

    def __init__(self, line: str) -> None:
        self.line, self.at = line, 0
        self.values: list[str | tuple[str, ...]] = []
        self.oddities: dict[str, str] = {}
        self.opens = self.closes = False
        self.quoted_from: tuple[int, int] | None = (
            None  # index in values and place in line of the last quoted text
        )

    def take(self) -> Fields:
        line, end = self.line, len(self.line)
        while self.at < end:
            char = line[self.at]
            if char in _BLANKS:
                self.at += 1
            elif char == '"':
                self.quoted_from = len(self.values), self.at + 1
                self.values.append(self._quoted())
            elif char == "{":
                self._list()
            elif char == "}":
                if line[self.at + 1 :].strip(_BLANKS):
                    self.oddities["brace_stray"] = line
                else:
                    self.closes = True
                self.at += 1
            else:
                self._word()
        return Fields(self.values, self.opens, self.closes, self.oddities)

    def _word(self) -> None:
        match = _WORD.match(self.line, self.at)
        assert match is not None  # the caller saw a character that is neither blank nor brace
        word, begin, self.at = match[0], match.start(), match.end()
        if word.endswith('"') and self.quoted_from is not None:
            # `"F"rskott till Lind" Park"`: the text before was not at its end; all since then belongs to it.
            index, place = self.quoted_from
            if not any(isinstance(v, tuple) for v in self.values[index:]):
                text = self.line[place : begin + len(word) - 1].replace('\\"', '"')
                self.values[index:] = [text]
                self.oddities["quote_unescaped"] = text
                return
        self.values.append(word)

    def _quoted(self) -> str:
        """The quoted text that begins at `at`.

        A quote before a blank, a brace or the line's end closes it.
        """
        line, end = self.line, len(self.line)
        begin = place = self.at + 1
        escaped_last = -1
        doubled = False
        while True:
            place = line.find('"', place)
            if place < 0:
                break
            if place > begin and line[place - 1] == "\\":
                escaped_last = place
                place += 1
                continue
            follows = line[place + 1 : place + 2]
            if follows == "" or follows in " \t{}":
                self.at = place + 1
                return self._text(line[begin:place], doubled)
            if follows == '"' and place > begin:
                doubled = True
                place += 2
                if place >= end:
                    break
                continue
            self.oddities["quote_unescaped"] = line[begin:]
            place += 1
        self.at = end
        if escaped_last >= 0 and not line[escaped_last + 1 :].strip(_BLANKS):
            return self._text(line[begin:escaped_last], doubled)  # "C:\books\" ends with a backslash
        self.oddities["quote_not_closed"] = line[begin:]
        return self._text(line[begin:], doubled)

    def _text(self, raw: str, doubled: bool) -> str:
        text = raw.replace('\\"', '"')
        if doubled and '""' in text:
            text = text.replace('""', '"')
            self.oddities["quote_unescaped"] = text
        return text

    def _list(self) -> None:
        """The object list that begins at `at`; a brace with nothing after it opens a voucher's block."""
        line = self.line
        close = self._list_end()
        if close < 0:
            if line[self.at + 1 :].strip(_BLANKS):
                self.oddities["brace_not_closed"] = line
            else:
                self.opens = True
            self.at = len(line)
            return
        raw = line[self.at + 1 : close]
        if "{" in _ELEMENT.sub(lambda m: m[2] or "", raw):
            self.oddities["brace_nested"] = line
        self.values.append(elements(raw))
        self.at = close + 1

    def _list_end(self) -> int:
        """Where the } of the list is, quotes left out of account; -1 when there is none."""
        inside = False
        for place in range(self.at + 1, len(self.line)):
            char = self.line[place]
            if char == '"' and self.line[place - 1] != "\\":
                inside = not inside
            elif char == "}" and not inside:
                return place
        return self.line.find("}", self.at)


def elements(raw: str) -> tuple[str, ...]:
    """The elements of an object list, quoted or not: `1 "Nord"` → ("1", "Nord")."""
    if '"' not in raw:
        return tuple(raw.split())
    return tuple(m[1].replace('\\"', '"') if m[1] is not None else m[2] for m in _ELEMENT.finditer(raw))
