"""What a reader looks for in the lists of the books, as the address of the page has it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.journal import Selection
from finance.ledger import Scope
from finance.lookup import Lookup, LookupField
from finance.models import Account, CostCenter, FiscalYear, Project
from finance.money import AmountFormField, to_ore

PLACES = ("after", "before", "as")
"""What an address has beside the filter: a place in the list, a form to take it away in."""


class FilterForm(forms.Form):
    """What to look for in a fiscal year. A list shows the fields that it can be narrowed by."""

    text = forms.CharField(
        label=gettext_lazy("Text or number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    start = forms.DateField(label=gettext_lazy("From"), required=False)
    end = forms.DateField(label=gettext_lazy("To"), required=False)
    series = forms.ChoiceField(label=capfirst(gettext_lazy("series")), required=False)
    account = LookupField(label=capfirst(gettext_lazy("account")), required=False)
    project = LookupField(label=capfirst(gettext_lazy("project")), required=False)
    cost_center = LookupField(label=capfirst(gettext_lazy("cost centre")), required=False)
    amount = AmountFormField(label=capfirst(gettext_lazy("amount")), required=False)

    def __init__(self, year: FiscalYear, fields: tuple[str, ...], data: Any) -> None:
        """The fields named *fields*, filled with *data*."""
        super().__init__(data)
        self.year = year
        for name in set(self.fields) - set(fields):
            del self.fields[name]
        for name in {"start", "end"} & set(self.fields):
            self.fields[name].widget = forms.DateInput(
                format="%Y-%m-%d",
                attrs={"type": "date", "min": year.start.isoformat(), "max": year.end.isoformat()},
            )
        if "series" in self.fields:
            codes = [(series.code, str(series)) for series in year.series.order_by("code")]
            self.fields["series"].choices = [("", _("All")), *codes]  # type: ignore[attr-defined]
            if len(codes) < 2:
                del self.fields["series"]
        self.lookups = {
            "account": Lookup(Account.objects.all(), "number"),
            "project": Lookup(Project.objects.all(), "code"),
            "cost_center": Lookup(CostCenter.objects.all(), "code"),
        }
        for name, lookup in self.lookups.items():
            field = self.fields.get(name)
            if isinstance(field, LookupField):
                if name != "account" and not lookup:
                    del self.fields[name]
                else:
                    field.use(lookup)

    def clean(self) -> dict[str, Any]:
        """See that the days are in their order."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and start > end:
            raise ValidationError({"end": _("The last day is before the first.")})
        return cleaned

    @property
    def suggestions(self) -> list[Lookup]:
        """What the fields shown suggest."""
        return [lookup for name, lookup in self.lookups.items() if name in self.fields]


@dataclass(frozen=True)
class Filter:
    """A filter as it was asked for: its form, what it says, and the address that keeps it."""

    form: FilterForm
    query: str

    @classmethod
    def of(cls, request: HttpRequest, year: FiscalYear, *fields: str) -> "Filter":
        """The filter that *request* asks for, by *fields*."""
        kept = request.GET.copy()
        for name in PLACES:
            kept.pop(name, None)
        for name in [name for name, value in kept.items() if not value]:
            del kept[name]
        return cls(FilterForm(year, fields, request.GET), kept.urlencode())

    @property
    def is_valid(self) -> bool:
        """Whether what was asked for can be understood."""
        return self.form.is_valid()

    @property
    def is_set(self) -> bool:
        """Whether anything is looked for."""
        return any(value not in (None, "") for value in self.form.cleaned_data.values())

    def value(self, name: str) -> Any:
        """What the field *name* says; None where the list has no such field."""
        return self.form.cleaned_data.get(name)

    @property
    def selection(self) -> Selection:
        """The vouchers that are looked for."""
        amount = self.value("amount")
        code = self.value("series")
        return Selection(
            year=self.form.year,
            start=self.value("start"),
            end=self.value("end"),
            series=self.form.year.series.get(code=code) if code else None,
            account=self.value("account"),
            project=self.value("project"),
            cost_center=self.value("cost_center"),
            amount=None if amount is None else to_ore(amount),
            text=self.value("text") or "",
        )

    @property
    def scope(self) -> Scope:
        """The rows of the general ledger that are looked for."""
        start: date | None = self.value("start")
        return Scope.of(
            self.form.year, start, self.value("end"), self.value("project"), self.value("cost_center")
        )
