"""A reader of SIE 4E written from the standard alone: it shares nothing with the program.

SIE-gruppen, SIE filformat, utgåva 4B. Strict where the standard is: CR LF, code page 437, every line a label or
a brace, fields separated by blanks, a text in quotation marks, ``\\"`` a quotation mark in it. A label that is
not known is left aside.
"""

import zlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass
class File:
    """What a file says, amounts as Decimal, keys as texts."""

    labels: dict = field(default_factory=dict)
    years: dict = field(default_factory=dict)
    accounts: dict = field(default_factory=dict)
    kinds: dict = field(default_factory=dict)
    objects: dict = field(default_factory=dict)
    balances: dict = field(default_factory=dict)
    periods: dict = field(default_factory=dict)
    vouchers: list = field(default_factory=list)
    left_aside: list = field(default_factory=list)
    stated_sum: int = 0
    computed_sum: int = 0


def take_apart(line):
    """The fields of a line: texts, and object lists as lists of texts."""
    fields, place, into = [], 0, None
    while place < len(line):
        char = line[place]
        if char in " \t":
            place += 1
        elif char == "{":
            assert into is None, "an object list holds no other"
            into = []
            place += 1
        elif char == "}":
            assert into is not None, "an object list begins"
            assert len(into) % 2 == 0, "an object list is made of pairs"
            fields.append(into)
            into = None
            place += 1
        else:
            text = ""
            if char == '"':
                place += 1
                while line[place] != '"':
                    place += line.startswith('\\"', place)
                    text += line[place]
                    place += 1
                place += 1
            else:
                while place < len(line) and line[place] not in ' \t{}"':
                    text += line[place]
                    place += 1
            (fields if into is None else into).append(text)
    assert into is None, "an object list ends"
    return fields


def summed(fields):
    """What the check sum is made of: the fields one after the other."""
    return "".join("".join(part) if isinstance(part, list) else part for part in fields)


def parse(data):
    """The file that *data* is. Raises AssertionError or ValueError where it breaks the standard."""
    file, voucher, inside, summing = File(), None, False, False
    assert data.endswith(b"\r\n")
    for line in data.decode("cp437").split("\r\n")[:-1]:
        assert all(ord(char) >= 32 and ord(char) != 127 for char in line), "no control characters"
        if line.strip() in ("{", "}"):
            assert inside == (line.strip() == "}")
            inside = not inside
            if not inside:
                assert sum((row["amount"] for row in voucher["rows"]), Decimal(0)) == 0
            continue
        label, *fields = take_apart(line)
        assert label.startswith("#")
        label = label[1:]
        if label == "KSUMMA":
            summing = not fields
            file.stated_sum = int(fields[0]) if fields else 0
            continue
        if summing:
            file.computed_sum = zlib.crc32(summed([f"#{label}", *fields]).encode("cp437"), file.computed_sum)
        if label == "VER":
            padded: list[Any] = [*fields, *[""] * (6 - len(fields))]
            series, number, date, text, registered, sign = padded
            voucher = {"series": series, "number": number, "date": date, "text": text, "rows": []}
            voucher |= {"registered": registered, "sign": sign}
            file.vouchers.append(voucher)
        elif label == "TRANS":
            assert inside
            account, objects, amount, date, text, quantity = [*fields, *[""] * (6 - len(fields))][:6]
            pairs = dict(zip(objects[::2], objects[1::2], strict=True))
            voucher["rows"].append(
                {
                    "account": account,
                    "objects": pairs,
                    "amount": Decimal(amount),
                    "text": text,
                    "quantity": quantity,
                }
            )
        elif label in ("IB", "UB", "RES"):
            year, account, amount = fields[:3]
            assert (label, year, account) not in file.balances
            file.balances[label, year, account] = Decimal(amount)
        elif label in ("PSALDO", "PBUDGET"):
            year, month, account, objects, amount = fields[:5]
            file.periods[label, year, month, account, tuple(objects)] = Decimal(amount)
        elif label == "KONTO":
            file.accounts[fields[0]] = fields[1]
        elif label == "KTYP":
            file.kinds[fields[0]] = fields[1]
        elif label == "OBJEKT":
            file.objects[fields[0], fields[1]] = fields[2]
        elif label == "RAR":
            file.years[fields[0]] = (fields[1], fields[2])
        elif label in {
            "FLAGGA",
            "PROGRAM",
            "FORMAT",
            "GEN",
            "SIETYP",
            "ORGNR",
            "ADRESS",
            "FNAMN",
            "KPTYP",
            "DIM",
        }:
            file.labels.setdefault(label, fields)
        elif label not in {"SRU", "OUB", "OMFATTN", "VALUTA"}:
            file.left_aside.append(label)
    assert not inside
    return file
