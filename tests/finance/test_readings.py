"""Two readings of the same books, and the vouchers that make the difference."""

from datetime import date, datetime

import pytest
from django.utils import timezone

from finance import readings
from finance.models import OpeningBalance
from finance.posting import post
from finance.readings import Moment, changes_page, changes_table
from finance.statements import trial_balance
from finance.sums import opening_sums
from tests.factories import a_draft, a_fiscal_year, an_account, an_opening_balance

pytestmark = pytest.mark.django_db

END = date(2023, 12, 31)


def posted(day: date, at: date, rows=(("5010", "100"), ("1930", "-100"))):
    moment = timezone.make_aware(datetime(at.year, at.month, at.day, 12))
    return post(a_draft(a_fiscal_year(2023), rows, day=day), by="kassor", at=moment)


@pytest.fixture
def year():
    year = a_fiscal_year(2023)
    posted(date(2023, 1, 10), date(2023, 1, 11))
    posted(date(2023, 1, 20), date(2023, 3, 1), (("3900", "-250"), ("1930", "250")))
    posted(date(2023, 5, 5), date(2023, 5, 6))
    return year


def told(page):
    return [(change.sign, str(change.voucher), change.result, change.cash) for change in page.changes]


def test_what_was_posted_later_came(year):
    page = changes_page(year, Moment(END, date(2023, 2, 28)), Moment(END, date(2023, 4, 30)))
    assert told(page) == [(1, "A 2", 250_00, 250_00)]


def test_what_happened_later_than_the_second_reading_went(year):
    page = changes_page(year, Moment(END), Moment(date(2023, 4, 30)))
    assert told(page) == [(-1, "A 3", 100_00, 100_00)]


def test_a_voucher_of_an_earlier_day_that_was_posted_later_is_seen_by_its_posting(year):
    first = Moment(date(2023, 1, 31), date(2023, 2, 1))
    assert told(changes_page(year, first, Moment(date(2023, 1, 31)))) == [(1, "A 2", 250_00, 250_00)]


def test_the_same_reading_twice_has_no_change(year):
    page = changes_page(year, Moment(END), Moment(END))
    assert (page.changes, page.count, page.end) == ((), 0, None)


@pytest.mark.parametrize("known", [date(2022, 1, 1), date(2023, 1, 11), date(2023, 3, 1), None])
@pytest.mark.parametrize("end", [date(2023, 1, 15), date(2023, 5, 4), END])
def test_the_vouchers_come_to_what_the_figures_differ_by(year, known, end):
    first, second = Moment(end, known), Moment(END, date(2023, 5, 5))
    before, after = (trial_balance(year, each.end, known=each.known) for each in (first, second))
    page = changes_page(year, first, second)
    assert sum(change.result for change in page.changes) == after.result - before.result
    assert sum(change.cash for change in page.changes) == after.liquidity - before.liquidity


def test_pages_follow_one_another(year, monkeypatch):
    monkeypatch.setattr(readings, "PER_PAGE", 2)
    whole = Moment(END, date(2022, 1, 1)), Moment(END)
    first = changes_page(year, *whole)
    second = changes_page(year, *whole, after=first.end)
    assert [len(first.changes), len(second.changes), first.count] == [2, 1, 3]
    assert second.end is None


def test_the_table_has_all_that_changed(year):
    rows = list(changes_table(year, Moment(END, date(2022, 1, 1)), Moment(END)).rows)
    assert [(row[1], row[5], row[6]) for row in rows] == [
        ("A 1", -100_00, -100_00),
        ("A 2", 250_00, 250_00),
        ("A 3", -100_00, -100_00),
    ]


def test_a_page_takes_few_queries(year, django_assert_num_queries):
    with django_assert_num_queries(3):
        changes_page(year, Moment(END, date(2022, 1, 1)), Moment(END))


def test_an_opening_balance_is_known_from_the_day_on_which_it_was_entered():
    year = a_fiscal_year(2023)
    balance = an_opening_balance(year, "1930", "10")
    today = timezone.localdate()
    assert opening_sums(year, today) == opening_sums(year) == {an_account("1930").pk: 10_00}
    assert opening_sums(year, date(2020, 1, 1)) == {}
    OpeningBalance.objects.filter(pk=balance.pk).delete()
    assert opening_sums(year, today) == {}


def test_what_another_year_began_with_is_left_out():
    an_opening_balance(a_fiscal_year(2022), "1930", "10")
    assert opening_sums(a_fiscal_year(2023), timezone.localdate()) == {}
