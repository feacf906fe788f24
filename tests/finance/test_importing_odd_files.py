"""SIE files as treasurers bring them: other years, other code pages, and what is no longer whole."""

import pytest

from finance.models import Account, FiscalYear, Voucher
from finance.sie import SieRefused
from tests.factories import a_fiscal_year
from tests.sie import FOR_IMPORT, HEAD, ver

pytestmark = pytest.mark.django_db


def codes(notes):
    return {note["code"] for note in notes}


# For import (4I)


def test_a_file_for_import_whose_year_is_not_here_is_refused_by_line(run):
    outcome = run(FOR_IMPORT + ver("", ""))
    assert outcome.refused
    assert 4 in [error["line"] for error in outcome.errors]
    assert not Account.objects.exists()


# Years


def of_year(start: str, end: str) -> str:
    return HEAD.replace("#RAR 0 20230101 20231231", f"#RAR 0 {start} {end}").replace(
        "#RAR -1 20220101 20221231\n", ""
    )


def test_a_year_of_19_months_is_told_of_and_read_as_it_stands(run):
    outcome = run(of_year("20220601", "20231231") + ver("A", 1))
    assert "year_long" in codes(outcome.notes)
    assert not outcome.refused


def test_a_year_that_crosses_one_that_is_here_refuses_the_file_and_changes_nothing(run):
    a_fiscal_year(2023)
    outcome = run(of_year("20230701", "20240630") + ver("A", 1, day="20230801"))
    assert outcome.refused
    assert "2023" in outcome.errors[0]["what"]
    assert not Account.objects.exists()


def test_an_earlier_year_that_crosses_one_that_is_here_is_left_aside_with_a_note(run):
    a_fiscal_year(2022)
    outcome = run(HEAD.replace("#RAR -1 20220101 20221231", "#RAR -1 20211101 20221231") + ver("A", 1))
    assert not outcome.refused
    assert any("2022" in note["what"] for note in outcome.notes if note["label"] == "#RAR")
    assert FiscalYear.objects.count() == 2


# What is no longer whole


def is_refused(run, content: bytes) -> bool:
    """Whether *content* is refused, as a whole or by line."""
    try:
        return run(content).refused
    except SieRefused as refused:
        return refused.note.code == "cut_off"


def test_a_file_cut_off_anywhere_in_its_last_voucher_changes_nothing(run):
    whole = (HEAD + ver("A", 1) + ver("A", 2)).encode("cp437")
    begins = whole.rindex(b"#VER") + len(b"#VER ")
    for end in range(begins, len(whole) - 2, 5):
        assert is_refused(run, whole[:end]), whole[begins:end]
        assert not FiscalYear.objects.exists(), whole[begins:end]


def test_a_file_whose_checksum_never_comes_is_told_to_be_cut_off_perhaps(run):
    begun = HEAD.replace("#FORMAT PC8", "#FORMAT PC8\n#KSUMMA")
    assert "checksum_not_ended" in codes(run(begun + ver("A", 1)).notes)


# Code pages


@pytest.mark.parametrize("encoding", ["cp437", "utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_swedish_letters_are_right_in_whatever_code_page_the_file_is(run, encoding):
    outcome = run((HEAD + ver("A", 1, text="Årsmöte på tjänstegården")).encode(encoding))
    assert Voucher.objects.get().text == "Årsmöte på tjänstegården"
    assert Account.objects.get(number="1930").name == "Företagskonto"
    assert outcome.file["encoding"].replace("-sig", "").casefold() in {"cp437", "utf-8", "cp1252"}
