"""Cells to days, counts, amounts: as people type them, and nothing else."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from finance.money import from_ore
from finance.presentation import format_amount, format_count
from ledarna.tables.cells import (
    Kind,
    change_of,
    count_of,
    day_of,
    ore_of,
    percent_of,
    value_of,
    year_end_of,
    yes_or_no,
)
from ledarna.tables.columns import Column, check_choice, guess
from ledarna.tables.grid import Fault, read_grid
from ledarna.tables.kinds import KINDS, MEMBER_COUNTS
from tests.ledarna.tables import csv_of

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))


@given(DAYS)
def test_a_day_is_read_in_every_way_it_is_typed(day):
    for typed in (
        f"{day:%Y-%m-%d}",
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d} 14:05:00",
        f"{day:%Y-%m-%d}T14:05:00",
        f"{day:%Y/%m/%d}",
        f"{day.day}/{day.month} {day.year}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f" {day:%Y-%m-%d}\u00a0",
    ):
        assert day_of(typed) == day
    assert day_of(Decimal(f"{day:%Y%m%d}")) == day
    assert day_of(day) == day


@pytest.mark.parametrize(
    "typed", ["", "igår", "2023-02-30", "12/31 2023", "231231", "2023", "45291", "2023-12-31x", "0001-01-01"]
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValidationError):
        day_of(typed)


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_an_amount_is_read_as_it_is_shown(ore):
    shown = format_amount(from_ore(ore))
    assert ore_of(shown) == ore_of(f"{shown} kr") == ore_of(shown.replace("\u00a0", " ")) == ore
    assert ore_of(str(Decimal(ore) / 100)) == ore
    assert ore_of(Decimal(ore).scaleb(-2)) == ore


@pytest.mark.parametrize("typed", ["1,005", "1.000,00", "x", "1e3", Decimal("0.001"), "--1", ""])
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(ValidationError):
        ore_of(typed)


@given(st.integers(min_value=0, max_value=2_147_483_647))
def test_a_count_is_read_as_it_is_shown(number):
    assert count_of(format_count(number)) == count_of(str(number)) == count_of(Decimal(number)) == number
    assert count_of(f"{number},0") == number
    assert change_of(f"−{format_count(number)}") == -number
    assert change_of(f"+{number}") == number


@pytest.mark.parametrize("typed", ["1,5", "-1", "8.388", "två", Decimal("1.5"), "2147483648", "1 00", True])
def test_what_is_no_count_is_refused(typed):
    with pytest.raises(ValidationError):
        count_of(typed)


def test_shares_years_and_answers_are_read():
    assert percent_of("3,54 %") == percent_of(Decimal("3.54")) == Decimal("3.54")
    assert year_end_of(Decimal(2023)) == year_end_of("2023") == date(2023, 12, 31)
    assert year_end_of("2023-06-30") == date(2023, 6, 30)
    assert [yes_or_no(said) for said in ("Ja", "x", Decimal(1), True, "nej", Decimal(0), False)] == [
        True
    ] * 4 + [False] * 3
    with pytest.raises(ValidationError):
        yes_or_no("kanske")
    with pytest.raises(ValidationError):
        percent_of("3,545")


def test_a_fault_is_said_wherever_it_is_read():
    with pytest.raises(ValidationError, match="trasig"):
        value_of(Fault("trasig"), Kind.TEXT)


@given(st.text(max_size=30), st.sampled_from(list(Kind)))
def test_any_text_is_read_or_refused_in_words(text, kind):
    with suppress(ValidationError):
        value_of(text or None, kind)


class TestHeaders:
    def test_the_header_is_found_under_what_stands_above_it(self):
        grid = read_grid(csv_of(("Förening", "Ledarna"), ("Datum", "Antal"), ("2023-12-31", "1")))
        assert guess(grid, MEMBER_COUNTS) == (1, {0: "date", 1: "count"})

    @pytest.mark.parametrize(
        "header", [("DATUM", "Antal medlemmar"), ("Date", "Members"), ("datum:", "ANTAL ")]
    )
    def test_headers_are_known_in_both_languages_and_any_writing(self, header):
        grid = read_grid(csv_of(header, ("2023-12-31", "1")))
        assert guess(grid, MEMBER_COUNTS)[1] == {0: "date", 1: "count"}

    def test_a_header_that_stands_twice_is_read_once(self):
        grid = read_grid(csv_of(("Datum", "Datum", "Antal"), ("2023-12-31", "", "1")))
        assert guess(grid, MEMBER_COUNTS)[1] == {0: "date", 2: "count"}

    def test_a_missing_column_is_named(self):
        with pytest.raises(ValidationError, match="Medlemmar"):
            check_choice({0: "date"}, MEMBER_COUNTS)

    @pytest.mark.django_db
    @pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.key)
    def test_no_header_is_known_by_two_columns(self, kind):
        from ledarna.tables.columns import plain

        columns: list[Column] = list(kind.columns({}))
        names = [
            {plain(name) for name in (column.key, str(column.title), *column.names)} for column in columns
        ]
        assert sum(map(len, names)) == len(set().union(*names))
