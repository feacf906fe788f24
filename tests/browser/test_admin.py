"""Entering in a browser: sums while typing, the keyboard, the policy, phones, and without script."""

import pytest

from tests.browser.site import follow
from tests.browser.test_pages_accessible import what_axe_finds_in_both_themes

pytestmark = pytest.mark.browser

ADD = "/admin/finance/voucher/add/"
BUDGET = "/admin/finance/budget/1/change/"
YEAR = "/admin/finance/fiscalyear/1/change/"
LIST = "/admin/finance/voucher/"
PATHS = [
    "/admin/",
    LIST,
    ADD,
    "/admin/finance/voucher/1/change/",
    BUDGET,
    YEAR,
    "/admin/members/channel/1/change/",
]


@pytest.fixture(scope="module")
def treasurers_cookies(browser, site):
    context = browser.new_context()
    site.page(context, "kassor")
    yield context.storage_state()
    context.close()


@pytest.fixture
def page(browser, treasurers_cookies):
    context = browser.new_context(locale="sv-SE", storage_state=treasurers_cookies)
    yield context.new_page()
    context.close()


def said(page, selector):
    return page.inner_text(selector).replace("\u00a0", " ")


def fill_rows(page, *rows):
    for number, (account, debit, credit) in enumerate(rows):
        page.fill(f"[name=rows-{number}-account]", account)
        page.fill(f"[name=rows-{number}-debit]", debit)
        page.fill(f"[name=rows-{number}-credit]", credit)


def test_debit_credit_and_their_difference_are_summed_while_typing(page, site):
    page.goto(site.url + ADD)
    fill_rows(page, ("1930", "18 400", ""), ("8310", "", "18 399,50"))
    assert said(page, "[data-sum=debit]") == "18 400,00"
    assert said(page, "[data-difference]") == "Debet och kredit skiljer 0,50"
    page.fill("[name=rows-1-credit]", "18400 kr")
    assert said(page, "[data-difference]") == "Debet och kredit är lika"


def test_a_row_that_is_taken_away_is_no_longer_summed(page, site):
    page.goto(site.url + ADD)
    fill_rows(page, ("1930", "10", ""), ("1930", "5", ""))
    page.locator("#rows-1 .inline-deletelink").click()
    assert said(page, "[data-sum=debit]") == "10,00"


def test_a_row_that_is_added_is_summed(page, site):
    page.goto(site.url + ADD)
    page.click(".add-row a")
    page.fill("[name=rows-4-debit]", "7")
    assert said(page, "[data-sum=debit]") == "7,00"


def test_enter_leads_to_the_next_field_and_posts_nothing(page, site):
    page.goto(site.url + ADD)
    page.press("[name=rows-0-account]", "Enter")
    assert page.evaluate("document.activeElement.name") == "rows-0-text"
    assert page.url.endswith(ADD)


def test_control_and_enter_post(page, site):
    page.goto(site.url + ADD)
    page.fill("[name=text]", "Halv")
    page.fill("[name=date]", "2023-05-01")
    fill_rows(page, ("1930", "10", ""), ("8310", "", "9"))
    follow(page.locator("[name=rows-1-credit]"), "Control+Enter")
    assert "Debet och kredit skiljer 1,00. Rätta en rad innan du bokför." in said(page, "main")


def test_accounts_are_suggested_by_number_and_name(page, site):
    page.goto(site.url + ADD)
    suggested = "[...document.querySelector('[name=rows-0-account]').list.options].map(o => o.value)"
    assert "1930 Företagskonto" in page.evaluate(suggested)


def test_the_budget_is_summed_by_row_by_month_and_to_its_result_while_typing(page, site):
    page.goto(site.url + BUDGET)
    page.fill("[name=new-0-account]", "5010")
    page.fill("[name='new-0-2023-01']", "8 000")
    page.fill("[name='new-0-2023-02']", "500,50")
    new_row = page.locator("tr.grid-row").filter(has=page.locator("[name=new-0-account]"))
    assert new_row.locator("output").inner_text().replace("\u00a0", " ") == "8 500,50"
    assert said(page, "[data-sums-kind=result] [data-column='2023-01']") == "−8 000"
    assert said(page, "[data-sums-kind=result] [data-column=total]") == "−1 465 044,50"


def test_opening_balances_are_summed_while_typing(page, site):
    page.goto(site.url + YEAR)
    page.fill("[name=opening_balances-0-natural]", "3 881 100")
    assert said(page, "[data-sum=assets]") == "3 881 100,00"
    assert said(page, "[data-difference]") == "Tillgångar minus eget kapital och skulder är 1,00"


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_admin_keeps_to_the_policy_and_fits_a_phone(page, site, path):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(site.url + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_the_admin_is_accessible(page, site, path):
    page.goto(site.url + path)
    assert what_axe_finds_in_both_themes(page) == []


def test_a_voucher_is_refused_in_words_without_script(browser, site):
    context = browser.new_context(java_script_enabled=False, locale="sv-SE")
    page = site.page(context, "kassor")
    page.goto(site.url + ADD)
    page.fill("[name=date]", "2023-05-01")
    page.fill("[name=text]", "Halv")
    fill_rows(page, ("företagskonto", "10", ""), ("8310", "", "9"))
    follow(page.locator("[name=_post]"))
    assert "Debet och kredit skiljer 1,00. Rätta en rad innan du bokför." in said(page, "main")
    context.close()
