"""From a specification to SVG that stands in the page itself.

vl-convert draws it, in the reader's language. What comes out is then made fit for the page: no script,
no style attribute, no identifiers (so that two charts never share one), colours by the names of the
site's tokens, links within the site, and no English words about its parts. The outcome is kept by the
digest of the specification and the language, so it is never stale.
"""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from xml.etree import ElementTree

from babel import Locale
from django.core.cache import caches
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from finance.presentation import LOCALES, MINUS

Spec = Mapping[str, Any]

VERSION = 3
"""Goes into the digest: raise it when this module changes what it makes of a specification."""

HERE = "https://here.invalid"
"""Stands before the links of a specification, for Vega makes all of them absolute."""

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")
DROPPED = frozenset({"aria-roledescription", "class", "font-family", "pointer-events", "stroke-miterlimit"})


def digest_of(spec: Spec, language: str) -> str:
    """What *spec* in *language* is kept by."""
    text = json.dumps([VERSION, language, spec], sort_keys=True, ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def draw(spec: Spec) -> SafeString:
    """*spec* as an SVG element in the language of the screen, from the cache where it was drawn before."""
    language = (get_language() or "sv")[:2]
    key = digest_of(spec, language)
    drawn = caches["charts"].get(key)
    if drawn is None:
        drawn = fit_for_page(_converted(spec, language))
        caches["charts"].set(key, drawn)
    # Safe: the text comes out of an XML writer, which escapes whatever names and words are in it.
    return mark_safe(drawn)


def _converted(spec: Spec, language: str) -> str:
    # The converter starts a JavaScript engine, which pages without a new chart can do without.
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(dict(spec), format_locale=number_locale(language))
    return svg


def number_locale(language: str) -> dict[str, Any]:
    """The numbers of *language* as d3-format wants them, after CLDR; months are written by ``ledarna.dates``."""
    locale = Locale.parse(LOCALES[language])
    symbols = locale.number_symbols["latn"]
    return {
        "decimal": symbols["decimal"],
        "thousands": symbols["group"],
        "grouping": [3],
        "currency": ["", "\u00a0kr"],
        "minus": MINUS,
        "percent": "\u00a0%" if language == "sv" else "%",
    }


def fit_for_page(svg: str) -> str:
    """*svg* as it may stand in a page: see the top of this module."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(svg)
    _prune(root)
    for element in root.iter():
        for name in [name for name in element.attrib if name in DROPPED]:
            del element.attrib[name]
        if (address := element.attrib.pop(XLINK, "")).startswith(HERE):
            element.set("href", address.removeprefix(HERE))
        elif address:
            # A mark without a link, beside marks with one, is given an address by Vega that leads nowhere.
            element.tag = f"{{{SVG}}}g"
            element.attrib.pop("target", None)
        # What a screen reader is told is the label; marks without one are decoration.
        if "aria-label" not in element.attrib:
            element.attrib.pop("role", None)
        for name in ("d", "transform"):
            if name in element.attrib:
                element.set(name, LONG_NUMBER.sub(_shortened, element.attrib[name]))
    root.attrib.pop("version", None)
    root.set("class", "drawing")
    return ElementTree.tostring(root, encoding="unicode")


def _shortened(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def _prune(element: ElementTree.Element) -> None:
    """Take away what draws nothing: empty paths, backgrounds, groups with nothing in them."""
    for child in list(element):
        _prune(child)
        tag = child.tag.removeprefix(f"{{{SVG}}}")
        empty_path = tag == "path" and (
            not child.get("d") or child.get("display") == "none" or child.get("class") == "background"
        )
        if empty_path or (tag == "g" and len(child) == 0):
            element.remove(child)
