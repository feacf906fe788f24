"""Importing a SIE file in a browser: upload, preview, confirmation, without a script, on a phone, for all."""

import pytest

from tests.browser.site import a_site, follow
from tests.browser.test_pages_accessible import what_axe_finds
from tests.sie import HEAD, ver

pytestmark = pytest.mark.browser

YEAR_2021 = HEAD.replace("2023", "2021").replace("2022", "2020").replace("802000-0001", "")
FINE = YEAR_2021 + ver("A", 1, day="20210301") + ver("A", 2, day="20210402")
FAULTY = (
    YEAR_2021
    + "#UB 0 1930 1150.00\n"
    + ver("A", 1, "5.00", day="20210301")
    + ver("A", 3, day="20210301").replace("-100.00", "-99.00")
)
"""A voucher in conflict with the books, one that does not balance, and a balance that does not agree."""


@pytest.fixture(scope="module")
def site_to_import_in(tmp_path_factory):
    """A server whose books these tests change."""
    with a_site(tmp_path_factory.mktemp("import")) as running:
        yield running


@pytest.fixture
def signed_in(browser, site_to_import_in):
    """What a browser keeps of somebody who has signed in as the treasurer: anew, as a password renews it."""
    context = browser.new_context()
    site_to_import_in.page(context, "kassor").wait_for_url("**/year/**")
    state = context.storage_state()
    context.close()
    return state


def sent(page, site, text, name="prov.se"):
    """The preview of *text*."""
    page.goto(f"{site.url}/import/sie/")
    page.set_input_files(
        "[name=file]", {"name": name, "mimeType": "text/plain", "buffer": text.encode("cp437")}
    )
    follow(page.get_by_role("button", name="Granska filen"))


def test_a_file_is_sent_looked_at_imported_and_taken_back_without_script(
    browser, site_to_import_in, signed_in
):
    site = site_to_import_in
    context = browser.new_context(storage_state=signed_in, java_script_enabled=False)
    page = context.new_page()
    sent(page, site, FINE)
    assert page.locator(".result li", has_text="2 verifikationer").first.is_visible()
    assert not page.get_by_text("Filen gås igenom.").is_visible()
    follow(page.get_by_role("button", name="Läs in"))
    follow(page.get_by_role("link", name="Vad den skapade"))
    assert page.locator("h1").inner_text() == "prov.se"
    sent(page, site, FINE)
    assert page.get_by_text("Inget är nytt i filen").is_visible()
    page.go_back()
    page.goto(f"{site.url}/import/sie/")
    follow(page.get_by_role("link", name="prov.se").first)
    follow(page.get_by_role("link", name="Ta tillbaka inläsningen"))
    page.fill("[name=password]", site.passwords["kassor"])
    follow(page.get_by_role("button", name="Fortsätt"))
    page.fill("[name=reason]", "Fel fil")
    follow(page.get_by_role("button", name="Ta tillbaka inläsningen"))
    assert "är återtagen" in page.locator(".all-well").inner_text()
    context.close()


@pytest.mark.parametrize(("theme", "width"), [("light", 1180), ("dark", 320)])
def test_its_pages_stand_in_nobodys_way_and_fit_the_screen(
    browser, site_to_import_in, signed_in, theme, width
):
    site = site_to_import_in
    context = browser.new_context(storage_state=signed_in, color_scheme=theme)
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 800})
    found, too_wide = [], []

    def look():
        page.evaluate("document.querySelectorAll('main details').forEach(found => { found.open = true })")
        found.extend(what_axe_finds(page))
        if page.evaluate("document.documentElement.scrollWidth") > width:
            too_wide.append(page.url)

    page.goto(f"{site.url}/import/sie/")
    look()
    sent(
        page, site, FINE, f"{theme}-{width}-ett-namn-utan-ende-och-utan-blanktecken-som-ingen-skärm-rymmer.se"
    )
    look()
    if page.get_by_role("button", name="Läs in").count():
        follow(page.get_by_role("button", name="Läs in"))
        look()
    sent(page, site, FAULTY)
    assert page.get_by_role("heading", name="Konflikter").is_visible()
    look()
    page.goto(f"{site.url}/import/sie/")
    follow(page.locator("main th a").first)
    look()
    context.close()
    assert (found, too_wide) == ([], [])
