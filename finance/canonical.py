"""A voucher of the database as it enters its digest (``finance/digest.py``)."""

from collections.abc import Iterable, Sequence

from finance.digest import CanonicalRow, CanonicalVoucher, instant
from finance.models import Attachment, Voucher, VoucherRow
from finance.money import to_ore


def canonical(
    voucher: Voucher, rows: Sequence[VoucherRow], attachments: Iterable[Attachment] = ()
) -> CanonicalVoucher:
    """*voucher*, its *rows* and its *attachments*, in the order of their lines, as they enter the digest."""
    assert voucher.number is not None
    assert voucher.sequence is not None
    assert voucher.posted_at is not None
    original = voucher.corrects
    return CanonicalVoucher(
        year_start=voucher.fiscal_year.start.isoformat(),
        year_end=voucher.fiscal_year.end.isoformat(),
        sequence=voucher.sequence,
        series=voucher.series.code,
        number=voucher.number,
        date=voucher.date.isoformat(),
        entered_at=instant(voucher.entered_at),
        entered_by=voucher.entered_by,
        posted_at=instant(voucher.posted_at),
        posted_by=voucher.posted_by,
        text=voucher.text,
        counterparty=voucher.counterparty,
        decision=voucher.decision_reference,
        corrects=(
            (original.fiscal_year.start.isoformat(), original.series.code, original.number or 0)
            if original
            else None
        ),
        rows=[
            CanonicalRow(
                account=row.account.number,
                amount=to_ore(row.amount),
                project=row.project.code if row.project else "",
                cost_center=row.cost_center.code if row.cost_center else "",
                quantity=row.quantity,
                objects=row.objects_text,
                text=row.text,
            )
            for row in rows
        ],
        attachments=[(attachment.sha256, attachment.name) for attachment in attachments],
        correction=voucher.correction,
        reason=voucher.correction_reason,
    )
