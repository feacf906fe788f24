"""The ledger into SIE: what the file holds, what it says of what it cannot hold, and who it refuses."""

import json
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from finance.exporting import SieExport, Span, spans
from finance.models import Association, Project
from finance.posting import post
from finance.sie import read
from tests.factories import (
    a_budget,
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    an_account,
    an_opening_balance,
)
from tests.finance.books import a_ledger, book, facts

pytestmark = pytest.mark.django_db


def the_file(year, kind="4E", **more):
    """The bytes of *year* as a file, and the export that wrote it."""
    export = SieExport(year, kind, **more)
    return b"".join(export), export


def the_document(year, kind="4E", **more):
    """What the reader finds in the file."""
    return read(the_file(year, kind, **more)[0]).document


def amounts(balances, year=0):
    return {balance.account: balance.amount for balance in balances if balance.year == year}


@pytest.fixture
def year():
    year = a_ledger()
    Association.objects.create(name="Föreningen Åsen", organisation_number="802000-0001")
    book(
        year,
        [
            facts("5910", 100_00, date(2023, 3, 10), "Annons", project="ALMEDALEN"),
            facts("5910", 50_00, date(2023, 3, 11), "Affisch", series="B", cost_center="STYRELSE"),
            facts("3900", -900_00, date(2023, 4, 1), "Avgifter"),
        ],
    )
    return year


def test_the_head_says_whose_books_they_are_and_of_which_year(year):
    document = the_document(year, by="lisa")
    assert (document.company.name, document.company.org_number) == ("Föreningen Åsen", "802000-0001")
    assert [(y.index, y.start, y.end) for y in document.years] == [(0, year.start, year.end)]
    assert (document.type, document.program, document.generated_by) == ("4E", "Ledarna", "lisa")
    assert document.program_version == settings.LEDARNA_VERSION
    assert f'version = "{settings.LEDARNA_VERSION}"' in (settings.BASE_DIR / "pyproject.toml").read_text()


def test_vouchers_keep_their_series_number_date_text_and_rows(year):
    found = the_document(year).vouchers
    assert [(v.series, v.number, v.date, v.text) for v in found] == [
        ("A", "1", date(2023, 3, 10), "Annons"),
        ("B", "1", date(2023, 3, 11), "Affisch"),
        ("A", "2", date(2023, 4, 1), "Avgifter"),
    ]
    assert [(row.account, row.amount, row.objects) for row in found[0].rows] == [
        ("5910", 100_00, (("6", "ALMEDALEN"),)),
        ("1930", -100_00, ()),
    ]


def test_opening_balance_and_vouchers_give_the_closing_balance_and_the_result(year):
    reading = read(the_file(year)[0])
    document = reading.document
    assert amounts(document.opening) == {"1930": 500_00, "2440": -500_00}
    assert amounts(document.closing) == {"1930": 1_250_00, "2440": -500_00}
    assert amounts(document.results) == {"3900": -900_00, "5910": 150_00}
    assert reading.differences == ()
    assert reading.errors == ()


def test_the_reader_finds_nothing_odd_in_the_file(year):
    assert read(the_file(year)[0]).notes == ()


def test_the_year_before_stands_beside_the_year(year):
    after = a_fiscal_year(2024)
    an_opening_balance(after, "1930", "1250.00")
    document = the_document(after)
    assert [y.index for y in document.years] == [0, -1]
    assert amounts(document.closing, -1) == {"1930": 1_250_00, "2440": -500_00}
    assert amounts(document.results, -1) == {"3900": -900_00, "5910": 150_00}
    assert amounts(document.opening, -1) == {"1930": 500_00, "2440": -500_00}


def test_months_hold_changes_and_of_them_what_belongs_to_an_object(year):
    found = {(p.account, p.period.month, p.objects): p.amount for p in the_document(year).period_balances}
    assert found == {
        ("1930", 3, ()): -150_00,
        ("1930", 4, ()): 900_00,
        ("3900", 4, ()): -900_00,
        ("5910", 3, ()): 150_00,
        ("5910", 3, (("1", "STYRELSE"),)): 50_00,
        ("5910", 3, (("6", "ALMEDALEN"),)): 100_00,
    }


def test_the_budget_in_force_is_written_by_month(year):
    budget = a_budget(year)
    for month in (1, 2):
        budget.lines.create(account=an_account("5910"), month=date(2023, month, 1), amount="10.00")
    found = the_document(year).budget
    assert [(p.account, p.period, p.amount) for p in found] == [
        ("5910", date(2023, 1, 1), 10_00),
        ("5910", date(2023, 2, 1), 10_00),
    ]


def test_a_budget_for_the_whole_year_stands_in_its_first_month_and_this_is_said(year):
    a_budget(year, [("5910", "120.00")])
    data, export = the_file(year)
    assert [(p.period, p.amount) for p in read(data).document.budget] == [(date(2023, 1, 1), 120_00)]
    assert "budget_undivided" in [note["code"] for note in export.notes]


def test_the_budget_of_an_object_is_a_part_of_the_total(year):
    budget = a_budget(year)
    month = date(2023, 1, 1)
    project = Project.objects.get(code="ALMEDALEN")
    budget.lines.create(account=an_account("5910"), month=month, amount="10.00", project=project)
    budget.lines.create(account=an_account("5910"), month=month, amount="5.00")
    found = {p.objects: p.amount for p in the_document(year).budget}
    assert found == {(): 15_00, (("6", "ALMEDALEN"),): 10_00}


@pytest.mark.parametrize(
    ("kind", "labels"),
    [
        ("1", {"IB", "UB", "RES", "OMFATTN"}),
        ("2", {"IB", "UB", "RES", "OMFATTN", "PSALDO", "PBUDGET"}),
        ("3", {"IB", "UB", "RES", "OMFATTN", "PSALDO", "PBUDGET", "DIM", "OBJEKT"}),
        ("4E", {"IB", "UB", "RES", "PSALDO", "PBUDGET", "DIM", "OBJEKT", "VER", "TRANS"}),
    ],
)
def test_each_type_holds_what_the_standard_gives_it(year, kind, labels):
    a_budget(year, [("5910", "120.00")])
    lines = the_file(year, kind)[0].decode("cp437").splitlines()
    found = {line.split()[0][1:] for line in lines if line.lstrip().startswith("#")}
    told_apart = {"IB", "UB", "RES", "OMFATTN", "PSALDO", "PBUDGET", "DIM", "OBJEKT", "VER", "TRANS"}
    assert found & told_apart == labels


def test_a_4i_file_holds_the_chosen_vouchers_and_leaves_their_numbers_to_the_reader(year):
    data, export = the_file(year, "4I", chosen=spans("A1, B1"))
    document = read(data).document
    assert [(v.series, v.number, v.text) for v in document.vouchers] == [
        ("", "", "Annons"),
        ("", "", "Affisch"),
    ]
    assert {account.number for account in document.accounts} == {"1930", "5910"}
    assert (document.type, document.closing) == ("4I", ())
    assert (export.vouchers, export.rows) == (2, 4)


def test_vouchers_are_chosen_as_people_write_them():
    assert spans("A1-A9, B 3,C2–4") == (Span("A", 1, 9), Span("B", 3, 3), Span("C", 2, 4))
    assert spans("A1 5") == (Span("A1", 5, 5),)


@pytest.mark.parametrize("text", ["", "A", "7", "A9-A1", "A1-B2", "A1--3", "A1,,B2", "A-1"])
def test_what_names_no_vouchers_is_refused(text):
    with pytest.raises(ValidationError, match="A1-A9, B3"):
        spans(text)


def test_vouchers_that_are_not_posted_cannot_be_chosen(year):
    a_draft(year)
    with pytest.raises(ValidationError, match="B 7"):
        SieExport(year, "4I", spans("A1,B7"))


def test_drafts_are_no_part_of_the_file(year):
    a_draft(year, text="Utkast")
    assert "Utkast" not in [v.text for v in the_document(year).vouchers]


def test_characters_that_code_page_437_lacks_are_replaced_and_each_is_told(year):
    a_posted_voucher(year, text="Resa – 12 € och 3 €")
    data, export = the_file(year)
    assert read(data).document.vouchers[-1].text == "Resa - 12 EUR och 3 EUR"
    said = " ".join(f"{note['what']} {note['done']}" for note in export.notes)
    assert "–" in said
    assert "€" in said


def test_other_dimensions_of_a_row_are_objects_again(year):
    voucher = a_draft(year)
    voucher.rows.filter(line=1).update(objects_text='8 "7" 20 "a b"', quantity="2.5")
    post(voucher, by="kassor")
    document = the_document(year)
    row = document.vouchers[-1].rows[0]
    assert row.objects == (("8", "7"), ("20", "a b"))
    assert str(row.quantity) == "2.5"
    assert {(o.dimension, o.number) for o in document.objects} >= {("8", "7"), ("20", "a b")}


def test_a_quantity_that_no_program_could_read_is_left_out(year):
    voucher = a_draft(year)
    voucher.rows.filter(line=1).update(quantity="1E999999999")
    post(voucher, by="kassor")
    assert the_document(year).vouchers[-1].rows[0].quantity is None


def test_a_year_without_opening_balances_says_so():
    year = a_fiscal_year()
    a_posted_voucher(year)
    _data, export = the_file(year)
    assert {"no_opening", "no_association"} <= {note["code"] for note in export.notes}


def test_the_kind_of_each_account_and_its_tax_codes_are_written(year):
    an_account("8310", sru="7414")
    an_account("8410")
    an_account("2010", sru="7201,7202")
    found = {account.number: (account.kind, account.sru) for account in the_document(year).accounts}
    assert found["8310"] == ("I", ("7414",))
    assert found["8410"] == ("K", ())
    assert found["2010"] == ("S", ("7201", "7202"))
    assert found["1930"] == ("T", ())


def test_the_day_of_entry_and_who_entered_it_are_registered(year):
    a_posted_voucher(year, entered_at=datetime(2023, 12, 31, 23, 30, tzinfo=UTC), entered_by="lisa")
    found = the_document(year).vouchers[-1]
    assert (found.registered, found.sign) == (date(2024, 1, 1), "lisa")


def test_an_empty_year_is_a_file_that_the_reader_takes(year):
    document = the_document(a_fiscal_year(2030))
    assert document.vouchers == ()


# The command ------------------------------------------------------------------------------------------


def run(*arguments):
    out = StringIO()
    call_command("export_sie", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_writes_the_file_and_says_what_it_holds(year, tmp_path: Path):
    path = tmp_path / "ut.se"
    answer = json.loads(run("2023", "--out", str(path), "--json"))
    assert (answer["accounts"], answer["vouchers"], answer["rows"]) == (5, 3, 6)
    assert (answer["type"], answer["year"], answer["notes"]) == ("4E", "2023", [])
    assert [v.text for v in read(path.read_bytes()).document.vouchers] == ["Annons", "Affisch", "Avgifter"]
    assert list(tmp_path.iterdir()) == [path]


def test_the_command_says_it_for_people_too(year, tmp_path: Path):
    said = run("2023", "--out", str(tmp_path / "ut.se"), "--type", "4i", "--vouchers", "A1-A2")
    assert "2023" in said
    assert "4I" in said


def test_the_trail_keeps_that_the_books_were_taken_out(year, tmp_path: Path):
    run("2023", "--out", str(tmp_path / "ut.se"))
    assert LogEntry.objects.latest("pk").object_repr == "ut.se"


def test_a_file_that_is_there_is_kept_unless_it_is_meant(year, tmp_path: Path):
    path = tmp_path / "ut.se"
    path.write_text("kvar")
    with pytest.raises(CommandError, match="--force"):
        run("2023", "--out", str(path))
    assert path.read_text() == "kvar"
    run("2023", "--out", str(path), "--force")
    assert path.read_bytes().startswith(b"#FLAGGA")


@pytest.mark.parametrize(
    "arguments",
    [
        ("1999",),
        ("2023", "--type", "5"),
        ("2023", "--type", "4I"),
        ("2023", "--vouchers", "A1"),
        ("2023", "--type", "4I", "--vouchers", "Z9"),
        ("2023", "--type", "4I", "--vouchers", "nonsense"),
    ],
)
def test_what_cannot_be_exported_is_refused_in_a_sentence_and_nothing_is_written(year, tmp_path, arguments):
    path = tmp_path / "ut.se"
    with pytest.raises(CommandError):
        run(*arguments, "--out", str(path))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_to_is_said(year, tmp_path):
    with pytest.raises(CommandError):
        run("2023", "--out", str(tmp_path / "nowhere" / "ut.se"))
