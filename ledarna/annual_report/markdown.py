"""From Markdown to nodes: CommonMark without HTML and pictures, links to the web, mail and the site alone."""

import re
from collections.abc import Callable, Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ledarna.annual_report.expressions import MARK, Written, find
from ledarna.annual_report.nodes import Node

Resolve = Callable[[Written, bool], Node]
"""What an expression stands for; the second argument says whether it has a paragraph of its own."""

LINK = re.compile(r"(https?://|mailto:|/(?!/))[^\s\\]*", re.IGNORECASE)

BLOCKS = {
    "paragraph": "paragraph",
    "bullet_list": "list",
    "ordered_list": "ordered",
    "list_item": "item",
    "blockquote": "quote",
}
INLINES = {"em": "emphasis", "strong": "strong"}
DEEPEST_HEADING = 3


class Parser(MarkdownIt):
    """CommonMark whose links lead to the web, mail and the site alone."""

    def validateLink(self, url: str) -> bool:
        """Whether a link may lead to *url*."""
        return bool(LINK.fullmatch(url))


PARSER = Parser("commonmark", {"html": False}).disable(["image"])


def nodes_of(body: str, resolve: Resolve) -> tuple[Node, ...]:
    """The nodes of *body*; *resolve* is asked for each expression in its text, in their order."""
    marked, written = find(body)
    return tuple(_Reader(written, resolve).blocks(SyntaxTreeNode(PARSER.parse(marked)).children))


def prose(body: str) -> tuple[Node, ...]:
    """The nodes of *body*, in which braces mean nothing: text that stands outside of the annual report."""
    return nodes_of(body, lambda written, alone: Node("text", written.source))


class _Reader:
    def __init__(self, written: list[Written], resolve: Resolve) -> None:
        self.written, self.resolve, self.level = written, resolve, 0

    def blocks(self, found: Iterable[SyntaxTreeNode]) -> Iterator[Node]:
        """The blocks of *found*; in a tight list the text of an item has no paragraph of its own."""
        for block in found:
            if block.type == "inline":
                yield from self.inlines(block.children)
            elif block.type == "paragraph":
                paragraph = self._paragraph(block)
                yield from paragraph.children if block.hidden and paragraph.children else (paragraph,)
            elif block.type == "heading":
                yield from self._heading(block)
            elif block.type in ("fence", "code_block"):
                yield Node("pre", self._as_written(block.content.rstrip("\n")))
            elif block.type == "hr":
                yield Node("rule")
            else:
                start = int(block.attrs.get("start", 1)) if block.type == "ordered_list" else 0
                yield Node(BLOCKS[block.type], level=start, children=tuple(self.blocks(block.children)))

    def _heading(self, block: SyntaxTreeNode) -> Iterator[Node]:
        children = tuple(self.blocks(block.children))
        # A heading without a word would be an empty place in the outline.
        if any(sign.isprintable() and not sign.isspace() for sign in plain(children)):
            # No level is left out on the way down, for those who listen to the outline.
            self.level = min(int(block.tag[1:]), self.level + 1, DEEPEST_HEADING)
            yield Node("heading", level=self.level, children=children)

    def _paragraph(self, block: SyntaxTreeNode) -> Node:
        inline = block.children[0]
        if alone := MARK.fullmatch(inline.content.strip()):
            found = self.resolve(self.written[int(alone[1])], True)
            return found if found.data is not None else Node("paragraph", children=(found,))
        return Node("paragraph", children=tuple(self.inlines(inline.children)))

    def inlines(self, found: Iterable[SyntaxTreeNode]) -> Iterator[Node]:
        """The parts of a line."""
        for part in found:
            if part.type == "text":
                yield from self._text(part.content)
            elif part.type == "softbreak":
                yield Node("text", " ")
            elif part.type == "hardbreak":
                yield Node("break")
            elif part.type == "code_inline":
                yield Node("code", self._as_written(part.content))
            elif part.type == "link":
                href = str(part.attrs["href"])
                yield Node("link", href=href, children=tuple(self.inlines(part.children)))
            else:
                yield Node(INLINES[part.type], children=tuple(self.inlines(part.children)))

    def _text(self, text: str) -> Iterator[Node]:
        for place, piece in enumerate(MARK.split(text)):
            if place % 2:
                yield self.resolve(self.written[int(piece)], False)
            elif piece:
                yield Node("text", piece)

    def _as_written(self, text: str) -> str:
        """*text* of code, in which braces mean nothing."""
        return MARK.sub(lambda mark: self.written[int(mark[1])].source, text)


def plain(nodes: Iterable[Node]) -> str:
    """The words of *nodes*, without structure."""
    return "".join(node.text or plain(node.children) for node in nodes)
