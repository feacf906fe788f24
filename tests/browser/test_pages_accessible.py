"""Nothing that axe knows stands in anybody's way, in either theme and either language (WCAG 2.2 AA).

Each page is loaded once in each language and seen in both themes; in the second of them by the rules
about colours alone, which are the only ones that a theme can break.
"""

import pytest

from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def what_axe_finds(page, rules=RULES):
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{page.url} {violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in Axe().run(page, options=rules).response["violations"]
        for node in violation["nodes"]
    ]


def what_axe_finds_in_both_themes(page):
    page.emulate_media(color_scheme="light")
    found = what_axe_finds(page)
    page.emulate_media(color_scheme="dark")
    return found + what_axe_finds(page, OF_COLOURS)


@pytest.mark.parametrize("language", ["sv", "en"])
class TestNothingStandsInTheWay:
    def test_on_the_pages(self, browser, site, language):
        context = browser.new_context()
        page = site.page(context, "kassor", language)
        found = []
        for path in PAGES.values():
            page.goto(site.url + path)
            found += what_axe_finds_in_both_themes(page)
        context.close()
        assert found == []

    def test_at_the_sign_in(self, browser, site, language):
        context = browser.new_context()
        page = site.page(context, None, language)
        page.goto(f"{site.url}/sign-in/")
        found = what_axe_finds_in_both_themes(page)
        page.fill("[name=login]", "nobody")
        page.fill("[name=password]", "wrong")
        with page.expect_navigation():
            page.click("main button")
        found += what_axe_finds_in_both_themes(page)
        context.close()
        assert found == []


def test_a_refusal_stands_in_nobodys_way(browser, site):
    context = browser.new_context()
    page = site.page(context, "valberedning")
    page.goto(f"{site.url}/year/2023/")
    assert page.locator("h1").inner_text() == "Din roll visar inte detta"
    assert what_axe_finds(page) == []
    context.close()
