"""The chart of accounts: numbers, and the kind that follows from them."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation

from finance.models import Account
from finance.models.accounts import Kind, kind_of, natural_sign
from tests.factories import an_account

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("1930", Kind.ASSET),
        ("100", Kind.ASSET),
        ("2067", Kind.EQUITY),
        ("2099", Kind.EQUITY),
        ("2440", Kind.LIABILITY),
        ("2100", Kind.LIABILITY),
        ("3900", Kind.INCOME),
        ("4010", Kind.COST),
        ("7999", Kind.COST),
        ("8310", Kind.FINANCIAL),
        ("899999", Kind.FINANCIAL),
    ],
)
def test_the_kind_follows_from_the_number(number, kind):
    assert an_account(number).kind == kind


def test_a_number_that_says_no_kind_needs_one_to_be_chosen():
    assert kind_of("9100") is None
    with pytest.raises(ValidationError, match="Välj kontots slag"):
        Account(number="9100", name="Internt").full_clean()
    Account(number="9100", name="Internt", kind=Kind.COST).full_clean()


def test_a_chosen_kind_holds_against_the_number():
    assert an_account("2018", kind=Kind.LIABILITY).kind == Kind.LIABILITY


@pytest.mark.parametrize("number", ["19", "1930000", "0193", "19a0", "19 0", "-193", "1930.0", "１９３０"])
def test_a_number_has_three_to_six_digits(number):
    with pytest.raises(ValidationError, match="tre till sex siffror"):
        Account(number=number, name="x", kind=Kind.ASSET).full_clean()


@pytest.mark.parametrize("number", ["19", "0193", "19a0", " 193"])
def test_the_database_refuses_such_a_number_as_well(number):
    with pytest.raises(DatabaseError), transaction.atomic():
        Account.objects.bulk_create([Account(number=number, name="x", kind=Kind.ASSET)])


def test_a_number_is_used_once():
    an_account("1930")
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.create(number="1930", name="En till")


def test_accounts_are_sorted_as_text():
    for number in ("1930", "191", "19310"):
        an_account(number)
    assert [account.number for account in Account.objects.all()] == ["191", "1930", "19310"]


def test_assets_and_costs_grow_by_debit_and_the_rest_by_credit():
    assert {kind: natural_sign(kind) for kind in Kind} == {
        Kind.ASSET: 1,
        Kind.COST: 1,
        Kind.LIABILITY: -1,
        Kind.EQUITY: -1,
        Kind.INCOME: -1,
        Kind.FINANCIAL: -1,
    }


def test_the_name_follows_the_language_of_the_screen_where_there_is_one():
    account = an_account("1930", "Bank", name_en="Bank account")
    assert str(account) == "1930 Bank"
    with translation.override("en"):
        assert str(account) == "1930 Bank account"
        assert an_account("1940", "Kassa").local_name == "Kassa"


def test_the_accounts_of_the_result_leave_out_those_that_hold_the_result_itself():
    for number in ("1930", "3900", "5010", "8310", "8999"):
        an_account(number)
    assert [account.number for account in Account.objects.of_result()] == ["3900", "5010", "8310"]
