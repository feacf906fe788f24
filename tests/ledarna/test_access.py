"""Access that begins and ends with a mandate."""

from datetime import timedelta

import pytest
from django.utils import timezone

from board.models import Mandate
from ledarna.access import ROLES_OF_OFFICE, roles_of
from ledarna.roles import ROLES, Area, Level, may
from tests.factories import a_mandate, a_person, a_user

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def somebody(office, start=-10, end=10):
    """A user whose only mandate is *office*, from *start* to *end*, in days from today."""
    today = timezone.localdate()
    user = a_user()
    a_mandate(office, today + start * DAY, today + end * DAY, a_person(user=user), body="SOS")
    return user


@pytest.mark.parametrize("office", Mandate.Office.values)
def test_an_office_brings_its_roles(office):
    assert set(roles_of(somebody(office))) == set(ROLES_OF_OFFICE.get(office, ()))


def test_every_role_that_an_office_brings_is_one():
    assert {role for roles in ROLES_OF_OFFICE.values() for role in roles} <= set(ROLES)


@pytest.mark.parametrize(
    ("start", "end", "inside"), [(0, 10, True), (-10, 0, True), (-10, -1, False), (1, 10, False)]
)
def test_access_lasts_from_the_first_day_of_the_term_to_the_last(start, end, inside):
    assert may(somebody("member", start, end), Area.BOOKS) is inside


def test_a_treasurer_by_mandate_posts():
    assert may(somebody("treasurer"), Area.BOOKS, Level.POST)


def test_one_whose_term_ended_yesterday_is_out_today_though_signed_in(client):
    user = somebody("member")
    client.force_login(user)
    assert client.get("/you/").status_code == 200
    Mandate.objects.update(end=timezone.localdate() - DAY)
    assert client.get("/you/").status_code == 403


def test_a_role_that_was_given_stays_when_the_term_ends():
    user = a_user("auditor")
    today = timezone.localdate()
    a_mandate("chair", today - 10 * DAY, today - DAY, a_person(user=user))
    assert roles_of(user) == ["auditor"]
