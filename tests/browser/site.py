"""A server of Ledarna as people meet it, with the example in it, for browsers to look at."""

import atexit
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

ROOT = Path(__file__).resolve().parent.parent.parent
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
LANGUAGE_COOKIE = "django_language"


@dataclass(frozen=True)
class Site:
    """A running server: its address, and the passwords of the try-out's users."""

    url: str
    passwords: Mapping[str, str]

    def page(self, context: "BrowserContext", username: str | None, language: str = "sv") -> "Page":
        """A page of *context* in *language*, on which *username* has signed in, if any."""
        context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": self.url}])
        page = context.new_page()
        if username:
            page.goto(f"{self.url}/sign-in/")
            page.fill("[name=login]", username)
            page.fill("[name=password]", self.passwords[username])
            follow(page.locator("main button.primary"))
        return page


def follow(element: "Locator", key: str | None = None) -> None:
    """Click the link or button *element*, or press *key* on it, and wait for the whole page it leads to."""
    with element.page.expect_navigation():
        if key is None:
            element.click()
        else:
            element.press(key)


@cache
def _made() -> Path:
    """A directory in which a server made everything once, to be copied for each site."""
    data_dir = Path(mkdtemp(prefix="ledarna-site-"))
    atexit.register(shutil.rmtree, data_dir, ignore_errors=True)
    with _a_server(data_dir):
        return data_dir


@contextmanager
def a_site(data_dir: Path) -> Iterator[Site]:
    """A server with the example in the empty directory *data_dir*, stopped afterwards.

    Raises RuntimeError with what it said, where it does not start.
    """
    shutil.copytree(_made(), data_dir, dirs_exist_ok=True)
    with _a_server(data_dir) as site:
        yield site


@contextmanager
def _a_server(data_dir: Path) -> Iterator[Site]:
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment |= {
        "LEDARNA_DATA_DIR": str(data_dir),
        "DATABASE_URL": f"sqlite:///{data_dir}/ledarna.sqlite3",
    }
    server = subprocess.Popen(
        [sys.executable, "-u", "manage.py", "serve", "--bind", "127.0.0.1:0"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert server.stdout
        said = []
        for line in server.stdout:
            said.append(line)
            if found := re.search(r"http://[\w.:]+", line):
                kept = json.loads((data_dir / "tryout-sign-ins").read_text(encoding="utf-8"))
                yield Site(found[0], {person["username"]: person["password"] for person in kept})
                return
        raise RuntimeError("".join(said))
    finally:
        server.terminate()
        server.communicate()


@contextmanager
def a_browser(executable: str) -> Iterator["Browser"]:
    """The Chromium at *executable*, closed afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(CHROMIUM_ARGUMENTS))
        yield browser
        browser.close()
