"""Nothing on a page moves once it is there, and nothing of it is fetched from elsewhere.

Stylesheets, pictures and scripts move nothing. What can move while a long page is still arriving are the
columns of a table, which are as wide as what they hold: that is allowed, up to half of what is called good.
"""

import pytest

from tests.browser.pages import PAGES

pytestmark = pytest.mark.browser

MOST = 0.05
"""Cumulative layout shift; 0.1 is called good."""

WATCH = """
window.shifts = [];
new PerformanceObserver(list => {
    for (const shift of list.getEntries()) window.shifts.push(shift.value);
}).observe({type: "layout-shift", buffered: true});
"""
SETTLED = """
() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))
"""


@pytest.mark.parametrize("width", [1180, 390])
def test_no_page_shifts_as_it_loads_or_asks_another_host(browser, site, width):
    # The observer is the test's own, and the policy of the pages allows no script from elsewhere.
    context = browser.new_context(bypass_csp=True, viewport={"width": width, "height": 800})
    context.add_init_script(WATCH)
    page = site.page(context, "kassor")
    asked, shifted = [], {}
    page.on("request", lambda request: asked.append(request.url))
    for name, path in PAGES.items():
        page.goto(site.url + path)
        page.evaluate(SETTLED)
        shift = sum(page.evaluate("window.shifts"))
        if shift > MOST:
            shifted[name] = shift
    context.close()
    assert shifted == {}
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith((site.url, "data:"))] == []
