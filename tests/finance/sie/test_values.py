"""Amounts, dates, periods, quantities."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.sie import values
from finance.sie.values import Unreadable


@pytest.mark.parametrize(
    ("text", "ore"),
    [
        ("0", 0),
        ("100", 10000),
        ("-133", -13300),
        ("1777.5", 177750),
        ("-26054.33", -2605433),
        (".50", 50),
        ("-.05", -5),
        (".00", 0),
        ("5.", 500),
        ("-0.00", 0),
    ],
)
def test_an_amount_in_form_is_read_without_a_note(text: str, ore: int) -> None:
    assert values.amount(text) == (ore, None)


@pytest.mark.parametrize(
    ("text", "ore", "odd"),
    [
        ("12,50", 1250, "amount_comma"),
        ("-12,5", -1250, "amount_comma"),
        ("0,500", 50, "amount_comma"),
        ("+5.00", 500, "amount_plus"),
        ("10.000000", 1000, "amount_zeros"),
        ("-49999.000", -4999900, "amount_zeros"),
        ("1 234.50", 123450, "amount_blanks"),
        ("1 234 567", 123456700, "amount_blanks"),
        ("-1\u00a0234,50", -123450, "amount_blanks"),
        ("1.234,50", 123450, "amount_blanks"),
        ("1,234.50", 123450, "amount_blanks"),
        ("500-", -50000, "amount_minus"),
        ("\u2212500", -50000, "amount_minus"),
    ],
)
def test_an_odd_amount_that_can_be_read_in_one_way_is_read_with_a_note(text: str, ore: int, odd: str) -> None:
    assert values.amount(text) == (ore, odd)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "amount_unreadable"),
        (" ", "amount_unreadable"),
        ("-", "amount_unreadable"),
        (".", "amount_unreadable"),
        ("+-5", "amount_unreadable"),
        ("1_000", "amount_unreadable"),
        ("1e3", "amount_unreadable"),
        ("-1.13E-13", "amount_unreadable"),
        ("NaN", "amount_unreadable"),
        ("1.2.3", "amount_unreadable"),
        ("12 34.50", "amount_unreadable"),
        ("٣٤", "amount_unreadable"),
        ("2²", "amount_unreadable"),
        ("12,500", "amount_ambiguous"),
        ("1.005", "amount_parts_of_ore"),
        ("0.001", "amount_parts_of_ore"),
        ("9" * 16, "amount_too_large"),
        ("9" * 5000, "amount_too_large"),
    ],
)
def test_an_amount_that_is_not_certain_is_an_error(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as caught:
        values.amount(text)
    assert caught.value.code == code


@settings(deadline=None)
@given(st.integers(-(10**16), 10**16))
def test_an_amount_written_is_read_back(ore: int) -> None:
    assert values.amount(values.amount_text(ore)) == (ore, None)


@settings(deadline=None)
@given(st.text(alphabet="0123456789.,-+ eE_'", max_size=12) | st.text(max_size=12))
def test_no_text_makes_an_amount_fail_otherwise_than_by_unreadable(text: str) -> None:
    try:
        ore, _odd = values.amount(text)
    except Unreadable:
        return
    assert isinstance(ore, int)


@settings(deadline=None)
@given(st.text(alphabet="0123456789.-", max_size=8))
def test_the_quick_way_agrees_with_decimal(text: str) -> None:
    plain = values.plain_amount(text)
    if plain is not None:
        assert Decimal(text) * 100 == plain


@pytest.mark.parametrize(
    "text", ["2011-08-24", "2011/8/24", "2011.08.24", "2011-08-24 00:00:00", "2011-08-24T12:30"]
)
def test_a_date_in_another_unmistakable_form_is_read(text: str) -> None:
    assert values.day(text) == (date(2011, 8, 24), False)


def test_a_date_in_form_is_read() -> None:
    assert values.day("20110824") == (date(2011, 8, 24), True)


@pytest.mark.parametrize("text", ["", "0", "00000000"])
def test_zeros_are_no_date(text: str) -> None:
    assert values.day(text)[0] is None


@pytest.mark.parametrize(
    "text", ["20110231", "110824", "24/8 2011", "idag", "2011-8-24x", "２０１１０８２４", "1" * 500]
)
def test_what_is_no_day_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        values.day(text)


@pytest.mark.parametrize(
    ("text", "first"),
    [("202301", date(2023, 1, 1)), ("2023-12", date(2023, 12, 1)), ("20230131", date(2023, 1, 1))],
)
def test_a_period_is_the_first_day_of_its_month(text: str, first: date) -> None:
    assert values.month(text) == first


@pytest.mark.parametrize("text", ["202313", "2023", "", "jan", "000001"])
def test_what_is_no_month_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        values.month(text)


@pytest.mark.parametrize(
    ("text", "value"), [("4885.5", "4885.5"), ("10.000000", "10"), ("-3", "-3"), ("1,5", "1.5")]
)
def test_a_quantity_is_exact(text: str, value: str) -> None:
    assert values.quantity(text) == Decimal(value)


@pytest.mark.parametrize("text", ["tre", "1e9", "1.2.3", "9" * 40])
def test_what_is_no_quantity_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable):
        values.quantity(text)
