"""Pictures of the pages, from the example: ``python -m tests.browser.screenshots`` (``make screenshots``).

The README's pictures go to ``docs/pictures``. With ``--all DIRECTORY`` every page is taken, light, dark,
narrow and in print, to be looked at.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.browser.chromium import find_chromium
from tests.browser.pages import PAGES
from tests.browser.site import ROOT, Site, a_browser, a_site

WIDE, NARROW, NARROWEST = 1180, 390, 320
FOR_README = {
    "year-light": ("light", WIDE),
    "year-dark": ("dark", WIDE),
    "year-narrow": ("light", NARROW),
}
TO_LOOK_AT = {
    "light": ("light", WIDE),
    "dark": ("dark", WIDE),
    "narrow": ("light", NARROW),
    "narrowest": ("dark", NARROWEST),
}


def take(
    site: Site, executable: str, wanted: dict[Path, tuple[str, str, int]], printed: dict[Path, str]
) -> None:
    """Take the *wanted* pictures (file: path, theme, width), and print pages (file: path)."""
    with a_browser(executable) as browser:
        page = site.page(browser.new_context(), "kassor")
        for file, (path, theme, width) in wanted.items():
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": 700})
            page.goto(site.url + path)
            page.screenshot(path=file, full_page=True)
        for file, path in printed.items():
            page.goto(site.url + path)
            page.pdf(path=file, format="A4")


def main() -> int:
    """Take the pictures; 1 where there is no Chromium."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", type=Path, metavar="DIRECTORY", help="Take every page, into DIRECTORY.")
    directory = parser.parse_args().all
    executable = find_chromium()
    if executable is None:
        print("No Chromium was found (Debian: sudo apt install chromium).", file=sys.stderr)
        return 1
    if directory is None:
        target = ROOT / "docs" / "pictures"
        wanted = {target / f"{name}.png": (PAGES["year"], *how) for name, how in FOR_README.items()}
        printed = {}
    else:
        target = directory
        wanted = {
            target / f"{name}-{kind}.png": (path, *how)
            for name, path in PAGES.items()
            for kind, how in TO_LOOK_AT.items()
        }
        printed = {target / f"{name}-print.pdf": path for name, path in PAGES.items()}
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ledarna-") as data_dir, a_site(Path(data_dir)) as site:
        take(site, executable, wanted, printed)
    print(f"{len(wanted) + len(printed)} pictures in {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
