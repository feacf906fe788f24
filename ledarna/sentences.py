"""Sentences derived from figures: what happened, and what made it so. Arithmetic only, never a guess.

Each function takes frozen figures and gives one sentence, in the reader's language; a chart's title is
such a sentence without a full stop. What made a difference is named by its size in the direction of
the sum, so that the cause never points the other way than what it explains.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from board.figures import Progress
from finance.analysis import GroupVariance, MonthVariance, YearInMonths, YearSummary
from finance.forecast import Forecast
from finance.models import FiscalYear
from finance.models.accounts import Kind
from finance.presentation import format_count, format_month
from ledarna.dates import listed
from ledarna.presentation import format_decimal_number, format_kronor, format_value
from members.figures import ChannelYear, Miscount
from members.forecast import Forecast as MembersForecast
from members.models import ChannelFigure, MemberCount

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
    if group.group.kind == Kind.COST and group.group.is_the_rest:
        # “Other costs cost less” is said of nothing; they are lower.
        if group.amount > group.budget:
            return _("%(group)s were %(amount)s higher") % names
        return _("%(group)s were %(amount)s lower") % names
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


def _groups_listed(names: Sequence[str]) -> str:
    """*names* in a sentence, kept apart where one is a pair itself: ``grants as well as meetings and travel``."""
    if len(names) > 1 and any(f" {_('and')} " in name for name in names):
        return _("%(first)s as well as %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}
    return listed(names)


def variance_title(groups: Sequence[GroupVariance]) -> str:
    """Which groups made the difference against the budget."""
    causes = main_causes(groups)
    if causes:
        names = _groups_listed([group.group.name_in_sentence for group in causes])
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
    month = {"month": format_month(months.months[first], months.months)}
    if ahead:
        return _("From %(month)s on the result was ahead of the budget") % month
    return _("From %(month)s on the result was behind the budget") % month


def months_that_made_it(months: Sequence[MonthVariance], count: int = 3) -> list[str]:
    """The months that moved the variance most, each with the group that did it there; largest first."""
    largest = sorted((month for month in months if month.better), key=lambda month: -abs(month.better))
    all_months = [month.month for month in months]
    sentences = []
    for month in largest[:count]:
        causes = main_causes(month.groups)
        amount = format_kronor(month.better, explicit_plus=True)
        name = sentence_case(format_month(month.month, all_months))
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


def forecast_title(made: Forecast, year: FiscalYear) -> str:
    """What the year's end is expected to be, said as a forecast."""
    return _("Forecast: a result of about %(amount)s when %(year)s ends") % {
        "amount": format_kronor(made.at_end.expected),
        "year": year,
    }


def forecast_sentences(made: Forecast, months: YearInMonths) -> list[str]:
    """How the forecast is made, with its numbers: what is posted, what is budgeted, what earlier years say."""
    end = made.at_end
    sentences = [
        _(
            "%(posted)s is posted through the months that have ended, and %(budget)s is budgeted for those to come."
        )
        % {"posted": format_kronor(made.posted), "budget": format_kronor(made.remaining_budget)}
    ]
    if made.evens_out:
        sentences.append(
            _(
                "Of what stands against the budget so far, %(amount)s is expected to even out, as in the years before."
            )
            % {"amount": format_kronor(made.evens_out, explicit_plus=True)}
        )
    if end.low is None or end.high is None:
        sentences.append(_("There is no earlier year with a budget by month, so the forecast has no band."))
    else:
        sentences.append(
            ngettext(
                "The band reaches from %(low)s to %(high)s, after how %(years)d earlier year kept its budget in the same months.",
                "The band reaches from %(low)s to %(high)s, after how %(years)d earlier years kept their budgets in the same months.",
                made.years,
            )
            % {"low": format_kronor(end.low), "high": format_kronor(end.high), "years": made.years}
        )
    if months.budget_of_year is not None:
        gap = end.expected - months.budget_of_year
        sentences.append(
            _("That is %(amount)s from the budgeted result.")
            % {"amount": format_kronor(gap, explicit_plus=True)}
        )
    sentences.append(_("It is a forecast: nothing of it is posted, and nothing is decided."))
    return sentences


# The year by month --------------------------------------------------------------------------------------


def months_title(months: YearInMonths) -> str:
    """How often costs lay above income."""
    active = months.active_months
    if len(active) == 1:
        return _("All income and costs are posted in %(month)s") % {
            "month": format_month(active[0], months.months)
        }
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


# The years -------------------------------------------------------------------------------------------------


def equity_title(amounts: Sequence[int]) -> str:
    """How equity moved from the first of *amounts* to the last."""
    change = amounts[-1] - amounts[0]
    words = {"change": format_kronor(abs(change)), "equity": format_kronor(amounts[-1])}
    if change > 0:
        return _("Equity grew by %(change)s to %(equity)s") % words
    if change < 0:
        return _("Equity fell by %(change)s to %(equity)s") % words
    return _("Equity stayed at %(equity)s") % words


def years_title(years: Sequence[YearSummary]) -> str:
    """In how many of *years* the result was a loss."""
    losses = sum((year.result or 0) < 0 for year in years)
    if len(years) == 1:
        return _("The year gave a deficit") if losses else _("The year gave no deficit")
    if losses == 0:
        return _("No year gave a deficit")
    if losses == len(years):
        return _("Every year gave a deficit")
    return ngettext(
        "%(losses)d of %(years)d years gave a deficit", "%(losses)d of %(years)d years gave a deficit", losses
    ) % {"losses": losses, "years": len(years)}


def digital_title(digital: int, held: int) -> str:
    """How many of the board's meetings were digital."""
    return ngettext(
        "%(digital)d of %(held)d board meetings was digital",
        "%(digital)d of %(held)d board meetings were digital",
        digital,
    ) % {"digital": digital, "held": held}


def _more_or_fewer(change: int) -> str:
    number = {"number": format_count(abs(change))}
    if change > 0:
        return ngettext("%(number)s more member", "%(number)s more members", change) % number
    return ngettext("%(number)s fewer member", "%(number)s fewer members", -change) % number


def members_title(opening: int | None, closing: int | None) -> str:
    """How many members more or fewer the year ended with; how many there are where that is unknown."""
    if opening is None or closing is None:
        number = closing if closing is not None else opening or 0
        return ngettext("%(number)s member", "%(number)s members", number) % {"number": format_count(number)}
    if opening == closing:
        return _("As many members as when the year began")
    return _more_or_fewer(closing - opening)


def years_of_members_title(opening: int | None, closing: int | None, since: str) -> str:
    """How many members more or fewer there are since the year *since* began."""
    if opening is None or closing is None or opening == closing:
        return members_title(opening, closing)
    return _("%(change)s since %(year)s began") % {"change": _more_or_fewer(closing - opening), "year": since}


def members_course_title(latest: MemberCount, year_before: MemberCount | None) -> str:
    """How many members more or fewer than at the same point of the year before."""
    if year_before is None:
        return members_title(None, latest.count)
    if year_before.count == latest.count:
        return _("As many members as at the same time the year before")
    return _("%(change)s than at the same time the year before") % {
        "change": _more_or_fewer(latest.count - year_before.count)
    }


def members_forecast_title(made: MembersForecast, year: FiscalYear) -> str:
    """What the year's last count is expected to be, said as a forecast."""
    return _("Forecast: about %(count)s members when %(year)s ends") % {
        "count": format_count(made.expected),
        "year": year,
    }


def members_forecast_sentences(made: MembersForecast) -> list[str]:
    """How the forecast is made, and that it is one."""
    return [
        ngettext(
            "The latest count, %(count)s, is taken on as how %(years)d earlier year went on from the same time of the year.",
            "The latest count, %(count)s, is taken on as how %(years)d earlier years went on from the same time of the year, on the average.",
            made.years,
        )
        % {"count": format_count(made.counted), "years": made.years},
        _(
            "The band reaches from %(low)s to %(high)s, after how far the same reckoning would have missed in those years."
        )
        % {"low": format_count(made.low), "high": format_count(made.high)},
        _("It is a forecast: nobody has counted it."),
    ]


def miscount_sentence(found: Miscount) -> str:
    """What of a count does not add up: with those who joined and left, or with its sections."""
    count, derived = format_count(found.count.count), format_count(found.derived)
    if found.before is None:
        return _("The sections add up to %(derived)s, and the count of %(day)s is %(count)s.") % {
            "derived": derived,
            "day": found.count.date,
            "count": count,
        }
    return _(
        "%(before)s on %(earlier)s + %(joined)s joined − %(left)s left is %(derived)s, and the count of %(day)s is %(count)s."
    ) % {
        "before": format_count(found.before.count),
        "earlier": found.before.date,
        "joined": format_count(found.count.joined or 0),
        "left": format_count(found.count.left or 0),
        "derived": derived,
        "day": found.count.date,
        "count": count,
    }


def channel_goal_sentence(figure: ChannelFigure) -> str:
    """How a channel's figure stands to its goal; nothing where it has none."""
    channel = figure.channel
    if channel.goal_value is None or channel.goal_date is None:
        return ""
    words = {
        "goal": format_count(channel.goal_value),
        "day": channel.goal_date,
        "left": format_count(channel.goal_value - figure.value),
    }
    if figure.value >= channel.goal_value:
        return _("The goal of %(goal)s by %(day)s is reached.") % words
    return _("Goal: %(goal)s by %(day)s; %(left)s are left.") % words


def channels_title(channels: Sequence[ChannelYear]) -> str:
    """Which channel grew most, of those whose year before can be derived."""
    growths = {
        channel.figure.channel.local_name: Decimal(channel.figure.value - channel.previous)
        * 100
        / channel.previous
        for channel in channels
        if channel.previous
    }
    if not growths:
        return _("What the channels reached")
    name, growth = max(growths.items(), key=lambda item: item[1])
    if growth <= 0:
        return _("No channel grew")
    return _("%(channel)s grew most: %(growth)s") % {
        "channel": name,
        "growth": format_value(growth, "percent", explicit_plus=True),
    }


# The plan ----------------------------------------------------------------------------------------------------


def progress_sentence(progress: Progress) -> str:
    """How far activities have come: how many of those that are not dropped are done, and what of the others."""
    if not progress.entered:
        return _("No activity has been entered.")
    if not progress.counted:
        return _("Every activity was dropped.")
    said = ngettext(
        "%(done)s of %(counted)s activity is done",
        "%(done)s of %(counted)s activities are done",
        progress.counted,
    ) % {"done": format_count(progress.done), "counted": format_count(progress.counted)}
    others = [
        ngettext("%(number)s is going on", "%(number)s are going on", progress.going)
        % {"number": format_count(progress.going)}
        if progress.going
        else "",
        ngettext("%(number)s was dropped", "%(number)s were dropped", progress.dropped)
        % {"number": format_count(progress.dropped)}
        if progress.dropped
        else "",
    ]
    return f"{', '.join([said, *filter(None, others)])}."
