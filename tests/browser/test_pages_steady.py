"""Nothing on a page moves once it is there, and nothing of it is fetched from elsewhere.

Stylesheets and pictures move nothing. What would move while a long page is still arriving are the
columns of a table, which are as wide as what they hold: so a page is shown when all of it is there,
and when the script that adds to it has run.
"""

import pytest

from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

SLOW = {"offline": False, "latency": 5, "downloadThroughput": 200_000, "uploadThroughput": 200_000}
"""A telephone far out, in bytes a second: a page comes in pieces."""

WATCH = """
window.shifts = [];
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) window.shifts.push(shift.value);
}).observe({type: "layout-shift", buffered: true});
"""
SETTLED = """
() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))
"""


@pytest.mark.parametrize(("width", "slow"), [(1180, False), (390, True)])
def test_no_page_shifts_as_it_loads_or_asks_another_host(browser, site, width, slow):
    # The observer is the test's own, and the policy of the pages allows no script from elsewhere.
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    context.add_init_script(WATCH)
    page = site.page(context, "kassor")
    if slow:
        context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    asked, shifted = [], {}
    page.on("request", lambda request: asked.append(request.url))
    for name, path in PAGES.items():
        page.goto(site.url + path)
        page.evaluate(SETTLED)
        shift = sum(page.evaluate("window.shifts"))
        if shift:
            shifted[name] = shift
    context.close()
    assert shifted == {}
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []


def test_a_page_that_was_cut_off_is_shown_after_a_while(browser, site):
    context = browser.new_context(bypass_csp=True)  # waiting for a condition evaluates text
    page = site.page(context, None)

    def cut(route):
        whole = route.fetch()
        route.fulfill(response=whole, body=whole.text().partition('<span class="whole"')[0])

    page.route("**/sign-in/", cut)
    page.goto(f"{site.url}/sign-in/")
    opacity = "getComputedStyle(document.querySelector('main')).opacity"
    assert page.evaluate(opacity) == "0"
    page.wait_for_function(f"{opacity} == 1", timeout=10_000)
    context.close()
