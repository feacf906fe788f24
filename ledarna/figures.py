"""The vocabulary of figures: every figure that Ledarna derives, by name.

One table says of each figure what it is called, in which unit it is given, how it is derived, where
its facts can be seen, and which function derives it. Pages, the annual report, the reconciliation,
the JSON and the commands all speak through it. To add a figure is to add one row.

A function takes a ``Reading`` (the facts of a fiscal year up to a day, each read once) and returns
the figure: Decimal kronor for SEK, an int for a count, a Decimal in percent. What cannot be derived
raises ``Underivable`` with the reason; it is never zero and never guessed.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from board.figures import MeetingYear, Progress, meeting_year, progress_of_year
from finance.analysis import YearInMonths, year_in_months
from finance.models import FiscalYear, VoucherRow
from finance.models.accounts import Kind
from finance.money import from_ore
from finance.statements import BudgetView, TrialBalance
from finance.sums import moment_after
from ledarna.presentation import format_value
from members.figures import (
    ChannelYear,
    MemberDevelopment,
    SurveyAnswers,
    channel_years,
    member_development,
    publications_of,
    survey_answers,
)
from members.models import Channel, Publication

CHANNEL_PREFIX = "members.channel."

Text = str | Promise
Value = Decimal | int


class Unit(StrEnum):
    """The unit of a figure."""

    SEK = "SEK"
    COUNT = "count"
    PERCENT = "percent"


class Underivable(Exception):
    """A figure cannot be derived; the message is the reason, in the reader's language."""


class Reading:
    """The facts of a fiscal year as they stood on a day, each read from the database once.

    ``as_of`` is by the day of the event, ``known`` by the time of posting: what was posted after that
    day is not there, whatever its date. Only the books know when they were told something; members,
    meetings and the budget are as they stand now.
    """

    def __init__(self, year: FiscalYear, as_of: date | None = None, known: date | None = None) -> None:
        """Read *year* up to *as_of*, or to its end. Raises ValueError for a day before the year."""
        if as_of is not None and as_of < year.start:
            raise ValueError(
                _("%(day)s is before the fiscal year, which begins on %(start)s.")
                % {"day": as_of, "start": year.start}
            )
        self.year = year
        self.as_of = as_of or year.end
        self.end = min(as_of or year.end, year.end)
        self.known = known

    @property
    def is_whole_year(self) -> bool:
        """Whether the reading reaches to the year's end."""
        return self.end == self.year.end

    @cached_property
    def members(self) -> MemberDevelopment:
        """How many members the year began and ended with."""
        return member_development(self.year.start, self.end)

    @cached_property
    def surveys(self) -> SurveyAnswers:
        """The year's surveys."""
        return survey_answers(self.year.start, self.end)

    @cached_property
    def publications(self) -> dict[str, int]:
        """How many newsletters and articles were brought out, by kind."""
        return publications_of(self.year.start, self.end)

    @cached_property
    def channels(self) -> list[ChannelYear]:
        """The year's channels; their figures are for whole years."""
        return channel_years(self.year.start, self.end)

    @cached_property
    def trial(self) -> TrialBalance:
        """The accounts."""
        return self.months.trial

    @cached_property
    def months(self) -> YearInMonths:
        """The accounts and the budget, month by month."""
        return year_in_months(self.year, None if self.is_whole_year else self.end, self.known)

    @cached_property
    def has_vouchers(self) -> bool:
        """Whether anything happened in the year: what was only moved within equity did not happen in it."""
        if self.known is None:
            return self.year.totals.exclude(account__kind=Kind.EQUITY).exists()
        rows = VoucherRow.objects.exclude(account__kind=Kind.EQUITY)
        return rows.filter(
            voucher__fiscal_year=self.year, voucher__posted_at__lt=moment_after(self.known)
        ).exists()

    @cached_property
    def budget(self) -> BudgetView | None:
        """The budget in force."""
        return self.months.budget

    @cached_property
    def meetings(self) -> MeetingYear:
        """The meetings."""
        return meeting_year(self.year.start, self.end)

    @cached_property
    def activities(self) -> Progress:
        """How far the whole year's activities have come by now."""
        return progress_of_year(self.year.start, self.year.end)

    def as_json(self) -> dict[str, Any]:
        """Every figure, as the JSON contract has them."""
        return {
            "year": self.year.label,
            "as_of": self.as_of.isoformat(),
            **({"known": self.known.isoformat()} if self.known else {}),
            "figures": {key: figure.as_json() for key, figure in self.figures.items()},
        }

    @cached_property
    def figures(self) -> "Figures":
        """Every figure by its key."""
        return Figures(self)


def reading_at_hand(year: FiscalYear, today: date) -> Reading:
    """The facts of *year* as its pages show them on the day *today*.

    A year that is over is read to its end. A year that is running is read to the end of the last whole
    month, so that it can be compared with a budget by month; in its first month, to today. A year that
    has not begun is read whole.
    """
    if not year.start <= today < year.end:
        return Reading(year)
    last_month_ended = today.replace(day=1) - timedelta(days=1)
    return Reading(year, last_month_ended if last_month_ended >= year.start else today)


@dataclass(frozen=True)
class Definition:
    """A row of the vocabulary. ``page`` is the name of the page on which the facts can be seen."""

    key: str
    label: Text
    unit: Unit
    derivation: Text
    page: str
    derive: Callable[[Reading], Value]


@dataclass(frozen=True)
class Figure:
    """A derived figure; ``value`` is None exactly when ``reason`` says why.

    ``source`` is the page of its facts, ``explained`` the one that says how it is derived.
    """

    key: str
    label: str
    unit: Unit
    value: Value | None
    reason: str | None
    derivation: str
    source: str
    explained: str

    @property
    def value_text(self) -> str | None:
        """The value as programs write it: ``-1420611.00``, ``287``, ``3.54``; None where there is none."""
        if self.value is None:
            return None
        return str(self.value) if self.unit == Unit.COUNT else f"{self.value:.2f}"

    def __str__(self) -> str:
        return "–" if self.value is None else format_value(self.value, self.unit)

    def as_json(self) -> dict[str, str | None]:
        """The figure as the JSON contract has it."""
        return {
            "label": self.label,
            "value": self.value_text,
            "unit": self.unit.value,
            "source": self.source,
            "reason": self.reason,
        }


def percent(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """*part* of *whole* in percent, to two decimals, halves away from zero."""
    return (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)


# Members ------------------------------------------------------------------------------------------


def _opening(reading: Reading) -> int:
    if reading.members.opening is None:
        raise Underivable(
            _("No member count was entered for %(day)s or a day before it.") % {"day": reading.year.start}
        )
    return reading.members.opening.count


def _closing(reading: Reading) -> int:
    if reading.members.closing is None:
        raise Underivable(
            _("No member count was entered between %(start)s and %(end)s.")
            % {"start": reading.year.start + timedelta(days=1), "end": reading.end}
        )
    return reading.members.closing.count


def _growth(reading: Reading) -> Decimal:
    opening, closing = _opening(reading), _closing(reading)
    if opening == 0:
        raise Underivable(_("The year began with no members, and growth from nothing has no percentage."))
    return percent(closing - opening, opening)


def _responses(reading: Reading) -> int:
    if reading.surveys.responses is None:
        raise Underivable(_("No survey was entered for the year."))
    return reading.surveys.responses


def _recipients(reading: Reading) -> int:
    _responses(reading)
    if survey := reading.surveys.without_recipients:
        raise Underivable(
            _("How many the survey “%(survey)s” was sent to was not entered.") % {"survey": survey.name}
        )
    assert reading.surveys.recipients is not None
    return reading.surveys.recipients


def _response_rate(reading: Reading) -> Decimal:
    recipients = _recipients(reading)
    if recipients == 0:
        raise Underivable(_("The surveys had no recipients."))
    return percent(_responses(reading), recipients)


def _newsletters(reading: Reading) -> int:
    if number := reading.publications.get(Publication.Kind.NEWSLETTER):
        return number
    raise Underivable(_("No newsletter was entered for the year."))


def _articles(reading: Reading) -> int:
    if number := reading.publications.get(Publication.Kind.ARTICLE):
        return number
    raise Underivable(_("No article was entered for the year."))


# Finance ------------------------------------------------------------------------------------------


def _kronor(ore: int) -> Decimal:
    return from_ore(ore).amount


def _posted(reading: Reading) -> TrialBalance:
    if not reading.has_vouchers:
        raise Underivable(_("Nothing is posted in the fiscal year."))
    return reading.trial


def _opened(reading: Reading) -> TrialBalance:
    if not reading.trial.has_opening:
        raise Underivable(_("No opening balances were entered for the fiscal year."))
    return reading.trial


def _liquidity(reading: Reading) -> Decimal:
    trial = _opened(reading)
    if not trial.has_liquid_accounts:
        raise Underivable(_("No account of cash or bank (19xx) is in use."))
    return _kronor(trial.liquidity)


def _solidity(reading: Reading) -> Decimal:
    trial = _opened(reading)
    if not trial.assets:
        raise Underivable(_("There are no assets to compare the equity with."))
    return percent(trial.equity_closing, trial.assets)


def _budget(reading: Reading) -> BudgetView:
    if reading.budget is None:
        raise Underivable(_("No budget is in force for the fiscal year."))
    if not reading.is_whole_year:
        if reading.budget.undivided:
            raise Underivable(_("The budget is for the whole year and cannot be divided over its months."))
        if (reading.end + timedelta(days=1)).day != 1:
            raise Underivable(_("The budget is by month; choose the last day of a month."))
    return reading.budget


def _variance(reading: Reading) -> Decimal:
    return _kronor(_posted(reading).result - _budget(reading).result)


# Board --------------------------------------------------------------------------------------------


def _meetings(reading: Reading) -> int:
    if not reading.meetings.meetings:
        raise Underivable(_("No meeting was entered for the year."))
    return len(reading.meetings.of_board)


def _digital(reading: Reading) -> int:
    _meetings(reading)
    return len(reading.meetings.digital)


def _digital_share(reading: Reading) -> Decimal:
    meetings = _meetings(reading)
    if meetings == 0:
        raise Underivable(_("The board has not met."))
    return percent(_digital(reading), meetings)


def _councils(reading: Reading) -> int:
    _meetings(reading)
    return len(reading.meetings.councils)


def _decisions(reading: Reading) -> int:
    if not reading.meetings.decisions:
        raise Underivable(_("No decision was entered for the year."))
    return reading.meetings.decisions


def _attendance(reading: Reading) -> Decimal:
    if not reading.meetings.called:
        raise Underivable(_("Attendance was not entered for any meeting of the year."))
    return percent(reading.meetings.there, reading.meetings.called)


def _activities(reading: Reading) -> int:
    if not reading.activities.entered:
        raise Underivable(_("No activity was entered for the year."))
    return reading.activities.counted


def _activities_done(reading: Reading) -> int:
    _activities(reading)
    return reading.activities.done


VOCABULARY: tuple[Definition, ...] = (
    Definition(
        "members.opening",
        gettext_lazy("Members on the first day"),
        Unit.COUNT,
        gettext_lazy("The latest member count on or before the year's first day."),
        "members",
        _opening,
    ),
    Definition(
        "members.closing",
        gettext_lazy("Members on the last day"),
        Unit.COUNT,
        gettext_lazy("The latest member count on or before the year's last day."),
        "members",
        _closing,
    ),
    Definition(
        "members.change",
        gettext_lazy("Change in members"),
        Unit.COUNT,
        gettext_lazy("Members on the last day − members on the first day."),
        "members",
        lambda reading: _closing(reading) - _opening(reading),
    ),
    Definition(
        "members.growth",
        gettext_lazy("Growth in members"),
        Unit.PERCENT,
        gettext_lazy("Change in members / members on the first day."),
        "members",
        _growth,
    ),
    Definition(
        "members.survey_recipients",
        gettext_lazy("Recipients of surveys"),
        Unit.COUNT,
        gettext_lazy("The recipients of the year's surveys."),
        "members",
        _recipients,
    ),
    Definition(
        "members.survey_responses",
        gettext_lazy("Answers to surveys"),
        Unit.COUNT,
        gettext_lazy("The answers to the year's surveys."),
        "members",
        _responses,
    ),
    Definition(
        "members.survey_response_rate",
        gettext_lazy("Response rate of surveys"),
        Unit.PERCENT,
        gettext_lazy("Answers / recipients."),
        "members",
        _response_rate,
    ),
    Definition(
        "members.newsletters",
        gettext_lazy("Newsletters"),
        Unit.COUNT,
        gettext_lazy("The newsletters entered with a day of the year."),
        "members",
        _newsletters,
    ),
    Definition(
        "members.articles",
        gettext_lazy("Articles"),
        Unit.COUNT,
        gettext_lazy("The articles entered with a day of the year."),
        "members",
        _articles,
    ),
    Definition(
        "finance.income",
        gettext_lazy("Income"),
        Unit.SEK,
        gettext_lazy("The posted rows on income accounts (3xxx)."),
        "income-statement",
        lambda reading: _kronor(_posted(reading).income),
    ),
    Definition(
        "finance.costs",
        gettext_lazy("Costs"),
        Unit.SEK,
        gettext_lazy("The posted rows on cost accounts (4xxx–7xxx)."),
        "income-statement",
        lambda reading: _kronor(_posted(reading).costs),
    ),
    Definition(
        "finance.financial",
        gettext_lazy("Financial items"),
        Unit.SEK,
        gettext_lazy("The posted rows on financial accounts (8xxx), income positive."),
        "income-statement",
        lambda reading: _kronor(_posted(reading).financial),
    ),
    Definition(
        "finance.result",
        gettext_lazy("Result of the year"),
        Unit.SEK,
        gettext_lazy("Income − costs + financial items."),
        "income-statement",
        lambda reading: _kronor(_posted(reading).result),
    ),
    Definition(
        "finance.budget_income",
        gettext_lazy("Budgeted income"),
        Unit.SEK,
        gettext_lazy("The lines of the budget in force on income accounts."),
        "income-statement",
        lambda reading: _kronor(_budget(reading).income),
    ),
    Definition(
        "finance.budget_costs",
        gettext_lazy("Budgeted costs"),
        Unit.SEK,
        gettext_lazy("The lines of the budget in force on cost accounts."),
        "income-statement",
        lambda reading: _kronor(_budget(reading).costs),
    ),
    Definition(
        "finance.budget_result",
        gettext_lazy("Budgeted result"),
        Unit.SEK,
        gettext_lazy("Budgeted income − budgeted costs + budgeted financial items."),
        "income-statement",
        lambda reading: _kronor(_budget(reading).result),
    ),
    Definition(
        "finance.budget_variance",
        gettext_lazy("Result against budget"),
        Unit.SEK,
        gettext_lazy("Result of the year − budgeted result."),
        "income-statement",
        _variance,
    ),
    Definition(
        "finance.equity_opening",
        gettext_lazy("Equity on the first day"),
        Unit.SEK,
        gettext_lazy("The opening balances of the equity accounts."),
        "balance-sheet",
        lambda reading: _kronor(_opened(reading).equity_opening),
    ),
    Definition(
        "finance.equity_closing",
        gettext_lazy("Equity on the last day"),
        Unit.SEK,
        gettext_lazy("Equity on the first day + result of the year + other rows posted on equity accounts."),
        "balance-sheet",
        lambda reading: _kronor(_opened(reading).equity_closing),
    ),
    Definition(
        "finance.equity_change",
        gettext_lazy("Change in equity"),
        Unit.SEK,
        gettext_lazy("Equity on the last day − equity on the first day."),
        "balance-sheet",
        lambda reading: _kronor(_opened(reading).equity_closing - _opened(reading).equity_opening),
    ),
    Definition(
        "finance.assets",
        gettext_lazy("Assets"),
        Unit.SEK,
        gettext_lazy("Opening balances and posted rows on asset accounts (1xxx)."),
        "balance-sheet",
        lambda reading: _kronor(_opened(reading).assets),
    ),
    Definition(
        "finance.liabilities",
        gettext_lazy("Liabilities"),
        Unit.SEK,
        gettext_lazy("Opening balances and posted rows on liability accounts (21xx–29xx)."),
        "balance-sheet",
        lambda reading: _kronor(_opened(reading).liabilities),
    ),
    Definition(
        "finance.liquidity",
        gettext_lazy("Cash and bank"),
        Unit.SEK,
        gettext_lazy("Opening balances and posted rows on the accounts of cash and bank (19xx)."),
        "balance-sheet",
        _liquidity,
    ),
    Definition(
        "finance.solidity",
        gettext_lazy("Equity as a share of the assets (solidity)"),
        Unit.PERCENT,
        gettext_lazy("Equity on the last day / assets."),
        "balance-sheet",
        _solidity,
    ),
    Definition(
        "board.meetings",
        gettext_lazy("Board meetings"),
        Unit.COUNT,
        gettext_lazy("The meetings of the board: ordinary, constituent, extra and per capsulam."),
        "meetings",
        _meetings,
    ),
    Definition(
        "board.meetings_digital",
        gettext_lazy("Digital board meetings"),
        Unit.COUNT,
        gettext_lazy("The board's meetings that were digital; hybrid ones do not count."),
        "meetings",
        _digital,
    ),
    Definition(
        "board.meetings_digital_share",
        gettext_lazy("Share of digital board meetings"),
        Unit.PERCENT,
        gettext_lazy("Digital board meetings / board meetings."),
        "meetings",
        _digital_share,
    ),
    Definition(
        "board.councils",
        gettext_lazy("Association councils"),
        Unit.COUNT,
        gettext_lazy("The meetings of the association council."),
        "meetings",
        _councils,
    ),
    Definition(
        "board.decisions",
        gettext_lazy("Decisions"),
        Unit.COUNT,
        gettext_lazy("The decisions of the year's meetings."),
        "meetings",
        _decisions,
    ),
    Definition(
        "board.attendance",
        gettext_lazy("Attendance at board meetings"),
        Unit.PERCENT,
        gettext_lazy("Those present / those called, over the board's meetings."),
        "meetings",
        _attendance,
    ),
    Definition(
        "board.activities",
        gettext_lazy("Activities"),
        Unit.COUNT,
        gettext_lazy("The year's activities that were not dropped."),
        "plan",
        _activities,
    ),
    Definition(
        "board.activities_done",
        gettext_lazy("Activities done"),
        Unit.COUNT,
        gettext_lazy("The year's activities that are done."),
        "plan",
        _activities_done,
    ),
)

BY_KEY = {definition.key: definition for definition in VOCABULARY}


# Channels: four figures for each channel that has a figure in the year -----------------------------


def _channel_previous(channel: ChannelYear) -> int:
    if channel.previous is not None:
        return channel.previous
    possible = channel.possible
    if possible is None:
        raise Underivable(_("Nothing was entered about the year before."))
    growth, value = format_value(possible.growth, Unit.PERCENT, explicit_plus=True), possible.value
    if possible.count == 0:
        below, above = (
            format_value(percent(value - whole, whole), Unit.PERCENT, explicit_plus=True)
            for whole in (possible.last, possible.first)
        )
        raise Underivable(
            _(
                "No whole number the year before gives %(growth)s to %(value)s:"
                " from %(last)d it is %(below)s, from %(first)d %(above)s."
            )
            % {
                "growth": growth,
                "value": format_value(value, Unit.COUNT),
                "first": possible.first,
                "last": possible.last,
                "below": below,
                "above": above,
            }
        )
    if possible.count == 1:
        raise Underivable(
            _("The value is approximate, so %(growth)s does not tell the year before.") % {"growth": growth}
        )
    raise Underivable(
        _("Each number from %(first)d to %(last)d gives %(growth)s to %(value)s.")
        % {
            "first": possible.first,
            "last": possible.last,
            "growth": growth,
            "value": format_value(value, Unit.COUNT),
        }
    )


def _channel_growth(channel: ChannelYear) -> Decimal:
    previous = _channel_previous(channel)
    if previous == 0:
        raise Underivable(_("The year before was zero, and growth from nothing has no percentage."))
    return percent(channel.figure.value - previous, previous)


@dataclass(frozen=True)
class ChannelDefinition:
    """A row of the vocabulary that stands for every channel; ``suffix`` follows the channel's key."""

    suffix: str
    label: Text
    unit: Unit
    derivation: Text
    derive: Callable[[ChannelYear], Value]

    def of(self, channel: ChannelYear) -> Definition:
        """The row for one channel."""
        return Definition(
            key=f"{CHANNEL_PREFIX}{channel.figure.channel.slug}{self.suffix}",
            label=format_lazy(
                "{channel}{label}", channel=channel.figure.channel.local_name, label=self.label
            ),
            unit=self.unit,
            derivation=self.derivation,
            page="members",
            derive=lambda reading: self.derive(channel),
        )


CHANNEL_VOCABULARY: tuple[ChannelDefinition, ...] = (
    ChannelDefinition(
        "", "", Unit.COUNT, gettext_lazy("The channel's figure for the year."), lambda c: c.figure.value
    ),
    ChannelDefinition(
        ".previous",
        gettext_lazy(", the year before"),
        Unit.COUNT,
        gettext_lazy("The figure for the year before; else the figure − the stated change."),
        _channel_previous,
    ),
    ChannelDefinition(
        ".change",
        gettext_lazy(", change"),
        Unit.COUNT,
        gettext_lazy("The figure − the year before."),
        lambda c: c.figure.value - _channel_previous(c),
    ),
    ChannelDefinition(
        ".growth",
        gettext_lazy(", growth"),
        Unit.PERCENT,
        gettext_lazy("Change / the year before."),
        _channel_growth,
    ),
)


# The vocabulary in use ----------------------------------------------------------------------------


def known_keys() -> list[str]:
    """Every key of the vocabulary, those of the channels that exist with them."""
    slugs = Channel.objects.values_list("slug", flat=True)
    return [definition.key for definition in VOCABULARY] + [
        f"{CHANNEL_PREFIX}{slug}{row.suffix}" for slug in slugs for row in CHANNEL_VOCABULARY
    ]


def is_known_key(key: str) -> bool:
    """Whether the vocabulary has *key*."""
    return key in known_keys()


class Figures(Mapping[str, Figure]):
    """Every figure of a reading by its key, channels after the members.

    Each is derived when it is asked for, once, in the language of whoever asks first: a page that shows a
    few of them reads nothing for the others.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._derived: dict[str, Figure] = {}

    @cached_property
    def _of_channels(self) -> dict[str, Definition]:
        rows = (row.of(channel) for channel in self._reading.channels for row in CHANNEL_VOCABULARY)
        return {row.key: row for row in rows}

    def __getitem__(self, key: str) -> Figure:
        if key not in self._derived:
            definition = BY_KEY.get(key) or self._of_channels[key]
            self._derived[key] = _derived(definition, self._reading)
        return self._derived[key]

    def __iter__(self) -> Iterator[str]:
        members = [key for key in BY_KEY if key.startswith("members.")]
        return iter(dict.fromkeys([*members, *self._of_channels, *BY_KEY]))

    def __len__(self) -> int:
        return len(BY_KEY) + len(self._of_channels)


def _derived(definition: Definition, reading: Reading) -> Figure:
    value: Value | None = None
    reason: str | None = None
    try:
        value = definition.derive(reading)
    except Underivable as underivable:
        reason = str(underivable)
    return Figure(
        key=definition.key,
        label=str(definition.label),
        unit=definition.unit,
        value=value,
        reason=reason,
        derivation=str(definition.derivation),
        source=reverse(definition.page, args=[reading.year.label]),
        explained=reverse("figure", args=[reading.year.label, definition.key]),
    )


def figures_of(year: FiscalYear, as_of: date | None = None, reading: Reading | None = None) -> Figures:
    """Every figure of *year* by its key, as it stood on *as_of* or at the year's end.

    A *reading* that was made already is used instead of a new one. The number of queries is fixed.
    """
    return (reading or Reading(year, as_of)).figures
