"""Receipts of vouchers: taken in, attached, kept, and told of when they are missing."""

from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction

from finance.contents import BY_MIME
from finance.models import Attachment, MissingReceipt, Voucher
from finance.papers import (
    LARGEST,
    attach,
    detach,
    harmless_name,
    say_why_no_receipt,
    take_in,
    without_receipt,
)
from finance.posting import post
from finance.verification import verify
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, an_attachment
from tests.files import HEIC, PDF, a_png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
PDF_KIND = BY_MIME["application/pdf"]


def a_paper(content=PDF, name="kvitto.pdf"):
    return take_in(BytesIO(content), name)


def a_draft_with_receipt(content=PDF, **facts):
    draft = a_draft(**facts)
    an_attachment(draft, content)
    return draft


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


# Taking in


@pytest.mark.parametrize(
    ("name", "harmless"),
    [
        ("kvitto.pdf", "kvitto.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\system.ini", "system.ini.pdf"),
        ("kvitto.exe", "kvitto.exe.pdf"),
        ("kvitto\u202efdp.exe", "kvittofdp.exe.pdf"),
        ("a\nb\0c.PDF", "abc.PDF"),
        ("  två   ord .pdf", "två ord .pdf"),
        ("", "underlag.pdf"),
        ("...", "underlag.pdf"),
        ("a:b?.pdf", "a_b_.pdf"),
    ],
)
def test_a_name_is_made_harmless(name, harmless):
    assert harmless_name(name, PDF_KIND) == harmless


def test_a_long_name_keeps_its_extension():
    name = harmless_name("å" * 500 + ".pdf", PDF_KIND)
    assert len(name) == 150
    assert name.endswith("å.pdf")


def test_a_file_is_taken_in_as_what_its_content_is():
    paper = take_in(SimpleUploadedFile("kvitto.pdf", a_png(), "application/pdf"), "kvitto.pdf")
    assert (paper.content_type, paper.name, paper.size) == ("image/png", "kvitto.pdf.png", len(a_png()))
    assert storages["documents"].exists(paper.sha256)


def test_a_file_that_is_too_large_is_refused_and_not_kept(documents):
    large = SimpleUploadedFile("stor.pdf", PDF)
    large.size = LARGEST + 1
    with pytest.raises(ValidationError, match="25"):
        take_in(large, "stor.pdf")
    assert not documents.exists()


# Attaching


def test_attachments_come_in_the_order_in_which_they_were_attached():
    draft = a_draft()
    for shade in range(3):
        attach(draft, a_paper(a_png(shade), f"{shade}.png"), "kassor")
    assert [(a.line, a.name) for a in draft.attachments.all()] == [(1, "0.png"), (2, "1.png"), (3, "2.png")]


def test_the_same_file_twice_on_a_voucher_is_refused_in_words():
    draft = a_draft_with_receipt()
    with pytest.raises(ValidationError, match="redan bifogad"):
        attach(draft, a_paper(name="en-gång-till.pdf"), "kassor")


def test_one_document_may_belong_to_two_vouchers():
    first, second = a_draft_with_receipt(), a_draft_with_receipt()
    assert first.attachments.get().sha256 == second.attachments.get().sha256


def test_the_receipt_of_a_deleted_draft_is_kept():
    draft = a_draft_with_receipt()
    sha256 = draft.attachments.get().sha256
    draft.delete()
    assert not Attachment.objects.exists()
    assert storages["documents"].exists(sha256)


def test_a_receipt_is_taken_off_a_draft_and_kept():
    attachment = a_draft_with_receipt().attachments.get()
    detach(attachment)
    assert not Attachment.objects.exists()
    assert storages["documents"].exists(attachment.sha256)


def test_nothing_is_attached_to_a_posted_voucher():
    voucher = a_posted_voucher()
    with pytest.raises(ValidationError, match="A 1 är bokförd"):
        attach(voucher, a_paper(), "kassor")


def test_nothing_is_taken_off_a_posted_voucher():
    voucher = post(a_draft_with_receipt(), by="kassor")
    with pytest.raises(ValidationError, match="A 1 är bokförd"):
        detach(voucher.attachments.get())


# The digest and the guard


def test_the_digest_covers_the_receipts():
    with_receipt = post(a_draft_with_receipt(), by="kassor").digest
    assert with_receipt != a_posted_voucher(a_fiscal_year(2024)).digest


def test_a_ledger_with_receipts_is_verified():
    post(a_draft_with_receipt(), by="kassor")
    a_posted_voucher()
    post(a_draft_with_receipt(a_png()), by="kassor")
    report = verify()
    assert report.ok, report.as_json()
    assert report["attachments"].checked == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE finance_attachment SET name = 'annat.pdf'",
        "UPDATE finance_attachment SET size = size + 1",
        "UPDATE finance_attachment SET uploaded_by = 'annan'",
        "DELETE FROM finance_attachment",
        "INSERT INTO finance_attachment (voucher_id, line, sha256, name, content_type, size, uploaded_by,"
        " uploaded_at) SELECT voucher_id, 2, 'a', name, content_type, size, uploaded_by, uploaded_at"
        " FROM finance_attachment",
    ],
)
def test_the_database_refuses_a_change_to_the_papers_of_a_posted_voucher(statement):
    post(a_draft_with_receipt(), by="kassor")
    with pytest.raises(IntegrityError, match="attachment"):
        raw(statement)


def test_the_database_refuses_to_move_a_receipt_to_a_posted_voucher():
    draft, posted = a_draft_with_receipt(), a_posted_voucher()
    with pytest.raises(IntegrityError, match="attachment"):
        raw("UPDATE finance_attachment SET voucher_id = %s WHERE voucher_id = %s", posted.pk, draft.pk)


def test_the_database_refuses_a_receipt_that_replaces_one_of_a_posted_voucher():
    if connection.vendor != "sqlite":
        pytest.skip("REPLACE is SQLite's")
    posted = post(a_draft_with_receipt(), by="kassor")
    draft = a_draft()
    with pytest.raises(IntegrityError, match="attachment"):
        raw(
            "INSERT OR REPLACE INTO finance_attachment (id, voucher_id, line, sha256, name, content_type, size,"
            " uploaded_by, uploaded_at) SELECT id, %s, 1, 'a', 'b', 'c', 1, 'd', uploaded_at"
            " FROM finance_attachment WHERE voucher_id = %s",
            draft.pk,
            posted.pk,
        )


def test_the_database_refuses_to_empty_the_papers():
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")
    post(a_draft_with_receipt(), by="kassor")
    with pytest.raises(IntegrityError, match="emptied"):
        raw("SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE finance_attachment")


def test_a_changed_name_breaks_the_chain():
    voucher = post(a_draft_with_receipt(), by="kassor")
    drop_guard()
    Attachment.objects.filter(voucher=voucher).update(name="annat.pdf")
    assert [place.where for place in verify()["chain"].broken] == ["2023 A 1"]


def drop_guard():
    from finance import guard

    guard.remove(connection)


# Documents read again


def path_of(voucher):
    return Path(storages["documents"].path(voucher.attachments.get().sha256))


def faults_found():
    return [(place.where, place.what) for place in verify()["attachments"].broken]


def test_a_document_that_was_altered_is_found():
    path = path_of(post(a_draft_with_receipt(), by="kassor"))
    path.chmod(0o600)
    path.write_bytes(PDF.replace(b"1.4", b"1.5"))
    [(where, what)] = faults_found()
    assert where == "2023 A 1: kvitto.pdf"
    assert "har ändrats" in what


def test_a_document_that_is_gone_is_found():
    path_of(post(a_draft_with_receipt(), by="kassor")).unlink()
    [(_where, what)] = faults_found()
    assert "finns inte" in what


def test_a_size_that_is_wrong_is_found():
    post(a_draft_with_receipt(), by="kassor")
    drop_guard()
    Attachment.objects.update(size=7)
    [(_where, what)] = faults_found()
    assert "7 byte" in what


def test_a_content_type_that_is_wrong_is_found():
    post(a_draft_with_receipt(HEIC), by="kassor")
    drop_guard()
    Attachment.objects.update(content_type="image/png")
    [(_where, what)] = faults_found()
    assert "image/png" in what


# No receipt


def test_a_posted_voucher_without_receipt_is_listed():
    year = a_fiscal_year()
    a_draft()
    post(a_draft_with_receipt(), by="kassor")
    bare = a_posted_voucher()
    a_posted_voucher(a_fiscal_year(2024))
    assert list(without_receipt(year)) == [bare]


def test_it_is_listed_until_somebody_says_why():
    year, voucher = a_fiscal_year(), a_posted_voucher()
    missing = say_why_no_receipt(voucher, "Bankens avgift; kontoutdraget är underlaget.", "kassor")
    assert list(without_receipt(year)) == []
    assert (missing.by, missing.voucher) == ("kassor", voucher)


def test_a_reason_is_needed():
    with pytest.raises(ValidationError):
        say_why_no_receipt(a_posted_voucher(), "  ", "kassor")
    assert not MissingReceipt.objects.exists()


def test_a_draft_or_a_voucher_with_receipt_misses_none():
    for voucher in (a_draft(), post(a_draft_with_receipt(), by="kassor")):
        with pytest.raises(ValidationError):
            say_why_no_receipt(voucher, "Borttappat", "kassor")


@pytest.mark.parametrize(
    "statement", ["UPDATE finance_missingreceipt SET reason = 'annat'", "DELETE FROM finance_missingreceipt"]
)
def test_the_database_keeps_the_reason(statement):
    say_why_no_receipt(a_posted_voucher(), "Borttappat", "kassor")
    with pytest.raises(IntegrityError, match="missing receipt"):
        raw(statement)


def test_two_who_look_at_the_same_list_may_both_say_why():
    voucher = a_posted_voucher()
    say_why_no_receipt(voucher, "Borttappat", "kassor")
    say_why_no_receipt(Voucher.objects.get(pk=voucher.pk), "Borttappat på resan", "annan")
    assert [missing.by for missing in voucher.missing_receipts.all()] == ["kassor", "annan"]
