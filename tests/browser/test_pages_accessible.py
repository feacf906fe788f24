"""Nothing that axe knows stands in anybody's way, in either theme and either language (WCAG 2.2 AA).

Each page is loaded once in each language and seen in both themes; in the second of them by the rules
about colours alone, which are the only ones that a theme can break.
"""

from functools import cache

import pytest

from tests.browser.pages import PAGES
from tests.browser.site import follow

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# What a page does well is not told: on a long page that takes axe most of its time.
VIOLATIONS = {"resultTypes": ["violations"]}


@cache
def axe_script():
    from axe_playwright_python.sync_playwright import Axe

    return Axe().axe_script


def what_axe_finds(page, rules=RULES):
    if page.evaluate("window.axe === undefined"):
        page.evaluate(axe_script())
    violations = page.evaluate(
        "options => axe.run(options).then(found => found.violations)", rules | VIOLATIONS
    )
    return [
        f"{page.url} {violation['id']}: {node['html'][:120]} {node['failureSummary']}"
        for violation in violations
        for node in violation["nodes"]
    ]


def what_axe_finds_in_both_themes(page):
    page.emulate_media(color_scheme="light")
    found = what_axe_finds(page)
    page.emulate_media(color_scheme="dark")
    # A colour that fades into another is looked at when it has.
    page.evaluate("Promise.all(document.getAnimations().map(one => one.finished))")
    return found + what_axe_finds(page, OF_COLOURS)


@pytest.fixture(scope="module", params=["sv", "en"])
def language(request):
    return request.param


@pytest.fixture(scope="module")
def treasurers_page(browser, site, language):
    context = browser.new_context()
    yield site.page(context, "kassor", language)
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_nothing_stands_in_the_way_on_a_page(treasurers_page, site, name):
    treasurers_page.goto(site.url + PAGES[name])
    assert what_axe_finds_in_both_themes(treasurers_page) == []


def test_nothing_stands_in_the_way_at_the_sign_in(browser, site, language):
    context = browser.new_context()
    page = site.page(context, None, language)
    page.goto(f"{site.url}/sign-in/")
    found = what_axe_finds_in_both_themes(page)
    page.fill("[name=login]", "nobody")
    page.fill("[name=password]", "wrong")
    follow(page.locator("main button.primary"))
    found += what_axe_finds_in_both_themes(page)
    context.close()
    assert found == []


def test_what_stands_in_the_way_is_found(browser):
    context = browser.new_context()
    page = context.new_page()
    page.set_content(
        "<main><h1>Bild</h1><img src=x><p style='color: #ccc; background: #fff'>Blekt</p></main>"
    )
    found = what_axe_finds(page)
    context.close()
    assert any("image-alt" in one for one in found)
    assert any("color-contrast" in one for one in found)


def test_a_refusal_stands_in_nobodys_way(browser, site):
    context = browser.new_context()
    page = site.page(context, "valberedning")
    page.goto(f"{site.url}/year/2023/")
    assert page.locator("h1").inner_text() == "Din roll visar inte detta"
    assert what_axe_finds(page) == []
    context.close()
