"""Bytes to a grid: the ways in which people's programs write tables, and what is refused."""

import re
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
import xlsxwriter
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.tables import Column, Kind, Table, csv_lines, write_xlsx
from ledarna.tables import grid
from ledarna.tables.cells import ore_of
from ledarna.tables.grid import Fault, read_grid
from tests.files import PDF, a_png
from tests.ledarna.tables import csv_of, xlsx_of

ROWS = (("Datum", "Anmärkning"), ("2023-12-31", "Åre, “kl. 7”"))


def cells(content):
    return [row.cells for row in read_grid(content).rows]


def refusal(content):
    with pytest.raises(ValidationError) as caught:
        read_grid(content)
    return caught.value.messages[0]


def rezipped(content, part, change):
    """The workbook *content* with *part* as *change* makes it."""
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return made.getvalue()


def added(content, part, data):
    """The workbook *content* with *part* beside what it has."""
    file = BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, data)
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


class TestText:
    @pytest.mark.parametrize(
        ("encoding", "said"),
        [
            ("utf-8", "UTF-8"),
            ("utf-8-sig", "UTF-8"),
            ("utf-16", "UTF-16"),
            ("utf-16-le", "UTF-16"),
            ("utf-16-be", "UTF-16"),
            ("cp1252", "Windows-1252"),
        ],
    )
    @pytest.mark.parametrize("delimiter", [";", "\t"])
    def test_every_encoding_is_found_from_the_bytes(self, encoding, said, delimiter):
        content = csv_of(*ROWS, encoding=encoding, delimiter=delimiter)
        assert cells(content) == list(ROWS)
        assert said in read_grid(content).read_as

    def test_commas_divide_where_texts_with_commas_stand_in_quotes(self):
        assert cells(b'Datum,Text,Belopp\n2023-01-01,"Hyra, januari","1 000,50"\n') == [
            ("Datum", "Text", "Belopp"),
            ("2023-01-01", "Hyra, januari", "1 000,50"),
        ]

    def test_decimal_commas_do_not_divide_what_semicolons_do(self):
        assert cells(b"a;b\n1,50;2,50\n3,50;4,50\n") == [("a", "b"), ("1,50", "2,50"), ("3,50", "4,50")]

    def test_the_line_by_which_excel_tells_the_delimiter_is_taken_at_its_word(self):
        found = read_grid(b"sep=,\na;x,b\n")
        assert [(row.number, row.cells) for row in found.rows] == [(2, ("a;x", "b"))]

    def test_rows_keep_the_numbers_that_a_spreadsheet_gives_them(self):
        found = read_grid(b"\n\na;b\n;\n1;2\n")
        assert [row.number for row in found.rows] == [3, 5]

    def test_a_letter_written_as_two_signs_is_one(self):
        assert cells("A\u030are;a\n".encode()) == [("Åre", "a")]

    @pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
    def test_every_end_of_line_is_one(self, end):
        assert cells(csv_of(*ROWS, end=end)) == list(ROWS)

    def test_a_text_in_quotes_may_go_over_lines(self):
        assert cells(b'a;b\n"1\n2";3\n4;5\n')[1:] == [("1\n2", "3"), ("4", "5")]
        assert [row.number for row in read_grid(b'a;b\n"1\n2";3\n4;5\n').rows] == [1, 2, 4]

    def test_quotes_that_do_not_match_are_told_by_row(self):
        assert refusal(b'a;b\n1;2\n"3;4\n5;6\n').startswith("Från rad 3")

    def test_what_our_own_tables_write_is_read_back(self):
        table = Table("T", (Column("text", "Text"),), [("=1+1",), ("-x",)])
        assert cells("".join(csv_lines(table)).encode()) == [("Text",), ("=1+1",), ("-x",)]

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            (PDF, "Detta är ett dokument"),
            (a_png(), "Detta är ett dokument"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "den gamla formen (XLS)"),
            (b"<html><table><tr><td>1</td></tr></table></html>", "webbsida"),
            (b"<?xml version='1.0'?><a/>", "webbsida"),
            (b"a;b\n1;\x00\n", "ingen text"),
            (b"\xff\xfea", "ingen text"),
            (b"\x81\x8d\x8f", "ingen text"),
            (b"\n\n;;\n", "Tabellen är tom"),
            (b" ", "Tabellen är tom"),
        ],
    )
    def test_what_is_no_table_is_refused_in_words(self, content, sentence):
        assert sentence in refusal(content)

    def test_too_much_is_refused(self, monkeypatch):
        monkeypatch.setattr(grid, "MOST_ROWS", 5)
        assert "fler än 5 rader" in refusal(b"a\n" * 8)
        assert "fler än 60 kolumner" in refusal(b";".join([b"a"] * 61))
        monkeypatch.setattr(grid, "LARGEST", 5)
        assert "större än" in refusal(b"a;b;c;d")

    def test_a_cell_that_is_too_long_or_has_unseen_signs_is_a_fault_of_its_own(self):
        long, unseen = cells(b"a" * 2001 + b";\x07b\n")[0]
        assert isinstance(long, Fault)
        assert isinstance(unseen, Fault)


class TestWorkbook:
    def test_numbers_dates_and_texts_come_as_they_are(self):
        content = xlsx_of(("a", 1.5, 2, date(2023, 12, 31), datetime(2023, 1, 2, 3, 4), True, None, "z"))
        assert cells(content) == [
            ("a", Decimal("1.5"), Decimal(2), date(2023, 12, 31), date(2023, 1, 2), True, None, "z")
        ]

    def test_rows_keep_their_numbers(self):
        found = read_grid(xlsx_of((None,), ("a",), (None, None), ("b",)))
        assert [row.number for row in found.rows] == [2, 4]

    @settings(max_examples=40)
    @given(st.integers(min_value=-(10**14), max_value=10**14))
    def test_an_amount_is_exact_though_a_workbook_keeps_floats(self, ore):
        [[number]] = cells(xlsx_of((ore / 100,)))
        assert ore_of(number) == ore

    def test_our_own_workbooks_are_read_back(self):
        file = BytesIO()
        columns = (Column("t", "Text"), Column("a", "Belopp", Kind.AMOUNT), Column("d", "Dag", Kind.DATE))
        write_xlsx([Table("T", columns, [("=1", -12345, date(2023, 5, 6))])], file)
        assert cells(file.getvalue())[1] == ("=1", Decimal("-123.45"), date(2023, 5, 6))

    def test_a_formula_has_the_value_it_had_when_it_was_saved(self):
        file = BytesIO()
        book = xlsxwriter.Workbook(file)
        sheet = book.add_worksheet()
        sheet.write_formula("A1", "=1+1", value=2)
        sheet.write_formula("B1", "=1/0", value="#DIV/0!")
        book.close()
        two, error = cells(file.getvalue())[0]
        assert two == 2
        assert error == Fault("Cellen har felet #DIV/0!.")

    def test_a_formula_without_a_value_is_a_fault_and_no_empty_cell(self):
        assert isinstance(cells(xlsx_of(("a", "=1+1")))[0][1], Fault)

    def test_a_time_of_day_is_a_fault(self):
        assert isinstance(cells(xlsx_of(("a", time(12, 30))))[0][1], Fault)

    def test_the_first_sheet_that_is_shown_is_read_and_the_others_are_told_of(self):
        book = openpyxl.Workbook()
        book.active.title, book.active.sheet_state = "Dold", "hidden"
        book.active.append(["x"])
        for title in ("Medlemmar", "Annat"):
            book.create_sheet(title).append([title])
        file = BytesIO()
        book.save(file)
        found = read_grid(file.getvalue())
        assert [row.cells for row in found.rows] == [("Medlemmar",)]
        assert found.read_as == "XLSX, bladet ”Medlemmar”; övriga blad läses inte"

    def test_what_a_sheet_says_of_its_own_size_is_not_trusted(self):
        content = rezipped(
            xlsx_of(("a", "b"), ("c", "d")),
            SHEET,
            lambda data: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A1"', data),
        )
        assert cells(content) == [("a", "b"), ("c", "d")]

    def test_a_row_far_down_does_not_make_a_million_rows(self, monkeypatch):
        content = rezipped(
            xlsx_of(("a",), ("b",)), SHEET, lambda data: data.replace(b'r="2"', b'r="1048576"')
        )
        monkeypatch.setattr(grid, "MOST_LINES", 1000)
        assert "fler än" in refusal(content)

    def test_a_bomb_of_zeros_is_refused_by_what_it_says_it_unpacks_to(self):
        file = BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<x/>")
            archive.writestr("xl/workbook.xml", bytes(grid.LARGEST_UNPACKED))
        assert len(file.getvalue()) < grid.LARGEST
        assert "packas upp" in refusal(file.getvalue())

    @pytest.mark.parametrize(
        ("part", "root", "mark"),
        [
            ("xl/sharedStrings.xml", "sst", "<si><t>a</t></si>"),
            (SHEET, "worksheet", "<sheetData><row><c><v>1</v></c></row></sheetData>"),
            (SHEET, "other", "<a/>"),
            ("xl/styles.xml", "styleSheet", "<xf/>"),
        ],
    )
    def test_a_bomb_of_marks_is_refused_before_it_is_read(self, part, root, mark):
        content = rezipped(xlsx_of(("a",)), part, lambda data: f"<{root}>{mark * 200_000}</{root}>".encode())
        if part not in zipfile.ZipFile(BytesIO(content)).namelist():
            content = added(content, part, f"<{root}>{mark * 200_000}</{root}>".encode())
        assert "packas upp" in refusal(content)

    def test_an_encoding_in_which_marks_are_written_otherwise_is_refused(self):
        content = rezipped(
            xlsx_of(("a",)), SHEET, lambda data: b"<?xml version='1.0' encoding='cp037'?>" + data
        )
        assert "kodning" in refusal(content)

    def test_ten_columns_of_all_the_rows_there_may_be_are_no_bomb(self, monkeypatch):
        monkeypatch.setattr(grid, "MOST_MARKS", grid.MOST_MARKS // 100)
        rows = grid.MOST_ROWS // 100
        assert len(read_grid(xlsx_of(*[tuple(range(10))] * rows)).rows) == rows

    def test_a_bomb_of_parts_is_refused(self):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for number in range(grid.MOST_PARTS + 1):
                archive.writestr(f"xl/{number}", "")
        assert "packas upp" in refusal(file.getvalue())

    @pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
    def test_xml_that_declares_what_may_unfold_is_refused_however_little_it_is(self, part):
        file = BytesIO()
        book = xlsxwriter.Workbook(file)
        book.add_worksheet().write_string("A1", "a")
        book.close()
        declared = b'?><!DOCTYPE a [<!ENTITY a "ha">]>'
        content = rezipped(file.getvalue(), part, lambda data: data.replace(b"?>", declared, 1))
        assert "kan inte läsas" in refusal(content)

    def test_a_zip_that_is_no_workbook_is_refused(self):
        file = BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("content.xml", "")
        assert "ingen arbetsbok i XLSX" in refusal(file.getvalue())

    def test_a_workbook_that_was_cut_off_is_refused(self):
        assert "skadad" in refusal(xlsx_of(("a",))[:-30])

    def test_too_many_rows_are_refused(self, monkeypatch):
        monkeypatch.setattr(grid, "MOST_ROWS", 5)
        assert "fler än 5 rader" in refusal(xlsx_of(*[("a",)] * 8))
