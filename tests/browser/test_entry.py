"""Entering vouchers in a browser: with the keyboard alone, with a receipt, and without a script."""

import re
from time import monotonic

import pytest

from tests.browser.site import a_site, follow
from tests.browser.test_pages_accessible import what_axe_finds_in_both_themes
from tests.files import PDF, a_png

pytestmark = pytest.mark.browser

SECONDS_A_KEY = 0.2
"""Somebody who types five keys a second."""

TEN_USUAL = (
    ("01", "Medlemsavgifter januari", (("1930", "160672,67"), ("3900", ""))),
    ("03", "Lokalhyra", (("5010", "8500"), ("1930", ""))),
    ("05", "Tryck, nyhetsbrev", (("5930", "4896+1224"), ("1930", ""))),
    ("09", "Resa, styrelsemöte", (("5800", "3*772,67"), ("1930", ""))),
    ("12", "Porto", (("porto", "312,50"), ("1930", ""))),
    ("14", "Konferens Almedalen, boende", (("5831", "18400"), ("6490", "1250+312,50"), ("1930", ""))),
    ("17", "Telefon", (("mobil", "399"), ("1930", ""))),
    ("20", "Styrelsearvoden", (("7240", "12000"), ("7510", "3770,40"), ("1930", ""))),
    ("25", "Programvaror", (("5420", "12*149"), ("1930", ""))),
    ("31", "Bankavgift", (("bankk", "95"), ("1930", ""))),
)
"""Day, text, and rows: what is typed as account and as debit."""


@pytest.fixture(scope="module")
def site_to_book_in(tmp_path_factory):
    """A server whose books these tests may change."""
    with a_site(tmp_path_factory.mktemp("entry")) as running:
        yield running


@pytest.fixture(scope="module")
def signed_in(browser, site_to_book_in):
    """What a browser keeps of somebody who has signed in as the treasurer."""
    context = browser.new_context()
    page = site_to_book_in.page(context, "kassor")
    page.wait_for_url("**/year/**")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def page_with(browser, site_to_book_in, signed_in):
    """The page of a new voucher, in a browser with the given settings."""
    contexts = []

    def open_page(**settings):
        contexts.append(browser.new_context(storage_state=signed_in, **settings))
        page = contexts[-1].new_page()
        page.goto(f"{site_to_book_in.url}/vouchers/new/")
        return page

    yield open_page
    for context in contexts:
        context.close()


class Typist:
    """Somebody at the keyboard, who counts the keys."""

    def __init__(self, page):
        self.page, self.keys = page, 0

    def type(self, text):
        self.page.keyboard.type(text, delay=5)
        self.keys += len(text)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += key.count("+") + 1

    def voucher(self, day, text, rows):
        self.type(day)
        self.press("Enter")
        self.type(text)
        self.press("Enter", "Enter", "Enter")
        for account, debit in rows:
            self.type(account)
            self.press("Enter")
            if debit:
                self.type(debit)
                self.press("Enter")
        with self.page.expect_navigation():
            self.press("Control+Enter")


def text_of(page):
    return page.inner_text("main").replace("\u202f", " ").replace("\u00a0", " ")


def latest(page):
    return int(re.search(r"Blir A (\d+) när", text_of(page))[1]) - 1


def test_ten_usual_vouchers_are_posted_with_the_keyboard_in_under_three_minutes(page_with):
    page = page_with()
    typist, before, began = Typist(page), latest(page), monotonic()
    for day, text, rows in TEN_USUAL:
        typist.voucher(f"01{day}", text, rows)
        assert f"{text} är bokförd" in text_of(page)
    assert latest(page) == before + 10
    seconds = monotonic() - began + typist.keys * SECONDS_A_KEY
    assert seconds < 180, f"{typist.keys} keys, {seconds:.0f} seconds"


def test_what_was_typed_is_what_was_posted(page_with, site_to_book_in):
    page = page_with()
    Typist(page).voucher("1114", "Konferens", (("5831", "18 400,00"), ("6490", "1 250+312,50"), ("193", "")))
    follow(page.locator(".said a"))
    amounts = [
        amount.replace("\u202f", " ").replace("\u00a0", " ")
        for amount in page.locator("td.number").all_inner_texts()
    ]
    assert amounts[:6] == ["18 400,00", "", "1 562,50", "", "", "19 962,50"]
    assert page.locator("tbody th").first.inner_text().endswith("Kost och logi")


def test_a_key_that_is_struck_at_once_takes_the_place_of_the_proposed_date(page_with):
    page = page_with()
    page.reload(wait_until="domcontentloaded")
    chosen = "[document.activeElement.id, document.activeElement.selectionEnd, document.activeElement.value.length]"
    name, end, length = page.evaluate(chosen)
    assert (name, end) == ("id_date", length)
    page.keyboard.type("0105")
    assert page.input_value("#id_date") == "0105"


def test_sums_and_the_open_amount_are_shown_while_somebody_types(page_with):
    page = page_with()
    page.fill("#id_rows-0-account", "5831")
    page.fill("#id_rows-0-debit", "3*49,90+0,30")
    sums = page.locator(".sums")
    assert sums.inner_text().replace("\u202f", " ") == "Debet 150,00 ≠ kredit 0,00"
    page.fill("#id_rows-1-account", "1930")
    assert page.get_attribute("#id_rows-1-credit", "placeholder") == "150,00"
    assert sums.inner_text() == "Debet 150,00 = kredit 150,00"


CALCULATIONS = {
    "100/3*3": "100,00",
    "(980-80)/2": "450,00",
    "10−4": "6,00",
    "2×3": "6,00",
    "1 928 072 kr": "1 928 072,00",
    "1,005": "0,00",
    "1/0": "0,00",
    "2(3)": "0,00",
    "1 25": "0,00",
}


def test_the_script_calculates_as_the_server_does(page_with):
    page = page_with()
    shown = {}
    for text in CALCULATIONS:
        page.fill("#id_rows-0-debit", text)
        shown[text] = re.search("Debet (.*) [=≠]", page.locator(".sums").inner_text().replace("\u202f", " "))[
            1
        ]
    assert shown == CALCULATIONS


def test_an_account_is_chosen_from_the_list_with_the_arrows(page_with):
    page = page_with()
    field = page.locator("#id_rows-0-account")
    field.focus()
    page.keyboard.type("583")
    assert field.get_attribute("aria-expanded") == "true"
    active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert active.inner_text() == "5831 Kost och logi"
    assert active.get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "583"
    page.keyboard.type("1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert field.input_value() == "5831 Kost och logi"


def test_an_account_is_found_by_a_part_of_its_name_and_chosen_with_the_mouse(page_with):
    page = page_with()
    page.locator("#id_rows-0-account").press_sequentially("logi")
    page.click("[role=option]:has-text('Kost och logi')")
    assert page.input_value("#id_rows-0-account") == "5831 Kost och logi"
    assert page.evaluate("document.activeElement.id") == "id_rows-0-debit"


def test_rows_are_added_as_they_are_needed(page_with):
    page = page_with()
    page.click("button[value=more]")
    assert page.locator(".entry-rows tbody tr").count() == 5
    assert page.evaluate("document.activeElement.id") == "id_rows-4-account"
    assert page.get_attribute("#id_rows-4-debit", "aria-label") == "Debet, rad 5"
    assert page.input_value("#id_rows-TOTAL_FORMS") == "5"


def test_a_voucher_of_many_rows_is_posted(page_with):
    page = page_with()
    Typist(page).voucher("0601", "Många rader", (*((("5010", "1"),) * 6), ("1930", "")))
    assert "Många rader är bokförd" in text_of(page)
    follow(page.locator(".said a"))
    assert page.locator("table tbody tr").count() == 8


def test_receipts_are_dropped_and_go_with_the_voucher(page_with):
    page = page_with()
    page.evaluate(
        """bytes => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "släppt.png", {type: "image/png"}));
            const drop = document.querySelector(".drop");
            drop.dispatchEvent(new DragEvent("drop", {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }""",
        list(a_png()),
    )
    page.set_input_files("#photo", {"name": "foto.pdf", "mimeType": "application/pdf", "buffer": PDF})
    assert page.locator(".chosen li").count() == 2
    page.click(".chosen li:has-text('foto') button")
    assert page.locator(".chosen li").all_inner_texts() == ["släppt.png ta bort"]
    page.focus("#id_date")
    Typist(page).voucher("0602", "Med kvitto", (("6250", "10"), ("1930", "")))
    assert "Den saknar underlag" not in text_of(page)
    follow(page.locator(".said a"))
    picture = page.locator(".papers img")
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


def test_the_first_error_is_led_to(page_with):
    page = page_with()
    page.fill("#id_text", "")
    follow(page.locator("button[value=post]"))
    assert page.evaluate("document.activeElement.id") == "errors"
    page.click("#errors a")
    assert page.evaluate("document.activeElement.id") == "id_text"


def test_nothing_stands_in_the_way_of_entry(page_with):
    page = page_with()
    page.fill("#id_rows-0-account", "9999")
    page.fill("#id_rows-0-debit", "1+")
    follow(page.locator("button[value=post]"))
    found = what_axe_finds_in_both_themes(page)
    page.focus("#id_rows-1-account")
    page.keyboard.type("1")
    page.wait_for_selector("[role=option]")
    found += what_axe_finds_in_both_themes(page)
    assert found == []


def test_a_phone_shows_the_whole_form(page_with):
    page = page_with(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert page.locator("label[for=photo]").is_visible()
    assert page.locator("#id_rows-0-account").bounding_box()["width"] > 300


def test_without_a_script_a_voucher_is_entered_all_the_same(page_with):
    page = page_with(java_script_enabled=False)
    page.fill("#id_date", "2023-07-01")
    page.fill("#id_text", "Utan skript")
    page.fill("#id_rows-0-account", "6250")
    page.fill("#id_rows-0-debit", "3*10")
    page.fill("#id_rows-1-account", "1930")
    follow(page.locator("#id_rows-1-account"), "Enter")
    assert "Debet 30,00 = kredit 30,00" in text_of(page)
    follow(page.locator("button[value=more]"))
    assert page.locator(".entry-rows tbody tr").count() == 8
    assert page.input_value("#id_rows-0-debit") == "3*10"
    page.set_input_files("#files", {"name": "kvitto.pdf", "mimeType": "application/pdf", "buffer": PDF})
    follow(page.locator("button[value=post]"))
    assert "Utan skript är bokförd." in text_of(page)
    assert "Den saknar underlag" not in text_of(page)
