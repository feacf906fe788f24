"""The chart of the members through the year, with the years before beside it and what is to be expected."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from finance.models import FiscalYear
from finance.presentation import format_count, format_month
from ledarna.charts import shapes
from ledarna.charts.chart import Chart, Row, Table, drawn
from ledarna.charts.finance import why
from ledarna.charts.look import link
from ledarna.dates import day_in_words
from ledarna.sentences import (
    members_course_title,
    members_forecast_sentences,
    members_forecast_title,
    sentence_case,
)
from members.forecast import Forecast
from members.models import MemberCount

YEARS_SHOWN = 4
"""So many years stand in the chart; more lines cannot be told apart."""


def members_course(
    years: Sequence[FiscalYear], counts: Sequence[MemberCount], made: Forecast | None
) -> Chart | None:
    """The counts of the last of *years* by day, beside those of the years before it.

    *counts* stand by their days. None where the year has fewer than three counts: the course of two is
    a straight line, which the chart of the years has.
    """
    year = years[-1]
    shown = [
        (each, [count for count in counts if each.start <= count.date <= each.end])
        for each in reversed(years[-YEARS_SHOWN:])
    ]
    own = shown[0][1]
    if len(own) < 3:
        return None
    shown = [(each, found) for each, found in shown if found]
    values: list[dict[str, Any]] = [
        {
            "day": (count.date - each.start).days,
            "what": str(each),
            "amount": count.count,
            "text": format_count(count.count),
            "says": f"{day_in_words(count.date)}: {format_count(count.count)}",
            "href": link(why(each.label, "members.closing")),
        }
        for each, found in shown
        for count in found
    ]
    names = [str(each) for each, _found in shown]
    if made:
        values += _expected(year, own[-1], made)
        names.append(_("Forecast"))
    return drawn(
        "members-course",
        members_forecast_title(made, year) if made else members_course_title(own[-1], _year_before(shown)),
        _("Number of members through the year; the axis does not begin at zero"),
        partial(shapes.curves, values=values, names=names, months=_months(year)),
        _by_month(shown),
        notes=members_forecast_sentences(made) if made else (),
    )


def _expected(year: FiscalYear, latest: MemberCount, made: Forecast) -> list[dict[str, Any]]:
    """The line of the forecast and its band, which begin where the counts end."""
    name, begin, end = _("Forecast"), (latest.date - year.start).days, (year.end - year.start).days
    return [
        {
            "day": day,
            "what": name,
            "amount": count,
            "text": format_count(count),
            "says": f"{name}, {day_in_words(at)}: {format_count(count)}",
            "href": link(why(year.label, "members.closing")),
            "low": low,
            "high": high,
        }
        for day, at, count, low, high in (
            (begin, latest.date, latest.count, latest.count, latest.count),
            (end, year.end, made.expected, made.low, made.high),
        )
    ]


def _year_before(shown: Sequence[tuple[FiscalYear, Sequence[MemberCount]]]) -> MemberCount | None:
    """The count of the year before at the same point of the year as the latest count of this one."""
    (year, own), *others = shown
    if not others or others[0][0].end >= year.start:
        return None
    before, found = others[0]
    point = own[-1].date - year.start
    return next((count for count in reversed(found) if count.date - before.start <= point), None)


def _months(year: FiscalYear) -> dict[int, date]:
    return {(month - year.start).days: month for month in year.months}


def _by_month(shown: Sequence[tuple[FiscalYear, Sequence[MemberCount]]]) -> Table:
    """The latest count of each month, a column for each year."""
    (year, _own), *_others = shown
    months = year.months

    def cell(each: FiscalYear, found: Sequence[MemberCount], place: int) -> str:
        if place >= len(each.months):
            return "–"
        month = each.months[place]
        of_month = [
            count for count in found if (count.date.year, count.date.month) == (month.year, month.month)
        ]
        return format_count(of_month[-1].count) if of_month else "–"

    return Table(
        (_("Month"), *(str(each) for each, _found in shown)),
        tuple(
            Row(
                sentence_case(format_month(month, months)),
                tuple(cell(each, found, place) for each, found in shown),
                why(year.label, "members.closing"),
            )
            for place, month in enumerate(months)
        ),
    )
