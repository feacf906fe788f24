"""Small SIE files, made line by line."""

from __future__ import annotations

HEAD = (
    "#FLAGGA 0",
    '#PROGRAM "Provbok" 1.0',
    "#FORMAT PC8",
    "#GEN 20240115 kassören",
    "#SIETYP 4",
    "#ORGNR 802000-1234",
    '#FNAMN "Föreningen Björken"',
    "#RAR 0 20230101 20231231",
    "#RAR -1 20220101 20221231",
)
CHART = ('#KONTO 1930 "Bank"', '#KONTO 3890 "Medlemsavgifter"', '#KONTO 6110 "Papper"')
BALANCES = (
    "#IB 0 1930 100.00",
    "#IB 0 2067 -100.00",
    "#UB 0 1930 150.00",
    "#UB 0 2067 -100.00",
    "#RES 0 3890 -50.00",
)
FEE = ('#VER A 1 20230301 "Avgift"', "{", "#TRANS 1930 {} 50.00", "#TRANS 3890 {} -50.00", "}")


def sie(*lines: str, encoding: str = "cp437", end: str = "\r\n") -> bytes:
    """The lines as a file."""
    return "".join(line + end for line in lines).encode(encoding)


def sound(*more: str) -> bytes:
    """A file in order, type 4E, with further lines at its end."""
    return sie(*HEAD, *CHART, '#KONTO 2067 "Balanserat"', *BALANCES, *FEE, *more)


def voucher(*rows: str, head: str = "#VER A 2 20230302 Prov") -> tuple[str, ...]:
    """A voucher's lines."""
    return (head, "{", *rows, "}")
