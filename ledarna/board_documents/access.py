"""Who reads which of the board's documents, in one place; every page, file and package asks here.

The board reads them all. Others read what is meant for them and settled: the version that was approved
of minutes, the latest of anything else. Nobody but the board is told that a confidential document is
there.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from board.models import Document, DocumentVersion
from board.models.documents import DocumentQuerySet
from ledarna.roles import Area, Level, may
from ledarna.trail import record

AUDIENCES: Mapping[Level, str] = {
    Level.SEE_AS_AUDITOR: "auditors",
    Level.SEE_AS_NOMINATING: "nominating_committee",
}
"""The field that means a document for those who reach a level without being of the board."""


def is_of_board(user: Any) -> bool:
    """Whether *user* reads every document, confidential ones too."""
    return may(user, Area.DOCUMENTS, Level.SEE)


def meant_for(level: Level) -> DocumentQuerySet:
    """The documents that are meant for those who reach *level*, as far as they are settled."""
    return Document.objects.settled().filter(is_confidential=False, **{AUDIENCES[level]: True})


def readable_documents(user: Any) -> DocumentQuerySet:
    """The documents that *user* may read."""
    if is_of_board(user):
        return Document.objects.all()
    found = Document.objects.none()
    for level in AUDIENCES:
        if may(user, Area.DOCUMENTS, level):
            found |= meant_for(level)
    return found


def may_read(user: Any, document: Document) -> bool:
    """Whether *user* may read *document*."""
    return readable_documents(user).filter(pk=document.pk).exists()


def readable_versions(user: Any, document: Document) -> QuerySet[DocumentVersion]:
    """The versions of *document*, which *user* may read, that they may read; the latest last."""
    versions = document.versions.order_by("number")
    if is_of_board(user):
        return versions
    if document.kind == Document.Kind.MINUTES:
        return versions.filter(sealed__isnull=False)
    latest = document.latest
    return versions.filter(pk=latest.pk) if latest else versions.none()


def name_in_trail(document: Document) -> str:
    """What the trail, which auditors read, calls *document*: of a confidential one only that there is one."""
    if not document.is_confidential:
        return document.title
    return f"{document.get_kind_display()} {document.pk} *"


def refused(user: Any, document: Document, name: str = "") -> None:
    """Keep in the trail that *user*, or somebody who has not signed in (None), was refused *document*."""
    record(user, "refused", document, name or name_in_trail(document))


def opened(user: Any, pk: int) -> Document:
    """The document *pk*, to be read by *user*.

    A reading of a confidential document is kept in the trail, and so is an attempt that is refused.
    Raises Http404 where there is none and where *user* may not read it: both look the same.
    """
    document = Document.objects.select_related("meeting").filter(pk=pk).first()
    if document is None:
        raise Http404
    if not may_read(user, document):
        refused(user, document)
        raise Http404
    if document.is_confidential:
        record(user, "read", document, name_in_trail(document))
    return document


def version_of(user: Any, document: Document, number: int | None = None) -> DocumentVersion:
    """The version *number* of *document*, or the latest that *user* may read.

    Raises Http404 where there is none that they may read; that they tried is kept in the trail.
    """
    versions = readable_versions(user, document)
    found = versions.filter(number=number).first() if number is not None else versions.last()
    if found is None:
        if number is not None and document.versions.filter(number=number).exists():
            refused(user, document, f"{name_in_trail(document)} ({number})")
        raise Http404
    return found
