"""Reading in a bank's statement: upload, the columns, every line with its account, and the drafts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from finance import bank
from finance.bank import Comparison, Considered, StatementLine
from finance.lookup import Lookup
from finance.models import Account
from ledarna.forms.entry import lookups
from ledarna.roles import Area, Level, sees
from ledarna.tables.cells import RESERVED
from ledarna.tables.columns import Problem, check_choice, read_facts
from ledarna.tables.grid import Grid, read_grid
from ledarna.tables.kinds import BANK_COLUMNS
from ledarna.trail import record
from ledarna.views.page import page_of_all
from ledarna.views.read_in import (
    SHOWN_PROBLEMS,
    Place,
    Preview,
    header_texts,
    places_of,
    sent,
    show_columns,
)

KEY = "bank"
MOST_LINES = 1_000
"""Lines of a statement that are read at a time: each has its fields on the preview."""


class StatementOptions(forms.Form):
    """Which account the statement is of; the bank's form remembers it."""

    account = forms.ModelChoiceField(
        Account.objects.none(),
        label=gettext_lazy("Account"),
        to_field_name="number",
        required=False,
        empty_label=gettext_lazy("the same as the last time"),
        help_text=gettext_lazy("The account of the ledger that the statement is of."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = bank.bank_accounts()  # type: ignore[attr-defined]


@dataclass(frozen=True)
class ShownLine:
    """A line as the preview has it: what is known of it, the account as typed, and whether it is taken."""

    considered: Considered
    typed: str
    is_taken: bool
    error: str = ""


@dataclass
class Statement(Preview):
    """A statement that was sent, as far as it could be read."""

    account: Account | None = None
    lines: Sequence[StatementLine] = ()
    shown: list[ShownLine] = field(default_factory=list)
    counters: dict[int, Account | None] = field(default_factory=dict)
    comparison: Comparison | None = None
    said: list[str] = field(default_factory=list)


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.ENTER)
def bank_page(request: HttpRequest) -> HttpResponse:
    """Upload a statement, see what becomes of each line, and have the drafts made."""
    accounts = lookups()["account"]
    if request.method != "POST":
        return _page(request, Statement(), StatementOptions(), accounts)
    options, statement = StatementOptions(request.POST), Statement()
    try:
        statement.file = sent(request, KEY)
        grid = read_grid(statement.file.content)
    except ValidationError as error:
        statement.refusals = error.messages
        return _page(request, statement, StatementOptions(), accounts)
    if not options.is_valid():
        return _page(request, statement, options, accounts)
    chosen, header = _look(request, grid, statement, options.cleaned_data["account"])
    if statement.account:
        options = StatementOptions({"account": statement.account.number})
    if statement.refusals or statement.places or statement.account is None:
        return _page(request, statement, options, accounts)
    _consider(request, statement, accounts)
    if request.POST.get("action") != "confirm" or any(line.error for line in statement.shown):
        return _page(request, statement, options, accounts)
    return _make_drafts(request, statement, header, chosen)


def _look(
    request: HttpRequest, grid: Grid, statement: Statement, account: Account | None
) -> tuple[dict[int, str], list[str]]:
    """Read the lines into *statement*; what the columns are read as, and the header."""
    known = {}

    def remembered(header: Sequence[str]) -> Mapping[int, str] | None:
        found = known["format"] = bank.format_of(header)
        return {int(index): key for index, key in found.columns.items()} if found else None

    header, chosen = show_columns(request, grid, BANK_COLUMNS, statement, remembered)
    texts = header_texts(grid, header)
    found = known.get("format") or bank.format_of(texts)
    statement.account = account or (found.account if found else None)
    try:
        check_choice(chosen, BANK_COLUMNS)
    except ValidationError as error:
        statement.refusals = error.messages
        return chosen, texts
    if statement.account is None:
        statement.refusals = [
            _(
                "Choose the account of the ledger that the statement is of. It is remembered for the next time."
            )
        ]
    facts, problems = read_facts(grid, header, chosen, BANK_COLUMNS)
    booked = [fact for fact in facts if fact.values.get("date") != RESERVED]
    if reserved := len(facts) - len(booked):
        statement.said.append(
            ngettext(
                "One line is only reserved at the bank and is left aside until it is booked there.",
                "%(number)s lines are only reserved at the bank and are left aside until they are booked there.",
                reserved,
            )
            % {"number": reserved}
        )
    if len(booked) > MOST_LINES:
        statement.refusals = [
            _("The statement has more than %(most)s lines. Take out a shorter period.") % {"most": MOST_LINES}
        ]
    if not problems:
        statement.lines, wrong = bank.lines_of(
            [(fact.row, fact.values) for fact in booked], settings.LEDARNA_CURRENCY
        )
        problems = [Problem(each.row, each.column, each.sentence) for each in wrong]
    if not statement.lines and not problems and not statement.refusals:
        statement.refusals = [_("There is no row under the header.")]
    statement.places = places_of(problems, grid, chosen, BANK_COLUMNS)
    return chosen, texts


def _consider(request: HttpRequest, statement: Statement, accounts: Lookup) -> None:
    """Find out about each line, with the account that was typed for it or else the one proposed."""
    assert statement.account
    was_seen = "seen" in request.POST
    for considered in bank.consider(statement.account, statement.lines):
        row = considered.line.row
        typed = str(considered.proposal.account or "")
        is_taken = considered.state == "new"
        error = ""
        if was_seen:
            typed = request.POST.get(f"account-{row}", "").strip()
            is_taken = considered.state != "there" and f"take-{row}" in request.POST
        if is_taken:
            try:
                statement.counters[row] = accounts.find(typed) if typed else None
            except ValidationError as refused:
                error = refused.messages[0]
            else:
                if statement.counters[row] == statement.account:
                    error = _("The other side is another account than that of the bank.")
        statement.shown.append(ShownLine(considered, typed, is_taken, error))
    statement.comparison = bank.compare(statement.account, statement.lines)
    if breaks := bank.breaks_in(statement.lines):
        statement.said.append(
            _("The balance does not follow from the line before in row %(rows)s. Is a line missing?")
            % {"rows": ", ".join(str(line.row) for line in breaks[:5])}
        )


def _make_drafts(
    request: HttpRequest, statement: Statement, header: Sequence[str], chosen: Mapping[int, str]
) -> HttpResponse:
    assert statement.account
    assert statement.file
    with transaction.atomic():
        bank.remember_format(header, chosen, statement.account)
        made = bank.take_in(
            statement.account, statement.lines, statement.counters, request.user.get_username()
        )
        said = ngettext("%(number)s draft was made.", "%(number)s drafts were made.", len(made)) % {
            "number": len(made)
        }
        if made:
            record(
                request.user,
                "read in",
                statement.account,
                f"{statement.account}: {statement.file.name} ({statement.file.keep()[:12]}). {said}"[:500],
            )
    if not made:
        messages.success(request, _("No line was taken. Nothing was changed."))
        return redirect("read-in-bank")
    if without := sum(draft.rows.count() == 1 for draft in made):
        said += " " + ngettext(
            "One of them has no counter account yet: complete it.",
            "%(number)s of them have no counter account yet: complete them.",
            without,
        ) % {"number": without}
    messages.success(request, said)
    return redirect("read-in-bank")


def _page(
    request: HttpRequest, statement: Statement, options: StatementOptions, accounts: Lookup
) -> HttpResponse:
    errors = [
        Place(_("Row %(row)s") % {"row": line.considered.line.row}, line.error)
        for line in statement.shown
        if line.error
    ]
    places = [*statement.places, *errors]
    states = [line.considered.state for line in statement.shown]
    return page_of_all(
        request,
        "read-in-bank",
        {
            "preview": statement,
            "options": options,
            "lookup": accounts,
            "places": places[:SHOWN_PROBLEMS],
            "more_places": max(0, len(places) - SHOWN_PROBLEMS),
            "numbers": {state: states.count(state) for state in ("new", "booked", "there")},
            "drafts": bank.waiting().count(),
            "here": "entry",
        },
    )
