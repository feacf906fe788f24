"""What a file is, found from its content."""

from io import BytesIO

import pytest
from django.core.exceptions import ValidationError

from finance.contents import content_type_of
from tests.files import HEIC, INVOICE, JPEG, PDF, a_png, an_archive

UBL = b'xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"'


def refusal(content):
    with pytest.raises(ValidationError) as refused:
        content_type_of(BytesIO(content))
    return refused.value.code


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (PDF, "application/pdf"),
        (JPEG, "image/jpeg"),
        (a_png(), "image/png"),
        (HEIC, "image/heic"),
        (INVOICE, "application/xml"),
        (INVOICE.decode().replace("UTF-8", "UTF-16").encode("utf-16"), "application/xml"),
        (b"\xef\xbb\xbf" + INVOICE, "application/xml"),
    ],
)
def test_each_kind_of_receipt_is_known_by_its_content(content, mime):
    assert content_type_of(BytesIO(content)).mime == mime


def test_a_picture_with_a_film_behind_it_is_a_picture():
    assert content_type_of(BytesIO(JPEG + b"\0\0\0\x18ftypmp42" + bytes(100_000))).mime == "image/jpeg"


def test_the_mark_of_an_end_is_found_across_two_pieces():
    head, tail = JPEG[:-2], bytes(65_536 * 2 - 1 - len(JPEG[:-2]))
    assert content_type_of(BytesIO(head + tail + b"\xff\xd9" + bytes(9))).mime == "image/jpeg"


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"GIF89a",
        b"hello",
        b"PK\x03\x04",
        b"\0\0\0\x18ftypmp42",
        b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR",
        b"\n%PDF-1.4\n%%EOF",
    ],
)
def test_what_is_no_receipt_is_refused(content):
    assert refusal(content) == "unknown_type"


def test_an_empty_file_is_refused():
    assert refusal(b"") == "empty"


@pytest.mark.parametrize("content", [PDF[:-8], a_png()[:-4], JPEG[:-2]])
def test_a_file_that_is_cut_off_is_refused(content):
    assert refusal(content) == "broken"


def test_something_after_the_end_of_a_png_is_refused():
    assert refusal(a_png() + b"<script>") == "broken"


@pytest.mark.parametrize("content", [PDF, JPEG])
def test_a_receipt_that_is_an_archive_too_is_refused(content):
    assert refusal(content + an_archive()) == "two_things"


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE a><Invoice " + UBL + b"/>",
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;">]><Invoice ' + UBL + b">&c;</Invoice>",
        b'<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]><Invoice ' + UBL + b">&f;</Invoice>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'><script>1</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<Invoice " + UBL + b"><script xmlns='http://www.w3.org/1999/xhtml'>1</script></Invoice>",
        b"<Invoice/>",
        b"<Invoice " + UBL + b"><ID></Invoice>",
        b"<Invoice " + UBL + b">" + b"<a>" * 100_000,
        b'<?xml version="1.0" encoding="no-such"?><Invoice ' + UBL + b"/>",
    ],
    ids=["dtd", "bomb", "outside", "html", "svg", "script", "root", "broken", "deep", "encoding"],
)
def test_xml_that_is_no_plain_invoice_is_refused(content):
    assert refusal(content) == "broken"
