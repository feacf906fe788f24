"""Whatever the bytes: a reading or a refusal, soon, and nothing else."""

from __future__ import annotations

import json
import re
import time
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.sie import SieRefused, read, reader, summary, write
from tests.finance.sie.files import CHART, FEE, HEAD, sie, sound, voucher

FILES = [
    sound(),
    sie(*HEAD, *FEE, encoding="utf-8", end="\n"),
    sie(*HEAD, *CHART, *FEE, encoding="cp1252", end="\r"),
    sie("#FLAGGA 0", "#KSUMMA", '#FNAMN "a"', *voucher("#TRANS 1930 {1 2} 0"), "#KSUMMA 1"),
    sound(
        '#OIB 0 1930 {1 "a"} 5 1',
        "#PSALDO 0 202301 3890 {} 5",
        *voucher("#RTRANS 1930 {} 0", "#TRANS 1930 {} 0"),
    ),
]
PIECES = [b'"', b"\\", b'\\"', b"{", b"}", b"#", b"\n", b"\r", b"\0", b"\x1a", b"\xff", b"\xfe\xff", b"\xc3\xa5",
          b"-", b",", b" ", b"\t", b"#VER A 1 20230101\n{\n", b"#TRANS 1930 {} 5\n", b"9" * 30, b"#KSUMMA"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A file with bytes changed, put in, taken out, doubled or cut off."""
    data = bytearray(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(["change", "put", "take", "double", "cut"])):
            case "change" if data:
                data[at] = draw(st.integers(0, 255))
            case "put":
                data[at:at] = draw(st.sampled_from(PIECES)) * draw(st.sampled_from([1, 1, 2, 50]))
            case "take":
                del data[at : at + draw(st.integers(1, 80))]
            case "double":
                data[at:at] = data[at : at + draw(st.integers(1, 80))]
            case "cut":
                del data[at:]
    return bytes(data)


def read_or_refuse(data: bytes, *, mend: bool) -> None:
    begun = time.process_time()
    try:
        reading = read(data, mend=mend)
    except SieRefused:
        return
    finally:
        assert time.process_time() - begun < 5
    json.dumps(summary(reading))
    write(reading.document)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(), st.booleans())
def test_a_mutated_file_is_read_or_refused(data: bytes, mend: bool) -> None:
    read_or_refuse(data, mend=mend)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutated())
def test_a_line_says_the_same_whether_it_is_read_at_once_or_field_by_field(data: bytes) -> None:
    def told() -> object:
        try:
            return read(data)
        except SieRefused as refused:
            return str(refused)

    at_once = told()
    nothing = re.compile(r"(?!)")
    with patch.multiple(reader, _VOUCHER=nothing, _ROW=nothing):
        assert told() == at_once


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, mend: bool) -> None:
    read_or_refuse(data, mend=mend)
    read_or_refuse(b"#FLAGGA 0\n" + data, mend=mend)


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=80), st.sampled_from(["#KONTO", "#IB", "#VER", "#TRANS", "#OBJEKT", "#RAR", "#PBUDGET"])
)
def test_any_fields_are_read_or_refused(text: str, label: str) -> None:
    read_or_refuse(sie(*HEAD, f"{label} {text}", encoding="utf-8"), mend=False)


def test_a_line_of_nothing_but_quotes_takes_no_long_time() -> None:
    for piece in ('"', '\\"', '"" ', "{", "}", '{"', '" x', "a ", '"\n', '"a\n'):
        begun = time.process_time()
        read_or_refuse(sie(*HEAD, "#KONTO 1930 " + piece * (60_000 // len(piece))), mend=True)
        assert time.process_time() - begun < 2
