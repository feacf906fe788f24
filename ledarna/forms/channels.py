"""The form of the channels' months: a grid of a year, a row a channel and a column a month."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ledarna.dates import month_of_year
from ledarna.tables.cells import LARGEST_COUNT
from members.models import Channel, ChannelMonth


class CountField(forms.IntegerField):
    """A number of something, written with or without spaces between its thousands."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 6, "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        """The number."""
        return super().to_python("" if value is None else "".join(str(value).split()))


@dataclass(frozen=True)
class ChannelRow:
    """A channel and its cells, a month each."""

    channel: Channel
    cells: Sequence[forms.BoundField]


class ChannelMonthsForm(forms.Form):
    """The figures of all channels in the months of a year; an empty cell is a month that is not known."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, months: Sequence[date], data: Any = None) -> None:
        """The form of *months*, their first days; filled with *data*. Two queries."""
        self.months = months
        self.channels = list(Channel.objects.all())
        entered = ChannelMonth.objects.filter(month__in=months).select_related("channel")
        self.entered = {_cell(found.channel_id, found.month): found for found in entered}
        told = sorted((name, found.value) for name, found in self.entered.items())
        self.digest = hashlib.sha256(repr(told).encode()).hexdigest()
        super().__init__(data, initial={"seen": self.digest})
        for channel in self.channels:
            for month in months:
                name = _cell(channel.pk, month)
                found = self.entered.get(name)
                self.fields[name] = CountField(
                    label=f"{channel.local_name}, {month_of_year(month)}",
                    initial=found.value if found else None,
                    required=False,
                    min_value=0,
                    max_value=LARGEST_COUNT,
                )

    @property
    def rows(self) -> list[ChannelRow]:
        """The channels, each with its cells."""
        return [
            ChannelRow(channel, [self[_cell(channel.pk, month)] for month in self.months])
            for channel in self.channels
        ]

    def clean(self) -> dict[str, Any]:
        """See that nobody else has changed a figure since the grid was shown."""
        found = super().clean() or {}
        if found.get("seen") and found["seen"] != self.digest:
            raise ValidationError(
                _(
                    "Somebody else changed the figures while you had them open. Nothing was saved. Compare what you wrote with what the year's page says now, and enter it again."
                )
            )
        return found

    @transaction.atomic
    def save(self) -> int:
        """Keep what was changed, cell by cell, so that the trail tells of each; returns how many were."""
        changed = 0
        for channel in self.channels:
            for month in self.months:
                name = _cell(channel.pk, month)
                value, found = self.cleaned_data[name], self.entered.get(name)
                if value == (found.value if found else None):
                    continue
                changed += 1
                if found is None:
                    ChannelMonth.objects.create(channel=channel, month=month, value=value)
                elif value is None:
                    found.delete()
                else:
                    found.value = value
                    found.save()
        return changed


def _cell(channel: int, month: date) -> str:
    return f"{channel}-{month:%Y-%m}"
