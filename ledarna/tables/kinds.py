"""What can be read in from tables: one row a kind, with its columns, its area and what is made of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.presentation import format_count
from finance.tables import Kind as KindOut
from ledarna.roles import Area
from ledarna.tables.cells import Kind
from ledarna.tables.columns import Column, Facts, Problem
from members import tables as of_members


@dataclass(frozen=True)
class Line:
    """What a row, or several together, would do: ``new``, ``changed`` or ``unchanged``, and how it reads."""

    row: int
    state: str
    cells: Sequence[str]
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Plan:
    """What a table does: headings and lines for people, what is wrong, and what there is to say beside."""

    headings: Sequence[str]
    lines: Sequence[Line]
    problems: Sequence[Problem] = ()
    said: Sequence[str] = ()

    def number(self, state: str) -> int:
        """How many lines are in *state*."""
        return sum(line.state == state for line in self.lines)

    @property
    def changes_anything(self) -> bool:
        """Whether something would be, or was, written."""
        return not self.problems and any(line.state != "unchanged" for line in self.lines)


OUT: Mapping[Kind, KindOut] = {
    Kind.TEXT: KindOut.TEXT,
    Kind.DATE: KindOut.DATE,
    Kind.COUNT: KindOut.COUNT,
    Kind.CHANGE: KindOut.COUNT,
    Kind.AMOUNT: KindOut.AMOUNT,
    Kind.PERCENT: KindOut.TEXT,
    Kind.YES_OR_NO: KindOut.TEXT,
    Kind.YEAR: KindOut.COUNT,
}
"""How a template writes the example of each kind of column."""


class NoOptions(forms.Form):
    """Nothing is to be chosen."""


Options = Mapping[str, Any]


@dataclass(frozen=True)
class TableKind:
    """A kind of table; ``take_in`` makes the plan of it and, unless it is a dry run, does it.

    ``take_in`` gets the facts, the options, the user name and whether it is a dry run. Where the plan
    has problems nothing was written.
    """

    key: str
    title: str | Promise
    what: str | Promise
    area: Area
    columns: Callable[[Options], Sequence[Column]]
    take_in: Callable[[Sequence[Facts], Options, str, bool], Plan]
    options: type[forms.Form] = NoOptions

    @property
    def href(self) -> str:
        """The address of its page."""
        return reverse(f"read-in-{self.key}")

    @property
    def template(self) -> str:
        """The address of its template."""
        return reverse(f"template-{self.key}")


# Members ------------------------------------------------------------------------------------------

MEMBER_COUNTS = (
    Column(
        "date",
        gettext_lazy("Date"),
        Kind.DATE,
        ("datum", "dag", "per", "day"),
        True,
        True,
        example=date(2023, 12, 31),
    ),
    Column(
        "count",
        gettext_lazy("Members"),
        Kind.COUNT,
        ("antal", "antal medlemmar", "medlemmar", "medlemsantal", "members", "number", "number of members"),
        True,
        True,
        example=8388,
    ),
    Column(
        "source",
        gettext_lazy("Source"),
        Kind.TEXT,
        ("källa", "source"),
        longest=200,
        example="Medlemsregistret",
    ),
    Column(
        "note", gettext_lazy("Note"), Kind.TEXT, ("anteckning", "notering", "kommentar", "note", "comment")
    ),
)
CHANNELS = (
    Column(
        "channel", gettext_lazy("Channel"), Kind.TEXT, ("kanal", "channel"), True, True, example="Nyhetsbrev"
    ),
    Column(
        "year_end",
        gettext_lazy("Year"),
        Kind.YEAR,
        ("år", "verksamhetsår", "year ending", "slutår"),
        True,
        True,
        example=2023,
    ),
    Column(
        "value",
        gettext_lazy("Value"),
        Kind.COUNT,
        ("värde", "antal", "utfall", "number"),
        True,
        True,
        example=45,
    ),
    Column(
        "is_approximate",
        gettext_lazy("Approximate"),
        Kind.YES_OR_NO,
        ("cirka", "ungefärlig", "ungefär", "ca"),
        example="nej",
    ),
    Column(
        "previous",
        gettext_lazy("The year before"),
        Kind.COUNT,
        ("föregående år", "året före", "previous", "previous year"),
        example=16,
    ),
    Column(
        "stated_change",
        gettext_lazy("Stated change"),
        Kind.CHANGE,
        ("förändring", "uppgiven förändring", "change"),
    ),
    Column(
        "stated_growth",
        gettext_lazy("Stated growth, percent"),
        Kind.PERCENT,
        ("tillväxt", "uppgiven tillväxt", "tillväxt procent", "growth"),
    ),
    Column(
        "note", gettext_lazy("Note"), Kind.TEXT, ("anteckning", "notering", "kommentar", "note", "comment")
    ),
)


def shown(value: Any) -> str:
    """A typed value for people; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return format_count(value) if isinstance(value, int) else str(value)


def _of_members(
    columns: Sequence[Column], take_in: Callable[[Sequence[of_members.RowOfTable], bool], of_members.TakenIn]
) -> Callable[[Sequence[Facts], Options, str, bool], Plan]:
    def plan(facts: Sequence[Facts], options: Options, by: str, dry_run: bool) -> Plan:
        taken = take_in([(fact.row, fact.values) for fact in facts], dry_run)
        there = [column for column in columns if facts and column.key in facts[0].values]
        by_row = {fact.row: fact.values for fact in facts}

        def cell(line: of_members.Line, key: str) -> str:
            after = shown(by_row[line.row][key])
            return f"{shown(line.before[key]) or '–'} → {after}" if key in line.before else after

        return Plan(
            [str(column.title) for column in there],
            [
                Line(line.row, line.state, [cell(line, column.key) for column in there])
                for line in taken.lines
            ],
            [Problem(wrong.row, wrong.column, wrong.sentence) for wrong in taken.wrong],
        )

    return plan


KINDS: Sequence[TableKind] = (
    TableKind(
        "member-counts",
        gettext_lazy("Member counts"),
        gettext_lazy("A date and a number of members a row, with source and note where there are any."),
        Area.MEMBERS,
        lambda options: MEMBER_COUNTS,
        _of_members(MEMBER_COUNTS, of_members.take_in_counts),
    ),
    TableKind(
        "channels",
        gettext_lazy("Figures of channels"),
        gettext_lazy("A channel, a year and its figure a row. The channels have to be entered already."),
        Area.MEMBERS,
        lambda options: CHANNELS,
        _of_members(CHANNELS, of_members.take_in_channel_figures),
    ),
)
"""The kinds, in the order in which the page shows them."""
