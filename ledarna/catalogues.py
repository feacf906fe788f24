"""The message catalogues, made ready for use: each ``.po`` compiled to the ``.mo`` that Django reads.

Done with Babel, so that no machine needs GNU gettext. Run it as ``python -m ledarna.catalogues``.
"""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po


def compile_catalogues(root: Path) -> list[Path]:
    """Compile each catalogue under *root* that is newer than its compiled form; return those.

    Raises ValueError, naming the file and the line, where one cannot be read.
    """
    places = ("locale/*/LC_MESSAGES/*.po", "*/locale/*/LC_MESSAGES/*.po")
    stale = [source for place in places for source in sorted(root.glob(place)) if _is_stale(source)]
    for source in stale:
        _compile(source)
    return stale


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> None:
    try:
        with source.open("rb") as opened:
            catalogue = read_po(opened, abort_invalid=True)
    except PoFileError as error:
        raise ValueError(f"The message catalogue {source} cannot be read: {error}.") from error
    # Put in place in one step: another process may be reading or compiling it.
    draft = source.with_suffix(f".{os.getpid()}.mo")
    with draft.open("wb") as opened:
        write_mo(opened, catalogue)
    draft.replace(source.with_suffix(".mo"))


if __name__ == "__main__":
    try:
        compile_catalogues(Path(__file__).resolve().parent.parent)
    except ValueError as error:
        sys.exit(str(error))
