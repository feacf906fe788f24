"""The pages of documents: written by the secretary, signed by those who approve them, read by those they are for."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from board.models import Document, DocumentVersion, SealedMinutes
from ledarna.board_documents import approval
from ledarna.board_documents.access import may_read, readable_documents
from tests.factories import PASSWORD, a_fiscal_year, a_user
from tests.files import PDF, an_archive
from tests.minutes import SECRET, a_held_meeting, approved, minutes_of
from tests.pages import main_of, reader
from tests.paper import what_it_claims

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


@pytest.fixture(autouse=True)
def _year():
    a_fiscal_year(2023)


@pytest.fixture
def held():
    return a_held_meeting()


def as_user(user, with_password=False):
    client = Client()
    client.force_login(user)
    if with_password:
        client.post("/password-again/", {"password": PASSWORD})
    return client


def content_of(response):
    return response.content if hasattr(response, "content") else b"".join(response.streaming_content)


def told(event):
    """Who did *event* with what, as the trail has it."""
    return [
        (entry.actor.username if entry.actor else None, entry.object_repr)
        for entry in LogEntry.objects.order_by("pk")
        if (entry.additional_data or {}).get("event") == event
    ]


# Writing


def test_the_secretary_begins_with_what_is_known(held):
    page = reader("secretary").get(f"/meetings/{held.meeting.pk}/minutes/")
    assert "# 5. Föregående mötes protokoll" in page.content.decode()
    assert "§ 1 Protokollet godkändes." in main_of(page)
    assert not Document.objects.exists()


def test_a_saved_text_is_a_version(held):
    client = reader("secretary")
    address = f"/meetings/{held.meeting.pk}/minutes/"
    client.post(address, {"do": "save", "seen": "0", "text": "# 1. Öppnande\n\nAnna öppnade."})
    client.post(address, {"do": "save", "seen": "1", "text": "# 1. Öppnande\n\nAnna öppnade mötet."})
    versions = DocumentVersion.objects.order_by("number")
    assert [version.text.splitlines()[-1] for version in versions] == ["Anna öppnade.", "Anna öppnade mötet."]
    assert len(told("written")) == 2


def test_what_somebody_else_saved_is_not_lost(held):
    document = minutes_of(held).document
    page = reader("secretary").post(
        f"/meetings/{held.meeting.pk}/minutes/", {"do": "save", "seen": "0", "text": "Mitt"}
    )
    assert "har skrivit en version under tiden" in main_of(page)
    assert ">Mitt</textarea>" in page.content.decode()
    assert document.versions.count() == 1


@pytest.mark.parametrize("said", ["{% load static %}", "{{ finance.result }}", "<script>alert(1)</script>"])
def test_what_is_written_is_text_and_nothing_else(held, said):
    page = reader("secretary").post(
        f"/meetings/{held.meeting.pk}/minutes/", {"do": "preview", "text": f"Vi skrev {said} i dag."}
    )
    assert f"Vi skrev {said} i dag." in main_of(page)
    assert "<script>alert" not in page.content.decode()


def test_a_text_is_laid_out_anew_without_being_kept(held):
    minutes_of(held, "Ett")
    page = reader("secretary").post(f"/meetings/{held.meeting.pk}/minutes/", {"do": "lay out"})
    assert "# 5. Föregående mötes protokoll" in page.content.decode()
    assert DocumentVersion.objects.count() == 1


@pytest.mark.parametrize("role", ["board", "treasurer", "auditor", "nominating_committee", "administrator"])
def test_only_the_secretary_writes(held, role):
    client = reader(role)
    for address in (f"/meetings/{held.meeting.pk}/minutes/", f"/meetings/{held.meeting.pk}/documents/"):
        assert client.post(address, {"do": "save", "seen": "0", "text": "x"}).status_code == 403


# Approving


def test_all_sign_with_their_password_and_the_pdf_is_sealed(held):
    document = minutes_of(held, "# 1. Öppnande\n\nAnna öppnade mötet.").document
    secretary = reader("secretary")
    secretary.post(f"/meetings/{held.meeting.pk}/minutes/", {"do": "send"})
    assert "Väntar på Anna Ek, Bo Alm, Cilla Dal" in main_of(secretary.get(f"/documents/{document.pk}/"))
    for user in held.users:
        assert not SealedMinutes.objects.exists()
        client = as_user(user)
        address = f"/documents/{document.pk}/sign/"
        assert "password-again" in client.post(address, {"sha256": document.latest.sha256})["Location"]
        client.post("/password-again/", {"password": PASSWORD})
        client.post(address, {"sha256": document.latest.sha256})
    sealed = SealedMinutes.objects.get()
    text = PdfReader(BytesIO(approval.pdf_of(sealed.version))).pages[0].extract_text()
    assert "Anna öppnade mötet." in text
    assert "Utkast" not in text
    assert text.count("skrev under") == 3
    assert [name for name, _what in told("signed minutes")] == [user.username for user in held.users]
    assert secretary.get(f"/meetings/{held.meeting.pk}/minutes/")["Location"] == f"/documents/{document.pk}/"


def test_somebody_who_was_not_asked_does_not_sign(held):
    version = minutes_of(held)
    approval.send(version.document, held.users[0])
    client = as_user(a_user("board"), with_password=True)
    page = client.post(f"/documents/{version.document_id}/sign/", {"sha256": version.sha256}, follow=True)
    assert "Du ska inte justera" in main_of(page)
    with pytest.raises(PermissionError):
        approval.sign(version.signatories.first(), a_user("board"), version.sha256)


def test_the_pdf_is_tagged_and_follows_pdf_a_and_pdf_ua(held):
    document = approved(held)
    content = content_of(reader("board").get(f"/documents/{document.pk}/versions/1/pdf/"))
    assert what_it_claims(content) == {"part": "2", "conformance": "A", "ua": "1", "tagged": True}


def test_the_sealed_pdf_is_kept_as_it_was(held):
    sealed = approved(held).sealed
    held.people[0].name = "Annan Ek"
    held.people[0].save()
    before = approval.pdf_of(sealed.version)
    assert before == storages["documents"].open(sealed.pdf_sha256).read()
    assert "Anna Ek" in PdfReader(BytesIO(before)).pages[0].extract_text()


def test_a_sealed_pdf_that_was_altered_is_not_handed_out(held):
    document = approved(held)
    path = Path(storages["documents"].path(document.sealed.pdf_sha256))
    path.chmod(0o640)
    path.write_bytes(b"%PDF-1.7 something else")
    assert reader("board").get(f"/documents/{document.pk}/versions/1/pdf/").status_code == 404


# Files


def sent(title="Budget", **more):
    return {"title": title, "kind": "annex", "file": SimpleUploadedFile("../budget.pdf", PDF), **more}


def test_an_annex_is_kept_and_served_to_be_saved(held):
    client = reader("secretary")
    client.post(f"/meetings/{held.meeting.pk}/documents/", sent(auditors="on"))
    document = Document.objects.get()
    assert (document.auditors, document.nominating_committee) == (True, False)
    response = reader("auditor").get(f"/documents/{document.pk}/versions/1/")
    assert content_of(response) == PDF
    assert response["Content-Disposition"] == 'attachment; filename="budget.pdf"'
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "private, no-store"


def test_a_file_that_is_no_paper_is_refused_in_words(held):
    page = reader("secretary").post(
        f"/meetings/{held.meeting.pk}/documents/", sent(file=SimpleUploadedFile("x.pdf", an_archive()))
    )
    assert "Filen är varken PDF" in main_of(page) or "Filen är ingen PDF" in main_of(page)
    assert not Document.objects.exists()


def test_a_confidential_file_is_meant_for_nobody_else(held):
    page = reader("secretary").post(
        f"/meetings/{held.meeting.pk}/documents/", sent(is_confidential="on", auditors="on")
    )
    assert "läses bara av styrelsen" in main_of(page)
    assert not Document.objects.exists()


def test_a_new_file_is_a_version_and_only_the_latest_is_read_by_others(held):
    client = reader("secretary")
    client.post(f"/meetings/{held.meeting.pk}/documents/", sent(auditors="on"))
    document = Document.objects.get()
    client.post(f"/documents/{document.pk}/", {"file": SimpleUploadedFile("b.pdf", PDF + b"\n%%EOF\n")})
    assert [client.get(f"/documents/{document.pk}/versions/{n}/").status_code for n in (1, 2)] == [200, 200]
    auditor = reader("auditor")
    assert [auditor.get(f"/documents/{document.pk}/versions/{n}/").status_code for n in (1, 2)] == [404, 200]


def test_a_document_without_a_meeting_is_of_the_year_in_which_it_was_written(held):
    client = reader("secretary")
    year = a_fiscal_year(2026)
    client.post("/year/2026/documents/", sent("Arbetsordning", kind="other"))
    Document.objects.get()
    assert "Arbetsordning" in main_of(client.get(f"/year/{year.label}/documents/"))
    assert "Arbetsordning" not in main_of(client.get("/year/2023/documents/"))


# Who reads what


def readers_of(document):
    roles = ("treasurer", "secretary", "board", "auditor", "nominating_committee", "administrator")
    return " ".join(role for role in roles if may_read(a_user(role), document))


def test_a_draft_of_minutes_is_read_by_the_board_alone(held):
    assert readers_of(minutes_of(held).document) == "treasurer secretary board"


def test_approved_minutes_are_read_by_those_they_are_meant_for(held):
    document = approved(held)
    assert readers_of(document) == "treasurer secretary board auditor nominating_committee administrator"
    Document.objects.update(nominating_committee=False)
    assert readers_of(document) == "treasurer secretary board auditor administrator"


def test_confidential_minutes_are_read_by_the_board_alone(held):
    document = approved(held, is_confidential=True)
    assert readers_of(document) == "treasurer secretary board"
    assert not readable_documents(a_user()).exists()


def test_the_secretary_chooses_who_reads_a_document(held):
    document = approved(held, text="Ett")
    nominating = reader("nominating_committee")
    assert nominating.get(f"/documents/{document.pk}/").status_code == 200
    reader("secretary").post(f"/documents/{document.pk}/", {"do": "audience", "auditors": "on"})
    assert nominating.get(f"/documents/{document.pk}/").status_code == 404
    assert len(told("audience")) == 1


def test_nobody_else_chooses_it(held):
    document = approved(held)
    assert reader("board").post(f"/documents/{document.pk}/", {"do": "audience"}).status_code == 403
    assert Document.objects.get().auditors


def test_a_confidential_document_stays_confidential(held):
    document = minutes_of(held, is_confidential=True).document
    reader("secretary").post(f"/documents/{document.pk}/", {"do": "audience", "auditors": "on"})
    assert not Document.objects.get().auditors


def test_others_read_the_approved_version_and_no_draft(held):
    minutes_of(held, "Ett utkast")
    document = Document.objects.get()
    from board import documents

    documents.add_text(document, "Slutligt", "sekreterare")
    for signatory in documents.send_for_approval(document, "sekreterare"):
        approval.sign(signatory, signatory.person.user, signatory.version.sha256)
    client = reader("auditor")
    assert "Slutligt" in main_of(client.get(f"/documents/{document.pk}/"))
    assert client.get(f"/documents/{document.pk}/versions/1/").status_code == 404
    assert client.get(f"/documents/{document.pk}/versions/1/pdf/").status_code == 404


def test_every_reading_of_a_confidential_document_is_in_the_trail(held):
    document = minutes_of(held, is_confidential=True).document
    client = as_user(held.users[0])
    pages = ("", "versions/1/", "versions/1/pdf/")
    for page in pages:
        assert client.get(f"/documents/{document.pk}/{page}").status_code == 200
    read = told("read")
    assert [who for who, _what in read] == [held.users[0].username] * 3
    assert all("Hemliga" not in what for _who, what in read)


def test_the_list_of_a_year_has_what_the_reader_may_read(held):
    approved(held, text="Ett")
    minutes_of(held, is_confidential=True)
    seen = {
        role: main_of(reader(role).get("/year/2023/documents/"))
        for role in ("board", "auditor", "nominating_committee")
    }
    assert "(sekretess)" in seen["board"]
    assert "(sekretess)" not in seen["auditor"] + seen["nominating_committee"]
    assert all("Protokoll, styrelsemöte" in page for page in seen.values())
    assert SECRET not in "".join(seen.values())


def test_the_list_takes_as_many_queries_whatever_it_holds(held):
    client = reader("auditor")

    def queries():
        with CaptureQueriesContext(connection) as taken:
            client.get("/year/2023/documents/")
        return len(taken)

    approved(held, text="Ett")
    client.get("/year/2023/documents/")
    few = queries()
    for day in (2, 3, 4):
        approved(a_held_meeting(day=date(2023, 2, day)), text="Ett")
    assert queries() == few
