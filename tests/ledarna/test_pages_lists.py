"""The lists of the books: shown, narrowed, and taken away as they were narrowed."""

import csv
import json
from io import BytesIO, StringIO

import openpyxl
import pytest
from auditlog.models import LogEntry

from finance import journal, ledger
from finance.correction import draft_correction
from finance.posting import chain_head, post_together
from tests.factories import a_fiscal_year
from tests.finance.books import a_ledger, book, facts
from tests.finance.test_journal import SOUGHT
from tests.pages import main_of, reader, row_of, words

pytestmark = pytest.mark.django_db

LISTS = ("vouchers", "journal", "general-ledger")


@pytest.fixture
def year():
    year = a_ledger()
    book(year, SOUGHT)
    return year


def page(name, query="", role="auditor"):
    return reader(role).get(f"/year/2023/{name}/?{query}")


def csv_of(name, query=""):
    response = page(name, f"{query}&as=csv")
    text = b"".join(response.streaming_content).decode()
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


# Shown


def test_the_vouchers_show_number_date_text_and_amount(year):
    assert "A 1 2023-01-10 Annons Byrån 2" in row_of(page("vouchers"), "A 1")
    assert row_of(page("vouchers"), "A 1").endswith("100,00")


def test_the_journal_shows_what_the_rules_demand(year):
    assert row_of(page("journal"), "2 2023-02 A 2 2023-02-10") == "2 2023-02 A 2 2023-02-10 Pennor"
    assert "6110 Konto 6110 STYRELSE Styrelsen 250,00" in words(page("journal"))


def test_the_general_ledger_shows_opening_rows_balance_and_closing(year):
    shown = main_of(page("general-ledger", "account=1930"))
    assert "Ingående balans 500,00" in shown
    assert "A 1 Annons 100,00 400,00" in shown
    assert "Utgående balans 175,00" in shown


def test_a_corrected_voucher_is_marked_in_the_lists(year):
    post_together(draft_correction(year.vouchers.get(sequence=1), "kassor", "Fel").vouchers, by="kassor")
    assert "rättad genom A 4" in row_of(page("vouchers"), "A 1")
    assert "rättar A 1" in row_of(page("vouchers"), "A 4")
    assert "rättad genom A 4" in words(page("journal"))


def test_gaps_in_the_dates_are_told(year):
    shown = main_of(page("vouchers"))
    assert "10 januari 2023" not in shown
    assert "11 januari – 9 februari 2023 30 dagar" in shown


@pytest.mark.parametrize("name", LISTS)
def test_an_empty_list_says_what_belongs_there(name):
    a_ledger()
    query = "account=6110&start=2023-02-01" if name == "general-ledger" else ""
    assert page(name, query).status_code == 200
    assert "Visa allt" in main_of(page("vouchers", "text=saknas"))


@pytest.mark.parametrize("name", LISTS)
def test_pages_keep_the_filter(year, monkeypatch, name):
    monkeypatch.setattr(journal, "VOUCHERS_PER_PAGE", 1)
    monkeypatch.setattr(ledger, "ROWS_PER_PAGE", 1)
    html = page(name, "account=5910").content.decode()
    assert "?account=5910&amp;after=" in html
    assert "?account=5910&amp;as=xlsx" in html


# Narrowed


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("start=2023-02-01&end=2023-02-28", ["A 2", "B 1"]),
        ("account=6110", ["A 2"]),
        ("account=konto+3900", ["B 1"]),
        ("project=ALMEDALEN", ["A 1"]),
        ("cost_center=styrelsen", ["A 2"]),
        ("amount=100", ["A 1", "B 1"]),
        ("amount=-250,00", ["A 2"]),
        ("series=B", ["B 1"]),
        ("text=byr%C3%A5n", ["A 1"]),
        ("text=A+3", ["A 3"]),
    ],
)
def test_the_vouchers_are_narrowed_by(year, query, found):
    assert [row[1] for row in csv_of("vouchers", query)[1:]] == found
    shown = main_of(page("vouchers", query))
    assert [ref for ref in ("A 1", "A 2", "A 3", "B 1") if f" {ref} 2023" in shown] == found


def test_the_journal_of_an_account_has_its_rows_alone(year):
    assert {row[5] for row in csv_of("journal", "account=5910")[1:]} == {"5910"}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("account=9999", "Det finns"),
        ("amount=mycket", "är inget belopp"),
        ("start=ig%C3%A5r", "Fyll i ett giltigt datum"),
        ("start=2023-03-01&end=2023-02-01", "Den sista dagen är före den första."),
    ],
)
def test_what_cannot_be_understood_is_told_at_its_field(year, query, sentence):
    response = page("vouchers", query)
    assert response.status_code == 200
    assert sentence in main_of(response)
    assert "A 1" not in main_of(response)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("place", ["after=x", "before=-1", "after=9999999999999999999999"])
def test_a_place_that_is_none_is_a_bad_request(year, name, place):
    assert page(name, place).status_code == 400


# Taken away


def test_a_workbook_of_the_vouchers_has_numbers_and_dates(year):
    response = page("vouchers", "account=5910&as=xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(response.streaming_content))).active
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in rows] == ["Verifikation", "A 1", "A 3"]
    assert rows[1][5] == 100
    assert str(rows[1][2]) == "2023-01-10 00:00:00"


@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_the_name_of_a_file_begins_the_head_of_the_chain(year, form):
    response = page("journal", f"as={form}")
    name = f"grundbok-2023-{chain_head(year).digest[:12]}.{form}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'


def test_a_workbook_and_json_have_the_whole_head(year):
    head = chain_head(year).digest
    workbook = openpyxl.load_workbook(BytesIO(b"".join(page("journal", "as=xlsx").streaming_content)))
    assert workbook.custom_doc_props["head"].value == head
    assert json.loads(b"".join(page("journal", "as=json").streaming_content))["head"] == head


def test_a_file_of_a_year_without_vouchers_has_no_head():
    a_fiscal_year(2021)
    response = reader("auditor").get("/year/2021/journal/?as=json")
    assert response["Content-Disposition"] == 'attachment; filename="grundbok-2021.json"'
    assert json.loads(b"".join(response.streaming_content)) == {"year": "2021", "rows": []}


def test_what_is_taken_away_is_kept_in_the_trail(year):
    page("vouchers", "as=csv")
    entry = LogEntry.objects.latest("pk")
    assert entry.additional_data["event"] == "download"
    assert entry.actor.groups.get().name == "auditor"
    assert entry.object_repr == f"verifikationer-2023-{chain_head(year).digest[:12]}.csv"


def test_the_journal_can_be_taken_away_with_all_that_the_rules_demand(year):
    header, first, *_more = csv_of("journal")
    assert header[:4] == ["Registreringsnr", "Period", "Verifikation", "Datum"]
    assert first[:4] == ["1", "2023-01", "A 1", "2023-01-10"]
    assert first[5:] == ["5910", "Konto 5910", "Annons", "ALMEDALEN", "", "100,00", ""]


def test_the_general_ledger_can_be_taken_away_with_its_balances(year):
    rows = csv_of("general-ledger", "account=5910&start=2023-02-01")
    assert [row[4] for row in rows[1:]] == ["Ingående balans", "Affisch", "Utgående balans"]
    assert [row[9] for row in rows[1:]] == ["100,00", "175,00", "175,00"]


def test_the_rows_of_an_account_can_be_taken_away(year):
    rows = csv_of("accounts/5910", "project=CHEFSARENA")
    assert [row[3] for row in rows[1:]] == ["", "A 3", ""]


def test_a_text_that_begins_like_a_formula_stays_text(year):
    book(year, [facts(text="=1+1")])
    assert csv_of("vouchers", "text=%3D1")[1][3] == "'=1+1"


def test_a_list_is_taken_away_in_the_readers_language(year):
    response = reader("auditor", "en").get("/year/2023/general-ledger/?account=5910&as=csv")
    assert "Opening balance" in b"".join(response.streaming_content).decode()


def test_a_form_that_is_not_known_shows_the_page(year):
    assert "text/html" in page("vouchers", "as=exe")["Content-Type"]


# The account's own page


def test_the_page_of_an_account_is_narrowed_by_project(year):
    shown = main_of(page("accounts/5910", "project=CHEFSARENA"))
    assert "Sammanlagt 75 kr" in shown
    assert "Affisch" in shown
    assert "Annons" not in shown


def test_an_account_without_rows_of_a_project_says_so(year):
    assert "Ingen rad på kontot" in main_of(page("accounts/6110", "project=CHEFSARENA"))
