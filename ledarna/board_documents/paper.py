"""A document of the board as PDF, on the association's letterhead, with who approved it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from board.models import Document, DocumentVersion, Signatory
from ledarna.annual_report.markdown import prose
from ledarna.annual_report.paper import for_paper
from ledarna.documents import letterhead
from ledarna.pdf import pdf


def text_pdf(version: DocumentVersion) -> bytes:
    """*version*, a text, as PDF: with its signatures where it is minutes, else as it reads.

    Dated the day of the last signature, or that on which it was written, so that the same facts give
    the same bytes.
    """
    document = version.document
    with translation.override(settings.LANGUAGE_CODE):
        signatories = list(version.signatories.select_related("signature"))
        signed = [one for one in signatories if hasattr(one, "signature")]
        moments = [one.signature.at for one in signed] or [version.made_at]
        is_draft = document.kind == Document.Kind.MINUTES and len(signed) < max(len(signatories), 1)
        foot = _("Draft, not approved") if is_draft else ""
        data: dict[str, Any] = {
            **letterhead(""),
            "foot": " · ".join(filter(None, (foot, f"SHA-256 {version.sha256}"))),
            "title": document.title,
            "period": "",
            "date": _day(max(moments)).isoformat(),
            "nodes": [for_paper(node.as_json()) for node in prose(version.text)],
            "signatures": _signatures(signatories),
            "words": {
                "signatures": _("Approved by"),
                "digest": _("What was approved is the text whose SHA-256 is in the foot of each page."),
            },
        }
        return pdf("document", data, _day(max(moments)))


def _signatures(signatories: Sequence[Signatory]) -> list[dict[str, str]]:
    return [
        {
            "name": one.name,
            "part": one.get_part_display(),
            "signed": _moment(one) if hasattr(one, "signature") else _("has not signed yet"),
        }
        for one in signatories
    ]


def _moment(one: Signatory) -> str:
    at = timezone.localtime(one.signature.at)
    return _("signed %(day)s at %(time)s") % {"day": at.date().isoformat(), "time": f"{at:%H:%M}"}


def _day(moment: Any) -> date:
    return timezone.localdate(moment)
