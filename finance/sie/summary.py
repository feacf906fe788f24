"""A reading in the form of `import_sie --json`: plain values, amounts as decimal strings, dates ISO 8601."""

from __future__ import annotations

from finance.sie.reader import Reading
from finance.sie.values import amount_text


def summary(reading: Reading) -> dict[str, object]:
    """The part of the contract that the file alone decides.

    `years` is a list of {"year": 0, "start": ISO or None, "end": ISO or None}; `differences` lists each
    account where the file does not agree with itself. What an import would make is added by who imports.
    """
    return {
        "type": reading.document.type,
        "encoding": reading.encoding,
        "years": [
            {
                "year": year.index,
                "start": year.start.isoformat() if year.start else None,
                "end": year.end.isoformat() if year.end else None,
            }
            for year in reading.document.years
        ],
        "accounts": reading.accounts,
        "vouchers": reading.vouchers,
        "rows": reading.rows,
        "sums": {name: amount_text(ore) for name, ore in reading.sums.items()},
        "differences": [
            {
                "year": d.year,
                "account": d.account,
                "label": f"#{d.label}",
                "opening": amount_text(d.opening),
                "movement": amount_text(d.movement),
                "stated": amount_text(d.stated),
                "difference": amount_text(d.difference),
            }
            for d in reading.differences
        ],
        "unknown": dict(reading.unknown),
        "notes": [note.as_dict() for note in reading.notes],
        "errors": [note.as_dict() for note in reading.errors],
    }
