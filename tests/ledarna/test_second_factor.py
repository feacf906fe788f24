"""The second factor: set up, asked for, stood in for, and demanded of those who can do the most."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from ledarna.reauthentication import SESSION_KEY
from ledarna.second_factor import has_second_factor
from ledarna.trail import search
from tests.codes import an_app, code_of, recovery_codes
from tests.factories import PASSWORD, a_fiscal_year, a_user
from tests.pages import main_of

pytestmark = pytest.mark.django_db

AGAIN, SECURITY, ADD = reverse("password-again"), reverse("mfa_index"), reverse("mfa_activate_totp")
CODE = reverse("mfa_authenticate")


@pytest.fixture
def kassor():
    a_fiscal_year()
    return a_user("treasurer", "kassor")


@pytest.fixture
def signed_in(kassor, client):
    client.force_login(kassor)
    return client


@pytest.fixture
def half_in(kassor):
    """A browser in which the treasurer has given the right password; the secret of the app beside it."""
    secret = an_app(kassor)
    browser = Client()
    response = browser.post("/sign-in/?next=/trail/", {"login": "kassor", "password": PASSWORD})
    assert response["Location"] == CODE
    return browser, secret


def events() -> list[str]:
    return [entry.additional_data["event"] for entry in search().order_by("pk") if entry.additional_data]


def test_an_app_is_set_up_after_the_password_was_given_anew(
    signed_in, kassor, django_capture_on_commit_callbacks
):
    assert signed_in.get(ADD)["Location"] == f"{AGAIN}?next={ADD.replace('/', '%2F')}"
    signed_in.post(AGAIN, {"password": PASSWORD, "next": ADD})
    page = signed_in.get(ADD)
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        response = signed_in.post(ADD, {"code": code_of(page.context["secret"])})
    assert response["Location"] == reverse("mfa_view_recovery_codes")
    assert recovery_codes(kassor)[0] in main_of(signed_in.get(response["Location"]))
    assert has_second_factor(kassor)
    assert "factor added" in events()


def test_a_wrong_code_sets_nothing_up(signed_in, kassor):
    signed_in.post(AGAIN, {"password": PASSWORD})
    signed_in.get(ADD)
    page = main_of(signed_in.post(ADD, {"code": "000000"}))
    assert "Det stämmer inte, eller så är koden använd" in page
    assert not has_second_factor(kassor)


def test_the_password_alone_opens_nothing(half_in):
    browser, _secret = half_in
    assert browser.get("/trail/")["Location"].startswith("/sign-in/")
    assert browser.get("/sign-in/")["Location"] == CODE


def test_the_code_opens_the_page_that_was_asked_for(half_in):
    browser, secret = half_in
    assert browser.post(CODE, {"code": code_of(secret)})["Location"] == "/trail/"
    assert browser.get("/trail/").status_code == 200


def test_the_trail_says_what_was_shown(half_in):
    browser, secret = half_in
    browser.post(CODE, {"code": code_of(secret)})
    assert (
        search("kassor (").filter(additional_data__event="sign-in").get().object_repr
        == "kassor (lösenord, app)"
    )


def test_a_code_opens_once(half_in):
    browser, secret = half_in
    code = code_of(secret)
    browser.post(CODE, {"code": code})
    other = Client()
    other.post("/sign-in/", {"login": "kassor", "password": PASSWORD})
    assert other.post(CODE, {"code": code}).status_code == 200
    assert "code refused" in events()


def test_a_recovery_code_stands_in_once(half_in, kassor):
    browser, _secret = half_in
    code = recovery_codes(kassor)[0]
    assert browser.post(CODE, {"code": code})["Location"] == "/trail/"
    assert code not in recovery_codes(kassor)
    other = Client()
    other.post("/sign-in/", {"login": "kassor", "password": PASSWORD})
    assert other.post(CODE, {"code": code}).status_code == 200


def test_codes_are_not_guessed(half_in):
    browser, secret = half_in
    for _attempt in range(11):
        page = main_of(browser.post(CODE, {"code": "000000"}))
    assert "För många misslyckade försök" in page
    assert browser.post(CODE, {"code": code_of(secret)}).status_code == 200


def test_one_who_has_given_the_password_may_go_away(half_in):
    browser, _secret = half_in
    assert browser.post("/sign-out/")["Location"] == "/sign-in/"
    assert browser.get("/sign-in/").status_code == 200


def test_secrets_are_of_no_use_to_who_reads_the_database(kassor):
    secret = an_app(kassor)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in recovery_codes(kassor))


def test_an_app_is_read_after_the_secret_key_was_changed(kassor, settings):
    secret = an_app(kassor)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "en-ny-nyckel-av-god-längd-och-utan-mönster-8273"
    assert kassor.authenticator_set.get(type="totp").wrap().validate_code(code_of(secret))


NO_CREDENTIALS = (
    "x",
    "1",
    "[]",
    "null",
    "{}",
    '{"id": "x"}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": "eA"}}',
    '{"id": "eA", "rawId": "eA", "type": "public-key", "response": {"userHandle": 7, "clientDataJSON": "e30",'
    ' "authenticatorData": "eA", "signature": "eA"}}',
)


@pytest.mark.parametrize("sent", NO_CREDENTIALS)
def test_what_is_no_passkey_signs_nobody_in(client, sent):
    client.get(reverse("mfa_login_webauthn"), headers={"accept": "application/json"})
    response = client.post(reverse("mfa_login_webauthn"), {"credential": sent})
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    assert "sessionid" not in client.cookies or "_auth_user_id" not in client.session


@pytest.mark.parametrize("sent", NO_CREDENTIALS)
def test_what_is_no_passkey_is_not_added(signed_in, kassor, sent):
    signed_in.post(AGAIN, {"password": PASSWORD})
    signed_in.get(reverse("mfa_add_webauthn"))
    response = signed_in.post(reverse("mfa_add_webauthn"), {"name": "nyckel", "credential": sent})
    assert response.status_code == 200
    assert not has_second_factor(kassor)


class TestAskedAnew:
    def test_who_has_a_second_factor_is_asked_for_that_and_not_for_the_password(self, signed_in, kassor):
        secret = an_app(kassor)
        assert "Kod från appen" in main_of(signed_in.get(AGAIN))
        signed_in.post(AGAIN, {"password": PASSWORD})
        assert SESSION_KEY not in signed_in.session
        signed_in.post(AGAIN, {"code": code_of(secret)})
        assert SESSION_KEY in signed_in.session

    def test_a_credential_is_nothing_where_there_is_no_passkey(self, signed_in, kassor):
        an_app(kassor)
        signed_in.post(AGAIN, {"credential": "{}"})
        assert SESSION_KEY not in signed_in.session

    def test_passwords_are_not_guessed_there(self, signed_in):
        for _attempt in range(11):
            signed_in.post(AGAIN, {"password": "fel"})
        signed_in.post(AGAIN, {"password": PASSWORD})
        assert SESSION_KEY not in signed_in.session


class TestDemanded:
    @pytest.fixture(autouse=True)
    def _demanded(self, settings):
        settings.SECOND_FACTOR_ROLES = ["treasurer", "administrator"]

    @pytest.mark.parametrize("path", ["/", "/year/2023/", "/admin/", "/you/", "/trail/", "/vouchers/new/"])
    def test_who_has_to_have_one_gets_nowhere_without(self, signed_in, path):
        assert signed_in.get(path)["Location"] == SECURITY

    def test_the_page_says_why(self, signed_in):
        assert "Din roll kräver en andra faktor" in main_of(signed_in.get(SECURITY))

    def test_the_way_there_is_open(self, signed_in):
        signed_in.post(AGAIN, {"password": PASSWORD})
        page = signed_in.get(ADD)
        signed_in.post(ADD, {"code": code_of(page.context["secret"])})
        assert signed_in.get(reverse("mfa_view_recovery_codes")).status_code == 200
        assert signed_in.get("/year/2023/").status_code == 200

    def test_other_roles_need_none(self, client):
        a_fiscal_year()
        client.force_login(a_user("board"))
        assert client.get("/year/2023/").status_code == 200

    def test_a_superuser_has_to_have_one(self, client):
        client.force_login(a_user(is_superuser=True))
        assert client.get("/admin/")["Location"] == SECURITY

    def test_the_last_one_is_not_taken_away(self, signed_in, kassor):
        secret = an_app(kassor)
        signed_in.post(AGAIN, {"code": code_of(secret)})
        page = main_of(signed_in.post(reverse("mfa_deactivate_totp")))
        assert "Din roll kräver en andra faktor" in page
        assert has_second_factor(kassor)


def test_one_that_nobody_demands_is_taken_away_with_its_recovery_codes(signed_in, kassor):
    secret = an_app(kassor)
    signed_in.post(AGAIN, {"code": code_of(secret)})
    signed_in.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()
    assert "factor removed" in events()


def test_anothers_passkey_is_not_there(signed_in):
    other = a_user("auditor")
    passkey = Authenticator.objects.create(user=other, type="webauthn", data={"name": "nyckel"})
    signed_in.post(AGAIN, {"password": PASSWORD})
    assert signed_in.post(reverse("mfa_remove_webauthn", args=[passkey.pk])).status_code == 404
    assert Authenticator.objects.filter(pk=passkey.pk).exists()
