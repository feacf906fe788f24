"""Reconciliation: what was published of a year, beside what its facts say.

Each published figure agrees with the derived one, differs from it, or cannot be compared because
the facts are missing. Where something does not add up, an explanation says what the document's own
numbers imply; explanations are arithmetic on published and derived figures, never guesses.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from finance.models import FiscalYear
from ledarna.figures import Figure, Reading, Unit, figures_of
from ledarna.models import StatedFigure
from ledarna.presentation import format_stated, format_value

NEARLY = Decimal("0.1")
"""“Nearly” reaches from the stated value to a tenth below it."""


class Status(StrEnum):
    """How a published figure stands against the derived one."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNDERIVABLE = "underivable"


@dataclass(frozen=True)
class ReconciliationRow:
    """A published figure and the derived one. ``difference`` is derived − stated."""

    key: str
    label: str
    unit: Unit
    stated: Decimal
    nearly: bool
    derived: Decimal | None
    difference: Decimal | None
    status: Status
    explanation: str
    document: str
    page: str
    source: str

    @property
    def stated_text(self) -> str:
        """The published figure as people write it."""
        text = format_stated(self.stated, self.unit)
        return _("nearly %(value)s") % {"value": text} if self.nearly else text

    @property
    def derived_text(self) -> str:
        """The derived figure as people write it; a dash where there is none."""
        return "–" if self.derived is None else format_value(self.derived, self.unit)

    @property
    def difference_text(self) -> str:
        """The difference as people write it; a dash where there is none, points for shares."""
        if self.difference is None:
            return "–"
        return format_value(self.difference, self.unit, explicit_plus=True)

    def as_json(self) -> dict[str, str | None]:
        """The row as the JSON contract has it."""

        def text(value: Decimal | None) -> str | None:
            if value is None:
                return None
            return str(int(value)) if self.unit == Unit.COUNT and value == int(value) else f"{value:.2f}"

        return {
            "key": self.key,
            "label": self.label,
            "stated": text(self.stated),
            "derived": text(self.derived),
            "difference": text(self.difference),
            "status": self.status.value,
            "explanation": self.explanation,
            "document": self.document,
        }


@dataclass(frozen=True)
class Reconciliation:
    """All published figures of a year, checked."""

    year: FiscalYear
    rows: tuple[ReconciliationRow, ...]

    def count(self, status: str) -> int:
        """How many rows have *status*."""
        return sum(row.status == status for row in self.rows)

    @property
    def differing(self) -> list[ReconciliationRow]:
        """The rows that differ."""
        return [row for row in self.rows if row.status == Status.DIFFERS]

    def as_json(self) -> dict[str, object]:
        """The reconciliation as the JSON contract has it."""
        return {
            "year": self.year.label,
            "rows": [row.as_json() for row in self.rows],
            **{status.value: self.count(status) for status in Status},
        }


@dataclass(frozen=True)
class Comparison:
    """What an explanation may look at: the statement, everything else its document states, the figures."""

    stated: StatedFigure
    document: Mapping[str, Decimal]
    figures: Mapping[str, Figure]
    reading: Reading

    @property
    def derived(self) -> Decimal | None:
        """The derived figure; None where it cannot be derived."""
        return self.derived_of(self.stated.key)

    def derived_of(self, key: str) -> Decimal | None:
        """The derived figure of *key*; None where it cannot be derived."""
        figure = self.figures.get(key)
        return None if figure is None or figure.value is None else Decimal(figure.value)


def _explain_result(comparison: Comparison) -> str:
    """The document's own income and costs give another result than it states."""
    income, costs = (comparison.document.get(f"finance.{part}") for part in ("income", "costs"))
    if income is None or costs is None:
        return ""
    own = income - costs + comparison.document.get("finance.financial", Decimal(0))
    gap = comparison.stated.value - own
    if not gap:
        return ""
    return _(
        "The document's own income − costs is %(own)s; its result is %(gap)s from that, which no row explains."
    ) % {
        "own": format_value(own, Unit.SEK),
        "gap": format_value(gap, Unit.SEK, explicit_plus=True),
    }


def _explain_variance(comparison: Comparison) -> str:
    """The difference in the variance is the one in the result."""
    stated_result = comparison.document.get("finance.result")
    derived_result = comparison.derived_of("finance.result")
    if stated_result is None or derived_result is None or comparison.derived is None:
        return ""
    gap = derived_result - stated_result
    if not gap or comparison.derived - comparison.stated.value != gap:
        return ""
    return _("The difference of %(gap)s is that of the result: against the budget, both move together.") % {
        "gap": format_value(abs(gap), Unit.SEK)
    }


def _explain_response_rate(comparison: Comparison) -> str:
    """The answers and the stated rate imply how many the survey was sent to."""
    responses = comparison.derived_of("members.survey_responses")
    if responses is None or comparison.stated.value <= 0:
        return ""
    implied = (responses * 100 / comparison.stated.value).quantize(Decimal(1), ROUND_HALF_UP)
    sentence = _("%(responses)s answers at %(rate)s mean about %(implied)s recipients") % {
        "responses": format_value(responses, Unit.COUNT),
        "rate": format_stated(comparison.stated.value, Unit.PERCENT),
        "implied": format_value(implied, Unit.COUNT),
    }
    counts = [comparison.derived_of(f"members.{end}") for end in ("opening", "closing")]
    known = [format_value(count, Unit.COUNT) for count in counts if count is not None and count != implied]
    if not known:
        return f"{sentence}."
    return _("%(sentence)s; the register had %(counts)s members.") % {
        "sentence": sentence,
        "counts": _(" and ").join(known),
    }


EXPLANATIONS: dict[str, Callable[[Comparison], str]] = {
    "finance.result": _explain_result,
    "finance.budget_variance": _explain_variance,
    "members.survey_response_rate": _explain_response_rate,
}


def _explanation(comparison: Comparison, status: Status) -> str:
    key = comparison.stated.key
    if status == Status.AGREES:
        return ""
    explain = EXPLANATIONS.get(key)
    figure = comparison.figures.get(key)
    reason = figure.reason if figure else _("No facts were entered for it in this year.")
    return " ".join(part for part in (reason, explain(comparison) if explain else "") if part)


def _status(stated: StatedFigure, derived: Decimal | None) -> Status:
    if derived is None:
        return Status.UNDERIVABLE
    if stated.nearly:
        lowest, highest = sorted((stated.value * (1 - NEARLY), stated.value))
        return Status.AGREES if lowest <= derived <= highest else Status.DIFFERS
    return Status.AGREES if abs(derived - stated.value) <= stated.tolerance else Status.DIFFERS


def reconcile(year: FiscalYear, reading: Reading | None = None) -> Reconciliation:
    """Every published figure of *year* beside the derived one, in the order they were entered."""
    reading = reading or Reading(year)
    figures = figures_of(year, reading=reading)
    stated_figures = list(StatedFigure.objects.filter(fiscal_year=year))
    rows = []
    for stated in stated_figures:
        document = {other.key: other.value for other in stated_figures if other.document == stated.document}
        comparison = Comparison(stated, document, figures, reading)
        derived = comparison.derived
        status = _status(stated, derived)
        figure = figures.get(stated.key)
        rows.append(
            ReconciliationRow(
                key=stated.key,
                label=figure.label if figure else stated.key,
                unit=figure.unit if figure else Unit.COUNT,
                stated=stated.value,
                nearly=stated.nearly,
                derived=derived,
                difference=None if derived is None else derived - stated.value,
                status=status,
                explanation=_explanation(comparison, status),
                document=stated.document,
                page=stated.page,
                source=figure.source if figure else "",
            )
        )
    return Reconciliation(year, tuple(rows))
