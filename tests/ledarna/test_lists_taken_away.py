"""Every list can be taken away, in each form, and says what its page says."""

import csv
import json
from datetime import date, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.utils import timezone

from board.models import Activity
from finance.models import AttestRule, FiscalYear, Project
from finance.money import kronor
from finance.posting import post
from ledarna.models import StatedFigure
from ledarna.reconciliation import reconcile
from members.models import Channel, ChannelFigure, ChannelMonth, Survey
from tests.factories import (
    a_decision,
    a_draft,
    a_fiscal_year,
    a_mandate,
    a_meeting,
    a_member_count,
    a_posted_voucher,
    a_publication,
    a_question,
    an_opening_balance,
)
from tests.once import made_once
from tests.pages import reader

pytestmark = pytest.mark.django_db

YEAR = "/year/2023"
LISTS = {
    f"{YEAR}/reconciliation/": ("",),
    f"{YEAR}/members/": (
        "counts",
        "sections",
        "surveys",
        "questions",
        "channels",
        "months",
        "publications",
    ),
    f"{YEAR}/meetings/": ("meetings",),
    f"{YEAR}/decisions/": ("decisions",),
    "/mandates/": ("held", "ending"),
    f"{YEAR}/plan/": ("activities",),
    f"{YEAR}/years/": ("",),
    f"{YEAR}/projects/": ("",),
    f"{YEAR}/missing-receipts/": ("",),
    f"{YEAR}/attest/": ("",),
    "/trail/": ("",),
}
EACH = [(page, name) for page, names in LISTS.items() for name in names]


def a_line_in_every_list():
    """A year in which every list has a line."""
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "100")
    an_opening_balance(year, "2067", "-100")
    draft = a_draft(year, rows=(("5010", "2000"), ("1930", "-2000")), text="Mässa", entered_by="lisa")
    draft.rows.filter(line=1).update(project=Project.objects.create(code="P1", name="Mässan"))
    post(draft, by="kassör")
    AttestRule.objects.create(limit=kronor("1000"))
    a_posted_voucher(year, rows=(("1930", "500.50"), ("3900", "-500.50")))
    StatedFigure.objects.create(
        fiscal_year=year, key="finance.result", value="-1500.00", document="Berättelsen"
    )
    a_member_count(date(2023, 1, 1), 8101)
    a_member_count(date(2023, 12, 31), 8388, sections={"Kommun": 8000, "Region": 388})
    a_question(Survey.objects.create(date=date(2023, 5, 1), name="Lön", recipients=100, responses=13))
    a_publication()
    channel = Channel.objects.create(slug="facebook", name="Facebook")
    ChannelFigure.objects.create(channel=channel, year_end=date(2023, 12, 31), value=72, previous=40)
    ChannelMonth.objects.create(channel=channel, month=date(2023, 5, 1), value=6)
    a_decision(a_meeting(day=date(2023, 1, 17)), number=4, text="=Budgeten antogs")
    Activity.objects.create(year_end=date(2023, 12, 31), name="Almedalen")
    a_mandate(end=timezone.localdate() + timedelta(days=30))


@pytest.fixture(scope="module", autouse=True)
def _facts(django_db_setup, django_db_blocker):
    yield from made_once(django_db_blocker, a_line_in_every_list)


@pytest.fixture
def year():
    return FiscalYear.objects.get(label="2023")


def taken(page, name, form, role="auditor"):
    response = reader(role).get(page, {"list": name, "as": form})
    assert response["Content-Disposition"].startswith("attachment"), page
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(("page", "name"), EACH)
def test_a_list_says_the_same_in_every_form(year, page, name):
    rows = json.loads(taken(page, name, "json"))["rows"]
    sheet = openpyxl.load_workbook(BytesIO(taken(page, name, "xlsx"))).active
    text = taken(page, name, "csv").decode("utf-8-sig")
    written = list(csv.reader(StringIO(text, newline=""), delimiter=";"))
    assert len(rows) == sheet.max_row - 1 == len(written) - 1 or page == "/trail/"
    assert rows
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize(("page", "name"), EACH)
def test_the_page_leads_to_its_lists(year, page, name):
    html = reader("auditor").get(page).content.decode()
    for form in ("xlsx", "csv", "json"):
        address = f"list={name}&amp;as={form}" if name else f"as={form}"
        assert address in html


def test_a_list_that_is_not_there_shows_the_page(year):
    assert "text/html" in reader("auditor").get(f"{YEAR}/members/?list=nothing&as=csv")["Content-Type"]


def test_the_reconciliation_is_that_of_the_command(year):
    (row,) = json.loads(taken(f"{YEAR}/reconciliation/", "", "json"))["rows"]
    (expected,) = reconcile(year).as_json()["rows"]
    assert (row["stated"], row["derived"], row["difference"]) == ("-1500.00", "-1499.50", "0.50")
    assert row["status"] == expected["status"]


def test_numbers_of_any_kind_are_numbers_in_a_workbook(year):
    sheet = openpyxl.load_workbook(BytesIO(taken(f"{YEAR}/reconciliation/", "", "xlsx"))).active
    assert [sheet.cell(2, column).value for column in (4, 5, 6)] == [-1500, -1499.5, 0.5]


def test_a_text_of_the_board_is_never_a_formula(year):
    assert "'=Budgeten antogs" in taken(f"{YEAR}/decisions/", "decisions", "csv").decode()


def test_the_result_of_a_project_has_its_amounts(year):
    rows = json.loads(taken(f"{YEAR}/projects/", "", "json"))["rows"]
    assert [(row["code"], row["result"]) for row in rows] == [("P1", "-2000.00"), (None, "500.50")]


def test_the_trail_is_taken_away_as_it_was_searched(year):
    rows = json.loads(
        b"".join(reader("auditor").get("/trail/", {"text": "Facebook", "as": "json"}).streaming_content)
    )["rows"]
    assert rows
    assert all("Facebook" in row["about"] for row in rows)


@pytest.mark.parametrize("page", ["/trail/", f"{YEAR}/attest/", f"{YEAR}/missing-receipts/"])
def test_who_does_not_see_the_page_takes_nothing_away(year, page):
    assert reader("nominating_committee").get(page, {"as": "csv"}).status_code == 403
