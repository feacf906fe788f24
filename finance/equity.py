"""How equity changed over the year: account by account, from what it began with to what it ended with.

Three things change equity. The year's result, which no voucher has moved until the year is closed; what
is only moved within it (the closing voucher takes the result to 2069, another moves the result of the
year before on to 2067); and all else that is posted on its accounts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.columns import Wanted
from finance.layout import Role
from finance.models import Account, FiscalYear, Voucher, VoucherRow
from finance.models.accounts import RESULT_KINDS, YEAR_RESULT_PREFIX, Kind
from finance.money import to_ore
from finance.report import Column, Entry, Report
from finance.span import Span
from finance.sums import moment_after

UNMOVED = "unmoved-result"
TOTAL = "actual"

Row = dict[str, int]
"""Öre by the key of the column, equity positive."""


def equity_report(year: FiscalYear, wanted: Wanted | None = None) -> Report:
    """The changes in equity in *year*, up to the day that is *wanted*. Six queries."""
    wanted = wanted or Wanted()
    span = Span(year, None, wanted.end, wanted.known)
    changes = span.changes()
    accounts = {account.pk: account for account in Account.objects.filter(pk__in={*changes, *span.opening})}
    notes = []
    if not span.opening:
        notes.append(_("No opening balances are entered."))
    if not span.has_vouchers:
        notes.append(_("Nothing is posted in the fiscal year."))
    result = -sum(
        amount
        for pk, amount in changes.items()
        if accounts[pk].kind in RESULT_KINDS and not accounts[pk].is_year_result
    )
    opening: Row = {
        accounts[pk].number: -amount
        for pk, amount in span.opening.items()
        if accounts[pk].kind == Kind.EQUITY
    }
    within, other = _movements(span)
    rows = [opening, {UNMOVED: result}, *within.values(), *other.values()]
    keys = sorted({key for row in rows for key in row} - {UNMOVED})
    names = {account.number: str(account) for account in accounts.values()}
    columns = [Column(key, names[key]) for key in keys]
    if any(row.get(UNMOVED) for row in rows):
        columns.append(Column(UNMOVED, _("Result that is not moved yet")))
        keys.append(UNMOVED)
    columns.append(Column(TOTAL, _("Equity")))
    entries = [
        Entry(
            "opening",
            _("Equity on %(day)s") % {"day": date_format(year.start)},
            Role.OPENING,
            _cells(opening, keys),
        )
    ]
    if span.has_vouchers:
        entries.append(
            Entry("result", _("Result of the period"), Role.YEAR_RESULT, _cells({UNMOVED: result}, keys))
        )
    entries += _entries("within", _("Moved within equity"), within, keys)
    entries += _entries("other", _("Other changes"), other, keys)
    terms = tuple((1, entry.key) for entry in entries)
    closing = tuple(sum(entry.amounts[place] or 0 for entry in entries) for place in range(len(columns)))
    entries.append(
        Entry(
            "closing",
            _("Equity on %(day)s") % {"day": date_format(span.end)},
            Role.RESULT,
            closing,
            terms=terms,
        )
    )
    return Report(
        key="equity",
        title=_("Changes in equity"),
        year=year,
        start=span.start,
        end=span.end,
        known=wanted.known,
        columns=tuple(columns),
        entries=tuple(entries) if span.opening or span.has_vouchers else (),
        notes=tuple(notes),
    )


def _cells(row: Row, keys: Sequence[str]) -> tuple[int, ...]:
    """The row in the columns *keys*, with its total."""
    return (*(row.get(key, 0) for key in keys), sum(row.values()))


def _entries(key: str, name: str, rows: Mapping[Voucher, Row], keys: Sequence[str]) -> list[Entry]:
    if not rows:
        return []
    parts = tuple(
        Entry(
            f"{key}-{voucher.pk}",
            f"{voucher} {voucher.text}",
            Role.VOUCHER,
            _cells(row, keys),
            voucher=voucher,
        )
        for voucher, row in rows.items()
    )
    amounts = tuple(sum(part.amounts[place] or 0 for part in parts) for place in range(len(keys) + 1))
    return [Entry(key, name, Role.MOVEMENT, amounts, parts=parts)]


def _movements(span: Span) -> tuple[dict[Voucher, Row], dict[Voucher, Row]]:
    """The vouchers that only move amounts within equity, and those that change it, with what they did.

    What a voucher posts on 899x is taken from, or given back to, the result that is not moved yet.
    """
    # Found by account and day, which tells the year, and not among all the vouchers of the year.
    accounts = Account.objects.filter(Q(kind=Kind.EQUITY) | Q(number__startswith=YEAR_RESULT_PREFIX))
    rows = VoucherRow.objects.filter(
        account__in=list(accounts.values_list("pk", flat=True)),
        date__gte=span.year.start,
        date__lte=span.end,
        voucher__posted_at__isnull=False,
    )
    if span.known is not None:
        rows = rows.filter(voucher__posted_at__lt=moment_after(span.known))
    found: dict[Voucher, Row] = defaultdict(dict)
    for row in rows.select_related("account", "voucher__series").order_by("voucher__sequence", "line"):
        key = UNMOVED if row.account.is_year_result else row.account.number
        of_voucher = found[row.voucher]
        of_voucher[key] = of_voucher.get(key, 0) - to_ore(row.amount)
    within = {voucher: row for voucher, row in found.items() if sum(row.values()) == 0}
    other = {voucher: row for voucher, row in found.items() if sum(row.values()) != 0}
    return within, other
