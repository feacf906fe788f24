"""Bytes → code page. SIE says code page 437 (`#FORMAT PC8`); real files are also UTF-8 and Windows-1252.

The file is looked through once, block by block and in constant memory, until the answer is certain: one å in
the last line of a big file is still found. Valid UTF-8 that holds more than ASCII is UTF-8. Otherwise it is
the code page under which Swedish letters come out rather than box drawing. A file of pure ASCII is code page
437.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

BLOCK = 1 << 18
CP437, CP1252, UTF8 = "cp437", "cp1252", "utf-8"
_CERTAIN = 20_000  # so many letters against one that speaks otherwise: no need to look further
_STRAY = re.compile("[\udc80-\udcff]")  # bytes that are not UTF-8, as the decoder hands them on

# Letters that Swedish texts hold.
_LETTERS = {page: "åäöÅÄÖéÉüÜèà".encode(page) for page in (CP437, CP1252)}
# What hardly ever stands in a voucher's text. In 437: box drawing and Greek, but for ß and µ. In 1252: „ † ™
# ….
UNLIKELY = {
    CP437: bytes(b for b in [*range(0xB0, 0xF0), 0xF4, 0xF5, 0xF6] if b not in (0xE1, 0xE6)),
    CP1252: bytes.fromhex("81 83 84 86 87 88 8d 8e 8f 90 94 98 99 9a 9d"),
}
FILLING = b"\x00\x1a\xff"  # NUL, Ctrl-Z, and (char)EOF as a C program writes it

BOMS = {UTF8: codecs.BOM_UTF8, "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}


@dataclass(frozen=True, slots=True)
class Survey:
    """What the bytes of a file say: the code page to read it in, and where its content begins and ends.

    `start` and `end` leave out a byte order mark and the filling at the end. `nul_share` is the share of NUL
    bytes in the first block (`head`), `carriage_returns_only` that no line feed was seen.
    """

    encoding: str
    start: int
    end: int
    byte_order_mark: bool
    filled: bool
    carriage_returns_only: bool
    nul_share: float
    head: bytes


def single_byte_guess(high_bytes: Mapping[int, int]) -> str:
    """cp437 or cp1252: the one under which more Swedish letters and less box drawing come out."""

    def score(page: str) -> int:
        letters, unlikely = _LETTERS[page], UNLIKELY[page]
        return sum(
            n * (3 if byte in letters else -2 if byte in unlikely else 0) for byte, n in high_bytes.items()
        )

    return CP1252 if score(CP1252) > score(CP437) else CP437


def survey(stream: BinaryIO, size: int) -> Survey:
    """Look through a seekable stream of `size` bytes until its code page is certain, in constant memory."""
    stream.seek(0)
    head = stream.read(BLOCK)
    bom = next((name for name, mark in BOMS.items() if head.startswith(mark)), "")
    start = len(BOMS[bom]) if bom else 0
    end = _content_end(stream, start, size, FILLING if not bom.startswith("utf-16") else b"")
    line_feeds = returns = letters = strays = 0
    high: Counter[int] = Counter()
    decoder = codecs.getincrementaldecoder(UTF8)("surrogateescape")
    stream.seek(start)
    left = end - start
    while left > 0 and (block := stream.read(min(BLOCK, left))):
        left -= len(block)
        line_feeds += block.count(b"\n")
        returns += block.count(b"\r")
        if block.isascii() and not decoder.getstate()[0]:
            continue
        text = decoder.decode(block, left <= 0)
        stray = _STRAY.findall(text)
        strays += len(stray)
        letters += len(text) - len(text.encode("ascii", "ignore")) - len(stray)
        high.update(ord(c) - 0xDC00 for c in stray)
        if max(letters, strays) > _CERTAIN * (1 + min(letters, strays)):
            break
    # Pure ASCII has neither letters nor strays: any code page gives the same, and PC8 is what the standard
    # says.
    encoding = bom or (UTF8 if letters > strays else single_byte_guess(high))
    return Survey(
        encoding=encoding,
        start=start,
        end=end,
        byte_order_mark=bom == UTF8,
        filled=end < size,
        carriage_returns_only=returns > 0 and line_feeds == 0,
        nul_share=head.count(0) / len(head) if head else 0.0,
        head=head[start:],
    )


def _content_end(stream: BinaryIO, start: int, size: int, filling: bytes) -> int:
    """Where the content ends.

    Before filling and blank space at the end of the file, if there is any filling.
    """
    end = size
    while end > start:
        at = max(start, end - BLOCK)
        stream.seek(at)
        tail = stream.read(end - at)
        bare = tail.rstrip(filling + b"\r\n\t ")
        if bare:
            rest = tail[len(bare) :]
            return at + len(bare) if end < size or any(c in filling for c in rest) else size
        end = at
    return start


def decode(block: bytes, encoding: str) -> tuple[str, dict[int, str]]:
    """The text of whole lines; and of lines that are not in `encoding`: which line → its code page.

    A byte without meaning becomes U+FFFD. In code page 437 the byte 0x15 is §, not a control character.
    """
    if encoding != UTF8:
        text = block.decode(encoding, "replace")
        return (text.replace("\x15", "§") if encoding == CP437 else text), {}
    try:
        return block.decode(UTF8), {}
    except UnicodeDecodeError:
        pass  # some of the lines are not UTF-8: each is looked at by itself
    lines: list[str] = []
    others: dict[int, str] = {}
    for index, line in enumerate(block.split(b"\n")):
        try:
            lines.append(line.decode(UTF8))
        except UnicodeDecodeError:
            others[index] = single_byte_guess(Counter(line))
            lines.append(line.decode(others[index], "replace"))
    return "\n".join(lines), others
