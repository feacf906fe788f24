"""Nothing that axe knows stands in anybody's way, in either theme and either language (WCAG 2.2 AA).

Colours do not depend on the language, nor words on the theme: two of the four pairs see all.
"""

import pytest

from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def what_axe_finds(page):
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{page.url} {violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in Axe().run(page, options=RULES).response["violations"]
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize(("theme", "language"), [("light", "sv"), ("dark", "en")])
class TestNothingStandsInTheWay:
    def test_on_the_pages(self, browser, site, theme, language):
        context = browser.new_context(color_scheme=theme)
        page = site.page(context, "kassor", language)
        found = []
        for path in PAGES.values():
            page.goto(site.url + path)
            found += what_axe_finds(page)
        context.close()
        assert found == []

    def test_at_the_sign_in(self, browser, site, theme, language):
        context = browser.new_context(color_scheme=theme)
        page = site.page(context, None, language)
        page.goto(f"{site.url}/sign-in/")
        found = what_axe_finds(page)
        page.fill("[name=login]", "nobody")
        page.fill("[name=password]", "wrong")
        with page.expect_navigation():
            page.click("main button")
        found += what_axe_finds(page)
        context.close()
        assert found == []


def test_a_refusal_stands_in_nobodys_way(browser, site):
    context = browser.new_context()
    page = site.page(context, "valberedning")
    page.goto(f"{site.url}/year/2023/")
    assert page.locator("h1").inner_text() == "Din roll visar inte detta"
    assert what_axe_finds(page) == []
    context.close()
