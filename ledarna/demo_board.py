"""The board of a made-up association: who was elected, when they met, who came and what they decided."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from board.agenda import template_of
from board.models import AgendaItem, Attendance, Decision, Mandate, Meeting, Person
from finance.models import FiscalYear

Office = Mandate.Office
BOARD_MEETINGS, DECISIONS_PER_MEETING = 19, 8
TERM_YEARS = 2

OFFICES: Sequence[tuple[str, int, str]] = (
    (Office.CHAIR, 1, ""),
    (Office.VICE_CHAIR, 1, ""),
    (Office.TREASURER, 1, ""),
    (Office.SECRETARY, 1, ""),
    (Office.MEMBER, 4, ""),
    (Office.DEPUTY, 2, ""),
    (Office.AUDITOR, 2, ""),
    (Office.DEPUTY_AUDITOR, 1, ""),
    (Office.NOMINATING, 3, ""),
    (Office.COUNCIL_DELEGATE, 3, ""),
    (Office.CONGRESS_DELEGATE, 3, ""),
    (Office.EXTERNAL, 1, "SOS"),
)
"""Who is elected: the office, how many, and the body of an external mandate."""

FIRST_NAMES = ("Anna", "Bo", "Cecilia", "David", "Elin", "Fredrik", "Gunilla", "Hassan", "Ingrid", "Johan")
LAST_NAMES = ("Alm", "Berg", "Carlsson", "Dahl", "Ek", "Falk", "Holm", "Jansson", "Lind", "Nord")

DECISIONS: Sequence[tuple[str, int | None, int | None]] = (
    ("Att godkänna dagordningen.", None, None),
    ("Att lägga den ekonomiska rapporten till handlingarna.", None, None),
    ("Att uppdra åt kassören att återkomma med en reviderad budget.", None, None),
    ("Att delta i Almedalen med tre personer.", 4_500_000, 4200),
    ("Att köpa in annonsering för nyhetsbrevet.", 2_500_000, 5910),
    ("Att godkänna föregående protokoll.", None, None),
    ("Att ta fram en enkät till medlemmarna.", None, None),
    ("Att bjuda in till ett digitalt seminarium.", 800_000, 6490),
)
"""What the made-up board decides: the text, öre that it may cost, and the account."""

FOLLOWED = (2, 3, 4, 6, 7)
"""Those of ``DECISIONS`` that somebody has to carry out."""

THERE = (
    *(Attendance.State.PRESENT,) * 6,
    *(Attendance.State.DIGITAL,) * 3,
    *(Attendance.State.EXCUSED,) * 2,
    Attendance.State.ABSENT,
)
"""How those who are called take part, as often as in life."""


@dataclass(frozen=True)
class Elected:
    """Those who were elected for a term, and the people among whom the next are found."""

    people: Sequence[Person]
    mandates: Sequence[Mandate]
    end: date


def elect(start: date, chance: random.Random) -> Elected:
    """Everybody who was elected before the books begin on *start*: their terms end with its year's meeting."""
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    people = Person.objects.bulk_create(
        Person(name=name, mail=f"{number}@example.org")
        for number, name in enumerate(chance.sample(names, 40), start=1)
    )
    return _election(people, date(start.year - TERM_YEARS, 3, 20), None, chance)


def _election(
    people: Sequence[Person], start: date, meeting: Meeting | None, chance: random.Random
) -> Elected:
    end = date(start.year + TERM_YEARS, 3, 20) - timedelta(days=1)
    seats = [(office, body) for office, number, body in OFFICES for _seat in range(number)]
    mandates = Mandate.objects.bulk_create(
        Mandate(person=person, office=office, body=body, start=start, end=end, elected_by=meeting)
        for (office, body), person in zip(seats, chance.sample(people, len(seats)), strict=True)
    )
    return Elected(people, mandates, end)


def hold_meetings(year: FiscalYear, elected: Elected, chance: random.Random) -> Elected:
    """Hold the meetings of *year*: nineteen of the board, a council, the annual meeting, which may elect anew.

    Returns who is elected as the year ends.
    """
    annual = Meeting.objects.create(
        kind=Meeting.Kind.ANNUAL, number=1, date=date(year.start.year, 3, 20), time=time(13, 0)
    )
    following = elected
    if elected.end < year.end:
        following = _election(elected.people, annual.date, annual, chance)
    between = ((year.end - year.start).days + 1) // BOARD_MEETINGS
    days = [year.start + timedelta(days=between * n - between // 2) for n in range(1, BOARD_MEETINGS + 1)]
    for number, day in enumerate(days, start=1):
        _hold(number, day, following if day >= annual.date else elected, chance)
    Meeting.objects.create(kind=Meeting.Kind.COUNCIL, number=1, date=date(year.start.year, 10, 14))
    return following


def _hold(number: int, day: date, elected: Elected, chance: random.Random) -> None:
    board = [mandate for mandate in elected.mandates if mandate.office in Mandate.BOARD_OFFICES]
    chair, secretary = board[0].person, board[3].person
    meeting = Meeting.objects.create(
        kind=Meeting.Kind.BOARD,
        number=number,
        date=day,
        time=time(17, 0),
        end_time=time(20, 0),
        form=chance.choice(Meeting.Form.values),
        chair=chair,
        secretary=secretary,
        is_quorate=True,
    )
    meeting.adjusters.set(mandate.person for mandate in chance.sample(board[4:8], 2))
    agenda = template_of(meeting.kind)
    for item in agenda:
        item.meeting = meeting
    items = AgendaItem.objects.bulk_create(agenda)
    Attendance.objects.bulk_create(
        Attendance(meeting=meeting, mandate=mandate, state=chance.choice(THERE)) for mandate in board
    )
    Decision.objects.bulk_create(
        _decision(meeting, paragraph, items, [mandate.person for mandate in board], chance)
        for paragraph in range(1, DECISIONS_PER_MEETING + 1)
    )


def _decision(
    meeting: Meeting,
    paragraph: int,
    items: Sequence[AgendaItem],
    people: Sequence[Person],
    chance: random.Random,
) -> Decision:
    which = chance.randrange(len(DECISIONS))
    text, ore, account = DECISIONS[which]
    decision = Decision(
        meeting=meeting,
        item=items[min(paragraph, len(items) - 1)],
        number=paragraph,
        text=text,
        amount_ore=ore,
        account_number=account,
    )
    if which in FOLLOWED:
        decision.responsible = chance.choice(people)
        decision.due = meeting.date + timedelta(days=chance.randrange(20, 90))
        decision.state = chance.choice([Decision.State.DONE] * 5 + [Decision.State.OPEN])
    return decision
