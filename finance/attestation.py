"""Attestation: a payment above a limit is approved by another person than the one who entered it.

A payment is a voucher that credits cash or bank (BAS 19xx); what counts is what it pays out in all.
The limit is a fact of its own (``AttestRule``), set by somebody whom it does not bind. An attest holds
for what was attested and for nothing else: it keeps the digest of the voucher's content, so that any
change of the draft voids it, and the digest can be computed anew as long as the voucher is kept.

The rule binds who posts a draft. What another program has posted comes in by import as it is, and
stands on the list of what nobody has approved.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from finance.canonical import canonical
from finance.digest import GENESIS, voucher_digest
from finance.models import Attachment, Attest, AttestRule, DraftEdit, FiscalYear, Voucher, VoucherRow
from finance.models.accounts import Kind
from finance.models.vouchers import Correction, VoucherQuerySet
from finance.money import from_ore, to_ore
from finance.presentation import format_amount

PAID_FROM = "19"
"""BAS 19xx: cash and bank."""


def rows_of(voucher: Voucher) -> list[VoucherRow]:
    """The rows of *voucher* with what they point to, in their order."""
    return list(voucher.rows.select_related("account", "project", "cost_center").order_by("line"))


def limit() -> int | None:
    """Öre above which a payment needs an attest; None where there is no rule."""
    rule = AttestRule.objects.first()
    return to_ore(rule.limit) if rule else None


def paid(rows: Sequence[VoucherRow]) -> int:
    """Öre that *rows* pay out: what they credit cash and bank with, in all."""
    return -sum(min(to_ore(row.amount), 0) for row in rows if row.account.number.startswith(PAID_FROM))


def content_digest(voucher: Voucher, rows: Sequence[VoucherRow]) -> str:
    """The SHA-256 of the content of *voucher*: the same before and after it is posted.

    It is the digest of the canonical form in which number, place in the chain and the digest before
    are zero, and the time and name of posting those of entry.
    """
    as_entered = copy(voucher)
    as_entered.number = as_entered.sequence = 0
    as_entered.posted_at, as_entered.posted_by = voucher.entered_at, voucher.entered_by
    attachments: Sequence[Attachment] = list(voucher.attachments.order_by("line")) if voucher.pk else []
    return voucher_digest(canonical(as_entered, rows, attachments), GENESIS)


def valid_attests(voucher: Voucher, rows: Sequence[VoucherRow]) -> list[Attest]:
    """The attests of *voucher* that hold: those of what it says now."""
    if not voucher.pk:
        return []
    return list(voucher.attests.filter(content=content_digest(voucher, rows)))


def needs_attest(voucher: Voucher, rows: Sequence[VoucherRow]) -> bool:
    """Whether *voucher* is a payment above the limit; taking one back pays nothing."""
    above = limit()
    return above is not None and voucher.correction != Correction.REVERSAL and paid(rows) > above


def refusal(voucher: Voucher, rows: Sequence[VoucherRow]) -> str:
    """Why *voucher* cannot be posted for want of an attest, in words; empty when it can."""
    if not needs_attest(voucher, rows) or valid_attests(voucher, rows):
        return ""
    return _(
        "The payment of %(paid)s is above the limit of %(limit)s: somebody else than who entered it has to attest it first."
    ) % {"paid": format_amount(from_ore(paid(rows))), "limit": format_amount(from_ore(limit() or 0))}


def forget_void(voucher: Voucher, rows: Sequence[VoucherRow]) -> None:
    """Delete the attests of a draft that changed since; call it as the draft is posted."""
    if voucher.attests.exists():
        voucher.attests.exclude(content=content_digest(voucher, rows)).delete()


def hands(voucher: Voucher) -> set[str]:
    """The user names of those who entered or changed *voucher*, and so cannot attest it."""
    return {voucher.entered_by, *voucher.edits.values_list("by", flat=True)} - {""}


def record_edit(voucher: Voucher, by: str) -> None:
    """Keep that *by* changed the draft *voucher*; whoever entered it is known already."""
    if by != voucher.entered_by:
        DraftEdit.objects.get_or_create(voucher=voucher, by=by)


def attest(voucher: Voucher, by: str, content: str) -> Attest:
    """Approve *voucher* in the name of the user *by*, who saw what *content* is the digest of.

    Raises ValidationError, in words, for one who had a hand in it, where it was changed since it was
    seen, and for a second attest by the same person. A voucher that is posted already can be attested
    too: the time says that it was approved afterwards.
    """
    with transaction.atomic():
        voucher = (
            Voucher.objects.select_for_update(of=("self",))
            .select_related("fiscal_year", "series")
            .get(pk=voucher.pk)
        )
        if by in hands(voucher):
            raise ValidationError(
                _("You entered or changed the voucher. Somebody else has to attest it."), code="own"
            )
        if content != content_digest(voucher, rows_of(voucher)):
            raise ValidationError(
                _("The voucher was changed while you looked at it. Look again, and then attest it."),
                code="changed",
            )
        made = Attest(voucher=voucher, by=by, content=content)
        made.validate_constraints()
        made.save()
    return made


def pointing_at_decisions(year: FiscalYear) -> VoucherQuerySet:
    """The posted vouchers of *year* that point at a decision of the board, in the order of the chain.

    One query more. They are found in an index of their own, which holds none of the others; SQLite takes
    it only where the condition stands in the query as it stands in the index.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM finance_voucher WHERE fiscal_year_id = %s AND sequence >= 1"
            " AND NOT (decision_reference = '')",
            [year.pk],
        )
        found = [key for (key,) in cursor.fetchall()]
    return Voucher.objects.filter(pk__in=found).select_related("series").order_by("sequence")


def costs_of(vouchers: Iterable[Voucher]) -> dict[int, list[tuple[str, bool, int]]]:
    """What each of *vouchers* moved: account, whether it is one of costs, and öre, debit positive. One query."""
    rows = (
        VoucherRow.objects.filter(voucher__in=[voucher.pk for voucher in vouchers])
        .values_list("voucher_id", "account__number", "account__kind")
        .annotate(moved=Sum("amount"))
        .order_by()
    )
    found: dict[int, list[tuple[str, bool, int]]] = defaultdict(list)
    for voucher, account, kind, moved in rows:
        found[voucher].append((account, kind == Kind.COST, to_ore(moved)))
    return found


def unapproved(year: FiscalYear) -> QuerySet[Any]:
    """The posted vouchers of *year* that pay or cost more than the limit, without attest or decision.

    Each comes with ``paid`` and ``cost``, Money or None. None at all where there is no rule.
    """
    above = limit()
    if above is None:
        return Voucher.objects.none()
    cost = Q(rows__account__kind=Kind.COST, rows__amount__gt=0)
    return (
        _bound(year.vouchers.posted().filter(decision_reference=""))
        .filter(~Exists(Attest.objects.filter(voucher=OuterRef("pk"))))
        .annotate(cost=Sum("rows__amount", filter=cost))
        .filter(Q(paid__lt=from_ore(-above)) | Q(cost__gt=from_ore(above)))
        .order_by("sequence")
    )


def _bound(vouchers: VoucherQuerySet) -> QuerySet[Any]:
    """Those of *vouchers* that the rule can bind, with ``paid``: Money, negative, or None."""
    payment = Q(rows__account__number__startswith=PAID_FROM, rows__amount__lt=0)
    return (
        vouchers.exclude(correction=Correction.REVERSAL)
        .annotate(paid=Sum("rows__amount", filter=payment))
        .select_related("series", "fiscal_year", "corrects__series", "corrects__fiscal_year")
    )


def waiting(year: FiscalYear) -> list[Voucher]:
    """The drafts of *year* that are payments above the limit and that nobody has attested yet."""
    above = limit()
    if above is None:
        return []
    drafts = _bound(year.vouchers.drafts()).filter(paid__lt=from_ore(-above)).order_by("date", "pk")
    return [draft for draft in drafts if not valid_attests(draft, rows_of(draft))]


def faults() -> Iterator[tuple[str, str]]:
    """Check each attest of a posted voucher: where it is, and what is wrong with it, if anything."""
    attests = Attest.objects.filter(voucher__posted_at__isnull=False).select_related(
        "voucher__series",
        "voucher__fiscal_year",
        "voucher__corrects__series",
        "voucher__corrects__fiscal_year",
    )
    for made in attests.iterator(chunk_size=2_000):
        voucher = made.voucher
        what = ""
        if made.content != content_digest(voucher, rows_of(voucher)):
            what = _("%(by)s attested something else than what was posted.") % {"by": made.by}
        elif made.by in hands(voucher):
            what = _("%(by)s attested what they had entered or changed.") % {"by": made.by}
        yield f"{voucher.fiscal_year.label} {voucher}", what
