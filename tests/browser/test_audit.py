"""The audit in a browser, by the keyboard and without script: drawn, checked, asked about, answered."""

import pytest

from tests.browser.site import a_site, follow
from tests.browser.test_pages_accessible import what_axe_finds

pytestmark = pytest.mark.browser

AUDIT = "/year/2023/audit/"
PAGES = (
    AUDIT,
    f"{AUDIT}draw/",
    f"{AUDIT}draw/?method=random&random=2&seed=x",
    f"{AUDIT}draw/?method=above&above=x",
    f"{AUDIT}samples/1/",
    f"{AUDIT}samples/1/1/",
    f"{AUDIT}samples/1/2/",
    f"{AUDIT}benford/?digit=1",
)


@pytest.fixture(scope="module")
def site_to_audit(tmp_path_factory):
    """A server whose books these tests may audit."""
    with a_site(tmp_path_factory.mktemp("audit")) as running:
        yield running


@pytest.fixture
def signed_in(browser, site_to_audit):
    """Open a page on which somebody has signed in, without script unless asked for."""
    contexts = []

    def open_page(username, **how):
        contexts.append(browser.new_context(**{"java_script_enabled": False, **how}))
        return site_to_audit.page(contexts[-1], username)

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def audited(signed_in, site_to_audit):
    """A sample of which one voucher was checked and another asked about."""
    auditor = signed_in("revisor")
    auditor.goto(f"{site_to_audit.url}{AUDIT}samples/1/")
    if auditor.locator("h1").inner_text() == "Urval 1 av 2023":
        return auditor
    auditor.goto(site_to_audit.url + AUDIT)
    follow(auditor.get_by_role("link", name="Dra ett urval"), "Enter")
    auditor.get_by_role("radio", name="Slumpvis").press("Space")
    auditor.get_by_label("Hur många").fill("2")
    auditor.get_by_label("Frö").fill("årsmötet")
    follow(auditor.get_by_role("button", name="Se hur mycket det skulle bli"), "Enter")
    assert auditor.locator("#drawn h2").inner_text() == "2 verifikationer av 2 skulle dras"
    follow(auditor.get_by_role("button", name="Dra och spara urvalet"), "Enter")
    follow(auditor.get_by_role("link", name="Fortsätt med A 1"), "Enter")
    follow(auditor.get_by_role("button", name="Granskad"), "Space")
    assert auditor.locator("h1").inner_text() == "A 2 i urval 1"
    auditor.get_by_label("Fråga eller anteckning").fill("Vem beställde detta?")
    follow(auditor.get_by_role("button", name="Fråga kassören"), "Enter")
    return auditor


def test_an_auditor_draws_checks_and_asks_and_the_treasurer_answers(audited, signed_in, site_to_audit):
    audited.goto(f"{site_to_audit.url}{AUDIT}samples/1/")
    assert audited.locator("tbody tr", has_text="A 1").get_by_text("granskad", exact=False).count()
    treasurer = signed_in("kassor")
    follow(treasurer.get_by_role("link", name="1 fråga från revisorerna väntar på svar"), "Enter")
    follow(treasurer.locator("#questions ~ .comment").get_by_role("link", name="A 2"), "Enter")
    assert "Vem beställde detta?" in treasurer.locator("main").inner_text()
    treasurer.get_by_label("Ditt svar").fill("Styrelsen, § 8")
    follow(treasurer.get_by_role("button", name="Svara"), "Enter")
    audited.goto(site_to_audit.url + AUDIT)
    assert "Styrelsen, § 8" in audited.locator("main").inner_text()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_on_the_pages_stands_in_anybodys_way(audited, signed_in, site_to_audit, theme):
    page = signed_in("revisor", java_script_enabled=True, color_scheme=theme)
    found = []
    for path in PAGES:
        page.goto(site_to_audit.url + path)
        found += what_axe_finds(page)
    assert found == []


def test_no_page_is_wider_than_a_narrow_screen(audited, signed_in, site_to_audit):
    page = signed_in("revisor", java_script_enabled=True, viewport={"width": 320, "height": 800})
    too_wide = []
    for path in PAGES:
        page.goto(site_to_audit.url + path)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            too_wide.append(path)
    assert too_wide == []
