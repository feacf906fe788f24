"""Signing in: by user name or mail address, and not by trying again and again."""

from itertools import count

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.factories import PASSWORD, a_user
from tests.pages import main_of

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = "192.0.2.1", "192.0.2.2"


def sign_in(login: str, password: str = PASSWORD, address: str = HERE):
    """The answer to a sign-in by a browser at *address*."""
    return Client(REMOTE_ADDR=address).post("/sign-in/", {"login": login, "password": password})


def is_in(response) -> bool:
    return response.status_code == 302 and "sessionid" in response.cookies


def test_a_mail_address_does_as_well_as_a_user_name():
    a_user("board", "bea", email="Bea@example.se")
    assert is_in(sign_in("bea"))
    assert is_in(sign_in("bea@example.se"))


def test_an_unknown_name_and_a_wrong_password_are_answered_alike():
    a_user("board", "bea", email="bea@example.se")
    said = {
        main_of(sign_in(login, "fel")) for login in ("bea", "ingen", "bea@example.se", "ingen@example.se")
    }
    assert len(said) == 1


def test_fifty_wrong_passwords_lock_their_address_out_and_not_the_user_elsewhere():
    a_user("treasurer", "kassor")
    answers = [sign_in("kassor", "fel") for _attempt in range(50)]
    assert "För många misslyckade försök härifrån" in main_of(answers[-1])
    assert not is_in(sign_in("kassor"))
    assert is_in(sign_in("kassor", address=ELSEWHERE))


def test_trying_many_names_locks_the_address_out_too():
    a_user("treasurer", "kassor")
    for attempt in range(10):
        sign_in(f"namn{attempt}", "fel")
    assert not is_in(sign_in("kassor"))


def test_an_address_that_is_locked_out_is_let_in_after_an_hour(monkeypatch):
    a_user("treasurer", "kassor")
    for _attempt in range(11):
        sign_in("kassor", "fel")
    assert not is_in(sign_in("kassor"))
    now = count(4_000_000_000)
    monkeypatch.setattr("allauth.core.internal.ratelimit.time.time", lambda: next(now))
    assert is_in(sign_in("kassor"))


def test_behind_a_web_server_the_address_is_the_one_that_it_names(settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    a_user("treasurer", "kassor")
    for _attempt in range(11):
        client = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": f"198.51.100.9, {HERE}"})
        client.post("/sign-in/", {"login": "kassor", "password": "fel"})
    client = Client(REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": ELSEWHERE})
    assert is_in(client.post("/sign-in/", {"login": "kassor", "password": PASSWORD}))


def test_a_user_who_is_not_active_is_told_so_only_with_the_right_password():
    a_user("board", "bea", is_active=False)
    client = Client()
    wrong = client.post("/sign-in/", {"login": "bea", "password": "fel"}, follow=True)
    assert "loggar inte in längre" not in main_of(wrong)
    right = client.post("/sign-in/", {"login": "bea", "password": PASSWORD}, follow=True)
    assert "Användaren loggar inte in längre" in main_of(right)


def test_nobody_signs_up():
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
