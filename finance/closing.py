"""Closing the fiscal year, and what the next one begins with.

The year's result is moved to equity by one voucher (BAS: 8999 *Årets resultat* against 2069), and
nothing more is posted into the year. Every account of the balance sheet then opens the next year with
exactly what it closed with, so that anybody can compare them account by account; a voucher in the next
year moves the result on to the retained result (2069 against 2067).

``findings`` tells what should be looked at first, ``closing_plan`` shows what closing would book, and
``close_year`` books it. A closed year can be reopened, for a reason that is kept. Closing it anew books
only what came to the result since: the vouchers of the first closing stay, as all posted vouchers do.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance.models import (
    Account,
    FiscalYear,
    NumberGap,
    OpeningBalance,
    PeriodLock,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.models.accounts import BALANCE_KINDS, YEAR_RESULT_PREFIX
from finance.money import from_ore, to_ore
from finance.papers import say_why_no_receipt
from finance.periods import By, active_lock, first_open_day, periods, unlock
from finance.posting import chain_head, next_number, post
from finance.presentation import format_amount
from finance.statements import TrialBalance, changes, trial_balance
from finance.verification import jumps

RESULT_ACCOUNT = "8999"
EQUITY_PAIRS = (("2069", "2067"), ("2099", "2098"))
"""Which account takes the result, and to which it moves on: those of an association, of others."""

ACCOUNT_NAMES = {
    "8999": ("Årets resultat", "Result of the year"),
    "2069": ("Årets resultat", "Result of the year"),
    "2067": ("Balanserat resultat", "Retained result"),
    "2099": ("Årets resultat", "Result of the year"),
    "2098": ("Vinst eller förlust från föregående år", "Result of the year before"),
}
"""What the accounts are called where the chart does not have them yet."""

SUSPENSE_ACCOUNTS = ("1999", "2999")
"""BAS: where amounts wait until somebody knows what they are; empty when a year is closed."""

LISTED = 20
"""How many places a finding lists."""


# What should be looked at first -------------------------------------------------------------------


class Severity(StrEnum):
    """What a finding means for the closing."""

    FINE = "fine"
    NOTE = "note"
    HINDRANCE = "hindrance"


@dataclass(frozen=True)
class Place:
    """Where something was found; ``url`` leads there, if there is a page for it."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check before the closing found, in words; nothing is closed as long as one is a hindrance."""

    name: str
    severity: Severity
    sentence: str
    places: tuple[Place, ...] = ()


def _over(year: FiscalYear, trial: TrialBalance) -> Finding:
    if year.end >= timezone.localdate():
        return Finding(
            "over",
            Severity.HINDRANCE,
            _("The year is not over: its last day is %(day)s.") % {"day": date_format(year.end)},
        )
    return Finding("over", Severity.FINE, _("The year is over."))


def _previous(year: FiscalYear, trial: TrialBalance) -> Finding:
    previous = year.previous
    if previous and not previous.is_closed and previous.vouchers.filter(sequence=1).exists():
        return Finding(
            "previous",
            Severity.HINDRANCE,
            _("The year before, %(year)s, is not closed. Close it first.") % {"year": previous},
        )
    return Finding("previous", Severity.FINE, _("No year before it is left open."))


def _next(year: FiscalYear, trial: TrialBalance) -> Finding:
    following = year.next
    if following and following.is_closed:
        return Finding(
            "next",
            Severity.HINDRANCE,
            _("The next year, %(year)s, is closed. Reopen it first.") % {"year": following},
        )
    return Finding("next", Severity.FINE, _("The next year is not closed."))


def _drafts(year: FiscalYear, trial: TrialBalance) -> Finding:
    drafts = year.vouchers.drafts().order_by("date", "pk")
    count = drafts.count()
    if not count:
        return Finding("drafts", Severity.FINE, _("No draft is left."))
    return Finding(
        "drafts",
        Severity.HINDRANCE,
        ngettext(
            "%(count)s draft is left. Post it or delete it.",
            "%(count)s drafts are left. Post them or delete them.",
            count,
        )
        % {"count": count},
        tuple(
            Place(f"{draft.date} {draft.text}".strip(), draft.get_absolute_url()) for draft in drafts[:LISTED]
        ),
    )


def _opening(year: FiscalYear, trial: TrialBalance) -> Finding:
    if not trial.has_opening:
        return Finding("opening", Severity.NOTE, _("No opening balances were entered for the year."))
    total = sum(balance.opening for balance in trial.balances)
    if total:
        return Finding(
            "opening",
            Severity.HINDRANCE,
            _("The opening balances sum to %(sum)s kr, not to zero.")
            % {"sum": format_amount(from_ore(total))},
        )
    return Finding("opening", Severity.FINE, _("The opening balances sum to zero."))


def _numbering(year: FiscalYear, trial: TrialBalance) -> Finding:
    recorded = list(NumberGap.objects.filter(series__fiscal_year=year))
    missing: list[Place] = []
    known: list[Place] = []
    series_of_year = list(year.series.order_by("code"))
    # Each number was given with a place in the chain: so the last places tell whether any number is missing.
    is_whole = chain_head(year).sequence == sum(next_number(series) - 1 for series in series_of_year)
    for series in () if is_whole else series_of_year:
        numbers = series.vouchers.filter(number__isnull=False).order_by("number").values_list("number")
        for first, last in jumps(number for (number,) in numbers.iterator() if number):
            place = Place(f"{series.code} {first}" if first == last else f"{series.code} {first}–{last}")
            is_known = any(
                gap.series_id == series.pk and gap.first <= first and last <= gap.last for gap in recorded
            )
            (known if is_known else missing).append(place)
    if missing:
        return Finding(
            "numbering",
            Severity.HINDRANCE,
            _("Voucher numbers are missing. Run “manage.py verify_ledger”."),
            tuple(missing[:LISTED]),
        )
    if known:
        return Finding(
            "numbering",
            Severity.NOTE,
            _("Voucher numbers are missing in the books that were imported."),
            tuple(known[:LISTED]),
        )
    return Finding("numbering", Severity.FINE, _("Voucher numbers run without gaps."))


def _suspense(year: FiscalYear, trial: TrialBalance) -> Finding:
    waiting = tuple(
        Place(f"{balance.account}: {format_amount(from_ore(balance.closing))}")
        for balance in trial.balances
        if balance.account.number in SUSPENSE_ACCOUNTS and balance.closing
    )
    if waiting:
        return Finding(
            "suspense", Severity.NOTE, _("Amounts are left on accounts that should be empty."), waiting
        )
    return Finding("suspense", Severity.FINE, _("No amount waits on a suspense account."))


def _months(year: FiscalYear, trial: TrialBalance) -> Finding:
    unlocked = tuple(
        Place(date_format(period.start, "F Y").capitalize())
        for period in periods(year)
        if not period.is_locked
    )
    if unlocked:
        return Finding(
            "months", Severity.NOTE, _("Months are not locked. Closing locks the whole year."), unlocked
        )
    return Finding("months", Severity.FINE, _("Every month is locked."))


CHECKS: tuple[Callable[[FiscalYear, TrialBalance], Finding], ...] = (
    _over,
    _previous,
    _next,
    _drafts,
    _opening,
    _numbering,
    _suspense,
    _months,
)
"""What is looked at before a year is closed, in the order in which it is told."""


def findings(year: FiscalYear) -> list[Finding]:
    """What every check finds in *year*."""
    trial = trial_balance(year)
    return [check(year, trial) for check in CHECKS]


# What closing would book --------------------------------------------------------------------------


@dataclass(frozen=True)
class PlannedRow:
    """A row to be booked: öre, debit positive."""

    number: str
    name: str
    amount: int


@dataclass(frozen=True)
class Carried:
    """An account that the next year opens with: what it has now and what it will have, in öre."""

    number: str
    name: str
    now: int | None
    then: int


@dataclass(frozen=True)
class ClosingPlan:
    """What closing *year* would book.

    ``result`` is the year's result and ``moved`` the part of it that no closing has moved yet, both in
    öre, a loss negative. ``closing`` is the voucher on the year's last day, ``transfer`` the one in the
    next year; a voucher of no rows is not needed. ``opening`` is what the next year opens with.
    ``next_year`` is None where it would be made, from ``next_start`` to ``next_end``.
    """

    year: FiscalYear
    series: str
    result: int
    moved: int
    closing: tuple[PlannedRow, ...]
    next_year: FiscalYear | None
    next_start: date
    next_end: date
    opening: tuple[Carried, ...]
    transfer: tuple[PlannedRow, ...]

    @property
    def replaced(self) -> list[Carried]:
        """The opening balances that were entered for the next year and will be others."""
        return [each for each in self.opening if each.now is not None and each.now != each.then]

    @property
    def token(self) -> str:
        """A digest of what would be booked, by which it is known again."""
        content = (
            self.year.pk, self.series, self.moved, self.closing, self.next_start, self.next_end, self.opening,
            self.transfer,
        )  # fmt: skip
        return hashlib.sha256(repr(content).encode()).hexdigest()


def following_dates(year: FiscalYear) -> tuple[date, date]:
    """The dates that a fiscal year after *year* is proposed to have: twelve months, or as many as are free."""
    start = year.end + timedelta(days=1)
    end = date(start.year + 1, start.month, 1) + timedelta(days=start.day - 2)
    later = FiscalYear.objects.filter(start__gt=start).order_by("start").first()
    return start, min(end, later.start - timedelta(days=1)) if later else end


def equity_pair(trial: TrialBalance) -> tuple[str, str]:
    """The accounts that take the result, and to which it moves on: those the books use, else the first."""
    used = {balance.account.number for balance in trial.balances}
    known = set(
        Account.objects.filter(number__in=[pair[0] for pair in EQUITY_PAIRS]).values_list("number", flat=True)
    )
    for numbers in (used, known):
        for pair in EQUITY_PAIRS:
            if pair[0] in numbers:
                return pair
    return EQUITY_PAIRS[0]


def closing_plan(year: FiscalYear, series: str | None = None) -> ClosingPlan:
    """What closing *year* would book, with its vouchers in the series *series*, else in its first one."""
    trial = trial_balance(year)
    result_of_year, retained = equity_pair(trial)
    moved = trial.unclosed_result
    closing = _planned({RESULT_ACCOUNT: moved, result_of_year: -moved})
    closings = {b.account.number: b.closing for b in trial.balances if b.account.kind in BALANCE_KINDS}
    closings[result_of_year] = closings.get(result_of_year, 0) - moved
    start, end = following_dates(year)
    next_year = FiscalYear.objects.filter(start=start).first()
    now, changed = _opening_of(next_year), _changes_of(next_year)
    # What the next year's own closing put on the account is no part of what it was opened with.
    own_result = sum(ore for number, ore in changed.items() if number.startswith(YEAR_RESULT_PREFIX))
    left = closings[result_of_year] + changed.get(result_of_year, 0) + own_result
    carried = {number: ore for number, ore in closings.items() if ore} | {
        number: closings.get(number, 0) for number in now
    }
    names = _names([*carried])
    return ClosingPlan(
        year=year,
        series=series or _first_series(year),
        result=trial.result,
        moved=moved,
        closing=closing,
        next_year=next_year,
        next_start=start,
        next_end=next_year.end if next_year else end,
        opening=tuple(
            Carried(number, names[number], now.get(number), ore) for number, ore in sorted(carried.items())
        ),
        transfer=_planned({result_of_year: -left, retained: left}),
    )


def _first_series(year: FiscalYear) -> str:
    return year.series.order_by("code").values_list("code", flat=True).first() or "A"


def _planned(amounts: dict[str, int]) -> tuple[PlannedRow, ...]:
    names = _names([*amounts])
    return tuple(PlannedRow(number, names[number], ore) for number, ore in amounts.items() if ore)


def _names(numbers: list[str]) -> dict[str, str]:
    named = {number: name for number, (name, _english) in ACCOUNT_NAMES.items()}
    return named | {a.number: a.local_name for a in Account.objects.filter(number__in=numbers)}


def _opening_of(year: FiscalYear | None) -> dict[str, int]:
    balances = OpeningBalance.objects.filter(fiscal_year=year).values_list("account__number", "amount")
    return {number: to_ore(amount) for number, amount in balances} if year else {}


def _changes_of(year: FiscalYear | None) -> dict[str, int]:
    if year is None:
        return {}
    changed = changes(year)
    numbers = dict(Account.objects.filter(pk__in=[*changed]).values_list("pk", "number"))
    return {numbers[account]: ore for account, ore in changed.items()}


# Closing and reopening ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Closed:
    """What closing a year did; a voucher is None where there was nothing to move."""

    year: FiscalYear
    lock: PeriodLock
    closing: Voucher | None
    next_year: FiscalYear
    transfer: Voucher | None


def close_year(
    year: FiscalYear,
    by: By,
    signature: str = "Ledarna",
    series: str | None = None,
    seen: str | None = None,
    at: datetime | None = None,
) -> Closed:
    """Close *year* in the name of the user *by*, or of *signature* where there is no user.

    Books the result against equity on the year's last day, locks the whole year, gives the next year
    (made if it is missing, with the same series) its opening balances, and moves the result on to the
    retained result there. *seen* is the token of the plan that was looked at: when the books have
    changed since, nothing is done. Raises ValidationError, and changes nothing, for that, for a year
    that is closed already, and with every hindrance that ``findings`` tells.
    """
    with transaction.atomic():
        # In the order of the years, as everybody takes them who needs two; posting waits for both.
        list(
            FiscalYear.objects.select_for_update(no_key=True)
            .filter(start__gte=year.start)
            .order_by("start")[:2]
        )
        year = FiscalYear.objects.get(pk=year.pk)
        if year.is_closed:
            raise ValidationError(_("The fiscal year %(year)s is closed already.") % {"year": year})
        if hindrances := [f.sentence for f in findings(year) if f.severity == Severity.HINDRANCE]:
            raise ValidationError(hindrances)
        plan = closing_plan(year, series)
        if seen is not None and seen != plan.token:
            raise ValidationError(_("The books have changed since this page was shown. Look at it anew."))
        moment = at or timezone.now()
        name = by.get_username() if by else signature
        if plan.closing and (lock := active_lock(year, year.end)):
            unlock(lock, by, _("Closing of the year"), moment)
        closing = _book(year, plan.series, year.end, _("Result of the year"), plan.closing, name, moment)
        lock = PeriodLock.objects.create(
            fiscal_year=year,
            kind=PeriodLock.Kind.YEAR,
            start=year.start,
            end=year.end,
            locked_at=moment,
            locked_by=by,  # type: ignore[misc]
        )
        next_year = plan.next_year or FiscalYear.objects.create(start=plan.next_start, end=plan.next_end)
        _carry_series(year, next_year)
        _carry_balances(next_year, plan.opening)
        text = _("Result of %(year)s carried over") % {"year": year}
        day = _transfer_day(next_year) if plan.transfer else next_year.start
        transfer = _book(next_year, plan.series, day, text, plan.transfer, name, moment)
    return Closed(year, lock, closing, next_year, transfer)


def reopen_year(year: FiscalYear, by: By, reason: str, at: datetime | None = None) -> PeriodLock:
    """Open the closed *year* again, for *reason*, which is kept with who and when.

    What was booked at the closing stays; closing the year anew books what has come to the result since.
    Raises ValidationError without a reason, when the year is not closed, and when the next one is.
    """
    with transaction.atomic():
        list(
            FiscalYear.objects.select_for_update(no_key=True)
            .filter(start__gte=year.start)
            .order_by("start")[:2]
        )
        lock = year.locks.filter(kind=PeriodLock.Kind.YEAR, unlocked_at__isnull=True).first()
        if lock is None:
            raise ValidationError(_("The fiscal year %(year)s is not closed.") % {"year": year})
        following = year.next
        if following and following.is_closed:
            raise ValidationError(
                _("The next year, %(year)s, is closed. Reopen it first.") % {"year": following}
            )
        return unlock(lock, by, reason, at)


def closing_vouchers(year: FiscalYear) -> Iterator[Voucher]:
    """The vouchers of *year* that moved its result to equity, in the order they were posted."""
    found = year.vouchers.posted().filter(
        pk__in=VoucherRow.objects.filter(
            account__number__startswith=YEAR_RESULT_PREFIX, date__range=(year.start, year.end)
        ).values("voucher")
    )
    yield from found.select_related("series").order_by("sequence")


def _transfer_day(year: FiscalYear) -> date:
    found = first_open_day(year, year.start)
    if found is None or found[0].pk != year.pk:
        raise ValidationError(
            _("Every month of %(year)s is locked. Open one, so that the result can be carried over.")
            % {"year": year}
        )
    return found[1]


def _book(
    year: FiscalYear,
    series: str,
    day: date,
    text: str,
    rows: tuple[PlannedRow, ...],
    by: str,
    at: datetime,
) -> Voucher | None:
    if not rows:
        return None
    series_of_year, _made = VoucherSeries.objects.get_or_create(fiscal_year=year, code=series)
    voucher = Voucher.objects.create(
        fiscal_year=year, series=series_of_year, date=day, text=text, entered_at=at, entered_by=by
    )
    VoucherRow.objects.bulk_create(
        VoucherRow(
            voucher=voucher, line=line, account=_account(row.number), amount=from_ore(row.amount), date=day
        )
        for line, row in enumerate(rows, start=1)
    )
    posted = post(voucher, by, at)
    say_why_no_receipt(posted, _("Closing of the year"), by)
    return posted


def _account(number: str) -> Account:
    names = ACCOUNT_NAMES.get(number, ("", ""))
    return Account.objects.get_or_create(number=number, defaults={"name": names[0], "name_en": names[1]})[0]


def _carry_series(year: FiscalYear, next_year: FiscalYear) -> None:
    present = set(next_year.series.values_list("code", flat=True))
    VoucherSeries.objects.bulk_create(
        VoucherSeries(fiscal_year=next_year, code=series.code, name=series.name)
        for series in year.series.all()
        if series.code not in present
    )


def _carry_balances(year: FiscalYear, opening: tuple[Carried, ...]) -> None:
    for carried in opening:
        if carried.then == carried.now:
            continue
        if carried.then:
            OpeningBalance.objects.update_or_create(
                fiscal_year=year,
                account=_account(carried.number),
                defaults={"amount": from_ore(carried.then)},
            )
        else:
            OpeningBalance.objects.filter(fiscal_year=year, account__number=carried.number).delete()
