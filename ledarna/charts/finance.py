"""The charts of the association's money: what is drawn, in which unit, and where it leads to."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from itertools import accumulate
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from finance.analysis import GroupVariance, YearInMonths
from finance.forecast import Forecast, Point
from finance.presentation import format_month
from ledarna.charts import shapes
from ledarna.charts.chart import Chart, Row, Table, drawn, nothing
from ledarna.charts.look import ACCENT, INK, kronor, link
from ledarna.dates import month_of_year
from ledarna.presentation import format_column, format_kronor, format_whole_kronor
from ledarna.sentences import (
    forecast_title,
    liquidity_title,
    months_that_made_it,
    months_title,
    result_title,
    sentence_case,
    variance_course_title,
    variance_title,
)


def why(label: str, figure: str, **query: str) -> str:
    """The page that derives *figure* of the year *label*, at a month or a group of it."""
    address = reverse("figure", args=[label, figure])
    return f"{address}?{urlencode(query)}" if query else address


def _in_month(months: YearInMonths, figure: str, month: date) -> str:
    return why(months.year.label, figure, month=f"{month:%Y-%m}")


def _month_rows(months: YearInMonths, figure: str, columns: Sequence[Sequence[str]]) -> tuple[Row, ...]:
    """A table's row for each month, with its place in each of *columns*."""
    return tuple(
        Row(
            sentence_case(format_month(month, months.months)),
            tuple(column[index] for column in columns),
            _in_month(months, figure, month),
        )
        for index, month in enumerate(months.months)
    )


def _nothing_posted(key: str, title: str) -> Chart:
    return nothing(key, title, _("Nothing is posted in the fiscal year."))


def _no_variance(months: YearInMonths) -> str:
    if not months.has_budget:
        return _("No budget is in force for the fiscal year.")
    return _("The budget is for the whole year and cannot be divided over its months.")


# By group ------------------------------------------------------------------------------------------------


def variance_by_group(months: YearInMonths) -> Chart:
    """Where the variance comes from: a bar for each group, and their sum."""
    key, title = "variance", _("The result against the budget")
    if months.groups is None:
        return nothing(key, title, _no_variance(months))
    if not months.groups:
        return nothing(key, title, _("Nothing is posted or budgeted in the year yet."))
    figure = "finance.budget_variance"
    ordered: list[GroupVariance] = sorted(months.groups, key=lambda group: -group.better)
    total = sum(group.better for group in ordered)
    hrefs = [why(months.year.label, figure, group=group.group.key) for group in ordered]
    hrefs.append(why(months.year.label, figure))
    values: list[dict[str, Any]] = [
        {
            "name": name,
            "amount": kronor(better),
            "text": format_whole_kronor(better, explicit_plus=True),
            "says": f"{name}: {format_kronor(better, explicit_plus=True)}",
            "colour": colour,
            "href": link(href),
        }
        for name, better, colour, href in zip(
            [*(str(group.group.name) for group in ordered), _("Sum")],
            [*(group.better for group in ordered), total],
            [*(shapes.tone(group.better) for group in ordered), INK],
            hrefs,
            strict=True,
        )
    ]
    columns = [
        [*format_column(group.amount for group in ordered), ""],
        [*format_column(group.budget for group in ordered), ""],
        format_column([*(group.better for group in ordered), total], explicit_plus=True),
    ]
    return drawn(
        key,
        variance_title(ordered),
        _("Better or worse than the budget, kr. Sum %(sum)s")
        % {"sum": format_whole_kronor(total, explicit_plus=True)},
        partial(shapes.bars, values=values),
        Table(
            (_("Group"), _("Outcome"), _("Budget"), _("Better or worse")),
            tuple(
                Row(
                    value["name"],
                    tuple(column[index] for column in columns),
                    hrefs[index],
                    is_sum=index == len(ordered),
                )
                for index, value in enumerate(values)
            ),
        ),
    )


# By month ------------------------------------------------------------------------------------------------


def income_and_costs(months: YearInMonths) -> Chart:
    """Income and costs of each month, with what was budgeted."""
    key = "months"
    if not months.active_months:
        return _nothing_posted(key, _("Income and costs by month"))
    names = (_("Income"), _("Costs"))
    parts = (
        (names[0], months.income, months.budget_income, "finance.income"),
        (names[1], months.costs, months.budget_costs, "finance.costs"),
    )
    values: list[dict[str, Any]] = [
        {
            "place": month.isoformat(),
            "what": what,
            "amount": kronor(series[index]),
            **({} if budget is None else {"budget": kronor(budget[index])}),
            "says": f"{what}, {month_of_year(month)}: {format_kronor(series[index])}",
            "href": link(_in_month(months, figure, month)),
        }
        for index, month in enumerate(months.months)
        for what, series, budget, figure in parts
    ]
    budgets = [budget for _what, _series, budget, _figure in parts if budget is not None]
    head = [_("Month"), *names, _("Result")]
    columns = [format_column(series) for series in (months.income, months.costs, months.result)]
    if budgets:
        head += [_("Budgeted income"), _("Budgeted costs")]
        columns += [format_column(budget) for budget in budgets]
    drawn_amounts = [amount for series in (months.income, months.costs, *budgets) for amount in series]
    return drawn(
        key,
        months_title(months),
        _("Kr by month; line over the bar: budget") if budgets else _("Kr by month"),
        lambda size: shapes.pairs(size, shapes.month_axis(months.months, size), values, names, drawn_amounts),
        Table(tuple(head), _month_rows(months, "finance.result", columns)),
        notes=[_no_variance(months)] if months.has_budget and not budgets else [],
    )


def variance_course(months: YearInMonths) -> Chart:
    """The variance month by month and cumulated, and the months that made it."""
    key, title = "variance-course", _("The result against the budget, by month")
    if months.month_variances is None or months.cumulated_variance is None:
        return nothing(key, title, _no_variance(months))
    if not months.active_months:
        return _nothing_posted(key, title)
    betters = [month.better for month in months.month_variances]
    values = [
        {
            "place": month.isoformat(),
            "amount": kronor(better),
            "since": kronor(since),
            "colour": shapes.tone(better),
            "says": _("%(month)s: %(amount)s, since the year began %(since)s")
            % {
                "month": sentence_case(format_month(month, months.months)),
                "amount": format_kronor(better, explicit_plus=True),
                "since": format_kronor(since, explicit_plus=True),
            },
            "href": link(_in_month(months, "finance.budget_variance", month)),
        }
        for month, better, since in zip(months.months, betters, months.cumulated_variance, strict=True)
    ]
    return drawn(
        key,
        variance_course_title(months),
        _("Better or worse than the budget, kr. Bars: the month; line: since the year began"),
        partial(
            shapes.course,
            months=months.months,
            values=values,
            amounts=[*betters, *months.cumulated_variance],
        ),
        Table(
            (_("Month"), _("The month"), _("Since the year began")),
            _month_rows(
                months,
                "finance.budget_variance",
                [
                    format_column(series, explicit_plus=True)
                    for series in (betters, months.cumulated_variance)
                ],
            ),
        ),
        notes=months_that_made_it(months.month_variances),
    )


def result_course(months: YearInMonths, made: Forecast | None = None) -> Chart:
    """The result since the year began, beside what was budgeted: the budget of the net result.

    With a forecast it goes on to the year's end, with the band between which the end is expected.
    """
    key = "result-course"
    if not months.active_months:
        return _nothing_posted(key, _("The result since the year began"))
    made = made if made and made.points else None
    shown = months.year.months if made else list(months.months)
    courses: list[tuple[str, list[int | None]]] = [
        (_("Result"), _filled(months.cumulated_result, len(shown))),
        (_("Budget"), _budget_course(months, len(shown))),
    ]
    if made:
        courses.append((_("Forecast"), [*[None] * made.ended, *(point.expected for point in made.points)]))
        # The line of the forecast begins where that of the result ends.
        if made.ended:
            courses[-1][1][made.ended - 1] = made.posted
    names = [name for name, course in courses if any(amount is not None for amount in course)]
    bands = dict(zip(shown[made.ended :], made.points, strict=True)) if made else {}
    values: list[dict[str, Any]] = []
    for name, course in courses:
        for month, amount in zip(shown, course, strict=True):
            if amount is None:
                continue
            value = {
                "place": month.isoformat(),
                "what": name,
                "amount": kronor(amount),
                "says": _("%(what)s, %(month)s: %(amount)s")
                % {"what": name, "month": format_month(month, shown), "amount": format_kronor(amount)},
            }
            if name == courses[0][0]:
                value["href"] = link(_in_month(months, "finance.result", month))
            values.append(value)
    edges = [
        {"place": month.isoformat(), "low": kronor(point.low), "high": kronor(point.high)}
        for month, point in bands.items()
        if point.low is not None and point.high is not None
    ]
    if edges and made and made.ended:
        start = kronor(made.posted)
        edges.insert(0, {"place": shown[made.ended - 1].isoformat(), "low": start, "high": start})
    amounts = [amount for _name, course in courses for amount in course if amount is not None]
    amounts += [edge for point in bands.values() for edge in (point.low, point.high) if edge is not None]
    return drawn(
        key,
        forecast_title(made, months.year) if made else result_title(months),
        _("Result since the year began, kr; the band is what earlier years' months lead to expect")
        if edges
        else _("Result since the year began, kr"),
        partial(shapes.lines, months=shown, values=[*values, *edges], names=names, amounts=amounts),
        Table(
            (
                _("Month"),
                *(name for name, _course in courses),
                *([_("At least"), _("At most")] if edges else []),
            ),
            tuple(
                Row(
                    sentence_case(format_month(month, shown)),
                    cells,
                    _in_month(months, "finance.result", month) if index < len(months.months) else "",
                )
                for index, (month, cells) in enumerate(
                    zip(shown, _course_cells(shown, courses, bands, bool(edges)), strict=True)
                )
            ),
        ),
    )


def _filled(series: Sequence[int], length: int) -> list[int | None]:
    return [*series, *[None] * (length - len(series))]


def _course_cells(
    shown: Sequence[date],
    courses: Sequence[tuple[str, list[int | None]]],
    bands: Mapping[date, Point],
    has_band: bool,
) -> list[tuple[str, ...]]:
    """The cells of each month: its place in every course, and the edges of the band."""
    columns = [format_column(course) for _name, course in courses]
    if has_band:
        edges = [bands.get(month) for month in shown]
        columns += [
            format_column(point.low if point else None for point in edges),
            format_column(point.high if point else None for point in edges),
        ]
    return [tuple(column[index] for column in columns) for index in range(len(shown))]


def _budget_course(months: YearInMonths, length: int) -> list[int | None]:
    """The budgeted result since the year began; of a budget for the whole year only its last day is known."""
    if months.whole_budget is not None:
        return list(accumulate(months.whole_budget[:length]))
    unknown: list[int | None] = [None] * length
    if months.reaches_year_end:
        unknown[-1] = months.budget_of_year
    return unknown


def liquidity(months: YearInMonths) -> Chart:
    """Cash and bank at the end of each month."""
    key, title = "liquidity", _("Cash and bank by month")
    if not months.opening:
        return nothing(key, title, _("No opening balances were entered for the fiscal year."))
    if months.liquidity is None:
        return nothing(key, title, _("No account of cash or bank (19xx) is in use."))
    held = months.liquidity
    values = [
        {
            "place": month.isoformat(),
            "amount": kronor(amount),
            "colour": ACCENT,
            "says": f"{sentence_case(format_month(month, months.months))}: {format_kronor(amount)}",
            "href": link(_in_month(months, "finance.liquidity", month)),
        }
        for month, amount in zip(months.months, held, strict=True)
    ]
    return drawn(
        key,
        liquidity_title(months),
        _("Cash and bank at the end of the month, kr"),
        lambda size: shapes.by_place(size, shapes.month_axis(months.months, size), values, held),
        Table(
            (_("Month"), _("Cash and bank")),
            _month_rows(months, "finance.liquidity", [format_column(held)]),
        ),
    )
