"""Writing documents: versions that stay, and minutes that are sent, signed and then final."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import OuterRef, QuerySet
from django.utils.translation import gettext as _

from board.models import (
    Document,
    DocumentVersion,
    Meeting,
    MinutesSignature,
    Person,
    SealedMinutes,
    Signatory,
)

LONGEST_TEXT = 200_000
"""Signs of one text; the minutes of a congress have some hundred thousand."""


@dataclass(frozen=True)
class KeptFile:
    """A file that lies in the document store under its digest, and what was found of it."""

    sha256: str
    name: str
    content_type: str
    size: int


def add_text(
    document: Document, text: str, by: str, after: int | None = None, *, again: bool = False
) -> DocumentVersion:
    """Keep *text* as the next version of *document*, written by the user *by*.

    *after* is the number of the version that the writer had before them, 0 for none; with None it is
    not asked. Line ends are made alike, so that the digest does not depend on the browser. Raises
    ValidationError for an empty text, one that is too long, one that says what the latest version
    says unless it is said *again*, and where somebody else has written a version in between.
    """
    text = "\n".join(line.rstrip() for line in text.splitlines()).strip() + "\n"
    if not text.strip():
        raise ValidationError(_("Nothing is written yet."))
    if len(text) > LONGEST_TEXT:
        raise ValidationError(_("The text is too long. Put a part of it into an annex."))
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return _add(DocumentVersion(document=document, text=text, sha256=sha256, made_by=by), after, again)


def add_file(document: Document, file: KeptFile, by: str) -> DocumentVersion:
    """Keep *file* as the next version of *document*. Raises ValidationError for the file of the latest version."""
    return _add(
        DocumentVersion(
            document=document,
            sha256=file.sha256,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            made_by=by,
        )
    )


@transaction.atomic
def _add(version: DocumentVersion, after: int | None = None, again: bool = False) -> DocumentVersion:
    document = Document.objects.select_for_update(of=("self",)).get(pk=version.document_id)
    latest = document.latest
    if document.sealed:
        raise ValidationError(_("The minutes are approved, and take no further version."))
    if after is not None and after != (latest.number if latest else 0):
        raise ValidationError(
            _("%(who)s has written a version in the meantime. Read it, and put in what you want to keep.")
            % {"who": latest.made_by if latest else ""}
        )
    if latest and latest.sha256 == version.sha256 and not again:
        raise ValidationError(_("It says the same as the version before."))
    version.number = latest.number + 1 if latest else 1
    version.save()
    return version


def signatories_of(meeting: Meeting) -> list[tuple[Person, str]]:
    """Those who are to approve the minutes of *meeting*, the chair first, each with what they do it as.

    A chair who is an adjuster too signs once.
    """
    chair = [(meeting.chair, Signatory.Part.CHAIR)] if meeting.chair else []
    return [
        *chair,
        *(
            (person, Signatory.Part.ADJUSTER)
            for person in meeting.adjusters.order_by("name", "pk")
            if person != meeting.chair
        ),
    ]


@transaction.atomic
def send_for_approval(document: Document, by: str) -> list[Signatory]:
    """Ask the chair and the adjusters to approve the latest version of the minutes *document*.

    Raises ValidationError where it is no minutes, nothing is written, it was sent already, the meeting
    is still to come, or nobody is named to approve them: they need a chair and at least one adjuster.
    """
    document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    version, meeting = document.latest, document.meeting
    if document.kind != Document.Kind.MINUTES or meeting is None:
        raise ValidationError(_("Only minutes are sent for approval."))
    if version is None:
        raise ValidationError(_("Nothing is written yet."))
    if version.is_sent:
        raise ValidationError(_("This version was sent already."))
    if meeting.state != Meeting.State.HELD:
        raise ValidationError(_("The meeting has not been held yet."))
    people = signatories_of(meeting)
    if meeting.chair is None or len(people) < 2:
        raise ValidationError(_("Say who was the chair and who are the adjusters of the meeting first."))
    return Signatory.objects.bulk_create(
        Signatory(version=version, person=person, name=person.name, part=part, asked_by=by)
        for person, part in people
    )


@transaction.atomic
def sign(signatory: Signatory, by: str, sha256: str) -> MinutesSignature:
    """Approve, as *signatory* and the user *by*, the version whose digest *sha256* they have read.

    Raises ValidationError where it has been signed by them, where it is not what was sent, and where a
    later version took its place.
    """
    version = signatory.version
    document = Document.objects.select_for_update(of=("self",)).get(pk=version.document_id)
    if document.latest != version or version.sha256 != sha256:
        raise ValidationError(
            _("A later version has taken its place. Read that one; it is sent to you anew.")
        )
    if MinutesSignature.objects.filter(signatory=signatory).exists():
        raise ValidationError(_("You have signed these minutes already."))
    return MinutesSignature.objects.create(signatory=signatory, by=by, sha256=sha256)


def approved_minutes(meeting: Meeting | OuterRef) -> QuerySet[SealedMinutes]:
    """The minutes of *meeting* that are approved, so that what they say was decided is final."""
    return SealedMinutes.objects.filter(version__document__meeting=meeting)


def has_approved_minutes(meeting: Meeting) -> bool:
    """Whether minutes of *meeting* are approved. One query."""
    return approved_minutes(meeting).exists()


def unsigned(version: DocumentVersion) -> list[Signatory]:
    """Those who were asked to sign *version* and have not."""
    return list(version.signatories.filter(signature__isnull=True))
