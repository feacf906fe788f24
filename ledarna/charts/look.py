"""How the charts look: sizes, tokens and the few shapes that all of them are built of.

Colours are the names of the site's tokens, so that one drawing serves light, dark and print. Text
beside a mark is written by ``ledarna.presentation``, like all text; only the axes are left to Vega.
Room is laid out here and not guessed by Vega, which measures text in another font than the reader's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledarna.charts.drawing import HERE, Spec

INK, MUTED, LINE, PAPER = "var(--ink)", "var(--muted)", "var(--line)", "var(--paper)"
ACCENT, QUIET, GOOD, BAD = "var(--accent)", "var(--quiet)", "var(--good)", "var(--bad)"

FONT_SIZE = 13
CHARACTER = 7.8
"""The width of a character in that size, in pixels, on the average and in the widest of the fonts."""

CONFIG: Mapping[str, Any] = {
    "view": {"stroke": None},
    "axis": {
        "aria": False,
        "domain": False,
        "gridColor": LINE,
        "labelColor": MUTED,
        "labelFontSize": FONT_SIZE,
        "labelPadding": 8,
        "ticks": False,
        "title": None,
    },
    "legend": {
        "aria": False,
        "labelColor": MUTED,
        "labelFontSize": FONT_SIZE,
        "symbolSize": 110,
        "symbolType": "square",
        "symbolStrokeWidth": 1,
        "columnPadding": 18,
        "title": None,
    },
    "tick": {"aria": False, "color": INK, "opacity": 1, "thickness": 2},
    "text": {"aria": False, "color": INK, "fontSize": FONT_SIZE},
    "rule": {"aria": False},
}


@dataclass(frozen=True)
class Size:
    """What a drawing has room for: its whole width, and whether it is the one for a telephone."""

    width: int
    is_narrow: bool = False


WIDE, SIDE, NARROW = Size(640), Size(384), Size(343, is_narrow=True)
"""The main column, the column beside it, and a telephone."""


def text_width(texts: Iterable[str]) -> int:
    """The room in pixels that the longest of *texts* takes."""
    return round(max((len(text) for text in texts), default=0) * CHARACTER)


def link(address: str) -> str:
    """*address* within the site, as a specification must have it."""
    return f"{HERE}{address}"


def specification(
    size: Size,
    height: int,
    padding: Mapping[str, int],
    layers: Sequence[Mapping[str, Any]],
    **more: Any,
) -> Spec:
    """A specification of *layers* that is as wide as *size* in all, *height* high between the paddings."""
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "background": None,
        "autosize": {"type": "none"},
        "width": size.width - padding["left"] - padding["right"],
        "height": height,
        "padding": dict(padding),
        "layer": list(layers),
        "config": CONFIG,
        **more,
    }


def key(names: Sequence[str], colours: Sequence[str], **more: Any) -> dict[str, Any]:
    """The colour encoding of the field ``what``, with its legend in a row above the drawing."""
    return {
        "field": "what",
        "type": "nominal",
        "scale": {"domain": list(names), "range": list(colours)},
        "legend": {"orient": "top", "direction": "horizontal", "offset": 14, **more},
    }


def kronor(ore: int) -> float:
    """*ore* as a length on an axis in kronor. Lengths are drawn; what is written is exact."""
    return ore / 100


def labels_by_value(labels: Mapping[str, str]) -> str:
    """The expression by which an axis writes its values as *labels*."""
    pairs = ", ".join(f"{value!r}: {label!r}" for value, label in labels.items())
    return f"({{{pairs}}})[datum.value]"
