"""#KSUMMA: the standard's check sum, a CRC-32 over the lines between the first #KSUMMA and the last.

Summed are the bytes of label and fields one after the other, without separators, braces and quotes; `\\"`
counts as `"`. Confirmed on real files; the generator is that of `zlib.crc32`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

_LEFT_OUT = b" \t{}"


def summed(line: bytes) -> bytes:
    """The bytes of one line that go into the sum."""
    if b'"' not in line:
        return line.translate(None, _LEFT_OUT)
    parts = line.replace(b'\\"', b"\x00").split(b'"')
    bare = [part if i & 1 else part.translate(None, _LEFT_OUT) for i, part in enumerate(parts)]
    return b"".join(bare).replace(b"\x00", b'"')


@dataclass(slots=True)
class Checksum:
    """Follows a file's lines.

    `begun` and `ended` are line numbers, `stated` the text of the closing #KSUMMA.
    """

    value: int = 0
    begun: int = 0
    ended: int = 0
    stated: str = ""
    unasked: bool = False

    @property
    def running(self) -> bool:
        """Whether lines are being summed."""
        return bool(self.begun) and not self.ended

    def feed(self, lines: list[bytes], first: int) -> None:
        """Take in lines, of which the first has the number `first`; cheap while no #KSUMMA was met."""
        part: list[bytes] = []
        for number, line in enumerate(lines, first):
            if line.lstrip()[:7].upper() == b"#KSUMMA":
                self._label(line.strip()[7:].strip().strip(b'"'), number, part)
                part = []
            elif self.running:
                part.append(summed(line))
        if part:
            self.value = zlib.crc32(b"".join(part), self.value)

    def _label(self, rest: bytes, number: int, part: list[bytes]) -> None:
        if self.running:
            self.value = zlib.crc32(b"".join(part), self.value)
            self.ended, self.stated = number, rest.decode("ascii", "replace")
        elif not self.begun:
            self.begun = number
            if rest:
                self.ended, self.stated, self.unasked = number, rest.decode("ascii", "replace"), True
