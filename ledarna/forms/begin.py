"""The form of new books: whose they are, their first fiscal year, and the accounts they begin with."""

from datetime import date
from typing import Any

from django import forms
from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.chart import add_chart, chart_rows
from finance.entry import add_first_series
from finance.models import Account, Association, FiscalYear
from ledarna.forms import DAY


class BeginForm(forms.Form):
    """What new books lack; what is there already is not asked for."""

    name = forms.CharField(
        label=gettext_lazy("The association's name"),
        max_length=Association._meta.get_field("name").max_length,
    )
    organisation_number = forms.CharField(
        label=capfirst(Association._meta.get_field("organisation_number").verbose_name),
        max_length=Association._meta.get_field("organisation_number").max_length,
        required=False,
        help_text=gettext_lazy("As the Tax Agency writes it: 802000-0000. It can be entered later."),
    )
    start = forms.DateField(label=gettext_lazy("First day of the fiscal year"), widget=DAY)
    end = forms.DateField(label=gettext_lazy("Last day of the fiscal year"), widget=DAY)
    chart = forms.ChoiceField(label=gettext_lazy("Accounts"), widget=forms.RadioSelect, initial="usual")

    def __init__(self, today: date, data: Any = None) -> None:
        """The form on the day *today*, filled with *data*. Three queries."""
        super().__init__(data, initial={"start": date(today.year, 1, 1), "end": date(today.year, 12, 31)})
        if Association.objects.exists():
            del self.fields["name"], self.fields["organisation_number"]
        if FiscalYear.objects.exists():
            del self.fields["start"], self.fields["end"]
        if Account.objects.exists():
            del self.fields["chart"]
        else:
            usual = _("A BAS chart for associations, with %(count)s accounts") % {"count": len(chart_rows())}
            none = _("None: they come with a SIE file, or are entered one by one")
            self.fields["chart"].choices = [("usual", usual), ("none", none)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """See that the fiscal year is one."""
        facts = super().clean() or self.cleaned_data
        if facts.get("start") and facts.get("end"):
            # Its messages stand at the fields of the same names.
            year = FiscalYear(start=facts["start"], end=facts["end"])
            year.full_clean()
        return facts

    def save(self) -> None:
        """Enter all of it, or nothing."""
        facts = self.cleaned_data
        with transaction.atomic():
            if "name" in facts:
                Association.objects.create(
                    name=facts["name"], organisation_number=facts["organisation_number"]
                )
            if "start" in facts:
                add_first_series(FiscalYear.objects.create(start=facts["start"], end=facts["end"]))
            if facts.get("chart") == "usual":
                add_chart()
