"""The labels of SIE 1–4 (SIE 4B, 11): every one that is read here, with the shape of its fields.

What is not in the table is left aside and counted, as the standard demands.
"""

from __future__ import annotations

from typing import NamedTuple


class Shape(NamedTuple):
    """How many fields a label needs and may have; `text` is the field that unquoted words are joined to.

    An object list is not counted as needed: some programs leave it out.
    """

    needed: int
    most: int
    text: int | None = None


SHAPES: dict[str, Shape] = {
    "FLAGGA": Shape(0, 1),
    "PROGRAM": Shape(0, 2, 0),
    "FORMAT": Shape(0, 1),
    "GEN": Shape(0, 2, 1),
    "SIETYP": Shape(1, 1),
    "PROSA": Shape(0, 1, 0),
    "KSUMMA": Shape(0, 1),
    "FTYP": Shape(0, 1, 0),
    "FNR": Shape(0, 1, 0),
    "ORGNR": Shape(0, 3),
    "BKOD": Shape(0, 1, 0),
    "ADRESS": Shape(0, 4),
    "FNAMN": Shape(0, 1, 0),
    "RAR": Shape(1, 3),
    "TAXAR": Shape(0, 1),
    "OMFATTN": Shape(0, 1),
    "KPTYP": Shape(0, 1, 0),
    "VALUTA": Shape(0, 1),
    "KONTO": Shape(0, 2, 1),
    "KTYP": Shape(2, 2),
    "ENHET": Shape(2, 2, 1),
    "SRU": Shape(2, 2),
    "DIM": Shape(1, 2, 1),
    "UNDERDIM": Shape(2, 3, 1),
    "OBJEKT": Shape(2, 3, 2),
    "IB": Shape(3, 4),
    "UB": Shape(3, 4),
    "RES": Shape(3, 4),
    "OIB": Shape(3, 5),
    "OUB": Shape(3, 5),
    "PSALDO": Shape(4, 6),
    "PBUDGET": Shape(4, 6),
    "VER": Shape(0, 6, 3),
    "TRANS": Shape(2, 7, 4),
    "RTRANS": Shape(2, 7, 4),
    "BTRANS": Shape(2, 7, 4),
}
LABELS = frozenset(SHAPES)
OF_BOOKS, OF_VOUCHER = "XLEDARNA", "XLEDARNAVER"
EXTENSIONS = frozenset((OF_BOOKS, OF_VOUCHER))
"""Labels of Ledarna's own, which other programs leave aside: of the books as a whole, and of the voucher that
follows. What their fields mean is no matter of this package."""
