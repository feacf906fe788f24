"""The page of the chain with its anchors, and the page that verifies the ledger."""

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from finance import guard
from finance.models import Anchor, VerificationRun
from tests.factories import a_fiscal_year, a_posted_voucher, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
CHAIN, VERIFICATION = "/year/2023/chain/", "/verification/"


@pytest.fixture
def auditor(client):
    client.force_login(a_user("auditor", username="revisorn"))
    return client


def shown(response):
    return response.content.decode()


def verify(client):
    return b"".join(client.post(VERIFICATION).streaming_content).decode()


def test_the_chain_shows_its_whole_head(auditor):
    voucher = a_posted_voucher()
    assert voucher.digest in shown(auditor.get(CHAIN))


def test_anchoring_keeps_the_head_and_shows_that_it_agrees(auditor):
    voucher = a_posted_voucher()
    page = auditor.post(CHAIN, {"note": "på papper"}, follow=True)
    kept = Anchor.objects.get()
    assert (kept.digest, kept.by, kept.note) == (voucher.digest, "revisorn", "på papper")
    assert "stämmer" in shown(page)


def test_anchoring_an_empty_year_says_why_not(auditor):
    a_fiscal_year(2023)
    page = auditor.post(CHAIN, {"note": ""}, follow=True)
    assert "Inget är bokfört 2023" in shown(page)
    assert not Anchor.objects.exists()


def test_the_letter_is_mailed_and_the_head_anchored(auditor):
    voucher = a_posted_voucher()
    auditor.post(CHAIN, {"to": "revisor@example.org"})
    (letter,) = mail.outbox
    assert letter.to == ["revisor@example.org"]
    assert voucher.digest in letter.body
    assert "revisor@example.org" in Anchor.objects.get().note


def test_what_is_no_address_is_not_mailed_to(auditor):
    a_posted_voucher()
    auditor.post(CHAIN, {"to": "a@example.org\nBcc: b@example.org"})
    assert not mail.outbox
    assert not Anchor.objects.exists()


def test_mail_that_cannot_be_sent_says_so(auditor, monkeypatch):
    def refuse(*arguments, **more):
        raise ConnectionRefusedError("ingen svarar")

    monkeypatch.setattr("ledarna.views.chain.send_mail", refuse)
    a_posted_voucher()
    page = auditor.post(CHAIN, {"to": "revisor@example.org"}, follow=True)
    assert "ingen svarar" in shown(page)


def test_a_digest_from_paper_is_told_its_place(auditor):
    first = a_posted_voucher()
    a_posted_voucher()
    page = shown(auditor.get(CHAIN, {"digest": first.digest.upper()}))
    assert "på plats 1" in page
    assert first.get_absolute_url() in page


def test_a_digest_that_is_nowhere_is_said_to_be_nowhere(auditor):
    a_posted_voucher()
    assert "Den står ingenstans" in shown(auditor.get(CHAIN, {"digest": "0123456789"}))


def test_what_is_no_digest_is_answered_in_words(auditor):
    a_posted_voucher()
    assert "0–9" in shown(auditor.get(CHAIN, {"digest": "<b>hej</b>"}))


def test_a_secretary_sees_the_chain_but_no_way_to_the_vouchers(client):
    client.force_login(a_user("secretary"))
    voucher = a_posted_voucher()
    page = shown(client.get(CHAIN, {"digest": voucher.digest}))
    assert "på plats 1" in page
    assert voucher.get_absolute_url() not in page


def test_a_verification_tells_what_is_done_and_is_kept(auditor):
    a_posted_voucher()
    page = verify(auditor)
    assert "Året 2023 är läst" in page
    assert "Allt stämmer." in page
    run = VerificationRun.objects.get()
    assert (run.by, run.errors, run.vouchers) == ("revisorn", 0, 1)
    assert "Debet är lika med kredit" in shown(auditor.get(VERIFICATION))


def test_what_is_broken_is_told_with_its_place(auditor):
    voucher = a_posted_voucher()
    guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE finance_voucher SET text = 'ändrad' WHERE id = %s", [voucher.pk])
    guard.install(connection)
    assert "1 fel hittades." in verify(auditor)
    page = shown(auditor.get(VERIFICATION))
    assert "2023 A 1" in page
    assert "1 fel" in page[page.index("<footer") :]


def test_the_foot_says_that_nothing_was_verified_and_then_what_was_found(auditor):
    a_posted_voucher()
    assert "Aldrig kontrollerad som helhet" in shown(auditor.get("/year/2023/"))
    verify(auditor)
    page = shown(auditor.get("/year/2023/"))
    assert "Aldrig kontrollerad" not in page
    assert 'href="/verification/"' in page


def test_a_page_that_goes_on_is_shown_as_it_comes_and_others_when_they_are_there(auditor):
    a_posted_voucher()
    assert 'class="steady"' not in verify(auditor)
    assert 'class="steady"' in shown(auditor.get(VERIFICATION))


def test_what_is_broken_off_keeps_nothing(auditor):
    a_posted_voucher()
    lines = iter(auditor.post(VERIFICATION).streaming_content)
    assert b"<h1>" in next(lines)
    assert "Året 2023 är läst" in next(lines).decode()
    del lines
    assert not VerificationRun.objects.exists()


@pytest.mark.parametrize(
    "sql", ["UPDATE finance_verificationrun SET errors = 0", "DELETE FROM finance_verificationrun"]
)
def test_the_database_refuses_to_edit_a_verification(auditor, sql):
    verify(auditor)
    with (
        pytest.raises(IntegrityError, match="a verification that was made"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_without_any_year_the_pages_about_all_of_them_stand(auditor):
    assert auditor.get(VERIFICATION).status_code == 200
    assert auditor.get("/trail/").status_code == 200
