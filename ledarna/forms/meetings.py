"""The forms of the meetings: planning a year of them, their agenda, who was there, what was decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from board.documents import has_approved_minutes
from board.models import AgendaItem, Attendance, Decision, Mandate, Meeting, Person
from board.planning import Series
from finance.models import Account, FiscalYear
from finance.money import AmountFormField, from_ore, to_ore
from ledarna.forms import DAY

TIME = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


class MeetingForm(forms.ModelForm):
    """When and where a meeting is, and how."""

    class Meta:
        model = Meeting
        fields = ["kind", "number", "date", "time", "end_time", "form", "place", "link", "state", "note"]
        widgets = {"date": DAY, "time": TIME, "end_time": TIME, "note": forms.Textarea(attrs={"rows": 3})}
        field_classes = {"link": lambda **facts: forms.URLField(assume_scheme="https", **facts)}


class SeriesForm(forms.Form):
    """Meetings that come again in a year."""

    OFTEN = (
        ("1", gettext_lazy("the first of each month")),
        ("2", gettext_lazy("the second of each month")),
        ("3", gettext_lazy("the third of each month")),
        ("4", gettext_lazy("the fourth of each month")),
        ("-1", gettext_lazy("the last of each month")),
        ("every 1", gettext_lazy("every week")),
        ("every 2", gettext_lazy("every second week")),
        ("every 4", gettext_lazy("every fourth week")),
    )

    kind = forms.ChoiceField(label=capfirst(gettext_lazy("kind")), choices=Meeting.Kind.choices)
    weekday = forms.TypedChoiceField(
        label=gettext_lazy("Day of the week"),
        coerce=int,
        choices=[(number, capfirst(name)) for number, name in WEEKDAYS.items()],
        initial=1,
    )
    often = forms.ChoiceField(label=gettext_lazy("How often"), choices=OFTEN, initial="3")
    start = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    end = forms.DateField(label=gettext_lazy("To"), widget=DAY)
    without = forms.TypedMultipleChoiceField(
        label=gettext_lazy("But not in"),
        coerce=int,
        choices=[(number, capfirst(name)) for number, name in MONTHS.items()],
        required=False,
        initial=[7],
        widget=forms.CheckboxSelectMultiple,
    )
    at = forms.TimeField(label=gettext_lazy("Begins at"), widget=TIME)
    until = forms.TimeField(label=capfirst(gettext_lazy("ends at")), widget=TIME, required=False)
    form = forms.ChoiceField(label=capfirst(gettext_lazy("form")), choices=Meeting.Form.choices)
    place = forms.CharField(label=capfirst(gettext_lazy("place")), max_length=200, required=False)
    link = forms.URLField(label=capfirst(gettext_lazy("link")), required=False, assume_scheme="https")

    def __init__(self, year: FiscalYear, data: Any = None) -> None:
        """The form for *year*, filled with *data*."""
        super().__init__(data, initial={"start": year.start, "end": year.end})
        self.year = year

    def clean(self) -> dict[str, Any]:
        """See that the days are within the year and in their order, and that there are any."""
        found = super().clean() or {}
        start, end, until = found.get("start"), found.get("end"), found.get("until")
        if until and found.get("at") and until <= found["at"]:
            self.add_error("until", _("The meeting ends before it begins."))
        if start and end:
            if not self.year.start <= start <= end <= self.year.end:
                self.add_error("end", _("The days have to be within the year, and in their order."))
            elif "weekday" in found and "often" in found and not self.days():
                self.add_error("without", _("No meeting is left."))
        return found

    def days(self) -> list[date]:
        """The days of the meetings, once the form is valid."""
        facts = self.cleaned_data
        every, _space, number = facts["often"].rpartition(" ")
        return Series(
            facts["start"],
            facts["end"],
            facts["weekday"],
            nth=None if every else int(number),
            weeks=int(number) if every else None,
            without=facts.get("without", ()),
        ).days()


class AgendaItemForm(forms.ModelForm):
    """What an item of the agenda says."""

    class Meta:
        model = AgendaItem
        fields = ["title", "text", "is_confidential", "lists_open_decisions"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


@dataclass(frozen=True)
class AttendanceLine:
    """Somebody who was called, with the fields of how they took part."""

    mandate: Mandate
    state: forms.BoundField
    times: tuple[forms.BoundField, forms.BoundField]


class AttendanceForm(forms.ModelForm):
    """Who was there, who led the meeting and who approves its minutes; the meeting is then held."""

    class Meta:
        model = Meeting
        fields = ["chair", "secretary", "adjusters", "is_quorate"]
        widgets = {
            "adjusters": forms.CheckboxSelectMultiple,
            "is_quorate": forms.NullBooleanSelect,
        }

    def __init__(self, meeting: Meeting, called: Iterable[Mandate], data: Any = None) -> None:
        """The form for *meeting*, to which those of *called* are called; filled with *data*."""
        super().__init__(data, instance=meeting)
        self.called = list(called)
        there = {found.mandate_id: found for found in meeting.attendance.all()}
        people = Person.objects.filter(pk__in={mandate.person_id for mandate in self.called}).order_by("name")
        for name in ("chair", "secretary", "adjusters"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        for mandate in self.called:
            was = there.get(mandate.pk)
            for name, field in self._fields_of(mandate, was):
                self.fields[f"{name}-{mandate.pk}"] = field

    @staticmethod
    def _fields_of(mandate: Mandate, was: Attendance | None) -> Iterator[tuple[str, forms.Field]]:
        yield (
            "state",
            forms.ChoiceField(
                label=str(mandate.person),
                choices=[("", "–"), *Attendance.State.choices],
                initial=was.state if was else "",
                required=False,
            ),
        )
        for name, label in (("start", _("%(who)s came at")), ("end", _("%(who)s left at"))):
            yield (
                name,
                forms.TimeField(
                    label=label % {"who": mandate.person},
                    widget=TIME,
                    initial=getattr(was, name) if was else None,
                    required=False,
                ),
            )

    @property
    def lines(self) -> list[AttendanceLine]:
        """Those who were called, each with their fields."""
        return [
            AttendanceLine(
                mandate,
                self[f"state-{mandate.pk}"],
                (self[f"start-{mandate.pk}"], self[f"end-{mandate.pk}"]),
            )
            for mandate in self.called
        ]

    @property
    def facts(self) -> list[forms.BoundField]:
        """The fields of the meeting itself."""
        return [self[name] for name in self._meta.fields or ()]

    def clean(self) -> dict[str, Any]:
        """See that who came and went is told in its order, and that the meeting is not still to come."""
        found = super().clean() or {}
        for mandate in self.called:
            start, end = found.get(f"start-{mandate.pk}"), found.get(f"end-{mandate.pk}")
            if start and end and end <= start:
                self.add_error(f"end-{mandate.pk}", _("Nobody leaves before they came."))
        if self.instance.date > timezone.localdate():
            raise ValidationError(_("The meeting is on a day to come: it is planned, and not yet held."))
        return found

    @transaction.atomic
    def save(self, commit: bool = True) -> Meeting:
        """Keep who was there; the meeting is held."""
        self.instance.state = Meeting.State.HELD
        meeting: Meeting = super().save(commit)
        for mandate in self.called:
            state, start, end = (
                self.cleaned_data[f"{name}-{mandate.pk}"] for name in ("state", "start", "end")
            )
            if state:
                meeting.attendance.update_or_create(
                    mandate=mandate, defaults={"state": state, "start": start, "end": end}
                )
            else:
                meeting.attendance.filter(mandate=mandate).delete()
        return meeting


class DecisionForm(forms.ModelForm):
    """What was decided, who sees to it and until when, and what it may cost."""

    amount = AmountFormField(label=capfirst(gettext_lazy("amount")), required=False)

    class Meta:
        model = Decision
        fields = ["item", "number", "text", "responsible", "due", "state", "reason", "account_number"]
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "due": DAY}

    def __init__(self, decision: Decision, data: Any = None) -> None:
        """The form for *decision*, of a meeting; filled with *data*."""
        super().__init__(data, instance=decision)
        self.fields["item"].queryset = decision.meeting.agenda.all()  # type: ignore[attr-defined]
        if decision.amount_ore:
            self.fields["amount"].initial = from_ore(decision.amount_ore)
        if decision.pk and has_approved_minutes(decision.meeting):
            for name, field in self.fields.items():
                if name not in Decision.FOLLOWED:
                    field.disabled = True
                    field.help_text = _("The minutes are approved: this is as they say.")

    def clean_account_number(self) -> int | None:
        """See that it is an account of the chart."""
        number: int | None = self.cleaned_data["account_number"]
        if number is not None and not Account.objects.filter(number=str(number)).exists():
            raise ValidationError(_("There is no account %(number)s.") % {"number": number})
        return number

    def clean(self) -> dict[str, Any]:
        """A decision that somebody is to carry out is open; the amount is kept in whole öre."""
        found = super().clean() or {}
        amount = found.get("amount")
        if amount is not None:
            if amount.amount <= 0:
                self.add_error("amount", _("A decided amount is more than nothing."))
            self.instance.amount_ore = to_ore(amount)
        else:
            self.instance.amount_ore = None
        followed = found.get("responsible") or found.get("due")
        if followed and found.get("state") == Decision.State.SETTLED and "state" not in self.changed_data:
            found["state"] = Decision.State.OPEN
        return found
