"""Figures derived from the members' facts, for any two dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from members.models import ChannelFigure, MemberCount, Survey


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
