"""Each thing that can be said about a file, and the file that makes it be said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from finance.sie import CATALOGUE, Note, Reading, SieRefused, read, write
from finance.sie.building import Limits
from finance.sie.document import Account, SieDocument
from tests.finance.sie.files import FEE, HEAD, sie, sound, voucher

ROWS = ("#TRANS 1930 {} 5", "#TRANS 3890 {} -5")
TWO_WRONG = ('#KONTO 6000 "F”rening"', '#KONTO 6001 "Tj„nster"')


def said(data: bytes) -> dict[str, Note]:
    reading = read(data)
    return {n.code: n for n in (*reading.notes, *reading.errors)}


# code → (file, line it is said of, label): notes of a file that is otherwise in order.
NOTED: dict[str, tuple[bytes, int | None, str]] = {
    "byte_order_mark": (b"\xef\xbb\xbf" + sound(), None, ""),
    "not_code_page_437": (sie(*HEAD, encoding="utf-8"), 3, "#FORMAT"),
    "utf16": (sie(*HEAD, encoding="utf-16"), None, ""),
    "mixed_encoding": (sie(*HEAD, encoding="utf-8") + '#KONTO 1930 "Sjö"'.encode("cp437"), 10, ""),
    "letters_lost": (sie(*HEAD, "#KONTO 1930 F\ufffdrening", encoding="utf-8"), 10, "#KONTO"),
    "wrong_code_page": (sie(*HEAD, *TWO_WRONG, encoding="utf-8"), 10, ""),
    "carriage_returns_only": (sie(*HEAD, end="\r"), None, ""),
    "end_of_file_character": (sound() + b"\x1a", None, ""),
    "control_characters": (sound("#KONTO 6000 Tele\x07fon"), 24, ""),
    "label_lower_case": (sound("#konto 6000 Telefon"), 24, "#konto"),
    "label_unknown": (sound("#EGEN 1", "#EGEN 2"), 24, "#EGEN"),
    "stray_line": (sound("Denna fil är hemlig"), 24, ""),
    "type_missing": (sie(*(line for line in HEAD if "SIETYP" not in line), *FEE), None, "#SIETYP"),
    "type_unknown": (sie("#SIETYP 7", *FEE), None, "#SIETYP"),
    "type_differs": (sie("#SIETYP 1", *FEE), None, "#SIETYP"),
    "already_read": (sie("#FLAGGA 1"), 1, "#FLAGGA"),
    "nothing_booked": (sie(*HEAD), None, "#SIETYP"),
    "checksum_differs": (sie("#KSUMMA", "#FLAGGA 0", "#KSUMMA 17"), 3, "#KSUMMA"),
    "checksum_unreadable": (sie("#KSUMMA", "#FLAGGA 0", "#KSUMMA x"), 3, "#KSUMMA"),
    "checksum_not_ended": (sie("#KSUMMA", "#FLAGGA 0"), 1, "#KSUMMA"),
    "checksum_not_begun": (sie("#FLAGGA 0", "#KSUMMA 17"), 2, "#KSUMMA"),
    "quote_unescaped": (sound('#KONTO 6000 "F"reningen"'), 24, "#KONTO"),
    "quote_not_closed": (sound('#KONTO 6000 "Telefon'), 24, "#KONTO"),
    "text_over_lines": (sound('#KONTO 6000 "Tele', 'fon"'), 24, "#KONTO"),
    "brace_stray": (sound("}"), 24, ""),
    "brace_on_line": (sound("#VER A 2 20230302 Prov {", *ROWS, "}"), 24, ""),
    "fields_missing_note": (sound("#SRU 1930"), 24, "#SRU"),
    "fields_extra": (sound("#OMFATTN 20231231 17"), 24, "#OMFATTN"),
    "fields_joined": (sound("#KONTO 6000 Telefon och porto"), 24, "#KONTO"),
    "list_quoted": (sound(*voucher('#TRANS 1930 "{}" 5', ROWS[1])), 26, "#TRANS"),
    "list_missing": (sound(*voucher("#TRANS 1930 5", ROWS[1])), 26, "#TRANS"),
    "list_empty_object": (sound(*voucher('#TRANS 1930 {"1" "" "6" ""} 5', ROWS[1])), 26, "#TRANS"),
    "list_odd": (sound(*voucher("#TRANS 1930 {1} 5", ROWS[1])), 26, "#TRANS"),
    "amount_comma": (sound(*voucher("#TRANS 1930 {} 5,00", ROWS[1])), 26, "#TRANS"),
    "amount_blanks": (sound(*voucher('#TRANS 1930 {} "1 005.00"', "#TRANS 3890 {} -1005")), 26, "#TRANS"),
    "amount_zeros": (sound(*voucher("#TRANS 1930 {} 5.00000", ROWS[1])), 26, "#TRANS"),
    "amount_plus": (sound(*voucher("#TRANS 1930 {} +5", ROWS[1])), 26, "#TRANS"),
    "amount_minus": (sound(*voucher(ROWS[0], "#TRANS 3890 {} 5-")), 27, "#TRANS"),
    "quantity_unreadable": (sound(*voucher('#TRANS 1930 {} 5 "" "" många', ROWS[1])), 26, "#TRANS"),
    "date_form": (sound(*voucher(*ROWS, head="#VER A 2 2023-03-02")), 24, "#VER"),
    "date_unreadable": (sound("#OMFATTN 20231331"), 24, "#OMFATTN"),
    "row_date_unreadable": (sound(*voucher("#TRANS 1930 {} 5 20231331", ROWS[1])), 26, "#TRANS"),
    "row_text_for_date": (sound(*voucher('#TRANS 1930 {} 5 "Kaffe"', ROWS[1])), 26, "#TRANS"),
    "year_without_dates": (sound("#RAR -2"), 24, "#RAR"),
    "year_long": (sound("#RAR -2 20190101 20211231"), 24, "#RAR"),
    "year_twice": (sound("#RAR 0 20230101 20231231"), 24, "#RAR"),
    "year_undeclared": (sound("#IB -3 1930 0"), 24, "#IB"),
    "account_number": (sound("#KONTO 12345678 Bank"), 24, "#KONTO"),
    "account_twice": (sound('#KONTO 1930 "Bank"'), 24, "#KONTO"),
    "account_twice_differs": (sound('#KONTO 1930 "Banken"'), 24, "#KONTO"),
    "account_without_name": (sound("#KONTO 6000"), 24, "#KONTO"),
    "account_undeclared": (sound("#UB 0 1910 0"), 24, "#UB"),
    "account_kind": (sound("#KTYP 1930 X"), 24, "#KTYP"),
    "attribute_without_account": (sound("#SRU 1910 7281"), 24, "#SRU"),
    "dimension_undeclared": (sound('#OBJEKT 20 "a" "b"'), 24, "#OBJEKT"),
    "dimension_without_parent": (sound("#UNDERDIM 21 Team"), 24, "#UNDERDIM"),
    "dimension_twice": (sound("#DIM 20 Ett", "#DIM 20 Två"), 25, "#DIM"),
    "object_undeclared": (sound('#OUB 0 1930 {1 "Nord"} 5'), 24, "#OUB"),
    "object_twice": (sound("#OBJEKT 6 1 Ett", "#OBJEKT 6 1 Två"), 25, "#OBJEKT"),
    "balance_twice": (sound("#UB 0 1930 150"), 24, "#UB"),
    "opening_sum": (sie(*HEAD, "#IB 0 1930 5"), None, "#IB"),
    "differences": (sie(*HEAD, "#IB 0 1930 5", "#UB 0 1930 5", *FEE), None, "#UB"),
    "period_twice": (sound(*["#PBUDGET 0 202301 3890 {} 5"] * 2), 25, "#PBUDGET"),
    "balance_with_objects": (sound("#IB -1 1930 {} 5"), 24, "#IB"),
    "voucher_date_from_rows": (
        sound(*voucher("#TRANS 1930 {} 5 20230302", "#TRANS 3890 {} -5 20230302", head='#VER A 2 ""')),
        24,
        "#VER",
    ),
    "voucher_empty": (sound(*voucher()), 24, "#VER"),
    "voucher_unnumbered": (sound(*voucher(*ROWS, head='#VER "" "" 20230302')), 24, "#VER"),
    "voucher_number_twice": (sound(*voucher(*ROWS, head="#VER A 1 20230302")), 24, "#VER"),
    "voucher_outside_years": (sound(*voucher(*ROWS, head="#VER A 2 20240302")), 24, "#VER"),
    "voucher_without_opening": (sound("#VER A 2 20230302", *ROWS, "}"), 24, "#VER"),
    "voucher_not_closed": (sound(*voucher(*ROWS)[:-1], *voucher(head="#VER A 3 20230303")), 28, "#VER"),
    "label_inside_voucher": (sound(*voucher(*ROWS, "#KONTO 6000 Telefon")), 28, "#KONTO"),
    "rows_zero": (sound(*voucher(*ROWS, "#TRANS 1930 {} 0.00")), 28, "#TRANS"),
    "added_row_alone": (sound(*voucher("#RTRANS 1930 {} 7", *ROWS)), 26, "#RTRANS"),
    "rows_removed": (sound(*voucher("#BTRANS 1930 {} 7", *ROWS)), 26, "#BTRANS"),
    "rows_added": (sound(*voucher("#RTRANS 1930 {} 5", *ROWS)), 26, "#RTRANS"),
}  # fmt: skip

# code → (file, line, label): errors; each refuses what it speaks of, and the rest is read.
ERRORS: dict[str, tuple[bytes, int, str]] = {
    "brace_not_closed": (sound(*voucher("#TRANS 1930 {1 2 5", *ROWS)), 26, "#TRANS"),
    "brace_nested": (sound(*voucher("#TRANS 1930 {1 {2}} 5", ROWS[1])), 26, "#TRANS"),
    "fields_missing": (sound(*voucher("#TRANS 1930", *ROWS)), 26, "#TRANS"),
    "amount_unreadable": (sound("#UB 0 1930 mycket"), 24, "#UB"),
    "amount_ambiguous": (sound("#UB 0 6110 12,500"), 24, "#UB"),
    "amount_parts_of_ore": (sound("#UB 0 6110 12.505"), 24, "#UB"),
    "amount_too_large": (sound("#UB 0 6110 12345678901234567890"), 24, "#UB"),
    "amount_split": (sound(*voucher("#TRANS 1930 {} 1 005.00", "#TRANS 3890 {} -1005")), 26, "#TRANS"),
    "period_unreadable": (sound("#PBUDGET 0 202313 3890 {} 5"), 24, "#PBUDGET"),
    "year_unreadable": (sound("#UB i 1930 5"), 24, "#UB"),
    "year_backwards": (sound("#RAR -2 20211231 20210101"), 24, "#RAR"),
    "year_twice_differs": (sound("#RAR 0 20230701 20240630"), 24, "#RAR"),
    "account_number_used": (sound(*voucher("#TRANS 12345678 {} 5", ROWS[1])), 26, "#TRANS"),
    "balance_twice_differs": (sound("#UB 0 1930 17"), 24, "#UB"),
    "row_outside": (sound(ROWS[0]), 24, "#TRANS"),
    "voucher_unbalanced": (sound(*voucher(ROWS[0])), 24, "#VER"),
    "voucher_refused": (sound(*voucher("#TRANS 1930 {} x", ROWS[1])), 24, "#VER"),
    "voucher_date": (sound(*voucher(*ROWS, head="#VER A 2 20230231")), 24, "#VER"),
}

# code → file: refused as a whole.
REFUSED: dict[str, bytes] = {
    "empty": b" \r\n\x1a",
    "html": b"<!DOCTYPE html>\n<html><body>Logga in #VER</body></html>",
    "sie5": b'<?xml version="1.0"?>\n<Sie xmlns="http://www.sie.se/sie5">\n</Sie>',
    "xml": b'<?xml version="1.0"?>\n<faktura/>',
    "archive": b"PK\x03\x04" + bytes(100),
    "pdf": b"%PDF-1.7\n#VER",
    "binary": bytes(range(256)) * 20,
    "no_labels": b"Konto;Belopp\n1930;5\n",
    "cut_off": sound("#VER A 2 20230302", "{", ROWS[0]),
    "line_over_limit": sound("#PROSA " + "x" * 70_000),
    "too_many_rows": sound(*voucher(*ROWS * 60)),
    "too_many_things": sound(*[f"#KONTO {n} Konto" for n in range(1000, 1300)]),
    "too_many_at_once": sound(*voucher(*ROWS) * 100),
    "too_many_series": sound(*[f"#VER S{n} 1" for n in range(10_002)]),
    "file_too_large": sound("#PROSA x" * 8, *["#PROSA x"] * 140_000),
}  # fmt: skip
SMALL = Limits(file_bytes=1 << 20, rows_per_voucher=100, things=250, rows_at_once=200)

ELSEWHERE = {
    "more_of_the_same": "test_many_of_a_kind_are_counted",
    "wrong_code_page_mended": "tests of mojibake",
    "character_replaced": "tests of the writer",
    "control_removed": "tests of the writer",
    "backslash_last": "tests of the writer",
    "text_too_long": "tests of the writer",
}


@pytest.mark.parametrize("code", NOTED)
def test_an_oddity_is_noted_with_its_line_and_label(code: str) -> None:
    data, line, label = NOTED[code]
    note = said(data)[code]
    assert (note.line, note.label) == (line, label)
    assert not note.is_error
    assert "%(" not in note.what + note.done


@pytest.mark.parametrize("code", NOTED)
def test_an_oddity_is_no_error(code: str) -> None:
    assert [n.code for n in read(NOTED[code][0]).errors] == []


@pytest.mark.parametrize("code", ERRORS)
def test_an_error_is_listed_with_its_line_and_reading_goes_on(code: str) -> None:
    data, line, label = ERRORS[code]
    reading = read(data + sie(*voucher(*ROWS, head="#VER B 1 20230401")))
    note = next(n for n in reading.errors if n.code == code)
    assert (note.line, note.label) == (line, label)
    assert [v.series for v in reading.document.vouchers if v.series == "B"] == ["B"]


@pytest.mark.parametrize("code", REFUSED)
def test_a_file_is_refused_with_a_sentence(code: str) -> None:
    with pytest.raises(SieRefused) as caught:
        read(REFUSED[code], limits=SMALL)
    assert caught.value.note.code == code
    assert str(caught.value).count(".") >= 2


def test_a_sound_file_has_nothing_noted() -> None:
    reading: Reading = read(sound())
    assert (reading.notes, reading.errors) == ((), ())


def test_all_that_can_be_said_has_a_file_that_makes_it_be_said() -> None:
    assert {*NOTED, *ERRORS, *REFUSED, *ELSEWHERE} == set(CATALOGUE)


def test_many_of_a_kind_are_counted() -> None:
    reading = read(sound(*[f"#KTYP 1930 X{i}" for i in range(250)]))
    listed = [n for n in reading.notes if n.code == "account_kind"]
    more = next(n for n in reading.notes if n.code == "more_of_the_same")
    assert len(listed) == 200
    assert "50" in more.what


def test_a_note_can_be_said_in_another_language() -> None:
    note = said(sound("#KTYP 1930 X"))["account_kind"]
    assert note.what_in(lambda _text: "Konto %(account)s har slaget %(text)s.") == "Konto 1930 har slaget X."


def test_a_note_about_a_note_is_translated_through() -> None:
    note = Note("more_of_the_same", params={"count": 2, "what": Note("empty")})
    assert "TOM" in note.what_in(lambda text: "TOM" if text == CATALOGUE["empty"].what else text)


def test_a_hostile_text_is_cut_short_in_notes() -> None:
    assert len(said(sound("x" * 5000))["stray_line"].what) < 300


def test_what_the_writer_says_is_no_error() -> None:
    _data, notes = write(SieDocument(accounts=(Account("1930", "Ünïcode ☃\n"),)))
    assert {n.code for n in notes} == {"character_replaced", "control_removed"}
    assert not any(n.is_error for n in notes)


def test_the_documentation_says_all_that_can_be_said() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sie.md").read_text()
    for code, kind in CATALOGUE.items():
        what, done = (re.sub(r"%\((\w+)\)s", r"‹\1›", text) for text in (kind.what, kind.done))
        assert f"| `{code}` | {what} | {done} |" in page
