"""Signing in as people do it: a password, an app, recovery codes, a passkey; and ending a session elsewhere."""

import re
import time
from collections.abc import Iterator

import pytest

from tests.browser.site import Site, a_site, follow
from tests.codes import code_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server of one's own, by the name that passkeys demand."""
    with a_site(tmp_path_factory.mktemp("sign-in")) as running:
        yield Site(running.url.replace("127.0.0.1", "localhost"), running.passwords)


@pytest.fixture
def open_browser(browser):
    """Make browsers that know nothing of each other; whatever their consoles complain of is a failure."""
    opened, complaints = [], []

    def new(**options):
        opened.append(browser.new_context(**options))
        opened[-1].on(
            "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
        )
        return opened[-1]

    yield new
    for context in opened:
        context.close()
    assert complaints == []


def press(page, name: str) -> None:
    follow(page.locator("main").get_by_role("button", name=name, exact=True))


def give_password(page, site, username: str) -> None:
    page.goto(f"{site.url}/sign-in/")
    page.fill("[name=login]", username)
    page.fill("[name=password]", site.passwords[username])
    press(page, "Logga in")


def give_password_again(page, site, username: str) -> None:
    page.fill("[name=password]", site.passwords[username])
    press(page, "Fortsätt")


def fresh_code(secret: str) -> str:
    """A code that will hold for some seconds more."""
    if time.time() % 30 > 25:
        time.sleep(6)
    return code_of(secret)


def test_an_app_is_set_up_and_asked_for_and_a_recovery_code_stands_in(site, open_browser):
    page = site.page(open_browser(), "kassor")
    page.goto(f"{site.url}/you/sign-in/")
    follow(page.get_by_role("link", name="Ställ in en app"))
    give_password_again(page, site, "kassor")
    assert page.locator(".qr svg").bounding_box()["width"] == 200
    secret = page.locator("main .digest").inner_text()
    page.fill("[name=code]", fresh_code(secret))
    press(page, "Ställ in")
    codes = page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10

    press_sign_out(page)
    give_password(page, site, "kassor")
    assert page.url.endswith("/sign-in/code/")
    page.goto(f"{site.url}/year/2023/")
    assert "/sign-in/code/" in page.url
    page.fill("[name=code]", fresh_code(secret))
    press(page, "Logga in")
    page.goto(f"{site.url}/year/2023/")
    assert page.locator("h1").count() == 1
    assert "/sign-in/" not in page.url

    elsewhere = open_browser(user_agent="Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1")
    phone = site.page(elsewhere, None)
    give_password(phone, site, "kassor")
    phone.fill("[name=code]", codes[0])
    press(phone, "Logga in")
    phone.goto(f"{site.url}/you/sign-in/")
    assert "9 koder är kvar" in phone.locator("main").inner_text()

    page.goto(f"{site.url}/you/sign-in/")
    row = page.get_by_role("row", name=re.compile("Safari, iPhone"))
    follow(row.get_by_role("button"))
    page.fill("[name=code]", codes[1])
    press(page, "Fortsätt")
    follow(row.get_by_role("button"))
    phone.goto(f"{site.url}/you/")
    assert "/sign-in/" in phone.url
    page.goto(f"{site.url}/you/")
    assert page.url.endswith("/you/")


def press_sign_out(page) -> None:
    follow(page.get_by_role("button", name="Logga ut"))


def plug_in_a_key(page) -> None:
    """Put a key in the machine that answers by itself, as a finger would."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_signs_in_by_itself_and_is_asked_for_before_what_weighs_heavily(site, open_browser):
    page = site.page(open_browser(), "admin")
    plug_in_a_key(page)
    page.goto(f"{site.url}/you/sign-in/passkey/add/")
    give_password_again(page, site, "admin")
    page.fill("[name=name]", "Datorn")
    press(page, "Lägg till")
    assert page.locator(".codes li").count() == 10
    page.goto(f"{site.url}/you/sign-in/")
    assert "Passnyckeln ”Datorn”" in page.locator("main").inner_text()

    press_sign_out(page)
    press(page, "Logga in med passnyckel")
    page.goto(f"{site.url}/admin/ledarna/user/add/")
    assert "/password-again/" in page.url
    assert page.locator("[name=password]").count() == 0
    press(page, "Använd en passnyckel")
    assert page.url.endswith("/admin/ledarna/user/add/")

    page.goto(f"{site.url}/")
    press_sign_out(page)
    give_password(page, site, "admin")
    press(page, "Använd en passnyckel")
    page.goto(f"{site.url}/you/")
    assert page.url.endswith("/you/")


def test_a_passkey_that_does_not_come_is_told_in_words(site, open_browser):
    page = site.page(open_browser(), None)
    page.goto(f"{site.url}/sign-in/")
    page.evaluate(
        "() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }"
    )
    page.get_by_role("button", name="Logga in med passnyckel").click()
    page.get_by_text("Det gick inte. Försök igen").wait_for()


def test_without_javascript_an_app_still_does(site, open_browser):
    page = site.page(open_browser(java_script_enabled=False), "sekreterare")
    page.goto(f"{site.url}/you/sign-in/app/add/")
    give_password_again(page, site, "sekreterare")
    secret = page.locator("main .digest").inner_text()
    page.fill("[name=code]", fresh_code(secret))
    press(page, "Ställ in")
    press_sign_out(page)
    assert page.get_by_role("button", name="Logga in med passnyckel").count() == 0
    give_password(page, site, "sekreterare")
    page.fill("[name=code]", fresh_code(secret))
    press(page, "Logga in")
    page.goto(f"{site.url}/you/")
    assert page.url.endswith("/you/")
