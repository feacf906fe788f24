"""Approving minutes: each signs for themselves, and the last signature seals the PDF."""

from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction

from board import documents
from board.models import Document, DocumentVersion, SealedMinutes, Signatory
from ledarna.board_documents.access import name_in_trail
from ledarna.board_documents.paper import text_pdf
from ledarna.storage import sealed_pdf
from ledarna.trail import record


def send(document: Document, user: Any) -> list[Signatory]:
    """Send the latest version of *document* for approval. Raises ValidationError in words."""
    signatories = documents.send_for_approval(document, user.get_username())
    record(user, "sent for approval", document, name_in_trail(document))
    return signatories


def asked_of(user: Any, version: DocumentVersion) -> Signatory | None:
    """The signatory of *version* that *user* is; None where nobody asked them."""
    return version.signatories.select_related("version", "person").filter(person__user=user).first()


@transaction.atomic
def sign(signatory: Signatory, user: Any, sha256: str) -> SealedMinutes | None:
    """Sign as *signatory*, who is *user*, whose password was given anew; what is sealed by it, if it was the last.

    Raises ValidationError in words, and PermissionError where somebody else was asked.
    """
    if signatory.person.user_id != user.pk:
        raise PermissionError(f"{user} was not asked to sign as {signatory}.")
    documents.sign(signatory, user.get_username(), sha256)
    document = signatory.version.document
    record(user, "signed minutes", document, name_in_trail(document))
    if documents.unsigned(signatory.version):
        return None
    paper = ContentFile(text_pdf(signatory.version))
    return SealedMinutes.objects.create(
        version=signatory.version, pdf_sha256=storages["documents"].save("minutes.pdf", paper)
    )


def pdf_of(version: DocumentVersion) -> bytes:
    """The PDF of *version*, a text: the sealed one where it was approved, else as it reads now.

    Raises ValidationError where the sealed one is gone, or no longer what was sealed.
    """
    sealed = SealedMinutes.objects.filter(version=version).first()
    return sealed_pdf(sealed.pdf_sha256) if sealed else text_pdf(version)
