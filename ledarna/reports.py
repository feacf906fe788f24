"""Which report a reader asks for: the address says it, so that a link is the report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.cash_flow import CASH_FLOW_COLUMNS
from finance.columns import BALANCE_COLUMNS, EARLIER, INCOME_COLUMNS, Wanted
from finance.layout import LAYOUTS
from finance.models import FiscalYear

LAYOUT_NAMES: Mapping[str, Promise] = {
    "k1": gettext_lazy("K1 (BFNAR 2010:1)"),
    "accounts": gettext_lazy("By account"),
}
COLUMN_NAMES: Mapping[str, Promise] = {
    "actual": gettext_lazy("The period"),
    "opening": gettext_lazy("The year's first day"),
    "budget": gettext_lazy("Budget"),
    "difference": gettext_lazy("Variance"),
    "previous": gettext_lazy("The year before"),
    "previous-2": gettext_lazy("Two years before"),
    "previous-3": gettext_lazy("Three years before"),
    "previous-4": gettext_lazy("Four years before"),
    "change": gettext_lazy("Movement"),
}
BY_NAMES: Mapping[str, Promise] = {
    "month": gettext_lazy("Month by month"),
    "project": gettext_lazy("By project"),
    "cost_center": gettext_lazy("By cost centre"),
}


@dataclass(frozen=True)
class Choices:
    """What can be chosen of a statement: the fields of its form, its columns, those that it has by itself."""

    fields: tuple[str, ...]
    columns: Sequence[str] = ()
    usual: Sequence[str] = ()
    by: Sequence[str] = ()


INCOME = Choices(
    ("from", "to", "layout", "by", "known", "columns"),
    ("actual", "budget", "difference", *EARLIER, "change"),
    INCOME_COLUMNS,
    ("month", "project", "cost_center"),
)
BALANCE = Choices(
    ("to", "layout", "by", "known", "columns"),
    ("actual", "opening", "change", *EARLIER),
    BALANCE_COLUMNS,
    ("month",),
)
CASH_FLOW = Choices(("from", "to", "known", "columns"), ("actual", *EARLIER), CASH_FLOW_COLUMNS)
EQUITY = Choices(("to", "known"))
NOTES = Choices(("known",))

KEPT = ("columns", "by", "layout", "from", "to", "known", "sort", "open")
"""What an address can say of a report."""


def _names(names: Mapping[str, Promise], keys: Sequence[str]) -> list[tuple[str, str | Promise]]:
    return [(key, names[key]) for key in keys]


class ReportForm(forms.Form):
    """What to show of a statement of a fiscal year."""

    layout = forms.ChoiceField(
        label=gettext_lazy("Layout"), choices=_names(LAYOUT_NAMES, list(LAYOUTS)), required=False
    )
    by = forms.ChoiceField(label=gettext_lazy("Columns beside"), required=False)
    known = forms.DateField(label=gettext_lazy("As known on"), required=False)
    columns = forms.MultipleChoiceField(
        label=gettext_lazy("Columns"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, year: FiscalYear, choices: Choices, data: QueryDict) -> None:
        """The form for *year*, filled with what an address says; columns may be parted by commas."""
        filled = data.copy()
        given = [key for text in data.getlist("columns") for key in text.split(",") if key]
        filled.setlist("columns", given or list(choices.usual))
        super().__init__(filled)
        self.year = year
        days = {"type": "date", "min": year.start.isoformat(), "max": year.end.isoformat()}

        def day(label: str) -> forms.DateField:
            widget = forms.DateInput(format="%Y-%m-%d", attrs=days)
            return forms.DateField(label=label, required=False, widget=widget)

        self.fields["from"] = day(_("From"))
        self.fields["to"] = day(_("To") if "from" in choices.fields else _("On the day"))
        self.fields["known"].widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        self._choose("by", [("", _("Nothing")), *_names(BY_NAMES, choices.by)])
        self._choose("columns", _names(COLUMN_NAMES, choices.columns))
        for name in {*self.fields} - {*choices.fields}:
            del self.fields[name]
        self.order_fields(choices.fields)

    def _choose(self, field: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """See that the days are in their order, and in the year."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("from"), cleaned.get("to")
        outside = _("The day is outside of the fiscal year %(start)s – %(end)s.") % {
            "start": self.year.start,
            "end": self.year.end,
        }
        errors = {
            name: outside
            for name, value in (("from", start), ("to", end))
            if value is not None and not self.year.holds(value)
        }
        if not errors and start and end and start > end:
            errors["to"] = _("The last day is before the first.")
        if errors:
            raise ValidationError(errors)
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What is asked for; the form has to be valid."""
        said = self.cleaned_data
        return Wanted(
            layout=said.get("layout") or "k1",
            columns=tuple(said.get("columns", ())),
            by=said.get("by") or "",
            start=said.get("from"),
            end=said.get("to"),
            known=said.get("known"),
            sort=self.data.get("sort", ""),
        )


def address_of(data: QueryDict, **other: str) -> str:
    """The query that keeps what *data* says of a report, with *other* said instead; empty parts left out."""
    said = {name: ",".join(filter(None, data.getlist(name))) for name in KEPT} | other
    query = QueryDict(mutable=True)
    for name, value in said.items():
        if value:
            query[name] = value
    return query.urlencode(safe=",")
