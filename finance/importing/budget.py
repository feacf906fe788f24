"""The budgets that a file brings, for years that have none."""

import hashlib
from collections import defaultdict
from typing import Any

from django.utils.translation import gettext as _

from finance import sie
from finance.importing.work import (
    Work,
    anew,
)
from finance.models import Budget, BudgetLine, CostCenter, Project
from finance.models.accounts import RESULT_KINDS
from finance.money import from_ore
from finance.sie.document import COST_CENTER, PROJECT


def enter_budgets(work: Work) -> None:
    """The budget of each year that has none; lines by object only where the account has no total."""
    lines: dict[int, list[sie.PeriodBalance]] = defaultdict(list)
    for line in work.document.budget:
        lines[line.year].append(line)
    if work.book.budget:
        _budget_of_book(work, work.book.budget)
    projects = dict(Project.objects.values_list("code", "pk"))
    centers = dict(CostCenter.objects.values_list("code", "pk"))
    for index, of_year in lines.items():
        year = work.years.get(index)
        if year is None or year.budgets.filter(in_force=True).exists():
            continue
        totalled = {line.account for line in of_year if not line.objects}
        new = []
        for line in of_year:
            account = work.accounts.get(line.account)
            if line.objects and line.account in totalled:
                continue  # a part of the total, which stands on a line of its own
            if account is None or account.kind not in RESULT_KINDS or line.period not in year.months:
                work.note(
                    line.line,
                    "#PBUDGET",
                    _("%(account)s in %(month)s is nothing that can be budgeted in %(year)s.")
                    % {"account": line.account, "month": f"{line.period:%Y-%m}", "year": year},
                    _("It was left aside."),
                )
                continue
            objects = dict(line.objects)
            new.append(
                BudgetLine(
                    account=account,
                    month=line.period,
                    amount=from_ore(line.amount),
                    project_id=projects.get(objects.get(PROJECT, "")),
                    cost_center_id=centers.get(objects.get(COST_CENTER, "")),
                )
            )
        if new:
            budget = Budget.objects.create(
                fiscal_year=year, note=_("From the file %(name)s.") % {"name": work.name}
            )
            for budget_line in new:
                budget_line.budget = budget
            BudgetLine.objects.bulk_create(new)
            work.keys["budget"].append([budget.pk, digest_of_budget(budget)])
            work.outcome.created["budget_lines"] += len(new)


def _budget_of_book(work: Work, told: dict[str, Any]) -> None:
    """The budget as it was entered: by object, with its notes, and lines for the whole year."""
    year = work.years.get(0)
    if year is None or year.budgets.filter(in_force=True).exists():
        return
    of_project: dict[str, int | None] = dict(Project.objects.values_list("code", "pk"))
    of_center: dict[str, int | None] = dict(CostCenter.objects.values_list("code", "pk"))
    budget = Budget.objects.create(
        fiscal_year=year,
        version=told["version"],
        decided_on=told.get("decided"),
        note=told.get("note", ""),
    )
    new = []
    for line, facts in work.book.budget_lines:
        account, month = work.accounts.get(facts["account"]), facts.get("month")
        project, center = facts.get("project"), facts.get("cost_center")
        if (
            account is None
            or account.kind not in RESULT_KINDS
            or (month and month not in year.months)
            or (project and project not in of_project)
            or (center and center not in of_center)
        ):
            work.hinder(
                "#XLEDARNA",
                _("A budget line for account %(account)s belongs to nothing in the file.")
                % {"account": facts["account"]},
                anew(),
                line=line,
            )
            continue
        new.append(
            BudgetLine(
                budget=budget,
                account=account,
                month=month,
                amount=from_ore(facts["amount"]),
                project_id=of_project[project] if project else None,
                cost_center_id=of_center[center] if center else None,
                note=facts.get("note", ""),
            )
        )
    BudgetLine.objects.bulk_create(new)
    work.keys["budget"].append([budget.pk, digest_of_budget(budget)])
    work.outcome.created["budget_lines"] += len(new)


def digest_of_budget(budget: Budget) -> str:
    """A digest of the lines of *budget*: it tells whether somebody has changed them."""
    lines = budget.lines.order_by("pk").values_list("account", "month", "amount", "project", "cost_center")
    return hashlib.sha256(repr([tuple(map(str, line)) for line in lines]).encode()).hexdigest()
