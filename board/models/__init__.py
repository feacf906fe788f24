"""Facts about the board's work: who has which trust, when they meet, what they decide, what is done."""

from board.models.activities import Activity
from board.models.agenda import AgendaItem, AgendaTemplateItem
from board.models.decisions import Decision
from board.models.meetings import Attendance, Meeting
from board.models.people import Mandate, Person
from board.models.plan import Goal, PlanPeriod

__all__ = [
    "Activity",
    "AgendaItem",
    "AgendaTemplateItem",
    "Attendance",
    "Decision",
    "Goal",
    "Mandate",
    "Meeting",
    "Person",
    "PlanPeriod",
]
