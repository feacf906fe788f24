"""A journal of made-up rows on paper: ``python -m bench.journal ROWS FILE`` writes it as the package does.

A file of several parts is what they are one after the other. The rows are made with the standard library alone, because
peers set the same ones.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

from bench.vouchers import YEAR, vouchers

TITLE = "Grundbok"
COLUMNS = (
    "Registreringsnr", "Period", "Verifikation", "Datum", "Konto", "Kontonamn", "Text", "Debet", "Kredit",
)  # fmt: skip
ROWS_PER_PAGE = 37
"""As many as the package's page holds."""

Row = tuple[int, str, str, date, str, str, str, int | None, int | None]


def rows(count: int) -> Iterator[Row]:
    """The first *count* rows of a journal; debit and credit in öre."""
    return islice(_rows(count), count)


def _rows(count: int) -> Iterator[Row]:
    for number, voucher in enumerate(vouchers(count), start=1):
        for account, ore in voucher.rows:
            debit, credit = (ore, None) if ore >= 0 else (None, -ore)
            period, name = f"{voucher.date:%Y-%m}", f"Konto {account}"
            yield number, period, f"A {number}", voucher.date, account, name, voucher.text, debit, credit


def main(count: int, path: Path) -> None:
    """Write the journal of *count* rows to *path*."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
    django.setup()

    from finance.tables import Column, Kind, Table
    from ledarna.package.ledgers import JOURNAL, papers

    kinds = {"debit": Kind.AMOUNT, "credit": Kind.AMOUNT, "sequence": Kind.COUNT, "date": Kind.DATE}
    widths = {key: width for key, width in JOURNAL.widths.items() if key not in ("project", "cost_center")}
    columns = tuple(
        Column(key, title, kinds.get(key, Kind.TEXT)) for key, title in zip(widths, COLUMNS, strict=True)
    )
    letter = {
        "language": "sv",
        "association": {"name": "Exempelföreningen", "number": "802000-0000"},
        "foot": "",
        "period": str(YEAR),
    }
    with path.open("wb") as file, ExitStack() as ending:
        for paper in papers(
            lambda: Table(TITLE, columns, rows(count)),
            count,
            replace(JOURNAL, widths=widths),
            letter,
            date(YEAR, 12, 31),
            ending,
        ):
            file.write(paper.content())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
