"""Which voucher numbers of a series were seen, in little memory: whole runs are kept, not numbers."""

from __future__ import annotations

from bisect import bisect_right


class Run:
    """A set of whole numbers kept as runs [first, last]; a series without gaps is one run, however long."""

    def __init__(self) -> None:
        self._first: list[int] = []
        self._last: list[int] = []

    def add(self, number: int) -> bool:
        """Add a number; whether it was new."""
        at = bisect_right(self._first, number)
        if at and number <= self._last[at - 1]:
            return False
        joins_left = at > 0 and self._last[at - 1] == number - 1
        joins_right = at < len(self._first) and self._first[at] == number + 1
        if joins_left and joins_right:
            self._last[at - 1] = self._last.pop(at)
            self._first.pop(at)
        elif joins_left:
            self._last[at - 1] = number
        elif joins_right:
            self._first[at] = number
        else:
            self._first.insert(at, number)
            self._last.insert(at, number)
        return True

    def runs(self) -> tuple[tuple[int, int], ...]:
        """The runs, in order."""
        return tuple(zip(self._first, self._last, strict=True))

    def gaps(self) -> tuple[tuple[int, int], ...]:
        """What lies between the runs: (first missing, last missing)."""
        return tuple((a + 1, b - 1) for a, b in zip(self._last, self._first[1:], strict=False))
