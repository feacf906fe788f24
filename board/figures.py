"""Figures derived from the board's facts, for any two dates."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from board.models import Activity, Attendance, Decision, Goal, Meeting, PlanPeriod


@dataclass(frozen=True)
class MeetingYear:
    """The meetings held in a period, how many decisions they made, and how many were there.

    ``called`` and ``there`` count those whose attendance at a meeting of the board was entered, and
    those of them who took part, in the room or digitally.
    """

    meetings: Sequence[Meeting]
    decisions: int
    called: int = 0
    there: int = 0

    @property
    def of_board(self) -> list[Meeting]:
        """The meetings of the board itself."""
        return [meeting for meeting in self.meetings if meeting.kind in Meeting.BOARD_KINDS]

    @property
    def digital(self) -> list[Meeting]:
        """The board's digital meetings; a hybrid meeting is not one."""
        return [meeting for meeting in self.of_board if meeting.form == Meeting.Form.DIGITAL]

    @property
    def councils(self) -> list[Meeting]:
        """The meetings of the association council (föreningsråd)."""
        return [meeting for meeting in self.meetings if meeting.kind == Meeting.Kind.COUNCIL]


def meeting_year(start: date, end: date) -> MeetingYear:
    """The meetings held from *start* to *end*. Three queries."""
    attendance = Attendance.objects.filter(
        meeting__date__gte=start,
        meeting__date__lte=end,
        meeting__state=Meeting.State.HELD,
        meeting__kind__in=Meeting.BOARD_KINDS,
    ).aggregate(called=Count("pk"), there=Count("pk", filter=Q(state__in=Attendance.THERE)))
    return MeetingYear(
        meetings=tuple(Meeting.objects.between(start, end).held()),
        decisions=Decision.objects.filter(meeting__date__gte=start, meeting__date__lte=end).count(),
        **attendance,
    )


@dataclass(frozen=True)
class BoardMeetings:
    """How often the board met in a period, and how often of that digitally."""

    start: date
    end: date
    held: int
    digital: int


def board_meetings(periods: Sequence[tuple[date, date]]) -> list[BoardMeetings]:
    """The board's meetings in each of *periods*, which stand in their order. One query."""
    if not periods:
        return []
    meetings = list(
        Meeting.objects.between(periods[0][0], periods[-1][1])
        .held()
        .filter(kind__in=Meeting.BOARD_KINDS)
        .values_list("date", "form")
    )
    found = []
    for start, end in periods:
        forms = [form for day, form in meetings if start <= day <= end]
        found.append(BoardMeetings(start, end, len(forms), forms.count(Meeting.Form.DIGITAL)))
    return found


@dataclass(frozen=True)
class Progress:
    """How far activities have come: how many there are, and in which states.

    What was dropped is left out of what is to be done.
    """

    planned: int = 0
    going: int = 0
    done: int = 0
    dropped: int = 0

    @classmethod
    def of(cls, activities: Iterable[Activity]) -> "Progress":
        """The progress of *activities*."""
        return cls(**Counter(str(activity.state) for activity in activities))

    @property
    def entered(self) -> int:
        """All that were entered."""
        return self.planned + self.going + self.done + self.dropped

    @property
    def counted(self) -> int:
        """All that are not dropped: those of which *done* are done."""
        return self.entered - self.dropped


def progress_of_year(start: date, end: date) -> Progress:
    """How far the activities of the year from *start* to *end* have come. One query."""
    states = Activity.objects.of_year(start, end).order_by().values_list("state")
    return Progress(**dict(states.annotate(number=Count("pk"))))


@dataclass(frozen=True)
class GoalYear:
    """A goal of a plan, with its activities of one year, and those of the period's other years."""

    goal: Goal
    of_year: Sequence[Activity]
    of_others: Sequence[Activity]

    @property
    def progress(self) -> Progress:
        """How far the goal has come in the whole period."""
        return Progress.of([*self.of_year, *self.of_others])


@dataclass(frozen=True)
class PlanYear:
    """The plan as a year sees it: its periods with their goals, and the activities that have no goal."""

    periods: Sequence[tuple[PlanPeriod, Sequence[GoalYear]]]
    without_goal: Sequence[Activity]

    @property
    def of_year(self) -> list[Activity]:
        """Every activity of the year, in the order of the goals."""
        of_goals = [
            activity for _period, goals in self.periods for goal in goals for activity in goal.of_year
        ]
        return [*of_goals, *self.without_goal]

    @property
    def progress(self) -> Progress:
        """How far the year's activities have come."""
        return Progress.of(self.of_year)


def plan_year(start: date, end: date) -> PlanYear:
    """The plan of the year from *start* to *end*. Three queries, however much was entered.

    An activity belongs to the year whose last day it names, and stands under its goal.
    """
    periods = list(PlanPeriod.objects.during(start, end).prefetch_related("goals"))
    goals = [goal for period in periods for goal in period.goals.all()]
    by_goal: dict[int | None, list[Activity]] = defaultdict(list)
    shown = {goal.pk for goal in goals}
    of_plan = Activity.objects.filter(Q(goal__in=goals) | Q(year_end__gte=start, year_end__lte=end))
    for activity in of_plan.select_related("goal", "responsible"):
        by_goal[activity.goal_id if activity.goal_id in shown else None].append(activity)

    def goal_year(goal: Goal) -> GoalYear:
        activities = by_goal[goal.pk]
        of_year = [activity for activity in activities if start <= activity.year_end <= end]
        return GoalYear(goal, of_year, [activity for activity in activities if activity not in of_year])

    return PlanYear(
        [(period, [goal_year(goal) for goal in period.goals.all()]) for period in periods], by_goal[None]
    )
