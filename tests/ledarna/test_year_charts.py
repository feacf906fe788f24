"""The charts of the demo's last year."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client

from finance.analysis import forecast_of
from finance.models import FiscalYear
from ledarna.charts import drawing
from ledarna.charts.channels import channels
from ledarna.charts.chart import Chart
from ledarna.charts.finance import (
    income_and_costs,
    liquidity,
    result_course,
    variance_by_group,
    variance_course,
)
from ledarna.charts.years import (
    digital_share,
    equity,
    income_and_costs_by_year,
    members_by_year,
    members_of_year,
)
from ledarna.demo import make_demo
from ledarna.figures import Reading
from ledarna.overview import overview
from members.figures import member_counts
from tests.factories import a_fiscal_year, a_user
from tests.once import made_once

pytestmark = pytest.mark.django_db

CHARTS: dict[str, Callable[[FiscalYear], Chart]] = {
    "variance": lambda year: variance_by_group(Reading(year).months),
    "course": lambda year: variance_course(Reading(year).months),
    "months": lambda year: income_and_costs(Reading(year).months),
    "result": lambda year: result_course(Reading(year).months),
    "liquidity": lambda year: liquidity(Reading(year).months),
    "equity": lambda year: equity(overview(year)),
    "years": lambda year: income_and_costs_by_year(overview(year)),
    "digital": lambda year: digital_share(overview(year)),
    "members": lambda year: members_of_year(Reading(year)),
    "members by year": lambda year: members_by_year(
        overview(year), member_counts(date(2024, 1, 1), year.end)
    ),
    "channels": lambda year: channels(year.label, Reading(year).channels),
}


def spec_of(chart: Chart) -> Any:
    assert chart.wide is not None
    return chart.wide


def values_of(chart: Chart) -> list[dict[str, Any]]:
    values: list[dict[str, Any]] = spec_of(chart)["data"]["values"]
    return values


@pytest.fixture(scope="module", autouse=True)
def _the_demo(django_db_setup: str, django_db_blocker: Any) -> Iterator[None]:
    yield from made_once(django_db_blocker, lambda: list(make_demo(years=2, vouchers=60, seed=3)))


@pytest.fixture
def demo() -> FiscalYear:
    return FiscalYear.objects.get(label="2025")


@pytest.mark.parametrize("name", CHARTS)
def test_each_chart_says_what_is_seen_and_draws_it_twice(name: str, demo: FiscalYear) -> None:
    chart = CHARTS[name](demo)
    assert chart.title
    assert chart.subtitle
    assert not chart.reason
    assert chart.narrow is not None
    assert chart.wide != chart.narrow
    assert chart.table is not None
    assert len(chart.table.rows) > 1
    assert all(len(row.cells) + 1 == len(chart.table.head) for row in chart.table.rows)


@pytest.mark.parametrize("name", CHARTS)
def test_every_mark_with_a_link_has_words_and_leads_to_a_page(
    name: str, demo: FiscalYear, client: Client
) -> None:
    client.force_login(a_user("board"))
    values = values_of(CHARTS[name](demo))
    addresses = {value["href"].removeprefix(drawing.HERE) for value in values if "href" in value}
    assert addresses
    assert all(value["says"] for value in values)
    for address in sorted(addresses)[:3]:
        assert client.get(address).status_code == 200


def test_the_bars_of_the_variance_sum_to_the_bar_that_says_so(demo: FiscalYear) -> None:
    *groups, total = values_of(CHARTS["variance"](demo))
    assert total["name"] == "Summa"
    assert round(sum(value["amount"] for value in groups), 2) == round(total["amount"], 2)


def test_bars_begin_at_zero(demo: FiscalYear) -> None:
    for name in ("months", "liquidity", "equity", "years", "digital"):
        assert "scale" not in spec_of(CHARTS[name](demo))["layer"][0]["encoding"]["y"]
    domain = spec_of(CHARTS["variance"](demo))["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert domain[0] <= 0 <= domain[1]


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


def test_an_axis_that_does_not_begin_at_zero_says_so(demo: FiscalYear) -> None:
    for name in ("members", "members by year"):
        chart = CHARTS[name](demo)
        assert spec_of(chart)["layer"][0]["encoding"]["y"]["scale"]["zero"] is False
        assert "axeln börjar inte vid noll" in chart.subtitle


def test_a_year_without_meetings_has_no_share_of_digital_ones(demo: FiscalYear) -> None:
    later = a_fiscal_year(2026)
    assert digital_share(overview(later)).reason == "Inget möte är infört för året."


def test_the_longer_bar_of_each_channel_is_as_long_as_that_of_the_others(demo: FiscalYear) -> None:
    values = values_of(CHARTS["channels"](demo))
    by_channel: dict[str, list[float]] = {}
    for value in values:
        by_channel.setdefault(value["key"].removesuffix(".previous"), []).append(value["amount"])
    assert len(by_channel) == 3
    assert {max(amounts) for amounts in by_channel.values()} == {100}


def test_a_forecast_goes_on_where_the_result_ends(demo: FiscalYear) -> None:
    months = Reading(demo, date(2025, 9, 30)).months
    made = forecast_of(months)
    assert made is not None
    chart = result_course(months, made)
    values = values_of(chart)
    forecasts = [value for value in values if value.get("what") == "Prognos"]
    results = [value for value in values if value.get("what") == "Resultat"]
    assert (forecasts[0]["place"], forecasts[0]["amount"]) == (results[-1]["place"], results[-1]["amount"])
    assert forecasts[-1]["amount"] == made.at_end.expected / 100
    assert [value["place"] for value in values if "low" in value][-1] == "2025-12-01"
    assert spec_of(chart)["layer"][0]["encoding"]["x"]["sort"] == [month.isoformat() for month in demo.months]
    assert chart.table is not None
    assert len(chart.table.rows) == 12


def test_a_running_year_is_shown_to_its_last_whole_month_with_a_forecast(
    demo: FiscalYear, client: Client
) -> None:
    client.force_login(a_user("board"))
    with patch("django.utils.timezone.localdate", return_value=date(2025, 10, 17)):
        response = client.get("/year/2025/")
    assert response.context["through"] == date(2025, 9, 30)
    assert response.context["forecast"].title.startswith("Prognos: ")
    assert len(response.content) < 150_000


def test_a_year_that_is_over_has_no_forecast(demo: FiscalYear, client: Client) -> None:
    client.force_login(a_user("board"))
    response = client.get("/year/2025/")
    assert response.context["forecast"] is response.context["through"] is None
