"""The plan of a made-up association: periods of four years with goals, and what was done for them each year."""

import random
from collections.abc import Sequence
from datetime import date

from board.models import Activity, Goal, Person, PlanPeriod
from finance.models import FiscalYear

PERIOD_YEARS, FIRST_PERIOD = 4, 2022
"""Periods are four years long, and one of them begins with this year."""

GOALS: Sequence[tuple[str, str]] = (
    ("Fler ska känna till föreningen", "Både de som är medlemmar och de som kan bli det."),
    ("Föreningen ska betyda mer i branschen", "Det som skrivs ska vara till nytta i *chefens vardag*."),
    ("Medlemmarna ska mötas oftare", "Minst sex träffar om året, varav hälften digitala."),
    ("Ekonomin ska vara i balans", "Det egna kapitalet ska motsvara ett års kostnader."),
)

ACTIVITIES: Sequence[tuple[int | None, str, str, int | None, str]] = (
    (0, "Månatligt nyhetsbrev", "", 5930, ""),
    (0, "Kampanj på LinkedIn", "", 5910, "CHEFSARENA"),
    (0, "Almedalen", "Tillsammans med förbundet", None, "ALMEDALEN"),
    (1, "Chefsarena", "", None, "CHEFSARENA"),
    (1, "Enkät till medlemmarna", "", None, ""),
    (1, "Remissvar om chefers villkor", "Samverkan i offentlig sektor", None, ""),
    (2, "Digitala seminarier", "", 6490, ""),
    (2, "Regionala träffar", "", 5800, ""),
    (3, "Ny placeringspolicy", "", None, ""),
    (None, "Kurs för nya i styrelsen", "", None, ""),
)
"""What is done each year: the place of its goal, the name, the body, the account and the project."""

OUTCOMES = (
    "Genomförd som planerat.",
    "Fler deltog än väntat; görs om nästa år.",
    "Genomförd, men **senare** än planerat.",
)
REASON = "Pengarna gick till annat."
DROPPED_IN, GOING_IN = 12, 4
"""One of so many is dropped, and of the last year's one of so many is still under way."""


def plan_of(year: FiscalYear, people: Sequence[Person], is_last: bool, chance: random.Random) -> None:
    """The activities of *year*, under the goals of its period, which is made where it is not there yet."""
    goals = _goals(year.end.year)
    Activity.objects.bulk_create(
        Activity(
            year_end=year.end,
            goal=None if place is None else goals[place],
            name=name,
            body=body,
            responsible=chance.choice(people),
            account_number=account,
            project_code=project,
            **_state(is_last, chance),
        )
        for place, name, body, account, project in ACTIVITIES
    )


def _goals(number: int) -> list[Goal]:
    first = number - (number - FIRST_PERIOD) % PERIOD_YEARS
    last = first + PERIOD_YEARS - 1
    period, created = PlanPeriod.objects.get_or_create(
        start=date(first, 1, 1),
        end=date(last, 12, 31),
        defaults={"name": f"Verksamhetsplan {first}–{last}"},
    )
    if created:
        Goal.objects.bulk_create(
            Goal(period=period, position=position, title=title, text=text)
            for position, (title, text) in enumerate(GOALS, start=1)
        )
    return list(period.goals.all())


def _state(is_last: bool, chance: random.Random) -> dict[str, str]:
    if chance.randrange(DROPPED_IN) == 0:
        return {"state": Activity.State.DROPPED, "reason": REASON}
    if is_last and chance.randrange(GOING_IN) == 0:
        return {"state": Activity.State.GOING}
    return {"state": Activity.State.DONE, "outcome": chance.choice(OUTCOMES)}
