"""Where this machine has its Chromium."""

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> str | None:
    """The path of a Chromium, or None where there is none."""
    found = (shutil.which(name) for name in NAMES)
    apps = (path for path in MACOS if Path(path).exists())
    return next((path for path in (*found, *apps) if path), None)
