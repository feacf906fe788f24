"""Tables on their way out, read again as others would read them."""

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance import tables
from finance.tables import Column, Kind, Table, csv_lines, json_lines, write_xlsx

COLUMNS = (
    Column("number", "Nummer", Kind.COUNT),
    Column("date", "Datum", Kind.DATE),
    Column("posted", "Bokförd", Kind.MOMENT),
    Column("text", "Text"),
    Column("amount", "Belopp", Kind.AMOUNT),
)
ROW = (7, date(2023, 3, 1), datetime(2023, 3, 1, 9, 15, tzinfo=UTC), "Hyra, mars", -1_234_567)
FORMULAS = ("=1+1", "+46 8", "-1", "@SUM(A1)", "\t=1", "\r=1")


def a_table(*rows, title="Grundbok"):
    return Table(title, COLUMNS, iter(rows))


def workbook_of(*given_tables):
    file = BytesIO()
    write_xlsx(given_tables, file)
    return openpyxl.load_workbook(file)


def read_csv(table):
    text = "".join(csv_lines(table))
    return list(csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def texts(*values):
    return Table("Texter", (Column("text", "Text"),), iter([(value,) for value in values]))


# Workbook


def test_a_workbook_has_real_numbers_dates_and_times():
    _header, row = workbook_of(a_table(ROW)).active.iter_rows(values_only=True)
    assert row == (7, datetime(2023, 3, 1), datetime(2023, 3, 1, 10, 15), "Hyra, mars", -12345.67)


def test_the_header_of_a_workbook_stays_in_sight():
    sheet = workbook_of(a_table(ROW)).active
    assert sheet.freeze_panes == "A2"
    assert [cell.value for cell in sheet[1]] == ["Nummer", "Datum", "Bokförd", "Text", "Belopp"]


def test_nothing_leaves_its_cell_empty():
    sheet = workbook_of(a_table((1, None, None, "", None))).active
    assert [cell.value for cell in sheet[2]] == [1, None, None, None, None]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula_in_a_workbook(text):
    cell = workbook_of(texts(text)).active["A2"]
    assert cell.data_type == "s"
    assert cell.value.replace("_x000D_", "\r") == text


def test_an_amount_too_long_to_be_exact_is_text():
    cell = workbook_of(a_table((1, None, None, "", 10**15 + 1))).active["E2"]
    assert cell.value == "10000000000000.01"


def test_a_long_table_goes_on_in_the_next_sheet(monkeypatch):
    monkeypatch.setattr(tables, "SHEET_ROWS", 2)
    book = workbook_of(a_table(ROW, ROW, ROW))
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("Grundbok", 3), ("Grundbok (2)", 2)]


def test_a_table_that_fills_its_sheet_has_no_empty_one_after_it(monkeypatch):
    monkeypatch.setattr(tables, "SHEET_ROWS", 2)
    assert workbook_of(a_table(ROW, ROW)).sheetnames == ["Grundbok"]


def test_sheets_have_names_that_a_workbook_takes():
    long = "Resultat per projekt 2023/2024: alla"
    book = workbook_of(a_table(title=long), a_table(title=long), a_table(title="grundbok"), a_table())
    assert book.sheetnames == [
        "Resultat per projekt 2023 2024",
        "Resultat per projekt 2023 2 (2)",
        "grundbok",
        "Grundbok (2)",
    ]


# CSV


def test_csv_reads_as_a_swedish_spreadsheet_expects():
    assert read_csv(a_table(ROW)) == [
        ["Nummer", "Datum", "Bokförd", "Text", "Belopp"],
        ["7", "2023-03-01", "2023-03-01T10:15:00+01:00", "Hyra, mars", "-12345,67"],
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_is_never_a_formula_in_csv(text):
    assert read_csv(texts(text))[1] == [f"'{text}"]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20), max_size=5))
def test_csv_keeps_every_text(values):
    read = [row[0] if row else "" for row in read_csv(texts(*values))[1:]]
    assert read == [f"'{text}" if text.startswith(tables.FORMULA_STARTS) else text for text in values]


def test_csv_begins_before_all_rows_are_read():
    lines = csv_lines(Table("Text", (Column("text", "Text"),), iter(lambda: ("a",), None)))
    assert [next(lines), next(lines)] == ["\ufeffText\r\n", "a\r\n"]


# JSON


def rows_of_json(table):
    return json.loads("".join(json_lines(table)))["rows"]


def test_json_has_plain_decimals_and_iso_dates():
    assert rows_of_json(a_table(ROW)) == [
        {
            "number": 7,
            "date": "2023-03-01",
            "posted": "2023-03-01T10:15:00+01:00",
            "text": "Hyra, mars",
            "amount": "-12345.67",
        }
    ]


def test_json_of_no_rows_has_an_empty_list():
    assert rows_of_json(a_table()) == []


def test_json_says_first_of_what_it_is():
    written = "".join(json_lines(a_table(), {"year": "2023", "head": "9f2c"}))
    assert list(json.loads(written).items()) == [("year", "2023"), ("head", "9f2c"), ("rows", [])]


def test_a_workbook_says_in_its_properties_and_in_print_of_what_it_is():
    file = BytesIO()
    write_xlsx([a_table(ROW)], file, {"year": "2023", "head": "9f2c"})
    workbook = openpyxl.load_workbook(file)
    assert {kept.name: kept.value for kept in workbook.custom_doc_props.props} == {
        "year": "2023",
        "head": "9f2c",
    }
    assert workbook.active.oddFooter.left.text == "2023 9f2c"


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_amounts_are_exact_in_json_and_csv(ore):
    row = (1, None, None, "", ore)
    assert Decimal(rows_of_json(a_table(row))[0]["amount"]) * 100 == ore
    assert Decimal(read_csv(a_table(row))[1][4].replace(",", ".")) * 100 == ore
