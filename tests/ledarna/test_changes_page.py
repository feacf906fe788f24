"""What changed between two readings, as a page; and figures as they were known."""

import json
from datetime import date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from finance.posting import post
from ledarna.figures import Reading
from tests.factories import a_draft, a_fiscal_year, an_opening_balance
from tests.pages import main_of, reader, row_of

pytestmark = pytest.mark.django_db


def posted(amount: str, day: date, at: date):
    moment = timezone.make_aware(datetime(at.year, at.month, at.day, 12))
    draft = a_draft(a_fiscal_year(2023), (("1930", amount), ("3900", f"-{amount}")), day=day)
    return post(draft, by="kassor", at=moment)


@pytest.fixture
def year():
    posted("100", date(2023, 1, 10), date(2023, 1, 11))
    posted("250", date(2023, 1, 20), date(2023, 3, 1))
    return a_fiscal_year(2023)


def page(query: str):
    return reader("auditor").get(f"/year/2023/changes/?{query}")


def test_the_page_has_both_readings_and_the_difference(year):
    answer = page("known=2023-02-01")
    assert row_of(answer, "Intäkter") == "Intäkter 100 kr 350 kr +250 kr"
    assert "1 verifikation gör skillnaden" in main_of(answer)
    assert row_of(answer, "A 2").endswith("250,00 250,00")


def test_a_figure_that_was_not_known_says_why(year):
    said = row_of(page("known=2022-12-31"), "Intäkter")
    assert said == "Intäkter – Inget är bokfört under räkenskapsåret. 350 kr"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("statement", ["income-statement", "balance-sheet", "cash-flow", "equity", "notes"])
def test_what_was_known_can_be_asked_for_on_any_day_of_the_calendar(year, statement, day):
    assert reader("auditor").get(f"/year/2023/{statement}/?known={day}").status_code == 200


def test_two_equal_readings_say_that_nothing_changed(year):
    assert "Inget ändrades" in main_of(page("known=2024-01-01&known_2=2024-01-01"))


def test_without_being_told_the_page_compares_with_a_month_ago(year):
    assert f'value="{timezone.localdate().year}' in page("").content.decode()


def test_a_day_outside_of_the_year_is_told_at_its_field(year):
    answer = page("end=2024-01-01")
    assert "Dagen ligger utanför räkenskapsåret" in main_of(answer)
    assert "<table" not in answer.content.decode()


def test_a_place_that_is_none_is_a_bad_request(year):
    assert page("after=x").status_code == 400


def test_what_changed_can_be_taken_away(year):
    rows = json.loads(b"".join(page("known=2023-02-01&as=json").streaming_content))["rows"]
    assert [(row["voucher"], row["result"]) for row in rows] == [("A 2", "250.00")]


def test_a_page_of_changes_takes_a_fixed_number_of_queries(year, django_assert_max_num_queries):
    client = reader("auditor")
    with django_assert_max_num_queries(55):
        client.get("/year/2023/changes/?known=2023-02-01")


def test_a_reading_knows_only_what_was_posted_by_its_day(year):
    figures = Reading(year, known=date(2023, 2, 28)).figures
    assert figures["finance.result"].value == 100
    assert Reading(year).figures["finance.result"].value == 350


def test_the_figures_of_the_command_can_be_those_of_a_day(year):
    an_opening_balance(year, "1930", "10")
    answer = StringIO()
    call_command("figures", "2023", "--json", "--known", "2023-02-28", stdout=answer)
    said = json.loads(answer.getvalue())
    assert said["known"] == "2023-02-28"
    assert said["figures"]["finance.result"]["value"] == "100.00"
    assert said["figures"]["finance.assets"]["value"] is None
