"""What a SIE file holds, as frozen dataclasses. Amounts are whole öre, debit positive, credit negative.

Texts are as in the file, "" where a field was left out. A year is its number in the file: 0 the year in
question, -1 the one before. Objects of a row are pairs (dimension, object), both texts, in the file's order.
`line` is where the thing stood in the file; it takes no part in comparison.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

Objects = tuple[tuple[str, str], ...]

COST_CENTER, PROJECT = "1", "6"
# Dimensions that the standard itself defines (SIE 4B, 8): they need no #DIM.
STANDARD_DIMENSIONS = {
    "1": "Kostnadsställe/resultatenhet",
    "2": "Kostnadsbärare",
    "6": "Projekt",
    "7": "Anställd",
    "8": "Kund",
    "9": "Leverantör",
    "10": "Faktura",
}


@dataclass(frozen=True, slots=True)
class Address:
    """#ADRESS."""

    contact: str = ""
    street: str = ""
    postal: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """Whose books these are: #FNAMN, #FNR, #ORGNR (with its two further fields), #FTYP, #BKOD, #ADRESS."""

    name: str = ""
    number: str = ""
    org_number: str = ""
    acquisition_number: str = ""
    activity_number: str = ""
    form: str = ""
    branch: str = ""
    address: Address | None = None

    @property
    def org_digits(self) -> str:
        """The organisation number as ten digits, however written; "" when it is not that. For comparison."""
        digits = "".join(c for c in self.org_number if c.isascii() and c.isdigit())
        return digits[2:] if len(digits) == 12 else digits if len(digits) == 10 else ""


@dataclass(frozen=True, slots=True)
class Year:
    """#RAR. Beginning and end are None when the file left them out (as 4I files do)."""

    index: int
    start: dt.date | None = None
    end: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """#KONTO with its #KTYP (T asset, S liability, K cost, I income, "" not said), #ENHET and #SRU codes."""

    number: str
    name: str = ""
    kind: str = ""
    unit: str = ""
    sru: tuple[str, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Dimension:
    """#DIM, or #UNDERDIM when `parent` is given."""

    number: str
    name: str = ""
    parent: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SieObject:
    """#OBJEKT: a cost centre, project, … of a dimension."""

    dimension: str
    number: str
    name: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Balance:
    """#IB, #UB, #RES (no objects), #OIB and #OUB: a balance of an account in a year, in öre."""

    year: int
    account: str
    amount: int
    quantity: Decimal | None = None
    objects: Objects = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class PeriodBalance:
    """#PSALDO and #PBUDGET: the change of an account in a month (`period` is its first day), in öre."""

    year: int
    period: dt.date
    account: str
    amount: int
    objects: Objects = ()
    quantity: Decimal | None = None
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Extra:
    """A line of a label that SIE leaves to programs (`labels.EXTENSIONS`): its label without #, its fields.

    The fields are written as they are: ASCII without blanks, quotation marks and braces.
    """

    label: str
    fields: tuple[str, ...]
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Row:
    """#TRANS: one row of a voucher. `date` None: the voucher's date holds; `text` "": the voucher's text."""

    account: str
    amount: int
    objects: Objects = ()
    date: dt.date | None = None
    text: str = ""
    quantity: Decimal | None = None
    sign: str = ""
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Change:
    """History of a posted voucher, no part of its balance: a row `added` (#RTRANS) or removed (#BTRANS).

    An added row is also among the voucher's rows: its date and sign say when and by whom it was added.
    `position` is how many rows of the voucher stand before it in the file.
    """

    added: bool
    row: Row
    position: int


@dataclass(frozen=True, slots=True)
class Voucher:
    """#VER with its rows, which sum to zero.

    `series` and `number` are "" when the file leaves them to the reader. `extras` are the lines of a program's
    own that stand before it and speak of it.
    """

    series: str
    number: str
    date: dt.date
    text: str = ""
    registered: dt.date | None = None
    sign: str = ""
    rows: tuple[Row, ...] = ()
    history: tuple[Change, ...] = ()
    extras: tuple[Extra, ...] = ()
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SieDocument:
    """A whole file. `type` is "1", "2", "3", "4E" (with balances) or "4I" (vouchers for another program).

    `extras` are the lines of a program's own that speak of the books as a whole.
    """

    type: str = "4E"
    flag: str = "0"
    program: str = ""
    program_version: str = ""
    format: str = "PC8"
    generated: dt.date | None = None
    generated_by: str = ""
    company: Company = Company()
    comment: str = ""
    tax_year: str = ""
    balances_until: dt.date | None = None
    chart: str = ""
    currency: str = ""
    years: tuple[Year, ...] = ()
    accounts: tuple[Account, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    objects: tuple[SieObject, ...] = ()
    opening: tuple[Balance, ...] = ()
    closing: tuple[Balance, ...] = ()
    results: tuple[Balance, ...] = ()
    object_opening: tuple[Balance, ...] = ()
    object_closing: tuple[Balance, ...] = ()
    period_balances: tuple[PeriodBalance, ...] = ()
    budget: tuple[PeriodBalance, ...] = ()
    extras: tuple[Extra, ...] = ()
    vouchers: tuple[Voucher, ...] = ()

    def year(self, index: int) -> Year | None:
        """The year with this number, or None."""
        return next((y for y in self.years if y.index == index), None)
