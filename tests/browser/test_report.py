"""Writing the annual report in a browser: names are completed, and how it reads follows the keys."""

import pytest

from tests.browser.site import a_site, follow
from tests.browser.test_pages_accessible import what_axe_finds

pytestmark = pytest.mark.browser

SECTION = "/year/2023/annual-report/sections/1/"


@pytest.fixture(scope="module")
def site_to_write_in(tmp_path_factory):
    """A server whose report these tests may change."""
    with a_site(tmp_path_factory.mktemp("report")) as running:
        yield running


@pytest.fixture
def page(browser, site_to_write_in, request):
    context = browser.new_context(java_script_enabled=getattr(request, "param", True))
    opened = site_to_write_in.page(context, "kassor")
    opened.goto(site_to_write_in.url + SECTION)
    yield opened
    context.close()


def test_a_name_is_completed_with_the_keyboard_and_read_at_once(page):
    text = page.locator("#body")
    text.fill("")
    text.press_sequentially("Resultatet är {{ finance.resu")
    assert page.locator("#completions [aria-selected=true]").inner_text() == "finance.result"
    assert what_axe_finds(page) == []
    text.press("Enter")
    assert text.input_value() == "Resultatet är {{ finance.result }}"
    page.locator("#preview", has_text="Resultatet är −1").wait_for()


def test_a_format_is_completed(page):
    text = page.locator("#body")
    text.fill("")
    text.press_sequentially("{{ finance.result | sur")
    text.press("Enter")
    assert text.input_value() == "{{ finance.result | surplus }}"


def test_the_list_is_closed_and_nothing_is_inserted(page):
    text = page.locator("#body")
    text.fill("")
    text.press_sequentially("{{ fin")
    text.press("Escape")
    assert page.locator("#completions").is_hidden()
    assert text.input_value() == "{{ fin"


def test_a_mistake_is_told_while_somebody_types(page):
    page.locator("#body").fill("{{ finance.resultt }}")
    page.wait_for_selector("#mistakes .attention")
    assert "rad 1, kolumn 1" in page.locator("#mistakes").inner_text()


@pytest.mark.parametrize("page", [False], indirect=True)
def test_without_a_script_a_button_shows_how_it_reads(page):
    page.fill("#body", "Resultatet är {{ finance.result | abs }}")
    follow(page.locator("button[value=preview]"))
    assert "Resultatet är 1" in page.locator("#preview").inner_text()
