"""The charts of several years: equity, income and costs, members, and how the board met."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from finance.presentation import format_count
from ledarna.charts import shapes
from ledarna.charts.chart import Chart, Row, Table, drawn, nothing
from ledarna.charts.finance import why
from ledarna.charts.look import ACCENT, SIDE, WIDE, Size, kronor, link, text_width
from ledarna.dates import day_in_words, month_short
from ledarna.figures import Reading, Unit
from ledarna.overview import Overview, YearColumn
from ledarna.presentation import format_column, format_kronor, format_value, format_whole_kronor
from ledarna.sentences import (
    digital_title,
    equity_title,
    members_title,
    years_of_members_title,
    years_title,
)
from members.figures import member_counts
from members.models import MemberCount

NEAR = 44
"""Days on the axis nearer than this many pixels are not both written."""


def equity(overview: Overview) -> Chart:
    """Equity at the end of each year, after what the first year began with."""
    key, title = "equity", _("Equity over the years")
    known = [column for column in overview.columns if column.money.equity_closing is not None]
    if not known:
        return nothing(key, title, _("No opening balances were entered for the fiscal year."))
    first = known[0]
    points = [
        (
            _("Before %(year)s") % {"year": first.year},
            first.money.equity_opening or 0,
            "finance.equity_opening",
            first,
        ),
        *(
            (str(column.year), column.money.equity_closing or 0, "finance.equity_closing", column)
            for column in known
        ),
    ]
    values = [
        {
            "name": name,
            "amount": kronor(amount),
            "text": format_whole_kronor(amount),
            "colour": ACCENT,
            "says": f"{name}: {format_kronor(amount)}",
            "href": link(why(column.year.label, figure)),
        }
        for name, amount, figure, column in points
    ]
    texts = format_column(amount for _name, amount, _figure, _column in points)
    return drawn(
        key,
        equity_title([amount for _name, amount, _figure, _column in points]),
        _("Equity on the last day of each fiscal year, kr"),
        partial(shapes.columns, values=values),
        Table(
            (_("Year"), _("Equity")),
            tuple(
                Row(name, (text,), why(column.year.label, figure))
                for (name, _amount, figure, column), text in zip(points, texts, strict=True)
            ),
        ),
    )


def income_and_costs_by_year(overview: Overview) -> Chart:
    """Income and costs of each year."""
    key, title = "years", _("Income and costs over the years")
    known = [column for column in overview.columns if column.money.result is not None]
    if not known:
        return nothing(key, title, _("Nothing is posted in the fiscal year."))
    names = (_("Income"), _("Costs"))
    values: list[dict[str, Any]] = [
        {
            "place": str(column.year),
            "what": what,
            "amount": kronor(amount),
            "says": f"{what} {column.year}: {format_kronor(amount)}",
            "href": link(why(column.year.label, figure)),
        }
        for column in known
        for what, amount, figure in (
            (names[0], column.money.income or 0, "finance.income"),
            (names[1], column.money.costs or 0, "finance.costs"),
        )
    ]
    series = [
        [getattr(column.money, name) for column in known]
        for name in ("income", "costs", "financial", "result")
    ]
    texts = [format_column(amounts) for amounts in series]
    axis = shapes.place_axis({str(column.year): str(column.year) for column in known})
    return drawn(
        key,
        years_title([column.money for column in known]),
        _("Kr by fiscal year"),
        partial(shapes.pairs, x=axis, values=values, names=names, amounts=[*series[0], *series[1]]),
        Table(
            (_("Year"), *names, _("Financial items"), _("Result")),
            tuple(
                Row(
                    str(column.year),
                    tuple(text[index] for text in texts),
                    why(column.year.label, "finance.result"),
                )
                for index, column in enumerate(known)
            ),
        ),
    )


def digital_share(overview: Overview) -> Chart:
    """The share of the board's meetings that were digital, each year."""
    key, title = "digital", _("Digital board meetings")
    known = [column for column in overview.columns if column.meetings.held]
    if not known or known[-1].year != overview.columns[-1].year:
        return nothing(key, title, _("No meeting was entered for the year."))
    figure = "board.meetings_digital_share"
    values: list[dict[str, Any]] = [
        {
            "name": str(column.year),
            "amount": float(column.digital_share or 0),
            "text": format_value(column.digital_share or 0, Unit.PERCENT),
            "colour": ACCENT,
            "says": _("%(year)s: %(digital)d of %(held)d digital")
            % {
                "year": column.year,
                "digital": column.meetings.digital,
                "held": column.meetings.held,
            },
            "href": link(why(column.year.label, figure)),
        }
        for column in known
    ]
    return drawn(
        key,
        digital_title(known[-1].meetings.digital, known[-1].meetings.held),
        _("Share of the board's meetings that were digital, by fiscal year"),
        partial(shapes.columns, values=values),
        Table(
            (_("Year"), _("Meetings"), _("Digital"), _("Share")),
            tuple(
                Row(
                    str(column.year),
                    (
                        format_count(column.meetings.held),
                        format_count(column.meetings.digital),
                        value["text"],
                    ),
                    why(column.year.label, figure),
                )
                for column, value in zip(known, values, strict=True)
            ),
        ),
        size=SIDE,
    )


# Members -------------------------------------------------------------------------------------------------


def members_of_year(reading: Reading) -> Chart:
    """The member counts of a year, beside which the change stands in the title."""
    key, title = "members", _("Members in the year")
    counts = member_counts(reading.year.start, reading.end)
    if not counts:
        return nothing(key, title, _("No member count was entered for the year."))
    label, development = reading.year.label, reading.members
    values = [_count_value(label, count) for count in counts]
    return drawn(
        key,
        members_title(
            development.opening.count if development.opening else None,
            development.closing.count if development.closing else None,
        ),
        _("Number of members; the axis does not begin at zero"),
        lambda size: shapes.days(size, values, _marks(size, [count.date for count in counts])),
        _counts_table(label, counts),
        size=SIDE,
    )


def _count_value(label: str, count: MemberCount) -> dict[str, Any]:
    return {
        "day": count.date.toordinal(),
        "amount": count.count,
        "text": format_count(count.count),
        "says": f"{day_in_words(count.date)}: {format_count(count.count)}",
        "href": link(why(label, "members.closing")),
    }


def _counts_table(label: str, counts: Sequence[MemberCount]) -> Table:
    changes = [
        None,
        *(later.count - earlier.count for earlier, later in pairwise(counts)),
    ]
    return Table(
        (_("Day"), _("Members"), _("Change")),
        tuple(
            Row(
                day_in_words(count.date),
                (
                    format_count(count.count),
                    "–" if change is None else format_count(change, explicit_plus=True),
                ),
                why(label, "members.closing"),
            )
            for count, change in zip(counts, changes, strict=True)
        ),
    )


def _marks(size: Size, days: Sequence[date]) -> dict[date, str]:
    """The days that an axis names by their month: the first, the last, and those between with room."""
    first, last = days[0], days[-1]
    span = max((last - first).days, 1)
    apart = span * NEAR // (size.width - text_width(["00 000"]))
    marks = [first]
    for day in days[1:]:
        if (day - marks[-1]).days >= apart and ((last - day).days >= apart or day == last):
            marks.append(day)
    if marks[-1] != last and (last - marks[-1]).days >= apart:
        marks.append(last)
    return {day: month_short(day) for day in marks}


def members_by_year(overview: Overview, counts: Sequence[MemberCount], size: Size = WIDE) -> Chart:
    """The member counts of several years, with the growth of each."""
    key, title = "members-years", _("Members over the years")
    known = [column for column in overview.columns if column.members.closing]
    if not known or not counts:
        return nothing(key, title, _("No member count was entered for the year."))
    label = overview.columns[-1].year.label
    values = [_count_value(label, count) for count in counts]
    texts = [
        {
            "day": column.members.closing.date.toordinal(),
            "amount": column.members.closing.count,
            "text": format_value(column.growth, Unit.PERCENT, explicit_plus=True),
        }
        for column in known
        if column.growth is not None and column.members.closing
    ]
    marks = {column.members.closing.date: str(column.year) for column in known if column.members.closing}
    first = next((column.members.opening for column in overview.columns if column.members.opening), None)
    closing = known[-1].members.closing
    return drawn(
        key,
        years_of_members_title(
            first.count if first else None, closing.count if closing else None, str(known[0].year)
        ),
        _("Number of members, and growth in the year; the axis does not begin at zero"),
        partial(shapes.days, values=values, marks=marks, texts=texts),
        Table(
            (_("Year"), _("First day"), _("Last day"), _("Change"), _("Growth")),
            tuple(_year_row(column) for column in known),
        ),
        size=size,
    )


def _year_row(column: YearColumn) -> Row:
    members = column.members
    return Row(
        str(column.year),
        (
            "–" if members.opening is None else format_count(members.opening.count),
            "–" if members.closing is None else format_count(members.closing.count),
            "–" if members.change is None else format_count(members.change, explicit_plus=True),
            "–" if column.growth is None else format_value(column.growth, Unit.PERCENT, explicit_plus=True),
        ),
        why(column.year.label, "members.growth"),
    )
