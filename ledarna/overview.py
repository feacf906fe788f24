"""The years beside one another (flerårsöversikt): money, members and meetings of five years."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from board.figures import BoardMeetings, board_meetings
from finance.analysis import YearSummary, years_overview, years_until
from finance.models import FiscalYear
from finance.money import from_ore, to_ore
from ledarna.figures import Unit, percent
from ledarna.presentation import format_value, format_whole_kronor
from members.figures import MemberDevelopment, developments

Text = str | Promise
Value = Decimal | int | None


@dataclass(frozen=True)
class YearColumn:
    """A year of the overview."""

    year: FiscalYear
    money: YearSummary
    members: MemberDevelopment
    meetings: BoardMeetings

    @property
    def growth(self) -> Decimal | None:
        """The growth in members, in percent; None where it cannot be derived."""
        if self.members.change is None or not self.members.opening or not self.members.opening.count:
            return None
        return percent(self.members.change, self.members.opening.count)

    @property
    def digital_share(self) -> Decimal | None:
        """The share of the board's meetings that were digital, in percent; None where it did not meet."""
        return percent(self.meetings.digital, self.meetings.held) if self.meetings.held else None


@dataclass(frozen=True)
class OverviewRow:
    """A row of the overview: the figure of each year, oldest first, None where it cannot be derived.

    ``key`` is the figure of the vocabulary that it shows.
    """

    key: str
    label: Text
    unit: Unit
    values: tuple[Value, ...]

    @property
    def texts(self) -> list[str]:
        """The figures as people write them, amounts in whole kronor; a dash where there is none."""

        def text(value: Value) -> str:
            if value is None:
                return "–"
            return (
                format_whole_kronor(to_ore(value))
                if self.unit == Unit.SEK
                else format_value(value, self.unit)
            )

        return [text(value) for value in self.values]


@dataclass(frozen=True)
class Overview:
    """Five years at the most, oldest first."""

    columns: tuple[YearColumn, ...]

    @property
    def rows(self) -> list[OverviewRow]:
        """The figures, a row each."""
        return [
            OverviewRow(key, label, unit, tuple(value_of(column) for column in self.columns))
            for key, label, unit, value_of in ROWS
        ]


def _kronor(name: str) -> Callable[[YearColumn], Value]:
    def value_of(column: YearColumn) -> Value:
        ore = getattr(column.money, name)
        return None if ore is None else from_ore(ore).amount

    return value_of


def _solidity(column: YearColumn) -> Value:
    money = column.money
    return (
        percent(money.equity_closing, money.assets)
        if money.equity_closing is not None and money.assets
        else None
    )


ROWS: Sequence[tuple[str, Text, Unit, Callable[[YearColumn], Value]]] = (
    ("finance.income", _("Income"), Unit.SEK, _kronor("income")),
    ("finance.costs", _("Costs"), Unit.SEK, _kronor("costs")),
    ("finance.financial", _("Financial items"), Unit.SEK, _kronor("financial")),
    ("finance.result", _("Result of the year"), Unit.SEK, _kronor("result")),
    ("finance.budget_result", _("Budgeted result"), Unit.SEK, _kronor("budget_result")),
    ("finance.equity_closing", _("Equity on the last day"), Unit.SEK, _kronor("equity_closing")),
    ("finance.assets", _("Assets"), Unit.SEK, _kronor("assets")),
    ("finance.liquidity", _("Cash and bank"), Unit.SEK, _kronor("liquidity")),
    ("finance.solidity", _("Equity as a share of the assets (solidity)"), Unit.PERCENT, _solidity),
    (
        "members.closing",
        _("Members on the last day"),
        Unit.COUNT,
        lambda column: column.members.closing.count if column.members.closing else None,
    ),
    ("members.growth", _("Growth in members"), Unit.PERCENT, lambda column: column.growth),
    ("board.meetings", _("Board meetings"), Unit.COUNT, lambda column: column.meetings.held or None),
    (
        "board.meetings_digital_share",
        _("Share of digital board meetings"),
        Unit.PERCENT,
        lambda column: column.digital_share,
    ),
)
"""The rows of the overview: the figure's key, what it is called, its unit, and how a year has it."""


def overview(year: FiscalYear) -> Overview:
    """*year* and the four before it. Eight queries."""
    years = years_until(year)
    periods = [(each.start, each.end) for each in years]
    return Overview(
        tuple(
            YearColumn(*parts)
            for parts in zip(
                years, years_overview(years), developments(periods), board_meetings(periods), strict=True
            )
        )
    )
