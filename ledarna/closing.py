"""Closing the year as the association sees it: the ledger's own checks, and what was published of the year.

The pages close and reopen through here, so that a year whose annual report is sealed stays as it is.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance import closing
from finance.closing import Closed, Finding, Place, Severity
from finance.models import FiscalYear, PeriodLock
from ledarna.models import SealedReport, User
from ledarna.reconciliation import ReconciliationRow, reconcile


def year_is_sealed(year: FiscalYear) -> bool:
    """Whether the annual report of *year* is sealed."""
    return SealedReport.objects.filter(fiscal_year=year).exists()


def _reconciled(year: FiscalYear) -> Finding:
    differing = reconcile(year).differing
    if not differing:
        return Finding("reconciliation", Severity.FINE, _("No published figure differs from the facts."))
    return Finding(
        "reconciliation",
        Severity.NOTE,
        ngettext(
            "%(count)s published figure differs from the facts.",
            "%(count)s published figures differ from the facts.",
            len(differing),
        )
        % {"count": len(differing)},
        tuple(Place(_told(row), row.source) for row in differing),
    )


def _told(row: ReconciliationRow) -> str:
    return _("%(figure)s: published as %(stated)s, derived as %(derived)s") % {
        "figure": row.label,
        "stated": row.stated_text,
        "derived": row.derived_text,
    }


def findings(year: FiscalYear) -> list[Finding]:
    """What every check before the closing of *year* finds, those of the ledger first."""
    return [*closing.findings(year), _reconciled(year)]


def close_year(year: FiscalYear, by: User, series: str | None, seen: str) -> Closed:
    """Close *year* as it was *seen*; see ``finance.closing.close_year``, which refuses in words."""
    return closing.close_year(year, by, series=series, seen=seen)


def reopen_year(year: FiscalYear, by: User, reason: str) -> PeriodLock:
    """Reopen *year* for *reason*. Raises ValidationError when its annual report is sealed, too."""
    with transaction.atomic():
        # Sealing takes the same row, so that no year is sealed while it is reopened.
        FiscalYear.objects.select_for_update(no_key=True).get(pk=year.pk)
        if year_is_sealed(year):
            raise ValidationError(
                _("The annual report of %(year)s is sealed. The year stays closed.") % {"year": year}
            )
        return closing.reopen_year(year, by, reason)
