"""Sealing the annual report: what hinders, what is kept, who signs, and that nothing of it changes."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from pypdf import PdfReader

from finance import guard
from finance.closing import close_year
from finance.posting import chain_head
from ledarna.annual_report import sealing
from ledarna.annual_report.document import compose, report_of
from ledarna.closing import reopen_year, year_is_sealed
from ledarna.models import ReportSignature, SealedReport, StatedFigure, User
from members.models import MemberCount
from tests.factories import (
    PASSWORD,
    a_draft,
    a_fiscal_year,
    a_member_count,
    a_posted_voucher,
    a_report_section,
    a_user,
)
from tests.pages import main_of, reader, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

PAGE = "/year/2023/annual-report/"


@pytest.fixture
def year():
    """A year with a result of 1 000 kr, and a report that says so."""
    year = a_fiscal_year()
    a_posted_voucher(year, (("1930", "1000.00"), ("3900", "-1000.00")))
    a_member_count(year.end, 8388)
    a_report_section(year, "Resultatet är {{ finance.result }}, medlemmarna {{ members.closing }}.")
    return year


@pytest.fixture
def closed(year):
    close_year(year, by=None)
    return year


def seen(year):
    return sealing.digest_of(sealing.canonical(sealing.content_of(year, compose(report_of(year)))))


def seal(year, reason=""):
    by = User.objects.filter(username="lisa").first() or a_user("treasurer", "lisa", first_name="Lisa")
    return sealing.seal(year, by, seen(year), reason)


def with_password(role):
    client = reader(role)
    client.post("/password-again/", {"password": PASSWORD})
    return client


def hindrances(year):
    composed = compose(report_of(year))
    return {found.name for found in sealing.findings(year, composed) if found.severity == "hindrance"}


# What hinders


def test_a_year_that_is_open_is_not_sealed(year):
    assert hindrances(year) == {"closed"}
    with pytest.raises(ValidationError, match="inte stängt"):
        seal(year)
    assert not year_is_sealed(year)


def test_a_draft_hinders(year):
    a_draft(year)
    assert hindrances(year) == {"closed", "drafts"}


def test_a_mistake_in_the_text_hinders(closed):
    a_report_section(closed, "{{ finance.resultt }}")
    assert hindrances(closed) == {"written"}


def test_books_that_do_not_verify_hinder(closed):
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER guard_posted_voucher_never_changes")
        else:
            cursor.execute("DROP TRIGGER guard_posted_voucher_never_changes ON finance_voucher")
    assert hindrances(closed) == {"verified"}


def test_what_is_only_to_be_known_does_not_hinder(closed):
    StatedFigure.objects.create(fiscal_year=closed, key="finance.result", value=1015, document="Berättelsen")
    a_report_section(closed, "{{ board.meetings }}")
    found = {one.name: one.severity for one in sealing.findings(closed, compose(report_of(closed)))}
    assert found["reconciled"] == found["derivable"] == "note"
    assert seal(closed).number == 1


# What is kept


def test_the_text_every_figure_the_head_and_the_pdf_are_kept(closed):
    sealed = seal(closed)
    content = json.loads(sealed.content)
    assert sealed.head == content["head"] == chain_head(closed).digest
    assert content["figures"]["finance.result"]["value"] == "1000.00"
    assert sealed.content_sha256 == sealing.digest_of(sealed.content)
    text = PdfReader(BytesIO(sealing.pdf_of(sealed))).pages[0].extract_text()
    assert "Resultatet är 1\u00a0000" in text.replace("\u202f", "\u00a0")
    assert "Utkast" not in text


def test_only_what_was_seen_is_sealed(closed):
    token = seen(closed)
    MemberCount.objects.update(count=8389)
    with pytest.raises(ValidationError, match="ändrats sedan sidan visades"):
        sealing.seal(closed, a_user("treasurer"), token)
    assert not year_is_sealed(closed)


def test_a_sealed_year_stays_closed(closed):
    seal(closed)
    with pytest.raises(ValidationError, match="förseglad"):
        reopen_year(closed, a_user("treasurer"), "En faktura saknades")
    assert closed.is_closed


CHANGES = {
    "changed": "UPDATE {table} SET pdf_sha256 = 'x'",
    "deleted": "DELETE FROM {table}",
}


@pytest.mark.parametrize("what", CHANGES)
@pytest.mark.parametrize("model", [SealedReport, ReportSignature])
def test_the_database_refuses_to_change_what_was_sealed_or_signed(closed, model, what):
    sealing.sign(seal(closed), a_user("board"))
    with (
        pytest.raises(DatabaseError, match=r"ledarna: a s.* cannot be "),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(CHANGES[what].format(table=model._meta.db_table))
    assert model.objects.exclude(pdf_sha256="x").count() == 1


def test_a_sealed_report_is_superseded_only_with_a_reason(closed):
    first = seal(closed)
    a_report_section(closed, "Ett tillägg.")
    with pytest.raises(ValidationError, match="Säg varför"):
        seal(closed)
    second = seal(closed, "Revisorn saknade ett stycke")
    assert (second.number, second.reason) == (2, "Revisorn saknade ett stycke")
    assert sealing.latest(closed) == second
    assert sealing.pdf_of(first) != sealing.pdf_of(second)


def test_the_same_report_is_not_sealed_twice(closed):
    seal(closed)
    with pytest.raises(ValidationError, match="Inget har ändrats"):
        seal(closed, "En gång till")


def test_an_altered_pdf_is_not_handed_out(closed):
    sealed = seal(closed)
    path = Path(storages["documents"].path(sealed.pdf_sha256))
    path.chmod(0o600)
    path.write_bytes(b"%PDF- annat")
    with pytest.raises(ValidationError, match="ändrad på disken"):
        sealing.pdf_of(sealed)
    assert reader("board").get(f"{PAGE}sealed/1/").status_code == 404


# Signing


def test_those_who_write_the_report_are_to_sign_it(closed):
    for role in ("board", "secretary", "auditor", "administrator", "nominating_committee"):
        a_user(role, username=role)
    found = sealing.Seal(seal(closed))
    assert set(found.unsigned) == {"board", "secretary", "Lisa"}
    sealing.sign(found.report, User.objects.get(username="board"))
    assert set(sealing.Seal(found.report).unsigned) == {"secretary", "Lisa"}


def test_nobody_signs_twice(closed):
    sealed, user = seal(closed), a_user("board")
    sealing.sign(sealed, user)
    with pytest.raises(ValidationError):
        sealing.sign(sealed, user)


def test_a_superseded_report_is_not_signed(closed):
    first = seal(closed)
    a_report_section(closed, "Ett tillägg.")
    seal(closed, "Tillägg")
    with pytest.raises(ValidationError, match="ersatt"):
        sealing.sign(first, a_user("board"))


def test_the_password_is_asked_for_before_sealing_and_before_signing(closed):
    assert reader("treasurer").get(f"{PAGE}seal/")["Location"].startswith("/password-again/")
    seal(closed)
    assert reader("board").get(f"{PAGE}sign/")["Location"].startswith("/password-again/")


def test_the_report_is_sealed_and_signed_on_its_pages(closed):
    treasurer, board = with_password("treasurer"), with_password("board")
    page = treasurer.get(f"{PAGE}seal/")
    assert "Allt i bokföringen har verifierats" in main_of(page)
    treasurer.post(f"{PAGE}seal/", {"seen": page.context["seen"]})
    assert year_is_sealed(closed)
    page = board.get(f"{PAGE}sign/")
    response = board.post(f"{PAGE}sign/", {"pdf": page.context["sealed"].pdf_sha256}, follow=True)
    assert "Undertecknat." in main_of(response)
    assert ReportSignature.objects.get().pdf_sha256 == SealedReport.objects.get().pdf_sha256


def test_another_pdf_than_the_sealed_one_is_not_signed(closed):
    seal(closed)
    with_password("board").post(f"{PAGE}sign/", {"pdf": "0" * 64})
    assert not ReportSignature.objects.exists()


# Who sees it, and what moved since


def test_the_nominating_committee_sees_it_once_it_is_sealed(closed):
    seal(closed)
    response = reader("nominating_committee").get(PAGE)
    assert "Resultatet är 1 000 kr, medlemmarna 8 388." in main_of(response)
    assert reader("nominating_committee").get(f"{PAGE}sealed/1/")["Content-Type"] == "application/pdf"


def test_the_nominating_committee_does_not_see_what_is_written_after(closed):
    seal(closed)
    a_report_section(closed, "Ett hemligt tillägg.")
    assert "hemligt" not in main_of(reader("nominating_committee").get(PAGE, {"draft": "1"}))
    assert "hemligt" in main_of(reader("board").get(PAGE, {"draft": "1"}))


def test_figures_that_moved_since_are_told_and_the_sealed_text_stays(closed):
    seal(closed)
    MemberCount.objects.update(count=8400)
    shown = main_of(reader("board").get(PAGE))
    assert ": 8 388 när den förseglades, 8 400 nu" in shown
    assert "medlemmarna 8 388" in shown


def test_every_page_of_the_year_says_that_it_is_sealed(closed):
    seal(closed)
    assert "Verksamhetsberättelsen förseglades" in words(reader("board").get("/year/2023/"))


def test_books_that_moved_past_the_program_are_told_on_every_page(closed):
    sealed = seal(closed)
    guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE finance_voucher SET digest = %s WHERE digest = %s", ["0" * 64, sealed.head])
    assert sealing.has_moved(sealed)
    assert "har ändrats sedan berättelsen förseglades" in words(reader("board").get("/year/2023/"))
