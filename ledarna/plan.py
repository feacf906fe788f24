"""Joining the books and the plan: what was budgeted for an activity, and what was spent on it.

``board`` keeps the number of an account and the code of a project as they were written; ``finance`` has
the accounts and the projects. Neither knows the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from board.models import Activity
from finance.models import Account, BudgetLine, FiscalYear, Project
from finance.models.accounts import Kind
from finance.money import to_ore
from finance.sums import posted_sums

Place = tuple[int, int | None]
"""The keys of an account of costs and of a project, None for what belongs to none."""


@dataclass(frozen=True)
class Spending:
    """The costs of an activity in öre; None where nothing names its place in the books, or ``reason`` says why.

    Several activities may name the same account or project: each shows all that is there.
    """

    budget: int | None = None
    spent: int | None = None
    reason: str = ""

    @property
    def left(self) -> int | None:
        """What of the budget is left; negative where more was spent."""
        return None if self.budget is None or self.spent is None else self.budget - self.spent


def spending_of(year: FiscalYear, activities: Iterable[Activity]) -> dict[int, Spending]:
    """What *activities* were to cost and did cost in *year*, by their keys. Four queries, or none.

    Costs are counted on the accounts 4xxx–7xxx: those of the account, of the project, or of the project
    on the account where an activity names both. The budget is the whole year's, of the one in force.
    """
    placed = [activity for activity in activities if activity.account_number or activity.project_code]
    if not placed:
        return {}
    accounts = dict(Account.objects.filter(kind=Kind.COST).values_list("number", "pk"))
    projects = dict(Project.objects.values_list("code", "pk"))
    costs = set(accounts.values())
    spent = {
        (account, project): ore
        for (account, project), ore in posted_sums(year, ("account", "project")).items()
        if account in costs
    }
    budget: dict[Place, int] = {}
    for line in BudgetLine.objects.filter(
        budget__fiscal_year=year, budget__in_force=True, account__kind=Kind.COST
    ):
        place = (line.account_id, line.project_id)
        budget[place] = budget.get(place, 0) + to_ore(line.amount)
    return {activity.pk: _spending(activity, accounts, projects, budget, spent) for activity in placed}


def _spending(
    activity: Activity,
    accounts: Mapping[str, int],
    projects: Mapping[str, int],
    budget: Mapping[Place, int],
    spent: Mapping[Place, int],
) -> Spending:
    number = str(activity.account_number or "")
    if number and number not in accounts:
        return Spending(reason=_("There is no account of costs %(number)s.") % {"number": number})
    if activity.project_code and activity.project_code not in projects:
        return Spending(reason=_("There is no project “%(code)s”.") % {"code": activity.project_code})
    account, project = accounts.get(number), projects.get(activity.project_code)

    def total(amounts: Mapping[Place, int]) -> int | None:
        found = [
            ore
            for (of_account, of_project), ore in amounts.items()
            if account in (None, of_account) and project in (None, of_project)
        ]
        return sum(found) if found else None

    return Spending(total(budget), total(spent) or 0)
