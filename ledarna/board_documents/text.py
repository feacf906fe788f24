"""What is written in documents: Markdown, read as the annual report's, in which nothing is ever filled in."""

from django.utils.safestring import SafeString

from ledarna.annual_report.expressions import Written
from ledarna.annual_report.html import html
from ledarna.annual_report.markdown import nodes_of
from ledarna.annual_report.nodes import Node

UNDER_THE_TITLE = 1
"""The headings of the text begin below the page's own."""


def _as_written(written: Written, alone: bool) -> Node:
    return Node("text", written.source)


def nodes(text: str) -> tuple[Node, ...]:
    """The nodes of *text*; what stands between double braces is read as it was written."""
    return nodes_of(text, _as_written)


def as_html(text: str) -> SafeString:
    """*text* as HTML, escaped."""
    return html(nodes(text), links_figures=False, under=UNDER_THE_TITLE)
