"""How the books of a fiscal year stand: how far they go, what is wrong with them, whether they are closed."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from finance.models import FiscalYear, PeriodLock, VerificationRun
from finance.posting import chain_head


@dataclass(frozen=True)
class Standing:
    """The state of a fiscal year's books.

    ``through`` is the latest day on which something is posted, ``head`` the digest of the last voucher
    in the chain, ``errors`` what the checks that take no time found, in words. ``verified`` is the last
    verification of everything (``finance.verification``) that was kept, None where none was made.
    """

    through: date | None
    vouchers: int
    drafts: int
    errors: tuple[str, ...]
    head: str
    is_closed: bool
    verified: "Verified | None"


@dataclass(frozen=True)
class Verified:
    """When everything was verified last, and in how many places something was broken then."""

    at: datetime
    errors: int


def standing(year: FiscalYear) -> Standing:
    """How the books of *year* stand. Seven queries, in the same time for any number of vouchers."""
    head = chain_head(year)
    run = VerificationRun.objects.order_by("-pk").values_list("at", "errors").first()
    latest = year.vouchers.posted().order_by("-date", "-id").values_list("date", flat=True)
    return Standing(
        through=latest.first(),
        # The chain has no gaps, so its last link counts the vouchers.
        vouchers=head.sequence,
        drafts=year.vouchers.drafts().count(),
        errors=tuple(_quick_errors(year)),
        head=head.digest if head.sequence else "",
        is_closed=year.locks.filter(kind=PeriodLock.Kind.YEAR, unlocked_at__isnull=True).exists(),
        verified=Verified(*run) if run else None,
    )


def _quick_errors(year: FiscalYear) -> list[str]:
    errors = []
    opening = year.opening_balances.aggregate(sum=Sum("amount"))["sum"]
    if opening:
        errors.append(_("The opening balances do not sum to zero."))
    posted = year.totals.aggregate(sum=Sum("amount"))["sum"]
    if posted:
        errors.append(_("Debit and credit of the posted rows differ."))
    return errors
