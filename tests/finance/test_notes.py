"""Notes to the annual accounts, as far as the books can tell them."""

import pytest

from finance.layout import Role
from finance.notes import notes_report
from tests.factories import a_fiscal_year, a_posted_voucher, an_opening_balance

pytestmark = pytest.mark.django_db


def sentences(report):
    return [entry.name for entry in report.entries if entry.role == Role.TEXT]


def titles(report):
    return [entry.name for entry in report.entries if entry.role == Role.HEADING]


def test_every_item_with_accounts_has_a_note_with_its_sum():
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "100")
    a_posted_voucher(year, (("3985", "-70"), ("3980", "-30"), ("1930", "100")))
    report = notes_report(year)
    assert "Not 2. Gåvor och bidrag" in titles(report)
    assert report.amount("2-account-3985") == 70_00
    assert report.amount("2-gifts-and-grants") == 100_00


def test_what_the_books_cannot_tell_has_a_note_that_says_why():
    said = " ".join(sentences(notes_report(a_fiscal_year(2023))))
    for word in ("anställning", "anläggningstillgångar", "inte bokförda"):
        assert word in said


def test_below_the_limit_of_k1_the_note_says_so():
    year = a_fiscal_year(2023)
    a_posted_voucher(year, (("3900", "-3000000"), ("1930", "3000000")))
    (said,) = [each for each in sentences(notes_report(year)) if "BFL 6:3" in each]
    assert "högst" in said


def test_above_the_limit_of_k1_the_note_names_the_other_rules():
    year = a_fiscal_year(2023)
    a_posted_voucher(year, (("3900", "-3000000.01"), ("1930", "3000000.01")))
    (said,) = [each for each in sentences(notes_report(year)) if "BFL 6:3" in each]
    assert "BFNAR 2017:3" in said


def test_without_vouchers_nothing_is_said_of_the_limit():
    assert not [each for each in sentences(notes_report(a_fiscal_year(2023))) if "BFL 6:3" in each]
