"""How a statement is laid out: the tables from accounts to the items of a statement.

A layout is a file of data (``finance/data``). ``k1`` is the simplified annual accounts of an
association (BFNAR 2010:1, appendix 2): its headings may not be renamed and no item added or merged;
what is empty may be left out (p. 5.2–5.3). ``accounts`` has the same parts account by account.

An item names the BAS numbers that belong to it, for accounts of one kind. Numbers are compared by
their first four digits, so that sub-accounts (58311) follow their account. An account of the kind that
no item names falls to the kind's ``rest``: its amount stays in the sum, and the statement tells of it.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

from finance.models import Account
from finance.models.accounts import Kind

Ranges = tuple[tuple[str, str], ...]

DATA = Path(__file__).parent / "data"
LAYOUTS = {"k1": "k1.csv", "accounts": "accounts.csv"}
"""The layouts by name, and the file of each; the first is the usual one."""


class Role(StrEnum):
    """What a row of a layout is."""

    HEADING = "heading"
    ITEM = "item"
    REST = "rest"
    """What no item of the kind names; a row of it exists only where there is such an account."""
    ACCOUNTS = "accounts"
    """Every account of the kind, each in a row of its own."""
    ACCOUNT = "account"
    """One account: in no layout, but in every report."""
    TEXT = "text"
    """A sentence among the rows."""
    VOUCHER = "voucher"
    """One voucher, below the movement that it is a part of."""
    YEAR_RESULT = "year-result"
    """An item with what of the year's result no voucher has moved to equity yet."""
    UNMOVED = "unmoved"
    """That part of the year's result, in a row of its own."""
    MOVEMENT = "movement"
    """A kind of change, with the vouchers that made it."""
    SUM = "sum"
    RESULT = "result"
    """The sum with which a statement ends."""
    OPENING = "opening"
    """What something held as the days began, in a cash flow statement."""
    CLOSING = "closing"
    """What it held at their end."""
    DIFFERENCE = "difference"
    """What should be zero: a row of it exists only where it is not."""


SUMS = (Role.SUM, Role.RESULT, Role.DIFFERENCE)


@dataclass(frozen=True)
class LayoutRow:
    """A row of a layout: its role, and which accounts or which other rows are summed in it.

    ``ranges`` are first and last number, ``terms`` the sign and the key of each row that a sum adds.
    ``kind`` is empty for a sum over several kinds. A name may be three: for either, a surplus, a deficit.
    """

    role: Role
    key: str
    name: str
    name_en: str
    kind: str
    ranges: Ranges
    terms: tuple[tuple[int, str], ...]

    @property
    def local_name(self) -> str:
        """The name in the language of the screen."""
        return self._names[0]

    @property
    def _names(self) -> list[str]:
        return local_names(self.name, self.name_en)

    def name_for(self, amounts: Sequence[int]) -> str:
        """The name where *amounts* stand in the row: “surplus” or “deficit”, if all of them are one."""
        if len(self._names) == 1 or not amounts:
            return self.local_name
        _either, surplus, deficit = self._names
        if all(amount > 0 for amount in amounts):
            return surplus
        return deficit if all(amount < 0 for amount in amounts) else self.local_name

    @property
    def direction(self) -> int:
        """+1 where more helps the result, −1 for costs."""
        return -1 if self.kind == Kind.COST else 1

    def names(self, account: Account) -> bool:
        """Whether *account* is of the row's kind and one of its ranges has its number."""
        return account.kind == self.kind and in_ranges(account.number, self.ranges)

    def takes(self, account: Account) -> bool:
        """Whether *account* stands in the row: because it was chosen, or the row names its number."""
        if account.item:
            return account.kind == self.kind and account.item == self.key
        return self.names(account)


@cache
def layout(name: str, statement: str) -> tuple[LayoutRow, ...]:
    """The rows of the layout *name* for ``income`` or ``balance``, in their order.

    Raises KeyError for a layout that there is none of.
    """
    with (DATA / LAYOUTS[name]).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["statement"] == statement]
    return tuple(
        LayoutRow(
            role=Role(row["role"]),
            key=row["key"],
            name=row["name"],
            name_en=row["name_en"],
            kind=row["kind"],
            ranges=ranges_of(row["accounts"]),
            terms=terms_of(row["terms"]),
        )
        for row in rows
    )


def items() -> list[LayoutRow]:
    """The items of K1 that an account can be put into, in their order."""
    rows = (*layout("k1", "income"), *layout("k1", "balance"))
    return [row for row in rows if row.role in (Role.ITEM, Role.YEAR_RESULT)]


def ranges_of(text: str) -> Ranges:
    """First and last number of each range in *text*: ``3000-3799 3990``."""
    parts = [part.partition("-") for part in text.split()]
    return tuple((first, last or first) for first, _dash, last in parts)


def terms_of(text: str) -> tuple[tuple[int, str], ...]:
    """The sign and the key of each row in *text*: ``sum-income -sum-costs``."""
    return tuple((-1 if part[0] == "-" else 1, part.lstrip("-")) for part in text.split())


def in_ranges(number: str, ranges: Ranges) -> bool:
    """Whether the account *number*, or the account that it is a sub-account of, lies in one of *ranges*."""
    digits = number[:4].ljust(4, "0")
    return any(first <= digits <= last for first, last in ranges)


def local_names(name: str, name_en: str) -> list[str]:
    """The names in the language of the screen: one, or three for either, a surplus and a deficit."""
    return (name_en if (get_language() or "").startswith("en") else name).split("|")


def row_of(account: Account, rows: tuple[LayoutRow, ...]) -> LayoutRow | None:
    """The row of *rows* in which *account* stands: its item, else all accounts or the rest of its kind.

    The item is the one that was chosen for the account, else the one that names its number. None for an account whose kind the statement does not have.
    """
    for row in rows:
        if row.takes(account):
            return row
    return next(
        (row for row in rows if row.role in (Role.ACCOUNTS, Role.REST) and row.kind == account.kind), None
    )
