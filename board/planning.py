"""Planning the meetings of a year in one go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, time

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule, weekdays
from django.db import transaction
from django.db.models import Max

from board.agenda import lay_out
from board.models import Meeting


@dataclass(frozen=True)
class Series:
    """Meetings that come again: the *nth* *weekday* of each month, or that weekday every few weeks.

    ``weekday`` is 0 for Monday; ``nth`` 1 to 4, or −1 for the last. With ``weeks`` in place of ``nth``
    they come every so many weeks, counted from the first such weekday. ``without`` are months (1–12) in
    which nobody meets.
    """

    start: date
    end: date
    weekday: int
    nth: int | None = None
    weeks: int | None = None
    without: Collection[int] = ()

    def days(self) -> list[date]:
        """The days of the series, first to last."""
        day = weekdays[self.weekday]
        months = [month for month in range(1, 13) if month not in self.without]
        if not months:
            return []
        first = self.start + relativedelta(weekday=day(1))
        rule = rrule(
            MONTHLY if self.nth else WEEKLY,
            dtstart=self.start if self.nth else first,
            until=self.end,
            interval=self.weeks or 1,
            byweekday=day(self.nth) if self.nth else day,
            bymonth=months,
        )
        return [found.date() for found in rule]


def next_number(kind: str, year_start: date, year_end: date) -> int:
    """The number that the next meeting of *kind* in the year takes: one above the highest. One query."""
    highest = (
        Meeting.objects.between(year_start, year_end)
        .filter(kind=kind)
        .aggregate(found=Max("number"))["found"]
    )
    return (highest or 0) + 1


@transaction.atomic
def plan(
    days: Sequence[date],
    year: tuple[date, date],
    *,
    kind: str = Meeting.Kind.BOARD,
    at: time | None = None,
    until: time | None = None,
    form: str = Meeting.Form.IN_PERSON,
    place: str = "",
    link: str = "",
) -> list[Meeting]:
    """Plan a meeting on each of *days*, with its agenda laid out, all or none.

    They take the numbers after the highest of their kind in *year*, its first and last day. A day on
    which there already is a meeting of the kind is passed over: to plan the same series twice is
    harmless.
    """
    taken = set(Meeting.objects.filter(kind=kind, date__in=days).values_list("date", flat=True))
    number = next_number(kind, *year)
    planned = []
    for day in sorted(set(days) - taken):
        meeting = Meeting(
            kind=kind,
            number=number,
            date=day,
            time=at,
            end_time=until,
            form=form,
            place=place,
            link=link,
            state=Meeting.State.PLANNED,
        )
        meeting.full_clean()
        meeting.save()
        lay_out(meeting)
        planned.append(meeting)
        number += 1
    return planned
