"""Periods: months that are locked, and opened again with a reason.

Nothing is posted into a locked month; the database refuses it (``finance/sql``). A lock is never
deleted: when a month is opened again, who, when and why stay with it, and a new lock closes it anew.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.models import FiscalYear, PeriodLock, PeriodTotal

By = AbstractBaseUser | None
"""Who does it; None where nobody does, as in made-up books."""


@dataclass(frozen=True)
class Period:
    """A month of a fiscal year: its days in the year, how many posted rows and drafts, and its lock.

    ``history`` has every lock of the month, the latest first, those that were opened again as well.
    """

    start: date
    end: date
    rows: int
    drafts: int
    lock: PeriodLock | None
    history: tuple[PeriodLock, ...]

    @property
    def is_locked(self) -> bool:
        """Whether the month itself is locked, whatever holds for its year."""
        return self.lock is not None


def month_bounds(year: FiscalYear, month: date) -> tuple[date, date]:
    """The days of the calendar month of *month* that belong to *year*."""
    first = month.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return max(first, year.start), min(last, year.end)


def periods(year: FiscalYear) -> list[Period]:
    """The months of *year*, from its first. Three queries."""
    locks: dict[date, list[PeriodLock]] = {}
    found = year.locks.filter(kind=PeriodLock.Kind.MONTH).select_related("locked_by", "unlocked_by")
    for lock in found.order_by("-locked_at", "-pk"):
        locks.setdefault(lock.start, []).append(lock)
    rows = dict(
        PeriodTotal.objects.filter(fiscal_year=year).values_list("month").annotate(Sum("rows")).order_by()
    )
    drafts = [day.replace(day=1) for day in year.vouchers.drafts().values_list("date", flat=True)]
    made = []
    for month in year.months:
        start, end = month_bounds(year, month)
        history = locks.get(start, [])
        made.append(
            Period(
                start=start,
                end=end,
                rows=rows.get(month, 0),
                drafts=drafts.count(month),
                lock=next((lock for lock in history if lock.unlocked_at is None), None),
                history=tuple(history),
            )
        )
    return made


def active_lock(year: FiscalYear, day: date) -> PeriodLock | None:
    """The lock that keeps *day* from being posted into; that of the whole year before that of a month."""
    return year.locks.filter(unlocked_at__isnull=True, start__lte=day, end__gte=day).order_by("-kind").first()


def lock_through(year: FiscalYear, month: date, by: By, at: datetime | None = None) -> list[PeriodLock]:
    """Lock the month of *month* and every month before it that is open; return the new locks.

    Months are finished in order, so that one cannot be left open behind the others unseen. Raises
    ValidationError when the year is closed, when the month is none of the year's, or when all of it
    is locked already.
    """
    with transaction.atomic():
        # Posting takes the same lock: what is on its way into the month gets in before, or not at all.
        year = FiscalYear.objects.select_for_update(no_key=True).get(pk=year.pk)
        _refuse_closed(year)
        until = month.replace(day=1)
        if until not in year.months:
            raise ValidationError(_("Choose a month of the fiscal year %(year)s.") % {"year": year})
        held = set(
            year.locks.filter(kind=PeriodLock.Kind.MONTH, unlocked_at__isnull=True).values_list(
                "start", flat=True
            )
        )
        moment = at or timezone.now()
        locks = [
            PeriodLock(
                fiscal_year=year,
                kind=PeriodLock.Kind.MONTH,
                start=start,
                end=end,
                locked_by=by,  # type: ignore[misc]
                locked_at=moment,
            )
            for start, end in (month_bounds(year, each) for each in year.months if each <= until)
            if start not in held
        ]
        if not locks:
            raise ValidationError(
                _("%(month)s is locked already.") % {"month": date_format(until, "F Y").capitalize()}
            )
        return PeriodLock.objects.bulk_create(locks)


def open_month(lock: PeriodLock, by: By, reason: str, at: datetime | None = None) -> PeriodLock:
    """Open the month of *lock* again, for *reason*, which is kept.

    Raises ValidationError without a reason, when the month is open already, and when its year is
    closed: then the year is reopened first.
    """
    with transaction.atomic():
        year = FiscalYear.objects.select_for_update(no_key=True).get(pk=lock.fiscal_year_id)
        _refuse_closed(year)
        lock = PeriodLock.objects.select_for_update(of=("self",)).get(pk=lock.pk)
        return unlock(lock, by, reason, at)


def unlock(lock: PeriodLock, by: By, reason: str, at: datetime | None = None) -> PeriodLock:
    """Open *lock*, a month's or a year's; the caller holds the transaction and its fiscal year's lock.

    Raises ValidationError without a reason, and when it was opened before.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the days are opened again.")})
    if lock.unlocked_at is not None:
        raise ValidationError(_("The days are open already."))
    lock.unlocked_at = at or timezone.now()
    lock.unlocked_by = by  # type: ignore[assignment]
    lock.unlock_reason = reason.strip()
    lock.save(update_fields=["unlocked_at", "unlocked_by", "unlock_reason"])
    return lock


def first_open_day(year: FiscalYear, day: date) -> tuple[FiscalYear, date] | None:
    """The first day from *day* on into which something can be posted, and its fiscal year.

    A month counts as finished when it or any month after it in its year is locked, though it may have
    been passed over. None where no year with an open day was entered.
    """
    candidate: FiscalYear | None = year
    while candidate is not None:
        last = (
            candidate.locks.filter(unlocked_at__isnull=True, end__gte=day)
            .order_by("-end")
            .values_list("end", flat=True)
            .first()
        )
        day = max(day, candidate.start) if last is None else last + timedelta(days=1)
        if candidate.holds(day):
            return candidate, day
        candidate = candidate.next
    return None


def _refuse_closed(year: FiscalYear) -> None:
    if year.is_closed:
        raise ValidationError(_("The fiscal year %(year)s is closed. Reopen it first.") % {"year": year})
