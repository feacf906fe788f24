"""The admin as a part of the site: its name, its header, its order."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from ledarna.navigation import destinations_for, year_at_hand
from ledarna.roles import Level, may, may_enter_anything
from ledarna.tables.kinds import KINDS

ORDER = (
    *("finance.Voucher", "finance.Budget", "finance.FiscalYear", "finance.Account", "finance.Project"),
    *("finance.CostCenter", "finance.AttestRule", "finance.Association"),
    *("members.MemberCount", "members.Survey", "members.Channel"),
    *("board.Meeting", "board.Person", "board.Activity", "board.AgendaTemplateItem"),
    *("ledarna.StatedFigure", "ledarna.User"),
)
"""What can be entered, in the order in which the first page shows it: what is done often comes first."""


class LedarnaAdminSite(AdminSite):
    """Where facts are entered. It has no sign-in of its own, and no way of choosing colours."""

    site_header = _("Entry")
    site_title = "Ledarna"
    index_title = _("Entry")
    enable_nav_sidebar = False
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever may enter anything is let in."""
        return request.user.is_active and may_enter_anything(request.user)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """What the header of the site needs, beside what the admin's own pages do."""
        year = year_at_hand()
        return {
            **super().each_context(request),
            "year": year,
            "destinations": destinations_for(request.user) if year else [],
            "here": "entry",
            "reads_in": any(may(request.user, kind.area, Level.ENTER) for kind in KINDS),
        }

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        """Lead to the site's own page for it."""
        return redirect("account_change_password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The apps and their models in that order."""
        place = {label: number for number, label in enumerate(ORDER)}

        def order(found: dict[str, Any]) -> int:
            return place.get(found["model"]._meta.label, len(ORDER))

        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=order)
        return sorted(apps, key=lambda app: order(app["models"][0]))
