"""The form of the page that gives a fiscal year as a SIE file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from finance.exporting import SieExport, spans
from finance.models import FiscalYear

TYPES = (
    ("4E", _("Type 4: everything, with each voucher")),
    ("1", _("Type 1: opening and closing balances, results")),
    ("2", _("Type 2: what each month changed besides, and the budget")),
    ("3", _("Type 3: projects and cost centres besides")),
    ("4I", _("Type 4I: chosen vouchers, for another program to number and book")),
)


class SieExportForm(forms.Form):
    """What the file is to hold; ``export`` is it, once the form is valid."""

    export: SieExport
    type = forms.ChoiceField(
        label=_("What the file is to hold"), choices=TYPES, initial="4E", widget=forms.RadioSelect
    )
    vouchers = forms.CharField(
        label=_("Vouchers of a file of type 4I"),
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"placeholder": "A1-A9, B3", "autocomplete": "off"}),
    )
    told = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, year: FiscalYear, by: str, data: Any = None) -> None:
        """The form for *year*, whose file is made in the name of the user *by*; filled with *data*."""
        super().__init__(data)
        self.year, self.by = year, by

    def clean(self) -> dict[str, Any]:
        """See that there is something to export."""
        found = super().clean() or {}
        if "type" in found and "vouchers" in found:
            text = found["vouchers"] if found["type"] == "4I" else ""
            try:
                chosen = spans(text) if text else ()
                self.export = SieExport(self.year, found["type"], chosen, by=self.by)
            except ValidationError as error:
                self.add_error("vouchers", error)
        return found
