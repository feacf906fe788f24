"""Sealing the annual report: what is looked at first, what is kept for ever, who signs, and what moved since.

A sealed report keeps its text as it reads, every figure of the year, the head of the chain and the PDF,
each by its digest; the database refuses to change it (``finance/sql``). It is superseded only by a new
one, for a reason. Those who write the report sign it, one by one.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from finance import verification
from finance.closing import Finding, Place, Severity
from finance.models import FiscalYear
from finance.posting import chain_head
from ledarna.annual_report.document import Composed, Document, compose, report_of
from ledarna.annual_report.paper import document_pdf
from ledarna.figures import Reading, Unit, figures_of
from ledarna.models import ReportComment, ReportSignature, SealedReport, User
from ledarna.presentation import format_value
from ledarna.reconciliation import reconcile
from ledarna.roles import Area, Level, may
from ledarna.storage import sealed_pdf

FORMAT = "ledarna-annual-report 1"


# What is looked at first --------------------------------------------------------------------------


def findings(year: FiscalYear, composed: Composed | None) -> list[Finding]:
    """What every check before the sealing of *year* finds; nothing is sealed as long as one is a hindrance."""
    return [
        _closed(year),
        _without_drafts(year),
        _verified(year),
        _written(composed),
        _reconciled(year),
        _derivable(composed),
        _discussed(year),
    ]


def _found(name: str, places: list[Place], fine: str, told: str, severity: Severity) -> Finding:
    return Finding(name, severity if places else Severity.FINE, told if places else fine, tuple(places))


def _closed(year: FiscalYear) -> Finding:
    places = [] if year.is_closed else [Place(_("Close the year"), reverse("closing", args=[year.label]))]
    return _found(
        "closed", places, _("The year is closed."), _("The year is not closed."), Severity.HINDRANCE
    )


def _without_drafts(year: FiscalYear) -> Finding:
    drafts = [Place(str(draft), draft.get_absolute_url()) for draft in year.vouchers.drafts()[:20]]
    return _found(
        "drafts", drafts, _("No draft is left."), _("Drafts are left in the year."), Severity.HINDRANCE
    )


def _verified(year: FiscalYear) -> Finding:
    report = verification.verify(year.label)
    places = [
        Place(f"{place.where}: {place.what}") for check in report.checks.values() for place in check.broken
    ]
    return _found(
        "verified",
        places,
        _("Everything in the books was verified, and holds."),
        _("The verification of the books found errors."),
        Severity.HINDRANCE,
    )


def _written(composed: Composed | None) -> Finding:
    if composed is None or not composed.document.sections:
        return Finding("written", Severity.HINDRANCE, _("The report has no sections yet."))
    places = [Place(f"{mistake.place}: {mistake.sentence}") for mistake in composed.mistakes]
    return _found(
        "written",
        places,
        _("Every name in the text is known."),
        _("Something in the text cannot be understood."),
        Severity.HINDRANCE,
    )


def _reconciled(year: FiscalYear) -> Finding:
    places = [
        Place(f"{row.label}: {row.stated_text} / {row.derived_text}", row.source)
        for row in reconcile(year).differing
    ]
    return _found(
        "reconciled",
        places,
        _("No published figure differs from the facts."),
        _("Published figures differ from the facts."),
        Severity.NOTE,
    )


def _derivable(composed: Composed | None) -> Finding:
    places = [
        Place(f"{figure.label}: {figure.reason}", figure.explained)
        for figure in (composed.missing if composed else ())
    ]
    return _found(
        "derivable",
        places,
        _("Every figure in the text can be derived."),
        _("Figures in the text cannot be derived; the text says why instead."),
        Severity.NOTE,
    )


def _discussed(year: FiscalYear) -> Finding:
    comments = ReportComment.objects.filter(section__report__fiscal_year=year, settled=False).select_related(
        "section"
    )
    places = [
        Place(
            f"{comment.section}: {comment}", reverse("report-section", args=[year.label, comment.section_id])
        )
        for comment in comments
    ]
    return _found("discussed", places, _("No comment is open."), _("Comments are open."), Severity.NOTE)


# Sealing ------------------------------------------------------------------------------------------


def canonical(content: Mapping[str, Any]) -> str:
    """*content* as JSON whose bytes follow from it alone: keys in their order, no spaces."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    """The SHA-256 of *text*."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(year: FiscalYear, composed: Composed) -> dict[str, Any]:
    """What is kept of the report of *year*: the text as it reads, every figure, the head, who is to sign."""
    head = chain_head(year)
    with translation.override(composed.document.language):
        figures = figures_of(year, reading=Reading(year))
    return {
        "format": FORMAT,
        "year": {"label": year.label, "start": year.start.isoformat(), "end": year.end.isoformat()},
        "head": head.digest if head.sequence else "",
        "vouchers": head.sequence,
        "figures": {key: figure.as_json() for key, figure in figures.items()},
        "document": composed.document.as_json(),
        "signatories": [{"by": user.get_username(), "name": name_of(user)} for user in signatories()],
    }


def name_of(user: User) -> str:
    """What *user* is called under a report."""
    return user.get_full_name() or user.get_username()


def signatories() -> list[User]:
    """Those who are to sign: everybody who writes the report, and is there."""
    users = User.objects.filter(is_active=True, is_superuser=False).order_by("last_name", "first_name", "pk")
    return [user for user in users if may(user, Area.ANNUAL_REPORT, Level.ENTER)]


def latest(year: FiscalYear) -> SealedReport | None:
    """The sealed report of *year* that holds; None where none was sealed."""
    return SealedReport.objects.filter(fiscal_year=year).order_by("-number").first()


def seal(year: FiscalYear, by: User, seen: str, reason: str = "") -> SealedReport:
    """Seal the report of *year* as it was *seen*, which is the digest of its content.

    Raises ValidationError, and seals nothing, where a check hinders, where anything moved since it was
    seen, and for a report that supersedes another without a *reason* or says the same.
    """
    report = report_of(year)
    if report is None:
        raise ValidationError(_("The report has no sections yet."))
    checked = findings(year, compose(report))
    if hindrances := [found.sentence for found in checked if found.severity == Severity.HINDRANCE]:
        raise ValidationError(hindrances)
    with transaction.atomic():
        FiscalYear.objects.select_for_update(no_key=True).get(pk=year.pk)
        if not year.is_closed:
            raise ValidationError(_("The year is not closed."))
        before = latest(year)
        if before and not reason.strip():
            raise ValidationError(_("Say why the sealed report is superseded."))
        composed = compose(report)
        content = content_of(year, composed)
        text = canonical(content)
        if digest_of(text) != seen:
            raise ValidationError(_("Something has changed since the page was shown. Look again."))
        if before and before.content_sha256 == digest_of(text):
            raise ValidationError(_("Nothing has changed since it was sealed."))
        moment = timezone.now()
        names = [signatory["name"] for signatory in content["signatories"]]
        paper = document_pdf(
            composed.document, content["head"], timezone.localdate(moment), names, is_sealed=True
        )
        return SealedReport.objects.create(
            fiscal_year=year,
            number=before.number + 1 if before else 1,
            at=moment,
            by=by.get_username(),
            reason=reason.strip() if before else "",
            sequence=content["vouchers"],
            head=content["head"],
            content=text,
            content_sha256=digest_of(text),
            pdf_sha256=storages["documents"].save("annual-report.pdf", ContentFile(paper)),
        )


def sign(sealed: SealedReport, user: User) -> ReportSignature:
    """Sign *sealed* as *user*, whose password was given anew.

    Raises ValidationError where it is superseded, or signed by *user* already.
    """
    with transaction.atomic():
        FiscalYear.objects.select_for_update(no_key=True).get(pk=sealed.fiscal_year_id)
        if latest(sealed.fiscal_year) != sealed:
            raise ValidationError(_("A new report has superseded this one. Read and sign that."))
        pdf_of(sealed)
        signature = ReportSignature(
            sealed=sealed, by=user.get_username(), name=name_of(user), pdf_sha256=sealed.pdf_sha256
        )
        signature.full_clean()
        signature.save()
        return signature


def pdf_of(sealed: SealedReport) -> bytes:
    """The PDF of *sealed*. Raises ValidationError where it is gone, or no longer what was sealed."""
    return sealed_pdf(sealed.pdf_sha256)


# What moved since ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moved:
    """A figure that is no longer what was sealed, both as people write them."""

    key: str
    label: str
    sealed: str
    now: str
    source: str


@dataclass(frozen=True)
class Seal:
    """A sealed report read back, and how the year's facts stand against it now."""

    report: SealedReport

    @cached_property
    def content(self) -> dict[str, Any]:
        """What was kept."""
        found: dict[str, Any] = json.loads(self.report.content)
        return found

    @property
    def document(self) -> Document:
        """The text as it was sealed."""
        return Document.from_json(self.content["document"])

    @property
    def is_whole(self) -> bool:
        """Whether what was kept still has its digest."""
        return digest_of(self.report.content) == self.report.content_sha256

    @cached_property
    def signatures(self) -> list[ReportSignature]:
        """Who has signed, in their order."""
        return list(self.report.signatures.all())

    @property
    def unsigned(self) -> list[str]:
        """The names of those who are still to sign."""
        signed = {signature.by for signature in self.signatures}
        return [one["name"] for one in self.content["signatories"] if one["by"] not in signed]

    @property
    def books_moved(self) -> bool:
        """Whether the chain has another head than the one that was sealed."""
        return has_moved(self.report)

    @cached_property
    def moved(self) -> list[Moved]:
        """The figures that are no longer what was sealed."""
        now = figures_of(self.report.fiscal_year)
        return [
            Moved(
                key=key,
                label=figure.label,
                sealed=_text(sealed["value"], figure.unit),
                now=str(figure),
                source=figure.source,
            )
            for key, figure in now.items()
            if (sealed := self.content["figures"].get(key)) and sealed["value"] != figure.value_text
        ]


def has_moved(sealed: SealedReport) -> bool:
    """Whether the books of the year have moved since *sealed*: their chain has another head."""
    head = chain_head(sealed.fiscal_year)
    return (head.sequence, head.digest if head.sequence else "") != (sealed.sequence, sealed.head)


def _text(value: str | None, unit: Unit) -> str:
    return "–" if value is None else format_value(Decimal(value), unit)
