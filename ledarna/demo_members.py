"""The members of a made-up association: counts by section, surveys, channels, newsletters and articles."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from finance.models import FiscalYear
from members.models import (
    Channel,
    ChannelFigure,
    ChannelMonth,
    MemberCount,
    MemberCountPart,
    Publication,
    Survey,
    SurveyQuestion,
)

SOURCE = "Medlemsregistret"
SECTIONS = (("Kommun", 55), ("Region", 26), ("Stat", 12), ("Övriga", 7))
"""The sections, and how many of a hundred members belong to each."""

CAMPAIGN = 9
"""The month in which most join."""


@dataclass(frozen=True)
class DemoChannel:
    """A channel: its names, what a month of it amounts to, whether that is counted anew, and its goal."""

    slug: str
    name: str
    name_en: str
    month: int
    is_counted: bool = True
    goal: int | None = None


CHANNELS = (
    DemoChannel("articles", "Artiklar på webben", "Articles on the web", 4),
    DemoChannel("linkedin-posts", "Inlägg på LinkedIn", "LinkedIn posts", 6, goal=90),
    DemoChannel("linkedin-followers", "Följare på LinkedIn", "LinkedIn followers", 1800, False, goal=4000),
)
GOAL_BY = date(2025, 12, 31)

QUESTIONS: Sequence[tuple[str, str, Decimal, Decimal, tuple[int, int] | None]] = (
    ("kannedom", "Känner du till vad föreningen gör?", Decimal(48), Decimal(70), None),
    ("nojd", "Är du nöjd med det föreningen gör för branschen?", Decimal(60), Decimal(80), None),
    (
        "rekommendera",
        "Hur gärna skulle du rekommendera ett medlemskap?",
        Decimal("3.2"),
        Decimal("4.4"),
        (1, 5),
    ),
)
"""What is asked each year: key, question, the least and the largest result, and the scale of a mean."""


def make_channels() -> list[Channel]:
    """The channels, with their goals."""
    return Channel.objects.bulk_create(
        Channel(
            slug=each.slug,
            name=each.name,
            name_en=each.name_en,
            goal_value=each.goal,
            goal_date=GOAL_BY if each.goal else None,
        )
        for each in CHANNELS
    )


def count_members(year: FiscalYear, before: int, chance: random.Random) -> int:
    """Count the members on the first of each month and on the last day; *before* are those of the last count.

    Returns how many there are in the end.
    """
    counts, members = [], before
    for place, day in enumerate([*year.months, year.end]):
        joined, left = (0, 0) if place == 0 else (chance.randrange(40, 90), chance.randrange(25, 70))
        if day.month == CAMPAIGN + 1:
            joined *= 2
        members += joined - left
        counts.append(MemberCount(date=day, count=members, joined=joined, left=left, source=SOURCE))
    MemberCountPart.objects.bulk_create(
        part for count in MemberCount.objects.bulk_create(counts) for part in _parts(count)
    )
    return members


def _parts(count: MemberCount) -> Iterator[MemberCountPart]:
    left = count.count
    for section, share in SECTIONS[:-1]:
        number = count.count * share // 100
        left -= number
        yield MemberCountPart(count=count, section=section, number=number)
    yield MemberCountPart(count=count, section=SECTIONS[-1][0], number=left)


def ask(year: FiscalYear, members: int, chance: random.Random) -> None:
    """The survey of *year*, sent to most of the *members*, with its key results."""
    recipients = members - chance.randrange(400)
    survey = Survey.objects.create(
        name=f"Medlemsenkät {year}",
        date=date(year.end.year, 10, 1),
        recipients=recipients,
        responses=recipients * chance.randrange(10, 40) // 100,
    )
    SurveyQuestion.objects.bulk_create(
        SurveyQuestion(
            survey=survey,
            key=key,
            text=text,
            measure=SurveyQuestion.Measure.MEAN if scale else SurveyQuestion.Measure.SHARE,
            value=round(least + (largest - least) * chance.randrange(101) / 100, 2),
            scale_low=scale[0] if scale else None,
            scale_high=scale[1] if scale else None,
            answers=survey.responses - chance.randrange(survey.responses // 20 + 1),
        )
        for key, text, least, largest, scale in QUESTIONS
    )


def publish(year: FiscalYear, channels: Sequence[Channel], chance: random.Random) -> None:
    """What reached the members in *year*: each channel by month and as a whole, newsletters and articles."""
    months = year.months
    values = []
    for each in CHANNELS:
        if each.is_counted:
            values.append([chance.randrange(each.month * 2 + 1) for _month in months])
        else:
            began = each.month + 400 * max(0, year.end.year - 2020)
            values.append([began + 30 * place + chance.randrange(30) for place in range(len(months))])
    ChannelMonth.objects.bulk_create(
        ChannelMonth(channel=channel, month=month, value=value)
        for channel, by_month in zip(channels, values, strict=True)
        for month, value in zip(months, by_month, strict=True)
    )
    ChannelFigure.objects.bulk_create(
        ChannelFigure(
            channel=channel,
            year_end=year.end,
            value=sum(by_month) if each.is_counted else by_month[-1],
        )
        for each, channel, by_month in zip(CHANNELS, channels, values, strict=True)
    )
    articles, kind = channels[0], Publication.Kind
    Publication.objects.bulk_create(
        [
            *(
                Publication(
                    date=month + timedelta(days=27),
                    kind=kind.NEWSLETTER,
                    title=f"Nyhetsbrev {month:%Y-%m}",
                )
                for month in months
            ),
            *(
                Publication(
                    date=month + timedelta(days=chance.randrange(27)),
                    kind=kind.ARTICLE,
                    title=f"Artikel {number} i {month:%Y-%m}",
                    channel=articles,
                )
                for month, value in zip(months, values[0], strict=True)
                for number in range(1, value + 1)
            ),
        ]
    )
