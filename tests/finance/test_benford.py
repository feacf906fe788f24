"""The first digits of a year's amounts."""

from decimal import Decimal

import pytest

from finance.benford import FEWEST, benford
from tests.factories import a_draft, a_fiscal_year
from tests.finance.books import a_ledger, book, facts

pytestmark = pytest.mark.django_db


def test_each_first_digit_of_the_posted_debit_rows_is_counted():
    year = a_ledger()
    book(year, (facts(ore=ore) for ore in (1, 19_00, 1_234_56, 2_00, 95)))
    a_draft(year)
    found = benford(year)
    assert found.amounts == 5
    assert [digit.count for digit in found.digits] == [3, 1, 0, 0, 0, 0, 0, 0, 1]


def test_what_is_expected_follows_the_law():
    year = a_ledger()
    book(year, (facts(ore=100) for _ in range(1_000)))
    found = benford(year)
    assert [digit.expected for digit in found.digits] == [
        Decimal(n) for n in ("301.0", "176.1", "124.9", "96.9", "79.2", "66.9", "58.0", "51.2", "45.8")
    ]
    assert found.digits[0].difference == Decimal("699.0")


def test_amounts_that_follow_the_law_are_said_to_be_as_usual():
    year = a_ledger()
    book(year, (facts(ore=int(10 ** (3 + n / 500))) for n in range(500)))
    found = benford(year)
    assert found.chi_square < 1
    assert found.sentence.startswith("Siffrorna är som de brukar")


def test_amounts_that_do_not_are_said_to_differ():
    year = a_ledger()
    book(year, (facts(ore=900 + n) for n in range(FEWEST)))
    assert benford(year).sentence.startswith("Siffrorna skiljer sig")


def test_from_few_amounts_nothing_is_concluded():
    year = a_ledger()
    book(year, (facts(ore=900 + n) for n in range(FEWEST - 1)))
    assert benford(year).sentence.startswith("Året har för få belopp")


def test_a_year_without_vouchers_has_no_digits():
    found = benford(a_fiscal_year())
    assert (found.amounts, found.chi_square) == (0, Decimal("0.00"))
