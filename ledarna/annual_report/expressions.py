"""What a writer puts between double braces, found in the text before anything else reads it.

``{{ finance.result | abs }}`` has a name and formats, ``{{ table notes }}`` a kind and a name. Each is
taken out of the text together with its place, and leaves a mark of two characters that no keyboard
has, so that Markdown takes it for a word. No template engine sees what people write.
"""

import re
from dataclasses import dataclass

OPENS, CLOSES = "\ue000", "\ue001"
"""Characters of Unicode's private use, around the number of an expression."""

MARK = re.compile(f"{OPENS}(\\d+){CLOSES}")
_BRACES = re.compile(r"\{\{(?P<inner>[^{}\n]*)\}\}|\{\{")
_BLOCK = re.compile(r"(?P<kind>table|chart)\s+(?P<name>\S+)")


@dataclass(frozen=True)
class Written:
    """An expression as it was written, and where: line and column count from 1.

    ``kind`` is ``figure``, ``table``, ``chart``, or ``open`` where the braces do not close on their line.
    """

    source: str
    line: int
    column: int
    kind: str
    name: str = ""
    formats: tuple[str, ...] = ()


def find(body: str) -> tuple[str, list[Written]]:
    """*body* with a mark in place of each expression, and the expressions that the marks number."""
    found: list[Written] = []

    def taken_out(match: re.Match[str]) -> str:
        before = body[: match.start()]
        line, column = before.count("\n") + 1, match.start() - (before.rfind("\n") + 1) + 1
        found.append(_read(match, line, column))
        return f"{OPENS}{len(found) - 1}{CLOSES}"

    body = body.replace("\r\n", "\n").replace(OPENS, "\ufffd").replace(CLOSES, "\ufffd")
    return _BRACES.sub(taken_out, body), found


def _read(match: re.Match[str], line: int, column: int) -> Written:
    if match["inner"] is None:
        return Written(match[0], line, column, "open")
    inner = match["inner"].strip()
    if block := _BLOCK.fullmatch(inner):
        return Written(match[0], line, column, block["kind"], block["name"])
    name, *formats = (part.strip() for part in inner.split("|"))
    return Written(match[0], line, column, "figure", name, tuple(formats))
