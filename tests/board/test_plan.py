"""The plan: goals, their activities, and how far they have come."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from board.figures import Progress, plan_year
from board.models import Activity, Goal
from tests.factories import a_goal, an_activity

pytestmark = pytest.mark.django_db

YEAR = date(2023, 1, 1), date(2023, 12, 31)


def goals_of(plan):
    return [goal for _period, goals in plan.periods for goal in goals]


def test_an_activity_stands_under_its_goal():
    goal = a_goal()
    an_activity("Nyhetsbrev", goal=goal)
    assert [activity.name for activity in goals_of(plan_year(*YEAR))[0].of_year] == ["Nyhetsbrev"]


def test_an_activity_of_another_year_of_the_period_is_told_apart():
    goal = a_goal()
    an_activity("Enkät", year=2024, goal=goal)
    found = goals_of(plan_year(*YEAR))[0]
    assert (list(found.of_year), [activity.name for activity in found.of_others]) == ([], ["Enkät"])


def test_an_activity_without_a_goal_is_of_its_year_alone():
    an_activity("Almedalen")
    an_activity("Järvaveckan", year=2024)
    assert [activity.name for activity in plan_year(*YEAR).without_goal] == ["Almedalen"]


def test_a_plan_of_other_years_is_not_the_year_s():
    a_goal(start=date(2018, 1, 1), end=date(2021, 12, 31))
    assert plan_year(*YEAR).periods == []


def test_what_was_dropped_is_not_among_what_is_to_be_done():
    activities = [Activity(state=state) for state in ("planned", "going", "done", "done", "dropped")]
    progress = Progress.of(activities)
    assert (progress.done, progress.counted, progress.entered) == (2, 4, 5)


def test_the_progress_of_a_goal_counts_the_whole_period():
    goal = a_goal()
    an_activity(goal=goal, state="done")
    an_activity(goal=goal, year=2024)
    progress = goals_of(plan_year(*YEAR))[0].progress
    assert (progress.done, progress.counted) == (1, 2)


def test_the_number_of_queries_does_not_grow_with_the_plan(django_assert_num_queries):
    for place in range(3):
        an_activity(goal=a_goal(position=place + 1), year=2023)
    with django_assert_num_queries(3):
        [str(activity.responsible) + str(activity.goal) for activity in plan_year(*YEAR).of_year]


def test_what_is_dropped_says_why():
    with pytest.raises(ValidationError, match="Ange varför aktiviteten"):
        Activity(name="Mässa", year_end=YEAR[1], state="dropped").full_clean()


def test_the_database_refuses_what_is_dropped_without_a_reason():
    with pytest.raises(IntegrityError), transaction.atomic():
        Activity.objects.filter(pk=an_activity().pk).update(state="dropped")


def test_an_activity_is_of_a_year_of_its_goal_s_plan():
    activity = an_activity(goal=a_goal())
    activity.year_end = date(2031, 12, 31)
    with pytest.raises(ValidationError, match="Målets plan gäller från 2022-01-01 till 2025-12-31"):
        activity.full_clean()


def test_a_goal_with_activities_stays():
    goal = a_goal()
    an_activity(goal=goal)
    with pytest.raises(ProtectedError):
        Goal.objects.get(pk=goal.pk).delete()
