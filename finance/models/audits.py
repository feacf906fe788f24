"""What the auditors drew, looked at, asked and wrote; nothing of it ever changes.

A sample is kept as it was drawn, with all that is needed to draw it again: the method, its parameter,
the seed, and how far the chain went. What was done with each of its vouchers is a thread of remarks;
how the voucher stands follows from the last of them that says so.
"""

import hashlib
from typing import Any

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .vouchers import Voucher
from .years import FiscalYear


class Method(models.TextChoices):
    """How vouchers are drawn; ``finance.sampling`` says what each does."""

    RANDOM = "random", _("at random")
    MONETARY = "monetary", _("monetary units")
    ABOVE = "above", _("above a limit")
    ROUND = "round", _("round sums")
    WEEKEND = "weekend", _("weekends")
    PAIRS = "pairs", _("unusual account pairs")


class State(models.TextChoices):
    """How a sampled voucher stands."""

    OPEN = "open", _("not looked at")
    CHECKED = "checked", _("checked")
    QUESTION = "question", _("question asked")
    ANSWER = "answer", _("question answered")


class AuditSample(models.Model):
    """A sample of a fiscal year's vouchers, as it was drawn.

    ``parameter`` is what the method asks for: how many vouchers, an amount in öre, how many times a
    pair occurs; None where it asks for nothing. It was drawn from the first ``sequence`` vouchers of
    the chain, the last of which has ``digest``, and holds ``size`` of them.
    """

    fiscal_year = models.ForeignKey(
        FiscalYear,
        models.PROTECT,
        db_index=False,
        related_name="audit_samples",
        verbose_name=_("fiscal year"),
    )
    number = models.PositiveIntegerField(_("number"))
    method = models.CharField(_("method"), max_length=10, choices=Method)
    parameter = models.BigIntegerField(_("parameter"), null=True)
    seed = models.CharField(_("seed"), max_length=40, blank=True)
    sequence = models.PositiveBigIntegerField(_("place in the chain"))
    digest = models.CharField(_("digest"), max_length=64)
    size = models.PositiveIntegerField(_("size"))
    by = models.CharField(_("drawn by"), max_length=150)
    at = models.DateTimeField(_("drawn at"), default=timezone.now)

    class Meta:
        verbose_name = _("audit sample")
        verbose_name_plural = _("audit samples")
        ordering = ["fiscal_year", "number"]
        default_permissions = ["view"]
        permissions = [("audit_vouchers", "Can draw audit samples, check vouchers and ask about them")]
        constraints = [
            models.UniqueConstraint(fields=["fiscal_year", "number"], name="finance_one_sample_per_number"),
            models.CheckConstraint(
                condition=Q(size__gte=1, sequence__gte=models.F("size"), method__in=Method.values),
                name="finance_sample_is_a_part_of_the_chain",
            ),
            # Without the seed, what was drawn by chance could not be drawn again.
            models.CheckConstraint(
                condition=Q(method__in=["random", "monetary"]) & ~Q(seed="")
                | ~Q(method__in=["random", "monetary"]) & Q(seed=""),
                name="finance_sample_has_a_seed_where_chance_rules",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.number}"


class SampleBasis(models.Model):
    """What a sample followed from beside the vouchers of its year, as it was when the sample was drawn.

    ``content`` is JSON, as ``finance.sampling`` writes it: the days off of the year, or the account pairs
    of the years before. Samples of other methods have none, nor have those that were drawn before this was
    kept.
    """

    sample = models.OneToOneField(
        AuditSample, models.PROTECT, related_name="basis", verbose_name=_("audit sample")
    )
    content = models.TextField(_("content"))

    class Meta:
        verbose_name = _("basis of a sample")
        verbose_name_plural = _("bases of samples")
        default_permissions = ["view"]

    def __str__(self) -> str:
        return f"{self.sample}"

    @property
    def digest(self) -> str:
        """The SHA-256 of the content."""
        return hashlib.sha256(self.content.encode()).hexdigest()


class SampledVoucherQuerySet(models.QuerySet["SampledVoucher"]):
    """Sampled vouchers by how they stand."""

    def with_state(self) -> models.QuerySet[Any]:
        """Those with ``state``, and ``state_by`` and ``state_at``: who brought it about, and when."""
        last = AuditRemark.objects.filter(sampled=OuterRef("pk"), kind__in=AuditRemark.OF_STATE).order_by(
            "-pk"
        )
        return self.annotate(
            last_kind=Subquery(last.values("kind")[:1]),
            state_by=Subquery(last.values("by")[:1]),
            state_at=Subquery(last.values("at")[:1]),
        )


class SampledVoucher(models.Model):
    """A voucher of a sample, in the order of the chain; ``hit`` says why it was drawn, as its method means it."""

    sample = models.ForeignKey(
        AuditSample,
        models.PROTECT,
        db_index=False,
        related_name="vouchers",
        verbose_name=_("audit sample"),
    )
    place = models.PositiveIntegerField(_("place"))
    voucher = models.ForeignKey(Voucher, models.PROTECT, related_name="samplings", verbose_name=_("voucher"))
    hit = models.CharField(_("why it was drawn"), max_length=100, blank=True)

    objects = SampledVoucherQuerySet.as_manager()

    class Meta:
        verbose_name = _("sampled voucher")
        verbose_name_plural = _("sampled vouchers")
        ordering = ["sample", "place"]
        default_permissions = ["view"]
        constraints = [
            models.UniqueConstraint(fields=["sample", "place"], name="finance_one_sampled_per_place"),
            models.UniqueConstraint(fields=["sample", "voucher"], name="finance_sampled_once"),
            models.CheckConstraint(condition=Q(place__gte=1), name="finance_sampled_places_begin_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.sample} {self.place}"

    @property
    def state(self) -> State:
        """How it stands, where it was read ``with_state``."""
        kind = getattr(self, "last_kind")  # noqa: B009 - annotated
        return State(kind) if kind in State.values else State.OPEN


class AuditRemark(models.Model):
    """What was done with a sampled voucher or said about it: by whom, and when."""

    class Kind(models.TextChoices):
        """What a remark is; all but a note change how the voucher stands."""

        CHECKED = "checked", _("checked")
        QUESTION = "question", _("question")
        ANSWER = "answer", _("answer")
        NOTE = "note", _("note")
        REOPENED = "reopened", _("opened again")

    OF_STATE = (Kind.CHECKED, Kind.QUESTION, Kind.ANSWER, Kind.REOPENED)

    sampled = models.ForeignKey(
        SampledVoucher,
        models.PROTECT,
        db_index=False,
        related_name="remarks",
        verbose_name=_("sampled voucher"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.TextField(_("text"), max_length=5000, blank=True)
    by = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("audit remark")
        verbose_name_plural = _("audit remarks")
        ordering = ["pk"]
        default_permissions = ["view"]
        indexes = [models.Index(fields=["sampled", "id"], name="finance_remark_by_sampled")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["checked", "reopened"])
                | Q(kind__in=["question", "answer", "note"]) & ~Q(text=""),
                name="finance_remark_says_something",
                violation_error_message=_("Write something first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.sampled} {self.pk}"


class AuditNote(models.Model):
    """What an auditor wrote about a fiscal year."""

    fiscal_year = models.ForeignKey(
        FiscalYear, models.PROTECT, related_name="audit_notes", verbose_name=_("fiscal year")
    )
    text = models.TextField(
        _("text"), max_length=20000, error_messages={"blank": _("Write something first.")}
    )
    by = models.CharField(_("by"), max_length=150)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("audit note")
        verbose_name_plural = _("audit notes")
        ordering = ["pk"]
        default_permissions = ["view"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="finance_audit_note_says_something",
                violation_error_message=_("Write something first."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year} {self.pk}"
