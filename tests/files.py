"""Files for tests: the smallest of each kind, made here, so that nobody's receipt lies in the project."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"\xff\xd9"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 16
INVOICE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>17</ID></Invoice>'
)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def a_png(shade: int = 0) -> bytes:
    """A picture of one dot, of any of 256 shades."""
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
        + _chunk(b"IDAT", zlib.compress(bytes([0, shade])))
        + _chunk(b"IEND", b"")
    )


def an_archive() -> bytes:
    """A ZIP with one text."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("a.txt", "a")
    return made.getvalue()


def storages_with_documents_in(place: Path) -> dict[str, Any]:
    """The setting STORAGES for documents to lie in *place*."""
    backend = {"BACKEND": "ledarna.storage.DocumentStorage", "OPTIONS": {"location": place}}
    return {**settings.STORAGES, "documents": backend}
