"""The nodes of an annual report as HTML; every text is escaped on its way."""

from collections.abc import Iterable

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from ledarna.annual_report.nodes import Node

TAGS = {
    "paragraph": "p",
    "list": "ul",
    "item": "li",
    "quote": "blockquote",
    "emphasis": "em",
    "strong": "strong",
}
SECTION_LEVEL = 2
"""The heading of a section; those in its text begin below it."""


def html(nodes: Iterable[Node], links_figures: bool, under: int = SECTION_LEVEL) -> SafeString:
    """*nodes* as HTML; figures lead to how they are derived where the reader may see it.

    *under* is the level of the heading that the text stands below.
    """
    return format_html_join("", "{}", ((_html(node, links_figures, under),) for node in nodes))


def _html(node: Node, links: bool, under: int) -> SafeString:
    match node.kind:
        case "text":
            return format_html("{}", node.text)
        case "heading":
            level = node.level + under
            return format_html("<h{0}>{1}</h{0}>", level, html(node.children, links, under))
        case "ordered":
            return format_html('<ol start="{}">{}</ol>', node.level or 1, html(node.children, links, under))
        case "pre":
            return format_html('<pre tabindex="0">{}</pre>', node.text)
        case "code":
            return format_html("<code>{}</code>", node.text)
        case "rule":
            return mark_safe("<hr>")
        case "break":
            return mark_safe("<br>")
        case "link":
            return format_html(
                '<a href="{}" rel="noopener noreferrer">{}</a>', node.href, html(node.children, links, under)
            )
        case "figure":
            if not links:
                return format_html("{}", node.text)
            return format_html(
                '<a class="derived" href="{}" title="{}">{}</a>', node.href, node.label, node.text
            )
        case "missing":
            return format_html(
                '<span class="underivable">[{}]</span>',
                _("%(figure)s: %(reason)s") % {"figure": node.label, "reason": node.text},
            )
        case "mistake":
            return format_html('<mark class="mistake">{}</mark>', node.text)
        case "table" | "chart":
            template = f"parts/report_{node.kind}.html"
            return SafeString(render_to_string(template, {"label": node.label, **(node.data or {})}))
        case _:
            return format_html("<{0}>{1}</{0}>", TAGS[node.kind], html(node.children, links, under))
