"""Planning the meetings of a year in one go."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.models import AgendaItem, Meeting
from board.planning import Series, plan
from tests.factories import a_meeting

YEAR = (date(2024, 1, 1), date(2024, 12, 31))
TUESDAY = 1


def test_every_third_tuesday_but_not_in_july():
    days = Series(*YEAR, weekday=TUESDAY, nth=3, without=[7]).days()
    assert len(days) == 11
    assert days[:2] == [date(2024, 1, 16), date(2024, 2, 20)]


def test_every_second_week_counts_from_the_first_such_weekday():
    days = Series(date(2024, 1, 3), date(2024, 2, 10), weekday=TUESDAY, weeks=2).days()
    assert days == [date(2024, 1, 9), date(2024, 1, 23), date(2024, 2, 6)]


def test_the_last_friday_of_each_month():
    assert Series(date(2024, 2, 1), date(2024, 3, 31), weekday=4, nth=-1).days() == [
        date(2024, 2, 23),
        date(2024, 3, 29),
    ]


@given(
    weekday=st.integers(0, 6),
    nth=st.sampled_from([1, 2, 3, 4, -1]),
    without=st.sets(st.integers(1, 12), max_size=12),
)
def test_each_month_that_is_not_left_out_has_its_day(weekday, nth, without):
    days = Series(*YEAR, weekday=weekday, nth=nth, without=without).days()
    assert [day.month for day in days] == [month for month in range(1, 13) if month not in without]
    assert {day.weekday() for day in days} <= {weekday}


@pytest.mark.django_db
def test_the_meetings_are_numbered_on_after_those_there_are():
    a_meeting(date(2024, 1, 10), number=1)
    planned = plan([date(2024, 2, 20), date(2024, 3, 19)], YEAR, at=time(17, 0))
    assert [(meeting.number, meeting.state) for meeting in planned] == [(2, "planned"), (3, "planned")]


@pytest.mark.django_db
def test_each_meeting_has_its_agenda():
    (meeting,) = plan([date(2024, 2, 20)], YEAR)
    assert meeting.agenda.count() == AgendaItem.objects.count() > 0


@pytest.mark.django_db
def test_a_series_planned_twice_is_there_once():
    days = [date(2024, 2, 20), date(2024, 3, 19)]
    plan(days, YEAR)
    assert plan(days, YEAR) == []
    assert Meeting.objects.count() == 2
