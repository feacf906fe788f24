"""PDF through Typst: a template of ours, and data that can never become code.

Templates are in ``templates/typst``. The data goes in as JSON that the template reads as strings and
numbers, so that no text of a voucher is ever taken for markup. The compiler checks what it writes
against PDF/A-2a (kept for long) and PDF/UA-1 (read by everybody), and the same data at the same moment
gives the same bytes. Nothing is fetched: fonts are those of the compiler, packages there are none.

The compiler keeps what it has set in memory, for as long as the process lives: what is long is set in parts by
processes of their own (``pdfs_apart``, or ``python -m ledarna.pdf TEMPLATE DAY`` with the data as JSON).
"""

import json
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Generator, Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, Final

import typst

BASE = Path(__file__).resolve().parents[1]
TEMPLATES = BASE / "templates" / "typst"
STANDARDS: Final = ("1.7", "a-2a", "ua-1")

UNSHOWN = re.compile(r'the text `(".+?")` could not be displayed')
NO_SIGN = "\ufffd"
"""Stands where the fonts have no sign for what was written, so that it is seen that something was."""
NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff]")
"""Signs that control a terminal, and those that mean what somebody agreed on in private (PDF/A takes neither)."""
MOST_AT_ONCE = 4
"""A process takes some 200 MB for what is long: more of them would be quicker than a small machine has memory for."""
ATTEMPTS = 5
"""The compiler names some of the signs that it cannot show, not all at once."""


def pdf(template: str, data: Mapping[str, Any], day: date) -> bytes:
    """The PDF that *template* makes of *data*, dated *day*.

    Signs that no font has, such as emoji, become U+FFFD: the standards ask for a sign for every text.
    Raises RuntimeError where the compiler refuses, which only a fault in the template can cause.
    """
    text = json.dumps(_of_signs(data), ensure_ascii=False)
    for _attempt in range(ATTEMPTS):
        try:
            return _compiled(template, text, day)
        except typst.TypstError as error:
            unshown = {sign for found in UNSHOWN.findall(str(error.diagnostic)) for sign in _signs(found)}
            if not unshown:
                raise
            text = text.translate(dict.fromkeys(map(ord, unshown), NO_SIGN))
    return _compiled(template, text, day)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pdfs_apart(
    template: str, documents: Iterable[Mapping[str, Any]], day: date, at_once: int | None = None
) -> Generator[bytes, None, None]:
    """What ``pdf`` gives of each of *documents*, in their order, each by a process that ends with it.

    *at_once* of them are under way at the most; as many as there are processors, unless it is said. A
    document is read when its turn comes, so that no more of them are held. Close what is not read to its
    end: that ends what is under way. Raises RuntimeError, with the title of the document, where the
    compiler refuses.
    """
    at_once = at_once or min(processors(), MOST_AT_ONCE)
    under_way: deque[_Apart] = deque()
    try:
        for data in documents:
            done = under_way.popleft().content() if len(under_way) == at_once else None
            under_way.append(_Apart(template, data, day))
            if done is not None:
                yield done
        while under_way:
            yield under_way.popleft().content()
    finally:
        for apart in under_way:
            apart.end()


class _Apart:
    """A document that a process of its own sets. What it reads and writes are files, so that it waits for nobody."""

    def __init__(self, template: str, data: Mapping[str, Any], day: date) -> None:
        self._title = data.get("title", template)
        self._written, self._told = TemporaryFile(), TemporaryFile()  # noqa: SIM115 - end() closes them
        with TemporaryFile() as given:
            given.write(json.dumps(data, ensure_ascii=False).encode())
            given.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ledarna.pdf", template, day.isoformat()],
                stdin=given,
                stdout=self._written,
                stderr=self._told,
                cwd=BASE,
            )

    def content(self) -> bytes:
        """The PDF, when it is there."""
        try:
            code = self._process.wait()
            if code:
                raise RuntimeError(f"{self._title}: {_whole(self._told).decode(errors='replace') or code}")
            return _whole(self._written)
        finally:
            self.end()

    def end(self) -> None:
        """End the process, if it has not ended by itself."""
        self._process.kill()
        self._process.wait()
        self._written.close()
        self._told.close()


def _whole(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


def _signs(quoted: str) -> set[str]:
    """The signs of a text as the compiler quotes it, ``"\\u{1f600}"``, but for those that every font has.

    The compiler names what stands together, such as a space and what modifies it. JSON itself is made
    of ASCII, which is left alone.
    """
    plain = re.sub(r"\\u\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), quoted[1:-1])
    return {sign for sign in plain if not sign.isascii()}


def _of_signs(value: Any) -> Any:
    """*value*, with what is no sign for people in its texts shown as missing."""
    if isinstance(value, str):
        return NO_TEXT.sub(NO_SIGN, value)
    if isinstance(value, Mapping):
        return {key: _of_signs(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_of_signs(part) for part in value]
    return value


def _compiled(template: str, text: str, day: date) -> bytes:
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        sys_inputs={"data": text},
        ignore_system_fonts=True,
        pdf_standards=list(STANDARDS),
        timestamp=datetime.combine(day, time.min, UTC),
        package_path=str(TEMPLATES / "packages"),
        package_cache_path=str(TEMPLATES / "packages"),
    )


if __name__ == "__main__":
    template, day = sys.argv[1:]
    sys.stdout.buffer.write(pdf(template, json.load(sys.stdin.buffer), date.fromisoformat(day)))
