"""Statements of banks: each new line becomes a draft, with the account that such lines had before.

A line is known by account, date, amount, text and balance; when it comes again, as in a statement that
goes over the same days, it is left alone: as many of a kind as were read in. A line that somebody has
booked by hand, found by account, date and amount, is shown with its voucher and left out unless chosen.

The counter account is proposed from posted vouchers on the same bank account, in the same direction,
whose text is the same but for digits, or shares half of its words. Where there is none, the draft gets
the bank's row alone, and is left to be completed.
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Sum
from django.utils.translation import gettext as _

from finance.entry import Entry, EntryRow, save_drafts, year_of
from finance.models import Account, BankFormat, BankLine, FiscalYear, Voucher, VoucherRow
from finance.models.vouchers import Correction
from finance.money import from_ore, to_ore
from finance.statements import trial_balance
from finance.table_rows import RowOfTable, Wrong, first_present, one_line

PAID_IN_AND_OUT = ("amount", "paid_in", "paid_out")
LONGEST_TEXT = 500
VOUCHERS_REMEMBERED = 3_000
"""The latest vouchers of the bank account, from which accounts are proposed."""
SHORTEST_WORD, SHARED_WORDS = 3, 0.5


@dataclass(frozen=True)
class StatementLine:
    """A line of a statement: its row, its day, öre (in positive, out negative), its text, the balance after."""

    row: int
    date: date
    amount: int
    text: str
    balance: int | None = None


@dataclass(frozen=True)
class Proposal:
    """An account for the other side of a line, and the voucher that had it; both None where none did."""

    account: Account | None = None
    voucher: Voucher | None = None


@dataclass(frozen=True)
class Considered:
    """A line and what is known of it: ``new``, ``there`` (read in before) or ``booked`` (by hand)."""

    line: StatementLine
    state: str
    voucher: Voucher | None = None
    proposal: Proposal = Proposal()


@dataclass(frozen=True)
class Comparison:
    """The balance of the statement beside that of the ledger, in öre, on the statement's last day.

    ``statement`` is None where the statement has no balances, ``ledger`` where no fiscal year holds the
    day. ``drafts`` is what the drafts on the account come to, up to that day.
    """

    day: date
    statement: int | None
    ledger: int | None
    drafts: int

    @property
    def difference(self) -> int | None:
        """Statement − ledger − drafts; None where one of them is not known."""
        if self.statement is None or self.ledger is None:
            return None
        return self.statement - self.ledger - self.drafts


# Reading ------------------------------------------------------------------------------------------


def lines_of(rows: Sequence[RowOfTable], currency: str) -> tuple[list[StatementLine], list[Wrong]]:
    """The lines that *rows* are, and what is wrong with others.

    The columns are ``date``, ``text``, ``more`` (a text beside it), ``amount`` or ``paid_in`` and
    ``paid_out``, ``balance`` and ``currency``, which has to be *currency* where it is told.
    """
    lines, wrong = [], []
    for number, values in rows:
        found = list(_wrong_in(number, values, currency))
        wrong += found
        if not found:
            lines.append(
                StatementLine(number, values["date"], _amount(values), _text(values), values.get("balance"))
            )
    return lines, wrong


def _wrong_in(number: int, values: Mapping[str, Any], currency: str) -> Iterator[Wrong]:
    if sum(bool(values.get(column)) for column in PAID_IN_AND_OUT) != 1:
        yield Wrong(number, first_present(values, PAID_IN_AND_OUT), _("A line has one amount, in or out."))
    if values.get("currency") and values["currency"].strip().upper() != currency:
        yield Wrong(number, "currency", _("The ledger is kept in %(currency)s.") % {"currency": currency})
    if values.get("date") is None:
        yield Wrong(number, "date", _("The line has no day."))
        return
    try:
        year_of(values["date"])
    except ValidationError as error:
        yield Wrong(number, "date", error.messages[0])


def _amount(values: Mapping[str, Any]) -> int:
    """Öre, in positive. Some banks write what is paid out as negative, others not."""
    return (values.get("amount") or 0) + (values.get("paid_in") or 0) - abs(values.get("paid_out") or 0)


def _text(values: Mapping[str, Any]) -> str:
    """The text, and the other one where it says something else; never empty."""
    text, more = one_line(values.get("text")), one_line(values.get("more"))
    if more and plain(more) not in plain(text):
        text = f"{text} {more}".strip()
    return text[:LONGEST_TEXT] or more[:LONGEST_TEXT] or _("No text on the statement")


def plain(text: str) -> str:
    """*text* as it is compared: its words without digits and signs; all of it where that leaves nothing."""
    words = re.sub(r"[^\w]|[\d_]", " ", text.casefold()).split()
    return " ".join(words) or text.casefold().strip()


# Considering --------------------------------------------------------------------------------------


def consider(account: Account, lines: Sequence[StatementLine]) -> list[Considered]:
    """What is known of each of the *lines* of a statement of *account*, in their order."""
    if not lines:
        return []
    memory = _Memory(account)
    return [
        Considered(line, state, voucher, Proposal() if state == "there" else memory.propose(line))
        for line, state, voucher in _recognised(account, lines)
    ]


def _recognised(
    account: Account, lines: Sequence[StatementLine]
) -> Iterator[tuple[StatementLine, str, Voucher | None]]:
    """Each of the *lines*, whether it was read in or booked before, and the voucher that it is."""
    read_in, booked = _read_in(account, lines), _booked(account, lines)
    for line in lines:
        if known := read_in[line.date, line.amount, line.text, line.balance]:
            yield line, "there", known.pop(0)
        elif by_hand := booked[line.date, line.amount]:
            yield line, "booked", by_hand.pop(0)
        else:
            yield line, "new", None


def _read_in(account: Account, lines: Sequence[StatementLine]) -> Mapping[Any, list[Voucher]]:
    days = [line.date for line in lines]
    found: dict[Any, list[Voucher]] = defaultdict(list)
    for line in (
        BankLine.objects.filter(account=account, date__range=(min(days), max(days)))
        .select_related("voucher__series")
        .order_by("pk")
    ):
        balance = None if line.balance is None else to_ore(line.balance)
        found[line.date, to_ore(line.amount), line.text, balance].append(line.voucher)
    return found


def _booked(account: Account, lines: Sequence[StatementLine]) -> Mapping[Any, list[Voucher]]:
    """Vouchers that no statement made, by the day and amount of their row on *account*."""
    days = [line.date for line in lines]
    found: dict[Any, list[Voucher]] = defaultdict(list)
    rows = VoucherRow.objects.filter(account=account, date__range=(min(days), max(days))).filter(
        ~Exists(BankLine.objects.filter(voucher=OuterRef("voucher")))
    )
    for row in rows.select_related("voucher__series").order_by("pk"):
        found[row.date, to_ore(row.amount)].append(row.voucher)
    return found


class _Memory:
    """What earlier lines of a bank account were booked on."""

    def __init__(self, account: Account) -> None:
        self._by_text: dict[tuple[bool, str], Proposal] = {}
        for is_in, text, proposal in _remembered(account):
            # The latest comes first, and stays.
            self._by_text.setdefault((is_in, plain(text)), proposal)
        self._words = {key: _words(key[1]) for key in self._by_text}

    def propose(self, line: StatementLine) -> Proposal:
        """The account that a line like *line* had last."""
        is_in, text = line.amount > 0, plain(line.text)
        if same := self._by_text.get((is_in, text)):
            return same
        words = _words(text)
        best, most = Proposal(), 0.0
        for key, others in self._words.items():
            if key[0] != is_in or not words & others:
                continue
            shared = len(words & others) / len(words | others)
            if shared >= SHARED_WORDS and shared > most:
                best, most = self._by_text[key], shared
        return best


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word in text.split() if len(word) >= SHORTEST_WORD)


def _remembered(account: Account) -> Iterator[tuple[bool, str, Proposal]]:
    """Direction, text and counter account of the latest posted vouchers on *account*; latest first."""
    taken_back = Voucher.objects.filter(corrects=OuterRef("voucher"), correction=Correction.REVERSAL)
    rows = list(
        VoucherRow.objects.filter(account=account, voucher__posted_at__isnull=False)
        .exclude(voucher__correction=Correction.REVERSAL)
        .filter(~Exists(taken_back))
        .select_related("voucher__series")
        .order_by("-date", "-pk")[:VOUCHERS_REMEMBERED]
    )
    vouchers = [row.voucher_id for row in rows]
    others: dict[int, list[VoucherRow]] = defaultdict(list)
    for other in (
        VoucherRow.objects.filter(voucher__in=vouchers).exclude(account=account).select_related("account")
    ):
        others[other.voucher_id].append(other)
    texts: dict[int, set[str]] = defaultdict(set)
    for voucher, text in BankLine.objects.filter(account=account, voucher__in=vouchers).values_list(
        "voucher", "text"
    ):
        texts[voucher].add(text)
    for row in rows:
        amount = to_ore(row.amount)
        opposite = [other for other in others[row.voucher_id] if to_ore(other.amount) * amount < 0]
        if not opposite:
            continue
        counter = max(opposite, key=lambda other: abs(to_ore(other.amount))).account
        if not counter.is_open:
            continue
        for text in (row.voucher.text, *texts[row.voucher_id]):
            yield amount > 0, text, Proposal(counter, row.voucher)


# Balances -----------------------------------------------------------------------------------------


def compare(account: Account, lines: Sequence[StatementLine]) -> Comparison | None:
    """The balance of the statement's end beside that of the ledger; None where there is no line."""
    if not lines:
        return None
    last = _in_time(lines)[-1]
    year = FiscalYear.objects.of(last.date)
    drafts = VoucherRow.objects.filter(
        account=account, voucher__posted_at__isnull=True, date__lte=last.date
    ).aggregate(sum=Sum("amount"))["sum"]
    ledger = None
    if year is not None:
        balances = trial_balance(year, last.date).balances
        ledger = next((found.closing for found in balances if found.account.pk == account.pk), 0)
    return Comparison(last.date, last.balance, ledger, to_ore(drafts) if drafts is not None else 0)


def breaks_in(lines: Sequence[StatementLine]) -> list[StatementLine]:
    """The lines whose balance is not that of the line before them and their amount: one is missing."""
    return [
        line
        for before, line in pairwise(_in_time(lines))
        if before.balance is not None
        and line.balance is not None
        and before.balance + line.amount != line.balance
    ]


def _in_time(lines: Sequence[StatementLine]) -> list[StatementLine]:
    """*lines* with the earliest first, as the balances tell, or else the days; banks write both ways."""
    forwards, backwards = list(lines), list(reversed(lines))
    return max((forwards, backwards), key=_order)


def _order(lines: Sequence[StatementLine]) -> tuple[int, int]:
    follow = sum(
        before.balance is not None and before.balance + line.amount == line.balance
        for before, line in pairwise(lines)
    )
    return follow, sum(before.date <= line.date for before, line in pairwise(lines))


# Reading in ---------------------------------------------------------------------------------------


def take_in(
    account: Account, lines: Sequence[StatementLine], counters: Mapping[int, Account | None], by: str
) -> list[Voucher]:
    """Make drafts of those *lines* whose row is in *counters*, with the account there or without one.

    *lines* is the whole statement, by which it is seen what was read in before, be it a moment ago:
    that makes no second draft. All drafts are made or none. Raises ValidationError, in words, for what
    no draft can hold.
    """
    if not lines:
        return []
    with transaction.atomic():
        Account.objects.select_for_update().get(pk=account.pk)
        taken = [
            line
            for line, state, _voucher in _recognised(account, lines)
            if line.row in counters and state != "there"
        ]
        drafts = save_drafts([_entry(account, line, counters[line.row]) for line in taken], by)
        BankLine.objects.bulk_create(
            BankLine(
                account=account,
                date=line.date,
                amount=from_ore(line.amount),
                text=line.text,
                balance=None if line.balance is None else from_ore(line.balance),
                voucher=draft,
            )
            for line, draft in zip(taken, drafts, strict=True)
        )
    return drafts


def _entry(account: Account, line: StatementLine, counter: Account | None) -> Entry:
    rows = [EntryRow(account, line.amount)]
    if counter is not None:
        rows.append(EntryRow(counter, -line.amount))
    return Entry(date=line.date, text=line.text, rows=rows)


# How banks write ----------------------------------------------------------------------------------


def bank_accounts() -> QuerySet[Account]:
    """The accounts that statements can be about: open ones of cash and bank (BAS 19xx)."""
    return Account.objects.filter(number__startswith="19", is_open=True)


def _digest(header: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(list(header)).encode()).hexdigest()


def format_of(header: Sequence[str]) -> BankFormat | None:
    """How the statements with *header* were read the last time."""
    return BankFormat.objects.filter(digest=_digest(header)).select_related("account").first()


def remember_format(header: Sequence[str], columns: Mapping[int, str], account: Account) -> None:
    """Keep how the statements with *header* are read: what each column is, and their *account*."""
    BankFormat.objects.update_or_create(
        digest=_digest(header),
        defaults={
            "header": list(header),
            "columns": {str(index): key for index, key in columns.items()},
            "account": account,
        },
    )


def waiting() -> QuerySet[Voucher]:
    """The drafts that statements made and that are not posted yet."""
    return Voucher.objects.drafts().filter(Exists(BankLine.objects.filter(voucher=OuterRef("pk"))))
