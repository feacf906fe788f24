"""Periods: locked in order, opened again with a reason that is kept."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from finance.models import PeriodLock
from finance.periods import first_open_day, lock_through, open_month, periods
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, a_user

pytestmark = pytest.mark.django_db

MARCH = date(2023, 3, 1)


def locked(year):
    return [period.start.month for period in periods(year) if period.is_locked]


def test_the_months_before_are_locked_as_well():
    year = a_fiscal_year()
    lock_through(year, MARCH, by=None)
    assert locked(year) == [1, 2, 3]


def test_a_lock_says_who():
    treasurer = a_user("treasurer")
    assert lock_through(a_fiscal_year(), MARCH, treasurer)[0].locked_by == treasurer


def test_nothing_is_posted_into_a_locked_month():
    year = a_fiscal_year()
    lock_through(year, MARCH, by=None)
    with pytest.raises(ValidationError):
        a_posted_voucher(year, day=date(2023, 3, 31))
    assert a_posted_voucher(year, day=date(2023, 4, 1)).is_posted


def test_a_month_opened_again_takes_vouchers():
    year = a_fiscal_year()
    lock = lock_through(year, MARCH, by=None)[-1]
    open_month(lock, None, "En faktura saknades")
    assert a_posted_voucher(year, day=MARCH).is_posted
    assert locked(year) == [1, 2]


def test_opening_keeps_who_when_and_why():
    year, treasurer = a_fiscal_year(), a_user("treasurer")
    lock = lock_through(year, MARCH, by=None)[-1]
    open_month(lock, treasurer, " En faktura saknades ")
    kept = PeriodLock.objects.get(pk=lock.pk)
    assert (kept.unlocked_by, kept.unlock_reason) == (treasurer, "En faktura saknades")
    assert kept.unlocked_at
    assert kept.unlocked_at >= kept.locked_at


def test_a_month_is_not_opened_without_a_reason():
    lock = lock_through(a_fiscal_year(), MARCH, by=None)[-1]
    with pytest.raises(ValidationError):
        open_month(lock, None, " ")


def test_a_month_is_not_opened_twice():
    lock = lock_through(a_fiscal_year(), MARCH, by=None)[-1]
    open_month(lock, None, "En faktura saknades")
    with pytest.raises(ValidationError):
        open_month(lock, None, "En faktura saknades")


def test_a_month_opened_and_locked_anew_has_both_in_its_history():
    year = a_fiscal_year()
    open_month(lock_through(year, MARCH, by=None)[-1], None, "En faktura saknades")
    lock_through(year, MARCH, by=None)
    march = periods(year)[2]
    assert [lock.unlock_reason for lock in march.history] == ["", "En faktura saknades"]


def test_a_locked_month_is_not_locked_twice():
    year = a_fiscal_year()
    lock_through(year, MARCH, by=None)
    with pytest.raises(ValidationError, match="Mars 2023"):
        lock_through(year, MARCH, by=None)


def test_a_month_of_another_year_is_refused():
    with pytest.raises(ValidationError):
        lock_through(a_fiscal_year(), date(2024, 1, 1), by=None)


def test_months_of_a_broken_year_end_with_the_year():
    year = a_fiscal_year(start=date(2023, 7, 15), end=date(2024, 6, 30))
    first, *_between, last = periods(year)
    assert (first.start, first.end, last.end) == (date(2023, 7, 15), date(2023, 7, 31), date(2024, 6, 30))


def test_a_month_says_what_was_entered_in_it():
    year = a_fiscal_year()
    a_posted_voucher(year, day=MARCH)
    a_draft(year, day=MARCH)
    assert [(p.rows, p.drafts) for p in periods(year)][:4] == [(0, 0), (0, 0), (2, 1), (0, 0)]


def test_a_month_passed_over_counts_as_finished():
    year = a_fiscal_year()
    locks = lock_through(year, MARCH, by=None)
    open_month(locks[0], None, "En faktura saknades")
    assert first_open_day(year, date(2023, 1, 10)) == (year, date(2023, 4, 1))
