"""Joining the books and the minutes: which decision a voucher points at, and which vouchers point at one.

``finance`` keeps the reference as it was written, such as “§ 8, möte 14” or “§ 8, 2023-03-14”; ``board``
has the decisions. Neither knows the other.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from board.models import Decision, Meeting
from board.models.decisions import DecisionQuerySet
from finance.attestation import costs_of, pointing_at_decisions
from finance.models import FiscalYear, Voucher
from ledarna.board_documents.access import is_of_board

_BY_DAY = re.compile(r"§\s*(\d{1,6})\b.*?\b(\d{4}-\d{2}-\d{2})\b", re.DOTALL)
_BY_NUMBER = re.compile(r"§\s*(\d{1,6})\b\D+?(\d{1,6})\b", re.DOTALL)


def decisions_for(user: Any) -> DecisionQuerySet:
    """The decisions that *user*, who sees the meetings, may read."""
    return Decision.objects.all() if is_of_board(user) else Decision.objects.public()


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


def decision_of(voucher: Voucher, user: Any) -> Decision | None:
    """The decision that *voucher* points at; None where it names none that was entered, or none that *user* may read.

    One query beside those that ask what the user may.
    """
    reference = Reference.of(voucher.decision_reference)
    if reference is None:
        return None
    decisions = _latest_first(decisions_for(user), voucher.date)
    return _meant(reference, voucher.date, decisions.filter(number=reference.number))


def vouchers_of(year: FiscalYear) -> dict[int, list[Voucher]]:
    """The posted vouchers of *year* that point at a decision, by the decision's key. Three queries."""
    found: dict[int, list[Voucher]] = defaultdict(list)
    pointing = list(pointing_at_decisions(year))
    if not pointing:
        return found
    by_number: dict[int, list[Decision]] = defaultdict(list)
    for decision in _latest_first(Decision.objects.all(), year.end):
        by_number[decision.number].append(decision)
    for voucher in pointing:
        reference = Reference.of(voucher.decision_reference)
        if reference and (meant := _meant(reference, voucher.date, by_number[reference.number])):
            found[meant.pk].append(voucher)
    return found


def _latest_first(decisions: DecisionQuerySet, until: date) -> DecisionQuerySet:
    """Those of *decisions* up to the day *until*, latest first."""
    of_meetings = decisions.filter(meeting__date__lte=until).select_related("meeting")
    return of_meetings.order_by("-meeting__date", "-meeting__pk")


@dataclass(frozen=True)
class Followed:
    """A decision with the vouchers that point at it, and what they cost in öre; None without an amount or account."""

    decision: Decision
    vouchers: Sequence[Voucher]
    spent: int | None

    @property
    def is_over(self) -> bool:
        """Whether more was spent than was decided."""
        decided = self.decision.amount_ore
        return decided is not None and self.spent is not None and self.spent > decided


def followed(year: FiscalYear, decisions: Iterable[Decision]) -> list[Followed]:
    """*decisions* beside what was spent on them in *year*. Four queries beyond those of *decisions*.

    Spent is what the vouchers that point at the decision cost: their rows on its account where it
    names one, else their rows on accounts of costs, debit less credit.
    """
    pointing = vouchers_of(year)
    costs = costs_of(voucher for vouchers in pointing.values() for voucher in vouchers)
    found = []
    for decision in decisions:
        vouchers = pointing.get(decision.pk, ())
        spent = None
        if decision.amount_ore is not None or decision.account_number is not None or vouchers:
            own = str(decision.account_number or "")
            spent = sum(
                ore
                for voucher in vouchers
                for account, is_cost, ore in costs.get(voucher.pk, ())
                if (account == own if own else is_cost)
            )
        found.append(Followed(decision, vouchers, spent))
    return found
