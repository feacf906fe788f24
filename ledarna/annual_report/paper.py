"""The annual report as PDF: the same nodes, set by ``templates/typst/annual-report.typ``."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from ledarna.annual_report.document import Document
from ledarna.documents import letterhead
from ledarna.pdf import pdf

TOKEN = re.compile(r"var\(--([a-z-]+)\)")
LINK = re.compile(r' href="[^"]*"')
INK = {
    "ink": "#1d1d1b",
    "muted": "#66645e",
    "line": "#e4e1d8",
    "paper": "#ffffff",
    "sheet": "#ffffff",
    "accent": "#14506b",
    "accent-soft": "#e3eef2",
    "good": "#2a7449",
    "bad": "#b23a2e",
    "warn": "#7d5200",
    "warn-soft": "#fbf0d9",
    "quiet": "#c9c5b9",
}
"""The light values of the site's tokens, on white paper (``static/ledarna/ledarna.css``)."""


def on_paper(svg: str) -> str:
    """A drawing of a page with its colours spelled out and no links, which lead nowhere on paper."""
    return LINK.sub("", TOKEN.sub(lambda token: INK[token[1]], svg))


def for_paper(node: dict[str, Any]) -> dict[str, Any]:
    """*node* as the templates read it: with everything that it does not have, its drawings in ink."""
    children = [for_paper(child) for child in node.get("children", ())]
    if node["kind"] == "chart" and "wide" in node["data"]:
        node = {**node, "data": {**node["data"], "wide": on_paper(node["data"]["wide"])}}
    return {"text": "", "level": 0, "href": "", "label": "", **node, "children": children}


def document_pdf(
    document: Document, head: str, day: date, signatories: Sequence[str], is_sealed: bool
) -> bytes:
    """*document* as PDF, dated *day*, with the chain's *head* in its foot and a line for each of *signatories*."""
    said = document.as_json()
    with translation.override(document.language):
        paper = letterhead(head)
        if not is_sealed:
            paper["foot"] = _("Draft, not sealed · %(foot)s") % {"foot": paper["foot"]}
        data = {
            **paper,
            "title": document.title,
            "period": document.period,
            "date": day.isoformat(),
            "sections": [
                {"title": one["title"], "nodes": [for_paper(node) for node in one["nodes"]]}
                for one in said["sections"]
            ],
            "signatories": list(signatories) or [""] * 4,
            "words": {
                "signatures": _("Signatures"),
                "board": _("The board of %(association)s") % {"association": document.association},
                "place": _("Place and date"),
            },
        }
        return pdf("annual-report", data, day)
