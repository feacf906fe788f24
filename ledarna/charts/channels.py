"""The chart of the channels: each one's figure beside that of the year before."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from finance.presentation import format_count
from ledarna.charts import shapes
from ledarna.charts.chart import Chart, Row, Table, drawn, nothing
from ledarna.charts.finance import why
from ledarna.charts.look import ACCENT, QUIET, link
from ledarna.figures import CHANNEL_PREFIX, Unit, percent
from ledarna.presentation import format_value
from ledarna.sentences import channels_title
from members.figures import ChannelYear

WHOLE = 100
"""The length of the longer of a channel's two bars: each channel has a scale of its own."""


def channels(label: str, years: Sequence[ChannelYear]) -> Chart:
    """Every channel's figure of the year *label*, and of the year before where it can be derived."""
    key = "channels"
    if not years:
        return nothing(key, _("Channels"), _("No figure was entered for a channel in the year."))
    values: list[dict[str, Any]] = []
    for channel in years:
        name, value, before = channel.figure.channel.local_name, channel.figure.value, channel.previous
        longer = max(value, before or 0, 1)
        figure = f"{CHANNEL_PREFIX}{channel.figure.channel.slug}"
        points = [(name, value, ACCENT, figure)]
        if before is not None:
            points.append((_("the year before"), before, QUIET, f"{figure}.previous"))
        values += [
            {
                "key": address,
                "name": shown,
                "amount": amount * WHOLE / longer,
                "text": format_count(amount),
                "colour": colour,
                "says": f"{name}, {shown}: {format_count(amount)}"
                if shown != name
                else f"{name}: {format_count(amount)}",
                "href": link(why(label, address)),
            }
            for shown, amount, colour, address in points
        ]
    return drawn(
        key,
        channels_title(years),
        _("The year and the year before; each channel has a scale of its own"),
        partial(shapes.bars, values=values),
        Table(
            (_("Channel"), _("The year"), _("The year before"), _("Growth")),
            tuple(_row(label, channel) for channel in years),
        ),
    )


def _row(label: str, channel: ChannelYear) -> Row:
    before = channel.previous
    growth = None if not before else percent(channel.figure.value - before, before)
    return Row(
        channel.figure.channel.local_name,
        (
            format_count(channel.figure.value),
            "–" if before is None else format_count(before),
            "–" if growth is None else format_value(growth, Unit.PERCENT, explicit_plus=True),
        ),
        why(label, f"{CHANNEL_PREFIX}{channel.figure.channel.slug}"),
    )
