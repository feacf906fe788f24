"""Entering a voucher: what was typed becomes a draft, and a draft becomes rows again.

The last row may go without an amount: it takes what the others leave. A template gives the rows of a
voucher that comes again. Posting itself is ``finance.posting``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from finance import attestation
from finance.models import (
    Account,
    Attachment,
    CostCenter,
    FiscalYear,
    Project,
    SentForm,
    Voucher,
    VoucherRow,
    VoucherSeries,
    VoucherTemplate,
    VoucherTemplateRow,
)
from finance.money import from_ore, to_ore
from finance.papers import Paper, attach, detach

FIRST_SERIES = "A"
BATCH = 1_000
"""Rows that are written at a time."""


def add_first_series(year: FiscalYear) -> None:
    """Give *year* the series in which its vouchers are numbered, where it has none."""
    if not year.series.exists():
        VoucherSeries.objects.create(fiscal_year=year, code=FIRST_SERIES, name=_("Main series"))


@dataclass(frozen=True)
class EntryRow:
    """A row as it was typed: ``amount`` in öre, debit positive, or None where it is left open.

    ``pk`` is the row of the draft that it stands for, whose other facts stay as they are; ``text`` is
    what a new row says beside the voucher's text.
    """

    account: Account
    amount: int | None = None
    project: Project | None = None
    cost_center: CostCenter | None = None
    pk: int | None = None
    text: str = ""


@dataclass(frozen=True)
class Entry:
    """A voucher as it was typed, with the papers to attach to it and those to take off it."""

    date: date
    text: str
    series: str = FIRST_SERIES
    counterparty: str = ""
    decision: str = ""
    rows: Sequence[EntryRow] = ()
    papers: Sequence[Paper] = ()
    taken_off: Sequence[Attachment] = field(default=())


def balanced(rows: Sequence[EntryRow]) -> list[EntryRow]:
    """*rows*, with the open amount of the last one filled in: what debit and credit differ by.

    Raises ValidationError where an amount is open in another row than the last, or where the last
    one's is and nothing is left for it. ``params["row"]`` is the place of the row, from zero.
    """
    for place, row in enumerate(rows[:-1]):
        if row.amount is None:
            raise ValidationError(
                _("Write the amount in debit or in credit. Only the last row is filled in by itself."),
                code="open",
                params={"row": place},
            )
    if not rows or rows[-1].amount is not None:
        return list(rows)
    left = -sum(row.amount or 0 for row in rows)
    if not left:
        raise ValidationError(
            _("Nothing is left for the last row: debit and credit are equal without it."),
            code="nothing_left",
            params={"row": len(rows) - 1},
        )
    return [*rows[:-1], replace(rows[-1], amount=left)]


def year_of(day: date) -> FiscalYear:
    """The fiscal year that holds *day*. Raises ValidationError, at ``date``, where none does."""
    year = FiscalYear.objects.of(day)
    if year is None:
        raise ValidationError(
            {
                "date": _("No fiscal year holds %(day)s. Correct the date, or enter the fiscal year first.")
                % {"day": day}
            }
        )
    return year


def save_draft(entry: Entry, by: str, draft: Voucher | None = None, key: UUID | None = None) -> Voucher:
    """Save *entry* as a draft in the name of the user *by*: a new one, or in place of *draft*.

    *key* is the form's own: when a form is sent twice, the second gives the voucher that the first
    made, and changes nothing. Raises ValidationError, in words, and saves nothing, where no fiscal
    year holds the date, the draft was posted or deleted meanwhile, or the same file is attached twice.
    """
    try:
        with transaction.atomic():
            return _sent(key) or _save(entry, by, draft, key)
    except IntegrityError:
        # The same form was sent twice at the same time, and the other one was first.
        if sent := _sent(key):
            return sent
        raise


def save_drafts(entries: Sequence[Entry], by: str) -> list[Voucher]:
    """Save *entries* as new drafts in the name of the user *by*, in bulk; all of them or none.

    The same drafts as ``save_draft`` makes of each, of entries without papers. Raises ValidationError,
    in words, where no fiscal year holds a date, or a text is longer than its field.
    """
    years = list(FiscalYear.objects.all())
    series: dict[tuple[int, str], VoucherSeries] = {}
    vouchers = []
    with transaction.atomic():
        for entry in entries:
            year = next((year for year in years if year.holds(entry.date)), None) or year_of(entry.date)
            place = (year.pk, entry.series)
            if place not in series:
                series[place], _made = VoucherSeries.objects.get_or_create(
                    fiscal_year=year, code=entry.series
                )
            voucher = Voucher(
                fiscal_year=year,
                series=series[place],
                date=entry.date,
                text=entry.text,
                counterparty=entry.counterparty,
                decision_reference=entry.decision,
                entered_by=by,
            )
            voucher.clean_fields()
            vouchers.append(voucher)
        Voucher.objects.bulk_create(vouchers, batch_size=BATCH)
        VoucherRow.objects.bulk_create(
            (
                VoucherRow(
                    voucher=voucher,
                    line=line,
                    account=row.account,
                    amount=from_ore(row.amount or 0),
                    date=voucher.date,
                    text=row.text,
                    project=row.project,
                    cost_center=row.cost_center,
                )
                for voucher, entry in zip(vouchers, entries, strict=True)
                for line, row in enumerate(entry.rows, start=1)
            ),
            batch_size=BATCH,
        )
    return vouchers


def _sent(key: UUID | None) -> Voucher | None:
    """The voucher that the form *key* made, if it was sent already."""
    sent = SentForm.objects.filter(key=key).select_related("voucher__series").first() if key else None
    return sent.voucher if sent else None


def _save(entry: Entry, by: str, draft: Voucher | None, key: UUID | None) -> Voucher:
    year = year_of(entry.date)
    series, _made = VoucherSeries.objects.get_or_create(fiscal_year=year, code=entry.series)
    voucher = _locked(draft) if draft else Voucher(entered_by=by)
    voucher.fiscal_year, voucher.series, voucher.date = year, series, entry.date
    voucher.text, voucher.counterparty = entry.text, entry.counterparty
    voucher.decision_reference = entry.decision
    voucher.full_clean()
    voucher.save()
    _save_rows(voucher, entry.rows)
    for attachment in entry.taken_off:
        detach(attachment)
    for paper in entry.papers:
        attach(voucher, paper, by)
    if draft:
        attestation.record_edit(voucher, by)
    if key:
        SentForm.objects.create(key=key, voucher=voucher)
    return voucher


def _locked(draft: Voucher) -> Voucher:
    """The draft as it stands, kept from being posted or changed by others meanwhile."""
    found = Voucher.objects.select_for_update(of=("self",)).filter(pk=draft.pk).first()
    if found is None:
        raise ValidationError(_("The draft was deleted while you changed it."), code="gone")
    if found.is_posted:
        raise ValidationError(
            _("The draft was posted as %(reference)s while you changed it.") % {"reference": found.reference},
            code="posted",
        )
    return found


def _save_rows(voucher: Voucher, rows: Sequence[EntryRow]) -> None:
    """Let *voucher* have *rows* in their order; a row that stays keeps what was not typed."""
    present = {row.pk: row for row in voucher.rows.all()}
    kept = [present.pop(row.pk, None) if row.pk else None for row in rows]
    VoucherRow.objects.filter(pk__in=present).delete()
    # Lines are unique in a voucher, so those that stay step aside before they are numbered anew.
    last = voucher.rows.aggregate(last=Max("line"))["last"] or 0
    for offset, row in enumerate((row for row in kept if row), start=1):
        row.line = last + len(rows) + offset
        row.voucher = voucher
        row.save(update_fields=["line"])
    for line, (typed, found) in enumerate(zip(rows, kept, strict=True), start=1):
        row = found or VoucherRow(text=typed.text)
        row.voucher, row.line, row.account = voucher, line, typed.account
        row.amount = from_ore(typed.amount or 0)
        row.project, row.cost_center = typed.project, typed.cost_center
        row.save()


def rows_of_voucher(voucher: Voucher) -> list[EntryRow]:
    """The rows of *voucher*, to be typed on or copied."""
    return [
        EntryRow(row.account, to_ore(row.amount), row.project, row.cost_center, row.pk)
        for row in attestation.rows_of(voucher)
    ]


def copied(voucher: Voucher) -> list[EntryRow]:
    """The rows of a new voucher like *voucher*."""
    return [replace(row, pk=None) for row in rows_of_voucher(voucher)]


def rows_of_template(template: VoucherTemplate, total: int | None = None) -> list[EntryRow]:
    """The rows that *template* gives; one that splits needs the *total*, in öre, to give amounts.

    Each side of the voucher sums to *total* exactly: the öre that proportions leave over go to the
    rows that lose most by rounding down. Raises ValidationError where it has nothing to split by.
    """
    rows = [
        EntryRow(
            row.account, None if row.amount is None else to_ore(row.amount), row.project, row.cost_center
        )
        for row in template.rows.select_related("account", "project", "cost_center").order_by("line")
    ]
    if not template.splits:
        return rows
    if total is None:
        return [replace(row, amount=None) for row in rows]
    debit = _shares([max(row.amount or 0, 0) for row in rows], total)
    credit = _shares([max(-(row.amount or 0), 0) for row in rows], total)
    return [
        replace(row, amount=None if row.amount is None else plus - minus)
        for row, plus, minus in zip(rows, debit, credit, strict=True)
    ]


def _shares(weights: Sequence[int], total: int) -> list[int]:
    """*total* split by *weights* into whole parts that sum to it (largest remainders)."""
    whole = sum(weights)
    if not whole:
        return [0] * len(weights)
    parts = [total * weight // whole for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda place: (-(total * weights[place] % whole), place))
    for place in by_loss[: total - sum(parts)]:
        parts[place] += 1
    return parts


def save_template(
    name: str, entry_text: str, counterparty: str, rows: Sequence[EntryRow], splits: bool
) -> VoucherTemplate:
    """Save *rows* as a template called *name*, which splits an amount in their proportions or not.

    Raises ValidationError, by field, where the name is missing or taken, and where *splits* has no
    amounts on both sides to split by.
    """
    template = VoucherTemplate(name=name.strip(), text=entry_text, counterparty=counterparty, splits=splits)
    template.full_clean()
    amounts: list[int] = [row.amount or 0 for row in rows]
    if splits and (sum(amounts) != 0 or not any(amounts)):
        raise ValidationError(
            {"splits": _("Debit and credit have to be equal for an amount to be split in their proportions.")}
        )
    with transaction.atomic():
        template.save()
        VoucherTemplateRow.objects.bulk_create(
            VoucherTemplateRow(
                template=template,
                line=line,
                account=row.account,
                amount=None if row.amount is None else from_ore(row.amount),
                project=row.project,
                cost_center=row.cost_center,
            )
            for line, row in enumerate(rows, start=1)
        )
    return template
