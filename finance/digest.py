"""The canonical form of a posted voucher, and its digest in the fiscal year's chain.

``docs/digest.md`` describes the form byte by byte, so that anybody can recompute the chain without
this program. Each voucher's SHA-256 covers its content and the digest before it; changing any field
of any voucher therefore changes every digest after it, up to the head.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

GENESIS = "0" * 64
"""The digest before the first voucher of a fiscal year."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_FIXED_LINES, _FIXED_TABS = 11, 20
_ROW_TABS = 8


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
    """A voucher as it enters the digest, its dates and times already as text.

    Dates are ISO 8601, times as ``instant`` writes them; ``corrects`` is the year's first day, series
    and number of the voucher that this one corrects, ``correction`` what it does to it (``reversal`` or
    ``replacement``), ``reason`` why.
    """

    year_start: str
    year_end: str
    sequence: int
    series: str
    number: int
    date: str
    entered_at: str
    entered_by: str
    posted_at: str
    posted_by: str
    text: str
    counterparty: str
    decision: str
    corrects: tuple[str, str, int] | None
    rows: Sequence[CanonicalRow]
    attachments: Sequence[tuple[str, str]] = ()
    correction: str = ""
    reason: str = ""


def instant(moment: datetime) -> str:
    """*moment* in UTC to the microsecond: ``2023-03-01T09:15:00.000000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def canonical_form(voucher: CanonicalVoucher, previous: str) -> bytes:
    """The bytes whose SHA-256 is the voucher's digest; *previous* is the digest before it."""
    form = _written(voucher, previous)
    rows, attachments = len(voucher.rows), len(voucher.attachments)
    # Few vouchers hold a character that must be escaped; the rest are written once, as they are.
    if (
        "\\" in form
        or "\r" in form
        or form.count("\n") != _FIXED_LINES + rows + attachments
        or form.count("\t") != _FIXED_TABS + _ROW_TABS * rows + 2 * attachments
    ):
        form = _written(_escaped(voucher), previous)
    return form.encode()


def _written(voucher: CanonicalVoucher, previous: str) -> str:
    (
        year_start, year_end, sequence, series, number, date, entered_at, entered_by, posted_at, posted_by,
        text, counterparty, decision, corrects, rows, attachments, correction, reason,
    ) = voucher  # fmt: skip
    start, of_series, of_number = corrects or ("", "", "")
    head = (
        f"ledarna-voucher\t1\nprevious\t{previous}\nyear\t{year_start}\t{year_end}\nsequence\t{sequence}\n"
        f"voucher\t{series}\t{number}\t{date}\nentered\t{entered_at}\t{entered_by}\n"
        f"posted\t{posted_at}\t{posted_by}\ntext\t{text}\ncounterparty\t{counterparty}\n"
        f"decision\t{decision}\ncorrects\t{start}\t{of_series}\t{of_number}\t{correction}\t{reason}\n"
    )
    return head + "".join(
        [
            f"row\t{line}\t{account}\t{amount}\t{project}\t{cost_center}\t{quantity}\t{objects}\t{row_text}\n"
            for line, (account, amount, project, cost_center, quantity, objects, row_text) in enumerate(
                rows, 1
            )
        ]
        + [f"attachment\t{sha256}\t{name}\n" for sha256, name in attachments]
    )


def _escaped(value: Any) -> Any:
    """*value* with the characters that separate fields and lines escaped in all of its texts."""
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, tuple) and hasattr(value, "_make"):
        return value._make(map(_escaped, value))
    return [_escaped(part) for part in value] if isinstance(value, list | tuple) else value


def voucher_digest(voucher: CanonicalVoucher, previous: str) -> str:
    """The SHA-256 of the voucher's canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_form(voucher, previous)).hexdigest()
