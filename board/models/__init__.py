"""Facts about the board's work: who has which trust, when they meet, what they decide, what is done."""

from board.models.activities import Activity
from board.models.agenda import AgendaItem, AgendaTemplateItem
from board.models.decisions import Decision
from board.models.documents import (
    CalendarAddress,
    Document,
    DocumentVersion,
    MinutesSignature,
    SealedMinutes,
    SentSummons,
    Signatory,
)
from board.models.meetings import Attendance, Meeting
from board.models.people import Mandate, Person
from board.models.plan import Goal, PlanPeriod

__all__ = [
    "Activity",
    "AgendaItem",
    "AgendaTemplateItem",
    "Attendance",
    "CalendarAddress",
    "Decision",
    "Document",
    "DocumentVersion",
    "Goal",
    "Mandate",
    "Meeting",
    "MinutesSignature",
    "Person",
    "PlanPeriod",
    "SealedMinutes",
    "SentSummons",
    "Signatory",
]
