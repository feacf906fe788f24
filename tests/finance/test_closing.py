"""Closing the year: what is looked at first, what is booked, what the next year begins with."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.closing import (
    Severity,
    close_year,
    closing_plan,
    closing_vouchers,
    findings,
    following_dates,
    reopen_year,
)
from finance.models import Account, FiscalYear, NumberGap, OpeningBalance, PeriodLock, VoucherSeries
from finance.models.accounts import BALANCE_KINDS
from finance.money import from_ore, to_ore
from finance.papers import without_receipt
from finance.periods import lock_through
from finance.posting import VoucherFacts, post_many
from finance.statements import balance_sheet, trial_balance
from finance.verification import verify
from tests.factories import (
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    a_series,
    a_user,
    an_account,
    an_opening_balance,
)

pytestmark = pytest.mark.django_db

FEES = (("1930", "1000.00"), ("3900", "-1000.00"))
RENT = (("5010", "400.00"), ("1930", "-400.00"))


def an_ordinary_year():
    """2023: 500 kr to begin with, 1 000 kr of fees, 400 kr of rent."""
    year = a_fiscal_year()
    an_opening_balance(year, "1930", "500.00")
    an_opening_balance(year, "2067", "-500.00")
    a_posted_voucher(year, FEES)
    a_posted_voucher(year, RENT)
    return year


def rows(voucher):
    return [(row.account.number, to_ore(row.amount)) for row in voucher.rows.select_related("account")]


def opening(year):
    balances = OpeningBalance.objects.filter(fiscal_year=year).select_related("account")
    return {balance.account.number: to_ore(balance.amount) for balance in balances}


def closings(year):
    return {b.account.number: b.closing for b in trial_balance(year).balances if b.closing}


def close_with_result(year, **options):
    """Close *year*, which has a result; the voucher that moves it, and the one that carries it over."""
    closed = close_year(year, **{"by": None, **options})
    assert closed.closing
    assert closed.transfer
    return closed.closing, closed.transfer


def severity(year, name):
    return next(finding.severity for finding in findings(year) if finding.name == name)


# What is booked


def test_the_result_is_booked_against_equity_on_the_last_day():
    closing, _transfer = close_with_result(an_ordinary_year())
    assert rows(closing) == [("8999", 60000), ("2069", -60000)]
    assert closing.date == date(2023, 12, 31)


def test_a_loss_is_booked_the_other_way_round():
    year = a_fiscal_year()
    a_posted_voucher(year, RENT)
    assert rows(close_year(year, by=None).closing) == [("8999", -40000), ("2069", 40000)]


def test_the_next_year_opens_with_exactly_what_this_one_closed_with():
    closed = close_year(an_ordinary_year(), by=None)
    assert opening(closed.next_year) == {"1930": 110000, "2067": -50000, "2069": -60000}


def test_the_result_moves_on_to_the_retained_result():
    closed = close_year(an_ordinary_year(), by=None)
    assert rows(closed.transfer) == [("2069", 60000), ("2067", -60000)]
    assert closings(closed.next_year) == {"1930": 110000, "2067": -110000}


def test_books_that_know_no_2069_use_the_accounts_they_have():
    year = a_fiscal_year()
    an_account("2099")
    a_posted_voucher(year, FEES)
    closed = close_year(year, by=None)
    assert (rows(closed.closing)[1][0], rows(closed.transfer)[1][0]) == ("2099", "2098")


def test_the_next_year_is_made_with_the_same_series():
    year = an_ordinary_year()
    VoucherSeries.objects.create(fiscal_year=year, code="L", name="Leverantörer")
    following = close_year(year, by=None).next_year
    assert (following.start, following.end) == (date(2024, 1, 1), date(2024, 12, 31))
    assert list(following.series.values_list("code", "name")) == [("A", ""), ("L", "Leverantörer")]


def test_the_series_can_be_chosen():
    year = an_ordinary_year()
    a_series(year, "BOKSLUT")
    closing, _transfer = close_with_result(year, series="BOKSLUT")
    assert closing.reference == "BOKSLUT 1"


def test_a_year_without_a_result_needs_no_voucher():
    year = a_fiscal_year()
    a_posted_voucher(year, FEES)
    a_posted_voucher(year, (("3900", "1000.00"), ("1930", "-1000.00")))
    closed = close_year(year, by=None)
    assert (closed.closing, closed.transfer) == (None, None)


def test_what_is_shown_is_what_is_booked():
    year = an_ordinary_year()
    plan = closing_plan(year)
    closed = close_year(year, by=None, seen=plan.token)
    assert rows(closed.closing) == [(row.number, row.amount) for row in plan.closing]
    assert rows(closed.transfer) == [(row.number, row.amount) for row in plan.transfer]
    assert opening(closed.next_year) == {each.number: each.then for each in plan.opening}


def test_the_vouchers_bear_the_name_of_the_user():
    treasurer = a_user("treasurer")
    year = an_ordinary_year()
    closing, transfer = close_with_result(year, by=treasurer)
    assert closing.posted_by == transfer.entered_by == treasurer.username
    assert year.locks.get().locked_by == treasurer


def test_a_closed_ledger_verifies():
    close_year(an_ordinary_year(), by=None)
    assert verify().ok


def test_the_balance_sheet_holds_before_and_after():
    year = an_ordinary_year()
    before = balance_sheet(year)
    close_year(year, by=None)
    after = balance_sheet(year)
    assert (after.equity, after.difference) == (before.equity, 0)


def test_the_result_is_the_same_before_and_after():
    year = an_ordinary_year()
    before = trial_balance(year).result
    close_year(year, by=None)
    assert trial_balance(year).result == before == 60000


def test_the_vouchers_of_the_close_need_no_receipt():
    year = a_fiscal_year()
    a_posted_voucher(year, FEES)
    following = close_year(year, by=None).next_year
    assert [voucher.number for voucher in without_receipt(year)] == [1]
    assert not without_receipt(following).exists()


# What the close keeps out


def test_nothing_is_posted_into_a_closed_year():
    year = an_ordinary_year()
    close_year(year, by=None)
    with pytest.raises(ValidationError):
        a_posted_voucher(year)


def test_december_may_be_locked_before_the_close():
    year = an_ordinary_year()
    lock_through(year, date(2023, 12, 1), by=None)
    closing, _transfer = close_with_result(year)
    assert closing.date == date(2023, 12, 31)
    assert PeriodLock.objects.get(start=date(2023, 12, 1)).unlock_reason
    assert verify().ok


def test_a_year_is_not_closed_twice():
    year = an_ordinary_year()
    close_year(year, by=None)
    with pytest.raises(ValidationError, match="2023"):
        close_year(year, by=None)


def test_books_that_changed_since_they_were_shown_are_not_closed():
    year = an_ordinary_year()
    plan = closing_plan(year)
    a_posted_voucher(year, RENT)
    with pytest.raises(ValidationError):
        close_year(year, by=None, seen=plan.token)
    assert not year.is_closed


def test_when_the_next_year_has_no_open_day_nothing_is_changed():
    year, following = an_ordinary_year(), a_fiscal_year(2024)
    lock_through(following, date(2024, 12, 1), by=None)
    with pytest.raises(ValidationError, match="2024"):
        close_year(year, by=None)
    assert not year.is_closed
    assert not year.vouchers.filter(number=3).exists()


# The next year that is already there


def test_what_was_entered_for_the_next_year_is_replaced():
    year, following = an_ordinary_year(), a_fiscal_year(2024)
    an_opening_balance(following, "1930", "1.00")
    an_opening_balance(following, "1910", "-1.00")
    assert [each.number for each in closing_plan(year).replaced] == ["1910", "1930"]
    close_year(year, by=None)
    assert opening(following) == {"1930": 110000, "2067": -50000, "2069": -60000}


def test_the_result_is_carried_over_on_the_first_open_day():
    year, following = an_ordinary_year(), a_fiscal_year(2024)
    lock_through(following, date(2024, 2, 1), by=None)
    _closing, transfer = close_with_result(year)
    assert transfer.date == date(2024, 3, 1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), (date(2024, 1, 1), date(2024, 12, 31))),
        (date(2022, 7, 1), date(2023, 6, 30), (date(2023, 7, 1), date(2024, 6, 30))),
        (date(2022, 7, 1), date(2023, 12, 31), (date(2024, 1, 1), date(2024, 12, 31))),
        (date(2023, 3, 1), date(2024, 2, 29), (date(2024, 3, 1), date(2025, 2, 28))),
        (date(2023, 2, 16), date(2024, 2, 28), (date(2024, 2, 29), date(2025, 2, 28))),
    ],
)
def test_a_year_of_twelve_months_is_proposed_to_follow(start, end, expected):
    assert following_dates(FiscalYear(start=start, end=end)) == expected


def test_the_year_that_follows_ends_before_a_later_one_begins():
    a_fiscal_year(start=date(2024, 7, 1), end=date(2025, 6, 30))
    assert following_dates(a_fiscal_year()) == (date(2024, 1, 1), date(2024, 6, 30))


# Reopening


def test_a_reopened_year_takes_vouchers_again():
    year = an_ordinary_year()
    close_year(year, by=None)
    reopen_year(year, None, "En faktura saknades")
    assert a_posted_voucher(year, RENT).is_posted


def test_reopening_keeps_who_and_why():
    year, treasurer = an_ordinary_year(), a_user("treasurer")
    close_year(year, by=None)
    lock = reopen_year(year, treasurer, "En faktura saknades")
    assert (lock.unlocked_by, lock.unlock_reason) == (treasurer, "En faktura saknades")


def test_reopening_demands_a_reason():
    year = an_ordinary_year()
    close_year(year, by=None)
    with pytest.raises(ValidationError):
        reopen_year(year, None, "")
    assert year.is_closed


def test_an_open_year_is_not_reopened():
    with pytest.raises(ValidationError):
        reopen_year(an_ordinary_year(), None, "En faktura saknades")


def test_a_year_is_not_reopened_while_the_next_one_is_closed():
    year = an_ordinary_year()
    following = close_year(year, by=None).next_year
    a_posted_voucher(following, FEES)
    close_year(following, by=None)
    with pytest.raises(ValidationError, match="2024"):
        reopen_year(year, None, "En faktura saknades")


def test_closing_anew_books_what_came_since():
    year = an_ordinary_year()
    close_year(year, by=None)
    reopen_year(year, None, "En faktura saknades")
    a_posted_voucher(year, RENT)
    closed = close_year(year, by=None)
    assert rows(closed.closing) == [("8999", -40000), ("2069", 40000)]
    assert rows(closed.transfer) == [("2069", -40000), ("2067", 40000)]
    assert closings(closed.next_year) == {"1930": 70000, "2067": -70000}
    assert [voucher.number for voucher in closing_vouchers(year)] == [3, 5]
    assert verify().ok


def test_closing_anew_leaves_the_next_years_own_result_alone():
    year = an_ordinary_year()
    following = close_year(year, by=None).next_year
    a_posted_voucher(following, FEES)
    close_year(following, by=None)
    reopen_year(following, None, "En faktura saknades")
    reopen_year(year, None, "En faktura saknades")
    a_posted_voucher(year, RENT)
    assert rows(close_year(year, by=None).transfer) == [("2069", -40000), ("2067", 40000)]
    close_year(following, by=None)
    assert verify().ok


# What is looked at first


def test_an_ordinary_year_has_only_its_open_months_to_be_told():
    year = an_ordinary_year()
    told = {finding.name: finding.severity for finding in findings(year) if finding.severity != Severity.FINE}
    assert told == {"months": Severity.NOTE}


def test_a_draft_is_a_hindrance_and_is_named():
    year = an_ordinary_year()
    draft = a_draft(year, text="Porto")
    found = next(finding for finding in findings(year) if finding.name == "drafts")
    assert found.severity == Severity.HINDRANCE
    assert "Porto" in found.places[0].text
    assert found.places[0].url == draft.get_absolute_url()


def test_opening_balances_that_do_not_sum_to_zero_are_a_hindrance():
    year = an_ordinary_year()
    an_opening_balance(year, "1910", "1.00")
    assert severity(year, "opening") == Severity.HINDRANCE


def test_a_year_without_opening_balances_is_noted():
    year = a_fiscal_year()
    a_posted_voucher(year)
    assert severity(year, "opening") == Severity.NOTE


def test_an_amount_on_a_suspense_account_is_noted():
    year = an_ordinary_year()
    a_posted_voucher(year, (("2999", "7.00"), ("1930", "-7.00")))
    assert severity(year, "suspense") == Severity.NOTE


def test_the_year_before_is_closed_first():
    an_ordinary_year()
    following = a_fiscal_year(2024)
    a_posted_voucher(following)
    assert severity(following, "previous") == Severity.HINDRANCE


def test_a_year_before_without_vouchers_is_no_hindrance():
    a_fiscal_year(2022)
    assert severity(an_ordinary_year(), "previous") == Severity.FINE


def test_a_year_that_is_not_over_is_not_closed():
    year = a_fiscal_year(timezone.localdate().year)
    a_posted_voucher(year)
    with pytest.raises(ValidationError):
        close_year(year, by=None)


def test_numbers_missing_from_an_import_are_noted():
    year = a_fiscal_year()
    series = a_series(year)
    an_account("1930"), an_account("3900")
    NumberGap.objects.create(series=series, first=1, last=6, reason="saknas i filen")
    facts = a_voucher_numbered(7)
    assert list(post_many(year, [facts], by="import")) == [1]
    assert severity(year, "numbering") == Severity.NOTE


def a_voucher_numbered(number):
    from finance.digest import CanonicalRow

    return VoucherFacts(
        series="A",
        date=date(2023, 1, 1),
        text="Avgift",
        rows=[CanonicalRow("1930", 100), CanonicalRow("3900", -100)],
        number=number,
    )


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["3900", "5010", "8310", "1910", "2440", "2067"]),
            st.integers(min_value=-(10**9), max_value=10**9).filter(bool),
        ),
        max_size=6,
    )
)
def test_every_balance_is_carried_and_equity_grows_by_the_result(db, events):
    with transaction.atomic():
        year = a_fiscal_year()
        for account, ore in events:
            amounts = [str(from_ore(each).amount) for each in (ore, -ore)]
            a_posted_voucher(year, ((account, amounts[0]), ("1930", amounts[1])))
        result = trial_balance(year).result
        following = close_year(year, by=None).next_year
        before, after = trial_balance(year), trial_balance(following)
        assert {
            b.account.number: b.closing
            for b in before.balances
            if b.account.kind in BALANCE_KINDS and b.closing
        } == opening(following)
        other = -sum(ore for account, ore in events if account == "2067")
        assert before.equity_closing == before.equity_opening + result + other
        assert after.difference == 0
        assert verify().ok
        transaction.set_rollback(True)


def test_an_account_of_the_close_that_is_missing_is_made_with_its_name():
    year = a_fiscal_year()
    a_posted_voucher(year, FEES)
    close_year(year, by=None)
    assert Account.objects.get(number="8999").name == "Årets resultat"
