"""The pages that the header leads to, and who sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from finance.models import FiscalYear
from ledarna.roles import Area, Level, may


@dataclass(frozen=True)
class Destination:
    """A page: the name of its address, what the header calls it, whose it is, and if it is of a year."""

    page: str
    label: str | Promise
    area: Area
    level: Level = Level.SEE
    of_year: bool = True


DESTINATIONS: Sequence[Destination] = (
    Destination("year", _("The year"), Area.DASHBOARDS),
    Destination("voucher-new", _("Bookkeeping"), Area.BOOKS, Level.ENTER, of_year=False),
    Destination("income-statement", _("Result"), Area.DASHBOARDS),
    Destination("balance-sheet", _("Balance"), Area.DASHBOARDS),
    Destination("vouchers", _("Books"), Area.BOOKS),
    Destination("members", _("Members"), Area.MEMBERS),
    Destination("meetings", _("Meetings"), Area.MEETINGS),
    Destination("annual-report", _("Report"), Area.ANNUAL_REPORT, Level.SEE_SEALED),
    Destination("reconciliation", _("Reconciliation"), Area.DASHBOARDS),
    Destination("audit", _("Audit"), Area.BOOKS, Level.AUDIT),
)


OF_BOOKS: Sequence[tuple[str, str | Promise, Level]] = (
    ("desk", _("To do"), Level.ENTER),
    ("vouchers", _("Vouchers"), Level.SEE),
    ("journal", _("Journal"), Level.SEE),
    ("general-ledger", _("General ledger"), Level.SEE),
    ("projects", _("Projects"), Level.SEE),
    ("cost-centers", _("Cost centres"), Level.SEE),
    ("missing-receipts", _("Without receipt"), Level.SEE),
    ("attest", _("Attest"), Level.SEE),
    ("audit", _("Audit"), Level.SEE),
    ("periods", _("Periods"), Level.SEE),
    ("chain", _("The chain"), Level.SEE),
    ("sie-export", _("SIE file"), Level.SEE),
    ("closing", _("Close the year"), Level.CLOSE),
)
"""The pages of the books, what they are called there, and how far one has to reach to see them."""


STATEMENTS: Sequence[tuple[str, str | Promise, Area]] = (
    ("income-statement", _("Income statement"), Area.DASHBOARDS),
    ("balance-sheet", _("Balance sheet"), Area.DASHBOARDS),
    ("cash-flow", _("Cash flow statement"), Area.DASHBOARDS),
    ("equity", _("Changes in equity"), Area.DASHBOARDS),
    ("notes", _("Notes"), Area.DASHBOARDS),
    ("changes", _("What changed"), Area.BOOKS),
)
"""The pages of the statements, what they are called, and whose they are."""


OF_MEETINGS: Sequence[tuple[str, str | Promise]] = (
    ("meetings", _("Meetings")),
    ("decisions", _("Decisions")),
    ("documents", _("Documents")),
    ("mandates", _("Mandates")),
    ("plan", _("Plan")),
)
"""The pages of the board's work; all who see the meetings see them. Those of no year take none."""

OF_NO_YEAR = frozenset({"mandates"})


@dataclass(frozen=True)
class BooksLink:
    """A page of the books: its address, its name, whether it is the one that is shown."""

    href: str
    label: str | Promise
    is_here: bool


def books_links(user: Any, year: FiscalYear, page: str) -> list[BooksLink]:
    """The pages of the books of *year* that *user* may see; *page* is the one that is shown."""
    return [
        BooksLink(reverse(name, args=[year.label]), label, name == page)
        for name, label, level in OF_BOOKS
        if may(user, Area.BOOKS, level)
    ]


def statement_links(user: Any, year: FiscalYear, page: str) -> list[BooksLink]:
    """The pages of the statements of *year* that *user* may see; *page* is the one that is shown."""
    return [
        BooksLink(reverse(name, args=[year.label]), label, name == page)
        for name, label, area in STATEMENTS
        if may(user, area)
    ]


def meetings_links(year: FiscalYear, page: str) -> list[BooksLink]:
    """The pages of the board's work in *year*; *page* is the one that is shown."""
    return [
        BooksLink(reverse(name, args=[] if name in OF_NO_YEAR else [year.label]), label, name == page)
        for name, label in OF_MEETINGS
    ]


def destinations_for(user: Any) -> list[Destination]:
    """The pages that *user* may see, in the header's order."""
    return [destination for destination in DESTINATIONS if may(user, destination.area, destination.level)]


def year_at_hand() -> FiscalYear | None:
    """The latest fiscal year that has begun, or the first there is; None where there is none."""
    begun = FiscalYear.objects.filter(start__lte=timezone.localdate()).order_by("-start").first()
    return begun or FiscalYear.objects.order_by("start").first()
