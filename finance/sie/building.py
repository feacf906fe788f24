"""All of a SIE file but its vouchers: from the fields of each label to the parts of a `SieDocument`.

`HANDLERS` maps a label to the method that takes its fields in. Each method reads what can be read without
guessing, notes what was odd, and reports what could not be read; none raises but `SieLimit`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from finance.sie import values
from finance.sie.document import (
    STANDARD_DIMENSIONS,
    Account,
    Address,
    Balance,
    Company,
    Dimension,
    Extra,
    Objects,
    PeriodBalance,
    SieDocument,
    SieObject,
    Year,
)
from finance.sie.labels import SHAPES
from finance.sie.notes import Notebook, SieLimit
from finance.sie.values import Unreadable

Value = str | tuple[str, ...]
_ABOUT_MONEY = {"IB", "UB", "RES", "OIB", "OUB", "PSALDO", "PBUDGET"}
ACCOUNT_KINDS = ("T", "S", "K", "I")


@dataclass(frozen=True, slots=True)
class Limits:
    """What keeps memory and time bounded.

    `things` bounds each table: accounts, objects, balances, periods.
    """

    file_bytes: int = 512 << 20
    line_characters: int = 1 << 16
    rows_per_voucher: int = 100_000
    things: int = 400_000
    rows_at_once: int = 2_000_000  # `read` alone: a document with all its vouchers


@dataclass(slots=True)
class Entry:
    """One line: its label without #, its number, and the fields after the label, shaped by `SHAPES`."""

    label: str
    line: int
    values: list[Value]

    def text(self, index: int) -> str:
        """The field as a text; "" when it is not there.

        An object list in a text's place gives its elements.
        """
        if index >= len(self.values):
            return ""
        value = self.values[index]
        return value if isinstance(value, str) else " ".join(value)


class Builder:
    """Collects everything but vouchers. `sums` are of the lines as read: ("IB", 0) → öre."""

    def __init__(self, notebook: Notebook, limits: Limits) -> None:
        self._notes, self._limits = notebook, limits
        self._plain: dict[str, str] = {}
        self._comments: list[str] = []
        self._generated: tuple[date | None, str] = (None, "")
        self._until: date | None = None
        self._program: tuple[str, str] = ("", "")
        self._org: tuple[str, str, str] = ("", "", "")
        self._address: Address | None = None
        self._years: dict[int, Year] = {}
        self._accounts: dict[str, Account] = {}
        self._kinds: dict[str, str] = {}
        self._units: dict[str, str] = {}
        self._sru: dict[str, list[str]] = {}
        self._attribute_lines: dict[tuple[str, str], int] = {}
        self._dimensions: dict[str, Dimension] = {}
        self._objects: dict[tuple[str, str], SieObject] = {}
        self._balances: dict[str, dict[tuple[int, str, Objects], Balance]] = {
            label: {} for label in ("IB", "UB", "RES", "OIB", "OUB")
        }
        self._periods: dict[str, list[PeriodBalance]] = {"PSALDO": [], "PBUDGET": []}
        self._period_keys: set[tuple[str, int, date, str, Objects]] = set()
        self._used_accounts: dict[str, tuple[int, str]] = {}
        self._used_objects: dict[tuple[str, str], tuple[int, str]] = {}
        self._used_years: dict[int, tuple[int, str]] = {}
        self._things = 0
        self.account_labels = 0
        self.extras: list[Extra] = []
        self.format_line: int | None = None
        self.sums: dict[tuple[str, int], int] = {}

    # What the reader of vouchers asks and tells.

    def take(self, entry: Entry) -> None:
        """Take one line in; one that lacks fields is left aside (an error where it is about money)."""
        needed, found = SHAPES[entry.label].needed, len(entry.values)
        if found < needed:
            code = "fields_missing" if entry.label in _ABOUT_MONEY else "fields_missing_note"
            self._notes.add(code, entry.line, f"#{entry.label}", needed=needed, found=found)
            return
        HANDLERS[entry.label](self, entry)

    def take_extra(self, extra: Extra) -> None:
        """Take in a line of a program's own that speaks of the books."""
        self._count()
        self.extras.append(extra)

    def use_account(self, account: str, line: int, label: str) -> bool:
        """Whether this can be an account; remembers where it was first used.

        Notes an error when it cannot be.
        """
        if account in self._used_accounts:
            return True
        if not values.is_account(account):
            self._notes.add("account_number_used", line, f"#{label}", text=account)
            return False
        self._used_accounts[account] = (line, label)
        return True

    def objects(self, elements: tuple[str, ...], line: int, label: str) -> Objects:
        """The elements of an object list as pairs; remembers where each object was first used."""
        if len(elements) % 2:
            self._notes.add("list_odd", line, f"#{label}", text=" ".join(elements))
        pairs = tuple(
            (_dimension(d), number) for d, number in zip(elements[::2], elements[1::2], strict=False)
        )
        if any(not number for _dimension, number in pairs):
            self._notes.add("list_empty_object", line, f"#{label}")
            pairs = tuple(pair for pair in pairs if pair[1])
        for pair in pairs:
            if pair not in self._used_objects:
                self._count()
                self._used_objects[pair] = (line, label)
        return pairs

    def year_of(self, day: date) -> int | None:
        """The year a date falls in; year 0 when the file gives no dates for it; None outside of all years."""
        for year in self._years.values():
            if year.start and year.end and year.start <= day <= year.end:
                return year.index
        zero = self._years.get(0)
        return None if zero and zero.start and zero.end else 0

    def amount(self, text: str, line: int, label: str) -> int | None:
        """Öre of an amount; None after an error was noted."""
        try:
            ore, odd = values.amount(text)
        except Unreadable as unreadable:
            self._notes.add(unreadable.code, line, f"#{label}", text=text)
            return None
        if odd:
            self._notes.add(odd, line, f"#{label}", text=text, amount=values.amount_text(ore))
        return ore

    def quantity(self, text: str, line: int, label: str) -> Decimal | None:
        """A quantity; None when there is none, or when it is unreadable (noted)."""
        try:
            return values.quantity(text)
        except Unreadable as unreadable:
            self._notes.add(unreadable.code, line, f"#{label}", text=text)
            return None

    def day(self, text: str, line: int, label: str, code: str = "date_unreadable") -> date | None:
        """A date; None when there is none, or when it is unreadable (noted under `code`)."""
        try:
            day, plain = values.day(text)
        except Unreadable:
            self._notes.add(code, line, f"#{label}", text=text)
            return None
        if not plain:
            self._notes.add("date_form", line, f"#{label}", text=text)
        return day

    def document(self, kind: str) -> SieDocument:
        """What was collected, as a document of this type, without vouchers.

        Notes what was used but not declared.
        """
        self._note_undeclared()
        return SieDocument(
            type=kind,
            flag=self._plain.get("FLAGGA", ""),
            program=self._program[0],
            program_version=self._program[1],
            format=self._plain.get("FORMAT", ""),
            generated=self._generated[0],
            generated_by=self._generated[1],
            company=Company(
                name=self._plain.get("FNAMN", ""),
                number=self._plain.get("FNR", ""),
                org_number=self._org[0],
                acquisition_number=self._org[1],
                activity_number=self._org[2],
                form=self._plain.get("FTYP", ""),
                branch=self._plain.get("BKOD", ""),
                address=self._address,
            ),
            comment="\n".join(self._comments),
            tax_year=self._plain.get("TAXAR", ""),
            balances_until=self._until,
            chart=self._plain.get("KPTYP", ""),
            currency=self._plain.get("VALUTA", ""),
            years=tuple(self._years[i] for i in sorted(self._years, reverse=True)),
            accounts=tuple(
                replace(
                    account,
                    kind=self._kinds.get(number, ""),
                    unit=self._units.get(number, ""),
                    sru=tuple(self._sru.get(number, ())),
                )
                for number, account in self._accounts.items()
            ),
            dimensions=tuple(self._dimensions.values()),
            objects=tuple(self._objects.values()),
            opening=tuple(self._balances["IB"].values()),
            closing=tuple(self._balances["UB"].values()),
            results=tuple(self._balances["RES"].values()),
            object_opening=tuple(self._balances["OIB"].values()),
            object_closing=tuple(self._balances["OUB"].values()),
            period_balances=tuple(self._periods["PSALDO"]),
            budget=tuple(self._periods["PBUDGET"]),
            extras=tuple(self.extras),
        )

    @property
    def declared_type(self) -> str:
        """The text of #SIETYP, in capitals; "" when it is missing."""
        return self._plain.get("SIETYP", "").strip().upper()

    @property
    def holds_balances(self) -> bool:
        """Whether there is any #IB, #UB or #RES."""
        return any(self._balances[label] for label in ("IB", "UB", "RES"))

    @property
    def level(self) -> str:
        """The type that the balances make: "3" with objects, "2" with periods, else "1"."""
        periods = self._periods["PSALDO"]
        if self._balances["OIB"] or self._balances["OUB"] or any(p.objects for p in periods):
            return "3"
        return "2" if periods or self._periods["PBUDGET"] else "1"

    # One method a label, or a family of labels.

    def _text(self, entry: Entry) -> None:
        self._plain[entry.label] = entry.text(0).strip()
        if entry.label == "FORMAT":
            self.format_line = entry.line
        if entry.label == "FLAGGA" and entry.text(0).strip() == "1":
            self._notes.add("already_read", entry.line, "#FLAGGA")

    def _comment(self, entry: Entry) -> None:
        self._count()
        self._comments.append(entry.text(0))

    def _program_name(self, entry: Entry) -> None:
        self._program = entry.text(0), entry.text(1)

    def _made(self, entry: Entry) -> None:
        self._generated = self.day(entry.text(0), entry.line, "GEN"), entry.text(1)

    def _reach(self, entry: Entry) -> None:
        self._until = self.day(entry.text(0), entry.line, "OMFATTN")

    def _organisation(self, entry: Entry) -> None:
        self._org = entry.text(0).strip(), entry.text(1), entry.text(2)

    def _place(self, entry: Entry) -> None:
        self._address = Address(*(entry.text(i) for i in range(4)))

    def _year(self, entry: Entry) -> None:
        index = self._index(entry, 0)
        if index is None:
            return
        start = self.day(entry.text(1), entry.line, "RAR")
        end = self.day(entry.text(2), entry.line, "RAR")
        year = Year(index, start, end)
        if index in self._years:
            same = self._years[index] == year
            self._notes.add(
                "year_twice" if same else "year_twice_differs", entry.line, "#RAR", year=str(index)
            )
            return
        if start is None or end is None:
            self._notes.add("year_without_dates", entry.line, "#RAR", year=str(index))
        elif end < start:
            self._notes.add(
                "year_backwards", entry.line, "#RAR", year=str(index), start=str(start), end=str(end)
            )
            return
        else:
            months = (end.year - start.year) * 12 + end.month - start.month + 1
            if months > 18:
                self._notes.add(
                    "year_long",
                    entry.line,
                    "#RAR",
                    year=str(index),
                    start=str(start),
                    end=str(end),
                    months=months,
                )
        self._count()
        self._years[index] = year

    def _account(self, entry: Entry) -> None:
        self.account_labels += 1
        number, name = entry.text(0).strip(), entry.text(1)
        if not values.is_account(number):
            self._notes.add("account_number", entry.line, "#KONTO", text=number)
            return
        if not name.strip():
            self._notes.add("account_without_name", entry.line, "#KONTO", text=number)
        before = self._accounts.get(number)
        if before is None:
            self._count()
        elif before.name == name:
            self._notes.add("account_twice", entry.line, "#KONTO", account=number)
        else:
            self._notes.add(
                "account_twice_differs",
                entry.line,
                "#KONTO",
                account=number,
                first=before.name,
                second=name,
            )
        self._accounts[number] = Account(number, name, line=entry.line)

    def _attribute(self, entry: Entry) -> None:
        number, text = entry.text(0).strip(), entry.text(1).strip()
        label = f"#{entry.label}"
        if not text:
            self._notes.add("fields_missing_note", entry.line, label, needed=2, found=1)
            return
        if (entry.label, number) not in self._attribute_lines:
            self._count()
            self._attribute_lines[entry.label, number] = entry.line
        if entry.label == "KTYP":
            if text.upper() not in ACCOUNT_KINDS:
                self._notes.add("account_kind", entry.line, label, account=number, text=text)
            else:
                self._kinds[number] = text.upper()
        elif entry.label == "ENHET":
            self._units[number] = text
        elif text not in (codes := self._sru.setdefault(number, [])):
            self._count()
            codes.append(text)

    def _dimension(self, entry: Entry) -> None:
        number, name = _dimension(entry.text(0)), entry.text(1)
        parent = _dimension(entry.text(2)) if entry.label == "UNDERDIM" else ""
        if entry.label == "UNDERDIM" and not parent:
            self._notes.add("dimension_without_parent", entry.line, "#UNDERDIM", dimension=number)
        before = self._dimensions.get(number)
        if before is None:
            self._count()
        elif (before.name, before.parent) != (name, parent):
            self._notes.add(
                "dimension_twice",
                entry.line,
                f"#{entry.label}",
                dimension=number,
                first=before.name,
                second=name,
            )
        self._dimensions[number] = Dimension(number, name, parent, line=entry.line)

    def _object(self, entry: Entry) -> None:
        key = _dimension(entry.text(0)), entry.text(1).strip()
        name = entry.text(2)
        before = self._objects.get(key)
        if before is None:
            self._count()
        elif before.name != name:
            self._notes.add(
                "object_twice",
                entry.line,
                "#OBJEKT",
                dimension=key[0],
                object=key[1],
                first=before.name,
                second=name,
            )
        self._objects[key] = SieObject(*key, name, line=entry.line)

    def _balance(self, entry: Entry) -> None:
        label, line = entry.label, entry.line
        with_objects = label in ("OIB", "OUB")
        if len(entry.values) > 2:
            has_list = isinstance(entry.values[2], tuple)
            if with_objects and not has_list:
                self.insert_list(entry, 2)
            elif has_list and not with_objects:
                self._notes.add("balance_with_objects", line, f"#{label}")
                if entry.values[2] and label != "RES":
                    self._balance(Entry(f"O{label}", line, entry.values))
                    return
                del entry.values[2]
        at = 3 if with_objects else 2
        if not self._has(entry, at + 1):
            return
        index, account = self._index(entry, 0), entry.text(1).strip()
        ore = self.amount(entry.text(at), line, label)
        if index is None or ore is None:
            return
        if not with_objects:
            self.sums[label, index] = self.sums.get((label, index), 0) + ore
        if not self.use_account(account, line, label):
            return
        self._used_years.setdefault(index, (line, label))
        objects = self.objects(_elements(entry.values[2]), line, label) if with_objects else ()
        quantity = self.quantity(entry.text(at + 1), line, label)
        key, table = (index, account, objects), self._balances[label]
        if key in table:
            same = table[key].amount == ore
            self._notes.add(
                "balance_twice" if same else "balance_twice_differs",
                line,
                f"#{label}",
                account=account,
                year=str(index),
            )
            return
        self._count()
        table[key] = Balance(index, account, ore, quantity, objects, line=line)

    def _period(self, entry: Entry) -> None:
        label, line = entry.label, entry.line
        if len(entry.values) > 3 and not isinstance(entry.values[3], tuple):
            self.insert_list(entry, 3)
        if not self._has(entry, 5):
            return
        index, account = self._index(entry, 0), entry.text(2).strip()
        ore = self.amount(entry.text(4), line, label)
        try:
            period = values.month(entry.text(1))
        except Unreadable as unreadable:
            self._notes.add(unreadable.code, line, f"#{label}", text=entry.text(1))
            return
        if index is None or ore is None or not self.use_account(account, line, label):
            return
        self._used_years.setdefault(index, (line, label))
        objects = self.objects(_elements(entry.values[3]), line, label)
        quantity = self.quantity(entry.text(5), line, label)
        self._count()
        key = (label, index, period, account, objects)
        if key in self._period_keys:
            self._notes.add("period_twice", line, f"#{label}")
        self._period_keys.add(key)
        self._periods[label].append(PeriodBalance(index, period, account, ore, objects, quantity, line=line))

    def _nothing(self, entry: Entry) -> None:
        """#KSUMMA: followed by `lines.Lines`, over the bytes."""

    # Helpers.

    def _has(self, entry: Entry, needed: int) -> bool:
        if len(entry.values) >= needed:
            return True
        self._notes.add(
            "fields_missing", entry.line, f"#{entry.label}", needed=needed, found=len(entry.values)
        )
        return False

    def insert_list(self, entry: Entry, at: int) -> None:
        """Put an object list where one is missing, or read the one that stands in quotes."""
        text = entry.text(at).strip()
        if not text or (text.startswith("{") and text.endswith("}")):
            self._notes.add("list_quoted", entry.line, f"#{entry.label}")
            entry.values[at] = tuple(text[1:-1].replace('"', " ").split())
        else:
            self._notes.add("list_missing", entry.line, f"#{entry.label}")
            entry.values.insert(at, ())

    def _index(self, entry: Entry, at: int) -> int | None:
        text = entry.text(at).strip()
        digits = text[1:] if text[:1] in ("-", "+") else text
        if digits.isascii() and digits.isdigit() and len(digits) <= 3:
            return int(text)
        self._notes.add("year_unreadable", entry.line, f"#{entry.label}", text=text)
        return None

    def _count(self) -> None:
        self._things += 1
        if self._things > self._limits.things:
            raise SieLimit("too_many_things", limit=self._limits.things)

    def _note_undeclared(self) -> None:
        for account, (line, label) in self._used_accounts.items():
            if account not in self._accounts:
                self._notes.add("account_undeclared", line, f"#{label}", account=account)
        for (label, account), line in self._attribute_lines.items():
            if account not in self._accounts:
                self._notes.add("attribute_without_account", line, f"#{label}", account=account)
        seen_dimensions = set(self._dimensions) | set(STANDARD_DIMENSIONS)
        used = [(pair[0], at) for pair, at in self._used_objects.items()]
        used += [(o.dimension, (o.line, "OBJEKT")) for o in self._objects.values()]
        for number, (line, label) in used:
            if number not in seen_dimensions:
                seen_dimensions.add(number)
                self._notes.add("dimension_undeclared", line, f"#{label}", dimension=number)
        for pair, (line, label) in self._used_objects.items():
            if pair not in self._objects:
                self._notes.add("object_undeclared", line, f"#{label}", dimension=pair[0], object=pair[1])
        for index, (line, label) in self._used_years.items():
            if index not in self._years:
                self._notes.add("year_undeclared", line, f"#{label}", year=str(index))


def _dimension(text: str) -> str:
    """A dimension's number in its plain form: "01" is "1"."""
    bare = text.strip()
    return bare.lstrip("0") or bare if bare.isascii() and bare.isdigit() else bare


def _elements(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def shaped(label: str, line: int, found: list[Value], notebook: Notebook) -> Entry:
    """The entry of a line.

    Unquoted words joined to the text they belong to, fields beyond the last left aside.
    """
    shape = SHAPES[label]
    extra = len(found) - shape.most
    if extra > 0 and any(isinstance(v, tuple) or v.strip() for v in found[shape.most :]):
        if shape.text is not None:
            at = shape.text
            words = found[at : at + extra + 1]
            if all(isinstance(word, str) for word in words):
                text = " ".join(_words(words))
                notebook.add("fields_joined", line, f"#{label}", text=text)
                return Entry(label, line, [*found[:at], text, *found[at + extra + 1 :]])
        if not (label in ("IB", "UB", "RES") and isinstance(found[2], tuple)):
            rest = " ".join(v if isinstance(v, str) else "{" + " ".join(v) + "}" for v in found[shape.most :])
            notebook.add("fields_extra", line, f"#{label}", text=rest)
            return Entry(label, line, found[: shape.most])
    return Entry(label, line, found)


def _words(found: Iterable[Value]) -> list[str]:
    return [v for v in found if isinstance(v, str)]


HANDLERS: dict[str, Callable[[Builder, Entry], None]] = {
    **dict.fromkeys(
        ("FLAGGA", "FORMAT", "SIETYP", "FNR", "FNAMN", "FTYP", "BKOD", "TAXAR", "KPTYP", "VALUTA"),
        Builder._text,
    ),
    "PROSA": Builder._comment,
    "PROGRAM": Builder._program_name,
    "GEN": Builder._made,
    "OMFATTN": Builder._reach,
    "ORGNR": Builder._organisation,
    "ADRESS": Builder._place,
    "RAR": Builder._year,
    "KONTO": Builder._account,
    **dict.fromkeys(("KTYP", "ENHET", "SRU"), Builder._attribute),
    **dict.fromkeys(("DIM", "UNDERDIM"), Builder._dimension),
    "OBJEKT": Builder._object,
    **dict.fromkeys(("IB", "UB", "RES", "OIB", "OUB"), Builder._balance),
    **dict.fromkeys(("PSALDO", "PBUDGET"), Builder._period),
    "KSUMMA": Builder._nothing,
}
