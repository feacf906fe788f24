"""The ledger into SIE: a fiscal year as a document, and as the bytes of a file.

    fiscal year ─ chart, objects, balances, months, budget ─ SieDocument ─┐
                  posted vouchers, one by one ─ sie.Voucher ──────────────┴─ SieWriter ─ bytes

Types 1 (year balances), 2 (months), 3 (objects), 4E (all of it, with vouchers) and 4I (chosen vouchers
for another program). Memory is constant in the number of vouchers. What SIE cannot hold as it is comes
out in words, as ``notes``; ``docs/sie.md`` tells the user.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from finance import extension, sie
from finance.digest import GENESIS, CanonicalRow
from finance.models import (
    Account,
    Association,
    Attachment,
    BudgetLine,
    CostCenter,
    FiscalYear,
    OpeningBalance,
    PeriodTotal,
    Project,
    VoucherRow,
)
from finance.models.accounts import BALANCE_KINDS, RESULT_KINDS, Kind
from finance.money import to_ore
from finance.posting import Head, PaperFacts, chain_head
from finance.sie.document import COST_CENTER, PROJECT, STANDARD_DIMENSIONS, Objects
from finance.sie.lines import elements
from finance.sie.values import Unreadable, quantity
from finance.statements import trial_balance
from finance.streams import Posted, posted_vouchers, snapshot

TYPES = ("1", "2", "3", "4E", "4I")
PROGRAM = "Ledarna"
CHART = "EUBAS97"
"""#KPTYP: BAS 97 and what came of it, by whose numbers the kinds of accounts go."""
INCOME_AMONG_FINANCIAL = ("80", "81", "82", "83")
"""BAS: financial income; the rest of class 8 are costs."""

_REFERENCE = re.compile(r"\s*(?P<series>(?:[^,]*\D)?)\s*(?P<number>\d{1,18})\s*", re.ASCII)
_SPAN = re.compile(r"[-–]")


@dataclass(frozen=True)
class Span:
    """Vouchers that were chosen: the numbers from ``first`` to ``last`` of a series."""

    series: str
    first: int
    last: int

    def __str__(self) -> str:
        last = "" if self.first == self.last else f"–{self.last}"
        return f"{self.series} {self.first}{last}"


def spans(text: str) -> tuple[Span, ...]:
    """The vouchers that *text* names, such as ``A1-A9, B3``. Raises ValidationError where it names none."""
    found = []
    for part in text.split(","):
        first, *more = _SPAN.split(part)
        begin = _REFERENCE.fullmatch(first)
        end = _REFERENCE.fullmatch(more[0]) if more else begin
        series = begin["series"].strip() if begin else ""
        if (
            begin is None
            or end is None
            or len(more) > 1
            or not series
            or end["series"].strip() not in ("", series)
            or int(end["number"]) < int(begin["number"])
        ):
            raise ValidationError(
                _("“%(text)s” names no vouchers. Write them as A1-A9, B3.") % {"text": part.strip() or text}
            )
        found.append(Span(series, int(begin["number"]), int(end["number"])))
    return tuple(found)


def sie_type(text: str) -> str:
    """The type that *text* names; 4 is 4E. Raises ValidationError for any other."""
    kind = text.strip().upper()
    kind = "4E" if kind == "4" else kind
    if kind not in TYPES:
        raise ValidationError(
            _("“%(text)s” is no type of SIE file. Choose 1, 2, 3, 4 or 4I.") % {"text": text}
        )
    return kind


class SieExport:
    """A fiscal year on its way into a SIE file: iterate for the bytes, then see what was written.

    ``head`` is the end of the chain that it was written from. *chosen* are the vouchers of a 4I file. *by* and
    *day* are the user name and the day that ``#GEN`` gets; the day is today unless given. The whole file is of
    one moment. Raises ValidationError, in words, for a 4I file without vouchers, for vouchers that are not in
    the year, and where vouchers are chosen for a file of another type.
    """

    def __init__(
        self,
        year: FiscalYear,
        kind: str = "4E",
        chosen: Sequence[Span] = (),
        by: str = "",
        day: date | None = None,
    ) -> None:
        self.year, self.kind, self.chosen, self.by = year, kind, chosen, by
        self.day = day or timezone.localdate()
        self.accounts = self.vouchers = self.rows = 0
        self.head = Head(0, GENESIS)
        self.notes: list[dict[str, Any]] = []
        if chosen and kind != "4I":
            raise ValidationError(_("Vouchers are chosen for a file of type 4I alone."))
        if kind == "4I" and not chosen:
            raise ValidationError(_("Say which vouchers the file of type 4I is to hold, such as A1-A9, B3."))
        for span in chosen:
            if not year.vouchers.filter(_within([span])).exists():
                raise ValidationError(
                    _("No voucher %(voucher)s is posted in %(year)s.") % {"voucher": span, "year": year}
                )

    def __iter__(self) -> Iterator[bytes]:
        self.accounts = self.vouchers = self.rows = 0
        self.notes = []
        with snapshot():
            self.head = chain_head(self.year)
            document = self._document()
            self.accounts = len(document.accounts)
            writer = sie.SieWriter(document, self._vouchers() if self.kind in ("4E", "4I") else ())
            yield from writer
        self.notes += [
            {"code": note.code, "what": note.what_in(_), "done": note.done_in(_)} for note in writer.notes
        ]

    def as_json(self) -> dict[str, Any]:
        """As ``export_sie --json`` writes it; complete once all bytes were taken."""
        return {
            "year": self.year.label,
            "type": self.kind,
            "accounts": self.accounts,
            "vouchers": self.vouchers,
            "rows": self.rows,
            "notes": self.notes,
        }

    def _note(self, code: str, what: str, done: str) -> None:
        self.notes.append({"code": code, "what": what, "done": done})

    def _document(self) -> sie.SieDocument:
        """All but the vouchers."""
        year, kind = self.year, self.kind
        parts: dict[str, Any] = {}
        if kind in ("3", "4E", "4I"):
            parts["dimensions"], parts["objects"] = _objects(year)
        if kind != "4I":
            parts |= self._balances()
        if kind in ("2", "3", "4E"):
            parts["period_balances"] = tuple(_period_balances(year, with_objects=kind != "2"))
            parts["budget"] = tuple(self._budget())
        if kind in ("3", "4E"):
            parts["object_closing"] = tuple(_object_closing(parts["period_balances"]))
        return sie.SieDocument(
            type=kind,
            program=PROGRAM,
            program_version=settings.LEDARNA_VERSION,
            generated=self.day,
            generated_by=self.by,
            company=self._company(),
            balances_until=self._balances_until() if kind in ("1", "2", "3") else None,
            chart=CHART,
            currency="" if settings.LEDARNA_CURRENCY == "SEK" else settings.LEDARNA_CURRENCY,
            years=_years(year),
            extras=tuple(extension.of_books(year, self.head.digest, self.head.sequence))
            if kind == "4E"
            else (),
            accounts=tuple(_accounts(self._used_accounts() if kind == "4I" else Account.objects.all())),
            **parts,
        )

    def _company(self) -> sie.Company:
        association = Association.objects.first()
        if association is None:
            self._note(
                "no_association",
                _("The association's name has not been entered."),
                _("The name in the file is empty. Enter it in the administration, and export anew."),
            )
            return sie.Company()
        place = association.address or association.postal_address
        return sie.Company(
            name=association.name,
            org_number=association.organisation_number,
            address=sie.Address(street=association.address, postal=association.postal_address)
            if place
            else None,
        )

    def _balances_until(self) -> date:
        last = self.year.vouchers.posted().aggregate(last=Max("date"))["last"] or self.year.start
        return max(last, min(self.day, self.year.end))

    def _used_accounts(self) -> Iterable[Account]:
        rows = VoucherRow.objects.filter(voucher__in=self.year.vouchers.filter(_within(self.chosen)))
        return Account.objects.filter(pk__in=rows.values("account"))

    def _balances(self) -> dict[str, tuple[sie.Balance, ...]]:
        """#IB, #UB and #RES of the year and of the one before."""
        opening, closing, results = _balances_of(self.year, 0)
        if not opening and self.year.vouchers.posted().exists():
            self._note(
                "no_opening",
                _("No opening balances have been entered for %(year)s.") % {"year": self.year},
                _("The closing balances in the file are what was posted in the year alone."),
            )
        if self.year.previous:
            before = _balances_of(self.year.previous, -1)
            opening, closing, results = opening + before[0], closing + before[1], results + before[2]
        return {"opening": tuple(opening), "closing": tuple(closing), "results": tuple(results)}

    def _budget(self) -> Iterator[sie.PeriodBalance]:
        """#PBUDGET of the budget in force, month by month: an account's total, then its part by object."""
        lines = BudgetLine.objects.filter(budget__fiscal_year=self.year, budget__in_force=True)
        sums: defaultdict[tuple[str, date, Objects], int] = defaultdict(int)
        first = self.year.months[0]
        undivided = 0
        for number, month, amount, project, center in lines.values_list(
            "account__number", "month", "amount", "project__code", "cost_center__code"
        ):
            undivided += month is None
            for objects in {(), *((pair,) for pair in _pairs(project or "", center or ""))}:
                sums[number, month or first, objects] += to_ore(amount)
        if undivided:
            self._note(
                "budget_undivided",
                _("Budget lines for the whole year, which SIE does not know: %(count)s.")
                % {"count": undivided},
                _("They stand in the first month of the year."),
            )
        for (number, month, objects), ore in sorted(sums.items()):
            yield sie.PeriodBalance(0, month, number, ore, objects)

    def _vouchers(self) -> Iterator[sie.Voucher]:
        chosen: dict[str, list[range]] = {}
        for span in self.chosen:
            chosen.setdefault(span.series, []).append(range(span.first, span.last + 1))
        zone = timezone.get_default_timezone()
        papers = _papers(self.year) if self.kind == "4E" else iter(())
        owner, of_owner = next(papers, (None, []))
        for posted in posted_vouchers(self.year):
            found = posted.canonical
            if chosen and not any(found.number in span for span in chosen.get(found.series, ())):
                continue
            self.vouchers += 1
            self.rows += len(found.rows)
            attached: Iterable[PaperFacts] = ()
            if owner == posted.pk:
                attached, (owner, of_owner) = of_owner, next(papers, (None, []))
            yield self._voucher(posted, attached, zone)

    def _voucher(self, posted: Posted, papers: Iterable[PaperFacts], zone: Any) -> sie.Voucher:
        found = posted.canonical
        own_number = self.kind == "4E"  # a 4I file leaves series and number to the program that takes it in
        return sie.Voucher(
            series=found.series if own_number else "",
            number=str(found.number) if own_number else "",
            date=date.fromisoformat(found.date),
            text=found.text,
            registered=datetime.fromisoformat(found.entered_at).astimezone(zone).date(),
            sign=found.entered_by,
            rows=tuple(map(plain_row, found.rows)),
            extras=extension.of_voucher(posted, papers) if own_number else (),
        )


def _papers(year: FiscalYear) -> Iterator[tuple[int | None, list[PaperFacts]]]:
    """The attached files of each voucher that has some, by its key, in the order of the chain."""
    found = (
        Attachment.objects.filter(voucher__fiscal_year=year, voucher__sequence__isnull=False)
        .order_by("voucher__sequence", "line")
        .values_list("voucher", *PaperFacts._fields)
    )
    for owner, group in groupby(found.iterator(), itemgetter(0)):
        yield owner, [PaperFacts(*facts) for _owner, *facts in group]


def _within(chosen: Sequence[Span]) -> Q:
    """The condition of posted vouchers that are among *chosen*."""
    found = Q()
    for span in chosen:
        found |= Q(series__code=span.series, number__gte=span.first, number__lte=span.last)
    return found & Q(posted_at__isnull=False)


def plain_row(row: CanonicalRow) -> sie.Row:
    """The row as #TRANS has it: the objects that are text in the ledger are objects again."""
    account, amount, project, center, number, objects, text = row
    pairs: Objects = _pairs(project, center) if project or center else ()
    if objects:
        found = elements(objects)
        pairs += tuple(zip(found[::2], found[1::2], strict=False))
    return sie.Row(account, amount, pairs, text=text, quantity=_number(number) if number else None)


def _number(text: str) -> Decimal | None:
    """A quantity as a number; None where it is none that SIE can hold."""
    try:
        return quantity(text)
    except Unreadable:
        return None


def _pairs(project: str, center: str) -> Objects:
    found = ((COST_CENTER, center), (PROJECT, project))
    return tuple(pair for pair in found if pair[1])


def _years(year: FiscalYear) -> tuple[sie.Year, ...]:
    found = [sie.Year(0, year.start, year.end)]
    if year.previous:
        found.append(sie.Year(-1, year.previous.start, year.previous.end))
    return tuple(found)


def account_type(account: Account) -> str:
    """#KTYP: T, S, K or I."""
    if account.kind == Kind.FINANCIAL:
        return "I" if account.number[:2] in INCOME_AMONG_FINANCIAL else "K"
    return {Kind.ASSET: "T", Kind.LIABILITY: "S", Kind.EQUITY: "S", Kind.INCOME: "I", Kind.COST: "K"}[
        Kind(account.kind)
    ]


def _accounts(accounts: Iterable[Account]) -> Iterator[sie.Account]:
    for account in accounts:
        codes = tuple(filter(None, (code.strip() for code in account.sru.split(","))))
        yield sie.Account(account.number, account.name, account_type(account), sru=codes)


def _objects(year: FiscalYear) -> tuple[tuple[sie.Dimension, ...], tuple[sie.SieObject, ...]]:
    """The dimensions that are in use, and their objects; those beside cost centres and projects have no name."""
    named = [(COST_CENTER, *pair) for pair in CostCenter.objects.values_list("code", "name")]
    named += [(PROJECT, *pair) for pair in Project.objects.values_list("code", "name")]
    others: dict[tuple[str, str], None] = {}
    texts = VoucherRow.objects.filter(voucher__fiscal_year=year, voucher__posted_at__isnull=False)
    for text in (
        texts.exclude(objects_text="").order_by("objects_text").values_list("objects_text").distinct()
    ):
        found = elements(text[0])
        others |= dict.fromkeys(zip(found[::2], found[1::2], strict=False))
    # A second project of a row is text in the ledger; only what is a project there is declared as one.
    named += [(*pair, pair[1]) for pair in others if pair[0] not in (COST_CENTER, PROJECT)]
    numbers = dict.fromkeys([COST_CENTER, PROJECT, *(dimension for dimension, _code, _name in named)])
    return (
        tuple(sie.Dimension(number, STANDARD_DIMENSIONS.get(number, number)) for number in numbers),
        tuple(sie.SieObject(*thing) for thing in named),
    )


def _balances_of(
    year: FiscalYear, index: int
) -> tuple[list[sie.Balance], list[sie.Balance], list[sie.Balance]]:
    """#IB, #UB and #RES of *year*; of a year without vouchers what a SIE file said of it."""
    opening = [
        sie.Balance(index, number, to_ore(amount))
        for number, amount in OpeningBalance.objects.filter(fiscal_year=year).values_list(
            "account__number", "amount"
        )
    ]
    imported = year.imported_balances.values_list("account__kind", "account__number", "closing")
    if imported and not year.vouchers.posted().exists():
        told = [(kind, number, to_ore(closing)) for kind, number, closing in imported]
    else:
        told = [(b.account.kind, b.account.number, b.closing) for b in trial_balance(year).balances]
    closing = [sie.Balance(index, number, ore) for kind, number, ore in told if kind in BALANCE_KINDS]
    results = [sie.Balance(index, number, ore) for kind, number, ore in told if kind in RESULT_KINDS]
    return opening, closing, results


def _period_balances(year: FiscalYear, with_objects: bool) -> Iterator[sie.PeriodBalance]:
    """#PSALDO: what each account changed by in each month, and of it what belongs to each object."""
    sums: defaultdict[tuple[str, date, Objects], int] = defaultdict(int)
    for number, month, project, center, amount in PeriodTotal.objects.filter(fiscal_year=year).values_list(
        "account__number", "month", "project__code", "cost_center__code", "amount"
    ):
        ore = to_ore(amount)
        sums[number, month, ()] += ore
        for pair in _pairs(project or "", center or "") if with_objects else ():
            sums[number, month, (pair,)] += ore
    for (number, month, objects), ore in sorted(sums.items()):
        yield sie.PeriodBalance(0, month, number, ore, objects)


def _object_closing(periods: Iterable[sie.PeriodBalance]) -> Iterator[sie.Balance]:
    """#OUB: what each object holds on each account of the balance sheet; it opened with nothing."""
    balanced = set(Account.objects.filter(kind__in=BALANCE_KINDS).values_list("number", flat=True))
    sums: defaultdict[tuple[str, Objects], int] = defaultdict(int)
    for period in periods:
        if period.objects and period.account in balanced:
            sums[period.account, period.objects] += period.amount
    for (number, objects), ore in sorted(sums.items()):
        yield sie.Balance(0, number, ore, objects=objects)
