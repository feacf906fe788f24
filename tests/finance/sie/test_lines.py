"""Lines → fields."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.sie import SieLimit, read
from finance.sie.building import Limits
from finance.sie.lines import elements, fields
from tests.finance.sie.files import HEAD, sie


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("#KONTO 1930 Bank", ["#KONTO", "1930", "Bank"]),
        ('#KONTO\t1930\t"Bank och kassa"', ["#KONTO", "1930", "Bank och kassa"]),
        ('#FNAMN "Klubben ""', ["#FNAMN", 'Klubben "']),
        (r'#FNAMN "Klubben \"Eken\""', ["#FNAMN", 'Klubben "Eken"']),
        (r'#VER A 1 20230101 "1820\A012 Cykel"', ["#VER", "A", "1", "20230101", r"1820\A012 Cykel"]),
        (r'#FNR "C:\böcker"', ["#FNR", r"C:\böcker"]),
        ('#FNR "C:\\böcker\\"', ["#FNR", "C:\\böcker\\"]),
        ('#ADRESS "" "Vägen 1" "" ""', ["#ADRESS", "", "Vägen 1", "", ""]),
        ('#TRANS 1930 {} 5 "" ""', ["#TRANS", "1930", (), "5", "", ""]),
        ('#TRANS 1930 {1 "Nord" 6 "0001"} 5', ["#TRANS", "1930", ("1", "Nord", "6", "0001"), "5"]),
        ('#TRANS 1930 { "1" "a b" } 5', ["#TRANS", "1930", ("1", "a b"), "5"]),
        ("#TRANS 1930{1 2}5", ["#TRANS", "1930", ("1", "2"), "5"]),
        ('#TRANS 1930 {1 "a}b{"} 5', ["#TRANS", "1930", ("1", "a}b{"), "5"]),
        ('#TRANS 1930 {} 5 20230101 "a {b} c"', ["#TRANS", "1930", (), "5", "20230101", "a {b} c"]),
        ('#KONTO 4010 Rör 12"', ["#KONTO", "4010", "Rör", '12"']),
    ],
)
def test_a_line_is_taken_apart(line: str, found: list[object]) -> None:
    assert fields(line).values == found


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('#KONTO 1480 "F"rskott till leverant"re"', 'F"rskott till leverant"re'),
        ('#KONTO 1288 "F"rskott till Lind" Park"', 'F"rskott till Lind" Park'),
        ('#KONTO 1480 "Bolaget ""Eken"" AB"', 'Bolaget "Eken" AB'),
    ],
)
def test_an_unescaped_quote_is_part_of_the_text_and_noted(line: str, text: str) -> None:
    taken = fields(line)
    assert taken.values[-1] == text
    assert list(taken.oddities) == ["quote_unescaped"]


def test_an_open_quote_ends_with_the_line_and_is_noted() -> None:
    taken = fields('#KONTO 1480 "Lager')
    assert taken.values[-1] == "Lager"
    assert list(taken.oddities) == ["quote_not_closed"]


def test_a_brace_at_the_end_of_a_line_opens_a_block() -> None:
    taken = fields("#VER A 1 20230101 Prov {")
    assert taken.opens
    assert taken.values[-1] == "Prov"


def test_nested_braces_are_found() -> None:
    assert "brace_nested" in fields("#TRANS 1930 {1 {2} 3} 5").oddities


def test_braces_in_quotes_are_not_nested() -> None:
    assert fields('#TRANS 1930 {1 "{"} 5').oddities == {}


@settings(deadline=None)
@given(st.text(alphabet='#"{}\\ \tab1', max_size=30) | st.text(max_size=30))
def test_no_line_makes_the_tokeniser_fail(line: str) -> None:
    fields(line.strip(" \t"))
    elements(line)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\r\n"])
def test_every_kind_of_line_end_is_read(end: str) -> None:
    reading = read(sie(*HEAD, "#KONTO 1930 Bank", end=end))
    assert reading.document.accounts[0].number == "1930"
    assert not reading.errors


def test_line_numbers_count_empty_lines_and_survive_the_seams_of_blocks() -> None:
    lines = [*HEAD, *["", "   "] * 100_000, "#KONTO 1930 Bank", *[" " * 70] * 9000, "#OKÄND"]
    reading = read(sie(*lines))
    assert reading.document.accounts[0].line == lines.index("#KONTO 1930 Bank") + 1
    assert next(n.line for n in reading.notes if n.code == "label_unknown") == len(lines)


@pytest.mark.parametrize("length", [70_000, 600_000, 3_000_000])
def test_a_line_over_the_limit_is_refused_with_its_number(length: int) -> None:
    with pytest.raises(SieLimit) as caught:
        read(sie(*HEAD, "#PROSA " + "x" * length))
    assert caught.value.note.code == "line_over_limit"
    assert caught.value.note.line == len(HEAD) + 1


def test_a_file_over_the_limit_is_refused() -> None:
    with pytest.raises(SieLimit, match="larger than 1 MB"):
        read(sie(*HEAD, *["#PROSA " + "x" * 1000] * 1100), limits=Limits(file_bytes=1 << 20))


def test_a_text_over_several_lines_is_joined_and_noted() -> None:
    reading = read(sie(*HEAD, '#KONTO 1930 "Bank', "och", 'kassa"', "#KONTO 1940 Annat"))
    assert [a.name for a in reading.document.accounts] == ["Bank och kassa", "Annat"]
    assert [n.line for n in reading.notes if n.code == "text_over_lines"] == [len(HEAD) + 1]


def test_an_open_quote_does_not_swallow_the_next_label() -> None:
    reading = read(sie(*HEAD, '#KONTO 1930 "Bank', "#KONTO 1940 Annat"))
    assert [a.name for a in reading.document.accounts] == ["Bank", "Annat"]


def test_an_open_quote_at_the_end_of_the_file_is_read() -> None:
    reading = read(sie(*HEAD, '#KONTO 1930 "Bank'))
    assert reading.document.accounts[0].name == "Bank"
