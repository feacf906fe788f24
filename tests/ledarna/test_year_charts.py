import re
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from finance.models import FiscalYear
from ledarna.charts import drawing
from ledarna.charts.finance import (
    income_and_costs,
    liquidity,
    result_course,
    variance_by_group,
    variance_course,
)
from ledarna.demo import make_demo
from ledarna.example import load_example
from ledarna.figures import Reading
from tests.factories import a_fiscal_year, a_user

pytestmark = pytest.mark.django_db

CHARTS = (variance_by_group, variance_course, income_and_costs, result_course, liquidity)


@pytest.fixture
def demo() -> FiscalYear:
    list(make_demo(years=2, vouchers=60, seed=3))
    return FiscalYear.objects.get(label="2025")


@pytest.mark.parametrize("chart_of", CHARTS)
def test_each_chart_says_what_is_seen_and_draws_it_twice(chart_of: Any, demo: FiscalYear) -> None:
    chart = chart_of(Reading(demo).months)
    assert chart.title
    assert chart.subtitle
    assert not chart.reason
    assert chart.wide["width"] > chart.narrow["width"]
    assert len(chart.table.rows) > 1
    assert all(len(row.cells) + 1 == len(chart.table.head) for row in chart.table.rows)


@pytest.mark.parametrize("chart_of", CHARTS)
def test_a_year_without_facts_gives_the_reason_instead_of_a_chart(chart_of: Any) -> None:
    chart = chart_of(Reading(a_fiscal_year(2023)).months)
    assert chart.reason.endswith(".")
    assert chart.wide is None


@pytest.mark.parametrize("chart_of", CHARTS)
def test_every_mark_with_a_link_has_words_and_leads_to_a_page(
    chart_of: Any, demo: FiscalYear, client: Client
) -> None:
    client.force_login(a_user("board"))
    values = chart_of(Reading(demo).months).wide["data"]["values"]
    addresses = {value["href"].removeprefix(drawing.HERE) for value in values if "href" in value}
    assert addresses
    assert all(value["says"] for value in values)
    for address in sorted(addresses)[:3]:
        assert client.get(address).status_code == 200


def test_the_bars_of_the_variance_sum_to_the_bar_that_says_so(demo: FiscalYear) -> None:
    *groups, total = variance_by_group(Reading(demo).months).wide["data"]["values"]
    assert total["name"] == "Summa"
    assert round(sum(value["amount"] for value in groups), 2) == round(total["amount"], 2)


def test_bars_begin_at_zero(demo: FiscalYear) -> None:
    for chart in (income_and_costs(Reading(demo).months), liquidity(Reading(demo).months)):
        assert "scale" not in chart.wide["layer"][0]["encoding"]["y"]
    domain = variance_by_group(Reading(demo).months).wide["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert domain[0] <= 0 <= domain[1]


def test_the_budget_of_a_whole_year_is_told_and_not_drawn_by_month() -> None:
    list(load_example())
    months = Reading(FiscalYear.objects.get(label="2023")).months
    chart = income_and_costs(months)
    assert not any("budget" in value for value in chart.wide["data"]["values"])
    assert chart.notes == ("Budgeten är lagd på hela året och kan inte delas på månader.",)
    assert variance_course(months).reason == chart.notes[0]
    assert [value["amount"] for value in result_course(months).wide["data"]["values"]][-1] == -1456544.0


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_year_page_shows_charts_and_stays_light(demo: FiscalYear, client: Client, language: str) -> None:
    client.force_login(a_user("board"))
    client.cookies["django_language"] = language
    html = client.get("/year/2025/").content.decode()
    assert html.count('class="drawing"') >= 6
    assert len(html.encode()) < 150_000
    assert "<script" not in html
    assert "style=" not in html
    identifiers = re.findall(r'\sid="([^"]+)"', html)
    assert len(identifiers) == len(set(identifiers))


def test_charts_are_drawn_once_for_all_readers(demo: FiscalYear, client: Client) -> None:
    client.force_login(a_user("board"))
    client.get("/year/2025/")
    with patch.object(drawing, "_converted", side_effect=AssertionError("drawn anew")):
        assert client.get("/year/2025/").status_code == 200
