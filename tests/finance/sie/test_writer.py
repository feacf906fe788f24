"""Document → bytes, and back."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from finance.sie import (
    Account,
    Address,
    Balance,
    Change,
    Company,
    Dimension,
    PeriodBalance,
    Row,
    SieDocument,
    SieObject,
    SieReader,
    SieWriter,
    Voucher,
    Year,
    read,
    write,
)
from finance.sie.writer import TEXT_MAX

# What code page 437 has and no reader takes for another page's letter.
ALPHABET = 'abcXYZ 019åäöÅÄÖéü\\"{}#.,-+/'


def texts(size: int = 12) -> st.SearchStrategy[str]:
    """Texts that survive: no blanks at the ends (names are trimmed), no backslash last."""
    return st.text(ALPHABET, max_size=size).map(lambda t: t.strip().rstrip("\\ "))


codes = st.text("abc019åö-", min_size=1, max_size=5)
amounts = st.integers(-(10**14), 10**14)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))
numbers = st.integers(1000, 9999).map(str)
quantities = st.none() | st.decimals(-1000, 1000, places=2)
pairs = st.lists(
    st.tuples(st.sampled_from(["1", "6", "20"]), codes), min_size=1, max_size=2, unique=True
).map(tuple)
objects = st.just(()) | pairs


@st.composite
def rows(draw: st.DrawFn) -> tuple[Row, ...]:
    """Rows that sum to zero."""
    some = draw(
        st.lists(
            st.builds(Row, numbers, amounts, objects, st.none() | days, texts(), quantities, texts(4)),
            max_size=3,
        )
    )
    return (*some, Row(draw(numbers), -sum(row.amount for row in some))) if some else ()


@st.composite
def vouchers(draw: st.DrawFn) -> Voucher:
    """A voucher, perhaps with rows that were added and removed after posting."""
    own = draw(rows())
    history = [Change(True, row, i) for i, row in enumerate(own) if draw(st.booleans())]
    if draw(st.booleans()):
        history.append(Change(False, Row("1930", 5), len(own)))
    return Voucher(
        draw(texts(3)),
        draw(st.integers(1, 10**6).map(str) | st.just("")),
        draw(days),
        draw(texts()),
        draw(st.none() | days),
        draw(texts(5)),
        own,
        tuple(history),
    )


def balances(with_objects: bool = False) -> st.SearchStrategy[tuple[Balance, ...]]:
    some = pairs if with_objects else st.just(())
    return st.lists(
        st.builds(Balance, st.sampled_from([0, -1]), numbers, amounts, quantities, some),
        max_size=4,
        unique_by=lambda b: (b.year, b.account, b.objects),
    ).map(tuple)


periods = st.lists(
    st.builds(
        PeriodBalance,
        st.just(0),
        st.dates(date(2023, 1, 1), date(2023, 12, 31)).map(lambda d: d.replace(day=1)),
        numbers,
        amounts,
        objects,
        quantities,
    ),
    max_size=4,
).map(tuple)

documents = st.builds(
    SieDocument,
    type=st.just("4E"),
    flag=st.sampled_from(["0", "1"]),
    program=texts(),
    program_version=texts(4),
    generated=st.none() | days,
    generated_by=texts(5),
    company=st.builds(
        Company,
        texts(),
        texts(),
        texts(),
        st.just(""),
        st.just(""),
        texts(2),
        texts(4),
        st.none() | st.builds(Address, texts(), texts(), texts(), texts()),
    ),
    comment=st.lists(codes, max_size=2).map("\n".join),
    tax_year=st.sampled_from(["", "2024"]),
    balances_until=st.none() | days,
    chart=st.sampled_from(["", "EUBAS97"]),
    currency=st.sampled_from(["", "SEK"]),
    years=st.just((Year(0, date(2023, 1, 1), date(2023, 12, 31)), Year(-1))),
    accounts=st.lists(
        st.builds(
            Account,
            numbers,
            texts(),
            st.sampled_from(["", "T", "S", "K", "I"]),
            texts(3),
            st.lists(st.sampled_from(["7201", "7410"]), unique=True).map(tuple),
        ),
        max_size=4,
        unique_by=lambda a: a.number,
    ).map(tuple),
    dimensions=st.just((Dimension("1", "Ställe"), Dimension("21", "Lag", "1"))),
    objects=st.lists(
        st.builds(SieObject, st.just("1"), texts(5), texts()), max_size=3, unique_by=lambda o: o.number
    ).map(tuple),
    # One balance at the least: without any, a file with vouchers is of type 4I.
    opening=balances().map(lambda found: found or (Balance(0, "1930", 0),)),
    closing=balances(),
    results=balances(),
    object_opening=balances(with_objects=True),
    object_closing=balances(with_objects=True),
    period_balances=periods,
    budget=periods,
    vouchers=st.lists(vouchers(), max_size=3).map(tuple),
)

SMALL = SieDocument(
    type="4E",
    company=Company("Föreningen Björken"),
    years=(Year(0, date(2023, 1, 1), date(2023, 12, 31)),),
    accounts=(Account("1930", "Bank", "T", "", ("7281",)), Account("3890", "Avgifter")),
    dimensions=(Dimension("1", "Kostnadsställe"),),
    objects=(SieObject("1", "Nord", "Norr"),),
    opening=(Balance(0, "1930", 10000),),
    closing=(Balance(0, "1930", 15000),),
    results=(Balance(0, "3890", -5000),),
    object_opening=(Balance(0, "1930", 1, None, (("1", "Nord"),)),),
    period_balances=(
        PeriodBalance(0, date(2023, 3, 1), "3890", -5000),
        PeriodBalance(0, date(2023, 3, 1), "3890", -5000, (("1", "Nord"),)),
    ),
    budget=(PeriodBalance(0, date(2023, 3, 1), "3890", -9000),),
    vouchers=(
        Voucher(
            "A", "1", date(2023, 3, 1), "Avgift", rows=(Row("1930", 5000), Row("3890", -5000, (("1", "Nord"),)))
        ),
    ),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(documents)
def test_what_is_written_is_read_back_the_same(document: SieDocument) -> None:
    data, notes = write(document)
    reading = read(data)
    assert notes == ()
    assert reading.errors == ()
    assert reading.document == document


@settings(max_examples=100, deadline=None)
@given(documents, st.text(max_size=20))
def test_any_text_is_written_so_that_writing_again_changes_nothing(document: SieDocument, text: str) -> None:
    odd = replace(document, comment=text, accounts=(Account("1930", text),))
    once, _notes = write(odd)
    again, notes = write(read(once).document)
    assert [n.code for n in notes] == []
    assert read(again).document.accounts == read(once).document.accounts


def lines_of(data: bytes) -> list[str]:
    return data.decode("cp437").split("\r\n")[:-1]


def labels(data: bytes) -> set[str]:
    return {line.split()[0] for line in lines_of(data) if line.lstrip().startswith("#")}


def test_lines_end_with_carriage_return_and_line_feed() -> None:
    data, _notes = write(SMALL)
    assert data.count(b"\r\n") == data.count(b"\n") == data.count(b"\r")
    assert data.endswith(b"\r\n")


def test_the_file_is_code_page_437_and_says_so() -> None:
    data, _notes = write(SMALL)
    assert b"#FORMAT PC8\r\n" in data
    assert b"F\x94reningen Bj\x94rken" in data


@pytest.mark.parametrize(
    ("kind", "has", "lacks"),
    [
        ("1", {"#IB", "#UB", "#RES"}, {"#PSALDO", "#PBUDGET", "#OIB", "#DIM", "#VER"}),
        ("2", {"#IB", "#PSALDO", "#PBUDGET"}, {"#OIB", "#DIM", "#VER"}),
        ("3", {"#IB", "#PSALDO", "#OIB", "#DIM", "#OBJEKT"}, {"#VER"}),
        ("4E", {"#IB", "#PSALDO", "#OIB", "#DIM", "#VER", "#TRANS"}, set()),
        ("4I", {"#KONTO", "#DIM", "#VER", "#TRANS"}, {"#IB", "#UB", "#RES", "#PSALDO", "#OIB"}),
    ],
)
def test_each_type_holds_what_the_standard_says(kind: str, has: set[str], lacks: set[str]) -> None:
    data, _notes = write(replace(SMALL, type=kind))
    assert has <= labels(data)
    assert not lacks & labels(data)
    assert read(data).document.type == kind


def test_type_2_has_no_objects() -> None:
    data, _notes = write(replace(SMALL, type="2"))
    assert [line for line in lines_of(data) if "PSALDO" in line] == ["#PSALDO 0 202303 3890 {} -50.00"]


def test_the_check_sum_encloses_the_file() -> None:
    data, _notes = write(SMALL)
    lines = lines_of(data)
    assert (lines[0], lines[1], lines[-1][:8]) == ("#FLAGGA 0", "#KSUMMA", "#KSUMMA ")
    fields = [field for line in list(independent(data))[2:-1] for field in line]
    summed = "".join(field if isinstance(field, str) else "".join(field) for field in fields)
    assert int(lines[-1].split()[1]) == zlib.crc32(summed.encode("cp437"))


def test_characters_that_the_code_page_lacks_are_transliterated_and_reported() -> None:
    accounts = tuple(
        Account(f"1{i:03}", text)
        for i, text in enumerate(["Miloš – “Öl” 5 €", "§ 4", "─σ÷", "☃", "Ærø", "1\u00a0000…"])
    )
    data, notes = write(SieDocument(accounts=accounts))
    names = [a.name for a in read(data).document.accounts]
    assert names == ['Milos - "Öl" 5 EUR', "par. 4", "??:", "?", "Ærö", "1 000..."]
    said = {n.params["text"]: n.params["proposal"] for n in notes}
    assert said["€"] == "EUR"
    assert said["š"] == "s"
    assert set(said) == set("š–“”€§─σ÷☃ø\u00a0…")


def test_a_text_cannot_break_its_line() -> None:
    data, notes = write(SieDocument(accounts=(Account("1930", "a\r\n#VER\x00b\u2028c"),)))
    assert read(data).document.accounts[0].name == "a  #VER b c"
    assert [n.code for n in notes] == ["control_removed"]


def test_a_backslash_at_the_end_does_not_escape_the_quote() -> None:
    data, notes = write(
        SieDocument(dimensions=(Dimension("6", "C:\\"),), objects=(SieObject("6", "a\\", "b"),))
    )
    assert read(data).document.objects[0] == SieObject("6", "a\\", "b")
    assert [n.code for n in notes] == ["backslash_last"]


def test_a_text_too_long_for_a_line_is_cut_and_reported() -> None:
    data, notes = write(SieDocument(company=Company(address=Address(*['"' * 20_000] * 4))))
    address = read(data).document.company.address
    assert address == Address(*['"' * TEXT_MAX] * 4)
    assert {n.code for n in notes} == {"text_too_long"}


def test_vouchers_are_streamed_from_anywhere() -> None:
    taken = 0

    def many() -> Iterator[Voucher]:
        nonlocal taken
        for n in range(1, 20_001):
            taken = n
            yield replace(SMALL.vouchers[0], number=str(n))

    writer = iter(SieWriter(SMALL, many()))
    first = next(writer)
    assert taken < 2_000
    with SieReader(first + b"".join(writer)) as reader:
        assert sum(1 for _voucher in reader) == 20_000


# A reader of its own, written from the standard alone: it must find in our files what we put there.


def independent(data: bytes) -> Iterator[list[str | list[str]]]:
    """The lines of a file in form: label and fields, object lists as lists."""
    token = re.compile(r'"((?:\\"|[^"])*)"|(\{[^{}]*\})|([^\s"{}]+)')
    for line in data.decode("cp437").split("\r\n"):
        found: list[str | list[str]] = []
        for match in token.finditer(line):
            quoted, braced, bare = match.groups()
            if braced is not None:
                found.append([m[1] or m[0] for m in re.finditer(r'"([^"]*)"|[^\s"{}]+', braced)])
            else:
                found.append(bare if bare is not None else quoted.replace('\\"', '"'))
        if found:
            yield found


def test_an_independent_reader_finds_the_same() -> None:
    data, _notes = write(SMALL)
    lines = list(independent(data))
    assert ["#KONTO", "1930", "Bank"] in lines
    assert ["#FNAMN", "Föreningen Björken"] in lines
    assert ["#RAR", "0", "20230101", "20231231"] in lines
    assert ["#OIB", "0", "1930", ["1", "Nord"], "0.01"] in lines
    assert ["#PBUDGET", "0", "202303", "3890", [], "-90.00"] in lines
    assert ["#VER", "A", "1", "20230301", "Avgift"] in lines
    rows = [line for line in lines if line[0] == "#TRANS"]
    assert rows == [["#TRANS", "1930", [], "50.00"], ["#TRANS", "3890", ["1", "Nord"], "-50.00"]]
    assert sum(Decimal(str(row[3])) for row in rows) == 0
