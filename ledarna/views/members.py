"""The members: how many, what they answered, and how they are reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from finance.models import FiscalYear
from ledarna.charts.channels import channels
from ledarna.charts.members import members_course
from ledarna.charts.years import members_by_year
from ledarna.dates import month_short
from ledarna.exports import list_file
from ledarna.figures import CHANNEL_PREFIX, Figure, Reading, Unit, figures_of, percent
from ledarna.forms.channels import ChannelMonthsForm
from ledarna.listings import (
    channel_months_table,
    channels_table,
    member_counts_table,
    publications_table,
    questions_table,
    sections_table,
    surveys_table,
)
from ledarna.overview import overview
from ledarna.presentation import format_decimal_number, format_value
from ledarna.roles import Area, Level, may, sees
from ledarna.sentences import channel_goal_sentence, miscount_sentence
from ledarna.story import own_figures
from ledarna.views.page import page_of_year, year_links
from members.figures import (
    Miscount,
    channel_months,
    forecast_of,
    member_counts,
    miscounts,
    question_years,
    sections_of,
)
from members.models import ChannelFigure, MemberCount, Publication, Survey, SurveyQuestion

FIGURES = ("members.opening", "members.closing", "members.change", "members.growth")
SIGNED = ("members.change", "members.growth")


@dataclass(frozen=True)
class CountLine:
    """A member count, the change since the one before it, and what does not add up in it."""

    count: MemberCount
    change: int | None
    notes: Sequence[str] = ()


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
        """The goal, what was noted, and why the year before does not follow, where it does not."""
        said = (channel_goal_sentence(self.entered), self.entered.note, self.previous.reason)
        return [note for note in said if note]


@dataclass(frozen=True)
class QuestionLine:
    """A question's result in the year and in the years before, as they are written."""

    question: SurveyQuestion
    results: Sequence[str]


def count_lines(
    opening: MemberCount | None, counts: Sequence[MemberCount], wrong: Sequence[Miscount]
) -> list[CountLine]:
    """*counts* in their order, after the one that the year began with, with what is *wrong* of them."""
    known = [*([opening] if opening else []), *counts]
    if not known:
        return []
    changes = [None, *(later.count - earlier.count for earlier, later in pairwise(known))]
    return [
        CountLine(count, change, [miscount_sentence(each) for each in wrong if each.count.pk == count.pk])
        for count, change in zip(known, changes, strict=True)
    ]


def result_of(question: SurveyQuestion | None) -> str:
    """``72 %`` or ``3,8``; a dash where the question was not asked."""
    if question is None:
        return "–"
    if question.measure == SurveyQuestion.Measure.SHARE:
        return format_value(question.value, Unit.PERCENT)
    return format_decimal_number(question.value, 2)


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
    publications = Publication.objects.filter(date__gte=year.start, date__lte=year.end).select_related(
        "channel"
    )
    if taken := list_file(
        request,
        year,
        {
            "counts": lambda: member_counts_table(
                [*([reading.members.opening] if reading.members.opening else []), *counts]
            ),
            "sections": lambda: sections_table(sections_of(reading.members)),
            "surveys": lambda: surveys_table(reading.surveys.surveys),
            "questions": lambda: questions_table(question_years([(year.start, year.end)])),
            "months": lambda: channel_months_table(year.months, channel_months(year.months)),
            "publications": lambda: publications_table(publications),
            "channels": lambda: channels_table(reading.channels),
        },
    ):
        return taken
    figures = figures_of(year, reading=reading)
    several = overview(year)
    years = [column.year for column in several.columns]
    periods = [(each.start, each.end) for each in years]
    all_counts = member_counts(years[0].start, year.end)
    is_running = year.start <= timezone.localdate() <= year.end
    questions = question_years(periods)
    lines = count_lines(reading.members.opening, counts, miscounts(year.start, year.end))
    return page_of_year(
        request,
        year,
        "members",
        {
            "years": year_links(year, "members"),
            "figures": own_figures(figures, FIGURES, SIGNED),
            "counts": lines,
            "has_moves": any(line.count.joined is not None or line.count.left is not None for line in lines),
            "sections": sections_of(reading.members),
            "surveys": [
                SurveyLine(
                    survey, percent(survey.responses, survey.recipients) if survey.recipients else None
                )
                for survey in reading.surveys.surveys
            ],
            "questions": [
                QuestionLine(question.latest, [result_of(result) for result in question.results])
                for question in questions
            ],
            "question_years": years,
            "channels_chart": channels(year.label, reading.channels),
            "members_chart": members_by_year(several, all_counts),
            "course_chart": members_course(
                years, all_counts, forecast_of(all_counts, periods) if is_running else None
            ),
            "response_rate": figures["members.survey_response_rate"],
            "channels": [channel_line(channel.figure, figures) for channel in reading.channels],
            "months": [month_short(month) for month in year.months],
            "channel_months": channel_months(year.months),
            "may_enter": may(request.user, Area.MEMBERS, Level.ENTER),
            "publications": list(publications),
            "published": [figures["members.newsletters"], figures["members.articles"]],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.MEMBERS, Level.ENTER)
def channel_months_page(request: HttpRequest, label: str) -> HttpResponse:
    """The figures of the channels in the months of the year, all in one grid."""
    year = get_object_or_404(FiscalYear, label=label)
    form = ChannelMonthsForm(year.months, request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = form.save()
        messages.success(
            request,
            ngettext("%(count)s figure is changed.", "%(count)s figures are changed.", changed)
            % {"count": changed},
        )
        return redirect(f"{reverse('members', args=[year.label])}#months")
    return page_of_year(
        request,
        year,
        "channel-months",
        {
            "years": year_links(year, "channel-months"),
            "form": form,
            "months": [month_short(month) for month in year.months],
        },
        here="members",
    )
