"""The auditors' work: drawing a sample and keeping it, checking its vouchers, asking, answering, noting.

All of it is added and nothing changed; the database refuses anything else (``finance/sql``).
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from finance.attestation import hands
from finance.models import (
    Attachment,
    AuditNote,
    AuditRemark,
    AuditSample,
    FiscalYear,
    SampledVoucher,
    VoucherRow,
)
from finance.models.audits import Method, State
from finance.presentation import format_count
from finance.sampling import MOST, Plan, draw

Kind = AuditRemark.Kind


def plan_of(sample: AuditSample) -> Plan:
    """How *sample* was drawn."""
    return Plan(Method(sample.method), sample.parameter, sample.seed)


def keep_sample(year: FiscalYear, plan: Plan, by: str, seen: str) -> AuditSample:
    """Draw what *plan* draws and keep it in the name of the user *by*.

    *seen* is the digest of the chain's head as the auditor saw it when the sample was previewed. Raises
    ValidationError, in words, where something was posted since, where nothing is drawn, and where it is
    too much for a sample.
    """
    with transaction.atomic():
        year = FiscalYear.objects.select_for_update(no_key=True).get(pk=year.pk)
        drawn = draw(year, plan)
        if drawn.head.digest != seen:
            raise ValidationError(
                _("Something was posted while you looked. Look at what would be drawn now, and draw it then.")
            )
        if not drawn.picks:
            raise ValidationError(_("No voucher meets this, so there is nothing to keep."))
        if drawn.is_too_large:
            raise ValidationError(
                _("More than %(most)s vouchers are no sample. Choose more narrowly.")
                % {"most": format_count(MOST)}
            )
        number = (year.audit_samples.aggregate(last=Max("number"))["last"] or 0) + 1
        sample = AuditSample.objects.create(
            fiscal_year=year,
            number=number,
            method=plan.method,
            parameter=plan.parameter,
            seed=plan.seed,
            sequence=drawn.head.sequence,
            digest=drawn.head.digest,
            size=len(drawn.picks),
            by=by,
        )
        SampledVoucher.objects.bulk_create(
            SampledVoucher(sample=sample, place=place, voucher_id=pick.pk, hit=pick.hit)
            for place, pick in enumerate(drawn.picks, start=1)
        )
    return sample


# Remarks -------------------------------------------------------------------------------------------


def remark(sampled: SampledVoucher, kind: Kind, by: str, text: str = "") -> AuditRemark:
    """Add a remark of *kind* by the user *by*; whoever calls has seen that their role allows it.

    Raises ValidationError, in words, for a question, answer or note without a text, for checking what one
    entered, posted or attested oneself, and for what does not fit how the voucher stands.
    """
    with transaction.atomic():
        AuditSample.objects.select_for_update(no_key=True).get(pk=sampled.sample_id)
        state = SampledVoucher.objects.with_state().get(pk=sampled.pk).state
        if refusal := _refusal(sampled, kind, by, state):
            raise ValidationError(refusal)
        made = AuditRemark(sampled=sampled, kind=kind, by=by, text=text.strip())
        made.full_clean(validate_unique=False)
        made.save()
    return made


def _refusal(sampled: SampledVoucher, kind: Kind, by: str, state: State) -> str:
    """Why a remark cannot be added, in words; empty where it can."""
    voucher = sampled.voucher
    if kind == Kind.CHECKED and state == State.CHECKED:
        return _("The voucher is checked already.")
    if kind == Kind.CHECKED and by in {
        *hands(voucher),
        voucher.posted_by,
        *voucher.attests.values_list("by", flat=True),
    }:
        return _("You had a hand in the voucher. Somebody else has to check it.")
    if kind == Kind.REOPENED and state == State.OPEN:
        return _("The voucher is open already.")
    if kind == Kind.ANSWER and state not in (State.QUESTION, State.ANSWER):
        return _("Nobody has asked about the voucher.")
    return ""


def note(year: FiscalYear, by: str, text: str) -> AuditNote:
    """Keep what the auditor *by* wrote about *year*. Raises ValidationError, in words, without a text."""
    made = AuditNote(fiscal_year=year, by=by, text=text.strip())
    made.full_clean(validate_unique=False)
    made.save()
    return made


# How it stands -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How many vouchers of a sample stand how."""

    sample: AuditSample
    checked: int
    questions: int
    answers: int

    @property
    def unsettled(self) -> int:
        """How many have a question, answered or not."""
        return self.questions + self.answers

    @property
    def open(self) -> int:
        """How many nobody has looked at."""
        return self.sample.size - self.checked - self.unsettled

    @property
    def is_done(self) -> bool:
        """Whether every voucher is checked."""
        return self.checked == self.sample.size


def sampled_of(year: FiscalYear) -> QuerySet[Any]:
    """Every sampled voucher of *year*, sample by sample, in the order of the chain.

    Each with how it stands, ``total``, the sum of its debit rows, and ``has_papers``.
    """
    debit = VoucherRow.objects.filter(voucher=OuterRef("voucher"), amount__gt=0).order_by().values("voucher")
    return (
        SampledVoucher.objects.with_state()
        .filter(sample__fiscal_year=year)
        .annotate(
            total=Subquery(debit.annotate(total=Sum("amount")).values("total")),
            has_papers=Exists(Attachment.objects.filter(voucher=OuterRef("voucher"))),
        )
        .select_related("sample", "voucher__series")
        .order_by("sample__number", "place")
    )


def progress(year: FiscalYear) -> list[Progress]:
    """The samples of *year*, in their order, and how far each has come. Two queries."""
    counted: Counter[tuple[int, str]] = Counter()
    for sample, kind in (
        SampledVoucher.objects.with_state()
        .filter(sample__fiscal_year=year)
        .values_list("sample", "last_kind")
    ):
        counted[sample, kind] += 1
    return [
        Progress(
            sample,
            counted[sample.pk, Kind.CHECKED],
            counted[sample.pk, Kind.QUESTION],
            counted[sample.pk, Kind.ANSWER],
        )
        for sample in year.audit_samples.order_by("number")
    ]


def waiting(year: FiscalYear) -> tuple[int, int]:
    """How many questions of *year* wait for the treasurer, and how many answers for the auditors. One query."""
    kinds = list(
        SampledVoucher.objects.with_state()
        .filter(sample__fiscal_year=year, last_kind__in=(Kind.QUESTION, Kind.ANSWER))
        .values_list("last_kind", flat=True)
    )
    return kinds.count(Kind.QUESTION), kinds.count(Kind.ANSWER)


def asked(year: FiscalYear) -> QuerySet[Any]:
    """The sampled vouchers of *year* with a question that is not settled; the longest asked first."""
    return sampled_of(year).filter(last_kind__in=(Kind.QUESTION, Kind.ANSWER)).order_by("state_at", "pk")


def remarks_of(year: FiscalYear) -> QuerySet[AuditRemark]:
    """Every remark on the sampled vouchers of *year*, in the order in which they were made."""
    return (
        AuditRemark.objects.filter(sampled__sample__fiscal_year=year)
        .select_related("sampled__sample", "sampled__voucher__series")
        .order_by("pk")
    )
