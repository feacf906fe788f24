"""Amounts, dates, periods and quantities: from the text of a field and back. Exact; never a float.

Amounts are whole öre (int), debit positive. SIE 4B wants a full stop as decimal sign, at most two decimals
and a leading minus; what real programs write besides is read only where it can be read in one way, and each
such form has a code of `notes.CATALOGUE`.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

_DIGITS_MAX = 15  # a thousand billion kronor, and the öre: within a 64-bit integer
_PLAIN = re.compile(r"(\d*)(?:([.,])(\d*))?", re.ASCII)
_GROUPED = re.compile(r"\d{1,3}(?:([ '\u00a0\u202f.,])\d{3})(?:\1\d{3})*(?:([.,])(\d*))?", re.ASCII)
_MINUSES = "-\u2212\u2013"
_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T][\d:.]*)?", re.ASCII)


class Unreadable(Exception):
    """A field cannot be read in one way; `code` says why (a row of `notes.CATALOGUE`)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def plain_amount(text: str) -> int | None:
    """Öre of an amount in the standard's own form, or None when a closer look is needed (`amount`)."""
    whole, _dot, fraction = text.partition(".")
    digits = whole + fraction
    bare = digits[1:] if whole[:1] == "-" else digits
    if not bare.isdigit() or not text.isascii() or len(text) > _DIGITS_MAX:
        return None
    places = len(fraction)
    if places == 2:
        return int(digits)
    if places == 0:
        return int(digits) * 100
    return int(digits) * 10 if places == 1 else None


def amount(text: str) -> tuple[int, str | None]:
    """Öre of an amount, and the code of the oddity it was written with (None when there was none).

    Raises Unreadable with `amount_unreadable`, `amount_ambiguous` (`12,500`), `amount_parts_of_ore` (`1.005`)
    or `amount_too_large`.
    """
    plain = plain_amount(text)
    if plain is not None:
        return plain, None
    bare, odd, sign = text.strip(" \u00a0"), None, 1
    if not bare:
        raise Unreadable("amount_unreadable")
    if bare[0] in _MINUSES or bare[-1] in _MINUSES:
        sign, odd = -1, None if bare[0] == "-" else "amount_minus"
        bare = bare[1:] if bare[0] in _MINUSES else bare[:-1]
    elif bare[0] == "+":
        bare, odd = bare[1:], "amount_plus"
    bare = bare.strip(" \u00a0")
    if match := _PLAIN.fullmatch(bare):
        whole, mark, fraction = match[1], match[2], match[3] or ""
        if not whole + fraction:
            raise Unreadable("amount_unreadable")
        if mark == ",":
            if len(fraction) == 3 and whole.strip("0"):
                raise Unreadable("amount_ambiguous")
            odd = "amount_comma"
    elif match := _GROUPED.fullmatch(bare):
        group, mark = match[1], match[2]
        if group == mark:
            raise Unreadable("amount_unreadable")
        end = match.start(2) if mark else len(bare)
        whole, fraction = bare[:end].replace(group, ""), match[3] or ""
        odd = "amount_blanks"
    else:
        raise Unreadable("amount_unreadable")
    if len(whole.lstrip("0")) > _DIGITS_MAX:
        raise Unreadable("amount_too_large")
    if fraction[2:].strip("0"):
        raise Unreadable("amount_parts_of_ore")
    if len(fraction) > 2 and odd is None:
        odd = "amount_zeros"
    return sign * int((whole or "0") + fraction[:2].ljust(2, "0")), odd


def amount_text(ore: int) -> str:
    """The amount as SIE and JSON write it: `-1234.50`."""
    kronor, rest = divmod(abs(ore), 100)
    return f"{'-' if ore < 0 else ''}{kronor}.{rest:02d}"


def quantity(text: str) -> Decimal | None:
    """A quantity; None when the field is empty. Raises Unreadable(`quantity_unreadable`)."""
    bare = text.strip().replace(",", ".", 1)
    if not bare:
        return None
    if len(bare) > 30 or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", bare, re.ASCII):
        raise Unreadable("quantity_unreadable")
    return Decimal(bare)


def quantity_text(value: Decimal | None) -> str:
    """The quantity as SIE writes it, without exponent."""
    return "" if value is None else f"{value:f}"


def day(text: str) -> tuple[date | None, bool]:
    """A date, and whether it was written as the standard wants (YYYYMMDD). Empty, or all zeros: (None, …).

    Raises Unreadable(`date_unreadable`).
    """
    bare = text.strip()
    if not bare.strip("0"):
        return None, not bare
    try:
        if len(bare) == 8 and bare.isascii() and bare.isdigit():
            return date(int(bare[:4]), int(bare[4:6]), int(bare[6:])), True
        if len(bare) < 40 and (match := _DATE.fullmatch(bare)):
            return date(int(match[1]), int(match[3]), int(match[4])), False
    except ValueError:
        pass  # digits that are no day, such as 20110231: said below as for any other text
    raise Unreadable("date_unreadable")


def month(text: str) -> date:
    """A period (YYYYMM; some programs write the whole date) as the first day of its month.

    Raises Unreadable(`period_unreadable`).
    """
    bare = text.strip().replace("-", "")
    if len(bare) in (6, 8) and bare.isascii() and bare.isdigit():
        try:
            return date(int(bare[:4]), int(bare[4:6]), 1)
        except ValueError:
            pass  # a month such as 13: said below
    raise Unreadable("period_unreadable")


def day_text(value: date | None) -> str:
    """The date as SIE writes it; "" when there is none."""
    return "" if value is None else f"{value.year:04d}{value.month:02d}{value.day:02d}"


def is_account(text: str) -> bool:
    """Whether this is an account: 3 to 6 digits (BAS has four; real files hold more)."""
    return 3 <= len(text) <= 6 and text.isascii() and text.isdigit()
