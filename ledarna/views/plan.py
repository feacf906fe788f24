"""The plan: its goals, the activities of the year under them, what became of each and what it cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from board.figures import GoalYear, PlanYear, plan_year
from board.models import Activity, PlanPeriod
from finance.models import FiscalYear
from ledarna.exports import list_file
from ledarna.figures import figures_of
from ledarna.listings import activities_table
from ledarna.markdown import html_of
from ledarna.plan import Spending, spending_of
from ledarna.roles import Area, Level, may, sees
from ledarna.sentences import progress_sentence
from ledarna.story import own_figures
from ledarna.views.page import page_of_year, year_links

FIGURES = ("board.activities", "board.activities_done")


@dataclass(frozen=True)
class ActivityLine:
    """An activity as its row shows it; ``spending`` is empty where it names no place in the books."""

    activity: Activity
    outcome: SafeString
    spending: Spending

    @property
    def notes(self) -> list[str]:
        """What is to be said of it beside its outcome."""
        reasons = (self.activity.reason, self.spending.reason, self.activity.note)
        return [reason for reason in reasons if reason]


@dataclass(frozen=True)
class GoalPart:
    """A goal as the page shows it: its text, how far it has come in words, and its activities."""

    goal: GoalYear
    text: SafeString
    said: str
    lines: list[ActivityLine]


@dataclass(frozen=True)
class PeriodPart:
    """A period of the plan with its goals."""

    period: PlanPeriod
    goals: list[GoalPart]


class FollowUpForm(forms.ModelForm):
    """What became of an activity."""

    class Meta:
        model = Activity
        fields = ["state", "reason", "outcome"]
        widgets = {"outcome": forms.Textarea(attrs={"rows": 6})}


def follows_up(user: Any) -> bool:
    """Whether *user* says what became of the activities: who enters meetings, or keeps the books."""
    return may(user, Area.MEETINGS, Level.ENTER) or may(user, Area.BOOKS, Level.ENTER)


def activity_lines(activities: Iterable[Activity], spending: Mapping[int, Spending]) -> list[ActivityLine]:
    """*activities* with what they cost."""
    return [
        ActivityLine(
            activity,
            html_of(activity.outcome),
            spending.get(activity.pk, Spending()),
        )
        for activity in activities
    ]


def period_parts(plan: PlanYear, spending: Mapping[int, Spending]) -> list[PeriodPart]:
    """The periods of *plan* as the page shows them."""
    return [
        PeriodPart(
            period,
            [
                GoalPart(
                    goal,
                    html_of(goal.goal.text),
                    progress_sentence(goal.progress),
                    activity_lines(goal.of_year, spending),
                )
                for goal in goals
            ],
        )
        for period, goals in plan.periods
    ]


@require_http_methods(["GET", "HEAD"])
@sees(Area.MEETINGS)
def plan_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The goals of the plan that the year is part of, with the year's activities and their money."""
    year = get_object_or_404(FiscalYear, label=label)
    plan = plan_year(year.start, year.end)
    sees_money = may(request.user, Area.DASHBOARDS)
    spending = spending_of(year, plan.of_year) if sees_money else {}
    if taken := list_file(request, year, {"activities": lambda: activities_table(plan.of_year, spending)}):
        return taken
    has_responsible = any(activity.responsible for activity in plan.of_year)
    return page_of_year(
        request,
        year,
        "plan",
        {
            "years": year_links(year, "plan"),
            "lead": progress_sentence(plan.progress) if plan.progress.entered else "",
            "figures": own_figures(figures_of(year), FIGURES, linked=sees_money),
            "periods": period_parts(plan, spending),
            "without_goal": activity_lines(plan.without_goal, spending),
            "has_activities": bool(plan.of_year),
            "has_responsible": has_responsible,
            "has_money": bool(spending),
            "columns": 2 + has_responsible + 2 * bool(spending),
            "has_ore": any(
                amount and amount % 100
                for found in spending.values()
                for amount in (found.budget, found.spent)
            ),
            "follows_up": follows_up(request.user),
        },
        here="meetings",
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.MEETINGS)
def activity_page(request: HttpRequest, label: str, pk: int) -> HttpResponse:
    """What became of an activity: its state and its outcome, as the secretary or the treasurer says."""
    if not follows_up(request.user):
        raise PermissionDenied
    year = get_object_or_404(FiscalYear, label=label)
    activity = get_object_or_404(
        Activity.objects.of_year(year.start, year.end).select_related("goal__period", "responsible"), pk=pk
    )
    form = FollowUpForm(request.POST or None, instance=activity)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("“%(activity)s” is saved.") % {"activity": activity})
        return redirect(f"{reverse('plan', args=[year.label])}#activity-{activity.pk}")
    return page_of_year(request, year, "activity", {"activity": activity, "form": form}, here="meetings")
