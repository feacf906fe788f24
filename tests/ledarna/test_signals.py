from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.models import FiscalYear
from ledarna.figures import Reading, figures_of
from ledarna.signals import RULES, Light, Signal, light_of, signals
from tests.factories import (
    a_budget,
    a_fiscal_year,
    a_member_count,
    a_posted_voucher,
    an_opening_balance,
)
from tests.pages import main_of, reader

BUDGET, EQUITY, LIQUIDITY, MEMBERS = (rule.key for rule in RULES)


def lights(year: FiscalYear) -> dict[str, Signal]:
    reading = Reading(year)
    return {signal.key: signal for signal in signals(reading, figures_of(year, reading=reading))}


def a_year(spent: str, opening: str = "1000.00") -> FiscalYear:
    """A year that spent *spent* of the 1 000 kr it budgeted, and began with *opening* in the bank."""
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", opening)
    an_opening_balance(year, "2067", f"-{opening}")
    a_posted_voucher(year, (("5800", spent), ("1930", f"-{spent}")))
    a_budget(year, (("5800", "1000.00"),))
    return year


@given(st.sampled_from(RULES), st.decimals(-200, 200, places=2))
def test_more_of_a_measure_is_never_a_worse_light(rule: object, value: Decimal) -> None:
    order = [Light.ACT, Light.WATCH, Light.IN_ORDER]
    assert order.index(light_of(rule, value)) <= order.index(light_of(rule, value + 1))  # type: ignore[arg-type]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("spent", "light"),
    [
        ("900.00", Light.IN_ORDER),
        ("1020.00", Light.IN_ORDER),
        ("1021.00", Light.WATCH),
        ("1101.00", Light.ACT),
    ],
)
def test_the_budget_is_held_against_its_rule(spent: str, light: Light) -> None:
    assert lights(a_year(spent, "9000.00"))[BUDGET].light == light


@pytest.mark.django_db
def test_a_light_says_its_measure_and_its_rule() -> None:
    signal = lights(a_year("1000.00", "1400.00"))[EQUITY]
    assert (signal.light, signal.word) == (Light.WATCH, "bevakas")
    assert signal.sentence.replace("\u00a0", " ") == "Eget kapital är 40 % av periodens kostnader."
    assert "50" in signal.rule
    assert "25" in signal.rule
    assert signal.href == "/year/2023/figures/finance.equity_closing/"


@pytest.mark.django_db
def test_liquidity_is_measured_in_months_of_costs() -> None:
    assert lights(a_year("1200.00", "1400.00"))[LIQUIDITY].sentence == (
        "Kassa och bank räcker till 2 månaders kostnader."
    )


@pytest.mark.django_db
def test_fewer_members_are_to_be_watched() -> None:
    a_member_count(date(2023, 1, 1), 100)
    a_member_count(date(2023, 12, 31), 99)
    assert lights(a_fiscal_year(2023))[MEMBERS].light == Light.WATCH


@pytest.mark.django_db
def test_what_cannot_be_measured_is_unknown_with_the_reason() -> None:
    for signal in lights(a_fiscal_year(2023)).values():
        assert signal.light == Light.UNKNOWN
        assert signal.sentence.endswith(".")


@pytest.mark.django_db
def test_nothing_is_held_against_zero() -> None:
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "0")
    a_posted_voucher(year, (("1930", "9.00"), ("3900", "-9.00")))
    found = lights(year)
    assert found[EQUITY].light == found[LIQUIDITY].light == Light.UNKNOWN


@pytest.mark.django_db
def test_the_page_writes_the_word_beside_the_light() -> None:
    a_year("1000.00", "1400.00")
    assert "bevakas Eget kapital sista dagen" in main_of(
        reader().get("/year/2023/")
    ) or "bevakas Eget kapital" in (main_of(reader().get("/year/2023/")))
