"""Writing the package: a ZIP whose bytes follow from the facts alone.

The same facts give the same bytes: files come in a fixed order, carry no time of their own, and speak
Swedish whoever asks for them. Every file is written as it is derived, so that memory does not grow with
the number of vouchers.
"""

import hashlib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO

from django.utils import translation

from finance.models import FiscalYear
from finance.streams import snapshot
from ledarna.package.contents import Facts, Part, parts

MANIFEST = "MANIFEST.sha256"
LANGUAGE = "sv"
NO_TIME = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644 << 16
CHUNK = 1 << 20


@dataclass(frozen=True)
class Written:
    """A file of the package: its name, its SHA-256, its size in bytes."""

    name: str
    sha256: str
    size: int


class _Digested:
    """A file that is written to, and the digest of what was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)


def write_package(
    year: FiscalYear, file: IO[bytes], progress: Callable[[str, int, int], None] = lambda *_: None
) -> list[Written]:
    """Write the package of *year* to *file*, which can be sought in; what was written, in its order.

    All of it is of one moment. *progress* is told of each file that begins: its name, how many were
    written, how many there will be.
    """
    written: list[Written] = []
    facts = Facts(year)
    with translation.override(LANGUAGE), snapshot(), zipfile.ZipFile(file, "w") as package, facts.ending:
        all_parts = parts(facts)
        for number, part in enumerate(all_parts):
            progress(part.name, number, len(all_parts))
            written.append(_write(package, part))
        lines = "".join(f"{one.sha256}  {one.name}\n" for one in sorted(written, key=lambda one: one.name))
        written.append(_write(package, Part(MANIFEST, lambda: [lines.encode()])))
        progress(MANIFEST, len(all_parts), len(all_parts))
    return written


def _write(package: zipfile.ZipFile, part: Part) -> Written:
    entry = zipfile.ZipInfo(part.name, NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = READABLE
    entry.create_system = 3  # Unix, wherever it is written
    with package.open(entry, "w", force_zip64=True) as file:
        digested = _Digested(file)
        for block in _blocks(part.content()):
            digested.write(block)
    return Written(part.name, digested.digest.hexdigest(), digested.size)


def _blocks(content: Iterable[bytes]) -> Iterator[bytes]:
    """*content* in blocks of some size: one line at a time would compress slowly."""
    block = bytearray()
    for piece in content:
        block += piece
        if len(block) >= CHUNK:
            yield bytes(block)
            block.clear()
    yield bytes(block)
