"""Where documents are kept: each once, under the SHA-256 of its content, and for good.

The apps know it as ``storages["documents"]``. It lies outside of the web root, so that a document is
reached only through a view that asks who is there. Nothing is ever written over, and nothing deleted:
books and what belongs to them are kept for seven years at the least (BFL 7:2), also a receipt whose
draft was thrown away.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.core.exceptions import SuspiciousFileOperation, ValidationError
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext as _

SHA256 = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20
READ_ONLY = 0o440


@deconstructible(path="ledarna.storage.DocumentStorage")
class DocumentStorage(Storage):
    """Files whose name is the SHA-256 of their content, 64 hexadecimal digits."""

    def __init__(self, location: str | Path) -> None:
        self.location = Path(location)

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Keep *content*, a file or its chunks, and return its SHA-256; *name* tells nothing here.

        When this returns, the content is on the disk under its digest. A content that is there
        already is not written again. Raises OSError where the disk refuses, or where what lies under
        the digest is no longer what was put there.
        """
        return self._keep(content, over_what_was_altered=False)

    def put_back(self, content: Any) -> str:
        """Keep *content* as ``save`` does, and in place of what lies under its digest and was altered."""
        return self._keep(content, over_what_was_altered=True)

    def _keep(self, content: Any, over_what_was_altered: bool) -> str:
        directory = self.location / "incoming"
        directory.mkdir(parents=True, exist_ok=True, mode=0o750)
        digest = hashlib.sha256()
        descriptor, incoming = tempfile.mkstemp(dir=directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in _chunks(content):
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fchmod(descriptor, READ_ONLY)
                os.fsync(descriptor)
            self._put(Path(incoming), digest.hexdigest(), over_what_was_altered)
        finally:
            Path(incoming).unlink(missing_ok=True)
        return digest.hexdigest()

    def _put(self, incoming: Path, sha256: str, over_what_was_altered: bool) -> None:
        """Give the file its name; the link fails, rather than replaces, where the name is taken."""
        kept = Path(self.path(sha256))
        for directory in (kept.parent.parent, kept.parent):
            if not directory.exists():
                directory.mkdir(mode=0o750, exist_ok=True)
                _sync(directory.parent)
        try:
            kept.hardlink_to(incoming)
        except FileExistsError:
            with kept.open("rb") as file:
                is_altered = hashlib.file_digest(file, "sha256").hexdigest() != sha256
            if is_altered and not over_what_was_altered:
                raise OSError(f"The document {sha256} was altered on the disk.") from None
            if is_altered:
                incoming.replace(kept)
        _sync(kept.parent)

    def path(self, name: str) -> str:
        """The path of the document whose SHA-256 is *name*."""
        if not SHA256.fullmatch(name):
            raise SuspiciousFileOperation(f"“{name}” is no SHA-256 of a document.")
        return str(self.location / name[:2] / name[2:4] / name)

    def _open(self, name: str, mode: str = "rb") -> File:
        if mode != "rb":
            raise PermissionError("A kept document is only read.")
        return File(Path(self.path(name)).open("rb"), name=name)

    def exists(self, name: str) -> bool:
        """Whether there is a document whose SHA-256 is *name*."""
        return Path(self.path(name)).is_file()

    def names(self) -> Iterator[str]:
        """The SHA-256 of every document that is kept, in their order."""
        for path in sorted(self.location.glob("??/??/*")):
            if SHA256.fullmatch(path.name):
                yield path.name

    def size(self, name: str) -> int:
        """The number of bytes of the document."""
        return Path(self.path(name)).stat().st_size

    def delete(self, name: str) -> None:
        """Refuse: a document is kept for seven years at the least (BFL 7:2)."""
        raise PermissionError(f"The document {name} is kept; it cannot be deleted (BFL 7:2).")


def document_store() -> DocumentStorage:
    """Where this installation keeps its documents."""
    store = storages["documents"]
    assert isinstance(store, DocumentStorage)
    return store


def _chunks(content: Any) -> Iterator[bytes]:
    """*content* from its beginning, in pieces that fit in the memory."""
    if hasattr(content, "chunks"):
        yield from content.chunks(CHUNK)
        return
    file: BinaryIO = content
    file.seek(0)
    while chunk := file.read(CHUNK):
        yield chunk


def _sync(directory: Path) -> None:
    """See that the names in *directory* are on the disk."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sealed_pdf(sha256: str) -> bytes:
    """The PDF that was sealed under *sha256*. Raises ValidationError, in words, where it is gone or altered."""
    try:
        with document_store().open(sha256) as file:
            content: bytes = file.read()
    except FileNotFoundError:
        raise ValidationError(
            _("The sealed PDF is not in the document store. Restore it from a backup.")
        ) from None
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ValidationError(_("The sealed PDF was altered on the disk. Restore it from a backup."))
    return content
