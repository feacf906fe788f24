"""Sentences derived from figures: what happened, and what made it so. Arithmetic only, never a guess.

Each function takes frozen figures and gives one sentence, in the reader's language; a chart's title is
such a sentence without a full stop. What made a difference is named by its size in the direction of
the sum, so that the cause never points the other way than what it explains.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from finance.analysis import GroupVariance, MonthVariance, YearInMonths
from finance.models.accounts import Kind
from ledarna.dates import listed, month_name
from ledarna.presentation import format_decimal_number, format_kronor

CAUSES_NAMED = 2
"""At most so many causes are named."""

CAUSE_AT_LEAST = Decimal("0.25")
"""A further cause is named when it is at least this share of the first."""


def sentence_case(text: str) -> str:
    """*text* with a capital first letter."""
    return text[:1].upper() + text[1:]


# The result against the budget -----------------------------------------------------------------------


def main_causes(groups: Sequence[GroupVariance]) -> list[GroupVariance]:
    """The groups that made the sum what it is: the largest in its direction, at most two."""
    total = sum(group.better for group in groups)
    if total == 0:
        return []
    helped = sorted(
        (group for group in groups if group.better * total > 0), key=lambda group: -abs(group.better)
    )
    return [
        group
        for group in helped[:CAUSES_NAMED]
        if abs(group.better) >= CAUSE_AT_LEAST * abs(helped[0].better)
    ]


def cause(group: GroupVariance) -> str:
    """What happened with a group, as a clause: ``meetings and travel cost 64 310 kr less``."""
    names = {"group": group.group.name_in_sentence, "amount": format_kronor(abs(group.amount - group.budget))}
    if group.group.kind == Kind.COST:
        if group.amount > group.budget:
            return _("%(group)s cost %(amount)s more") % names
        return _("%(group)s cost %(amount)s less") % names
    if group.group.kind == Kind.INCOME:
        if group.amount > group.budget:
            return _("%(group)s brought in %(amount)s more") % names
        return _("%(group)s brought in %(amount)s less") % names
    if group.better > 0:
        return _("%(group)s came out %(amount)s better") % names
    return _("%(group)s came out %(amount)s worse") % names


def result_against_budget(months: YearInMonths) -> str | None:
    """The lead sentence of the year; None where the variance cannot be derived."""
    if months.groups is None:
        return None
    total = sum(group.better for group in months.groups)
    because = listed([cause(group) for group in main_causes(months.groups)])
    if total > 0:
        return _("The result is %(amount)s better than the budget, mostly because %(because)s.") % {
            "amount": format_kronor(total),
            "because": because,
        }
    if total < 0:
        return _("The result is %(amount)s worse than the budget, mostly because %(because)s.") % {
            "amount": format_kronor(-total),
            "because": because,
        }
    return _("The result is as budgeted, to the krona.") if months.groups else None


def variance_title(groups: Sequence[GroupVariance]) -> str:
    """Which groups made the difference against the budget."""
    causes = main_causes(groups)
    if causes:
        names = listed([group.group.name_in_sentence for group in causes])
        return sentence_case(_("%(groups)s made the difference against the budget") % {"groups": names})
    if any(group.better for group in groups):
        return _("Better and worse than the budget evened out")
    return _("Everything came out as budgeted")


def variance_course_title(months: YearInMonths) -> str:
    """Since which month the result has been ahead of the budget, or behind it."""
    course = months.cumulated_variance
    assert course is not None
    if not course or course[-1] == 0:
        return _("The result is where the budget has it")
    ahead = course[-1] > 0
    first = len(course) - 1
    while first > 0 and course[first - 1] * course[-1] > 0:
        first -= 1
    if first == 0:
        if ahead:
            return _("The result was ahead of the budget all the time")
        return _("The result was behind the budget all the time")
    month = {"month": month_name(months.months[first])}
    if ahead:
        return _("From %(month)s on the result was ahead of the budget") % month
    return _("From %(month)s on the result was behind the budget") % month


def months_that_made_it(months: Sequence[MonthVariance], count: int = 3) -> list[str]:
    """The months that moved the variance most, each with the group that did it there; largest first."""
    largest = sorted((month for month in months if month.better), key=lambda month: -abs(month.better))
    sentences = []
    for month in largest[:count]:
        causes = main_causes(month.groups)
        amount = format_kronor(month.better, explicit_plus=True)
        name = sentence_case(month_name(month.month))
        sentences.append(
            _("%(month)s: %(amount)s, mostly because %(because)s.")
            % {"month": name, "amount": amount, "because": cause(causes[0])}
        )
    return sentences


def result_title(months: YearInMonths) -> str:
    """How the result stands against the budget at the end of what is drawn."""
    result = months.cumulated_result[-1] if months.cumulated_result else 0
    budget = months.budget_of_year if months.reaches_year_end else (months.cumulated_budget or (None,))[-1]
    if budget is None:
        return _("The result is %(amount)s") % {"amount": format_kronor(result)}
    gap = result - budget
    if gap > 0:
        return _("The result is %(amount)s better than the budget") % {"amount": format_kronor(gap)}
    if gap < 0:
        return _("The result is %(amount)s worse than the budget") % {"amount": format_kronor(-gap)}
    return _("The result is as budgeted")


# The year by month --------------------------------------------------------------------------------------


def months_title(months: YearInMonths) -> str:
    """How often costs lay above income."""
    active = months.active_months
    if len(active) == 1:
        return _("All income and costs are posted in %(month)s") % {"month": month_name(active[0])}
    pairs = [
        (income, costs)
        for month, income, costs in zip(months.months, months.income, months.costs, strict=True)
        if month in active
    ]
    above = sum(costs > income for income, costs in pairs)
    if above == 0:
        return _("Income covered the costs in every month")
    if above == len(pairs):
        return _("Costs lay above income in every month")
    return _("Costs lay above income in %(above)d of %(months)d months") % {
        "above": above,
        "months": len(pairs),
    }


def liquidity_title(months: YearInMonths) -> str:
    """How many months of costs cash and bank are enough for, at the pace of the year so far."""
    assert months.liquidity is not None
    held, costs = months.liquidity[-1], sum(months.costs)
    if costs <= 0:
        return _("Cash and bank are %(amount)s") % {"amount": format_kronor(held)}
    if held <= 0:
        return _("Cash and bank are used up")
    enough = (Decimal(held) * len(months.months) / costs).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return _("Cash and bank cover %(months)s months of costs") % {"months": format_decimal_number(enough)}
