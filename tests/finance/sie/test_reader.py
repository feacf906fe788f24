"""Records → document: what each label becomes, and what real programs write otherwise than the standard says."""

from __future__ import annotations

import io
import tracemalloc
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from finance.sie import (
    Account,
    Address,
    Balance,
    Change,
    Dimension,
    NotSie,
    PeriodBalance,
    Row,
    SieObject,
    SieReader,
    Voucher,
    Year,
    read,
)
from tests.finance.sie.files import BALANCES, CHART, FEE, HEAD, sie, sound, voucher

ROWS = ("#TRANS 1930 {} 5", "#TRANS 3890 {} -5")


def first_row(line: str) -> Row:
    """The first row of a voucher that balances it with a row on 3890."""
    reading = read(sie(*HEAD, *voucher(line, "#TRANS 3890 {} -5")))
    assert not reading.errors, reading.errors
    return reading.document.vouchers[0].rows[0]


def only_voucher(*lines: str) -> Voucher:
    (found,) = read(sie(*HEAD, *lines)).document.vouchers
    return found


def codes(data: bytes) -> set[str]:
    reading = read(data)
    return {n.code for n in (*reading.notes, *reading.errors)}


# The head.


def test_the_head_says_whose_books_these_are() -> None:
    document = read(
        sie(
            *HEAD,
            '#PROSA "Första raden"',
            "#PROSA Andra",
            "#FTYP I",
            "#FNR 17",
            "#BKOD 94120",
            '#ADRESS "Kim Ek" "Vägen 1" "123 45 Orten" 08-123',
            "#TAXAR 2024",
            "#OMFATTN 20231130",
            "#KPTYP EUBAS97",
            "#VALUTA SEK",
        )
    ).document
    assert (document.program, document.program_version) == ("Provbok", "1.0")
    assert (document.generated, document.generated_by) == (date(2024, 1, 15), "kassören")
    assert document.comment == "Första raden\nAndra"
    company = document.company
    assert (company.name, company.org_number, company.form) == ("Föreningen Björken", "802000-1234", "I")
    assert (company.number, company.branch) == ("17", "94120")
    assert company.address == Address("Kim Ek", "Vägen 1", "123 45 Orten", "08-123")
    assert (document.tax_year, document.balances_until) == ("2024", date(2023, 11, 30))
    assert (document.chart, document.currency) == ("EUBAS97", "SEK")


@pytest.mark.parametrize("text", ["802000-1234", "8020001234", "16802000-1234", '"802000 1234"'])
def test_an_organisation_number_is_compared_by_its_ten_digits(text: str) -> None:
    assert read(sie("#FLAGGA 0", f"#ORGNR {text}")).document.company.org_digits == "8020001234"


@pytest.mark.parametrize("text", ["", '""', "okänt", "123"])
def test_what_is_no_organisation_number_compares_with_nothing(text: str) -> None:
    assert read(sie("#FLAGGA 0", f"#ORGNR {text}")).document.company.org_digits == ""


def test_years_are_read_with_broken_and_long_ones() -> None:
    document = read(sie("#RAR 0 20220701 20230630", "#RAR -1 20200501 20220630")).document
    assert document.years == (
        Year(0, date(2022, 7, 1), date(2023, 6, 30)),
        Year(-1, date(2020, 5, 1), date(2022, 6, 30)),
    )


def test_a_year_without_dates_is_kept_so() -> None:
    assert read(sie("#FLAGGA 0", "#RAR 0  ")).document.years == (Year(0),)


def test_a_name_without_quotes_is_one_text() -> None:
    assert read(sie("#FLAGGA 0", "#FNAMN Föreningen för allt")).document.company.name == "Föreningen för allt"


# The chart, dimensions, balances.


def test_an_account_has_its_kind_unit_and_codes_wherever_they_stand() -> None:
    document = read(
        sie("#KTYP 3890 i", "#KONTO 3890 Avgifter", "#ENHET 3890 st", *["#SRU 3890 7410"] * 2)
    ).document
    assert document.accounts == (Account("3890", "Avgifter", "I", "st", ("7410",)),)


def test_an_account_keeps_all_of_its_codes() -> None:
    document = read(sie("#KONTO 3890 Avgifter", "#SRU 3890 7410", "#SRU 3890 7310")).document
    assert document.accounts[0].sru == ("7410", "7310")


@pytest.mark.parametrize("number", ["193", "1930", "19301", "193010"])
def test_accounts_have_three_to_six_digits(number: str) -> None:
    assert read(sie(f"#KONTO {number} Bank")).document.accounts[0].number == number


def test_an_account_in_quotes_is_the_same_account() -> None:
    document = read(sie('#KONTO "1930" Bank', '#IB "0" "1930" "5.00"')).document
    assert document.accounts[0].number == document.opening[0].account == "1930"


def test_a_dimension_and_one_under_it_are_read_with_their_objects() -> None:
    document = read(
        sie(
            "#DIM 6 Projekt",
            '#UNDERDIM 61 "Drift" 6',
            '#OBJEKT 61 "2014-IK" "IK 2014"',
            "#OBJEKT 01 Å1 årsta",
        )
    ).document
    assert document.dimensions == (Dimension("6", "Projekt"), Dimension("61", "Drift", "6"))
    assert document.objects == (SieObject("61", "2014-IK", "IK 2014"), SieObject("1", "Å1", "årsta"))


def test_balances_are_ore_with_debit_positive() -> None:
    document = read(sound()).document
    assert document.opening == (Balance(0, "1930", 10000), Balance(0, "2067", -10000))
    assert document.closing == (Balance(0, "1930", 15000), Balance(0, "2067", -10000))
    assert document.results == (Balance(0, "3890", -5000),)


def test_quantities_are_kept() -> None:
    document = read(sie("#RES 0 3890 -617171.14 4885.5", '#PSALDO 0 202301 3890 {} 5 ""')).document
    assert document.results[0].quantity == Decimal("4885.5")
    assert document.period_balances[0].quantity is None


def test_balances_of_objects_are_read() -> None:
    document = read(sie('#OIB -1 1930 {1 "Nord"} 7.50', '#OUB 0 1930 {1 "Nord" 6 2} 8 3')).document
    assert document.object_opening == (Balance(-1, "1930", 750, None, (("1", "Nord"),)),)
    assert document.object_closing == (Balance(0, "1930", 800, Decimal(3), (("1", "Nord"), ("6", "2"))),)


def test_a_balance_with_objects_is_one_of_the_objects() -> None:
    document = read(sie('#IB 0 1930 {1 "Nord"} 7')).document
    assert (document.opening, document.object_opening[0].amount) == ((), 700)


def test_period_balances_and_budget_are_changes_of_a_month() -> None:
    document = read(
        sie('#PSALDO 0 202301 3890 {1 10 6 "Bil"} -3780.00', "#PBUDGET 0 202312 3890 {} -100000")
    ).document
    assert document.period_balances == (
        PeriodBalance(0, date(2023, 1, 1), "3890", -378000, (("1", "10"), ("6", "Bil"))),
    )
    assert document.budget == (PeriodBalance(0, date(2023, 12, 1), "3890", -10000000),)


def test_a_period_balance_without_object_list_is_the_accounts_own() -> None:
    assert read(sie("#PSALDO 0 202301 3890 -5")).document.period_balances[0].objects == ()


def test_the_same_balance_twice_is_taken_once_but_both_are_in_the_sums() -> None:
    reading = read(sie("#IB 0 1930 5", "#IB 0 1930 5"))
    assert len(reading.document.opening) == 1
    assert reading.sums["IB 0"] == 1000


# Vouchers.


def test_a_voucher_has_all_its_fields() -> None:
    found = only_voucher(
        '#VER "A" "17" 20230302 "Inköp" 20230305 "Kim Ek"',
        "{",
        '#TRANS 1930 {} -5.00 20230303 "Papper" 2 "KE"',
        '#TRANS 6110 {1 "Nord"} 5.00',
        "}",
    )
    assert found == Voucher(
        "A",
        "17",
        date(2023, 3, 2),
        "Inköp",
        date(2023, 3, 5),
        "Kim Ek",
        (
            Row("1930", -500, (), date(2023, 3, 3), "Papper", Decimal(2), "KE"),
            Row("6110", 500, (("1", "Nord"),)),
        ),
    )
    assert (found.line, found.rows[0].line) == (len(HEAD) + 1, len(HEAD) + 3)


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ("#TRANS 1930 {} 5", Row("1930", 500)),
        ("#TRANS\t1930\t{}\t5.00", Row("1930", 500)),
        ("   #TRANS 1930  { } 5.00 ", Row("1930", 500)),
        ("#trans 1930 {} 5", Row("1930", 500)),
        ('#TRANS "1930" {} "5.00"', Row("1930", 500)),
        ('#TRANS 1930 "{}" 5', Row("1930", 500)),
        ('#TRANS 1930 "" 5', Row("1930", 500)),
        ("#TRANS 1930 5", Row("1930", 500)),
        ("#TRANS 1930{}5", Row("1930", 500)),
        ("#TRANS 1930 {} +5", Row("1930", 500)),
        ("#TRANS 1930 {} 5,00", Row("1930", 500)),
        ('#TRANS 1930 {} 5 ""', Row("1930", 500)),
        ('#TRANS 1930 {} 5 "" ""', Row("1930", 500)),
        ('#TRANS 1930 {} 5 "" "Kaffe"', Row("1930", 500, text="Kaffe")),
        ("#TRANS 1930 {} 5 20230304", Row("1930", 500, date=date(2023, 3, 4))),
        ('#TRANS 1930 {} 5 "20230304" ""', Row("1930", 500, date=date(2023, 3, 4))),
        ("#TRANS 1930 {} 5 2023-03-04 Kaffe", Row("1930", 500, date=date(2023, 3, 4), text="Kaffe")),
        ("#TRANS 1930 {} 5 00000000 Kaffe", Row("1930", 500, text="Kaffe")),
        ('#TRANS 1930 {} 5 20230304 "Årsavgift"\t0.00', Row("1930", 500, (), date(2023, 3, 4), "Årsavgift", Decimal(0))),
        ('#TRANS 1930 {} 5 20230304 "" ""', Row("1930", 500, (), date(2023, 3, 4))),
        ('#TRANS 1930 {} 5 20230304 "a" 1 KE', Row("1930", 500, (), date(2023, 3, 4), "a", Decimal(1), "KE")),
        ('#TRANS 1930 {} 5 20230304 "a" "" "Kim Ek"', Row("1930", 500, (), date(2023, 3, 4), "a", None, "Kim Ek")),
        (r'#TRANS 1930 {} 5 20230304 "\"Eken\" {x}"', Row("1930", 500, (), date(2023, 3, 4), '"Eken" {x}')),
        ("#TRANS 1930 {} 5 20230304 Kaffe och bröd", Row("1930", 500, (), date(2023, 3, 4), "Kaffe och bröd")),
        ('#TRANS 1930 {1 "Nord" 6 "0001"} 5', Row("1930", 500, (("1", "Nord"), ("6", "0001")))),
        ('#TRANS 1930 {"1" "Nord"} 5', Row("1930", 500, (("1", "Nord"),))),
        ('#TRANS 1930 {1 "" 6 "P1"} 5', Row("1930", 500, (("6", "P1"),))),
        ('#TRANS 1930 {} 5 "" "Kaffe" 2', Row("1930", 500, text="Kaffe", quantity=Decimal(2))),
        ('#TRANS 1930 {} 5 "" Kaffe', Row("1930", 500, text="Kaffe")),
        ("#TRANS 1930 {01 Nord} 5", Row("1930", 500, (("1", "Nord"),))),
        ('#TRANS 1930 "{1 Nord}" 5', Row("1930", 500, (("1", "Nord"),))),
        ('#TRANS 1930 {1 "a}b"} 5', Row("1930", 500, (("1", "a}b"),))),
    ],
)  # fmt: skip
def test_a_row_is_read_however_it_is_written(line: str, row: Row) -> None:
    assert first_row(line) == row


def test_the_quick_way_and_the_careful_way_read_the_same() -> None:
    against = "#TRANS 3890 {} 5.00"
    quick = '#TRANS 1930 {1 "Nord"} -5.00 20230304 "Kaffe" 2 KE'
    careful = quick.replace("1930", '"1930"')
    rows = only_voucher(*voucher(quick, against, quick, against, careful, against)).rows
    assert (
        rows[0]
        == rows[2]
        == rows[4]
        == Row("1930", -500, (("1", "Nord"),), date(2023, 3, 4), "Kaffe", Decimal(2), "KE")
    )


@pytest.mark.parametrize(
    ("head", "series", "number"),
    [
        ("#VER A 1 20230302", "A", "1"),
        ('#VER "" "" 20230302', "", ""),
        ('#VER "" 0 20230302', "", "0"),
        ("#VER # 1 20230302", "#", "1"),
        ("#VER LÖN 2023-17b 20230302", "LÖN", "2023-17b"),
        ("#VER A 1 2023-03-02", "A", "1"),
        ("#ver A 1 20230302", "A", "1"),
        ("#VER A 1 20230302 Kaffe och bröd", "A", "1"),
    ],
)
def test_a_voucher_keeps_its_own_series_and_number(head: str, series: str, number: str) -> None:
    found = only_voucher(*voucher(*ROWS, head=head))
    assert (found.series, found.number, found.date) == (series, number, date(2023, 3, 2))


@pytest.mark.parametrize(
    "lines",
    [
        ("#VER A 2 20230302 Prov {", *ROWS, "}"),
        ("#VER A 2 20230302 Prov", "{ ", *ROWS, "}\t"),
        ("#VER A 2 20230302 Prov", "{", ROWS[0], ROWS[1] + " }"),
        ("#VER A 2 20230302 Prov", "", "{", "", *ROWS, "", "}", ""),
        ("#VER A 2 20230302 Prov", "{ " + ROWS[0], ROWS[1], "}"),
        ("#VER A 2 20230302 Prov", *ROWS, "}"),
        ("#VER A 2 20230302 Prov", *ROWS),
        ("#VER A 2 20230302 Prov", "{", *ROWS, "} #OMFATTN 20231231"),
    ],
)
def test_the_braces_of_a_voucher_may_stand_otherwise(lines: tuple[str, ...]) -> None:
    assert [row.amount for row in only_voucher(*lines).rows] == [500, -500]


def test_a_voucher_that_is_not_closed_ends_where_the_next_begins() -> None:
    reading = read(sie(*HEAD, *voucher(*ROWS)[:-1], *FEE))
    assert [v.number for v in reading.document.vouchers] == ["2", "1"]


def test_text_without_quotes_is_not_lost() -> None:
    assert only_voucher(*voucher(*ROWS, head="#VER A 1 20230302 Kaffe och bröd")).text == "Kaffe och bröd"


def test_an_empty_voucher_keeps_its_number() -> None:
    reading = read(sie(*HEAD, *voucher(), *FEE))
    assert [(v.number, len(v.rows)) for v in reading.document.vouchers] == [("2", 0), ("1", 2)]


def test_opening_balances_take_no_number() -> None:
    reading = read(sound())
    assert [(v.series, v.number) for v in reading.document.vouchers] == [("A", "1")]


def test_an_unbalanced_voucher_is_refused_and_the_rest_is_read() -> None:
    reading = read(sie(*HEAD, *voucher("#TRANS 1930 {} 5", "#TRANS 3890 {} -4.99"), *FEE))
    (error,) = reading.errors
    assert (error.code, error.line, error.params["amount"]) == ("voucher_unbalanced", len(HEAD) + 1, "0.01")
    assert [v.number for v in reading.document.vouchers] == ["1"]
    assert (reading.vouchers, reading.rows, reading.refused) == (2, 4, 1)


def test_a_voucher_with_an_unreadable_row_is_refused_even_if_the_others_balance() -> None:
    reading = read(sie(*HEAD, *voucher(*ROWS, "#TRANS 1930 {} fem"), *FEE))
    assert [v.number for v in reading.document.vouchers] == ["1"]
    assert [n.code for n in reading.errors] == ["voucher_refused", "amount_unreadable"]


def test_an_added_row_counts_once_and_a_removed_row_not_at_all() -> None:
    reading = read(
        sie(
            *HEAD,
            *voucher(
                "#TRANS 1930 {} -5",
                '#BTRANS 1930 {} 800 20230401 "" "" "Kim Ek"',
                '#RTRANS 6110 {} 5 20230401 "" "" "Kim Ek"',
                "#TRANS 6110 {} 5 20230302",
            ),
        )
    )
    (found,) = reading.document.vouchers
    assert [row.amount for row in found.rows] == [-500, 500]
    assert found.history == (
        Change(False, Row("1930", 80000, (), date(2023, 4, 1), sign="Kim Ek"), 1),
        Change(True, Row("6110", 500, (), date(2023, 4, 1), sign="Kim Ek"), 1),
    )
    assert reading.rows == 2
    assert "added_row_alone" not in {n.code for n in reading.notes}


def test_a_row_outside_of_a_voucher_is_an_error_and_counted() -> None:
    reading = read(sie(*HEAD, *ROWS, *FEE))
    assert [n.code for n in reading.errors] == ["row_outside", "row_outside"]
    assert (reading.rows, reading.sums["TRANS result"]) == (4, -5500)


def test_the_sums_are_of_the_file_as_read_refused_vouchers_too() -> None:
    reading = read(sound(*voucher("#TRANS 6110 {} 7")))
    assert reading.sums == {"IB 0": 0, "UB 0": 5000, "RES 0": -5000, "TRANS result": -4300}


def test_gaps_in_the_numbers_are_the_files_own() -> None:
    lines = [line for n in (1, 2, 5, 9) for line in voucher(*ROWS, head=f"#VER B {n} 20230302")]
    assert read(sie(*HEAD, *lines)).gaps == {"B": ((3, 4), (6, 8))}


# The type.


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("#SIETYP 1", *BALANCES), "1"),
        (("#SIETYP 2", *BALANCES), "2"),
        (("#SIETYP 3", *BALANCES), "3"),
        (("#SIETYP 4", *BALANCES, *FEE), "4E"),
        (("#SIETYP 4", *BALANCES), "4E"),
        (("#SIETYP 4", *FEE), "4I"),
        (("#SIETYP 4I", *FEE), "4I"),
        (('#SIETYP "4"', *BALANCES, *FEE), "4E"),
        ((*BALANCES, *FEE), "4E"),
        (FEE, "4I"),
        (BALANCES, "1"),
        ((*BALANCES, "#PSALDO 0 202301 3890 {} -5"), "2"),
        ((*BALANCES, "#PSALDO 0 202301 3890 {1 2} -5"), "3"),
        ((*BALANCES, "#OIB 0 1930 {1 2} 5"), "3"),
        (("#SIETYP 9", *BALANCES), "1"),
        (("#SIETYP 1", *BALANCES, *FEE), "4E"),
        (CHART, "1"),
    ],
)
def test_the_type_is_what_the_file_says_or_holds(lines: tuple[str, ...], kind: str) -> None:
    assert read(sie(*lines)).document.type == kind


def test_a_file_without_vouchers_has_nothing_to_add_and_says_so() -> None:
    reading = read(sie(*HEAD, *CHART, *BALANCES))
    assert "nothing_booked" in {n.code for n in reading.notes}
    assert not reading.errors


# Bytes.


@pytest.mark.parametrize("tail", [b"\x1a", b"\x00" * 5000, b"\r\n\xff", b"\xff\x1a\r\n", b"\x00\r\n"])
@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "utf-8"])
def test_filling_at_the_end_is_skipped(tail: bytes, encoding: str) -> None:
    reading = read(sie(*HEAD, *FEE, encoding=encoding) + tail)
    assert (reading.vouchers, reading.encoding) == (1, encoding)
    assert "end_of_file_character" in {n.code for n in reading.notes}
    assert "stray_line" not in {n.code for n in reading.notes}


def test_a_missing_line_end_at_the_end_is_nothing() -> None:
    assert read(sound().rstrip()).notes == ()


def test_control_characters_in_texts_are_removed() -> None:
    assert read(sie("#FLAGGA 0", "#FNAMN Klub\x00b\x07en")).document.company.name == "Klubben"


def test_unknown_labels_are_counted() -> None:
    reading = read(sound("#EGEN 1", "#EGEN 2", '#ANNAT "x"'))
    assert reading.unknown == {"#EGEN": 2, "#ANNAT": 1}


@pytest.mark.parametrize("cut", range(1, len(sie(*FEE)) - 3, 7))
def test_a_file_cut_off_inside_a_voucher_is_refused(cut: int) -> None:
    data = sie(*HEAD) + sie(*FEE)[:-cut].rstrip(b"}\r\n")
    if b"#VER" in data:
        with pytest.raises(NotSie, match="cut off"):
            read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\x00" * 100,
        b"<html>",
        b"\xef\xbb\xbf  <!doctype HTML><p>#KONTO 1930</p>",
        "<html>".encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">',
        b'<?xml version="1.0"?><sie:SieEntry xmlns:sie="http://www.sie.se/sie5">',
        b"{}",
        b"# VER A 1\n# KONTO",
        b"\x89PNG\r\n\x1a\n#VER",
        b"\xd0\xcf\x11\xe0" * 100,
    ],
)
def test_what_is_not_sie_is_refused(data: bytes) -> None:
    with pytest.raises(NotSie):
        read(data)


# Sources and memory.


def test_a_path_a_stream_and_a_stream_that_cannot_seek_are_read(tmp_path: Path) -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_args: int) -> int:
            raise io.UnsupportedOperation

    path = tmp_path / "bok.se"
    path.write_bytes(sound())
    for source in (path, str(path), io.BytesIO(sound()), OneWay(sound())):
        assert read(source) == read(sound())


def test_vouchers_are_handed_on_before_the_file_is_read_to_its_end() -> None:
    lines = [line for n in range(1, 20_001) for line in voucher(*ROWS, head=f"#VER A {n} 20230302")]
    data = sie(*HEAD, *lines)
    with SieReader(data) as reader:
        assert next(iter(reader)).number == "1"
        assert reader.bytes_read < len(data)
        assert reader.reading().vouchers == 20_000


def test_memory_is_constant_in_the_number_of_vouchers() -> None:
    def peak(vouchers: int) -> int:
        text, rows = "x" * 1000, "\r\n".join(ROWS)
        lines = (f'#VER A {n} 20230302 "{text}"\r\n{{\r\n{rows}\r\n}}\r\n' for n in range(1, vouchers))
        stream = io.BytesIO(sie(*HEAD) + "".join(lines).encode())
        tracemalloc.start()
        with SieReader(stream) as reader:
            for _voucher in reader:
                pass
            reader.reading()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    few, many = peak(1_000), peak(3_000)
    assert many < few * 1.2
