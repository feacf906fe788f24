"""Does a file agree with itself?"""

from __future__ import annotations

import json
import zlib

from hypothesis import given, settings
from hypothesis import strategies as st

from finance.sie import Difference, read, summary
from finance.sie.numbering import Run
from tests.finance.sie.files import FEE, HEAD, sie, sound


def test_a_file_that_agrees_has_no_differences() -> None:
    assert read(sound()).differences == ()


def test_each_account_that_differs_is_listed() -> None:
    lines = ("#IB 0 1930 100", "#UB 0 1930 170", "#RES 0 3890 -40", *FEE)
    assert read(sie(*HEAD, *lines)).differences == (
        Difference(0, "1930", "UB", 10000, 5000, 17000),
        Difference(0, "3890", "RES", 0, -5000, -4000),
    )


def test_a_difference_is_what_is_stated_less_what_is_derived() -> None:
    assert Difference(0, "1930", "UB", 10000, 5000, 17000).difference == 2000


def test_a_missing_closing_balance_counts_as_zero_where_others_are_stated() -> None:
    found = read(sie(*HEAD, "#IB 0 1930 100", "#UB 0 1910 0", *FEE)).differences
    assert [(d.account, d.stated) for d in found] == [("1930", 0)]


def test_a_file_that_states_no_balances_is_not_compared() -> None:
    assert read(sie(*HEAD, *FEE)).differences == ()


def test_a_result_account_beyond_the_usual_numbers_is_compared_as_it_is_stated() -> None:
    found = read(sie(*HEAD, "#RES 0 9999 5", "#RES 0 3890 -50", "#UB 0 1930 50", *FEE)).differences
    assert [(d.account, d.label) for d in found] == [("9999", "RES")]


def test_vouchers_of_another_year_do_not_count_in_this_one() -> None:
    other = [line.replace("20230301", "20220301") for line in FEE]
    assert read(sound(*other)).differences == ()


def test_the_check_sum_is_a_crc_32_without_separators_braces_and_quotes() -> None:
    lines = ('#FNAMN "A \\"b\\" {c}"', '#TRANS\t1930 {1 "x y"} 5 ', "")
    expected = zlib.crc32(b'#FNAMNA "b" {c}' + b"#TRANS19301x y5")
    data = sie("#FLAGGA 0", "#KSUMMA", *lines, f"#KSUMMA {expected}")
    assert not [n for n in read(data).notes if n.code.startswith("checksum")]


def test_a_check_sum_may_be_written_as_a_signed_number() -> None:
    signed = zlib.crc32(b"#FNAMNKlubben2") - (1 << 32)
    data = sie("#KSUMMA", "#FNAMN Klubben2", f"#KSUMMA {signed}")
    codes = {n.code for n in read(data).notes}
    assert "checksum_differs" not in codes


def test_the_summary_is_the_contract_of_the_import_command() -> None:
    found = summary(read(sound("#IB -1 1930 7,5", "#UB 0 6110 x")))
    assert {k: found[k] for k in ("type", "encoding", "accounts", "vouchers", "rows")} == {
        "type": "4E",
        "encoding": "cp437",
        "accounts": 4,
        "vouchers": 1,
        "rows": 2,
    }
    assert found["years"] == [
        {"year": 0, "start": "2023-01-01", "end": "2023-12-31"},
        {"year": -1, "start": "2022-01-01", "end": "2022-12-31"},
    ]
    assert found["sums"] == {
        "IB 0": "0.00",
        "UB 0": "50.00",
        "RES 0": "-50.00",
        "IB -1": "7.50",
        "TRANS result": "-50.00",
    }
    notes, errors = found["notes"], found["errors"]
    assert isinstance(notes, list)
    assert isinstance(errors, list)
    assert {(n["line"], n["label"]) for n in notes} == {(None, "#IB"), (24, "#IB")}
    assert [(n["line"], n["label"], n["what"]) for n in errors] == [(25, "#UB", "“x” is not an amount.")]
    json.dumps(found)


def test_accounts_and_vouchers_are_counted_by_their_labels() -> None:
    reading = read(sound('#KONTO 1930 "Bank"', "#KONTO 12345678 Bank"))
    assert (reading.accounts, len(reading.document.accounts)) == (6, 4)


@settings(deadline=None)
@given(st.lists(st.integers(1, 60)))
def test_runs_of_numbers_hold_what_a_set_holds(numbers: list[int]) -> None:
    run, seen = Run(), set[int]()
    for number in numbers:
        assert run.add(number) is (number not in seen)
        seen.add(number)
    assert {n for first, last in run.runs() for n in range(first, last + 1)} == seen
    missing = {n for first, last in run.gaps() for n in range(first, last + 1)}
    assert missing == set(range(min(seen, default=0), max(seen, default=-1) + 1)) - seen
