"""Correcting a posted voucher (BFL 5:5, BFNAR 2013:2 p. 2.17–2.18).

A posted voucher never changes. Its correction is a voucher of its own that takes it back, row by row
with the opposite sign, and as a rule a second one that puts what is right in its place. Both name the
original, who made them, when and why; the original's page finds them by it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from finance.models import FiscalYear, Voucher, VoucherRow, VoucherSeries
from finance.models.vouchers import Correction
from finance.money import from_ore, to_ore
from finance.periods import active_lock, first_open_day

TEXT_LENGTH = 500


@dataclass(frozen=True)
class Drafts:
    """The drafts of a correction; ``replacement`` is None where the original is only taken back."""

    reversal: Voucher
    replacement: Voucher | None

    @property
    def vouchers(self) -> list[Voucher]:
        """The drafts in the order in which they are posted."""
        return [self.reversal, *([self.replacement] if self.replacement else [])]


def proposed_day(original: Voucher) -> tuple[FiscalYear, date]:
    """The fiscal year and the day on which a correction of *original* is best booked.

    That is the original's own day as long as its month is open and no month after it is locked: then
    the work with the period is not finished (BFNAR 2013:2 p. 2.17). Otherwise it is the first open day
    after it, in the next fiscal year if its own is closed. Raises ValidationError where there is none.
    """
    found = first_open_day(original.fiscal_year, original.date)
    if found is None:
        raise ValidationError(
            _(
                "Every day from %(day)s on is locked. Add the next fiscal year, or open a month, and try again."
            )
            % {"day": original.date}
        )
    return found


def _chosen_day(day: date) -> tuple[FiscalYear, date]:
    year = FiscalYear.objects.of(day)
    if year is None:
        raise ValidationError({"day": _("No fiscal year holds %(day)s.") % {"day": day}})
    if active_lock(year, day):
        raise ValidationError(
            {"day": _("The period of %(date)s is locked. Choose a date in an open period.") % {"date": day}}
        )
    return year, day


def why_not(original: Voucher) -> str:
    """Why *original* cannot be corrected, in words; empty when it can."""
    if not original.is_posted:
        return _("The voucher is a draft. Change it instead.")
    if reversal := original.corrections.filter(correction=Correction.REVERSAL).first():
        return _("The voucher is corrected already, by %(voucher)s.") % {"voucher": reversal}
    if not original.rows.exists():
        return _("The voucher has no rows, so there is nothing to take back.")
    return ""


def draft_correction(
    original: Voucher,
    by: str,
    reason: str,
    replace: bool = True,
    day: date | None = None,
    at: datetime | None = None,
) -> Drafts:
    """Make the drafts that correct *original* in the name of the user *by*, for *reason*.

    The first takes every row back. The second, made when *replace*, begins as a copy of the original,
    to be put right before both are posted. They are dated *day*, or else the proposed one. Raises
    ValidationError, and makes nothing, without a reason, for a draft, for a voucher that is corrected
    already, and for a day into which nothing can be posted.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the voucher is corrected.")})
    with transaction.atomic():
        original = (
            Voucher.objects.select_for_update(of=("self",))
            .select_related("fiscal_year", "series")
            .get(pk=original.pk)
        )
        if hindrance := why_not(original):
            raise ValidationError(hindrance)
        year, day = _chosen_day(day) if day else proposed_day(original)
        series, _made = VoucherSeries.objects.get_or_create(
            fiscal_year=year, code=original.series.code, defaults={"name": original.series.name}
        )
        rows = list(original.rows.order_by("line"))

        def draft(part: Correction, text: str, sign: int) -> Voucher:
            voucher = Voucher.objects.create(
                fiscal_year=year,
                series=series,
                date=day,
                text=text[:TEXT_LENGTH],
                counterparty=original.counterparty,
                decision_reference=original.decision_reference,
                corrects=original,
                correction=part,
                correction_reason=reason.strip()[:TEXT_LENGTH],
                entered_at=at or timezone.now(),
                entered_by=by,
            )
            VoucherRow.objects.bulk_create(
                VoucherRow(
                    voucher=voucher,
                    line=line,
                    account_id=row.account_id,
                    amount=from_ore(sign * to_ore(row.amount)),
                    date=day,
                    text=row.text,
                    project_id=row.project_id,
                    cost_center_id=row.cost_center_id,
                    quantity=_turned(row.quantity, sign),
                    objects_text=row.objects_text,
                )
                for line, row in enumerate(rows, start=1)
            )
            return voucher

        named = {"reference": original.reference, "text": original.text}
        return Drafts(
            reversal=draft(Correction.REVERSAL, _("Correction of %(reference)s: %(text)s") % named, sign=-1),
            replacement=draft(Correction.REPLACEMENT, original.text, sign=1) if replace else None,
        )


def drafts_of(original: Voucher) -> Drafts | None:
    """The drafts of *original*'s correction that are not posted yet; None where there is no reversal."""
    parts = {draft.correction: draft for draft in original.corrections.drafts()}
    reversal = parts.get(Correction.REVERSAL)
    return Drafts(reversal, parts.get(Correction.REPLACEMENT)) if reversal else None


def give_up(original: Voucher) -> None:
    """Delete the drafts of *original*'s correction, so that it stands as it is."""
    with transaction.atomic():
        for draft in original.corrections.drafts():
            draft.delete()


def problems(voucher: Voucher, rows: Sequence[VoucherRow]) -> dict[str, list[str]]:
    """What keeps *voucher*, if it is part of a correction, from being posted; by field, in words.

    A reversal takes the original back as it is, neither more nor less. What puts it right is posted
    with it or after it: before it, the event would be booked twice.
    """
    original = voucher.corrects
    if original is None:
        return {}
    if voucher.correction == Correction.REVERSAL:
        if _content(original.rows.all(), sign=-1) != _content(rows, sign=1):
            return {
                "rows": [
                    _("The rows must take %(reference)s back as it is. Put what is right in the other draft.")
                    % {"reference": original.reference}
                ]
            }
    elif not original.corrections.filter(correction=Correction.REVERSAL, posted_at__isnull=False).exists():
        return {
            "rows": [
                _("%(reference)s is not taken back yet. Post both drafts of the correction together.")
                % {"reference": original.reference}
            ]
        }
    return {}


def _content(rows: Iterable[VoucherRow], sign: int) -> Counter[tuple[object, ...]]:
    return Counter(
        (row.account_id, sign * to_ore(row.amount), row.project_id, row.cost_center_id) for row in rows
    )


def _turned(quantity: str, sign: int) -> str:
    """*quantity*, a number as SIE writes it or nothing, with the sign of its row."""
    if sign > 0 or not quantity or not quantity.strip("-0.,"):
        return quantity
    return quantity[1:] if quantity.startswith("-") else f"-{quantity}"
