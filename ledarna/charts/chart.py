"""What a chart consists of: what is seen, what is drawn, the drawing twice, the table under it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from ledarna.charts.drawing import Spec, draw
from ledarna.charts.look import NARROW, WIDE, Size


@dataclass(frozen=True)
class Row:
    """A row of a chart's table: a name, the page of its facts, and one text for each column."""

    name: str
    cells: tuple[str, ...]
    href: str = ""
    is_sum: bool = False


@dataclass(frozen=True)
class Table:
    """The figures of a chart as a table; the head's first text is over the names."""

    head: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Chart:
    """A chart, or the reason why there is nothing to draw.

    ``title`` says what is seen, ``subtitle`` what is drawn and in which unit. ``wide`` and ``narrow``
    are specifications; the page shows the one that it has room for. ``notes`` are sentences under it.
    """

    key: str
    title: str
    subtitle: str = ""
    wide: Spec | None = None
    narrow: Spec | None = None
    table: Table | None = None
    reason: str = ""
    notes: Sequence[str] = ()

    def __post_init__(self) -> None:
        """A chart either draws or says why not."""
        assert bool(self.reason) == (self.wide is None) == (self.narrow is None)

    @property
    def wide_drawing(self) -> SafeString:
        """The drawing for a page of some width."""
        assert self.wide is not None
        return draw(self.wide)

    @property
    def narrow_drawing(self) -> SafeString:
        """The drawing for a telephone."""
        assert self.narrow is not None
        return draw(self.narrow)


def nothing(key: str, title: str, reason: str) -> Chart:
    """A chart that cannot be drawn, with the *reason* in a sentence."""
    return Chart(key=key, title=title, reason=reason)


def drawn(
    key: str,
    title: str,
    subtitle: str,
    shape: Callable[[Size], Spec],
    table: Table,
    size: Size = WIDE,
    notes: Sequence[str] = (),
) -> Chart:
    """A chart of one *shape*, drawn at *size* and for a telephone."""
    return Chart(key, title, subtitle, shape(size), shape(NARROW), table, notes=tuple(notes))
