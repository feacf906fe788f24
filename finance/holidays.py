"""The days on which Swedish banks and authorities are closed, beside Saturdays and Sundays.

Public holidays are those of the act on public holidays (lag 1989:253 om allmänna helgdagar). Midsummer
Eve, Christmas Eve and New Year's Eve are no public holidays; the act on the computing of time (lag
1930:173, 2 §) puts them beside Sundays, and banks treat them so. Other eves are working days for both.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.easter import easter
from django.utils.translation import gettext_noop as _

FOREVER = (1, 9999)
SATURDAY = 5
"""As ``date.weekday`` counts, from Monday, which is zero."""


class Holiday(NamedTuple):
    """A day that is free each year of *since* to *until*, and the rule that says which day of the year."""

    name: str
    day_in: Callable[[int], date]
    years: tuple[int, int] = FOREVER


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days)


def _saturday_from(month: int, day: int, days: int = 0) -> Callable[[int], date]:
    """The first Saturday on that day or after it, and so many *days* further on."""

    def rule(year: int) -> date:
        first = date(year, month, day)
        return first + timedelta((SATURDAY - first.weekday()) % 7 + days)

    return rule


HOLIDAYS: Sequence[Holiday] = (
    Holiday(_("New Year's Day"), _fixed(1, 1)),
    Holiday(_("Epiphany"), _fixed(1, 6)),
    Holiday(_("Good Friday"), _from_easter(-2)),
    Holiday(_("Easter Sunday"), _from_easter(0)),
    Holiday(_("Easter Monday"), _from_easter(1)),
    Holiday(_("May Day"), _fixed(5, 1)),
    Holiday(_("Ascension Day"), _from_easter(39)),
    Holiday(_("Whit Sunday"), _from_easter(49)),
    Holiday(_("Whit Monday"), _from_easter(50), (1, 2004)),
    Holiday(_("National Day"), _fixed(6, 6), (2005, 9999)),
    Holiday(_("Midsummer Eve"), _saturday_from(6, 20, -1)),
    Holiday(_("Midsummer Day"), _saturday_from(6, 20)),
    Holiday(_("All Saints' Day"), _saturday_from(10, 31)),
    Holiday(_("Christmas Eve"), _fixed(12, 24)),
    Holiday(_("Christmas Day"), _fixed(12, 25)),
    Holiday(_("Boxing Day"), _fixed(12, 26)),
    Holiday(_("New Year's Eve"), _fixed(12, 31)),
)
"""Since 1954, when midsummer and All Saints' Day moved to Saturdays."""


def holidays(start: date, end: date) -> dict[date, str]:
    """The days off from *start* to *end*, both of them included, in their order, each with its English name.

    Saturdays and Sundays are there only where they have a name. ``gettext`` of the name is the Swedish one.
    """
    found = {
        holiday.day_in(year): holiday.name
        for year in range(start.year, end.year + 1)
        for holiday in HOLIDAYS
        if holiday.years[0] <= year <= holiday.years[1]
    }
    return {day: found[day] for day in sorted(found) if start <= day <= end}
