"""The lists of the books as tables, to be taken away: vouchers, journal, general ledger.

Each is made from the same entries and pages as what is shown, and is read as it is written.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from finance.journal import Entry, Selection, entries
from finance.ledger import AccountPage, Balances, Scope, accounts_in, whole_ledger
from finance.models import Account, VoucherRow
from finance.money import to_ore
from finance.tables import Column, Kind, Table


def vouchers_table(selection: Selection) -> Table:
    """A row for each voucher of *selection*, in the order of registration."""
    return Table(
        _("Vouchers"),
        (
            Column("sequence", _("Registration no."), Kind.COUNT),
            Column("voucher", _("Voucher"), width=12),
            Column("date", _("Date"), Kind.DATE),
            Column("text", _("Text"), width=48),
            Column("counterparty", _("Counterparty"), width=28),
            Column("amount", _("Amount"), Kind.AMOUNT),
            Column("decision", _("Decision")),
            Column("entered_at", _("Entered"), Kind.MOMENT),
            Column("entered_by", _("Entered by"), width=16),
            Column("posted_at", _("Posted"), Kind.MOMENT),
            Column("posted_by", _("Posted by"), width=16),
            Column("corrects", _("Corrects"), width=12),
            Column("corrected_by", _("Corrected by"), width=12),
            Column("digest", _("Digest"), width=66),
        ),
        (_voucher_row(entry) for entry in entries(selection)),
    )


def _voucher_row(entry: Entry) -> tuple[Any, ...]:
    voucher = entry.voucher
    return (
        voucher.sequence,
        voucher.reference,
        voucher.date,
        voucher.text,
        voucher.counterparty,
        entry.turnover,
        voucher.decision_reference,
        voucher.entered_at,
        voucher.entered_by,
        voucher.posted_at,
        voucher.posted_by,
        voucher.corrects.reference if voucher.corrects else None,
        entry.corrected_by.reference if entry.corrected_by else None,
        voucher.digest,
    )


def journal_table(selection: Selection) -> Table:
    """A row for each row of *selection*, in the order of registration (BFNAR 2013:2 p. 2.3)."""
    return Table(
        _("Journal"),
        (
            Column("sequence", _("Registration no."), Kind.COUNT),
            Column("period", _("Period"), width=10),
            Column("voucher", _("Voucher"), width=12),
            Column("date", _("Date"), Kind.DATE),
            Column("posted_at", _("Posted"), Kind.MOMENT),
            Column("account", _("Account"), width=9),
            Column("account_name", _("Name of the account"), width=30),
            Column("text", _("Text"), width=48),
            Column("project", _("Project"), width=14),
            Column("cost_center", _("Cost centre"), width=14),
            Column("debit", _("Debit"), Kind.AMOUNT),
            Column("credit", _("Credit"), Kind.AMOUNT),
        ),
        _journal_rows(selection),
    )


def _journal_rows(selection: Selection) -> Iterator[tuple[Any, ...]]:
    for entry in entries(selection):
        voucher = entry.voucher
        for row in entry.found:
            yield (
                voucher.sequence,
                period_of(voucher.date),
                voucher.reference,
                voucher.date,
                voucher.posted_at,
                row.account.number,
                row.account.local_name,
                row.text or voucher.text,
                row.project.code if row.project else None,
                row.cost_center.code if row.cost_center else None,
                *_sides(row),
            )


def general_ledger_table(scope: Scope, account: Account | None = None) -> Table:
    """Each account of *scope* (or *account* alone): what it opens with, its rows, what it closes with."""
    return Table(
        _("General ledger"),
        (
            Column("account", _("Account"), width=9),
            Column("account_name", _("Name of the account"), width=30),
            Column("date", _("Date"), Kind.DATE),
            Column("voucher", _("Voucher"), width=12),
            Column("text", _("Text"), width=48),
            Column("project", _("Project"), width=14),
            Column("cost_center", _("Cost centre"), width=14),
            Column("debit", _("Debit"), Kind.AMOUNT),
            Column("credit", _("Credit"), Kind.AMOUNT),
            Column("balance", _("Balance"), Kind.AMOUNT),
        ),
        _ledger_rows(scope, account),
    )


def ledger_length(scope: Scope) -> int:
    """How many rows ``general_ledger_table`` gives of *scope*."""
    balances = Balances(scope)
    months = (month for each in balances.months.values() for month in each)
    return sum(month.rows for month in months) + 2 * len(accounts_in(balances))


def _ledger_rows(scope: Scope, account: Account | None) -> Iterator[tuple[Any, ...]]:
    for page in whole_ledger(scope, account):
        if page.is_start:
            yield _balance_row(page, scope.start, _("Opening balance"), page.opening)
        for line in page.rows:
            row = line.row
            yield (
                page.account.number,
                page.account.local_name,
                row.date,
                row.voucher.reference,
                row.text or row.voucher.text,
                row.project.code if row.project else None,
                row.cost_center.code if row.cost_center else None,
                *_sides(row),
                line.balance,
            )
        if page.is_end:
            yield _balance_row(page, scope.end, _("Closing balance"), page.closing)


def _balance_row(page: AccountPage, day: date, text: str, balance: int) -> tuple[Any, ...]:
    account = page.account
    return (account.number, account.local_name, day, None, text, None, None, None, None, balance)


def _sides(row: VoucherRow) -> tuple[int | None, int | None]:
    """The amount of *row* as debit and as credit, in öre; one of them is None."""
    ore = to_ore(row.amount)
    return (ore, None) if ore >= 0 else (None, -ore)


def period_of(day: date) -> str:
    """The period, a month, that *day* belongs to: ``2023-05``."""
    return f"{day:%Y-%m}"
