"""Fiscal years: any two dates, and no day in two years."""

from datetime import date
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.models import FiscalYear
from tests.factories import a_fiscal_year, a_posted_voucher, an_account, an_opening_balance

pytestmark = pytest.mark.django_db


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def enter_past_the_program(start, end, label="x"):
    raw('INSERT INTO finance_fiscalyear (label, start, "end") VALUES (%s, %s, %s)', label, start, end)


def test_a_year_is_named_after_its_dates():
    assert a_fiscal_year(2023).label == "2023"
    assert a_fiscal_year(start=date(2024, 7, 1), end=date(2025, 6, 30)).label == "2024-2025"


def test_a_year_keeps_a_label_of_its_own():
    year = FiscalYear.objects.create(label="kongressaret", start=date(2023, 1, 1), end=date(2023, 12, 31))
    assert year.label == "kongressaret"


def test_a_year_cannot_end_before_it_begins():
    with pytest.raises(ValidationError, match="sluta innan det börjar"):
        FiscalYear(label="x", start=date(2023, 2, 1), end=date(2023, 1, 1)).full_clean()
    with pytest.raises(IntegrityError):
        enter_past_the_program("2023-02-01", "2023-01-01")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2023, 12, 31), date(2024, 12, 30)),
        (date(2022, 1, 1), date(2023, 1, 1)),
        (date(2023, 6, 1), date(2023, 6, 30)),
        (date(2022, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_day_belongs_to_one_year_whoever_asks(start, end):
    a_fiscal_year(2023)
    with pytest.raises(ValidationError, match="2023"):
        FiscalYear(label="x", start=start, end=end).full_clean()
    with pytest.raises(IntegrityError, match="cannot overlap"):
        enter_past_the_program(start, end)
    with pytest.raises(IntegrityError, match="cannot overlap"), transaction.atomic():
        FiscalYear.objects.bulk_create([FiscalYear(label="x", start=start, end=end)])


def test_a_year_cannot_be_moved_over_another():
    a_fiscal_year(2023)
    a_fiscal_year(2024)
    with pytest.raises(IntegrityError, match="cannot overlap"):
        raw("UPDATE finance_fiscalyear SET start = '2023-12-31' WHERE label = '2024'")


def test_years_may_meet_or_leave_days_between_them():
    a_fiscal_year(2023)
    assert a_fiscal_year(2024).previous.label == "2023"
    assert a_fiscal_year(2026).previous.label == "2024"
    assert a_fiscal_year(2023).next.label == "2024"
    assert a_fiscal_year(2023).previous is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(0, 800)), max_size=8))
def test_whatever_is_entered_no_two_years_share_a_day(tries):
    with transaction.atomic():
        for number, (start, days) in enumerate(tries):
            end = date.fromordinal(start.toordinal() + days)
            shared = FiscalYear.objects.filter(start__lte=end, end__gte=start).exists()
            if shared:
                with pytest.raises(IntegrityError):
                    enter_past_the_program(start, end, f"y{number}")
            else:
                enter_past_the_program(start, end, f"y{number}")
        years = list(FiscalYear.objects.order_by("start"))
        transaction.set_rollback(True)
    assert all(first.end < second.start for first, second in pairwise(years))


def test_a_year_finds_the_year_of_a_day():
    a_fiscal_year(2023)
    assert FiscalYear.objects.all().of(date(2023, 12, 31)).label == "2023"
    assert FiscalYear.objects.all().of(date(2024, 1, 1)) is None


def test_a_broken_year_has_the_months_it_touches():
    year = a_fiscal_year(start=date(2023, 11, 15), end=date(2024, 2, 10))
    assert year.months == [date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1)]


def test_a_year_with_posted_vouchers_keeps_its_dates():
    year = a_posted_voucher().fiscal_year
    with pytest.raises(IntegrityError, match="keeps its dates"):
        raw("UPDATE finance_fiscalyear SET \"end\" = '2023-12-30'")
    year.end = date(2023, 12, 30)
    with pytest.raises(IntegrityError, match="keeps its dates"), transaction.atomic():
        year.save()


def test_a_year_without_vouchers_may_be_given_other_dates():
    year = a_fiscal_year(2023)
    year.end = date(2023, 12, 30)
    year.save()
    year.refresh_from_db()
    assert year.end == date(2023, 12, 30)


def test_only_accounts_of_the_balance_sheet_have_an_opening_balance():
    balance = an_opening_balance(a_fiscal_year(), "1930", "1.00")
    balance.account = an_account("3900")
    with pytest.raises(ValidationError, match="balansräkningen"):
        balance.full_clean()
