"""The colours of the look: each is there in both themes, and words can be read on what they stand on."""

import re
from itertools import product
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

TOKENS = [
    "paper",
    "sheet",
    "ink",
    "muted",
    "line",
    "accent",
    "accent-soft",
    "good",
    "bad",
    "warn",
    "warn-soft",
    "quiet",
]
GROUNDS = ("paper", "sheet")
READ_ON = (
    *product(("ink", "muted", "accent", "good", "bad", "warn"), GROUNDS),
    *product(("ink", "accent", "warn"), ("warn-soft",)),
    ("ink", "accent-soft"),
    ("paper", "accent"),
)
LEAST = 4.5


def themes():
    css = Path(str(finders.find("ledarna/ledarna.css"))).read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks]
    light, dark, printed = (colours for colours in found if colours)
    return {"light": light, "dark": dark, "print": printed}


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
def test_every_colour_has_a_value_in_every_theme(theme):
    assert sorted(themes()[theme]) == sorted(TOKENS)


@pytest.mark.parametrize("theme", ["light", "dark", "print"])
@pytest.mark.parametrize(("colour", "ground"), READ_ON)
def test_words_can_be_read_on_what_they_stand_on(theme, colour, ground):
    colours = themes()[theme]
    assert contrast(colours[colour], colours[ground]) >= LEAST
