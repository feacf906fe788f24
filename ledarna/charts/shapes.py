"""The shapes of the charts: each makes a specification from values, for a page or for a telephone.

A value is a mapping: what is drawn (``amount`` as a length), what is written beside it (``text``), what
a screen reader says (``says``), and where it leads (``href``).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from ledarna.charts.drawing import Spec
from ledarna.charts.look import (
    ACCENT,
    BAD,
    GOOD,
    INK,
    MUTED,
    PAPER,
    QUIET,
    Size,
    key,
    labels_by_value,
    specification,
    text_width,
)
from ledarna.dates import month_letter, month_short
from ledarna.presentation import format_whole_kronor

Value = Mapping[str, Any]

STEP, BAR = 32, 18
"""The height of a line of bars with its name beside it, and of the bar in it."""

OVER_STEP, OVER_BAR, OVER_DROP = 46, 14, 8
"""The same with the name over the bar, and how far the bar hangs below the middle of its line."""

LINK = {"href": {"field": "href"}, "description": {"field": "says"}}

OWN_COLOUR = {"field": "colour", "type": "nominal", "scale": None}
"""The colour that each value has itself."""


GROUNDS: tuple[dict[str, Any], ...] = ({"stroke": PAPER, "strokeWidth": 6}, {})
"""A text that lies over other marks is drawn twice: first its ground of paper, then itself."""

NARROW_KEYS = 3
"""So many names of lines stand beside one another on a telephone."""

MANY_POINTS = 24
"""With more points than this on a line, they are drawn small."""


def tone(amount: int) -> str:
    """The colour of an amount that helps the result or harms it."""
    return BAD if amount < 0 else GOOD


def bars(size: Size, values: Sequence[Value], names_over: bool | None = None) -> Spec:
    """Bars from zero to both sides, one below the other, with their texts at the end.

    A value has ``name``, ``amount``, ``text`` and ``colour``; names may be alike when values have
    ``key``. The names stand beside the bars, or with *names_over* over them, as they do on a telephone.
    """
    over = size.is_narrow if names_over is None else names_over
    keyed = [{"key": value["name"], **value} for value in values]
    names = 0 if over else text_width(str(value["name"]) for value in values) + 8
    step, bar, drop = (OVER_STEP, OVER_BAR, OVER_DROP) if over else (STEP, BAR, 0)
    low, high = (limit(0.0, *(float(value["amount"]) for value in values)) for limit in (min, max))
    # The texts stand outside of the bars: leave room for the longest on each side that has bars.
    left, right = (
        text_width(str(value["text"]) for value in values if (value["amount"] < 0) == negative) + 12
        for negative in (True, False)
    )
    room = max(size.width - names - (left if low < 0 else 0) - right, 1)
    scale = ((high - low) or 1.0) / room
    x: dict[str, Any] = {
        "field": "amount",
        "type": "quantitative",
        "axis": None,
        "scale": {
            "domain": [low - (left * scale if low < 0 else 0), high + right * scale],
            "nice": False,
            "zero": False,
        },
    }
    labels = labels_by_value({str(value["key"]): str(value["name"]) for value in keyed})
    y: dict[str, Any] = {
        "field": "key",
        "type": "nominal",
        "sort": None,
        "axis": None if over else {"labelColor": INK, "labelExpr": labels, "labelLimit": names},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "height": bar, "yOffset": drop},
            "encoding": {"y": y, "x": x, "color": OWN_COLOUR, **LINK},
        },
        {"mark": {"type": "rule", "color": MUTED}, "encoding": {"x": {"datum": 0}}},
        *(
            {
                "transform": [{"filter": test}],
                "mark": {"type": "text", "align": align, "dx": 6 if align == "left" else -6, "dy": drop},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}},
            }
            for test, align in (("datum.amount >= 0", "left"), ("datum.amount < 0", "right"))
        ),
    ]
    if over:
        # The names lie over the line of zero, on a ground of paper.
        layers += [
            {
                "mark": {"type": "text", "align": "left", "dy": -12, **ground},
                "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "name"}},
            }
            for ground in GROUNDS
        ]
    padding = {"left": names, "right": 0, "top": 0, "bottom": 0}
    return specification(size, step * len(values), padding, layers, data={"values": keyed})


def columns(size: Size, values: Sequence[Value]) -> Spec:
    """Columns from zero beside one another, with their texts over them; on a telephone bars instead.

    A value has ``name``, ``amount``, ``text`` and ``colour``.
    """
    if size.is_narrow:
        return bars(size, values, names_over=False)
    x: dict[str, Any] = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "scale": {"paddingInner": 0.45, "paddingOuter": 0.25},
        "axis": {"labelAngle": 0, "grid": False},
    }
    y = {"field": "amount", "type": "quantitative", "axis": None}
    return specification(
        size,
        180,
        {"left": 0, "right": 0, "top": 24, "bottom": 26},
        [
            {"mark": {"type": "bar"}, "encoding": {"x": x, "y": y, "color": OWN_COLOUR, **LINK}},
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"y": {"datum": 0}}},
            *(
                {
                    "transform": [{"filter": test}],
                    "mark": {"type": "text", "dy": dy},
                    "encoding": {"x": x, "y": y, "text": {"field": "text"}},
                }
                for test, dy in (("datum.amount >= 0", -10), ("datum.amount < 0", 12))
            ),
        ],
        data={"values": list(values)},
    )


def month_axis(months: Sequence[date], size: Size) -> dict[str, Any]:
    """The axis of months: by their names, or by letters where it is narrow."""
    name = month_letter if size.is_narrow else month_short
    return place_axis({month.isoformat(): name(month) for month in months})


def place_axis(labels: Mapping[str, str]) -> dict[str, Any]:
    """The axis of the field ``place``, whose values are written as *labels* and stand in their order."""
    return {
        "field": "place",
        "type": "ordinal",
        "sort": list(labels),
        "axis": {"labelExpr": labels_by_value(labels), "labelAngle": 0, "grid": False},
    }


def amount_axis(amounts: Iterable[int], explicit_plus: bool = False) -> tuple[dict[str, Any], int]:
    """The axis of *amounts* in öre, written in kronor, and the room that its labels take."""
    largest = max((abs(amount) for amount in amounts), default=0)
    room = text_width([format_whole_kronor(-largest * 5 // 4)]) + 8
    axis: dict[str, Any] = {"format": ",.0f", "tickCount": 4}
    if explicit_plus:
        axis |= {"format": "+,.0f", "labelExpr": "datum.value === 0 ? '0' : datum.label"}
    return {"type": "quantitative", "axis": axis}, room


def pairs(
    size: Size,
    x: Mapping[str, Any],
    values: Sequence[Value],
    names: tuple[str, str],
    amounts: Iterable[int],
) -> Spec:
    """Two columns at each ``place``, by ``what`` (one of *names*), with a line at each ``budget``."""
    axis, room = amount_axis(amounts)
    offset = {"field": "what", "sort": None}
    # Quiet bars have an edge, so that they can be told from the paper.
    edge = {"expr": f"datum.what === {names[1]!r} && datum.amount ? 1 : 0"}
    budget = {
        "transform": [{"filter": "isValid(datum.budget)"}],
        "encoding": {"x": x, "xOffset": offset, "y": {**axis, "field": "budget"}},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "stroke": MUTED, "strokeWidth": edge},
            "encoding": {
                "x": x,
                "xOffset": offset,
                "y": {**axis, "field": "amount"},
                "color": key(names, (ACCENT, QUIET)),
                **LINK,
            },
        }
    ]
    if any("budget" in value for value in values):
        # The budget's line can be seen on every bar by its edges of paper.
        layers += [
            {**budget, "mark": {"type": "tick", "color": PAPER, "thickness": 5}},
            {**budget, "mark": {"type": "tick"}},
        ]
    return specification(
        size,
        170 if size.is_narrow else 240,
        {"left": room, "right": 4, "top": 34, "bottom": 26},
        layers,
        data={"values": list(values)},
    )


def by_place(size: Size, x: Mapping[str, Any], values: Sequence[Value], amounts: Iterable[int]) -> Spec:
    """A column at each ``place``, with the axis of amounts beside them."""
    axis, room = amount_axis(amounts)
    return specification(
        size,
        150 if size.is_narrow else 180,
        {"left": room, "right": 4, "top": 10, "bottom": 26},
        [
            {
                "mark": {"type": "bar", "width": {"band": 0.6}},
                "encoding": {"x": x, "y": {**axis, "field": "amount"}, "color": OWN_COLOUR, **LINK},
            }
        ],
        data={"values": list(values)},
    )


def course(size: Size, months: Sequence[date], values: Sequence[Value], amounts: Iterable[int]) -> Spec:
    """A column for each month's ``amount``, good or bad, and a line for ``since``."""
    axis, room = amount_axis(amounts, explicit_plus=True)
    x = month_axis(months, size)
    return specification(
        size,
        170 if size.is_narrow else 220,
        {"left": room, "right": 8, "top": 10, "bottom": 26},
        [
            {
                "mark": {"type": "bar", "width": {"band": 0.5}},
                "encoding": {"x": x, "y": {**axis, "field": "amount"}, "color": OWN_COLOUR, **LINK},
            },
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "line", "color": INK, "strokeWidth": 2, "aria": False},
                "encoding": {"x": x, "y": {**axis, "field": "since"}},
            },
        ],
        data={"values": list(values)},
    )


def lines(
    size: Size,
    months: Sequence[date],
    values: Sequence[Value],
    names: Sequence[str],
    amounts: Iterable[int],
) -> Spec:
    """A line for each of *names*, by month: the first in full, the others dashed.

    Values with ``low`` and ``high`` are the edges of a band.
    """
    axis, room = amount_axis(amounts)
    x = month_axis(months, size)
    colour = key(names, (ACCENT, MUTED, ACCENT)[: len(names)], symbolType="stroke", symbolStrokeWidth=2)
    dashes = [[1, 0], [5, 4], [2, 3]][: len(names)]
    has_band = any("low" in value for value in values)
    on_line = [{"filter": "isValid(datum.amount)"}] if has_band else []
    layers: list[dict[str, Any]] = []
    if has_band:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "area", "color": ACCENT, "opacity": 0.16, "aria": False},
                "encoding": {"x": x, "y": {**axis, "field": "low"}, "y2": {"field": "high"}},
            }
        )
    layers += [
        {"mark": {"type": "rule", "color": MUTED}, "encoding": {"y": {"datum": 0}}},
        {
            "transform": on_line,
            "mark": {"type": "line", "strokeWidth": 2, "aria": False},
            "encoding": {
                "x": x,
                "y": {**axis, "field": "amount"},
                "color": colour,
                "strokeDash": {
                    "field": "what",
                    "scale": {"domain": list(names), "range": dashes},
                    "legend": None,
                },
            },
        },
        {
            "transform": on_line,
            "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
            "encoding": {"x": x, "y": {**axis, "field": "amount"}, "color": colour, **LINK},
        },
    ]
    return specification(
        size,
        170 if size.is_narrow else 220,
        {"left": room, "right": 8, "top": 34, "bottom": 26},
        layers,
        data={"values": list(values)},
    )


def days(size: Size, values: Sequence[Value], marks: Mapping[date, str], texts: Sequence[Value] = ()) -> Spec:
    """A line through counts on ``day``; *marks* are the days written on the axis.

    The axis of counts begins where the counts do; *texts* are written over their points.
    """
    room = text_width(str(value["text"]) for value in values) + 8
    shown = sorted(marks)
    x: dict[str, Any] = {
        "field": "day",
        "type": "quantitative",
        "scale": {"zero": False, "nice": False},
        "axis": {
            "grid": False,
            "values": [day.toordinal() for day in shown],
            "labelExpr": labels_by_value({str(day.toordinal()): marks[day] for day in shown}),
            "labelFlush": False,
            "labelOverlap": False,
        },
    }
    y = {
        "field": "amount",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {"format": ",.0f", "tickCount": 3},
    }
    few = len(values) <= MANY_POINTS
    return specification(
        size,
        150,
        {"left": room, "right": 26, "top": 26, "bottom": 26},
        [
            {
                "mark": {"type": "line", "color": ACCENT, "strokeWidth": 2, "aria": False},
                "encoding": {"x": x, "y": y},
            },
            {
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 45 if few else 16,
                    "opacity": 1,
                    "color": ACCENT,
                },
                "encoding": {"x": x, "y": y, **LINK},
            },
            *(
                {
                    "data": {"values": list(texts)},
                    "mark": {"type": "text", "align": "right", "dx": 8, "dy": -14, **ground},
                    "encoding": {"x": x, "y": y, "text": {"field": "text"}},
                }
                for ground in GROUNDS
                if texts
            ),
        ],
        data={"values": list(values)},
    )


def curves(size: Size, values: Sequence[Value], names: Sequence[str], months: Mapping[int, date]) -> Spec:
    """Lines of counts by ``day`` of the year, one for each of *names*: the first in full, the others quiet.

    *months* are the days on which months begin. Values with ``low`` and ``high`` are of a forecast: its
    line is dotted, and they are the edges of its band. The axis of counts begins where the counts do.
    """
    room = text_width(str(value["text"]) for value in values) + 8
    has_band = any("low" in value for value in values)
    quiet = len(names) - 1 - has_band
    name = month_letter if size.is_narrow else month_short
    x: dict[str, Any] = {
        "field": "day",
        "type": "quantitative",
        "scale": {"nice": False, "domain": [0, max(months) + 30]},
        "axis": {
            "grid": False,
            "values": list(months),
            "labelExpr": labels_by_value({str(day): name(month) for day, month in months.items()}),
            "labelAlign": "left",
            "labelOverlap": False,
        },
    }
    y = {
        "field": "amount",
        "type": "quantitative",
        "scale": {"zero": False, "nice": True},
        "axis": {"format": ",.0f", "tickCount": 4},
    }
    colour = key(
        names,
        [ACCENT, *[MUTED] * quiet, *[ACCENT] * has_band],
        symbolType="stroke",
        symbolStrokeWidth=2,
        columns=NARROW_KEYS if size.is_narrow else len(names),
    )
    dashes = [[1, 0], *[[5, 4], [2, 3], [8, 3, 2, 3]][:quiet], *[[2, 2]] * has_band]
    dash = {"field": "what", "scale": {"domain": list(names), "range": dashes}, "legend": None}
    layers: list[dict[str, Any]] = []
    if has_band:
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "area", "color": ACCENT, "opacity": 0.16, "aria": False},
                "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
            }
        )
    layers += [
        {
            "mark": {"type": "line", "strokeWidth": 2, "aria": False},
            "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
        },
        {
            "transform": [{"filter": f"datum.what === {names[0]!r} || isValid(datum.low)"}],
            "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
            "encoding": {"x": x, "y": y, "color": colour, **LINK},
        },
    ]
    return specification(
        size,
        190 if size.is_narrow else 240,
        {"left": room, "right": 12, "top": 54 if size.is_narrow else 34, "bottom": 26},
        layers,
        data={"values": list(values)},
    )
