"""Bytes → code page."""

from __future__ import annotations

import pytest

from finance.sie import read
from tests.finance.sie.files import FEE, HEAD, sie


def name_of(data: bytes) -> tuple[str, str]:
    reading = read(data)
    return reading.encoding, reading.document.company.name


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "utf-8"])
def test_the_code_page_is_found_from_the_swedish_letters(encoding: str) -> None:
    assert name_of(sie(*HEAD, encoding=encoding)) == (encoding, "Föreningen Björken")


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "utf-8"])
@pytest.mark.parametrize("letter", "åäöÅÄÖéÉ")
def test_one_letter_is_enough(encoding: str, letter: str) -> None:
    data = sie("#FLAGGA 0", f'#FNAMN "F{letter}r"', encoding=encoding)
    assert name_of(data) == (encoding, f"F{letter}r")


def test_a_file_of_ascii_alone_is_code_page_437() -> None:
    assert read(sie("#FLAGGA 0", "#FNAMN Klubben")).encoding == "cp437"


def test_a_byte_order_mark_is_skipped_and_noted() -> None:
    reading = read(b"\xef\xbb\xbf" + sie(*HEAD, encoding="utf-8"))
    assert reading.encoding == "utf-8"
    assert reading.document.flag == "0"
    assert "byte_order_mark" in {n.code for n in reading.notes}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_a_mark_is_read(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    reading = read(mark + sie(*HEAD, *FEE, encoding=encoding))
    assert (reading.encoding, reading.vouchers) == ("utf-16", 1)
    assert reading.document.company.name == "Föreningen Björken"


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "utf-8"])
def test_a_letter_after_a_megabyte_of_ascii_still_decides(encoding: str) -> None:
    filling = ["#PROSA " + "x" * 1000] * 1100
    data = sie("#FLAGGA 0", *filling, '#FNAMN "Sjöboås"', encoding=encoding)
    assert name_of(data) == (encoding, "Sjöboås")


def test_letters_at_the_seam_of_two_blocks_stay_whole() -> None:
    for shift in range(4):
        filling = "#PROSA " + "x" * (1000 + shift)
        data = sie("#FLAGGA 0", *[filling] * 600, *['#PROSA "ååååååååååååå"'] * 600, encoding="utf-8")
        assert set(read(data).document.comment.split("\n")[600:]) == {"å" * 13}


def test_a_line_in_another_code_page_is_read_by_itself() -> None:
    data = sie(*HEAD, encoding="utf-8") + sie('#KONTO 1930 "Sjöboås"', encoding="cp437")
    reading = read(data)
    assert reading.encoding == "utf-8"
    assert reading.document.accounts[0].name == "Sjöboås"
    assert "mixed_encoding" in {n.code for n in reading.notes}


def test_the_paragraph_sign_of_code_page_437_is_no_control_character() -> None:
    reading = read(sie(*HEAD) + b'#KONTO 1930 "\x15 4 kassa"\r\n')
    assert reading.document.accounts[0].name == "§ 4 kassa"
    assert "control_characters" not in {n.code for n in reading.notes}
