"""The form of an audit sample: a method, and what that method asks for."""

import secrets
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from djmoney.money import Money

from finance.models.audits import Method
from finance.money import AmountFormField, from_ore, to_ore
from finance.presentation import format_amount
from finance.sampling import BY_CHANCE, MOST, ROUND_UNITS, Plan, check

Text = str | Promise


@dataclass(frozen=True)
class Words:
    """What the form says of a method: its name, what its field asks for, the unit after it, what it finds."""

    label: Text
    asks: Text
    unit: Text
    finds: Text


WORDS: dict[Method, Words] = {
    Method.RANDOM: Words(
        gettext_lazy("At random"),
        gettext_lazy("How many"),
        gettext_lazy("vouchers"),
        gettext_lazy("Every voucher has the same chance."),
    ),
    Method.MONETARY: Words(
        gettext_lazy("By monetary units"),
        gettext_lazy("Interval"),
        gettext_lazy("kr of debit turnover"),
        gettext_lazy("Every krona has the same chance: what is as large as the interval is always drawn."),
    ),
    Method.ABOVE: Words(
        gettext_lazy("Above a limit"),
        gettext_lazy("Limit"),
        gettext_lazy("kr"),
        gettext_lazy("Everything that is large."),
    ),
    Method.ROUND: Words(
        gettext_lazy("Round sums"),
        gettext_lazy("Whole numbers of"),
        gettext_lazy("kr"),
        gettext_lazy("Receipts are seldom round; estimates and advances are."),
    ),
    Method.WEEKEND: Words(
        gettext_lazy("Weekends"),
        "",
        "",
        gettext_lazy(
            "Dated on a Saturday, a Sunday or a public holiday, or on the eve of midsummer, Christmas or New Year, which banks treat as holidays. Other eves are working days."
        ),
    ),
    Method.PAIRS: Words(
        gettext_lazy("Unusual account pairs"),
        gettext_lazy("At most"),
        gettext_lazy("vouchers have the pair, in the year and the four before it"),
        gettext_lazy("A debit and a credit account that seldom stand in one voucher."),
    ),
}
"""The methods, in the order in which the form has them."""


class DrawForm(forms.Form):
    """A plan, as the address has it: each method's field bears the method's name."""

    method = forms.ChoiceField(
        choices=[(method.value, words.label) for method, words in WORDS.items()],
        error_messages={"required": gettext_lazy("Choose a method.")},
    )
    random = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    monetary = AmountFormField(required=False)
    above = AmountFormField(required=False)
    round = forms.TypedChoiceField(
        required=False, coerce=int, choices=[(unit, unit) for unit in ROUND_UNITS], empty_value=None
    )
    pairs = forms.IntegerField(required=False, min_value=1, max_value=MOST)
    seed = forms.CharField(required=False, max_length=40)

    def __init__(self, data: QueryDict) -> None:
        """The form as *data* says; where it says nothing, with the usual and a seed that nobody chose."""
        self.is_asked = "method" in data
        filled = data.copy()
        if not self.is_asked:
            usual = {"method": Method.RANDOM, "random": "25", "round": "100000", "pairs": "1"}
            for name, value in {**usual, "seed": secrets.token_hex(4)}.items():
                filled[name] = value
        super().__init__(filled)
        self.fields["round"].choices = [  # type: ignore[attr-defined]
            (unit, format_amount(from_ore(unit), ore=False)) for unit in ROUND_UNITS
        ]

    def clean(self) -> dict[str, Any]:
        """See that the method has what it asks for."""
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        method = Method(cleaned["method"])
        said = cleaned.get(method.value)
        if WORDS[method].asks and said is None:
            self.add_error(method.value, _("Say what the method asks for."))
            return cleaned
        parameter = to_ore(said) if isinstance(said, Money) else said
        self.plan = Plan(method, parameter, cleaned["seed"].strip() if method in BY_CHANCE else "")
        try:
            check(self.plan)
        except ValidationError as error:
            self.add_error("seed" if method in BY_CHANCE and not self.plan.seed else method.value, error)
        return cleaned

    @property
    def ways(self) -> list[tuple[Method, Words, BoundField | None, bool]]:
        """Each method with its words, its field, and whether it is the chosen one."""
        chosen = self.data.get("method")
        return [
            (method, words, self[method.value] if words.asks else None, method.value == chosen)
            for method, words in WORDS.items()
        ]

    @property
    def query(self) -> str:
        """The address that asks for the same."""
        kept = QueryDict(mutable=True)
        for name in self.fields:
            if value := self.data.get(name):
                kept[name] = value
        return kept.urlencode()
