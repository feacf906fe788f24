"""What people write in Markdown, as HTML: CommonMark without HTML, pictures and headings."""

from django.utils.safestring import SafeString, mark_safe

from ledarna.annual_report.markdown import Parser

_BRIEF = Parser("commonmark", {"html": False}).disable(["image", "heading", "lheading"])


def html_of(text: str) -> SafeString:
    """*text* as HTML; links lead to the web, mail and the site alone, and markup in it is text."""
    return mark_safe(_BRIEF.render(text))  # the parser escapes whatever was written
