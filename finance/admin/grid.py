"""A budget as a grid: accounts down, the whole year and its months across.

Amounts have natural signs here: income and costs are positive, a financial cost is negative. A row of
the grid is an account, with its project and cost centre where it has them, and a note; each of its
cells is a ``BudgetLine``. Lines that would share a cell stand in rows of their own, so that nothing is
summed away when the grid is saved.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.lookup import Lookup, LookupField
from finance.models import Account, Budget, BudgetLine, CostCenter, PeriodTotal, Project
from finance.models.accounts import Kind
from finance.money import from_ore, to_ore
from finance.presentation import format_amount

from .amounts import GroupedAmountField

EMPTY_ROWS = 6

IN_RESULT = {Kind.INCOME: 1, Kind.COST: -1, Kind.FINANCIAL: 1}
"""How a natural amount of each kind enters the result."""


@dataclass(frozen=True)
class Column:
    """A column of the grid: a month, or the whole year where ``month`` is None."""

    name: str
    month: date | None

    @property
    def heading(self) -> str:
        """What stands above the column."""
        return _("Whole year") if self.month is None else date_format(self.month, "M Y")


@dataclass(frozen=True)
class Place:
    """What a row is about."""

    account: Account
    project: Project | None = None
    cost_center: CostCenter | None = None

    @property
    def name(self) -> str:
        """The row's name in the form."""
        return f"{self.account.pk}-{self.project.pk if self.project else 0}-{self.cost_center.pk if self.cost_center else 0}"

    @property
    def dimensions(self) -> str:
        """The project and the cost centre, for the screen."""
        return ", ".join(str(found) for found in (self.project, self.cost_center) if found)

    @property
    def order(self) -> tuple[str, str]:
        """Where the row stands among the others."""
        return self.account.number, self.dimensions


@dataclass(frozen=True)
class Cell:
    """A cell: its field, and its text where the grid is only seen."""

    column: Column
    field: forms.BoundField
    text: str


class GridRow(forms.Form):
    """A row of the grid."""

    note = forms.CharField(max_length=500, required=False)

    def __init__(
        self,
        columns: Sequence[Column],
        prefix: str,
        data: Any,
        place: Place | None = None,
        lines: dict[str, BudgetLine] | None = None,
        lookups: dict[str, Lookup] | None = None,
    ) -> None:
        """A row for *place* with the *lines* of its columns, or a new one that finds it by *lookups*."""
        self.columns, self.place, self.lines = columns, place, lines or {}
        self.lookups = lookups or {}
        initial = {name: self.natural(line) for name, line in self.lines.items()}
        initial["note"] = next((line.note for line in self.lines.values()), "")
        super().__init__(data, prefix=prefix, initial=initial)
        for name, lookup in self.lookups.items():
            field = LookupField(required=False)
            field.use(lookup)
            field.widget.attrs.update({"aria-label": lookup.what, "placeholder": lookup.what})
            self.fields[name] = field
        for column in columns:
            self.fields[column.name] = GroupedAmountField(ore=False, required=False)
            self._label(column.name, column.heading)
        self._label("note", _("note"))

    def _label(self, name: str, heading: str) -> None:
        account = self.place.account.number if self.place else _("new row")
        self.fields[name].widget.attrs["aria-label"] = f"{account}, {heading}"

    @staticmethod
    def natural(line: BudgetLine) -> Any:
        """The amount of *line* with its natural sign."""
        return line.amount * line.account.natural_sign

    @property
    def kind(self) -> str:
        """The kind of its account."""
        return self.place.account.kind if self.place else ""

    def cells(self) -> Iterator[Cell]:
        """The cells in the columns' order."""
        for column in self.columns:
            line = self.lines.get(column.name)
            yield Cell(
                column, self[column.name], format_amount(self.natural(line), ore=False) if line else ""
            )

    def ore(self, column: Column) -> int:
        """What the column holds as saved, in öre, with its natural sign."""
        line = self.lines.get(column.name)
        return to_ore(self.natural(line)) if line else 0

    @property
    def total(self) -> str:
        """The sum of the row as saved."""
        return shown(sum(map(self.ore, self.columns))) if self.lines else ""

    def naming_fields(self) -> list[forms.BoundField]:
        """The fields by which a new row says what it is about."""
        return [self[name] for name in self.lookups]

    def clean(self) -> dict[str, Any]:
        """See that amounts have an account, and that a note has amounts to stand at."""
        facts = super().clean() or self.cleaned_data
        if self.errors:
            return facts
        amounts = any(facts.get(column.name) is not None for column in self.columns)
        if self.place is None and amounts and facts.get("account") is None:
            self.add_error("account", _("Write the account that the amounts are for."))
        if not amounts and (facts["note"] or facts.get("account")):
            self.add_error(self.columns[0].name, _("Write an amount, or leave the row empty."))
        return facts

    def save(self, budget: Budget) -> Place | None:
        """Write what differs from the *budget*'s lines; return the place where something did."""
        if not self.has_changed():
            return None
        facts = self.cleaned_data
        place = self.place or Place(facts["account"], facts.get("project"), facts.get("cost_center"))
        for column in self.columns:
            natural, line = facts[column.name], self.lines.get(column.name)
            if natural is None:
                if line is not None:
                    line.delete()
                continue
            line = line or BudgetLine(
                budget=budget,
                account=place.account,
                project=place.project,
                cost_center=place.cost_center,
                month=column.month,
            )
            line.amount, line.note = natural * place.account.natural_sign, facts["note"]
            line.save()
        return place


@dataclass(frozen=True)
class Section:
    """The rows of one kind, and their sums as saved."""

    kind: Kind
    rows: Sequence[GridRow]
    columns: Sequence[Column]

    def ore(self, column: Column) -> int:
        """The sum of a column."""
        return sum(row.ore(column) for row in self.rows)

    def sums(self) -> Iterator[tuple[Column, str]]:
        """The sum of each column, for the screen."""
        for column in self.columns:
            yield column, shown(self.ore(column))

    @property
    def total(self) -> str:
        """The sum of the section."""
        return shown(sum(map(self.ore, self.columns)))


class BudgetGrid:
    """The grid of *budget*, with what was sent in *data* where something was."""

    def __init__(self, budget: Budget, data: Any = None) -> None:
        self.budget = budget
        self.data = data

    @cached_property
    def lookups(self) -> dict[str, Lookup]:
        """What a new row can name; projects and cost centres where the association has any."""
        all_of_them = {
            "account": Lookup(Account.objects.of_result(), "number"),
            "project": Lookup(Project.objects.all(), "code"),
            "cost_center": Lookup(CostCenter.objects.all(), "code"),
        }
        return {name: lookup for name, lookup in all_of_them.items() if name == "account" or lookup}

    @cached_property
    def _lines(self) -> list[BudgetLine]:
        return list(self.budget.lines.select_related("account", "project", "cost_center").order_by("pk"))

    @cached_property
    def digest(self) -> str:
        """What the lines say, as one digest: another one once somebody has changed any of them."""
        facts = [
            (
                line.account_id,
                line.project_id,
                line.cost_center_id,
                str(line.month),
                to_ore(line.amount),
                line.note,
            )
            for line in self._lines
        ]
        return sha256(repr(facts).encode()).hexdigest()

    @cached_property
    def columns(self) -> list[Column]:
        """The whole year, then its months; a month that the year has lost stays while a line is there."""
        months = {*self.budget.fiscal_year.months, *(line.month for line in self._lines if line.month)}
        return [Column("year", None), *(Column(f"{month:%Y-%m}", month) for month in sorted(months))]

    @cached_property
    def rows(self) -> list[GridRow]:
        """A row for what is budgeted, and for each account that was used this year or the year before."""
        stacks: dict[Place, list[dict[str, BudgetLine]]] = {}
        for line in self._lines:
            stack = stacks.setdefault(Place(line.account, line.project, line.cost_center), [])
            column = "year" if line.month is None else f"{line.month:%Y-%m}"
            for there in stack:
                if column not in there and all(other.note == line.note for other in there.values()):
                    there[column] = line
                    break
            else:
                stack.append({column: line})
        budgeted = {place.account.pk for place in stacks}
        for account in self._used_accounts():
            if account.pk not in budgeted:
                stacks[Place(account)] = [{}]
        return [
            GridRow(self.columns, f"{place.name}-{number}", self.data, place, lines)
            for place in sorted(stacks, key=lambda place: place.order)
            for number, lines in enumerate(stacks[place])
        ]

    def _used_accounts(self) -> Sequence[Account]:
        year = self.budget.fiscal_year
        years = [found for found in (year, year.previous) if found]
        posted = PeriodTotal.objects.filter(fiscal_year__in=years).values("account")
        budgeted = BudgetLine.objects.filter(budget__fiscal_year__in=years, budget__in_force=True)
        used = Q(pk__in=posted) | Q(pk__in=budgeted.values("account"))
        return list(Account.objects.of_result().filter(used, is_open=True))

    @cached_property
    def new_rows(self) -> list[GridRow]:
        """Empty rows for accounts that are not there yet."""
        return [
            GridRow(self.columns, f"new-{number}", self.data, lookups=self.lookups)
            for number in range(EMPTY_ROWS)
        ]

    def sections(self) -> list[Section]:
        """The rows by kind, in the order of the income statement."""
        return [
            Section(kind, [row for row in self.rows if row.kind == kind], self.columns)
            for kind in (Kind.INCOME, Kind.COST, Kind.FINANCIAL)
        ]

    def _result(self, column: Column) -> int:
        return sum(section.ore(column) * IN_RESULT[section.kind] for section in self.sections())

    def results(self) -> list[tuple[Column, str]]:
        """Income − costs + financial items, by column, as saved."""
        return [(column, shown(self._result(column))) for column in self.columns]

    @property
    def total(self) -> str:
        """The budgeted result, as saved."""
        return shown(sum(map(self._result, self.columns)))

    def is_valid(self) -> bool:
        """Whether every row can be saved."""
        wrong = [row for row in (*self.rows, *self.new_rows) if not row.is_valid()]
        return not wrong

    def save(self) -> list[Place]:
        """Save every row; return the places where something changed."""
        saved = [row.save(self.budget) for row in (*self.rows, *self.new_rows)]
        return [place for place in saved if place is not None]


def shown(ore: int) -> str:
    """*ore* for a cell: without öre where there are none."""
    return format_amount(from_ore(ore), ore=False)
