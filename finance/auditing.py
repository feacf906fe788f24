"""The auditors' work: drawing a sample and keeping it, checking its vouchers, asking, answering, noting.

All of it is added and nothing changed; the database refuses anything else (``finance/sql``).
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from finance.attestation import hands
from finance.models import (
    Attachment,
    AuditNote,
    AuditRemark,
    AuditSample,
    FiscalYear,
    SampleBasis,
    SampledVoucher,
    VoucherRow,
)
from finance.models.audits import Method, State
from finance.posting import chain_head
from finance.sampling import WEEKENDS_ALONE, Plan, draw, too_many

Kind = AuditRemark.Kind
UNSETTLED = (Kind.QUESTION, Kind.ANSWER)
"""What the last remark is of a voucher whose question is not settled."""


def plan_of(sample: AuditSample) -> Plan:
    """How *sample* was drawn. One of weekends without a basis is of the time when no other days counted."""
    basis = getattr(sample, "basis", None)
    unkept = WEEKENDS_ALONE if sample.method == Method.WEEKEND else None
    return Plan(Method(sample.method), sample.parameter, sample.seed, basis.content if basis else unkept)


def keep_sample(year: FiscalYear, plan: Plan, by: str, seen: str) -> AuditSample:
    """Draw what *plan* draws and keep it in the name of the user *by*.

    *seen* is the digest of the chain's head as the auditor saw it when the sample was previewed. Raises
    ValidationError, in words, where something was posted since, where nothing is drawn, and where it is
    too much for a sample.
    """
    drawn = draw(year, plan)
    if drawn.is_too_large:
        raise ValidationError(too_many())
    if not drawn.picks:
        raise ValidationError(_("No voucher meets this, so there is nothing to keep."))
    with transaction.atomic():
        # What is posted while this holds the year waits; nobody waits while it is drawn.
        year = FiscalYear.objects.select_for_update(no_key=True).get(pk=year.pk)
        if not drawn.head.digest == chain_head(year).digest == seen:
            raise ValidationError(
                _("Something was posted while you looked. Look at what would be drawn now, and draw it then.")
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
            size=drawn.count,
            by=by,
        )
        if drawn.plan.basis is not None:
            SampleBasis.objects.create(sample=sample, content=drawn.plan.basis)
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
    def by_state(self) -> list[tuple[State, int]]:
        """Each state, and how many stand so."""
        return [
            (State.OPEN, self.open),
            (State.CHECKED, self.checked),
            (State.QUESTION, self.questions),
            (State.ANSWER, self.answers),
        ]

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


def in_state(sampled: QuerySet[Any], state: State) -> QuerySet[Any]:
    """Those of ``sampled_of`` that stand so."""
    if state == State.OPEN:
        return sampled.filter(Q(last_kind__isnull=True) | Q(last_kind=Kind.REOPENED))
    return sampled.filter(last_kind=state)


def _standing(year: FiscalYear) -> QuerySet[AuditRemark]:
    """Of each sampled voucher of *year* that somebody dealt with, the remark that says how it stands."""
    of_state = AuditRemark.objects.filter(kind__in=AuditRemark.OF_STATE)
    later = of_state.filter(sampled=OuterRef("sampled"), pk__gt=OuterRef("pk"))
    return of_state.filter(~Exists(later), sampled__sample__fiscal_year=year).order_by()


def progress(year: FiscalYear) -> list[Progress]:
    """The samples of *year*, in their order, and how far each has come. Two queries."""
    counted = {
        (sample, kind): count
        for sample, kind, count in _standing(year)
        .values_list("sampled__sample", "kind")
        .annotate(count=Count("pk"))
    }
    return [
        Progress(
            sample,
            counted.get((sample.pk, Kind.CHECKED), 0),
            counted.get((sample.pk, Kind.QUESTION), 0),
            counted.get((sample.pk, Kind.ANSWER), 0),
        )
        for sample in year.audit_samples.select_related("basis").order_by("number")
    ]


def waiting(year: FiscalYear) -> tuple[int, int]:
    """How many questions of *year* wait for the treasurer, and how many answers for the auditors. One query."""
    counted = Counter(_standing(year).filter(kind__in=UNSETTLED).values_list("kind", flat=True))
    return counted[Kind.QUESTION], counted[Kind.ANSWER]


def asked(year: FiscalYear) -> QuerySet[Any]:
    """The sampled vouchers of *year* with a question that is not settled; the longest asked first."""
    unsettled = _standing(year).filter(kind__in=UNSETTLED)
    return sampled_of(year).filter(pk__in=unsettled.values("sampled")).order_by("state_at", "pk")


def remarks_of(year: FiscalYear) -> QuerySet[AuditRemark]:
    """Every remark on the sampled vouchers of *year*, in the order in which they were made."""
    return (
        AuditRemark.objects.filter(sampled__sample__fiscal_year=year)
        .select_related("sampled__sample", "sampled__voucher__series")
        .order_by("pk")
    )
