"""Entering budgets: their versions, and their amounts in a grid."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.models import Budget, BudgetLine

from .grid import BudgetGrid
from .guarded import GuardedAdmin


class BudgetForm(forms.ModelForm):
    """A version of the budget, with its grid once the version is there."""

    grid: BudgetGrid | None = None

    class Meta:
        model = Budget
        fields = ["fiscal_year", "version", "decided_on", "in_force", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.grid = BudgetGrid(self.instance, self.data if self.is_bound else None)

    def full_clean(self) -> None:
        """Check the grid as well, and that nobody changed it since it was shown."""
        super().full_clean()
        seen = self.data.get("seen") if self.is_bound else None
        if self.grid and seen and seen != self.grid.digest:
            self.add_error(
                None,
                _(
                    "Somebody else changed the budget while you had it open. Nothing was saved. Below stands what you wrote; compare it with the budget as it is now, and save again."
                ),
            )
        if self.is_bound and self.grid and not self.grid.is_valid():
            self.add_error(None, _("Correct the marked cells of the grid. Nothing was saved."))


@admin.register(Budget)
class BudgetAdmin(GuardedAdmin):
    """Budgets, one version at a time."""

    form = BudgetForm
    fields = ["fiscal_year", ("version", "decided_on", "in_force"), "note"]
    change_form_template = "admin/finance/budget/change_form.html"
    list_display = ["fiscal_year", "version", "decided_on", "in_force", "note"]
    list_display_links = ["fiscal_year", "version"]
    list_filter = ["fiscal_year", "in_force"]
    list_select_related = ["fiscal_year"]
    actions = ["copy_chosen"]

    def get_readonly_fields(self, request: HttpRequest, obj: Budget | None = None) -> list[str]:
        """A budget stays in its year."""
        return ["fiscal_year"] if obj else []

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the grid."""
        super().save_related(request, form, formsets, change)
        form.changed_places = form.grid.save() if form.grid else []

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        """Say in the history which accounts' budget was changed."""
        said = super().construct_change_message(request, form, formsets, add)
        changed = [
            {
                "changed": {
                    "name": str(_("budget line")),
                    "object": str(place.account),
                    "fields": [str(_("amount"))],
                }
            }
            for place in form.changed_places
        ]
        return [*said, *changed]

    def response_add(
        self, request: HttpRequest, obj: Budget, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Go on to the grid."""
        self.message_user(request, _("Now enter the amounts, and save again."), messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:finance_budget_change", args=[obj.pk]))

    @admin.action(description=gettext_lazy("Copy as a revised version"), permissions=["add"])
    def copy_chosen(self, request: HttpRequest, queryset: QuerySet[Budget]) -> HttpResponse | None:
        """Make a revised version of the chosen budget, not in force yet, with all of its lines."""
        if len(budgets := list(queryset[:2])) != 1:
            self.message_user(request, _("Choose one budget to copy."), messages.ERROR)
            return None
        [original] = budgets
        lines = list(original.lines.all())
        copy = Budget.objects.create(
            fiscal_year=original.fiscal_year,
            version=Budget.Version.REVISED,
            in_force=False,
            note=original.note,
        )
        for line in lines:
            line.pk, line.budget = None, copy
        BudgetLine.objects.bulk_create(lines)
        self.log_addition(request, copy, _("Copied from %(budget)s.") % {"budget": original})
        self.message_user(
            request, _("This is the copy. Put it in force when it is decided."), messages.SUCCESS
        )
        return HttpResponseRedirect(reverse("admin:finance_budget_change", args=[copy.pk]))
