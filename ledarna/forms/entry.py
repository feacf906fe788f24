"""The form of the page where vouchers are entered: one form for the voucher, one for each row."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.arithmetic import CalculatedField
from finance.entry import FIRST_SERIES, EntryRow, balanced
from finance.lookup import Lookup, LookupField
from finance.models import Account, CostCenter, PeriodTotal, Project, VoucherSeries
from finance.money import from_ore, kronor, to_ore
from finance.papers import Paper

ROWS_AT_FIRST = 4
MORE_ROWS = 4
MOST_ROWS = 200
SHORT_DAY = re.compile(r"(?:(?:(\d{4})-?)?(\d{2})-?)?(\d{2})")


def parse_day(text: str, near: date) -> date:
    """The day that *text* means: ``2023-11-14``, ``20231114``, ``1114`` or ``14``; the rest is *near*'s.

    Raises ValidationError for anything else.
    """
    found = SHORT_DAY.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        year, month, day = found.groups()
        return date(int(year or near.year), int(month or near.month), int(day))
    except ValueError:
        raise ValidationError(
            _("“%(text)s” is not a day. Write it as 2023-11-14, or 14 for a day in the same month."),
            params={"text": text},
        ) from None


class EntryForm(forms.Form):
    """The voucher itself."""

    date = forms.CharField(
        label=gettext_lazy("Date"),
        max_length=10,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=500, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    counterparty = forms.CharField(
        label=gettext_lazy("Counterparty"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    decision = forms.CharField(
        label=gettext_lazy("Decision"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    series = forms.ChoiceField(label=gettext_lazy("Series"), required=False)
    near = forms.DateField(widget=forms.HiddenInput, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = VoucherSeries.objects.order_by("code").values_list("code", flat=True).distinct()
        codes = list(there) or [FIRST_SERIES]
        if len(codes) == 1:
            self.fields["series"].widget = forms.HiddenInput()
        self.fields["series"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]

    @property
    def has_choice_of_series(self) -> bool:
        """Whether there is more than one series to choose from."""
        return len(self.fields["series"].choices) > 1  # type: ignore[attr-defined]

    def clean_series(self) -> str:
        """The chosen series, or the first one."""
        return self.cleaned_data["series"] or FIRST_SERIES

    def clean(self) -> dict[str, Any]:
        """Read the date, near the one that the page proposed."""
        facts = super().clean() or self.cleaned_data
        if text := facts.get("date"):
            try:
                facts["date"] = parse_day(text, facts.get("near") or date.today())
            except ValidationError as error:
                self.add_error("date", error)
        return facts


class RowForm(forms.Form):
    """A row: an account, and an amount in debit or in credit, which may be a calculation."""

    account = LookupField(label=gettext_lazy("Account"), required=False)
    project = LookupField(label=gettext_lazy("Project"), required=False)
    cost_center = LookupField(label=gettext_lazy("Cost centre"), required=False)
    debit = CalculatedField(label=gettext_lazy("Debit"), required=False)
    credit = CalculatedField(label=gettext_lazy("Credit"), required=False)
    row = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, lookups: dict[str, Lookup], **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "empty_permitted": False, "use_required_attribute": False})
        for name, lookup in lookups.items():
            field = self.fields[name]
            if not lookup and name != "account":
                del self.fields[name]
            elif isinstance(field, LookupField):
                field.use(lookup)
        for field in self.fields.values():
            number = int(str(self.prefix).rsplit("-", 1)[-1]) + 1
            field.widget.attrs["aria-label"] = _("%(field)s, row %(number)s") % {
                "field": field.label,
                "number": number,
            }

    @property
    def columns(self) -> list[Any]:
        """The fields that are seen, in their order."""
        return [self[name] for name in self.fields if name != "row"]

    def is_empty(self) -> bool:
        """Whether nothing was typed in the row."""
        return not any(str(self[name].value() or "").strip() for name in self.fields if name != "row")

    def clean(self) -> dict[str, Any]:
        """See that there is an account, and an amount in one column at the most."""
        facts = super().clean() or self.cleaned_data
        if self.is_empty():
            return facts
        debit, credit = facts.get("debit"), facts.get("credit")
        if facts.get("account") is None and "account" not in self.errors:
            self.add_error("account", _("Write the account's number or name."))
        for column, amount in (("debit", debit), ("credit", credit)):
            if amount is not None and amount < kronor(0):
                self.add_error(column, _("Write the amount without a minus sign, in the other column."))
        if debit is not None and credit is not None:
            self.add_error("credit", _("A row has its amount in debit or in credit, not in both."))
        return facts

    @property
    def amount(self) -> int | None:
        """Öre, debit positive; None where nothing was typed, or nothing that could be read."""
        debit, credit = (self.cleaned_data.get(name) for name in ("debit", "credit"))
        if debit is None and credit is None:
            return None
        return to_ore(debit or kronor(0)) - to_ore(credit or kronor(0))

    def entry_row(self) -> EntryRow:
        """The row as it was typed; only of a valid form."""
        facts = self.cleaned_data
        return EntryRow(
            facts["account"], self.amount, facts.get("project"), facts.get("cost_center"), facts["row"]
        )


class RowFormSet(forms.BaseFormSet):
    """The rows; the last one that was begun may leave its amount open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"prefix": "rows", "form_kwargs": {"lookups": lookups()}}
        super().__init__(*args, **kwargs)

    @property
    def lookups(self) -> dict[str, Lookup]:
        """What the rows can name."""
        return self.form_kwargs["lookups"]

    @cached_property
    def headings(self) -> list[Any]:
        """A row of which only the labels are seen: the headings of the columns."""
        return RowForm(prefix="rows-0", lookups=self.lookups).columns

    def typed(self) -> list[RowForm]:
        """The rows in which something was typed."""
        return [form for form in self.forms if not form.is_empty()]

    def clean(self) -> None:
        """Fill in the last row, where its amount was left open."""
        typed = self.typed()
        if any(form.errors for form in typed):
            return
        try:
            self.rows = balanced([form.entry_row() for form in typed])
        except ValidationError as error:
            typed[(error.params or {})["row"]].add_error("debit", error)

    rows: Sequence[EntryRow] = ()


EntryRows: type[RowFormSet] = forms.formset_factory(  # type: ignore[assignment]
    RowForm, formset=RowFormSet, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS, validate_max=True
)


def lookups() -> dict[str, Lookup]:
    """What rows can name: accounts with those that are used most first, projects and cost centres."""
    uses = (
        PeriodTotal.objects.filter(account=OuterRef("pk"))
        .order_by()
        .values("account")
        .annotate(uses=Sum("rows"))
        .values("uses")
    )
    accounts = Account.objects.annotate(uses=Coalesce(Subquery(uses), 0)).order_by("-uses", "number")
    return {
        "account": Lookup(accounts, "number"),
        "project": Lookup(Project.objects.all(), "code"),
        "cost_center": Lookup(CostCenter.objects.all(), "code"),
    }


def typed_rows(rows: Iterable[EntryRow], blank: int = ROWS_AT_FIRST) -> list[dict[str, Any]]:
    """*rows* as they stand in the form, with empty ones after them: *blank* in all, one at the least."""
    typed = [
        {
            "account": str(row.account),
            "project": str(row.project or ""),
            "cost_center": str(row.cost_center or ""),
            "debit": from_ore(row.amount) if row.amount is not None and row.amount >= 0 else None,
            "credit": from_ore(-row.amount) if row.amount is not None and row.amount < 0 else None,
            "row": row.pk,
        }
        for row in rows
    ]
    return typed + [{}] * max(1, blank - len(typed))


def rows_with_more(data: Any) -> list[dict[str, Any]]:
    """The rows of the sent form *data* just as they were typed, and more empty ones."""
    try:
        count = min(int(data.get("rows-TOTAL_FORMS", 0)), MOST_ROWS)
    except ValueError:
        count = 0
    names = RowForm.base_fields
    typed = [{name: data.get(f"rows-{number}-{name}", "") for name in names} for number in range(count)]
    return [*typed, *[{}] * min(MORE_ROWS, MOST_ROWS - count)]


# Files that were taken in with a form that has to be corrected: the form brings them again, signed, so
# that nobody is made to choose them anew and nobody can name a document that they never had.

SALT = "ledarna.entry.papers"


def keep(paper: Paper, username: str) -> str:
    """*paper* as the form of *username* carries it."""
    return signing.dumps([username, paper.sha256, paper.name, paper.content_type, paper.size], salt=SALT)


def kept(text: str, username: str) -> Paper | None:
    """The paper that the form of *username* carried as *text*; None where it was not this form's."""
    try:
        owner, *facts = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return None
    return Paper(*facts) if owner == username else None
