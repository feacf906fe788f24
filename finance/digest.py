"""The canonical form of a posted voucher, and its digest in the fiscal year's chain.

``docs/digest.md`` describes the form byte by byte, so that anybody can recompute the chain without
this program. Each voucher's SHA-256 covers its content and the digest before it; changing any field
of any voucher therefore changes every digest after it, up to the head.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

GENESIS = "0" * 64
"""The digest before the first voucher of a fiscal year."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class CanonicalRow(NamedTuple):
    """A row as it enters the digest; ``amount`` in öre, debit positive."""

    account: str
    amount: int
    project: str = ""
    cost_center: str = ""
    quantity: str = ""
    objects: str = ""
    text: str = ""


class CanonicalVoucher(NamedTuple):
    """A voucher as it enters the digest. Times are aware; ``corrects`` is year start, series, number."""

    year_start: date
    year_end: date
    sequence: int
    series: str
    number: int
    date: date
    entered_at: datetime
    entered_by: str
    posted_at: datetime
    posted_by: str
    text: str
    counterparty: str
    decision: str
    corrects: tuple[date, str, int] | None
    rows: Sequence[CanonicalRow]
    attachments: Sequence[tuple[str, str]] = ()


def _line(*fields: str) -> str:
    return "\t".join(field.translate(_ESCAPES) for field in fields) + "\n"


def instant(moment: datetime) -> str:
    """*moment* in UTC to the microsecond: ``2023-03-01T09:15:00.000000Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical_form(voucher: CanonicalVoucher, previous: str) -> bytes:
    """The bytes whose SHA-256 is the voucher's digest; *previous* is the digest before it."""
    corrects = ("", "", "")
    if voucher.corrects:
        start, series, number = voucher.corrects
        corrects = (start.isoformat(), series, str(number))
    lines = [
        _line("ledarna-voucher", "1"),
        _line("previous", previous),
        _line("year", voucher.year_start.isoformat(), voucher.year_end.isoformat()),
        _line("sequence", str(voucher.sequence)),
        _line("voucher", voucher.series, str(voucher.number), voucher.date.isoformat()),
        _line("entered", instant(voucher.entered_at), voucher.entered_by),
        _line("posted", instant(voucher.posted_at), voucher.posted_by),
        _line("text", voucher.text),
        _line("counterparty", voucher.counterparty),
        _line("decision", voucher.decision),
        _line("corrects", *corrects),
    ]
    lines += [
        _line("row", str(line), row.account, str(row.amount), *row[2:])
        for line, row in enumerate(voucher.rows, start=1)
    ]
    lines += [_line("attachment", sha256, name) for sha256, name in voucher.attachments]
    return "".join(lines).encode()


def voucher_digest(voucher: CanonicalVoucher, previous: str) -> str:
    """The SHA-256 of the voucher's canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_form(voucher, previous)).hexdigest()


def chain(vouchers: Iterable[CanonicalVoucher], previous: str = GENESIS) -> Iterable[str]:
    """The digest of each voucher in the order of their sequence, each on top of the one before."""
    for voucher in vouchers:
        previous = voucher_digest(voucher, previous)
        yield previous
