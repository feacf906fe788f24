"""Ledarna's own lines in a SIE file: what its books hold and SIE 4E has no room for (``docs/sie.md``).

    #XLEDARNA YEAR version=1&start=2023-01-01&…      of the books as a whole, before the first voucher
    #XLEDARNAVER VER sequence=1&posted=…&digest=…    of the voucher whose #VER follows
    #XLEDARNAVER ROW line=2&text=12%20%E2%82%AC      of its second row

The first field is the kind of line, the second its facts, written as web forms write them. A plain
line holds what other programs read, and these the rest: a text that code page 437 cannot hold stands
here as it is. Read, they are anybody's input: ``Book`` and ``completed`` take nothing that the ledger
could not hold, ``Chain`` nothing that its digest does not vouch for.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, quote_plus

from django.utils.translation import gettext as _

from finance import sie
from finance.contents import BY_MIME
from finance.digest import GENESIS, CanonicalRow, instant, voucher_digest
from finance.models import (
    Account,
    Association,
    BudgetLine,
    CostCenter,
    FiscalYear,
    NumberGap,
    Project,
)
from finance.models.accounts import Kind, kind_of
from finance.models.budget import Budget
from finance.models.vouchers import Correction
from finance.money import to_ore
from finance.papers import LARGEST, harmless_name
from finance.posting import PaperFacts, VoucherFacts, canonical_facts
from finance.sie.document import COST_CENTER, PROJECT, Extra
from finance.sie.labels import OF_BOOKS, OF_VOUCHER
from finance.sie.lines import elements
from finance.sie.values import Unreadable, amount, amount_text, quantity, quantity_text
from finance.sie.writer import survives, written
from finance.streams import Posted

VERSION = "1"
LARGEST_NUMBER = 10**17


class Malformed(ValueError):
    """A line that says something that Ledarna never writes; the message is a sentence with its reason."""

    def __init__(self, line: int, label: str, what: str) -> None:
        self.line, self.label = line, label
        super().__init__(what)


# Fields: from text to value. Each raises ValueError for what the ledger could not hold.

Parse = Callable[[str], Any]


def _text(longest: int, blank: bool = True) -> Parse:
    def parse(text: str) -> str:
        if len(text) > longest or "\x00" in text or not (blank or text.strip()):
            raise ValueError
        return text

    return parse


def _matching(pattern: str, make: Callable[[str], Any] = str) -> Parse:
    compiled = re.compile(pattern, re.ASCII)

    def parse(text: str) -> Any:
        if not compiled.fullmatch(text):
            raise ValueError
        return make(text)

    return parse


def _one_of(*values: str) -> Parse:
    def parse(text: str) -> str:
        if text not in values:
            raise ValueError
        return text

    return parse


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or instant(moment) != text:
        raise ValueError
    return moment.astimezone(UTC)


def _ore(text: str) -> int:
    try:
        ore, _oddity = amount(text)
    except Unreadable:
        raise ValueError from None
    if amount_text(ore) != text:
        raise ValueError
    return ore


_day = _matching(r"\d{4}-\d\d-\d\d", date.fromisoformat)
_whole = _matching(r"[1-9]\d{0,16}", int)
_digest = _matching(r"[0-9a-f]{64}")
_yes_or_no = _matching(r"[01]", lambda text: text == "1")
_account = _matching(r"[1-9]\d{2,5}")
_code, _name, _long, _user = _text(40), _text(200), _text(500), _text(150)
_series = _text(20, blank=False)


class Shape(NamedTuple):
    """The fields that a kind of line has, and those that it may have besides."""

    needed: Mapping[str, Parse]
    more: Mapping[str, Parse] = {}


BOOKS: Mapping[str, Shape] = {
    "YEAR": Shape(
        {
            "version": _one_of(VERSION),
            "start": _day,
            "end": _day,
            "label": _matching(r"[-\w]{1,20}"),
            "vouchers": _matching(r"0|[1-9]\d{0,16}", int),
            "head": _digest,
        }
    ),
    "ASSOCIATION": Shape({"name": _name, "number": _text(20), "address": _name, "postal": _text(100)}),
    "ACCOUNT": Shape(
        {"number": _account},
        {
            "name": _text(200, blank=False),
            "name_en": _name,
            "kind": _one_of(*Kind.values),
            "open": _yes_or_no,
            "sru": _text(20),
            "item": _text(40),
        },
    ),
    "PROJECT": Shape({"code": _text(40, blank=False), "as": _text(1_000), "name": _name, "open": _yes_or_no}),
    "COSTCENTER": Shape(
        {"code": _text(40, blank=False), "as": _text(1_000), "name": _name, "open": _yes_or_no}
    ),
    "SERIES": Shape({"code": _series, "name": _text(100)}),
    "GAP": Shape({"series": _series, "first": _whole, "last": _whole, "reason": _name}),
    "BUDGET": Shape({"version": _one_of(*Budget.Version.values)}, {"decided": _day, "note": _text(10_000)}),
    "BUDGETLINE": Shape(
        {"account": _account, "amount": _ore},
        {
            "month": _matching(r"\d{4}-\d\d-01", date.fromisoformat),
            "project": _code,
            "cost_center": _code,
            "note": _long,
        },
    ),
}
"""What lines of the books there are. One fact more is one word more here."""

VOUCHER: Mapping[str, Shape] = {
    "VER": Shape(
        {
            "sequence": _whole,
            "entered": _moment,
            "entered_by": _user,
            "posted": _moment,
            "posted_by": _user,
            "digest": _digest,
        },
        {
            "series": _series,
            "text": _long,
            "counterparty": _name,
            "decision": _text(100),
            "corrects_year": _day,
            "corrects_series": _series,
            "corrects_number": _whole,
            "correction": _one_of(*Correction.values),
            "reason": _text(500, blank=False),
        },
    ),
    "ROW": Shape(
        {"line": _matching(r"[1-9]\d{0,5}", int)},
        {"text": _long, "quantity": _text(30), "objects": _long, "project": _code, "cost_center": _code},
    ),
    "FILE": Shape(
        {
            "sha256": _digest,
            "name": _text(150, blank=False),
            "type": _one_of(*BY_MIME),
            "size": _matching(r"0|[1-9]\d{0,9}", int),
            "uploaded_by": _user,
            "uploaded": _moment,
        }
    ),
}
"""What lines of a voucher there are."""

_OF_A_CORRECTION = ("corrects_year", "corrects_series", "corrects_number", "correction", "reason")


def taken(extra: Extra, shapes: Mapping[str, Shape]) -> tuple[str, dict[str, Any]]:
    """The kind of a line, and its fields as values. Raises Malformed."""
    label = f"#{extra.label}"
    kind = extra.fields[0] if extra.fields else ""
    shape = shapes.get(kind)
    if shape is None or len(extra.fields) != 2:
        raise Malformed(
            extra.line, label, _("“%(kind)s” is no line that this version knows.") % {"kind": kind[:40]}
        )
    try:
        pairs = parse_qsl(
            extra.fields[1], keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=30
        )
    except ValueError:
        pairs = []
    texts = dict(pairs)
    if not texts or len(texts) != len(pairs):
        raise Malformed(extra.line, label, _("Its fields cannot be told apart."))
    values: dict[str, Any] = {}
    for name, text in texts.items():
        parse = shape.needed.get(name) or shape.more.get(name)
        try:
            if parse is None:
                raise ValueError
            values[name] = parse(text)
        except ValueError:
            raise Malformed(
                extra.line, label, _("“%(field)s” cannot be read.") % {"field": f"{name}={text}"[:80]}
            ) from None
    if missing := shape.needed.keys() - values.keys():
        raise Malformed(extra.line, label, _("“%(field)s” is missing.") % {"field": min(missing)})
    return kind, values


# Out: from the ledger to lines.

_quoted = lru_cache(maxsize=4096)(quote_plus)


def _line(of: str, kind: str, /, **fields: str | int) -> Extra:
    form = "&".join(f"{name}={_quoted(str(value))}" for name, value in fields.items())
    return Extra(of, (kind, form))


def of_voucher(posted: Posted, papers: Iterable[PaperFacts] = ()) -> tuple[Extra, ...]:
    """The lines of a posted voucher, with its *papers* in their order."""
    found = posted.canonical
    more: dict[str, str | int] = {}
    if not survives(found.series):
        more["series"] = found.series
    if not survives(found.text):
        more["text"] = found.text
    if found.counterparty:
        more["counterparty"] = found.counterparty
    if found.decision:
        more["decision"] = found.decision
    if found.corrects:
        values = (*found.corrects, found.correction, found.reason)
        more |= dict(zip(_OF_A_CORRECTION, values, strict=True))
    head = _line(
        OF_VOUCHER,
        "VER",
        sequence=found.sequence,
        entered=found.entered_at,
        entered_by=found.entered_by,
        posted=found.posted_at,
        posted_by=found.posted_by,
        digest=posted.digest,
        **more,
    )
    rows = (
        _line(OF_VOUCHER, "ROW", line=number, **lost)
        for number, row in enumerate(found.rows, start=1)
        if (lost := _lost(row))
    )
    files = (
        _line(
            OF_VOUCHER,
            "FILE",
            sha256=paper.sha256,
            name=paper.name,
            type=paper.content_type,
            size=paper.size,
            uploaded_by=paper.uploaded_by,
            uploaded=instant(paper.uploaded_at),
        )
        for paper in papers
    )
    return (head, *rows, *files)


def _lost(row: CanonicalRow) -> dict[str, str]:
    """What #TRANS cannot hold of *row* as it is."""
    _account_number, _amount, project, center, quantity, objects, text = row
    lost: dict[str, str] = {}
    if text and not survives(text):
        lost["text"] = text
    if quantity and not _is_plain_quantity(quantity):
        lost["quantity"] = quantity
    if (objects and not _are_plain(objects)) or not survives(project) or not survives(center):
        lost |= {"objects": objects, "project": project, "cost_center": center}
    return lost


def _is_plain_quantity(text: str) -> bool:
    try:
        return quantity_text(quantity(text)) == text
    except Unreadable:
        return False


def _are_plain(objects: str) -> bool:
    """Whether the objects of other dimensions come back as the text that they are."""
    found = elements(objects)
    pairs = list(zip(found[::2], found[1::2], strict=False))
    return " ".join(f'{dimension} "{number}"' for dimension, number in pairs) == objects and all(
        dimension.isascii()
        and dimension.isdigit()
        and not dimension.startswith("0")
        and dimension not in (COST_CENTER, PROJECT)
        and number
        and survives(number)
        for dimension, number in pairs
    )


def of_books(year: FiscalYear, head: str, vouchers: int) -> Iterator[Extra]:
    """The lines of the books as a whole: *head* is the digest of the last of *vouchers* in the chain."""
    yield _line(
        OF_BOOKS,
        "YEAR",
        version=VERSION,
        start=year.start.isoformat(),
        end=year.end.isoformat(),
        label=year.label,
        vouchers=vouchers,
        head=head,
    )
    yield from _of_association()
    yield from _of_accounts()
    yield from _of_objects("PROJECT", Project.objects.all())
    yield from _of_objects("COSTCENTER", CostCenter.objects.all())
    for code, name in year.series.order_by("code").values_list("code", "name"):
        yield _line(OF_BOOKS, "SERIES", code=code, name=name)
    for gap in NumberGap.objects.filter(series__fiscal_year=year).order_by("series__code", "first"):
        yield _line(
            OF_BOOKS, "GAP", series=gap.series.code, first=gap.first, last=gap.last, reason=gap.reason
        )
    yield from _of_budget(year)


def _of_association() -> Iterator[Extra]:
    found = Association.objects.first()
    if found is None:
        return
    facts = (found.name, found.organisation_number, found.address, found.postal_address)
    if not all(map(survives, facts)):
        yield _line(OF_BOOKS, "ASSOCIATION", **dict(zip(BOOKS["ASSOCIATION"].needed, facts, strict=True)))


def _of_accounts() -> Iterator[Extra]:
    for account in Account.objects.all():
        more = {}
        if not survives(account.name):
            more["name"] = account.name
        if account.name_en:
            more["name_en"] = account.name_en
        if account.kind != kind_of(account.number):
            more["kind"] = account.kind
        if not account.is_open:
            more["open"] = "0"
        if account.sru and not (account.sru.isascii() and account.sru.replace(",", "").isalnum()):
            more["sru"] = account.sru
        if account.item:
            more["item"] = account.item
        if more:
            yield _line(OF_BOOKS, "ACCOUNT", number=account.number, **more)


def _of_objects(kind: str, objects: Iterable[Project | CostCenter]) -> Iterator[Extra]:
    """Those that #OBJEKT cannot hold as they are, or whose code is what another's becomes in it."""
    there = list(objects)
    taken_by_others = {written(thing.code).strip() for thing in there if not survives(thing.code)}
    for thing in there:
        plain = written(thing.code).strip()
        if thing.code != plain or not survives(thing.name) or not thing.is_open or plain in taken_by_others:
            facts: dict[str, str | int] = {
                "code": thing.code,
                "as": plain,
                "name": thing.name,
                "open": int(thing.is_open),
            }
            yield _line(OF_BOOKS, kind, **facts)


def _of_budget(year: FiscalYear) -> Iterator[Extra]:
    budget = year.budgets.filter(in_force=True).first()
    if budget is None:
        return
    decided = {"decided": budget.decided_on.isoformat()} if budget.decided_on else {}
    note = {"note": budget.note[:10_000]} if budget.note else {}
    yield _line(OF_BOOKS, "BUDGET", **{"version": budget.version, **decided, **note})
    lines = BudgetLine.objects.filter(budget=budget).order_by("pk")
    for account, month, budgeted, project, center, text in lines.values_list(
        "account__number", "month", "amount", "project__code", "cost_center__code", "note"
    ):
        more = {
            "month": month.isoformat() if month else "",
            "project": project or "",
            "cost_center": center or "",
            "note": text,
        }
        yield _line(
            OF_BOOKS,
            "BUDGETLINE",
            account=account,
            amount=amount_text(to_ore(budgeted)),
            **{name: value for name, value in more.items() if value},
        )


# In: from lines to facts.


@dataclass
class Book:
    """What the lines of a file say of its books; ``is_there`` is False, and all is empty, where it has none."""

    is_there: bool = False
    line: int = 0
    start: date = date.min
    end: date = date.min
    label: str = ""
    vouchers: int = 0
    head: str = ""
    association: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, dict[str, Any]] = field(default_factory=dict)
    objects: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    series: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    budget: dict[str, Any] | None = None
    budget_lines: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @classmethod
    def of(cls, extras: Sequence[Extra]) -> "Book":
        """The book that *extras* describe. Raises Malformed."""
        book = cls()
        for extra in extras:
            kind, values = taken(extra, BOOKS)
            if not book.is_there and kind != "YEAR":
                raise Malformed(extra.line, f"#{extra.label}", _("The line of the fiscal year is missing."))
            book._take(kind, values, extra)
        return book

    def _take(self, kind: str, values: dict[str, Any], extra: Extra) -> None:
        if kind == "YEAR":
            del values["version"]
            if self.is_there or values["end"] < values["start"]:
                raise Malformed(extra.line, f"#{extra.label}", _("The fiscal year is told in two ways."))
            self.is_there, self.line = True, extra.line
            for name, value in values.items():
                setattr(self, name, value)
        elif kind == "ASSOCIATION":
            self.association = values
        elif kind == "ACCOUNT":
            self.accounts[values.pop("number")] = values
        elif kind in ("PROJECT", "COSTCENTER"):
            dimension = PROJECT if kind == "PROJECT" else COST_CENTER
            self.objects[dimension, values.pop("code")] = values
        elif kind == "SERIES":
            self.series[values["code"]] = values["name"]
        elif kind == "GAP":
            if values["last"] < values["first"]:
                raise Malformed(extra.line, f"#{extra.label}", _("A gap ends before it begins."))
            self.gaps[values.pop("series")].append(values)
        elif kind == "BUDGET":
            self.budget = values
        else:
            self.budget_lines.append((extra.line, values))

    def account_facts(self, number: str) -> dict[str, Any]:
        """What an account has beside what #KONTO, #KTYP and #SRU say, by the model's fields."""
        told = self.accounts.get(number, {})
        names = {"name_en": "name_en", "kind": "kind", "open": "is_open", "sru": "sru", "item": "item"}
        return {names[name]: value for name, value in told.items() if name in names}

    def object_facts(self, dimension: str, code: str) -> dict[str, Any]:
        """What a project or cost centre has beside what #OBJEKT says, by the model's fields."""
        told = self.objects.get((dimension, code))
        return {"is_open": told["open"]} if told else {}

    def restored(self, document: sie.SieDocument) -> sie.SieDocument:
        """*document* with the names and codes that code page 437 could not hold as they are.

        Its budget of year 0 is left out where the book has its own.
        """
        if not self.is_there:
            return document
        named = {number: told["name"] for number, told in self.accounts.items() if "name" in told}
        plain = {(dimension, told["as"]) for (dimension, _code), told in self.objects.items()}
        company = document.company
        if told := self.association:
            company = replace(
                company,
                name=told["name"],
                org_number=told["number"],
                address=sie.Address(street=told["address"], postal=told["postal"]),
            )
        return replace(
            document,
            company=company,
            budget=tuple(line for line in document.budget if line.year or not self.budget),
            accounts=tuple(
                replace(account, name=named.get(account.number, account.name))
                for account in document.accounts
            ),
            objects=(
                *(thing for thing in document.objects if (thing.dimension, thing.number) not in plain),
                *(
                    sie.SieObject(dimension, code, told["name"], line=self.line)
                    for (dimension, code), told in self.objects.items()
                ),
            ),
        )

    def contradictions(self, document: sie.SieDocument) -> Iterator[str]:
        """Where the lines of the books and the plain lines of the file cannot both be true, in words."""
        year = document.year(0)
        if year is None or (year.start, year.end) != (self.start, self.end):
            yield _("#RAR and #XLEDARNA tell of different fiscal years.")
        sums: defaultdict[tuple[str, date], int] = defaultdict(int)
        for _line_number, told in self.budget_lines:
            sums[told["account"], told.get("month", self.start.replace(day=1))] += told["amount"]
        plain = {(b.account, b.period): b.amount for b in document.budget if b.year == 0 and not b.objects}
        for key in sorted({*sums, *plain}):
            if sums.get(key, 0) != plain.get(key, 0):
                yield _("#PBUDGET and #XLEDARNA differ for account %(account)s in %(month)s.") % {
                    "account": key[0],
                    "month": f"{key[1]:%Y-%m}",
                }


class Place(NamedTuple):
    """Where a voucher stood in the chain of the books that the file came from."""

    sequence: int
    digest: str


def completed(facts: VoucherFacts, extras: Sequence[Extra]) -> tuple[VoucherFacts, Place | None]:
    """*facts*, read from the plain lines of a voucher, with what *extras* say of it; and its place.

    The place is None where the voucher has no lines of its own. Raises Malformed.
    """
    if not extras:
        return facts, None
    label, line = f"#{extras[0].label}", extras[0].line
    rows = list(facts.rows)
    papers: list[PaperFacts] = []
    told: dict[str, Any] | None = None
    for extra in extras:
        kind, values = taken(extra, VOUCHER)
        if kind == "VER":
            if told is not None:
                raise Malformed(extra.line, label, _("The voucher is told of twice."))
            told = values
        elif kind == "ROW":
            number = values.pop("line")
            if number > len(rows):
                raise Malformed(extra.line, label, _("The voucher has no row %(row)s.") % {"row": number})
            rows[number - 1] = rows[number - 1]._replace(**values)
        else:
            papers.append(_paper(extra, values, papers))
    if told is None:
        raise Malformed(line, label, _("What the lines speak of is missing."))
    corrects = [name for name in _OF_A_CORRECTION if name in told]
    if corrects and len(corrects) != len(_OF_A_CORRECTION):
        raise Malformed(line, label, _("What the voucher corrects is told by half."))
    complete = facts._replace(
        series=told.get("series", facts.series),
        text=told.get("text", facts.text),
        rows=rows,
        counterparty=told.get("counterparty", ""),
        decision=told.get("decision", ""),
        entered_at=told["entered"],
        entered_by=told["entered_by"],
        posted_at=told["posted"],
        posted_by=told["posted_by"],
        corrects=(
            (told["corrects_year"].isoformat(), told["corrects_series"], told["corrects_number"])
            if corrects
            else None
        ),
        correction=told.get("correction", ""),
        reason=told.get("reason", ""),
        papers=papers,
    )
    return complete, Place(told["sequence"], told["digest"])


def _paper(extra: Extra, values: dict[str, Any], before: Sequence[PaperFacts]) -> PaperFacts:
    paper = PaperFacts(
        values["sha256"],
        values["name"],
        values["type"],
        values["size"],
        values["uploaded_by"],
        values["uploaded"],
    )
    if (
        harmless_name(paper.name, BY_MIME[paper.content_type]) != paper.name
        or paper.size > LARGEST
        or any(paper.sha256 == other.sha256 for other in before)
    ):
        raise Malformed(
            extra.line,
            f"#{extra.label}",
            _("“%(field)s” cannot be read.") % {"field": f"name={paper.name}"[:80]},
        )
    return paper


class Chain:
    """The chain of the books that a file came from, followed voucher by voucher."""

    def __init__(self, book: Book) -> None:
        self.book, self.last = book, Place(0, GENESIS)

    def fault(self, facts: VoucherFacts, place: Place | None) -> str:
        """Why the voucher is not as it was exported, in words; empty when it is."""
        if place is None:
            return _("The voucher lacks its line #XLEDARNAVER: it was added after the export.")
        before, self.last = self.last, place
        if place.sequence != before.sequence + 1:
            return _(
                "The voucher has place %(place)s in the chain, and the one before it has %(before)s."
            ) % {
                "place": place.sequence,
                "before": before.sequence,
            }
        canonical = canonical_facts(
            facts, self.book.start.isoformat(), self.book.end.isoformat(), place.sequence, facts.number or 0
        )
        if voucher_digest(canonical, before.digest) != place.digest:
            return _("Its digest does not follow from what the file says: it was altered after the export.")
        return ""

    def end(self) -> str:
        """Why what was followed is not the whole chain, in words; empty when it is."""
        if self.last == (self.book.vouchers, self.book.head):
            return ""
        return _(
            "The file ends with place %(last)s of the chain, and the books had %(vouchers)s vouchers."
        ) % {
            "last": self.last.sequence,
            "vouchers": self.book.vouchers,
        }
