from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from finance.models import FiscalYear
from ledarna.example import load_example
from ledarna.figures import figures_of
from ledarna.overview import overview
from tests.factories import a_fiscal_year, a_member_count, a_posted_voucher, an_opening_balance
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db


def test_each_year_says_what_its_own_figures_say() -> None:
    list(load_example())
    year = FiscalYear.objects.get(label="2023")
    figures = figures_of(year)
    for row in overview(year).rows:
        assert row.values[-1] == figures[row.key].value, row.key


def test_equity_is_no_share_of_assets_that_are_not_there() -> None:
    year = a_fiscal_year(2023)
    an_opening_balance(year, "2067", "-70.00")
    an_opening_balance(year, "2440", "70.00")
    assert figures_of(year)["finance.solidity"].reason == (
        "Det finns inga tillgångar att jämföra det egna kapitalet med."
    )
    assert {row.key: row.values for row in overview(year).rows}["finance.solidity"] == (None,)


def test_what_cannot_be_derived_is_a_dash_and_never_zero() -> None:
    rows = {row.key: row for row in overview(a_fiscal_year(2023)).rows}
    assert all(row.values == (None,) and row.texts == ["–"] for row in rows.values())


def test_the_years_stand_in_their_order_with_their_members() -> None:
    for number, members in ((2021, 100), (2022, 110), (2023, 99)):
        a_fiscal_year(number)
        a_member_count(date(number, 12, 31), members)
    columns = overview(a_fiscal_year(2023)).columns
    assert [column.year.label for column in columns] == ["2021", "2022", "2023"]
    assert [column.growth for column in columns] == [None, Decimal("10.00"), Decimal("-10.00")]


def test_the_number_of_queries_does_not_grow_with_the_years(django_assert_num_queries: Any) -> None:
    for number in (2021, 2022, 2023):
        a_posted_voucher(a_fiscal_year(number), day=date(number, 2, 1))
    for year in (a_fiscal_year(2021), a_fiscal_year(2023)):
        with django_assert_num_queries(8):
            overview(year).rows  # noqa: B018


def test_the_page_shows_the_years_with_the_latest_first() -> None:
    a_posted_voucher(a_fiscal_year(2022), (("5800", "7.00"), ("1930", "-7.00")), day=date(2022, 2, 1))
    a_posted_voucher(a_fiscal_year(2023), (("5800", "9.00"), ("1930", "-9.00")), day=date(2023, 2, 1))
    page = main_of(reader().get("/year/2023/years/"))
    assert "Uppgift 2023 2022" in page
    assert "Kostnader 9 7" in page
    assert "Varje år gav underskott" in page
