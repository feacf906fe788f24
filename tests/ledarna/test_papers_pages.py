"""A document by its address, and the page of vouchers without receipt."""

from pathlib import Path

import pytest
from django.core.files.storage import storages

from finance.models import MissingReceipt
from finance.posting import post
from ledarna.roles import ROLES
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, a_user, an_attachment
from tests.files import HEIC, INVOICE, PDF, a_png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
SEES_BOOKS = {"treasurer", "board", "auditor", "administrator"}


def as_role(client, role):
    client.force_login(a_user(role))
    return client


def content_of(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_a_document_is_given_to_those_who_see_the_books(client, role):
    attachment = an_attachment(a_draft())
    response = as_role(client, role).get(f"/attachments/{attachment.pk}/")
    assert response.status_code == (200 if role in SEES_BOOKS else 403)
    if role in SEES_BOOKS:
        assert content_of(response) == PDF


def test_a_document_is_not_given_to_somebody_who_has_not_signed_in(client):
    attachment = an_attachment(a_draft())
    response = client.get(f"/attachments/{attachment.pk}/")
    assert response.status_code == 302
    assert "sign-in" in response["Location"]


@pytest.mark.parametrize("content", [PDF, a_png(), HEIC, INVOICE])
def test_a_document_is_saved_not_shown_and_may_run_nothing(client, content):
    attachment = an_attachment(a_draft(), content, "kvitto å.pdf")
    response = as_role(client, "treasurer").get(f"/attachments/{attachment.pk}/")
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''kvitto%20%C3%A5.pdf")
    assert response["Content-Type"] == attachment.content_type
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-cache"}


@pytest.mark.parametrize(
    ("content", "disposition"), [(a_png(), "inline"), (PDF, "attachment"), (INVOICE, "attachment")]
)
def test_only_a_picture_is_shown_in_a_page(client, content, disposition):
    attachment = an_attachment(a_draft(), content)
    response = as_role(client, "auditor").get(f"/attachments/{attachment.pk}/?preview")
    assert response["Content-Disposition"].startswith(disposition)
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_document_that_the_reader_has_is_not_sent_again(client):
    attachment = an_attachment(a_draft())
    as_role(client, "board")
    etag = client.get(f"/attachments/{attachment.pk}/")["ETag"]
    assert client.get(f"/attachments/{attachment.pk}/", headers={"if-none-match": etag}).status_code == 304


def test_a_document_that_was_kept_is_not_shown_to_one_whose_role_ended(client):
    attachment = an_attachment(a_draft())
    as_role(client, "board")
    etag = client.get(f"/attachments/{attachment.pk}/")["ETag"]
    as_role(client, None)
    assert client.get(f"/attachments/{attachment.pk}/", headers={"if-none-match": etag}).status_code == 403


def test_a_document_that_is_gone_is_not_found(client):
    attachment = an_attachment(a_draft())
    Path(storages["documents"].path(attachment.sha256)).unlink()
    as_role(client, "board")
    assert client.get(f"/attachments/{attachment.pk}/").status_code == 404
    assert client.get(f"/attachments/{attachment.pk + 1}/").status_code == 404


def test_the_page_of_a_voucher_shows_its_receipts(client):
    draft = a_draft()
    picture = an_attachment(draft, a_png(), "bild.png")
    an_attachment(draft, PDF, "kvitto.pdf")
    voucher = post(draft, by="kassor")
    page = as_role(client, "board").get(voucher.get_absolute_url()).content.decode()
    assert "bild.png" in page
    assert "kvitto.pdf" in page
    assert page.count(f"/attachments/{picture.pk}/?preview") == 1
    assert "Underlag" in page


def test_vouchers_without_receipt_are_listed_until_a_reason_is_written(client):
    voucher = a_posted_voucher(text="Bankavgift")
    as_role(client, "treasurer")
    address = f"/year/{voucher.fiscal_year.label}/missing-receipts/"
    assert "Bankavgift" in client.get(address).content.decode()
    answer = client.post(
        f"/vouchers/{voucher.pk}/missing-receipt/", {"reason": "Kontoutdraget är underlaget"}, follow=True
    )
    assert answer.redirect_chain[-1][0] == address
    page = answer.content.decode()
    assert "Bankavgift" not in page
    assert "A 1" in page
    assert MissingReceipt.objects.get().by == client.get("/").wsgi_request.user.username
    assert "Kontoutdraget är underlaget" in client.get(voucher.get_absolute_url()).content.decode()


def test_without_a_reason_the_voucher_stays_on_the_list(client):
    voucher = a_posted_voucher(text="Bankavgift")
    as_role(client, "treasurer")
    page = client.post(
        f"/vouchers/{voucher.pk}/missing-receipt/", {"reason": " "}, follow=True
    ).content.decode()
    assert "Bankavgift" in page
    assert not MissingReceipt.objects.exists()


@pytest.mark.parametrize("role", [*ROLES, None])
def test_only_who_posts_says_why_there_is_no_receipt(client, role):
    voucher = a_posted_voucher()
    as_role(client, role).post(f"/vouchers/{voucher.pk}/missing-receipt/", {"reason": "Borttappat"})
    assert MissingReceipt.objects.exists() == (role == "treasurer")


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_sees_the_books_sees_what_has_no_receipt(client, role):
    year = a_fiscal_year()
    status = as_role(client, role).get(f"/year/{year.label}/missing-receipts/").status_code
    assert status == (200 if role in SEES_BOOKS else 403)


def test_a_long_list_goes_on_over_several_pages(client):
    for _ in range(101):
        voucher = a_posted_voucher()
    as_role(client, "auditor")
    address = f"/year/{voucher.fiscal_year.label}/missing-receipts/"
    first = client.get(address).content.decode()
    assert "?after=100" in first
    assert "A 101<" not in first
    assert "A 101<" in client.get(f"{address}?after=100").content.decode()
    assert client.get(f"{address}?after=x").status_code == 400
