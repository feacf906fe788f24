"""Texts that another program read in the wrong code page."""

from __future__ import annotations

import pytest

from finance.sie import mojibake, read
from tests.finance.sie.files import HEAD, sie

WRONG = [("tj„nster", "tjänster"), ("f”rening", "förening"), ("†rs", "års"), ("™vning", "Övning"),
         ("fÃ¶rening", "förening"), ("Ã…rs", "Års"), ("f÷rening", "förening"), ("┼1", "Å1"),
         ("f├╢rening", "förening"), ("H„lls", "Hälls"),
         ("p† plats", "på plats"), ("S†", "Så"), ("ocks†", "också")]  # fmt: skip


@pytest.mark.parametrize(("wrong", "right"), WRONG)
def test_letters_in_the_wrong_code_page_are_brought_back(wrong: str, right: str) -> None:
    assert mojibake.mended(wrong) == right


@pytest.mark.parametrize(
    "text",
    [
        "å ä ö Å Ä Ö é",
        "Windows™",
        "”Hej” sa han",
        "Bo Ek † 2011",
        "Bo Ek†, Eva†",
        "10 ÷ 2",
        "„Text“",
        "500 €",
        "Miloš",
        "½ ²",
        "Ã",
    ],
)
def test_sound_texts_are_left_alone(text: str) -> None:
    assert mojibake.mended(text) == text


def test_two_such_fields_are_shown_with_the_proposal_and_left_as_they_are() -> None:
    reading = read(sie(*HEAD, '#KONTO 6000 "F”rening"', '#KONTO 6001 "Tj„nster"', encoding="utf-8"))
    note = next(n for n in reading.notes if n.code == "wrong_code_page")
    assert note.params == {"text": "F”rening", "proposal": "Förening", "count": 2}
    assert [a.name for a in reading.document.accounts] == ["F”rening", "Tj„nster"]


def test_one_such_field_is_taken_for_chance() -> None:
    reading = read(sie(*HEAD, '#KONTO 6000 "F”rening"', encoding="utf-8"))
    assert "wrong_code_page" not in {n.code for n in reading.notes}


def test_they_are_mended_when_asked_for() -> None:
    data = sie(*HEAD, '#KONTO 6000 "F”rening"', '#KONTO 6001 "Tj„nster"', encoding="utf-8")
    reading = read(data, mend=True)
    assert [a.name for a in reading.document.accounts] == ["Förening", "Tjänster"]
    assert next(n for n in reading.notes if n.code == "wrong_code_page_mended").params["count"] == 2
