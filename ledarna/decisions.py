"""Joining the books and the minutes: which decision a voucher points at, and which vouchers point at one.

``finance`` keeps the reference as it was written, such as “§ 8, möte 14” or “§ 8, 2023-03-14”; ``board``
has the decisions. Neither knows the other.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from board.models import Decision, Meeting
from finance.attestation import pointing_at_decisions
from finance.models import FiscalYear, Voucher

_BY_DAY = re.compile(r"§\s*(\d{1,6})\b.*?\b(\d{4}-\d{2}-\d{2})\b", re.DOTALL)
_BY_NUMBER = re.compile(r"§\s*(\d{1,6})\b\D+?(\d{1,6})\b", re.DOTALL)


@dataclass(frozen=True)
class Reference:
    """A reference that was understood: the number of the decision, and the day or number of its meeting."""

    number: int
    day: date | None = None
    meeting: int | None = None

    @classmethod
    def of(cls, written: str) -> "Reference | None":
        """What *written* names; None where it names no decision of a meeting."""
        if found := _BY_DAY.search(written):
            try:
                return cls(int(found[1]), day=date.fromisoformat(found[2]))
            except ValueError:
                return None
        found = _BY_NUMBER.search(written)
        return cls(int(found[1]), meeting=int(found[2])) if found else None

    def means(self, decision: Decision) -> bool:
        """Whether *decision* is one that it can mean."""
        meeting = decision.meeting
        if decision.number != self.number:
            return False
        if self.day:
            return meeting.date == self.day
        return meeting.number == self.meeting and meeting.kind in Meeting.BOARD_KINDS


def _meant(reference: Reference, day: date, decisions: Iterable[Decision]) -> Decision | None:
    """The one of *decisions*, latest first, that *reference* means on a voucher of *day*.

    A meeting's number comes again each year: the latest one on or before the voucher's day is meant.
    """
    return next(
        (decision for decision in decisions if decision.meeting.date <= day and reference.means(decision)),
        None,
    )


def decision_of(voucher: Voucher) -> Decision | None:
    """The decision that *voucher* points at; None where it names none that was entered. One query."""
    reference = Reference.of(voucher.decision_reference)
    if reference is None:
        return None
    return _meant(reference, voucher.date, _latest_first(voucher.date, reference.number))


def vouchers_of(year: FiscalYear) -> dict[int, list[Voucher]]:
    """The posted vouchers of *year* that point at a decision, by the decision's key. Three queries."""
    found: dict[int, list[Voucher]] = defaultdict(list)
    pointing = list(pointing_at_decisions(year))
    if not pointing:
        return found
    by_number: dict[int, list[Decision]] = defaultdict(list)
    for decision in _latest_first(year.end):
        by_number[decision.number].append(decision)
    for voucher in pointing:
        reference = Reference.of(voucher.decision_reference)
        if reference and (meant := _meant(reference, voucher.date, by_number[reference.number])):
            found[meant.pk].append(voucher)
    return found


def _latest_first(until: date, number: int | None = None) -> Sequence[Decision]:
    """The decisions up to the day *until*, of that *number* or of any, latest first."""
    decisions = Decision.objects.filter(meeting__date__lte=until).select_related("meeting")
    if number is not None:
        decisions = decisions.filter(number=number)
    return list(decisions.order_by("-meeting__date", "-meeting__pk"))
