"""What can be read in from tables: one row a kind, with its columns, its area and what is made of it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from finance import budget_tables, voucher_tables
from finance.models import FiscalYear
from finance.money import from_ore
from finance.presentation import LOCALES, format_amount, format_count
from finance.tables import Kind as KindOut
from ledarna.dates import month_of_year
from ledarna.navigation import year_at_hand
from ledarna.roles import Area, Level
from ledarna.tables.cells import Kind
from ledarna.tables.columns import Column, Facts, Problem, plain
from members import tables as of_members


@dataclass(frozen=True)
class Line:
    """What a row, or several together, would do: ``new``, ``changed`` or ``unchanged``, and how it reads."""

    row: int
    state: str
    cells: Sequence[str]
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Plan:
    """What a table does: headings and lines for people, what is wrong, and what there is to say beside."""

    headings: Sequence[str]
    lines: Sequence[Line]
    problems: Sequence[Problem] = ()
    said: Sequence[str] = ()
    numbers: frozenset[int] = frozenset()
    """The places of the columns that are numbers, and stand to the right."""

    def number(self, state: str) -> int:
        """How many lines are in *state*."""
        return sum(line.state == state for line in self.lines)

    @property
    def changes_anything(self) -> bool:
        """Whether something would be, or was, written."""
        return not self.problems and any(line.state != "unchanged" for line in self.lines)


OUT: Mapping[Kind, KindOut] = {
    Kind.TEXT: KindOut.TEXT,
    Kind.DATE: KindOut.DATE,
    Kind.BOOKED_DATE: KindOut.DATE,
    Kind.COUNT: KindOut.COUNT,
    Kind.CHANGE: KindOut.COUNT,
    Kind.AMOUNT: KindOut.AMOUNT,
    Kind.PERCENT: KindOut.TEXT,
    Kind.YES_OR_NO: KindOut.TEXT,
    Kind.YEAR: KindOut.COUNT,
}
"""How a template writes the example of each kind of column."""


class NoOptions(forms.Form):
    """Nothing is to be chosen."""


Options = Mapping[str, Any]


@dataclass(frozen=True)
class TableKind:
    """A kind of table; ``take_in`` makes the plan of it and, unless it is a dry run, does it.

    ``take_in`` gets the facts, the options, the user name and whether it is a dry run. Where the plan
    has problems nothing was written.
    """

    key: str
    title: str | Promise
    what: str | Promise
    area: Area
    columns: Callable[[Options], Sequence[Column]]
    take_in: Callable[[Sequence[Facts], Options, str, bool], Plan]
    options: type[forms.Form] = NoOptions
    level: Callable[[Options], Level] = lambda options: Level.ENTER
    more_examples: Sequence[Mapping[str, Any]] = ({},)

    def examples(self, columns: Sequence[Column]) -> list[list[Any]]:
        """The rows of its template: the columns' own examples, then those that differ from them."""
        return [
            [more.get(column.key, column.example if not more else None) for column in columns]
            for more in self.more_examples
        ]

    @property
    def href(self) -> str:
        """The address of its page."""
        return reverse(f"read-in-{self.key}")

    @property
    def template(self) -> str:
        """The address of its template."""
        return reverse(f"template-{self.key}")


# Members ------------------------------------------------------------------------------------------

COUNTED_ON = Column(
    "date",
    gettext_lazy("Date"),
    Kind.DATE,
    ("datum", "dag", "per", "day"),
    True,
    True,
    example=date(2023, 12, 31),
)
MEMBER_COUNTS = (
    COUNTED_ON,
    Column(
        "count",
        gettext_lazy("Members"),
        Kind.COUNT,
        ("antal", "antal medlemmar", "medlemmar", "medlemsantal", "members", "number", "number of members"),
        True,
        True,
        example=8388,
    ),
    Column(
        "joined",
        gettext_lazy("Joined"),
        Kind.COUNT,
        ("nya", "nya medlemmar", "tillkomna", "inträden", "new members"),
        example=612,
    ),
    Column(
        "left",
        gettext_lazy("Left"),
        Kind.COUNT,
        ("avslutade", "utträden", "lämnat", "avgångna", "members who left"),
        example=325,
    ),
    Column(
        "source",
        gettext_lazy("Source"),
        Kind.TEXT,
        ("källa", "source"),
        longest=200,
        example="Medlemsregistret",
    ),
    Column(
        "note", gettext_lazy("Note"), Kind.TEXT, ("anteckning", "notering", "kommentar", "note", "comment")
    ),
)
SECTIONS = (
    COUNTED_ON,
    Column(
        "section",
        gettext_lazy("Section"),
        Kind.TEXT,
        ("sektion", "avdelning", "bransch", "slag", "kind"),
        True,
        True,
        longest=200,
        example="Kommun",
    ),
    Column(
        "number",
        gettext_lazy("Members"),
        Kind.COUNT,
        ("antal", "antal medlemmar", "medlemmar", "count", "number of members"),
        True,
        True,
        example=5214,
    ),
)
CHANNELS = (
    Column(
        "channel", gettext_lazy("Channel"), Kind.TEXT, ("kanal", "channel"), True, True, example="Nyhetsbrev"
    ),
    Column(
        "year_end",
        gettext_lazy("Year"),
        Kind.YEAR,
        ("år", "verksamhetsår", "year ending", "slutår"),
        True,
        True,
        example=2023,
    ),
    Column(
        "value",
        gettext_lazy("Value"),
        Kind.COUNT,
        ("värde", "antal", "utfall", "number"),
        True,
        True,
        example=45,
    ),
    Column(
        "is_approximate",
        gettext_lazy("Approximate"),
        Kind.YES_OR_NO,
        ("cirka", "ungefärlig", "ungefär", "ca"),
        example="nej",
    ),
    Column(
        "previous",
        gettext_lazy("The year before"),
        Kind.COUNT,
        ("föregående år", "året före", "previous", "previous year"),
        example=16,
    ),
    Column(
        "stated_change",
        gettext_lazy("Stated change"),
        Kind.CHANGE,
        ("förändring", "uppgiven förändring", "change"),
    ),
    Column(
        "stated_growth",
        gettext_lazy("Stated growth, percent"),
        Kind.PERCENT,
        ("tillväxt", "uppgiven tillväxt", "tillväxt procent", "growth"),
    ),
    Column(
        "note", gettext_lazy("Note"), Kind.TEXT, ("anteckning", "notering", "kommentar", "note", "comment")
    ),
)


def shown(value: Any) -> str:
    """A typed value for people; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return format_count(value) if isinstance(value, int) else str(value)


def _of_members(
    columns: Sequence[Column], take_in: Callable[[Sequence[of_members.RowOfTable], bool], of_members.TakenIn]
) -> Callable[[Sequence[Facts], Options, str, bool], Plan]:
    def plan(facts: Sequence[Facts], options: Options, by: str, dry_run: bool) -> Plan:
        taken = take_in([(fact.row, fact.values) for fact in facts], dry_run)
        there = [column for column in columns if facts and column.key in facts[0].values]
        by_row = {fact.row: fact.values for fact in facts}

        def cell(line: of_members.Line, key: str) -> str:
            after = shown(by_row[line.row][key])
            return f"{shown(line.before[key]) or '–'} → {after}" if key in line.before else after

        return Plan(
            [str(column.title) for column in there],
            [
                Line(line.row, line.state, [cell(line, column.key) for column in there])
                for line in taken.lines
            ],
            [Problem(wrong.row, wrong.column, wrong.sentence) for wrong in taken.wrong],
            numbers=frozenset(
                place for place, column in enumerate(there) if column.kind in (Kind.COUNT, Kind.CHANGE)
            ),
        )

    return plan


# The books ----------------------------------------------------------------------------------------

VOUCHERS = (
    Column(
        "voucher",
        gettext_lazy("Voucher"),
        Kind.TEXT,
        ("ver", "vernr", "ver nr", "verifikation", "verifikationsnummer", "voucher number", "nr"),
        longest=40,
        example="1",
    ),
    Column(
        "date",
        gettext_lazy("Date"),
        Kind.DATE,
        ("datum", "bokföringsdatum", "verdatum", "day"),
        True,
        example=date(2023, 1, 31),
    ),
    Column(
        "text",
        gettext_lazy("Text"),
        Kind.TEXT,
        ("beskrivning", "vertext", "verifikationstext", "benämning", "description"),
        True,
        longest=500,
        example="Lokalhyra januari",
    ),
    Column(
        "account",
        gettext_lazy("Account"),
        Kind.TEXT,
        ("konto", "kontonr", "kontonummer", "account number"),
        True,
        example="5010",
    ),
    Column("debit", gettext_lazy("Debit"), Kind.AMOUNT, ("debet", "debet kr"), example=850000),
    Column("credit", gettext_lazy("Credit"), Kind.AMOUNT, ("kredit", "kredit kr")),
    Column("amount", gettext_lazy("Amount"), Kind.AMOUNT, ("belopp", "belopp kr", "sum")),
    Column(
        "row_text",
        gettext_lazy("Text of the row"),
        Kind.TEXT,
        ("radtext", "transaktionstext", "transaktionsinfo"),
        longest=500,
    ),
    Column("project", gettext_lazy("Project"), Kind.TEXT, ("projekt",)),
    Column(
        "cost_center",
        gettext_lazy("Cost centre"),
        Kind.TEXT,
        ("kostnadsställe", "kst", "ks", "cost center", "resultatenhet"),
    ),
    Column(
        "series", gettext_lazy("Series"), Kind.TEXT, ("serie", "verserie", "verifikationsserie"), longest=20
    ),
    Column(
        "counterparty",
        gettext_lazy("Counterparty"),
        Kind.TEXT,
        ("motpart", "leverantör", "kund"),
        longest=200,
    ),
    Column("decision", gettext_lazy("Decision"), Kind.TEXT, ("beslut",), longest=100),
)
VOUCHER_EXAMPLE: Sequence[Mapping[str, Any]] = ({}, {"voucher": "1", "account": "1930", "credit": 850000})
"""The template has a whole voucher: what its rows have in place of the columns' examples."""


class VoucherOptions(forms.Form):
    """What becomes of the vouchers."""

    become = forms.ChoiceField(
        label=gettext_lazy("The vouchers become"),
        choices=[
            ("drafts", gettext_lazy("drafts")),
            ("posted", gettext_lazy("posted vouchers, with the next numbers")),
        ],
    )


def _vouchers(facts: Sequence[Facts], options: Options, by: str, dry_run: bool) -> Plan:
    to_be_posted = options["become"] == "posted"
    taken = voucher_tables.take_in_vouchers(
        [(fact.row, fact.values) for fact in facts], by, to_be_posted, dry_run
    )
    return Plan(
        [_("Date"), _("Text"), _("Accounts"), _("Sum, kr")],
        [
            Line(
                voucher.row,
                "unchanged" if voucher.there else "new",
                [
                    voucher.entry.date.isoformat(),
                    voucher.entry.text,
                    ", ".join(dict.fromkeys(row.account.number for row in voucher.entry.rows)),
                    format_amount(from_ore(sum(max(row.amount or 0, 0) for row in voucher.entry.rows))),
                ],
                href=voucher.there.get_absolute_url() if voucher.there else "",
            )
            for voucher in taken.vouchers
        ],
        [Problem(wrong.row, wrong.column, wrong.sentence) for wrong in taken.wrong],
        numbers=frozenset({3}),
    )


class BudgetOptions(forms.Form):
    """Which year's budget, and which version of it."""

    fiscal_year = forms.ModelChoiceField(
        FiscalYear.objects.order_by("-start"),
        label=gettext_lazy("Fiscal year"),
        to_field_name="label",
        empty_label=None,
    )
    version = forms.ChoiceField(
        label=gettext_lazy("Version"),
        choices=[
            ("in_force", gettext_lazy("the one in force, or the year's first")),
            ("revised", gettext_lazy("a new revised one, not in force yet")),
        ],
    )


def _month_names(month: date) -> Sequence[str]:
    """How people call *month* above a column, with its year and without."""
    names = []
    for language in ("sv", "en"):
        locale = LOCALES[language]
        for form in ("LLLL", "LLL"):
            name = format_date(month, form, locale=locale)
            names += [name, name.rstrip(".")[:3], f"{name} {month.year}", f"{name} {month:%y}"]
    return [*names, f"{month:%Y-%m-%d}", f"{month:%Y-%m}"]


def _budget_columns(options: Options) -> Sequence[Column]:
    """The columns of a budget: those that every one has, and the months of its year."""
    year: FiscalYear | None = options.get("fiscal_year") or year_at_hand()
    months = year.months if year else []
    # In a year of more than twelve months, a name without a year may mean two.
    times = Counter(name for month in months for name in {plain(name) for name in _month_names(month)})
    return (
        Column(
            "account",
            gettext_lazy("Account"),
            Kind.TEXT,
            ("konto", "kontonr", "kontonummer", "account number"),
            True,
            example="3910",
        ),
        Column(
            budget_tables.WHOLE_YEAR,
            gettext_lazy("Whole year"),
            Kind.AMOUNT,
            (
                "helår",
                "hela året",
                "år",
                "summa",
                "totalt",
                "total",
                "budget",
                "belopp",
                "årsbudget",
                "year",
                "sum",
                "amount",
                *([f"budget {year}", str(year)] if year else []),
            ),
            example=1_000_00 * (len(months) or 12),
        ),
        *(
            Column(
                budget_tables.column_of(month),
                month_of_year(month),
                Kind.AMOUNT,
                [name for name in _month_names(month) if times[plain(name)] == 1],
                example=1_000_00,
            )
            for month in months
        ),
        Column("project", gettext_lazy("Project"), Kind.TEXT, ("projekt",)),
        Column(
            "cost_center", gettext_lazy("Cost centre"), Kind.TEXT, ("kostnadsställe", "kst", "cost center")
        ),
        Column(
            "note",
            gettext_lazy("Note"),
            Kind.TEXT,
            ("anteckning", "notering", "kommentar", "note", "comment"),
            longest=500,
        ),
    )


def _budget(facts: Sequence[Facts], options: Options, by: str, dry_run: bool) -> Plan:
    taken = budget_tables.take_in_budget(
        options["fiscal_year"],
        [(fact.row, fact.values) for fact in facts],
        options["version"] == "revised",
        dry_run,
    )
    said = []
    if taken.left_aside:
        said.append(
            ngettext(
                "One row without an account is left aside, as a heading or a sum.",
                "%(number)s rows without an account are left aside, as headings and sums.",
                taken.left_aside,
            )
            % {"number": taken.left_aside}
        )
    return Plan(
        [_("Account"), _("Project and cost centre"), _("Months"), _("Whole year, kr"), _("Before, kr")],
        [
            Line(
                line.row,
                line.state,
                [
                    str(line.place.account),
                    ", ".join(str(found) for found in (line.place.project, line.place.cost_center) if found),
                    str(len(line.amounts)) if None not in line.amounts else _("whole year"),
                    format_amount(from_ore(line.total)),
                    format_amount(from_ore(line.total_before)) if line.before else "–",
                ],
            )
            for line in taken.budgeted
        ],
        [Problem(wrong.row, wrong.column, wrong.sentence) for wrong in taken.wrong],
        said,
        frozenset({3, 4}),
    )


# Statements of banks ------------------------------------------------------------------------------

BANK_COLUMNS = (
    Column(
        "date",
        gettext_lazy("Day"),
        Kind.BOOKED_DATE,
        (
            "bokföringsdag",
            "bokfdag",
            "bokföringsdatum",
            "bokförd",
            "bokfört datum",
            "reskontradatum",
            "reskontradag",
            "datum",
            "date",
            "booking date",
        ),
        True,
    ),
    Column(
        "text",
        gettext_lazy("Text"),
        Kind.TEXT,
        (
            "beskrivning",
            "text/mottagare",
            "text / mottagare",
            "rubrik",
            "meddelande",
            "transaktion",
            "transaktionstext",
            "description",
            "specifikation",
        ),
        True,
    ),
    Column(
        "more",
        gettext_lazy("More text"),
        Kind.TEXT,
        ("referens", "namn", "mottagare", "avsändare/mottagare", "reference"),
    ),
    Column(
        "amount",
        gettext_lazy("Amount"),
        Kind.AMOUNT,
        ("belopp", "belopp i kr", "belopp (sek)", "transaktionsbelopp"),
    ),
    Column(
        "paid_in",
        gettext_lazy("Paid in"),
        Kind.AMOUNT,
        ("insättning", "insättningar", "insatt", "kredit", "in"),
    ),
    Column("paid_out", gettext_lazy("Paid out"), Kind.AMOUNT, ("uttag", "uttaget", "debet", "ut", "out")),
    Column(
        "balance",
        gettext_lazy("Balance after the line"),
        Kind.AMOUNT,
        ("saldo", "bokfört saldo", "bokfört saldo kr", "saldo efter"),
    ),
    Column("currency", gettext_lazy("Currency"), Kind.TEXT, ("valuta",)),
)
"""The columns of statements, by the names that the Swedish banks give them."""


KINDS: Sequence[TableKind] = (
    TableKind(
        "vouchers",
        gettext_lazy("Vouchers"),
        gettext_lazy(
            "A row for each row of a voucher: date, text, account, and the amount in debit or in credit."
        ),
        Area.BOOKS,
        lambda options: VOUCHERS,
        _vouchers,
        VoucherOptions,
        lambda options: Level.POST if options["become"] == "posted" else Level.ENTER,
        VOUCHER_EXAMPLE,
    ),
    TableKind(
        "budget",
        gettext_lazy("Budget"),
        gettext_lazy(
            "Accounts down, and the months or the whole year across. Income and costs are both positive amounts."
        ),
        Area.BOOKS,
        _budget_columns,
        _budget,
        BudgetOptions,
    ),
    TableKind(
        "member-counts",
        gettext_lazy("Member counts"),
        gettext_lazy(
            "A date and a number of members a row, with joined, left, source and note where there are any."
        ),
        Area.MEMBERS,
        lambda options: MEMBER_COUNTS,
        _of_members(MEMBER_COUNTS, of_members.take_in_counts),
    ),
    TableKind(
        "member-sections",
        gettext_lazy("Member counts by section"),
        gettext_lazy(
            "A date, a section and its number of members a row. A day's sections add up to its count."
        ),
        Area.MEMBERS,
        lambda options: SECTIONS,
        _of_members(SECTIONS, of_members.take_in_sections),
    ),
    TableKind(
        "channels",
        gettext_lazy("Figures of channels"),
        gettext_lazy("A channel, a year and its figure a row. The channels have to be entered already."),
        Area.MEMBERS,
        lambda options: CHANNELS,
        _of_members(CHANNELS, of_members.take_in_channel_figures),
    ),
)
"""The kinds, in the order in which the page shows them."""
