"""PDF through Typst: a template of ours, and data that can never become code.

Templates are in ``templates/typst``. The data goes in as JSON that the template reads as strings and
numbers, so that no text of a voucher is ever taken for markup. The compiler checks what it writes
against PDF/A-2a (kept for long) and PDF/UA-1 (read by everybody), and the same data at the same moment
gives the same bytes. Nothing is fetched: fonts are those of the compiler, packages there are none.

The compiler keeps what it has set in memory, for as long as the process lives: what is long is set by a
process of its own (``pdf_apart``, or ``python -m ledarna.pdf TEMPLATE DAY`` with the data as JSON).
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

import typst

BASE = Path(__file__).resolve().parents[1]
TEMPLATES = BASE / "templates" / "typst"
STANDARDS: Final = ("1.7", "a-2a", "ua-1")

UNSHOWN = re.compile(r'the text `(".+?")` could not be displayed')
NO_SIGN = "\ufffd"
"""Stands where the fonts have no sign for what was written, so that it is seen that something was."""
NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ue000-\uf8ff\ufffe\uffff\U000f0000-\U0010ffff]")
"""Signs that control a terminal, and those that mean what somebody agreed on in private (PDF/A takes neither)."""
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


def pdf_apart(template: str, data: Mapping[str, Any], day: date) -> bytes:
    """What ``pdf`` gives, by a process that ends with it, and with it the memory that the compiler took.

    Raises RuntimeError where the compiler refuses.
    """
    done = subprocess.run(
        [sys.executable, "-m", "ledarna.pdf", template, day.isoformat()],
        input=json.dumps(data, ensure_ascii=False).encode(),
        capture_output=True,
        cwd=BASE,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    return done.stdout


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
