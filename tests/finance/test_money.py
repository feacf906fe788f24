"""Money is exact to the öre wherever it is kept, summed, compared, written or typed."""

from contextlib import suppress
from decimal import Decimal

import pytest
from babel.numbers import format_decimal
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max, Min, Sum
from django.utils import translation
from djmoney.money import Money
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from finance.models import BudgetLine, OpeningBalance
from finance.money import (
    LARGEST_ORE,
    AmountField,
    AmountFormField,
    from_ore,
    in_kronor,
    kronor,
    ore_of,
    parse_amount,
    to_ore,
)
from finance.presentation import LOCALES, MINUS, format_amount, format_count
from tests.factories import a_budget, a_fiscal_year, an_account, an_opening_balance

ore = st.integers(min_value=-LARGEST_ORE, max_value=LARGEST_ORE)
in_one_transaction = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def refusal(text):
    with pytest.raises(ValidationError) as refused:
        parse_amount(text)
    return refused.value.messages[0]


def as_cldr(value, pattern, locale):
    return format_decimal(value, format=pattern, locale=locale).replace("-", MINUS)


# Python


@given(ore)
def test_ore_become_money_and_the_same_ore_again(amount):
    assert to_ore(from_ore(amount)) == amount


@given(ore, st.sampled_from(["sv", "en"]))
def test_what_the_screen_shows_can_be_typed_in_swedish_and_is_the_same_amount(amount, language):
    with translation.override("sv"):
        assert to_ore(parse_amount(format_amount(from_ore(amount)))) == amount


@given(ore, st.sampled_from(["sv", "en"]), st.booleans())
def test_the_screen_writes_amounts_and_counts_as_cldr_does(amount, language, with_ore):
    value, locale = in_kronor(amount), LOCALES[language]
    pattern = "#,##0.00" if with_ore or amount % 100 else "#,##0"
    with translation.override(language):
        assert format_amount(value, ore=with_ore) == as_cldr(value, pattern, locale)
        assert format_count(amount) == as_cldr(amount, "#,##0", locale)


@given(ore)
def test_what_a_form_shows_can_be_sent_back_unchanged(amount):
    field = AmountFormField()
    shown = field.prepare_value(from_ore(amount))
    assert to_ore(field.clean(shown)) == amount
    assert not field.has_changed(from_ore(amount), shown)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 928 072,00", 192807200),
        ("1928072.00", 192807200),
        ("1 928 072 kr", 192807200),
        ("1\u00a0928\u202f072 SEK", 192807200),
        ("−15,5", -1550),
        ("- 15,50", -1550),
        ("+15", 1500),
        ("0", 0),
        ("007", 700),
    ],
)
def test_an_amount_is_taken_as_people_write_it(text, expected):
    assert to_ore(parse_amount(text)) == expected


@pytest.mark.parametrize(
    "text", ["12a", "", "kr", "1 23,00", "1,928,072", "1.928.072", "12,", ",50", "1e3", "--1", "NaN", "²"]
)
def test_what_is_no_amount_or_could_mean_two_is_refused_in_words(text):
    assert refusal(text) == f"”{text}” är inget belopp. Skriv det som 1 928 072,00."


def test_a_third_decimal_is_refused_in_words():
    assert refusal("15,005") == "15,005 har en del av ett öre. Skriv högst två decimaler."


def test_an_amount_larger_than_the_database_holds_is_refused_in_words():
    assert "större än" in refusal("92233720368547758,08")
    assert to_ore(parse_amount("92233720368547758,07")) == LARGEST_ORE


@pytest.mark.parametrize("value", [1.5, True, 0.1])
def test_a_float_is_refused_even_where_it_looks_exact(value):
    with pytest.raises(ValidationError):
        to_ore(value)


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity"), Decimal("0.001"), "x", None, []])
def test_what_is_no_finite_amount_of_whole_ore_is_refused(value):
    with pytest.raises(ValidationError):
        to_ore(value)


def test_another_currency_is_refused():
    with pytest.raises(ValidationError, match="EUR"):
        to_ore(Money("1.00", "EUR"))


# Forms


class Form(forms.Form):
    amount = AmountFormField()


def test_a_form_says_at_the_field_what_is_wrong_with_an_amount():
    form = Form({"amount": "12,345"})
    assert form.errors["amount"] == ["12,345 har en del av ett öre. Skriv högst två decimaler."]


def test_a_form_field_that_must_be_filled_in_says_so():
    assert Form({"amount": " "}).errors["amount"]


def test_an_optional_amount_left_empty_is_none_and_not_zero():
    assert AmountFormField(required=False).clean("") is None


def test_another_way_of_writing_the_same_amount_is_no_change():
    assert not AmountFormField().has_changed(kronor("1500.00"), "1 500 kr")
    assert AmountFormField().has_changed(kronor("1500.00"), "1 500,01")
    assert AmountFormField().has_changed(kronor("1500.00"), "femton")


def test_a_model_field_becomes_a_form_field_that_understands_amounts():
    assert isinstance(AmountField().formfield(), AmountFormField)


# The database, on either engine


@pytest.mark.django_db
@in_one_transaction
@given(ore)
@example(LARGEST_ORE)
@example(-LARGEST_ORE)
@example(1)
def test_an_amount_comes_back_from_the_database_as_it_went_in(amount):
    year = a_fiscal_year()
    balance, _ = OpeningBalance.objects.update_or_create(
        fiscal_year=year, account=an_account(), defaults={"amount": from_ore(amount)}
    )
    balance.refresh_from_db()
    assert balance.amount == from_ore(amount)
    assert OpeningBalance.objects.filter(amount=from_ore(amount)).count() == 1


@pytest.mark.django_db
@in_one_transaction
@given(st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=12))
@example([1] * 12)
@example([10**15, 1, -(10**15)])
def test_a_sum_is_exact_to_the_ore(amounts):
    with transaction.atomic():
        budget = a_budget(in_force=False)
        BudgetLine.objects.bulk_create(
            BudgetLine(budget=budget, account=an_account("5010"), amount=from_ore(amount))
            for amount in amounts
        )
        found = budget.lines.aggregate(
            sum=Sum("amount"), ore=Sum(ore_of("amount")), least=Min("amount"), most=Max("amount")
        )
        transaction.set_rollback(True)
    assert found == {
        "sum": from_ore(sum(amounts)),
        "ore": sum(amounts),
        "least": from_ore(min(amounts)),
        "most": from_ore(max(amounts)),
    }


@pytest.mark.django_db
def test_a_sum_over_nothing_is_none_and_not_zero():
    assert BudgetLine.objects.aggregate(sum=Sum("amount")) == {"sum": None}


@pytest.mark.django_db
def test_a_filter_takes_kronor_and_compares_ore():
    year = a_fiscal_year()
    for number, amount in [("1930", "0.09"), ("1940", "0.10"), ("1950", "-0.11")]:
        an_opening_balance(year, number, amount)
    balances = OpeningBalance.objects.order_by("amount")
    assert [b.account.number for b in balances.filter(amount__gt=Decimal("0.09"))] == ["1940"]
    assert [b.account.number for b in balances.filter(amount__lt=0)] == ["1950"]
    assert [b.account.number for b in balances.filter(amount__range=(kronor("-0.11"), kronor("0.09")))] == [
        "1950",
        "1930",
    ]


@pytest.mark.django_db
def test_a_filter_with_a_part_of_an_ore_is_refused_rather_than_rounded():
    with pytest.raises(ValidationError):
        OpeningBalance.objects.filter(amount=Decimal("0.001")).exists()


@pytest.mark.django_db
def test_an_amount_can_be_copied_from_another_column_but_not_reckoned_with():
    balance = an_opening_balance(a_fiscal_year(), "1930", "15.00")
    OpeningBalance.objects.update(amount=F("amount"))
    balance.refresh_from_db()
    assert balance.amount == kronor("15.00")


@pytest.mark.django_db
def test_a_part_of_an_ore_is_refused_before_it_is_saved():
    with pytest.raises(ValidationError, match="del av ett öre"), transaction.atomic():
        an_opening_balance(a_fiscal_year(), "1930", "0.001")
    assert not OpeningBalance.objects.exists()


@pytest.mark.django_db
def test_validating_a_model_says_at_the_field_what_is_wrong_with_the_amount():
    balance = OpeningBalance(fiscal_year=a_fiscal_year(), account=an_account(), amount=Decimal("1.005"))
    with pytest.raises(ValidationError) as refused:
        balance.full_clean()
    assert list(refused.value.message_dict) == ["amount"]


@pytest.mark.django_db
def test_the_database_itself_keeps_no_part_of_an_ore():
    """SQLite would keep it, so its guard refuses; PostgreSQL's column cannot hold it."""
    balance = an_opening_balance(a_fiscal_year(), "1930", "15.00")
    with connection.cursor() as cursor:
        with suppress(IntegrityError), transaction.atomic():
            cursor.execute("UPDATE finance_openingbalance SET amount = 0.4 WHERE id = %s", [balance.pk])
        cursor.execute("SELECT amount FROM finance_openingbalance")
        assert cursor.fetchone() == ((1500,) if connection.vendor == "sqlite" else (0,))


@pytest.mark.django_db
def test_a_serialised_amount_is_kronor_with_two_decimals():
    balance = an_opening_balance(a_fiscal_year(), "1930", "-1420611.00")
    assert AmountField.value_to_string(OpeningBalance._meta.get_field("amount"), balance) == "-1420611.00"
