"""What people write in Markdown, read as the annual report's, but with nothing ever filled in."""

from django.utils.safestring import SafeString

from ledarna.annual_report.html import SECTION_LEVEL, html
from ledarna.annual_report.markdown import prose

PAGE_TITLE = 1
"""The level of the heading at the top of a page."""


def html_of(text: str, under: int = SECTION_LEVEL) -> SafeString:
    """*text* as HTML, its headings below one of the level *under*.

    Links lead to the web, mail and the site alone, and markup in it is text.
    """
    return html(prose(text), links_figures=False, under=under)
