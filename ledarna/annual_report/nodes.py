"""What a report consists of once it is read: a tree of nodes, the same for page, PDF and seal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Node:
    """A part of the text.

    Blocks: ``heading`` (with ``level``), ``paragraph``, ``list``, ``ordered``, ``item``, ``quote``, ``pre``,
    ``rule``, ``table``, ``chart``. Within them: ``text``, ``emphasis``, ``strong``, ``link``, ``code``,
    ``break``, ``figure``, ``missing`` (a figure that has no value, ``text`` is the reason), ``mistake``
    (``text`` is what was written). ``data`` is what a table or a chart shows.
    """

    kind: str
    text: str = ""
    level: int = 0
    href: str = ""
    label: str = ""
    children: tuple["Node", ...] = ()
    data: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """The node for JSON, without what it does not have."""
        said = {
            "kind": self.kind,
            "text": self.text,
            "level": self.level,
            "href": self.href,
            "label": self.label,
            "children": [child.as_json() for child in self.children],
            "data": self.data,
        }
        return {name: value for name, value in said.items() if value}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Node":
        """The node that *said* was made of."""
        more = {name: value for name, value in said.items() if name != "children"}
        return cls(**more, children=tuple(map(cls.from_json, said.get("children", ()))))
