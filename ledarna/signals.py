"""Traffic lights: a few figures held against a rule, and the rule written under each.

The rules are data: a measure, the limit from which it is in order, and the one from which it is to be
watched. A board that wants other limits changes a row. A light never stands for itself: it has a word,
a sentence with the measure, and its rule.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledarna.derivation import address_of
from ledarna.figures import Figures, Reading, Unit, percent
from ledarna.presentation import format_decimal_number, format_value

Text = str | Promise


class Light(StrEnum):
    """How a measure stands against its rule."""

    IN_ORDER = "in_order"
    WATCH = "watch"
    ACT = "act"
    UNKNOWN = "unknown"


WORDS: dict[Light, Text] = {
    Light.IN_ORDER: gettext_lazy("in order"),
    Light.WATCH: gettext_lazy("watch"),
    Light.ACT: gettext_lazy("act"),
    Light.UNKNOWN: gettext_lazy("unknown"),
}


@dataclass(frozen=True)
class Measured:
    """A measure, or the reason why it cannot be taken."""

    value: Decimal | None
    reason: str = ""


@dataclass(frozen=True)
class Rule:
    """A row of the table: ``in_order`` and ``watch`` are the least values of those lights.

    ``key`` is the figure that the light leads to. ``writes`` writes a value of the measure.
    """

    key: str
    label: Text
    measure: Callable[[Reading, Figures], Measured]
    sentence: Text
    in_order: Decimal
    watch: Decimal
    writes: Callable[[Decimal], str]
    rule: Text


@dataclass(frozen=True)
class Signal:
    """A light with all that is said of it."""

    key: str
    label: str
    light: Light
    sentence: str
    rule: str
    href: str

    @property
    def word(self) -> str:
        """What the light means, in a word."""
        return str(WORDS[self.light])


def _value(figures: Figures, *keys: str) -> Measured | list[Decimal]:
    """The values of *keys*, or the reason of the first that cannot be derived."""
    values = []
    for key in keys:
        figure = figures[key]
        if figure.value is None:
            return Measured(None, figure.reason or "")
        values.append(Decimal(figure.value))
    return values


def _as_it_is(figures: Figures, key: str) -> Measured:
    found = _value(figures, key)
    return found if isinstance(found, Measured) else Measured(found[0])


def _ratio(figures: Figures, part: str, whole: str) -> Measured:
    found = _value(figures, part, whole)
    if isinstance(found, Measured):
        return found
    if found[1] == 0:
        return Measured(
            None,
            _("There is nothing to compare it with: %(label)s is zero.") % {"label": figures[whole].label},
        )
    return Measured(percent(found[0], found[1]))


def _months_of_costs(reading: Reading, figures: Figures) -> Measured:
    found = _value(figures, "finance.liquidity", "finance.costs")
    if isinstance(found, Measured):
        return found
    held, costs = found
    if costs <= 0:
        return Measured(None, _("The year has no costs."))
    months = held * len(reading.months.months) / costs
    return Measured(months.quantize(Decimal("0.1"), ROUND_HALF_UP))


def _share(value: Decimal) -> str:
    return format_value(value, Unit.PERCENT)


def _signed_share(value: Decimal) -> str:
    return format_value(value, Unit.PERCENT, explicit_plus=True)


RULES: Sequence[Rule] = (
    Rule(
        "finance.budget_variance",
        gettext_lazy("The budget"),
        lambda reading, figures: _ratio(figures, "finance.budget_variance", "finance.budget_costs"),
        gettext_lazy("The result stands %(value)s from the budget, counted on the budgeted costs."),
        Decimal(-2),
        Decimal(-10),
        _signed_share,
        gettext_lazy("In order from %(in_order)s, to watch from %(watch)s, below that to act on."),
    ),
    Rule(
        "finance.equity_closing",
        gettext_lazy("Equity"),
        lambda reading, figures: _ratio(figures, "finance.equity_closing", "finance.costs"),
        gettext_lazy("Equity is %(value)s of the costs of the period."),
        Decimal(50),
        Decimal(25),
        _share,
        gettext_lazy("In order from %(in_order)s, to watch from %(watch)s, below that to act on."),
    ),
    Rule(
        "finance.liquidity",
        gettext_lazy("Cash and bank"),
        _months_of_costs,
        gettext_lazy("Cash and bank cover %(value)s months of costs."),
        Decimal(3),
        Decimal(1),
        format_decimal_number,
        gettext_lazy("In order from %(in_order)s months, to watch from %(watch)s, below that to act on."),
    ),
    Rule(
        "members.growth",
        gettext_lazy("Members"),
        lambda reading, figures: _as_it_is(figures, "members.growth"),
        gettext_lazy("The number of members changed by %(value)s."),
        Decimal(0),
        Decimal(-2),
        _signed_share,
        gettext_lazy("In order from %(in_order)s, to watch from %(watch)s, below that to act on."),
    ),
)
"""The rules, in the order in which they are shown."""


def light_of(rule: Rule, value: Decimal) -> Light:
    """The light of *value* under *rule*."""
    if value >= rule.in_order:
        return Light.IN_ORDER
    return Light.WATCH if value >= rule.watch else Light.ACT


def signals(reading: Reading, figures: Figures) -> list[Signal]:
    """Every light of the year, in the table's order; no query beyond those of *reading*."""
    found = []
    for rule in RULES:
        measured = rule.measure(reading, figures)
        light = Light.UNKNOWN if measured.value is None else light_of(rule, measured.value)
        found.append(
            Signal(
                key=rule.key,
                label=str(rule.label),
                light=light,
                sentence=measured.reason
                if measured.value is None
                else str(rule.sentence) % {"value": rule.writes(measured.value)},
                rule=str(rule.rule)
                % {"in_order": rule.writes(rule.in_order), "watch": rule.writes(rule.watch)},
                href=address_of(reading.year.label, rule.key),
            )
        )
    return found
