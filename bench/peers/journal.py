"""The same journal by peers: ``python -m bench.peers.journal reportlab|weasyprint ROWS FILE``. Neither is tagged.

Each gets what it is quick with: reportlab a table for each page with fixed widths and heights, weasyprint one table
with a fixed layout.
"""

import sys
from collections.abc import Callable
from html import escape
from pathlib import Path

from bench.journal import COLUMNS, ROWS_PER_PAGE, TITLE, Row, rows

WIDTHS_IN_CM = (1.4, 1.4, 1.5, 1.7, 1.2, 4.0, 7.9, 2.4, 2.4)


def texts(row: Row) -> list[str]:
    """*row* as it is read."""
    return [*("" if value is None else str(value) for value in row[:-2]), *map(_amount, row[-2:])]


def _amount(ore: int | None) -> str:
    if ore is None:
        return ""
    return f"{ore // 100:,},{ore % 100:02}".replace(",", "\u00a0", f"{ore // 100:,}".count(","))


def reportlab(count: int, path: Path) -> None:
    """By reportlab's platypus."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.lib.units import cm
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

    found = [texts(row) for row in rows(count)]
    style = TableStyle(
        [
            ("FONTSIZE", (0, 0), (-1, -1), 7.5),
            ("ALIGN", (-2, 0), (-1, -1), "RIGHT"),
            ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ("LINEBELOW", (0, 0), (-1, 0), 0.3, "black"),
        ]
    )
    story = [Paragraph(TITLE, getSampleStyleSheet()["Title"])]
    for start in range(0, count, ROWS_PER_PAGE):
        page = [list(COLUMNS), *found[start : start + ROWS_PER_PAGE]]
        table = Table(page, [width * cm for width in WIDTHS_IN_CM], [0.4 * cm] * len(page))
        table.setStyle(style)
        story += [table, PageBreak()]
    SimpleDocTemplate(str(path), pagesize=landscape(A4), topMargin=2 * cm, bottomMargin=2 * cm).build(story)


def weasyprint(count: int, path: Path) -> None:
    """By weasyprint, from HTML."""
    from weasyprint import HTML

    head = "".join(
        f"<th style='width:{width}cm'>{name}</th>" for name, width in zip(COLUMNS, WIDTHS_IN_CM, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in texts(row))}</tr>" for row in rows(count)
    )
    style = (
        "@page { size: A4 landscape; margin: 2cm } table { table-layout: fixed; font-size: 7.5pt }"
        " td:nth-last-child(-n+2) { text-align: right } td { white-space: nowrap }"
    )
    HTML(
        string=f"<html lang=sv><style>{style}</style><h1>{TITLE}</h1>"
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></html>"
    ).write_pdf(path)


PEERS: dict[str, Callable[[int, Path], None]] = {"reportlab": reportlab, "weasyprint": weasyprint}

if __name__ == "__main__":
    PEERS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
