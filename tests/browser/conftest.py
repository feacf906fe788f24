"""A browser, and a server for it, shared by the tests that only look."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import find_chromium
from tests.browser.site import Site, a_browser, a_site

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The Chromium of this machine."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium was found")
    with a_browser(executable) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with the example in it, to be looked at and not changed."""
    with a_site(tmp_path_factory.mktemp("site")) as running:
        yield running
