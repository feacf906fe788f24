"""The password is asked for anew before what weighs heavily."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from ledarna.reauthentication import HOLDS_SECONDS, SESSION_KEY, asks_for_password
from tests.factories import PASSWORD, a_user

pytestmark = pytest.mark.django_db

AGAIN = reverse("password-again")


@pytest.fixture
def signed_in(client):
    client.force_login(a_user("treasurer"))
    return client


def answer_to(session):
    request = RequestFactory().get("/year/2023/close/")
    request.session = session
    return asks_for_password(lambda request: HttpResponse("closed"))(request)


def test_one_who_has_not_given_it_is_asked_and_led_back():
    response = answer_to({})
    assert response.status_code == 302
    assert response["Location"] == f"{AGAIN}?next=%2Fyear%2F2023%2Fclose%2F"


def test_the_right_password_leads_to_what_was_asked_for(signed_in):
    response = signed_in.post(AGAIN, {"password": PASSWORD, "next": "/year/2023/"})
    assert (response.status_code, response["Location"]) == (302, "/year/2023/")
    assert answer_to(signed_in.session).content == b"closed"


def test_a_wrong_password_is_told_at_the_field(signed_in):
    response = signed_in.post(AGAIN, {"password": "fel", "next": "/year/2023/"})
    assert "Det är inte ditt lösenord." in response.content.decode()
    assert answer_to(signed_in.session).status_code == 302


def test_another_users_password_does_not_do(signed_in):
    other = a_user("auditor")
    other.set_password("en-annans-lösenord")
    other.save()
    signed_in.post(AGAIN, {"password": "en-annans-lösenord"})
    assert SESSION_KEY not in signed_in.session


def test_it_does_not_hold_for_long(signed_in):
    signed_in.post(AGAIN, {"password": PASSWORD})
    session = dict(signed_in.session)
    session[SESSION_KEY] -= HOLDS_SECONDS + 1
    assert answer_to(session).status_code == 302


def test_it_never_leads_to_another_site(signed_in):
    response = signed_in.post(AGAIN, {"password": PASSWORD, "next": "https://example.org/"})
    assert response["Location"] == "/"
