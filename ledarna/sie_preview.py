"""What an import of a SIE file did or would do, as its pages show it: sentences, amounts, lists that end."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance.importing import Outcome
from finance.presentation import format_count, format_period

LISTED = 100
"""How many notes, errors, conflicts and accounts a page lists; the rest are counted."""

SAID: Mapping[str, Callable[[int], str]] = {
    "association": lambda n: ngettext("%(n)s association", "%(n)s associations", n),
    "fiscal_years": lambda n: ngettext("%(n)s fiscal year", "%(n)s fiscal years", n),
    "accounts": lambda n: ngettext("%(n)s account", "%(n)s accounts", n),
    "renamed": lambda n: ngettext("%(n)s name changed", "%(n)s names changed", n),
    "projects": lambda n: ngettext("%(n)s project", "%(n)s projects", n),
    "cost_centers": lambda n: ngettext("%(n)s cost centre", "%(n)s cost centres", n),
    "opening_balances": lambda n: ngettext("%(n)s opening balance", "%(n)s opening balances", n),
    "series": lambda n: ngettext("%(n)s voucher series", "%(n)s voucher series", n),
    "vouchers": lambda n: ngettext("%(n)s voucher", "%(n)s vouchers", n),
    "drafts": lambda n: ngettext("of them %(n)s draft", "of them %(n)s drafts", n),
    "rows": lambda n: ngettext("%(n)s row", "%(n)s rows", n),
    "number_gaps": lambda n: ngettext("%(n)s gap in the numbers", "%(n)s gaps in the numbers", n),
    "budget_lines": lambda n: ngettext("%(n)s budget line", "%(n)s budget lines", n),
    "imported_balances": lambda n: ngettext(
        "%(n)s balance of a year without vouchers, to compare with",
        "%(n)s balances of years without vouchers, to compare with",
        n,
    ),
}
"""What an import counts, in words, in the order in which a page tells it."""


@dataclass(frozen=True)
class Listed:
    """The first things of a list, and how many there are beyond them."""

    shown: Sequence[Any]
    more: int


def listed(found: Sequence[Any], most: int = LISTED) -> Listed:
    """The first *most* things of *found*."""
    return Listed(found[:most], max(0, len(found) - most))


def made_in_words(created: Mapping[str, int]) -> list[str]:
    """What was made, in words: “3 accounts”."""
    return [
        said(created[key]) % {"n": format_count(created[key])}
        for key, said in SAID.items()
        if created.get(key)
    ]


@dataclass(frozen=True)
class YearBeside:
    """A year of the file beside the same of the books; amounts in kronor, debit positive."""

    year: str
    accounts: Listed
    differing: Listed
    has_after: bool


@dataclass(frozen=True)
class Preview:
    """An outcome as it is shown."""

    outcome: Outcome
    years: Sequence[str]
    made: Sequence[str]
    notes: Listed
    errors: Listed
    conflicts: Listed
    balances: Sequence[YearBeside]
    sums: Sequence[tuple[str, Decimal]]

    @property
    def may_confirm(self) -> bool:
        """Whether there is something to import, and nothing in the way."""
        return self.outcome.is_new


def _amounts(line: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    given = {key: line[key] for key in keys}
    return {**line, **{key: None if text is None else Decimal(text) for key, text in given.items()}}


def _beside(year: Mapping[str, Any]) -> YearBeside:
    amounts = ("opening", "change", "stated", "difference", "before", "after")
    lines = [_amounts(line, amounts) for line in year["accounts"]]
    told = [line for line in lines if any(line[key] for key in amounts)]
    return YearBeside(
        year["year"],
        listed(told, 2_000),
        listed([line for line in told if line["difference"]]),
        any(line["after"] is not None for line in told),
    )


def _conflict(found: Mapping[str, Any]) -> dict[str, Any]:
    if found["voucher"] is None:
        return _amounts(found, ("file", "ledger"))
    sides = {
        side: {**found[side], "rows": [_amounts(row, ["amount"]) for row in found[side]["rows"]]}
        for side in ("file", "ledger")
    }
    return {**found, **sides}


def _year(year: Mapping[str, Any]) -> str:
    if not (year["start"] and year["end"]):
        return _("year %(year)s, without dates") % {"year": year["year"]}
    return format_period(date.fromisoformat(year["start"]), date.fromisoformat(year["end"]))


def _sum_name(name: str) -> str:
    """What a sum of the file is called: #IB 0, or the vouchers' rows on accounts of the result."""
    return _("Vouchers, accounts 3–8:") if name == "TRANS result" else f"#{name}:"


def preview_of(outcome: Outcome) -> Preview:
    """*outcome* in the reader's language."""
    return Preview(
        outcome=outcome,
        years=[_year(year) for year in outcome.file["years"]],
        made=made_in_words(outcome.created),
        notes=listed(outcome.notes),
        errors=listed(outcome.errors),
        conflicts=listed(
            [_conflict(found) for found in outcome.conflicts[:LISTED]] + outcome.conflicts[LISTED:]
        ),
        balances=[_beside(year) for year in outcome.balances],
        sums=[(_sum_name(name), Decimal(amount)) for name, amount in outcome.file["sums"].items()],
    )
