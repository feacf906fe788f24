"""Where the bytes come from, and whether they are a SIE 1–4 file at all.

A source is bytes, a path, or a binary stream. A stream that cannot seek is copied to a temporary file first
(in memory while it is small), because the code page is found by looking at the whole before reading.
"""

from __future__ import annotations

import codecs
import io
import re
import tempfile
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import BinaryIO, cast

from finance.sie.encoding import Survey, survey
from finance.sie.labels import LABELS
from finance.sie.notes import NotSie, SieLimit

Source = bytes | str | PathLike[str] | BinaryIO

_SPOOL = 8 << 20
_MARKUP = re.compile(rb"<(\?xml|!doctype\s+html|html|head|body|\w)", re.IGNORECASE)
_SIE5 = re.compile(rb"<(\w+:)?Sie(Entry)?[\s>]|www\.sie\.se/sie5", re.IGNORECASE)
_FILES = (
    (b"PK\x03\x04", "archive"),
    (b"\xd0\xcf\x11\xe0", "archive"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "binary"),
    (b"\x89PNG", "binary"),
    (b"\xff\xd8\xff", "binary"),
)
_LABEL = re.compile(
    rb"^[ \t]*#(" + "|".join(sorted(LABELS)).encode() + rb")(?![A-Z0-9])", re.IGNORECASE | re.MULTILINE
)


def open_source(source: Source, closing: ExitStack, limit: int) -> tuple[BinaryIO, int]:
    """A seekable stream and its size. Raises SieLimit when it is larger than `limit` bytes."""
    stream: BinaryIO
    if isinstance(source, bytes | bytearray):
        stream = io.BytesIO(source)
    elif isinstance(source, str | PathLike):
        stream = closing.enter_context(Path(source).open("rb"))  # noqa: SIM115 (the stack closes it)
    elif source.seekable():
        stream = source
    else:
        spool = closing.enter_context(tempfile.SpooledTemporaryFile(_SPOOL))  # noqa: SIM115 (the stack closes it)
        _copy(source, cast(BinaryIO, spool), limit)
        stream = cast(BinaryIO, spool)
    size = stream.seek(0, io.SEEK_END)
    if size > limit:
        raise _too_large(limit)
    return stream, size


def _copy(source: BinaryIO, target: BinaryIO, limit: int) -> None:
    left = limit + 1
    while left > 0 and (block := source.read(min(left, 1 << 20))):
        target.write(block)
        left -= len(block)
    if left <= 0:
        raise _too_large(limit)


def _too_large(limit: int) -> SieLimit:
    return SieLimit("file_too_large", limit=limit >> 20)


def recognise(stream: BinaryIO, size: int, closing: ExitStack) -> tuple[BinaryIO, Survey, bool]:
    """The stream to read, what its bytes say, and whether it was UTF-16.

    Raises NotSie when it is something else.
    """
    seen = survey(stream, size)
    if seen.start >= seen.end:
        raise NotSie("empty")
    if seen.encoding.startswith("utf-16"):
        narrow = _from_utf16(stream, seen, closing)
        stream, seen, _again = recognise(narrow, narrow.seek(0, io.SEEK_END), closing)
        return stream, seen, True
    head = seen.head.lstrip(b"\r\n\t \x00")
    for magic, code in _FILES:
        if head.startswith(magic):
            raise NotSie(code)
    if _MARKUP.match(head):
        if _SIE5.search(head):
            raise NotSie("sie5")
        raise NotSie(
            "xml" if head[:5].lower() == b"<?xml" and b"<html" not in head[:2000].lower() else "html"
        )
    lines = head.replace(b"\r", b"\n").replace(b"\x00", b"")
    if not _LABEL.search(lines):
        raise NotSie("binary" if seen.nul_share > 0.05 or _is_binary(head) else "no_labels")
    return stream, seen, False


def _is_binary(head: bytes) -> bool:
    """Whether more than a tenth of the bytes are control characters."""
    sample = head[:4096]
    controls = len(sample) - len(sample.translate(None, bytes([*range(9), *range(14, 32), 127])))
    return controls * 10 > len(sample)


def _from_utf16(stream: BinaryIO, seen: Survey, closing: ExitStack) -> BinaryIO:
    """The same text in UTF-8, in a temporary file."""
    spool = closing.enter_context(tempfile.SpooledTemporaryFile(_SPOOL))  # noqa: SIM115 (the stack closes it)
    stream.seek(seen.start)
    decoder = codecs.getincrementaldecoder(seen.encoding)("replace")
    while block := stream.read(1 << 18):
        spool.write(decoder.decode(block).encode("utf-8", "replace"))
    return cast(BinaryIO, spool)
