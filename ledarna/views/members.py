"""The members: how many, what they answered, and how they are reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from finance.models import FiscalYear
from ledarna.charts.channels import channels
from ledarna.charts.years import members_by_year
from ledarna.exports import list_file
from ledarna.figures import CHANNEL_PREFIX, Figure, Reading, figures_of, percent
from ledarna.listings import channels_table, member_counts_table, surveys_table
from ledarna.overview import overview
from ledarna.roles import Area, sees
from ledarna.story import own_figures
from ledarna.views.page import page_of_year, year_links
from members.figures import member_counts
from members.models import ChannelFigure, MemberCount, Survey

FIGURES = ("members.opening", "members.closing", "members.change", "members.growth")
SIGNED = ("members.change", "members.growth")


@dataclass(frozen=True)
class CountLine:
    """A member count, and the change since the one before it."""

    count: MemberCount
    change: int | None


@dataclass(frozen=True)
class SurveyLine:
    """A survey, and its response rate where the recipients are known."""

    survey: Survey
    rate: Decimal | None

    @property
    def notes(self) -> list[str]:
        """What was noted."""
        return [self.survey.note] if self.survey.note else []


@dataclass(frozen=True)
class ChannelLine:
    """A channel's figure for the year, and the figures derived from it."""

    entered: ChannelFigure
    value: Figure
    previous: Figure
    change: Figure
    growth: Figure

    @property
    def notes(self) -> list[str]:
        """What was noted, and why the year before does not follow, where it does not."""
        return [note for note in (self.entered.note, self.previous.reason) if note]


def count_lines(opening: MemberCount | None, counts: Sequence[MemberCount]) -> list[CountLine]:
    """*counts* in their order, after the one that the year began with."""
    known = [*([opening] if opening else []), *counts]
    if not known:
        return []
    changes = [None, *(later.count - earlier.count for earlier, later in pairwise(known))]
    return [CountLine(count, change) for count, change in zip(known, changes, strict=True)]


def channel_line(entered: ChannelFigure, figures: Mapping[str, Figure]) -> ChannelLine:
    """The line of the channel whose figure was *entered*."""
    key = f"{CHANNEL_PREFIX}{entered.channel.slug}"
    return ChannelLine(
        entered, *(figures[f"{key}{suffix}"] for suffix in ("", ".previous", ".change", ".growth"))
    )


@sees(Area.MEMBERS)
def members_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """Member counts, surveys and channels of the year."""
    year = get_object_or_404(FiscalYear, label=label)
    reading = Reading(year)
    counts = list(MemberCount.objects.filter(date__gt=year.start, date__lte=year.end))
    if taken := list_file(
        request,
        year,
        {
            "counts": lambda: member_counts_table(
                [*([reading.members.opening] if reading.members.opening else []), *counts]
            ),
            "surveys": lambda: surveys_table(reading.surveys.surveys),
            "channels": lambda: channels_table(reading.channels),
        },
    ):
        return taken
    figures = figures_of(year, reading=reading)
    several = overview(year)
    return page_of_year(
        request,
        year,
        "members",
        {
            "years": year_links(year, "members"),
            "figures": own_figures(figures, FIGURES, SIGNED),
            "counts": count_lines(reading.members.opening, counts),
            "surveys": [
                SurveyLine(
                    survey, percent(survey.responses, survey.recipients) if survey.recipients else None
                )
                for survey in reading.surveys.surveys
            ],
            "channels_chart": channels(year.label, reading.channels),
            "members_chart": members_by_year(several, member_counts(several.columns[0].year.start, year.end)),
            "response_rate": figures["members.survey_response_rate"],
            "channels": [channel_line(channel.figure, figures) for channel in reading.channels],
        },
    )
