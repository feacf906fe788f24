"""The charts of the association's money: what is drawn, in which unit, and where it leads to."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from finance.analysis import YearInMonths
from ledarna.charts.chart import Chart, Row, Table, nothing
from ledarna.charts.drawing import Spec
from ledarna.charts.look import (
    ACCENT,
    BAD,
    GOOD,
    INK,
    MUTED,
    NARROW,
    PAPER,
    QUIET,
    WIDE,
    Size,
    key,
    kronor,
    labels_by_value,
    link,
    specification,
    text_width,
)
from ledarna.dates import month_letter, month_name, month_of_year, month_short
from ledarna.presentation import format_column, format_kronor, format_whole_kronor
from ledarna.sentences import (
    liquidity_title,
    months_that_made_it,
    months_title,
    result_title,
    sentence_case,
    variance_course_title,
    variance_title,
)

BAR_STEP, BAR = 32, 18
"""The height of a line of bars, and of the bar in it."""


def why(label: str, figure: str, **query: str) -> str:
    """The page that derives *figure* of the year *label*, at a month or a group of it."""
    address = reverse("figure", args=[label, figure])
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else address


# By group ------------------------------------------------------------------------------------------------


def variance_by_group(months: YearInMonths) -> Chart:
    """Where the variance comes from: a bar for each group, and their sum."""
    chart_key = "variance"
    if months.groups is None:
        return nothing(chart_key, _("The result against the budget"), _no_variance(months))
    if not months.groups:
        return nothing(
            chart_key, _("The result against the budget"), _("Nothing is posted or budgeted in the year yet.")
        )
    label = months.year.label
    total = sum(group.better for group in months.groups)
    ordered = sorted(months.groups, key=lambda group: -group.better)
    values = [
        {
            "name": str(group.group.name),
            "better": kronor(group.better),
            "text": format_whole_kronor(group.better, explicit_plus=True),
            "says": f"{group.group.name}: {format_kronor(group.better, explicit_plus=True)}",
            "href": link(why(label, "finance.budget_variance", group=group.group.key)),
        }
        for group in ordered
    ]
    sum_value = {
        "name": _("Sum"),
        "better": kronor(total),
        "text": format_whole_kronor(total, explicit_plus=True),
        "says": f"{_('Sum')}: {format_kronor(total, explicit_plus=True)}",
        "href": link(why(label, "finance.budget_variance")),
        "is_sum": True,
    }
    amounts, budgets = (
        format_column(getattr(group, name) for group in ordered) for name in ("amount", "budget")
    )
    betters = format_column([*(group.better for group in ordered), total], explicit_plus=True)
    rows = [
        Row(
            str(group.group.name),
            (amount, budget, better),
            why(label, "finance.budget_variance", group=group.group.key),
        )
        for group, amount, budget, better in zip(ordered, amounts, budgets, betters, strict=False)
    ]
    rows.append(Row(_("Result"), ("", "", betters[-1]), why(label, "finance.budget_variance"), is_sum=True))
    return Chart(
        key=chart_key,
        title=variance_title(months.groups),
        subtitle=_("Better or worse than the budget, kr. Sum %(sum)s")
        % {"sum": format_whole_kronor(total, explicit_plus=True)},
        wide=_diverging(WIDE, [*values, sum_value]),
        narrow=_diverging(NARROW, [*values, sum_value]),
        table=Table((_("Group"), _("Outcome"), _("Budget"), _("Better or worse")), tuple(rows)),
    )


def _no_variance(months: YearInMonths) -> str:
    if not months.has_budget:
        return _("No budget is in force for the fiscal year.")
    return _("The budget is for the whole year and cannot be divided over its months.")


def _diverging(size: Size, values: Sequence[Mapping[str, Any]]) -> Spec:
    """Bars to both sides of zero with their amounts beside them; a value with ``is_sum`` stands out.

    The names stand beside the bars, on a telephone over them.
    """
    names = 0 if size.is_narrow else text_width(str(value["name"]) for value in values) + 8
    step, bar, drop = (46, 14, 8) if size.is_narrow else (BAR_STEP, BAR, 0)
    low, high = (limit(0.0, *(float(value["better"]) for value in values)) for limit in (min, max))
    # The amounts stand outside of the bars: leave room for the longest on each side that has bars.
    left, right = (
        text_width(str(value["text"]) for value in values if (value["better"] < 0) == negative) + 12
        for negative in (True, False)
    )
    room = max(size.width - names - (left if low < 0 else 0) - right, 1)
    scale = ((high - low) or 1.0) / room
    x: dict[str, Any] = {
        "field": "better",
        "type": "quantitative",
        "axis": None,
        "scale": {
            "domain": [low - (left * scale if low < 0 else 0), high + right * scale],
            "nice": False,
            "zero": False,
        },
    }
    y: dict[str, Any] = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "axis": None if size.is_narrow else {"labelColor": INK, "labelLimit": names},
    }
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "bar", "height": bar, "yOffset": drop},
            "encoding": {
                "y": y,
                "x": x,
                "color": {
                    "condition": [
                        {"test": "datum.is_sum", "value": INK},
                        {"test": "datum.better < 0", "value": BAD},
                    ],
                    "value": GOOD,
                },
                "href": {"field": "href"},
                "description": {"field": "says"},
            },
        },
        {"mark": {"type": "rule", "color": MUTED}, "encoding": {"x": {"datum": 0}}},
        *(
            {
                "transform": [{"filter": test}],
                "mark": {"type": "text", "align": align, "dx": 6 if align == "left" else -6, "dy": drop},
                "encoding": {"y": y, "x": x, "text": {"field": "text"}},
            }
            for test, align in (("datum.better >= 0", "left"), ("datum.better < 0", "right"))
        ),
    ]
    if size.is_narrow:
        # The names lie over the line of zero, on a ground of paper.
        for stroke in ({"stroke": PAPER, "strokeWidth": 6}, {}):
            layers.append(
                {
                    "mark": {"type": "text", "align": "left", "dy": -12, **stroke},
                    "encoding": {"y": y, "x": {"value": 0}, "text": {"field": "name"}},
                }
            )
    return specification(
        size,
        step * len(values),
        {"left": names, "right": 0, "top": 0, "bottom": 0},
        layers,
        data={"values": list(values)},
    )


# By month ------------------------------------------------------------------------------------------------


def month_axis(months: Sequence[date], size: Size) -> dict[str, Any]:
    """The axis of months: by their names, or by letters where it is narrow."""
    name = month_letter if size.is_narrow else month_short
    labels = {month.isoformat(): name(month) for month in months}
    return {
        "field": "month",
        "type": "ordinal",
        "sort": None,
        "axis": {"labelExpr": labels_by_value(labels), "labelAngle": 0, "grid": False},
    }


def amount_axis(amounts: Iterable[int]) -> tuple[dict[str, Any], int]:
    """The axis of amounts in kronor, and the room that its labels take."""
    largest = max((abs(amount) for amount in amounts), default=0)
    room = text_width([format_whole_kronor(-largest * 5 // 4)]) + 8
    return {"type": "quantitative", "axis": {"format": ",.0f", "tickCount": 4}}, room


def income_and_costs(months: YearInMonths) -> Chart:
    """Income and costs of each month, with what was budgeted."""
    chart_key = "months"
    if not months.active_months:
        return nothing(chart_key, _("Income and costs by month"), _("Nothing is posted in the fiscal year."))
    names = (_("Income"), _("Costs"))
    budgets = (months.budget_income, months.budget_costs)
    figures = ("finance.income", "finance.costs")
    values = [
        {
            "month": month.isoformat(),
            "what": what,
            "amount": kronor(series[index]),
            **({} if budget is None else {"budget": kronor(budget[index])}),
            "says": f"{what}, {month_of_year(month)}: {format_kronor(series[index])}",
            "href": link(why(months.year.label, figure, month=f"{month:%Y-%m}")),
        }
        for index, month in enumerate(months.months)
        for what, series, budget, figure in zip(
            names, (months.income, months.costs), budgets, figures, strict=True
        )
    ]
    everything = [*months.income, *months.costs, *(budgets[0] or ()), *(budgets[1] or ())]
    columns = [format_column(months.income), format_column(months.costs), format_column(months.result)]
    head = [_("Month"), _("Income"), _("Costs"), _("Result")]
    if budgets[0] is not None and budgets[1] is not None:
        head += [_("Budgeted income"), _("Budgeted costs")]
        columns += [format_column(budgets[0]), format_column(budgets[1])]
    return Chart(
        key=chart_key,
        title=months_title(months),
        subtitle=_("Kr by month; line over the bar: budget") if months.is_divided else _("Kr by month"),
        wide=_pairs_of_months(WIDE, months.months, values, names, everything),
        narrow=_pairs_of_months(NARROW, months.months, values, names, everything),
        table=Table(
            tuple(head),
            tuple(
                Row(
                    sentence_case(month_name(month)),
                    tuple(column[index] for column in columns),
                    why(months.year.label, "finance.result", month=f"{month:%Y-%m}"),
                )
                for index, month in enumerate(months.months)
            ),
        ),
        notes=()
        if months.is_divided or not months.has_budget
        else (_("The budget is for the whole year and cannot be divided over its months."),),
    )


def _pairs_of_months(
    size: Size,
    months: Sequence[date],
    values: Sequence[Mapping[str, Any]],
    names: tuple[str, str],
    amounts: Sequence[int],
) -> Spec:
    axis, room = amount_axis(amounts)
    x = month_axis(months, size)
    offset = {"field": "what", "sort": None}
    # Quiet bars have an edge, so that they can be told from the paper.
    edge = {"expr": f"datum.what === {names[1]!r} && datum.amount ? 1 : 0"}
    budget = {
        "transform": [{"filter": "isValid(datum.budget)"}],
        "encoding": {"x": x, "xOffset": offset, "y": {**axis, "field": "budget"}},
    }
    return specification(
        size,
        170 if size.is_narrow else 240,
        {"left": room, "right": 4, "top": 34, "bottom": 26},
        [
            {
                "mark": {"type": "bar", "stroke": MUTED, "strokeWidth": edge},
                "encoding": {
                    "x": x,
                    "xOffset": offset,
                    "y": {**axis, "field": "amount"},
                    "color": key(names, (ACCENT, QUIET)),
                    "href": {"field": "href"},
                    "description": {"field": "says"},
                },
            },
            # The budget's line can be seen on every bar by its edges of paper.
            {**budget, "mark": {"type": "tick", "color": PAPER, "thickness": 5}},
            {**budget, "mark": {"type": "tick"}},
        ],
        data={"values": list(values)},
    )


# Since the year began --------------------------------------------------------------------------------------


def variance_course(months: YearInMonths) -> Chart:
    """The variance month by month and cumulated, and the months that made it."""
    chart_key, title = "variance-course", _("The result against the budget, by month")
    if months.month_variances is None or months.cumulated_variance is None:
        return nothing(chart_key, title, _no_variance(months))
    if not months.active_months:
        return nothing(chart_key, title, _("Nothing is posted in the fiscal year."))
    label = months.year.label
    values = [
        {
            "month": month.month.isoformat(),
            "better": kronor(month.better),
            "since": kronor(since),
            "what": _("The month"),
            "says": _("%(month)s: %(amount)s, since the year began %(since)s")
            % {
                "month": sentence_case(month_name(month.month)),
                "amount": format_kronor(month.better, explicit_plus=True),
                "since": format_kronor(since, explicit_plus=True),
            },
            "href": link(why(label, "finance.budget_variance", month=f"{month.month:%Y-%m}")),
        }
        for month, since in zip(months.month_variances, months.cumulated_variance, strict=True)
    ]
    amounts = [*months.cumulated_variance, *(month.better for month in months.month_variances)]
    betters = format_column((month.better for month in months.month_variances), explicit_plus=True)
    since_start = format_column(months.cumulated_variance, explicit_plus=True)
    return Chart(
        key=chart_key,
        title=variance_course_title(months),
        subtitle=_("Better or worse than the budget, kr. Bars: the month; line: since the year began"),
        wide=_course(WIDE, months.months, values, amounts),
        narrow=_course(NARROW, months.months, values, amounts),
        table=Table(
            (_("Month"), _("The month"), _("Since the year began")),
            tuple(
                Row(
                    sentence_case(month_name(month.month)),
                    (betters[index], since_start[index]),
                    why(label, "finance.budget_variance", month=f"{month.month:%Y-%m}"),
                )
                for index, month in enumerate(months.month_variances)
            ),
        ),
        notes=months_that_made_it(months.month_variances),
    )


def _course(
    size: Size, months: Sequence[date], values: Sequence[Mapping[str, Any]], amounts: Sequence[int]
) -> Spec:
    axis, room = amount_axis(amounts)
    axis["axis"] = {
        **axis["axis"],
        "format": "+,.0f",
        "labelExpr": "datum.value === 0 ? '0' : datum.label",
    }
    x = month_axis(months, size)
    return specification(
        size,
        170 if size.is_narrow else 220,
        {"left": room, "right": 8, "top": 10, "bottom": 26},
        [
            {
                "mark": {"type": "bar", "width": {"band": 0.5}},
                "encoding": {
                    "x": x,
                    "y": {**axis, "field": "better"},
                    "color": {"condition": {"test": "datum.better < 0", "value": BAD}, "value": GOOD},
                    "href": {"field": "href"},
                    "description": {"field": "says"},
                },
            },
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "line", "color": INK, "strokeWidth": 2, "aria": False},
                "encoding": {"x": x, "y": {**axis, "field": "since"}},
            },
        ],
        data={"values": list(values)},
    )


def result_course(months: YearInMonths) -> Chart:
    """The result since the year began, beside what was budgeted: the budget of the net result."""
    chart_key = "result-course"
    if not months.active_months:
        return nothing(
            chart_key, _("The result since the year began"), _("Nothing is posted in the fiscal year.")
        )
    label = months.year.label
    names = (_("Result"), _("Budget"))
    budget = months.cumulated_budget
    values = [
        {
            "month": month.isoformat(),
            "what": names[0],
            "amount": kronor(amount),
            "says": f"{sentence_case(month_name(month))}: {format_kronor(amount)}",
            "href": link(why(label, "finance.result", month=f"{month:%Y-%m}")),
        }
        for month, amount in zip(months.months, months.cumulated_result, strict=True)
    ]
    drawn = list(months.cumulated_result)
    if budget is not None:
        drawn += budget
        values += [
            {
                "month": month.isoformat(),
                "what": names[1],
                "amount": kronor(amount),
                "says": _("Budget, %(month)s: %(amount)s")
                % {"month": month_name(month), "amount": format_kronor(amount)},
            }
            for month, amount in zip(months.months, budget, strict=True)
        ]
    elif months.budget_of_year is not None and months.reaches_year_end:
        drawn.append(months.budget_of_year)
        values.append(
            {
                "month": months.months[-1].isoformat(),
                "what": names[1],
                "amount": kronor(months.budget_of_year),
                "says": _("Budget of the year: %(amount)s")
                % {"amount": format_kronor(months.budget_of_year)},
            }
        )
    results = format_column(months.cumulated_result)
    budgets = format_column(budget or [None] * len(months.months))
    return Chart(
        key=chart_key,
        title=result_title(months),
        subtitle=_("Result since the year began, kr"),
        wide=_lines(WIDE, months.months, values, names, drawn),
        narrow=_lines(NARROW, months.months, values, names, drawn),
        table=Table(
            (_("Month"), *names),
            tuple(
                Row(
                    sentence_case(month_name(month)),
                    (results[index], budgets[index]),
                    why(label, "finance.result", month=f"{month:%Y-%m}"),
                )
                for index, month in enumerate(months.months)
            ),
        ),
    )


def _lines(
    size: Size,
    months: Sequence[date],
    values: Sequence[Mapping[str, Any]],
    names: tuple[str, str],
    amounts: Sequence[int],
) -> Spec:
    axis, room = amount_axis(amounts)
    x = month_axis(months, size)
    colour = key(names, (ACCENT, MUTED), symbolType="stroke", symbolStrokeWidth=2)
    return specification(
        size,
        170 if size.is_narrow else 220,
        {"left": room, "right": 8, "top": 34, "bottom": 26},
        [
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"y": {"datum": 0}}},
            {
                "mark": {"type": "line", "strokeWidth": 2, "aria": False},
                "encoding": {
                    "x": x,
                    "y": {**axis, "field": "amount"},
                    "color": colour,
                    "strokeDash": {
                        "field": "what",
                        "scale": {"domain": list(names), "range": [[1, 0], [5, 4]]},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": {**axis, "field": "amount"},
                    "color": colour,
                    "href": {"field": "href"},
                    "description": {"field": "says"},
                },
            },
        ],
        data={"values": list(values)},
    )


def liquidity(months: YearInMonths) -> Chart:
    """Cash and bank at the end of each month."""
    chart_key, title = "liquidity", _("Cash and bank by month")
    if not months.opening:
        return nothing(chart_key, title, _("No opening balances were entered for the fiscal year."))
    if months.liquidity is None:
        return nothing(chart_key, title, _("No account of cash or bank (19xx) is in use."))
    values = [
        {
            "month": month.isoformat(),
            "amount": kronor(amount),
            "says": f"{sentence_case(month_name(month))}: {format_kronor(amount)}",
            "href": link(why(months.year.label, "finance.liquidity", month=f"{month:%Y-%m}")),
        }
        for month, amount in zip(months.months, months.liquidity, strict=True)
    ]
    column = format_column(months.liquidity)
    return Chart(
        key=chart_key,
        title=liquidity_title(months),
        subtitle=_("Cash and bank at the end of the month, kr"),
        wide=_columns_of_months(WIDE, months.months, values, months.liquidity),
        narrow=_columns_of_months(NARROW, months.months, values, months.liquidity),
        table=Table(
            (_("Month"), _("Cash and bank")),
            tuple(
                Row(
                    sentence_case(month_name(month)),
                    (column[index],),
                    why(months.year.label, "finance.liquidity", month=f"{month:%Y-%m}"),
                )
                for index, month in enumerate(months.months)
            ),
        ),
    )


def _columns_of_months(
    size: Size, months: Sequence[date], values: Sequence[Mapping[str, Any]], amounts: Sequence[int]
) -> Spec:
    axis, room = amount_axis(amounts)
    return specification(
        size,
        150 if size.is_narrow else 180,
        {"left": room, "right": 4, "top": 10, "bottom": 26},
        [
            {
                "mark": {"type": "bar", "width": {"band": 0.6}, "color": ACCENT},
                "encoding": {
                    "x": month_axis(months, size),
                    "y": {**axis, "field": "amount"},
                    "href": {"field": "href"},
                    "description": {"field": "says"},
                },
            }
        ],
        data={"values": list(values)},
    )
