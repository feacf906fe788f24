"""The pages on narrow screens, by the keyboard, without script, in print."""

from dataclasses import dataclass, field

import pytest

from tests.browser.pages import PAGES
from tests.browser.site import follow

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 760)


@pytest.fixture(scope="module")
def context(browser, site):
    """A browser in which the treasurer has signed in, once for all tests here."""
    context = browser.new_context()
    site.page(context, "kassor").close()
    yield context
    context.close()


@pytest.fixture
def page(context):
    page = context.new_page()
    yield page
    page.close()


@dataclass
class Visit:
    """What was seen of a page: how wide it is on a screen of some width, and what the browser complained of."""

    widths: dict[int, int] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def visits(context, site):
    """Each page, loaded on screens of each width: loading is quicker than making the screen wider."""
    page = context.new_page()
    seen = {name: Visit() for name in PAGES}
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        for name, path in PAGES.items():
            page.goto(site.url + path)
            seen[name].widths[width] = page.evaluate("document.documentElement.scrollWidth")
            seen[name].complaints += complaints
            complaints.clear()
    page.close()
    return seen


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(visits, width):
    assert {name: visit.widths[width] for name, visit in visits.items() if visit.widths[width] > width} == {}


def test_no_page_breaks_its_own_policy(visits):
    said = {name: visit.complaints for name, visit in visits.items() if visit.complaints}
    # The browser complains of every answer that is an error, as these two are.
    assert said.keys() <= {"not-found", "bad-request"}
    assert not any("policy" in text.lower() for texts in said.values() for text in texts)


def test_the_first_key_leads_past_the_header(page, site):
    page.goto(site.url + PAGES["year"])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Hoppa till innehållet"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_table_that_scrolls_can_be_reached_by_the_keyboard(page, site):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(site.url + PAGES["income-statement-by-month"])
    page.locator(".scroll").first.focus()
    page.keyboard.press("ArrowRight")
    scrolled = (
        "new Promise(done => document.querySelector('.scroll').onscrollend = e => done(e.target.scrollLeft))"
    )
    assert page.evaluate(scrolled) > 0


@pytest.mark.parametrize("name", ["income-statement", "balance-sheet"])
def test_a_telephone_shows_a_statement_without_scrolling_and_the_rest_when_asked(page, site, name):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site.url + PAGES[name])
    assert page.locator(".report .minor").first.is_hidden()
    last = page.locator(".report thead th").filter(visible=True).last.bounding_box()
    assert last["x"] + last["width"] <= 390
    follow(page.get_by_role("link", name="Visa dem"))
    assert page.locator(".report .minor").first.is_visible()


def test_paper_has_every_column_and_the_wide_drawings(page, site):
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(media="print")
    page.goto(site.url + PAGES["income-statement"])
    assert page.locator(".report .minor").first.is_visible()
    assert page.get_by_text("På en smal skärm").is_hidden()
    assert page.locator(".chart .wide").is_visible()
    assert page.locator(".chart .narrow").is_hidden()


def test_what_has_the_focus_is_seen(page, site):
    page.goto(site.url + PAGES["year"])
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_signing_in_reading_and_the_language_work_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = site.page(context, "styrelse")
    assert page.locator("h1").inner_text() == "Året 2023"
    follow(page.get_by_role("navigation", name="Sidor").get_by_role("link", name="Medlemmar"))
    assert page.locator("h1").inner_text() == "Medlemmar 2023"
    follow(page.get_by_role("button", name="English"))
    assert page.locator("h1").inner_text() == "Members 2023"
    follow(page.get_by_role("button", name="Sign out"))
    assert page.locator("h1").inner_text() == "Sign in"
    context.close()


def test_a_figure_leads_to_the_voucher_in_three_steps(page, site):
    page.goto(site.url + PAGES["year"])
    follow(page.locator(".figures a").first)
    follow(page.get_by_role("link", name="6990"))
    follow(page.get_by_role("link", name="A 2", exact=True))
    assert page.locator("h1").inner_text() == "Verifikation A 2"


def test_print_leaves_out_the_navigation_and_is_white(page, site):
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(site.url + PAGES["year"])
    assert not page.locator(".site-head nav").is_visible()
    assert not page.locator(".reader").is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_an_item_unfolds_into_its_accounts_without_a_script(browser, site):
    context = browser.new_context(java_script_enabled=False)
    page = site.page(context, "kassor")
    page.goto(f"{site.url}/year/2023/income-statement/")
    account = page.locator("tr.part", has_text="3900")
    assert not account.is_visible()
    page.locator("summary", has_text="Medlemsavgifter").press("Enter")
    assert account.is_visible()
    context.close()
