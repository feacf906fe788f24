"""Meetings, mandates and attendance: what holds of them."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from board.figures import meeting_year
from board.models import Attendance, Decision, Mandate, Meeting
from tests.factories import a_decision, a_mandate, a_meeting

pytestmark = pytest.mark.django_db
YEAR = (date(2023, 1, 1), date(2023, 12, 31))


def test_the_first_and_the_last_day_of_a_term_both_count():
    mandate = a_mandate(start=date(2023, 3, 1), end=date(2023, 5, 31))
    held = {day: mandate in Mandate.objects.on(day) for day in (date(2023, 2, 28), date(2023, 3, 1))}
    held |= {day: mandate in Mandate.objects.on(day) for day in (date(2023, 5, 31), date(2023, 6, 1))}
    assert list(held.values()) == [False, True, True, False]
    assert all(mandate.is_held_on(day) == answer for day, answer in held.items())


def test_a_mandate_without_a_last_day_is_held_until_further_notice():
    assert a_mandate(end=None) in Mandate.objects.on(date(2099, 1, 1))


def test_the_board_is_called_in_the_order_in_which_it_is_presented():
    for office in ("deputy", "chair", "auditor", "member", "treasurer"):
        a_mandate(office)
    assert [mandate.office for mandate in a_meeting().called()] == ["chair", "treasurer", "member", "deputy"]


def test_delegates_are_called_to_the_council_of_the_federation():
    delegate = a_mandate("council_delegate")
    a_mandate("chair")
    assert a_meeting(kind="federation_council").called() == [delegate]


REFUSED = {
    "a term that ends before it begins": lambda: a_mandate(start=date(2023, 2, 1), end=date(2023, 1, 1)),
    "an external mandate without its body": lambda: a_mandate("external"),
    "a meeting that ends before it begins": lambda: a_meeting(time=time(17), end_time=time(16)),
    "a dropped decision without a reason": lambda: Decision.objects.create(
        meeting=a_meeting(), number=1, text="Att avstå", state="dropped"
    ),
    "a decided amount of nothing": lambda: Decision.objects.create(
        meeting=a_meeting(), number=1, text="Att köpa", amount_ore=0
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_the_database_refuses(case):
    with pytest.raises(IntegrityError), transaction.atomic():
        REFUSED[case]()


def test_a_meeting_to_come_has_not_been_held():
    meeting = a_meeting(timezone.localdate() + timedelta(days=1))
    with pytest.raises(ValidationError, match="ännu inte hållet"):
        meeting.full_clean()


def test_figures_count_the_meetings_that_were_held():
    a_meeting(date(2023, 1, 10))
    a_meeting(date(2023, 2, 10), number=2, state=Meeting.State.PLANNED)
    a_meeting(date(2023, 3, 10), number=3, state=Meeting.State.CANCELLED)
    assert len(meeting_year(*YEAR).of_board) == 1


def test_attendance_counts_those_in_the_room_and_those_on_the_screen():
    meeting = a_meeting()
    for state in Attendance.State.values:
        Attendance.objects.create(meeting=meeting, mandate=a_mandate(), state=state)
    year = meeting_year(*YEAR)
    assert (year.there, year.called) == (2, 4)


def test_the_most_urgent_of_the_open_decisions_comes_first():
    meeting = a_meeting()
    for number, due in ((1, None), (2, date(2023, 5, 1)), (3, date(2023, 4, 1))):
        decision = a_decision(meeting, number)
        decision.state, decision.due = Decision.State.OPEN, due
        decision.save()
    a_decision(meeting, 4)
    assert [decision.number for decision in Decision.objects.open()] == [3, 2, 1]
    assert [decision.number for decision in Decision.objects.late(date(2023, 4, 2))] == [3]
