"""The books and the minutes joined: a voucher leads to its decision, a decision to its vouchers."""

from datetime import date

import pytest

from board.models import Meeting
from ledarna.decisions import decision_of, vouchers_of
from tests.factories import a_decision, a_draft, a_fiscal_year, a_meeting, a_posted_voucher, a_user
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def decision():
    return a_decision(a_meeting(day=date(2023, 2, 7), number=3), number=8, text="Mässan får kosta 20 000 kr")


def a_voucher(reference, day=date(2023, 3, 1)):
    return a_draft(a_fiscal_year(2023), day=day, decision_reference=reference)


@pytest.mark.parametrize(
    "reference",
    ["§ 8, möte 3", "§8 styrelsemöte nr 3", "§ 8, 2023-02-07", "beslut § 8 den 2023-02-07", "§ 8/3"],
)
def test_a_reference_as_people_write_it_names_its_decision(decision, reference):
    assert decision_of(a_voucher(reference), a_user("board")) == decision


@pytest.mark.parametrize(
    "reference", ["", "§ 8", "§ 9, möte 3", "§ 8, möte 4", "§ 8, 2023-02-08", "§ 8, 2023-02-31", "möte 3"]
)
def test_a_reference_that_names_no_decision_that_was_entered_leads_nowhere(decision, reference):
    assert decision_of(a_voucher(reference), a_user("board")) is None


def test_the_latest_meeting_of_the_number_before_the_voucher_is_meant(decision):
    later = a_decision(a_meeting(day=date(2024, 2, 6), number=3), number=8, text="Annat")
    assert decision_of(a_voucher("§ 8, möte 3"), a_user("board")) == decision
    year = a_fiscal_year(2024)
    assert (
        decision_of(a_draft(year, day=date(2024, 3, 1), decision_reference="§ 8, möte 3"), a_user("board"))
        == later
    )


def test_a_decision_that_came_after_the_voucher_did_not_allow_it(decision):
    assert decision_of(a_voucher("§ 8, möte 3", day=date(2023, 1, 31)), a_user("board")) is None


def test_the_number_of_a_meeting_is_that_of_the_board(decision):
    a_decision(a_meeting(day=date(2023, 2, 20), number=3, kind=Meeting.Kind.COUNCIL), number=8)
    assert decision_of(a_voucher("§ 8, möte 3"), a_user("board")) == decision


def test_a_decision_has_the_vouchers_that_point_at_it(decision):
    year = a_fiscal_year(2023)
    pointing = a_posted_voucher(year, day=date(2023, 3, 1), decision_reference="§ 8, möte 3")
    a_posted_voucher(year, day=date(2023, 3, 1), decision_reference="§ 9, möte 3")
    a_posted_voucher(year, day=date(2023, 3, 1))
    assert dict(vouchers_of(year)) == {decision.pk: [pointing]}


def test_the_vouchers_of_all_decisions_take_three_queries(decision, django_assert_num_queries):
    year = a_fiscal_year(2023)
    for number in range(20):
        a_decision(decision.meeting, number=100 + number)
        a_posted_voucher(year, day=date(2023, 3, 1), decision_reference=f"§ {100 + number}, möte 3")
    with django_assert_num_queries(3):
        assert len(vouchers_of(year)) == 20


def test_the_pages_lead_to_one_another(decision):
    year = a_fiscal_year(2023)
    voucher = a_posted_voucher(year, day=date(2023, 3, 1), decision_reference="§ 8, möte 3")
    page = reader("auditor").get(voucher.get_absolute_url())
    assert f"/meetings/{decision.meeting_id}/#decision-{decision.pk}" in page.content.decode()
    assert "Mässan får kosta 20 000 kr" in main_of(page)
    assert voucher.get_absolute_url() in reader("auditor").get("/year/2023/decisions/").content.decode()


def test_who_does_not_see_the_books_sees_no_voucher_at_a_decision(decision):
    voucher = a_posted_voucher(a_fiscal_year(2023), day=date(2023, 3, 1), decision_reference="§ 8, möte 3")
    html = reader("nominating_committee").get("/year/2023/decisions/").content.decode()
    assert "Mässan får kosta" in html
    assert voucher.get_absolute_url() not in html
