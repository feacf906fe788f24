"""Charts where there is little to draw: no facts, a single year, a budget for the whole year."""

from datetime import date

import pytest

from board.models import Meeting
from finance.models import FiscalYear
from ledarna.charts.channels import channels
from ledarna.charts.finance import income_and_costs, result_course, variance_course
from ledarna.charts.years import equity, members_by_year
from ledarna.example import load_example
from ledarna.figures import Reading
from ledarna.overview import overview
from members.figures import member_counts
from tests.factories import a_fiscal_year, a_meeting, a_member_count
from tests.ledarna.test_year_charts import CHARTS, spec_of, values_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", CHARTS)
def test_a_year_without_facts_gives_the_reason_instead_of_a_chart(name: str) -> None:
    chart = CHARTS[name](a_fiscal_year(2023))
    assert chart.reason.endswith(".")
    assert chart.wide is None


def test_the_budget_of_a_whole_year_is_told_and_not_drawn_by_month() -> None:
    list(load_example())
    months = Reading(FiscalYear.objects.get(label="2023")).months
    chart = income_and_costs(months)
    assert not any("budget" in value for value in values_of(chart))
    assert chart.notes == ("Budgeten är lagd på hela året och kan inte delas på månader.",)
    assert variance_course(months).reason == chart.notes[0]
    assert [value["amount"] for value in values_of(result_course(months))][-1] == -1456544.0


def test_equity_begins_with_what_the_first_year_began_with() -> None:
    list(load_example())
    chart = equity(overview(FiscalYear.objects.get(label="2023")))
    assert [value["amount"] for value in values_of(chart)] == [3881099.0, 2460488.0]
    assert values_of(chart)[0]["name"] == "Före 2023"


def test_a_share_of_nothing_is_no_share() -> None:
    year = a_fiscal_year(2023)
    a_meeting(date(2023, 3, 1), kind=Meeting.Kind.COUNCIL)
    assert overview(year).columns[0].digital_share is None


def test_growth_stands_over_the_last_count_of_its_year() -> None:
    year = a_fiscal_year(2023)
    a_member_count(date(2023, 1, 1), 100)
    a_member_count(date(2023, 12, 30), 110)
    chart = members_by_year(overview(year), member_counts(year.start, year.end))
    texts = spec_of(chart)["layer"][-1]["data"]["values"]
    assert [(text["day"], text["text"].replace("\u00a0", " ")) for text in texts] == [
        (date(2023, 12, 30).toordinal(), "+10 %")
    ]


def test_a_channel_whose_year_before_is_unknown_has_one_bar() -> None:
    list(load_example())
    year = FiscalYear.objects.get(label="2023")
    keys = [value["key"] for value in values_of(channels(year.label, Reading(year).channels))]
    assert keys == [
        "members.channel.articles",
        "members.channel.articles.previous",
        "members.channel.linkedin-followers",
        "members.channel.linkedin-posts",
    ]
