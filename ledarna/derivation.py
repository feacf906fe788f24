"""How each figure is derived: the formula with its numbers, and which accounts it sums.

``FORMULAS`` says of which figures a figure is made; a formula is a row of data like the vocabulary
itself. What a formula's figures do not add up to is shown as a line of its own, under the name that
the formula gives it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finance.contributions import SELECTIONS, Selection
from finance.models import FiscalYear
from finance.presentation import MINUS, format_count
from ledarna.dates import day_in_words
from ledarna.figures import CHANNEL_PREFIX, Figure, Reading, Unit
from ledarna.presentation import format_value

Text = str | Promise


@dataclass(frozen=True)
class Formula:
    """Figures that are added or taken away, in their order; with ``whole``, divided by that figure.

    ``rest`` is what the remainder is called where the figures do not have to add up.
    """

    terms: tuple[tuple[str, str], ...]
    whole: str = ""
    rest: Text = ""


FORMULAS: Mapping[str, Formula] = {
    "members.change": Formula((("+", "members.closing"), (MINUS, "members.opening"))),
    "members.growth": Formula((("+", "members.change"),), whole="members.opening"),
    "members.survey_response_rate": Formula(
        (("+", "members.survey_responses"),), whole="members.survey_recipients"
    ),
    "finance.result": Formula(
        (("+", "finance.income"), (MINUS, "finance.costs"), ("+", "finance.financial"))
    ),
    "finance.budget_result": Formula(
        (("+", "finance.budget_income"), (MINUS, "finance.budget_costs")),
        rest=_("Budgeted financial items"),
    ),
    "finance.budget_variance": Formula((("+", "finance.result"), (MINUS, "finance.budget_result"))),
    "finance.equity_closing": Formula(
        (("+", "finance.equity_opening"), ("+", "finance.result")),
        rest=_("Other rows posted on equity accounts"),
    ),
    "finance.equity_change": Formula((("+", "finance.equity_closing"), (MINUS, "finance.equity_opening"))),
    "finance.solidity": Formula((("+", "finance.equity_closing"),), whole="finance.assets"),
    "board.meetings_digital_share": Formula((("+", "board.meetings_digital"),), whole="board.meetings"),
}

CHANNEL_FORMULAS: Mapping[str, Formula] = {
    ".change": Formula((("+", ""), (MINUS, ".previous"))),
    ".growth": Formula((("+", ".change"),), whole=".previous"),
}
"""The formulas of a channel's figures, by what follows its key; the terms follow the channel's key too."""

SELECTION_OF: Mapping[str, str] = {
    "finance.income": "income",
    "finance.costs": "costs",
    "finance.financial": "financial",
    "finance.result": "result",
    "finance.budget_income": "income",
    "finance.budget_costs": "costs",
    "finance.budget_result": "result",
    "finance.budget_variance": "result",
    "finance.equity_opening": "equity",
    "finance.equity_closing": "equity",
    "finance.equity_change": "equity",
    "finance.assets": "assets",
    "finance.liabilities": "liabilities",
    "finance.liquidity": "liquidity",
}
"""Which accounts stand behind a figure of the books."""


WITHOUT_VOUCHERS = frozenset(
    {"finance.budget_income", "finance.budget_costs", "finance.budget_result", "finance.equity_opening"}
)
"""Figures that no voucher contributes to: what was planned, and what the year began with."""


@dataclass(frozen=True)
class Fact:
    """A fact behind a figure: what it is, what it says, where it comes from."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Term:
    """A line of a formula: ``sign`` is empty, +, − or /; ``href`` leads to how the line is derived."""

    sign: str
    label: str
    value: str
    href: str


def address_of(label: str, key: str) -> str:
    """The page that says how the figure *key* of the year *label* is derived."""
    return reverse("figure", args=[label, key])


def selection_of(key: str) -> Selection | None:
    """The accounts behind *key*; None where no accounts are."""
    name = SELECTION_OF.get(key)
    return SELECTIONS[name] if name else None


def formula_of(key: str) -> Formula | None:
    """The formula of *key*; None where the figure is made of facts, not of figures."""
    if not key.startswith(CHANNEL_PREFIX):
        return FORMULAS.get(key)
    for suffix, formula in CHANNEL_FORMULAS.items():
        if key.endswith(suffix):
            base = key.removesuffix(suffix)
            return Formula(
                tuple((sign, base + part) for sign, part in formula.terms),
                base + formula.whole if formula.whole else "",
            )
    return None


def terms_of(figure: Figure, figures: Mapping[str, Figure], year: FiscalYear) -> list[Term]:
    """The lines of the formula of *figure*, with their numbers; none where it has no formula."""
    formula = formula_of(figure.key)
    if formula is None:
        return []

    def term(sign: str, key: str) -> Term:
        part = figures[key]
        return Term(sign, part.label, str(part), address_of(year.label, key))

    terms = [term("" if place == 0 else sign, key) for place, (sign, key) in enumerate(formula.terms)]
    if formula.whole:
        terms.append(term("/", formula.whole))
    if formula.rest and (rest := _rest(figure, formula, figures)):
        terms.append(
            Term("+" if rest > 0 else MINUS, str(formula.rest), format_value(abs(rest), Unit.SEK), "")
        )
    return terms


def facts_of(key: str, reading: Reading) -> list[Fact]:
    """The facts of members and board that *key* is made of; none for a figure made of other figures."""
    counts = {"members.opening": reading.members.opening, "members.closing": reading.members.closing}
    if count := counts.get(key):
        return [Fact(day_in_words(count.date), format_count(count.count), count.source)]
    if key == "members.survey_responses":
        return [Fact(survey.name, format_count(survey.responses)) for survey in reading.surveys.surveys]
    if key == "members.survey_recipients":
        return [
            Fact(survey.name, "–" if survey.recipients is None else format_count(survey.recipients))
            for survey in reading.surveys.surveys
        ]
    for channel in reading.channels:
        if key == f"{CHANNEL_PREFIX}{channel.figure.channel.slug}":
            return [
                Fact(str(channel.figure.year_end), format_count(channel.figure.value), channel.figure.note)
            ]
    meetings = {
        "board.meetings": reading.meetings.of_board,
        "board.meetings_digital": reading.meetings.digital,
        "board.councils": reading.meetings.councils,
    }
    return [
        Fact(
            f"{meeting.get_kind_display()} {meeting.number}".capitalize(),
            day_in_words(meeting.date),
            meeting.get_form_display(),
        )
        for meeting in meetings.get(key, ())
    ]


def _rest(figure: Figure, formula: Formula, figures: Mapping[str, Figure]) -> Decimal | None:
    """What the terms leave of the figure; None where one of them cannot be derived."""
    rest = figure.value
    for sign, key in formula.terms:
        value = figures[key].value
        if rest is None or value is None:
            return None
        rest = rest + value if sign == MINUS else rest - value
    return None if rest is None else Decimal(rest)
