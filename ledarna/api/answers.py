"""The shapes of the API's answers, and how they are made of what was derived.

Amounts are plain decimal strings in the books' currency, days ISO 8601, ``null`` where there is nothing.
Rows have debit positive and credit negative; statements have natural signs, a loss negative.
"""

from datetime import date, datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from board.models import Meeting
from finance import statements
from finance.journal import Entry
from finance.models import Account, FiscalYear, VoucherRow
from finance.money import in_kronor, to_ore

Amount = Annotated[str, Field(pattern=r"^-?\d+\.\d\d$", examples=["-1420611.00"])]


def amount(ore: int) -> str:
    """*ore* whole öre as the API writes amounts."""
    return f"{in_kronor(ore):.2f}"


class Problem(Schema):
    """Why there is no answer, in words."""

    detail: str


class Year(Schema):
    """A fiscal year; ``label`` is its name in the addresses."""

    label: str
    start: date
    end: date
    is_closed: bool

    @classmethod
    def of(cls, year: FiscalYear, closed: set[int]) -> "Year":
        """*year*; *closed* are the keys of the years that are."""
        return cls(label=year.label, start=year.start, end=year.end, is_closed=year.pk in closed)


class Chain(Schema):
    """The chain of a fiscal year: the digest of the last voucher, and how many there are."""

    head: str | None = Field(description="Null where nothing is posted.")
    vouchers: int


class Figure(Schema):
    """A figure of the year; ``value`` is null with a ``reason`` where it cannot be derived."""

    label: str
    value: str | None
    unit: str = Field(description="SEK, count or percent.")
    source: str = Field(description="The page where the figure's facts are seen.")
    reason: str | None


class Figures(Schema):
    """Every figure of a year, by its key."""

    year: str
    as_of: date
    figures: dict[str, Figure]


class AccountAnswer(Schema):
    """An account of the chart."""

    number: str
    name: str
    kind: str
    is_open: bool

    @classmethod
    def of(cls, account: Account) -> "AccountAnswer":
        """*account*, with its name in the language asked for."""
        return cls(number=account.number, name=account.local_name, kind=account.kind, is_open=account.is_open)


class Row(Schema):
    """A row of a voucher; debit positive, credit negative."""

    account: str
    amount: Amount
    text: str
    project: str | None
    cost_center: str | None
    quantity: str

    @classmethod
    def of(cls, row: VoucherRow) -> "Row":
        """*row*, with its objects' codes."""
        return cls(
            account=row.account.number,
            amount=amount(to_ore(row.amount)),
            text=row.text,
            project=row.project.code if row.project else None,
            cost_center=row.cost_center.code if row.cost_center else None,
            quantity=str(row.quantity or ""),
        )


class VoucherAnswer(Schema):
    """A posted voucher; ``sequence`` is its place in the chain, ``digest`` its link of it."""

    series: str
    number: int
    date: date
    text: str
    counterparty: str
    decision: str
    entered_at: datetime
    entered_by: str
    posted_at: datetime
    posted_by: str
    sequence: int
    digest: str
    corrects: str | None = Field(description="The voucher that it corrects, such as “A 7”.")
    corrected_by: str | None = Field(description="The voucher that took it back.")
    rows: list[Row]

    @classmethod
    def of(cls, entry: Entry) -> "VoucherAnswer":
        """The posted voucher of *entry*, with all of its rows."""
        voucher = entry.voucher
        assert voucher.number is not None
        assert voucher.posted_at is not None
        assert voucher.sequence is not None
        return cls(
            series=voucher.series.code,
            number=voucher.number,
            date=voucher.date,
            text=voucher.text,
            counterparty=voucher.counterparty,
            decision=voucher.decision_reference,
            entered_at=voucher.entered_at,
            entered_by=voucher.entered_by,
            posted_at=voucher.posted_at,
            posted_by=voucher.posted_by,
            sequence=voucher.sequence,
            digest=voucher.digest,
            corrects=_reference(voucher.corrects),
            corrected_by=_reference(entry.corrected_by),
            rows=[Row.of(row) for row in entry.rows],
        )


def _reference(voucher: Any) -> str | None:
    return f"{voucher.series.code} {voucher.number}" if voucher else None


class Line(Schema):
    """A line of a statement, in natural signs; null where nothing was entered."""

    account: str
    name: str
    amount: Amount
    budget: Amount | None
    previous: Amount | None


class Section(Schema):
    """The lines of one kind, and their sums."""

    kind: str
    lines: list[Line]
    amount: Amount
    budget: Amount | None
    previous: Amount | None


class Statement(Schema):
    """An income statement or a balance sheet; ``previous`` is the year before, or the opening balance."""

    year: str
    until: date
    sections: list[Section]
    result: Amount = Field(description="Of the year; in a balance sheet the part that is not closed yet.")

    @classmethod
    def of(cls, statement: statements.Statement, result: int) -> "Statement":
        """*statement*, with the *result* of the year in öre."""
        return cls(
            year=statement.year.label,
            until=statement.until,
            sections=[_section(section) for section in statement.sections],
            result=amount(result),
        )


def _section(section: statements.Section) -> Section:
    return Section(
        kind=section.kind,
        lines=[
            Line(account=line.account.number, name=line.account.local_name, **_columns(line))
            for line in section.lines
        ],
        **_columns(section),
    )


def _columns(source: statements.Line | statements.Section) -> dict[str, Any]:
    columns = {"amount": source.amount, "budget": source.budget, "previous": source.previous}
    return {name: None if ore is None else amount(ore) for name, ore in columns.items()}


class DecisionAnswer(Schema):
    """A decision, numbered as in the minutes (§)."""

    number: int
    text: str


class MeetingAnswer(Schema):
    """A meeting, and what it decided."""

    kind: str
    number: int
    date: date
    form: str
    place: str
    state: str
    decisions: list[DecisionAnswer]

    @classmethod
    def of(cls, meeting: Meeting) -> "MeetingAnswer":
        """*meeting*, with its decisions."""
        return cls(
            kind=meeting.kind,
            number=meeting.number,
            date=meeting.date,
            form=meeting.form,
            place=meeting.place,
            state=meeting.state,
            decisions=[
                DecisionAnswer(number=decision.number, text=decision.text)
                for decision in meeting.decisions.all()
            ],
        )


class Years(Schema):
    """The fiscal years, oldest first."""

    items: list[Year]


class Accounts(Schema):
    """A page of the chart, by number."""

    items: list[AccountAnswer]
    next: str | None = Field(description="The cursor of the page after; null on the last.")


class Vouchers(Schema):
    """A page of posted vouchers, in the order of their registration."""

    items: list[VoucherAnswer]
    next: str | None = Field(description="The cursor of the page after; null on the last.")


class Meetings(Schema):
    """The meetings of a year, by day."""

    items: list[MeetingAnswer]
