"""What is written in documents: Markdown, read as the annual report's, in which nothing is ever filled in."""

from django.utils.safestring import SafeString

from ledarna.annual_report.html import html
from ledarna.annual_report.markdown import prose

UNDER_THE_TITLE = 1
"""The headings of the text begin below the page's own."""


def as_html(text: str) -> SafeString:
    """*text* as HTML, escaped."""
    return html(prose(text), links_figures=False, under=UNDER_THE_TITLE)
