"""The page on security names tests: they are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_names_is_there():
    named = set(re.findall(r"`(tests/[\w/.]+)`", PAGE))
    assert len(named) > 20
    assert {name for name in named if not (ROOT / name).exists()} == set()


def test_every_page_that_it_leads_to_is_there():
    assert {
        name for name in re.findall(r"\]\(([\w.]+)\)", PAGE) if not (ROOT / "docs" / name).exists()
    } == set()
