"""Figures derived from the members' facts, for any two dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.db.models import Count, Q, Subquery, Sum

from members.forecast import EarlierYear, Forecast, forecast
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

NEAR = timedelta(days=31)
"""A count at most so long before the end of a year counts as its closing for a forecast."""


@dataclass(frozen=True)
class MemberDevelopment:
    """The counts that a period begins and ends with; None where none was entered.

    The opening is the latest count on or before the first day. The closing is the latest count on
    or before the last day, if one was entered after the first.
    """

    start: date
    end: date
    opening: MemberCount | None
    closing: MemberCount | None

    @property
    def change(self) -> int | None:
        """Closing − opening."""
        return self.closing.count - self.opening.count if self.opening and self.closing else None


def member_development(start: date, end: date) -> MemberDevelopment:
    """The members from *start* to *end*. Two queries."""
    return _development(start, end, MemberCount.objects.latest_on(start), MemberCount.objects.latest_on(end))


def _development(
    start: date, end: date, opening: MemberCount | None, closing: MemberCount | None
) -> MemberDevelopment:
    if closing is not None and closing.date <= start < end:
        closing = None
    return MemberDevelopment(start, end, opening, closing)


def member_counts(start: date, end: date) -> list[MemberCount]:
    """The counts from *start* to *end* by day, after the latest on or before *start*. Two queries."""
    opening = MemberCount.objects.latest_on(start)
    counts = MemberCount.objects.filter(date__gt=start, date__lte=end).order_by("date")
    return [*([opening] if opening else []), *counts]


def developments(periods: Sequence[tuple[date, date]]) -> list[MemberDevelopment]:
    """The members in each of *periods*, which stand in their order. Two queries, however many there are."""
    if not periods:
        return []
    counts = member_counts(periods[0][0], periods[-1][1])

    def latest(day: date) -> MemberCount | None:
        return next((count for count in reversed(counts) if count.date <= day), None)

    return [_development(start, end, latest(start), latest(end)) for start, end in periods]


@dataclass(frozen=True)
class Miscount:
    """A count that its own facts do not lead to; ``derived`` is what they lead to.

    Either the count before + joined − left is not the count, or its parts do not add up to it
    (``is_of_parts``).
    """

    count: MemberCount
    derived: int
    before: MemberCount | None = None

    @property
    def is_of_parts(self) -> bool:
        """Whether the parts do not add up."""
        return self.before is None


def miscounts(start: date, end: date) -> list[Miscount]:
    """The counts from *start* to *end* that their own facts do not lead to. One query."""
    before = MemberCount.objects.filter(date__lt=start).order_by("-date").values("date")[:1]
    counts = MemberCount.objects.filter(Q(date__gte=start, date__lte=end) | Q(date=Subquery(before)))
    known = list(counts.annotate(of_parts=Sum("parts__number")).order_by("date"))
    return [found for found in find_miscounts(known) if found.count.date >= start]


def find_miscounts(counts: Sequence[MemberCount]) -> list[Miscount]:
    """Those of *counts*, by day, that their own facts do not lead to; each has the sum ``of_parts``."""
    found: list[Miscount] = []
    before: MemberCount | None = None
    for count in counts:
        if before and count.joined is not None and count.left is not None:
            derived = before.count + count.joined - count.left
            if derived != count.count:
                found.append(Miscount(count, derived, before))
        parts: int | None = getattr(count, "of_parts", None)
        if parts is not None and parts != count.count:
            found.append(Miscount(count, parts))
        before = count
    return found


@dataclass(frozen=True)
class SectionYear:
    """A section's part of the counts that a year begins and ends with; None where there is none."""

    section: str
    opening: int | None
    closing: int | None

    @property
    def change(self) -> int | None:
        """Closing − opening."""
        return None if self.opening is None or self.closing is None else self.closing - self.opening


def sections_of(development: MemberDevelopment) -> list[SectionYear]:
    """The sections of the year's opening and closing counts, in the order of the closing's. One query."""
    ends = [count.pk for count in (development.closing, development.opening) if count]
    numbers: dict[str, dict[int, int]] = {}
    parts = MemberCountPart.objects.filter(count__in=ends).order_by("-count__date", "pk")
    for count, section, number in parts.values_list("count", "section", "number"):
        numbers.setdefault(section, {})[count] = number

    def of(count: MemberCount | None, by_count: dict[int, int]) -> int | None:
        return by_count.get(count.pk) if count else None

    return [
        SectionYear(section, of(development.opening, by_count), of(development.closing, by_count))
        for section, by_count in numbers.items()
    ]


def forecast_of(counts: Sequence[MemberCount], periods: Sequence[tuple[date, date]]) -> Forecast | None:
    """The forecast of the last of *periods* from *counts*, by day, of it and the periods before.

    None where the last period has no count yet, or none of those before it has one at the same point
    and a later one at its end.
    """
    (start, end), earlier = periods[-1], periods[:-1]
    latest = next((count for count in reversed(counts) if start <= count.date < end), None)
    if latest is None:
        return None
    point = latest.date - start

    def last(first: date, day: date) -> MemberCount | None:
        return next((count for count in reversed(counts) if first <= count.date <= day), None)

    known = []
    for first, final in earlier:
        at_point, closing = last(first - NEAR, first + point), last(first, final)
        if at_point and closing and at_point.date < closing.date and final - closing.date <= NEAR:
            known.append(EarlierYear(at_point.count, closing.count))
    return forecast(latest.count, known)


@dataclass(frozen=True)
class SurveyAnswers:
    """The surveys of a period taken together."""

    surveys: Sequence[Survey]

    @property
    def responses(self) -> int | None:
        """All answers; None where there was no survey."""
        return sum(survey.responses for survey in self.surveys) if self.surveys else None

    @property
    def without_recipients(self) -> Survey | None:
        """A survey whose recipients are not known, if there is one."""
        return next((survey for survey in self.surveys if survey.recipients is None), None)

    @property
    def recipients(self) -> int | None:
        """All recipients; None where they are not known for each survey."""
        if not self.surveys or self.without_recipients:
            return None
        return sum(survey.recipients or 0 for survey in self.surveys)


def survey_answers(start: date, end: date) -> SurveyAnswers:
    """The surveys dated from *start* to *end*. One query."""
    return SurveyAnswers(tuple(Survey.objects.filter(date__gte=start, date__lte=end)))


@dataclass(frozen=True)
class QuestionYears:
    """A question over several periods: its result in each, None where it was not asked or measured so."""

    latest: SurveyQuestion
    results: Sequence[SurveyQuestion | None]


def question_years(periods: Sequence[tuple[date, date]]) -> list[QuestionYears]:
    """The questions asked in the last of *periods*, with their results in all of them. One query.

    Only what was measured in the same way, on the same scale, stands beside one another. Of a question
    asked twice in a period the later result counts.
    """
    asked = SurveyQuestion.objects.filter(
        survey__date__gte=periods[0][0], survey__date__lte=periods[-1][1]
    ).select_related("survey")
    questions = list(asked.order_by("survey__date", "survey__pk", "pk"))
    start, end = periods[-1]
    latest = {question.key: question for question in questions if start <= question.survey.date <= end}

    def result(of: SurveyQuestion, period: tuple[date, date]) -> SurveyQuestion | None:
        alike = [
            question
            for question in questions
            if question.key == of.key
            and question.measure == of.measure
            and question.scale == of.scale
            and period[0] <= question.survey.date <= period[1]
        ]
        return alike[-1] if alike else None

    return [
        QuestionYears(question, [result(question, period) for period in periods])
        for question in latest.values()
    ]


@dataclass(frozen=True)
class ChannelMonths:
    """A channel in the months of a year; None for a month that nothing was entered for."""

    channel: Channel
    values: Sequence[int | None]


def channel_months(months: Sequence[date]) -> list[ChannelMonths]:
    """The channels that have a figure in *months*, the first days, in the channels' order. One query."""
    by_channel: dict[Channel, dict[date, int]] = {}
    entered = ChannelMonth.objects.filter(month__in=months).select_related("channel")
    for found in entered.order_by("channel__name", "channel__pk", "month"):
        by_channel.setdefault(found.channel, {})[found.month] = found.value
    return [
        ChannelMonths(channel, [values.get(month) for month in months])
        for channel, values in by_channel.items()
    ]


def publications_of(start: date, end: date) -> dict[str, int]:
    """How many of each kind were brought out from *start* to *end*; a kind without any is not there. One query."""
    found = Publication.objects.filter(date__gte=start, date__lte=end).order_by().values_list("kind")
    return dict(found.annotate(number=Count("pk")))


@dataclass(frozen=True)
class WholeNumbers:
    """The whole numbers from which a growth leads to a value, at the accuracy it is stated with."""

    value: int
    growth: Decimal
    first: int
    last: int

    @property
    def count(self) -> int:
        """How many there are; none means that the statement cannot be right."""
        return max(0, self.last - self.first + 1)


def whole_numbers_before(value: int, growth: Decimal) -> WholeNumbers:
    """The whole numbers p for which (value − p) / p, rounded as *growth* is, is *growth* percent.

    *growth* counts as stated to its last digit that is not zero: 81.00 as whole percents.
    """
    exponent = growth.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    half_unit = Decimal(5).scaleb(min(exponent, 0) - 1)
    smallest = value / (1 + (growth + half_unit) / 100)
    largest = value / (1 + (growth - half_unit) / 100)
    return WholeNumbers(
        value,
        growth,
        int(smallest.to_integral_value(ROUND_CEILING)),
        int(largest.to_integral_value(ROUND_FLOOR)),
    )


@dataclass(frozen=True)
class ChannelYear:
    """A channel in a year, and what can be said of the year before it."""

    figure: ChannelFigure
    previous: int | None
    possible: WholeNumbers | None

    @property
    def change(self) -> int | None:
        """Value − the year before."""
        return None if self.previous is None else self.figure.value - self.previous


def channel_years(start: date, end: date) -> list[ChannelYear]:
    """The channels' figures for the year that ends between *start* and *end*, with the year before.

    The year before is the figure entered for it, else what is stated: a figure, a change, or a growth
    from which exactly one whole number follows. Two queries.
    """
    figures = list(
        ChannelFigure.objects.filter(year_end__gte=start, year_end__lte=end)
        .select_related("channel")
        .order_by("channel__slug", "year_end")
    )
    before = {
        figure.channel_id: figure.value
        for figure in ChannelFigure.objects.filter(year_end__lt=start).order_by("year_end")
        if (start - figure.year_end).days <= 366
    }
    return [_channel_year(figure, before.get(figure.channel_id)) for figure in figures]


def _channel_year(figure: ChannelFigure, entered: int | None) -> ChannelYear:
    if entered is not None:
        return ChannelYear(figure, entered, None)
    if figure.previous is not None:
        return ChannelYear(figure, figure.previous, None)
    if figure.stated_change is not None:
        return ChannelYear(figure, figure.value - figure.stated_change, None)
    if figure.stated_growth is not None:
        possible = whole_numbers_before(figure.value, figure.stated_growth)
        certain = possible.count == 1 and not figure.is_approximate
        return ChannelYear(figure, possible.first if certain else None, possible)
    return ChannelYear(figure, None, None)
