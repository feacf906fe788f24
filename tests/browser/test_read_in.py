"""Previews of tables as a browser shows them: uploaded, looked at, not confirmed."""

import pytest

from tests.browser.site import follow
from tests.browser.test_pages_accessible import what_axe_finds
from tests.ledarna.tables import csv_of

pytestmark = pytest.mark.browser

BANK = csv_of(
    ("Bokföringsdatum", "Text/mottagare", "Belopp", "Saldo"),
    ("2023-03-31", "Hyra mars", "-8 500,00", "12 500,00"),
    ("2023-03-15", "Kortköp 230314 Kontorsmaterial AB Göteborg", "-1 249,50", "21 000,00"),
)
TABLES = {
    "member-counts": csv_of(("Datum", "Antal", "Källa"), ("2021-12-31", "7 900", "Registret")),
    "vouchers": csv_of(
        ("Ver", "Datum", "Text", "Konto", "Debet", "Kredit"),
        ("1", "2023-01-31", "Avgift", "6570", "99,50", ""),
        ("1", "2023-01-31", "Avgift", "1930", "", "99,50"),
    ),
    "wrong": csv_of(("Datum", "Antal"), ("2021-13-31", "många")),
    "bank": BANK,
}


def look_at(page, site, name):
    """Upload the table *name* and wait for its preview."""
    page.goto(f"{site.url}/import/{'member-counts' if name == 'wrong' else name}/")
    if name == "bank":
        page.select_option("[name=account]", "1930")
    page.set_input_files(
        "[name=file]", {"name": "tabell.csv", "mimeType": "text/csv", "buffer": TABLES[name]}
    )
    follow(page.locator("button[value=look]"))


@pytest.mark.parametrize(("theme", "width"), [("light", 1180), ("dark", 320)])
def test_nothing_stands_in_the_way_of_a_preview(browser, site, theme, width):
    context = browser.new_context(color_scheme=theme, viewport={"width": width, "height": 700})
    page = site.page(context, "kassor")
    found = []
    for name in TABLES:
        look_at(page, site, name)
        assert page.locator("[name=token]").count() == 1, name
        found += what_axe_finds(page)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append(f"{name} is wider than the window")
    context.close()
    assert found == []
