"""The published year 2023: its figures, and what does not add up in it."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from board.models import Meeting
from finance.models import Account, Association, FiscalYear, Voucher
from ledarna.models import StatedFigure
from members.models import MemberCount, Survey
from tests.factories import a_posted_voucher
from tests.once import made_once

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _the_example(django_db_setup, django_db_blocker):
    yield from made_once(django_db_blocker, lambda: call_command("load_example", stdout=StringIO()))


def figures(**options):
    out = StringIO()
    call_command("figures", "2023", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def reconciliation():
    out = StringIO()
    call_command("reconcile", "2023", json=True, stdout=out)
    answer = json.loads(out.getvalue())
    return answer, {row["key"]: row for row in answer["rows"]}


@pytest.fixture(scope="module")
def published(_the_example, django_db_blocker):
    """The figures of the example as it is, and the rows of its reconciliation by key."""
    with django_db_blocker.unblock():
        return figures()["figures"], reconciliation()[1]


@pytest.mark.parametrize(
    ("key", "value", "unit"),
    [
        ("members.opening", "8101", "count"),
        ("members.closing", "8388", "count"),
        ("members.change", "287", "count"),
        ("members.growth", "3.54", "percent"),
        ("members.survey_responses", "1045", "count"),
        ("members.channel.articles", "45", "count"),
        ("members.channel.articles.previous", "16", "count"),
        ("members.channel.articles.change", "29", "count"),
        ("members.channel.articles.growth", "181.25", "percent"),
        ("finance.income", "1928072.00", "SEK"),
        ("finance.costs", "3348683.00", "SEK"),
        ("finance.financial", "0.00", "SEK"),
        ("finance.result", "-1420611.00", "SEK"),
        ("finance.budget_income", "1928072.00", "SEK"),
        ("finance.budget_costs", "3384616.00", "SEK"),
        ("finance.budget_result", "-1456544.00", "SEK"),
        ("finance.budget_variance", "35933.00", "SEK"),
        ("finance.equity_opening", "3881099.00", "SEK"),
        ("finance.equity_closing", "2460488.00", "SEK"),
        ("finance.equity_change", "-1420611.00", "SEK"),
        ("finance.assets", "2460488.00", "SEK"),
        ("finance.liabilities", "0.00", "SEK"),
        ("finance.liquidity", "2460488.00", "SEK"),
        ("finance.solidity", "100.00", "percent"),
        ("board.meetings", "19", "count"),
        ("board.meetings_digital", "9", "count"),
        ("board.meetings_digital_share", "47.37", "percent"),
        ("board.councils", "1", "count"),
        ("board.activities", "8", "count"),
        ("board.activities_done", "7", "count"),
    ],
)
def test_the_published_year_gives_the_figure(published, key, value, unit):
    figure = published[0][key]
    assert (figure["value"], figure["unit"], figure["reason"]) == (value, unit, None)


@pytest.mark.parametrize(
    ("key", "part_of_reason"),
    [
        ("members.survey_recipients", "skickades till är inte infört"),
        ("members.survey_response_rate", "skickades till är inte infört"),
        ("members.channel.linkedin-posts.previous", "från 39 är det +84,6"),
        ("members.channel.linkedin-posts.growth", "från 40 +80"),
        ("members.channel.linkedin-followers.previous", "Varje tal från 850 till 852"),
        ("board.decisions", "Inget beslut är infört"),
        ("board.attendance", "Närvaro är inte införd"),
        ("members.newsletters", "Inget nyhetsbrev är infört"),
        ("members.articles", "Ingen artikel är införd"),
    ],
)
def test_a_figure_without_facts_is_null_with_a_reason(published, key, part_of_reason):
    figure = published[0][key]
    assert figure["value"] is None
    assert part_of_reason in figure["reason"].replace("\u00a0", " ")


def test_the_response_rate_is_derived_once_the_recipients_are_entered():
    Survey.objects.update(recipients=7787)
    assert figures()["figures"]["members.survey_response_rate"]["value"] == "13.42"


def test_the_answer_names_the_year_and_the_day():
    answer = figures()
    assert (answer["year"], answer["as_of"]) == ("2023", "2023-12-31")


def test_a_figure_as_of_a_day_leaves_out_what_happened_later():
    answer = figures(as_of="2023-06-30")
    assert answer["as_of"] == "2023-06-30"
    assert answer["figures"]["finance.result"]["value"] == "0.00"
    assert answer["figures"]["finance.equity_closing"]["value"] == "3881099.00"
    assert answer["figures"]["members.closing"]["value"] is None
    assert int(answer["figures"]["board.meetings"]["value"]) < 19


def test_a_whole_year_budget_gives_no_budget_as_of_a_day():
    figure = figures(as_of="2023-06-30")["figures"]["finance.budget_result"]
    assert figure["value"] is None
    assert "kan inte delas på månader" in figure["reason"]


@pytest.mark.parametrize(
    ("year", "options", "sentence"),
    [
        ("2022", {}, "There is no fiscal year 2022. There are: 2023."),
        ("2023", {"as_of": "igår"}, "“igår” is not a date"),
        ("2023", {"as_of": "2022-12-31"}, "2022-12-31 är före räkenskapsåret"),
    ],
)
def test_a_year_or_day_that_is_not_there_is_told_in_a_sentence(year, options, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("figures", year, **options)


@pytest.mark.parametrize(
    ("key", "difference", "status"),
    [
        ("finance.result", "-15.00", "differs"),
        ("finance.budget_variance", "-15.00", "differs"),
        ("finance.income", "0.00", "agrees"),
        ("members.change", "0", "agrees"),
        ("board.meetings_digital_share", "-2.63", "agrees"),
        ("members.survey_response_rate", None, "underivable"),
        ("members.channel.linkedin-posts.growth", None, "underivable"),
    ],
)
def test_a_published_figure_is_put_beside_the_derived_one(published, key, difference, status):
    rows = published[1]
    assert (rows[key]["difference"], rows[key]["status"]) == (difference, status)


def test_the_counts_of_the_reconciliation_are_those_of_its_rows():
    answer, rows = reconciliation()
    assert answer["differs"] == 2
    assert (
        answer["differs"] + answer["agrees"] + answer["underivable"]
        == len(rows)
        == StatedFigure.objects.count()
    )


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("finance.result", ["−1 420 611 kr", "+15 kr", "ingen rad förklarar"]),
        ("finance.budget_variance", ["15 kr", "resultatets"]),
        (
            "members.survey_response_rate",
            ["1 045 svar", "13,42 %", "omkring 7 787 utskick", "8 101 och 8 388"],
        ),
        ("members.channel.linkedin-posts.growth", ["Inget helt tal", "+81 %", "72"]),
    ],
)
def test_what_does_not_add_up_is_explained(published, key, words):
    rows = published[1]
    explanation = rows[key]["explanation"].replace("\u00a0", " ").replace("\u202f", " ")
    assert [word for word in words if word not in explanation] == []


def test_strict_reconciliation_fails_while_a_figure_differs():
    with pytest.raises(SystemExit) as exit:
        call_command("reconcile", "2023", strict=True, stdout=StringIO())
    assert exit.value.code == 1


def test_the_missing_fifteen_kronor_once_posted_make_the_result_agree():
    a_posted_voucher(FiscalYear.objects.get(), [("1930", "15.00"), ("8310", "-15.00")])
    derived = figures()["figures"]
    assert derived["finance.result"]["value"] == "-1420596.00"
    assert derived["finance.budget_variance"]["value"] == "35948.00"
    assert derived["finance.equity_closing"]["value"] == "2460503.00"
    answer, rows = reconciliation()
    assert answer["differs"] == 0
    assert rows["finance.result"]["status"] == rows["finance.budget_variance"]["status"] == "agrees"
    call_command("reconcile", "2023", strict=True, stdout=StringIO())


def test_loading_the_example_again_adds_nothing():
    def counts():
        models = (Account, FiscalYear, Voucher, MemberCount, Meeting, StatedFigure)
        return [model.objects.count() for model in models]

    before = counts()
    call_command("load_example", stdout=StringIO())
    assert counts() == before


def test_the_example_is_not_loaded_into_the_books_of_another_association():
    Association.objects.update(name="En annan förening")
    with pytest.raises(CommandError, match="En annan förening"):
        call_command("load_example")


def test_each_meeting_of_the_example_says_that_its_date_is_not_published():
    assert not Meeting.objects.exclude(note__contains="inte publicerat").exists()
