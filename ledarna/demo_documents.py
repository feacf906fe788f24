"""The minutes of a made-up association: of its latest meetings, approved but for the last."""

import hashlib
from datetime import datetime, time, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils import timezone

from board.documents import signatories_of
from board.minutes import begun, laid_out
from board.models import DocumentVersion, Meeting, MinutesSignature, SealedMinutes, Signatory
from finance.models import FiscalYear
from ledarna.board_documents.paper import text_pdf

WRITTEN = 3
"""How many of the year's last board meetings have minutes."""


def write_minutes(year: FiscalYear) -> None:
    """Write the minutes of the last board meetings of *year*; all sign them, but those of the last only the chair."""
    held = Meeting.objects.between(year.start, year.end).filter(kind=Meeting.Kind.BOARD)
    meetings = list(held.order_by("-date")[:WRITTEN])
    for meeting in meetings:
        _write(meeting, is_approved=meeting != meetings[0])


def _write(meeting: Meeting, is_approved: bool) -> None:
    document = begun(meeting, is_confidential=False)
    document.save()
    text = laid_out(meeting, is_confidential=False)
    at = timezone.make_aware(datetime.combine(meeting.date + timedelta(days=2), time(18, 30)))
    version = DocumentVersion.objects.create(
        document=document,
        number=1,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        made_at=at,
        made_by="demo",
    )
    asked = Signatory.objects.bulk_create(
        Signatory(version=version, person=person, name=person.name, part=part, asked_at=at, asked_by="demo")
        for person, part in signatories_of(meeting)
    )
    signing = asked if is_approved else asked[:1]
    for days, signatory in enumerate(signing, start=1):
        MinutesSignature.objects.create(
            signatory=signatory, by="demo", at=at + timedelta(days=days), sha256=version.sha256
        )
    if is_approved:
        paper = ContentFile(text_pdf(version))
        SealedMinutes.objects.create(
            version=version,
            at=at + timedelta(days=len(signing)),
            pdf_sha256=storages["documents"].save("minutes.pdf", paper),
        )
