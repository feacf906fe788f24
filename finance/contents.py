"""What a file is, found from its content alone: neither its name nor what the browser says counts.

A receipt is a PDF, a picture (JPEG, PNG, HEIC) or an electronic invoice in XML. Everything else is
refused, and so is a file that is one of these and something else at the same time.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

HEAD = 1 << 10
TAIL = 1 << 11
CHUNK = 1 << 16
DEEPEST = 64
"""Levels of an XML file; invoices have some ten."""

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
INVOICES = {
    "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2 Invoice",
    "urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2 CreditNote",
    "urn:sfti:documents:BasicInvoice:1:0 Invoice",
    "urn:sfti:documents:StandardBusinessDocumentHeader StandardBusinessDocument",
    "http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader StandardBusinessDocument",
    "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100 CrossIndustryInvoice",
}
"""The outermost elements of Peppol BIS, Svefaktura and Factur-X, with and without their envelope."""
RUNS_IN_BROWSERS = ("http://www.w3.org/1999/xhtml ", "http://www.w3.org/2000/svg ")


@dataclass(frozen=True)
class ContentType:
    """A kind of file that can be a receipt."""

    mime: str
    extensions: tuple[str, ...]
    begins: Callable[[bytes], bool]
    is_whole: Callable[[BinaryIO], bool]
    shown_by_browsers: bool = False


def _tail(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - TAIL))
    return file.read()


def _is_invoice(file: BinaryIO) -> bool:
    """Whether *file* is well-formed XML, without a DTD, whose outermost element is an invoice's.

    Without a DTD there are no entities, and so nothing that grows while it is read.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    depth = 0

    def start(name: str, attributes: object) -> None:
        nonlocal depth
        depth += 1
        if depth == 1 and name not in INVOICES:
            raise _Refused
        if depth > DEEPEST or name.startswith(RUNS_IN_BROWSERS):
            raise _Refused

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def refuse(*args: object) -> None:
        raise _Refused

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except (_Refused, expat.ExpatError, LookupError, ValueError):
        return False
    return True


class _Refused(Exception):
    """The XML holds what no invoice does."""


CONTENT_TYPES = (
    ContentType(
        "application/pdf",
        (".pdf",),
        lambda head: head.startswith(b"%PDF-"),
        lambda file: b"%%EOF" in _tail(file),
    ),
    ContentType(
        "image/jpeg",
        (".jpg", ".jpeg"),
        lambda head: head.startswith(b"\xff\xd8\xff"),
        # Phones put a short film after the picture, so its end need not be the file's.
        lambda file: _holds(file, b"\xff\xd9"),
        shown_by_browsers=True,
    ),
    ContentType(
        "image/png",
        (".png",),
        lambda head: head.startswith(b"\x89PNG\r\n\x1a\n"),
        lambda file: _tail(file).endswith(b"\0\0\0\0IEND\xaeB`\x82"),
        shown_by_browsers=True,
    ),
    ContentType(
        "image/heic",
        (".heic", ".heif"),
        lambda head: head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS,
        lambda file: True,
    ),
    ContentType("application/xml", (".xml",), lambda head: _is_text_of_xml(head), _is_invoice),
)
BY_MIME = {found.mime: found for found in CONTENT_TYPES}


def _is_text_of_xml(head: bytes) -> bool:
    for mark in (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"):
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip().startswith(b"<")


def _holds(file: BinaryIO, mark: bytes) -> bool:
    file.seek(0)
    before = b""
    while chunk := file.read(CHUNK):
        if mark in before + chunk:
            return True
        before = chunk[-len(mark) :]
    return False


def content_type_of(file: BinaryIO) -> ContentType:
    """The kind of receipt that *file* is, from its bytes.

    Raises ValidationError, in words, for a file that is none, that is cut off, that is an archive at
    the same time, or, if it is XML, that has a DTD or is no invoice.
    """
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise ValidationError(_("The file is empty."), code="empty")
    found = next((known for known in CONTENT_TYPES if known.begins(head)), None)
    if found is None:
        raise ValidationError(
            _("The file is no PDF, picture (JPEG, PNG, HEIC) or invoice in XML. Save it as one of these."),
            code="unknown_type",
        )
    if not found.is_whole(file):
        raise ValidationError(
            _(
                "The XML file is no electronic invoice that can be kept: it is of another kind, has a DTD, or is faulty. Ask the sender for a PDF."
            )
            if found.mime == "application/xml"
            else _("The file is cut off or damaged. Fetch it again."),
            code="broken",
        )
    if zipfile.is_zipfile(file):
        raise ValidationError(
            _("The file is an archive at the same time. Print it to a new PDF, and attach that."),
            code="two_things",
        )
    file.seek(0)
    return found


def is_of_type(file: BinaryIO, mime: str) -> bool:
    """Whether *file* begins as a file of the type *mime* does."""
    file.seek(0)
    return mime in BY_MIME and BY_MIME[mime].begins(file.read(HEAD))
