"""A document of the board as PDF, on the association's letterhead, with who approved it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from board.minutes import laid_out_agenda_alone, title_of
from board.models import Document, DocumentVersion, Meeting, Signatory
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
        return _pdf(
            document.title,
            version.text,
            _day(max(moments)),
            foot=" · ".join(filter(None, (foot, f"SHA-256 {version.sha256}"))),
            signatures=_signatures(signatories),
        )


def agenda_pdf(meeting: Meeting) -> bytes:
    """The agenda of *meeting* as it stands, as PDF dated the day of the meeting.

    Of a confidential item it has nothing but the place, whoever reads it, as a summons has.
    """
    with translation.override(settings.LANGUAGE_CODE):
        title = title_of(meeting, Document.Kind.AGENDA)
        return _pdf(title, laid_out_agenda_alone(meeting), meeting.date)


def _pdf(
    title: str, text: str, day: date, foot: str = "", signatures: Sequence[dict[str, str]] = ()
) -> bytes:
    """*text*, in Markdown, on the letterhead, dated *day*."""
    data: dict[str, Any] = {
        **letterhead(""),
        "foot": foot,
        "title": title,
        "period": "",
        "date": day.isoformat(),
        "nodes": [for_paper(node.as_json()) for node in prose(text)],
        "signatures": signatures,
        "words": {
            "signatures": _("Approved by"),
            "digest": _("What was approved is the text whose SHA-256 is in the foot of each page."),
        },
    }
    return pdf("document", data, day)


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
