"""Where somebody is signed in: listed, ended one by one or all others, and ended with the password."""

from time import time

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finance.models import Association
from ledarna.devices import device
from tests.factories import PASSWORD, a_fiscal_year, a_user
from tests.pages import main_of

pytestmark = pytest.mark.django_db

SECURITY, CHANGE = reverse("mfa_index"), reverse("account_change_password")
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1"
)
NEW = "en-helt-annan-fras-9"


def browser(login: str = "bea", agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": agent})
    assert client.post("/sign-in/", {"login": login, "password": PASSWORD}).status_code == 302
    return client


def sure(client: Client) -> Client:
    """*client*, whose user has just shown who they are."""
    client.post(reverse("password-again"), {"password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get(SECURITY).status_code == 200


@pytest.fixture
def bea():
    a_fiscal_year()
    return a_user("board", "bea")


def test_each_is_listed_with_its_browser(bea):
    here, _phone = browser(), browser(agent=PHONE)
    page = main_of(here.get(SECURITY))
    assert "Firefox, Linux här" in page
    assert "Safari, iPhone" in page


def test_one_is_ended_and_the_others_go_on(bea):
    here, phone, third = sure(browser()), browser(agent=PHONE), browser()
    sessions = here.get(SECURITY).context["sessions"]
    there = next(one["pk"] for one in sessions if "iPhone" in one["device"])
    here.post(SECURITY, {"end": there})
    assert (is_in(here), is_in(phone), is_in(third)) == (True, False, True)


def test_all_others_are_ended(bea):
    here, phone, third = sure(browser()), browser(agent=PHONE), browser()
    here.post(SECURITY, {"end": "others"})
    assert (is_in(here), is_in(phone), is_in(third)) == (True, False, False)


def test_nobody_ends_anothers(bea):
    a_user("auditor", "rut")
    here, other = sure(browser()), browser("rut")
    there = other.get(SECURITY).context["sessions"][0]["pk"]
    assert here.post(SECURITY, {"end": there}).status_code == 404
    assert here.post(SECURITY, {"end": "x"}).status_code == 404
    assert is_in(other)


def test_who_ends_one_shows_first_who_they_are(bea):
    here, phone = browser(), browser(agent=PHONE)
    assert here.post(SECURITY, {"end": "others"})["Location"].startswith("/password-again/")
    assert is_in(phone)


def test_showing_anew_who_one_is_gives_the_session_a_new_key_and_it_stays_listed(bea):
    here = browser()
    before = here.session.session_key
    sure(here)
    assert here.session.session_key != before
    assert [one["is_this"] for one in here.get(SECURITY).context["sessions"]] == [True]
    old = Client()
    old.cookies["sessionid"] = before
    assert not is_in(old)


def test_an_administrator_ends_the_sessions_of_others(bea, client):
    there = browser()
    a_user("administrator", "adam")
    sent = {"action": "end_sessions", "_selected_action": [bea.pk]}
    sure(browser("adam")).post(reverse("admin:ledarna_user_changelist"), sent)
    assert not is_in(there)


def test_the_browser_forgets_what_it_kept_on_the_way_out(bea):
    assert "cache" in browser().post("/sign-out/")["Clear-Site-Data"]


def test_a_new_password_ends_all_others_and_this_one_stays_listed(bea):
    here, phone = browser(), browser(agent=PHONE)
    here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert (is_in(here), is_in(phone)) == (True, False)
    assert len(here.get(SECURITY).context["sessions"]) == 1


def test_a_new_password_is_given_with_the_old_one(bea):
    page = main_of(browser().post(CHANGE, {"oldpassword": "fel", "password1": NEW, "password2": NEW}))
    assert "Det är inte ditt lösenord." in page
    bea.refresh_from_db()
    assert bea.check_password(PASSWORD)


@pytest.mark.parametrize(
    "weak", ["elva-tecken", "password1234", "123456789012", "ledarna-för-alltid", "i Storföreningen"]
)
def test_a_weak_password_is_refused(bea, weak):
    Association.objects.create(name="Storföreningen i Ö")
    browser().post(CHANGE, {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    bea.refresh_from_db()
    assert bea.check_password(PASSWORD)


def test_it_ends_where_somebody_may_sign_in_no_longer(bea):
    here = browser()
    bea.is_active = False
    bea.save()
    assert not is_in(here)


def test_the_session_has_a_new_key_after_the_sign_in(bea):
    client = Client()
    client.get("/sign-in/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key
    client.post("/sign-in/", {"login": "bea", "password": PASSWORD})
    assert client.session.session_key != before


def test_a_session_ends_by_itself_after_twelve_hours(bea):
    assert browser().cookies["sessionid"]["max-age"] == 12 * 3600


@pytest.mark.parametrize(("agent", "name"), [("curl/8", "ett program"), (FIREFOX, "Firefox, Linux")])
def test_a_browser_is_called_what_its_user_calls_it(agent, name):
    assert device(agent) == name


class TestIdle:
    @pytest.fixture
    def later(self, monkeypatch):
        """Let so many minutes go by since the sign-in."""
        begun = time()
        return lambda minutes: monkeypatch.setattr("ledarna.idle.time", lambda: begun + minutes * 60)

    def test_a_session_that_nobody_uses_ends(self, bea, later):
        here = browser()
        later(119)
        assert is_in(here)
        later(119 + 121)
        assert here.get(SECURITY)["Location"] == f"/sign-in/?next={SECURITY}"

    def test_one_that_is_used_goes_on_until_its_day_is_over(self, bea, later):
        here = browser()
        for minutes in range(100, 12 * 60, 100):
            later(minutes)
            assert is_in(here)
        later(12 * 60 + 1)
        assert not is_in(here)

    def test_nothing_is_written_into_it_more_than_once_a_minute(self, bea, later):
        here = browser()
        later(0.5)
        with CaptureQueriesContext(connection) as queries:
            is_in(here)
        assert not [each for each in queries if "UPDATE" in each["sql"] and "django_session" in each["sql"]]

    def test_that_it_ended_is_in_the_trail(self, bea, later):
        here = browser()
        later(121)
        here.get(SECURITY)
        assert LogEntry.objects.filter(additional_data__event="sign-out", actor=bea).exists()

    def test_the_association_may_want_no_such_end(self, bea, later, settings):
        settings.LEDARNA_IDLE_MINUTES = 0
        here = browser()
        later(11 * 60)
        assert is_in(here)
