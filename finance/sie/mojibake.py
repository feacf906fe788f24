"""Texts that another program read in the wrong code page: `tj„nster`, `f”rening`, `†rs`, `fÃ¶rening`.

The letters are still there, only under another sign, so they can be brought back exactly. This is proposed,
and done only when asked for: a text may really hold a „ or a †.
"""

from __future__ import annotations

import re

_SWEDISH = "åäöÅÄÖéÉüÜ"


def _as(page: str, read_as: str) -> dict[str, str]:
    """What each Swedish letter written in `page` looks like when read as `read_as`: sign → letter."""
    signs = {}
    for letter in _SWEDISH:
        data = letter.encode(page)
        # Windows leaves five bytes of its page without a sign; programs then show the C1 character.
        signs["".join(_sign(byte, read_as) for byte in data)] = letter
    return signs


def _sign(byte: int, page: str) -> str:
    try:
        return bytes([byte]).decode(page)
    except UnicodeDecodeError:
        return chr(byte)


_DOS_IN_WINDOWS = _as("cp437", "cp1252")
_WINDOWS_IN_DOS = _as("cp1252", "cp437")
_UTF8_IN_WINDOWS = _as("utf-8", "cp1252")
_UTF8_IN_DOS = _as("utf-8", "cp437")
# Two signs for one letter are seldom chance; one sign may be, so it must touch a letter.
_PAIRS = {**_UTF8_IN_WINDOWS, **_UTF8_IN_DOS}
_SINGLES = {**_DOS_IN_WINDOWS, **_WINDOWS_IN_DOS}
del _SINGLES["š"]  # Ü is rare, and š stands in names: Miloš, Tomašević
_LETTER = "A-Za-zåäöÅÄÖ"


def _any(signs: dict[str, str]) -> str:
    return "|".join(re.escape(s) for s in sorted(signs, key=len, reverse=True))


_ONE = f"[{re.escape(''.join(_SINGLES))}]"
# ”, ™, † and ‚ also end words in sound texts: after a letter they count only before another letter. At the
# beginning of a word any of them but ” counts before a small letter (†rs, „ldre, ™vning). † at the end of a
# word counts in the small words that every other text has (p†); elsewhere it may follow the name of a dead.
_SMALL_WORDS = "p|s|f|g|m|n|d|r|st|sl|tv|sm|bl|gr|ocks"
_SIGN = re.compile(
    f"(?:{_any(_PAIRS)})"
    f"|(?<=[{_LETTER}])(?:{_ONE})+(?=[{_LETTER}])"
    f'|(?<![^\\s"({{])(?!”){_ONE}(?=[a-zåäö0-9])'
    f"|(?<=[a-zåäö])[{re.escape(''.join(_WINDOWS_IN_DOS))}]"
    f"|(?<![{_LETTER}])(?i:{_SMALL_WORDS})†(?![{_LETTER}])"
)
_QUICK = re.compile(f"[{re.escape(''.join(sorted({*''.join(_PAIRS), *_SINGLES})))}]")


def may_hold(text: str) -> bool:
    """Whether the text holds any sign at all that could be such a letter: a quick look at a whole block."""
    return _QUICK.search(text) is not None


def mended(text: str) -> str:
    """The text with such letters brought back; the same text when there are none."""
    return _SIGN.sub(_letters, text)


def _letters(match: re.Match[str]) -> str:
    found = match[0]
    return _PAIRS.get(found) or "".join(_SINGLES.get(sign, sign) for sign in found)


def suspects(line: str) -> list[tuple[str, str]]:
    """The fields of a line that look so (texts in quotes, else words), each with the proposed mend."""
    if mended(line) == line:
        return []
    parts = line.split('"') if '"' in line else line.split()
    return [(part.strip(), mended(part).strip()) for part in parts if mended(part) != part]
