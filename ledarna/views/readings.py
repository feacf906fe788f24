"""What changed between two readings of the books, voucher by voucher."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from finance.models import FiscalYear
from finance.readings import Moment, changes_table
from finance.readings import changes_page as page_of_changes
from ledarna.exports import asked_form, file_of
from ledarna.figures import Figure, Reading, Unit
from ledarna.navigation import statement_links
from ledarna.presentation import format_value
from ledarna.roles import Area, sees
from ledarna.views.lists import place_of, sequence
from ledarna.views.page import page_of_year, year_links

USUAL_DAYS = 30
"""Without being told, the page compares with the books as they were known so many days ago."""

FIELDS = ("known", "end", "known_2", "end_2")


class ReadingsForm(forms.Form):
    """Two readings: each as known on a day, and up to a day."""

    known = forms.DateField(label=gettext_lazy("First: as known on"), required=False)
    end = forms.DateField(label=gettext_lazy("First: up to the day"), required=False)
    known_2 = forms.DateField(label=gettext_lazy("Second: as known on"), required=False)
    end_2 = forms.DateField(label=gettext_lazy("Second: up to the day"), required=False)

    def __init__(self, year: FiscalYear, data: QueryDict) -> None:
        """The form for *year*, filled with what an address says, or with the usual."""
        filled = data.copy()
        if not any(data.get(name) for name in FIELDS):
            filled["known"] = (timezone.localdate() - timedelta(days=USUAL_DAYS)).isoformat()
        super().__init__(filled)
        self.year = year
        for name, field in self.fields.items():
            days = {"min": year.start.isoformat(), "max": year.end.isoformat()} if "end" in name else {}
            field.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **days})

    def clean(self) -> dict[str, Any]:
        """See that the days of the events are in the year."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("end", "end_2"):
            if cleaned.get(name) and not self.year.holds(cleaned[name]):
                self.add_error(
                    name,
                    _("The day is outside of the fiscal year %(start)s – %(end)s.")
                    % {"start": self.year.start, "end": self.year.end},
                )
        return cleaned

    @property
    def moments(self) -> tuple[Moment, Moment]:
        """The two readings; the form has to be valid."""
        said = self.cleaned_data
        return (
            Moment(said["end"] or self.year.end, said["known"]),
            Moment(said["end_2"] or self.year.end, said["known_2"]),
        )


@dataclass(frozen=True)
class Compared:
    """A figure in both readings, and the difference; empty where one of them cannot be derived."""

    figure: Figure
    first: Figure
    second: Figure

    @property
    def difference(self) -> str:
        """How much more the second reading has."""
        if self.first.value is None or self.second.value is None:
            return ""
        difference = Decimal(self.second.value) - Decimal(self.first.value)
        return format_value(difference, Unit.SEK, explicit_plus=True)


def compared(year: FiscalYear, first: Moment, second: Moment) -> list[Compared]:
    """The figures of the books that posting changes, in both readings."""
    before, after = (Reading(year, moment.end, moment.known).figures for moment in (first, second))
    return [
        Compared(figure, before[key], figure)
        for key, figure in after.items()
        if key.startswith("finance.") and not key.startswith("finance.budget")
    ]


@require_safe
@sees(Area.BOOKS)
def changes_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """Two readings of a year beside one another, and the vouchers that are in one of them only."""
    year = get_object_or_404(FiscalYear, label=label)
    form = ReadingsForm(year, request.GET)
    kept = QueryDict(mutable=True)
    for name in FIELDS:
        if form.data.get(name):
            kept[name] = form.data[name]
    context: dict[str, Any] = {
        "years": year_links(year, "changes"),
        "statement_links": statement_links(request.user, year, "changes"),
        "form": form,
        "query": kept.urlencode(),
    }
    if form.is_valid():
        first, second = form.moments
        if file_form := asked_form(request):
            return file_of(request, changes_table(year, first, second), year, file_form)
        after = place_of(request, "after", sequence) or 0
        context |= {
            "first": first,
            "second": second,
            "compared": compared(year, first, second),
            "changes": page_of_changes(year, first, second, after),
            "after": after,
        }
    return page_of_year(request, year, "changes", context, here="balance-sheet")
