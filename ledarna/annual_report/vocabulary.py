"""What the names between the braces stand for: figures, facts of the year, tables, charts, formats.

Everything is derived by the functions that the pages use. What a name or a format does not say is a
``Mistake`` with its place; what cannot be derived says why in the text itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from board.figures import plan_year
from finance.cash_flow import cash_flow_report
from finance.equity import equity_report
from finance.models import Association, FiscalYear
from finance.notes import notes_report
from finance.presentation import format_long_date
from finance.report import Report
from finance.tabulation import balance_report, income_report
from ledarna.annual_report.expressions import Written
from ledarna.annual_report.markdown import plain, prose
from ledarna.annual_report.nodes import Node
from ledarna.charts.chart import Chart
from ledarna.charts.finance import (
    income_and_costs,
    liquidity,
    result_course,
    variance_by_group,
    variance_course,
)
from ledarna.charts.years import members_of_year
from ledarna.documents import table_data
from ledarna.figures import Figure, Reading, Unit, Value, known_keys
from ledarna.presentation import format_stated, format_value
from ledarna.sentences import progress_sentence

PREVIOUS = "previous."
"""Before a key: the figure of the fiscal year before."""

WORDS: Mapping[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    "words": (_("increased by"), _("decreased by"), _("changed by")),
    "surplus": (_("a surplus"), _("a deficit"), _("neither surplus nor deficit")),
    "better": (_("better than"), _("worse than"), _("as good as")),
    "more": (_("more than"), _("fewer than"), _("as many as")),
}
"""The words of a figure that is above zero, below it, or zero."""


@dataclass(frozen=True)
class Tabled:
    """A table as the text has it: its title, and what ``parts/report_table.html`` and the paper set."""

    title: str
    data: Mapping[str, Any]


def _statement(report: Callable[[FiscalYear], Report], folded: bool = True) -> Callable[[FiscalYear], Tabled]:
    def tabled(year: FiscalYear) -> Tabled:
        made = report(year)
        return Tabled(made.title, table_data(made, folded=folded))

    return tabled


def _activities(year: FiscalYear) -> Tabled:
    """The year's activities under their goals, with what became of each."""
    plan = plan_year(year.start, year.end)
    groups = [(goal.goal.title, goal.of_year) for _period, goals in plan.periods for goal in goals]
    if any(activities for _title, activities in groups):
        groups.append((gettext("Activities without a goal"), plan.without_goal))
    else:
        groups = [("", plan.without_goal)]
    rows: list[dict[str, Any]] = []
    for title, activities in groups:
        if title and activities:
            rows.append(_text_row("heading", title))
        for activity in activities:
            said = " ".join(plain([node]) for node in prose(activity.outcome)) or activity.reason
            name = f"{activity.name}. {said}" if said else activity.name
            rows.append({**_text_row("item", name), "cells": [str(activity.get_state_display())]})
    return Tabled(
        gettext("Activities of the year"),
        {
            "words": {"item": gettext("Activity")},
            "columns": [gettext("State")],
            "rows": rows or [_text_row("text", progress_sentence(plan.progress))],
            "notes": [],
        },
    )


def _text_row(role: str, name: str) -> dict[str, Any]:
    return {"role": role, "level": 0, "number": "", "name": name, "cells": [""] if role == "heading" else []}


TABLES: Mapping[str, Callable[[FiscalYear], Tabled]] = {
    "income-statement": _statement(income_report),
    "balance-sheet": _statement(balance_report),
    "cash-flow": _statement(cash_flow_report),
    "equity": _statement(equity_report),
    "notes": _statement(notes_report, folded=False),
    "activities": _activities,
}

CHARTS: Mapping[str, Callable[[Reading], Chart]] = {
    "result": lambda reading: result_course(reading.months),
    "income-and-costs": lambda reading: income_and_costs(reading.months),
    "variance": lambda reading: variance_by_group(reading.months),
    "variance-course": lambda reading: variance_course(reading.months),
    "liquidity": lambda reading: liquidity(reading.months),
    "members": members_of_year,
}

FACTS: Mapping[str, Callable[[FiscalYear], str]] = {
    "association": lambda year: getattr(Association.objects.first(), "name", ""),
    "year": lambda year: year.label,
    "year.start": lambda year: format_long_date(year.start),
    "year.end": lambda year: format_long_date(year.end),
}

FORMATS: Mapping[str, str | Promise] = {
    "abs": _("without its sign"),
    "plus": _("with a plus where it is above zero"),
    "round": _("without decimals"),
    "percent": _("with every decimal; shares only"),
    "table": _("without its unit"),
    "label": _("what the figure is called"),
    **{name: format_lazy("{}, {}, {}", *words) for name, words in WORDS.items()},
}
"""The formats, and what they do."""


@dataclass(frozen=True)
class Mistake:
    """What was written and cannot be understood: where, and what to do."""

    written: Written
    sentence: str | Promise
    section: str = ""

    @property
    def place(self) -> str | Promise:
        """The section, the line and the column."""
        return format_lazy(
            _("{section}, line {line}, column {column}"),
            section=self.section,
            line=self.written.line,
            column=self.written.column,
        )


def nearest(name: str, names: Iterable[str]) -> list[str]:
    """Those of *names* that are most like *name*, at the most three."""
    return get_close_matches(name, list(names), n=3, cutoff=0.5)


@dataclass
class Resolver:
    """Says of each expression what it stands for in a year, and collects the mistakes.

    ``used`` are the figures that the text has, by what was written; ``missing`` those without a value.
    """

    reading: Reading
    draws: bool = True
    mistakes: list[Mistake] = field(default_factory=list)
    used: dict[str, Figure] = field(default_factory=dict)

    @cached_property
    def _keys(self) -> list[str]:
        return known_keys()

    @cached_property
    def _previous(self) -> Mapping[str, Figure]:
        before = self.reading.year.previous
        return Reading(before).figures if before else {}

    def names(self) -> list[str]:
        """Every name that may stand between the braces."""
        return [*FACTS, *self._keys]

    def __call__(self, written: Written, alone: bool) -> Node:
        """The node of *written*; *alone* when it has a paragraph of its own."""
        if written.kind == "open":
            return self._mistaken(written, _("The braces do not close on this line. Close them with }}."))
        if written.kind == "figure":
            return self._named(written)
        if not alone:
            return self._mistaken(written, _("A table or a chart needs a paragraph of its own."))
        return self._table(written) if written.kind == "table" else self._chart(written)

    def _mistaken(self, written: Written, sentence: str | Promise) -> Node:
        self.mistakes.append(Mistake(written, sentence))
        return Node("mistake", written.source)

    def _unknown(self, written: Written, name: str, names: Iterable[str], what: Any) -> Node:
        like = nearest(name, names)
        sentence = format_lazy(what, name=name)
        if like:
            sentence = format_lazy(
                _("{sentence} Nearest: {names}."), sentence=sentence, names=", ".join(like)
            )
        return self._mistaken(written, sentence)

    # Figures and facts

    def _named(self, written: Written) -> Node:
        for name in written.formats:
            if name not in FORMATS:
                return self._unknown(written, name, FORMATS, _("“{name}” is no format."))
        if fact := FACTS.get(written.name):
            return Node("text", fact(self.reading.year))
        key = written.name.removeprefix(PREVIOUS)
        if key not in self._keys:
            return self._unknown(
                written, written.name, self.names(), _("“{name}” is no figure of the vocabulary.")
            )
        if key == written.name:
            figure = self.reading.figures.get(key)
            reason: str | Promise = _("Nothing was entered about it in the year.")
        else:
            figure = self._previous.get(key)
            reason = _("There is no such figure of the fiscal year before.")
        if figure is None:
            return Node("missing", str(reason), label=key)
        return self._figure(written, figure)

    def _figure(self, written: Written, figure: Figure) -> Node:
        self.used[written.name] = figure
        if "percent" in written.formats and figure.unit != Unit.PERCENT:
            return self._mistaken(
                written,
                format_lazy(_("“{name}” is no share, so it has no format “percent”."), name=written.name),
            )
        if "label" in written.formats:
            return Node("text", figure.label)
        if figure.value is None:
            return Node("missing", figure.reason or "", href=figure.explained, label=figure.label)
        return Node(
            "figure",
            text_of(figure.value, figure.unit, written.formats),
            href=figure.explained,
            label=figure.label,
        )

    # Tables and charts

    def _table(self, written: Written) -> Node:
        if written.name not in TABLES:
            return self._unknown(written, written.name, TABLES, _("There is no table “{name}”."))
        table = TABLES[written.name](self.reading.year)
        return Node("table", href=written.name, label=table.title, data=table.data)

    def _chart(self, written: Written) -> Node:
        if written.name not in CHARTS:
            return self._unknown(written, written.name, CHARTS, _("There is no chart “{name}”."))
        chart = CHARTS[written.name](self.reading)
        data: dict[str, object] = {"title": chart.title, "subtitle": chart.subtitle, "reason": chart.reason}
        if not chart.reason:
            assert chart.table is not None
            data |= {
                "wide": str(chart.wide_drawing),
                "narrow": str(chart.narrow_drawing),
                "head": list(chart.table.head),
                "rows": [[row.name, *row.cells] for row in chart.table.rows],
            }
        return Node("chart", label=chart.title, data=data)


def text_of(value: Value, unit: Unit, formats: Iterable[str]) -> str:
    """*value* as *formats* want it; words take the place of the number."""
    formats = set(formats)
    for name in WORDS:
        if name in formats:
            above, below, zero = WORDS[name]
            return str(above if value > 0 else below if value < 0 else zero)
    if "abs" in formats:
        value = abs(Decimal(value))
    if "round" in formats:
        value = Decimal(value).quantize(Decimal(1), ROUND_HALF_UP)
    if "percent" in formats and "plus" not in formats:
        text = format_stated(Decimal(value), unit)
    else:
        text = format_value(value, unit, explicit_plus="plus" in formats)
    return text.rsplit("\u00a0", 1)[0].rstrip("%") if "table" in formats else text
