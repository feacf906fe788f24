"""What was sealed, looked at anew when the ledger is verified: the digests, the signatures, the head."""

import hashlib
import json
from collections.abc import Iterator

from django.core.files.storage import storages
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from finance.models import Voucher
from ledarna.models import SealedReport


def faults() -> Iterator[tuple[str, str]]:
    """Where each sealed report and signature is, and what is wrong with it; empty where nothing is.

    That the books went on after a report was sealed breaks nothing, and is told on its pages.
    """
    here = Voucher.objects.filter(fiscal_year=OuterRef("fiscal_year"), sequence=OuterRef("sequence"))
    reports = SealedReport.objects.select_related("fiscal_year").prefetch_related("signatures")
    before: dict[int, int] = {}
    for sealed in reports.annotate(stands=Subquery(here.values("digest")[:1])).order_by(
        "fiscal_year", "number"
    ):
        where = str(sealed)
        wrong = [what for what in (*_of_content(sealed), _of_pdf(sealed), _of_head(sealed)) if what]
        if sealed.number != before.get(sealed.fiscal_year_id, 0) + 1:
            wrong.append(_("The report before it is gone."))
        before[sealed.fiscal_year_id] = sealed.number
        for what in wrong or [""]:
            yield where, what
        for signature in sealed.signatures.all():
            signed_another = signature.pdf_sha256 != sealed.pdf_sha256
            yield (
                f"{where}: {signature.name}",
                _("What was signed is another PDF than the sealed one.") if signed_another else "",
            )


def _of_content(sealed: SealedReport) -> Iterator[str]:
    """What is wrong with the text, the figures and what else was kept of *sealed*."""
    if hashlib.sha256(sealed.content.encode()).hexdigest() != sealed.content_sha256:
        yield _("The text or the figures were changed: their digest is another one.")
    try:
        content = json.loads(sealed.content)
        kept = (content["head"], content["vouchers"])
    except (ValueError, TypeError, LookupError):
        yield _("What was sealed cannot be read.")
        return
    if kept != (sealed.head, sealed.sequence):
        yield _("It says another head of the chain than the one that it was sealed with.")


def _of_pdf(sealed: SealedReport) -> str:
    """What is wrong with the PDF of *sealed*; empty where it is what was sealed."""
    try:
        with storages["documents"].open(sealed.pdf_sha256) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return _("The sealed PDF is not in the document store. Restore it from a backup.")
    if digest != sealed.pdf_sha256:
        return _("The sealed PDF was altered on the disk. Restore it from a backup.")
    return ""


def _of_head(sealed: SealedReport) -> str:
    """What is wrong with the head of *sealed*; empty where it stands in its place of the chain."""
    stands = sealed.stands or ""  # type: ignore[attr-defined]
    if stands == sealed.head:
        return ""
    return _(
        "Another digest stands in place %(sequence)s of the chain: what is posted up to there was changed."
    ) % {"sequence": sealed.sequence}
