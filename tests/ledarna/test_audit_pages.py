"""The pages of the audit: the desk, drawing, a sample, its vouchers, the first digits."""

import json
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from finance import guard
from finance.auditing import note, remark
from finance.correction import draft_correction
from finance.models import Anchor, AuditNote, AuditRemark, AuditSample
from finance.models.audits import Method
from finance.posting import chain_head, post_together
from finance.sampling import Plan
from finance.verification import keep, verify
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, a_sample, a_sampled_voucher
from tests.pages import main_of, reader, row_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]
Kind = AuditRemark.Kind
AUDIT, DRAW = "/year/2023/audit/", "/year/2023/audit/draw/"
SAMPLE, FIRST = f"{AUDIT}samples/1/", f"{AUDIT}samples/1/1/"


@pytest.fixture
def auditor():
    return reader("auditor")


@pytest.fixture
def treasurer():
    return reader("treasurer")


# The desk


def test_an_empty_year_says_what_belongs_on_the_desk(auditor):
    a_fiscal_year()
    page = main_of(auditor.get(AUDIT))
    assert "Inget urval är draget ännu" in page
    assert "Bokföringen har aldrig kontrollerats som helhet" in page


def test_what_was_posted_since_the_last_visit_is_shown(auditor):
    a_posted_voucher(text="Det gamla")
    auditor.post(AUDIT, {"do": "seen"})
    assert Anchor.objects.get().note == "sedd av revisorn"
    assert "Inget har bokförts sedan du tittade senast" in main_of(auditor.get(AUDIT))
    a_posted_voucher(text="Det nya")
    page = main_of(auditor.get(AUDIT))
    assert "1 verifikation har bokförts sedan du tittade senast" in page
    assert "Det nya" in page
    assert "Det gamla" not in page


def test_the_visit_of_one_auditor_is_not_that_of_another(auditor):
    a_posted_voucher()
    auditor.post(AUDIT, {"do": "seen"})
    assert "Du har inte tittat ännu" in main_of(reader("auditor").get(AUDIT))


def test_an_anchor_that_no_longer_agrees_is_told_first(auditor):
    voucher = a_posted_voucher()
    auditor.post(AUDIT, {"do": "seen"})
    guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE finance_voucher SET digest = %s WHERE id = %s", ["0" * 64, voucher.pk])
    assert "Det som ett ankare håller fast är ändrat" in main_of(auditor.get(AUDIT))


def test_what_was_posted_since_the_last_verification_is_told(auditor):
    a_posted_voucher()
    keep(verify(), "revisorn")
    assert "har ändrats sedan dess" not in main_of(auditor.get(AUDIT))
    a_posted_voucher()
    assert "Bokföringen har ändrats sedan dess" in main_of(auditor.get(AUDIT))


def test_the_desk_leads_to_the_package_and_the_verification(auditor):
    a_posted_voucher()
    page = auditor.get(AUDIT).content.decode()
    assert 'href="/year/2023/package/"' in page
    assert 'action="/verification/"' in page


def test_an_auditor_writes_a_note_and_nobody_else_does(auditor, treasurer):
    a_posted_voucher()
    auditor.post(AUDIT, {"do": "note", "text": "Ordning och reda."})
    assert "Ordning och reda." in main_of(treasurer.get(AUDIT))
    assert treasurer.post(AUDIT, {"do": "note", "text": "Nej."}).status_code == 403
    assert AuditNote.objects.count() == 1


def test_an_empty_note_is_refused_in_words(auditor):
    a_fiscal_year()
    assert "Skriv något först" in main_of(auditor.post(AUDIT, {"do": "note", "text": " "}, follow=True))


def test_the_board_sees_the_desk_and_no_button_of_the_auditors():
    a_sampled_voucher()
    page = reader("board").get(AUDIT).content.decode()
    assert "Urval 1" in page
    assert 'name="do"' not in page


def test_the_desk_shows_the_questions_that_were_asked_longest_ago_and_says_that_there_are_more(
    auditor, monkeypatch
):
    monkeypatch.setattr("ledarna.views.audit.ASKED_LISTED", 1)
    for _ in range(2):
        a_posted_voucher()
    for sampled, question in zip(a_sample().vouchers.all(), ("Den första?", "Den andra?"), strict=True):
        remark(sampled, Kind.QUESTION, "revisor", question)
    page = main_of(auditor.get(AUDIT))
    assert ("Den första?" in page, "Den andra?" in page) == (True, False)
    assert "1 fråga till, ställd senare, står i urvalen" in page


def test_the_number_of_queries_of_the_desk_does_not_grow(auditor, django_assert_max_num_queries):
    for _ in range(6):
        a_posted_voucher()
    a_sample()
    for sampled in a_sample().vouchers.all():
        remark(sampled, Kind.QUESTION, "revisor", "Varför?")
    auditor.post(AUDIT, {"do": "seen"})
    with django_assert_max_num_queries(34):
        auditor.get(AUDIT)


# Drawing


def test_the_form_comes_with_a_seed_that_nobody_chose(auditor):
    a_fiscal_year()
    seeds = {
        re.search(r'name="seed"[^>]* value="(\w+)"', auditor.get(DRAW).content.decode())[1] for _ in "ab"
    }
    assert len(seeds) == 2


def test_a_preview_says_how_many_and_draws_nothing(auditor):
    for _ in range(5):
        a_posted_voucher()
    page = main_of(auditor.get(DRAW, {"method": "random", "random": "3", "seed": "x"}))
    assert "3 verifikationer av 5 skulle dras" in page
    assert "45,00 kr" in page
    assert not AuditSample.objects.exists()


def test_what_was_previewed_is_drawn(auditor):
    for _ in range(5):
        a_posted_voucher()
    query = "?method=random&random=3&seed=x"
    page = auditor.post(DRAW + query, {"head": chain_head(a_fiscal_year()).digest}, follow=True)
    assert page.redirect_chain[-1][0] == SAMPLE
    assert "3 verifikationer dragna slumpvis, frö ”x”" in main_of(page)


def test_what_was_posted_meanwhile_is_seen_before_anything_is_drawn(auditor):
    a_posted_voucher()
    seen = chain_head(a_fiscal_year()).digest
    a_posted_voucher()
    page = auditor.post(f"{DRAW}?method=above&above=1", {"head": seen})
    assert "medan du tittade" in main_of(page)
    assert "2 verifikationer av 2 skulle dras" in main_of(page)
    assert not AuditSample.objects.exists()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("method=random&random=&seed=x", "Ange det som metoden frågar efter"),
        ("method=random&random=3&seed=", "Skriv ett frö"),
        ("method=above&above=mycket", "är inget belopp"),
        ("method=above&above=-1", "över noll"),
        ("method=gissning", "gissning"),
    ],
)
def test_what_cannot_be_drawn_is_said_in_words(auditor, asked, said):
    a_posted_voucher()
    page = auditor.get(f"{DRAW}?{asked}")
    assert said in main_of(page)
    assert "skulle dras" not in main_of(page)


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("method=monetary&monetary=15&seed=x", 2),
        ("method=round&round=10000", 0),
        ("method=weekend", 2),
        ("method=pairs&pairs=2", 2),
    ],
)
def test_each_method_is_drawn_from_its_own_field(auditor, asked, count):
    """Two vouchers of 15 kronor, on a Sunday."""
    a_posted_voucher()
    a_posted_voucher()
    assert f"{count or 'Ingen'} verifikation" in main_of(auditor.get(f"{DRAW}?{asked}"))


# A sample


def test_a_sample_shows_its_vouchers_why_and_how_they_stand(auditor):
    sampled = a_sampled_voucher()
    assert "15,00 15 kr nej inte granskad" in row_of(auditor.get(SAMPLE), "A 1")
    remark(sampled, Kind.CHECKED, "revisorn")
    assert "✓ granskad revisorn" in row_of(auditor.get(SAMPLE), "A 1")
    assert "Varje verifikation är sedd" in main_of(auditor.get(SAMPLE))


def test_a_sample_is_narrowed_to_what_stands_so(auditor):
    for text in ("Hyra", "Porto"):
        a_posted_voucher(text=text)
    sample = a_sample()
    remark(sample.vouchers.first(), Kind.QUESTION, "revisorn", "Varför?")
    page = main_of(auditor.get(SAMPLE, {"state": "question"}))
    assert "Hyra" in page
    assert "Porto" not in page


def test_a_sample_is_narrowed_to_what_was_opened_again_as_to_what_is_open(auditor):
    for text in ("Hyra", "Porto", "Lön"):
        a_posted_voucher(text=text)
    sample = a_sample()
    for sampled in sample.vouchers.all()[:2]:
        remark(sampled, Kind.CHECKED, "revisorn")
    remark(sample.vouchers.first(), Kind.REOPENED, "revisorn")
    page = main_of(auditor.get(SAMPLE, {"state": "open"}))
    assert "Inte granskad (2)" in page
    assert ("Hyra" in page, "Porto" in page, "Lön" in page) == (True, False, True)
    assert "Fortsätt med A 1" in page


def test_a_sample_of_weekends_shows_the_days_off_that_it_was_drawn_by(auditor):
    a_posted_voucher(day=date(2023, 6, 23))
    assert "2023-06-23 midsommarafton" in main_of(auditor.get(f"{DRAW}?method=weekend"))
    a_sample(plan=Plan(Method.WEEKEND))
    page = main_of(auditor.get(SAMPLE))
    assert "16 dagar" in page
    assert "2023-12-31 nyårsafton" in page
    assert "15,00 midsommarafton" in row_of(auditor.get(SAMPLE), "A 1")


def test_a_sample_of_pairs_shows_the_years_before_that_were_counted(auditor):
    a_posted_voucher(a_fiscal_year(2022), day=date(2022, 1, 1))
    a_posted_voucher()
    a_sample(plan=Plan(Method.PAIRS, 2))
    assert "2022: 1 verifikation, kedjans slut" in main_of(auditor.get(SAMPLE))


def test_the_number_of_queries_of_a_sample_does_not_grow(auditor, django_assert_num_queries):
    a_posted_voucher()
    a_sample()
    with CaptureQueriesContext(connection) as few:
        auditor.get(SAMPLE)
    for _ in range(5):
        a_posted_voucher()
    for sampled in a_sample().vouchers.all()[:3]:
        remark(sampled, Kind.QUESTION, "revisor", "Varför?")
    with django_assert_num_queries(len(few)):
        auditor.get(f"{AUDIT}samples/2/")


def test_a_long_sample_goes_on_on_the_next_page(auditor, monkeypatch):
    monkeypatch.setattr("ledarna.views.audit.LISTED", 1)
    for text in ("Hyra", "Porto"):
        a_posted_voucher(text=text)
    a_sample()
    assert "Porto" not in main_of(auditor.get(SAMPLE))
    assert "Porto" in main_of(auditor.get(f"{SAMPLE}?state=&after=1"))


@pytest.mark.parametrize("address", [f"{SAMPLE}?state=x", f"{SAMPLE}?after=x"])
def test_an_address_that_means_nothing_is_a_bad_request(auditor, address):
    a_sampled_voucher()
    assert auditor.get(address).status_code == 400


def test_what_is_not_there_is_not_found(auditor):
    a_sampled_voucher()
    assert auditor.get(f"{AUDIT}samples/2/").status_code == 404
    assert auditor.get(f"{AUDIT}samples/1/2/").status_code == 404
    assert auditor.get(f"{AUDIT}samples/{10**20}/{10**20}/").status_code == 404
    assert auditor.get(f"{SAMPLE}{10**20}/").status_code == 404


# A voucher of a sample


def test_what_is_checked_leads_on_to_what_is_open(auditor):
    for _ in range(3):
        a_posted_voucher()
    a_sample()
    assert auditor.post(f"{SAMPLE}3/", {"do": "checked"})["Location"] == FIRST
    assert auditor.post(FIRST, {"do": "checked"})["Location"] == f"{SAMPLE}2/"
    assert auditor.post(f"{SAMPLE}2/", {"do": "checked"})["Location"] == SAMPLE


def test_the_treasurer_answers_what_an_auditor_asked(auditor, treasurer):
    a_sampled_voucher()
    assert 'value="answer"' not in treasurer.get(FIRST).content.decode()
    auditor.post(FIRST, {"do": "question", "text": "Vem fick pengarna?"})
    assert "1 fråga från revisorerna väntar på svar" in main_of(treasurer.get("/year/2023/"))
    assert "Vem fick pengarna?" in main_of(treasurer.get(FIRST))
    treasurer.post(FIRST, {"do": "answer", "text": "Banken"})
    assert "Banken" in main_of(auditor.get(AUDIT))
    auditor.post(FIRST, {"do": "checked"})
    assert "Banken" not in main_of(auditor.get(AUDIT))


@pytest.mark.parametrize("kind", ["checked", "question", "note", "reopened"])
def test_the_treasurer_does_nothing_that_is_the_auditors(treasurer, kind):
    a_sampled_voucher()
    assert treasurer.post(FIRST, {"do": kind, "text": "x"}).status_code == 403
    assert not AuditRemark.objects.exists()


def test_an_auditor_does_not_answer_for_the_treasurer(auditor):
    remark(a_sampled_voucher(), Kind.QUESTION, "revisor", "Varför?")
    assert auditor.post(FIRST, {"do": "answer", "text": "x"}).status_code == 403


def test_what_is_no_remark_is_a_bad_request(auditor):
    a_sampled_voucher()
    assert auditor.post(FIRST, {"do": "x"}).status_code == 400


def test_what_was_written_is_not_lost_when_it_is_refused(auditor):
    sampled = a_sampled_voucher()
    remark(sampled, Kind.CHECKED, "revisor")
    page = auditor.post(FIRST, {"do": "checked", "text": "Kvittot finns"})
    assert "redan granskad" in main_of(page)
    assert "Kvittot finns" in main_of(page)


def test_what_people_write_is_never_markup(auditor):
    sampled = a_sampled_voucher()
    remark(sampled, Kind.QUESTION, "revisor", "<b>hej</b>")
    note(a_fiscal_year(), "revisor", "<script>1</script>")
    for page in (FIRST, AUDIT):
        html = auditor.get(page).content.decode()
        assert "&lt;b&gt;hej" in html
        assert "<script>1" not in html


def test_a_sampled_voucher_says_that_it_was_corrected(auditor):
    sampled = a_sampled_voucher()
    post_together(draft_correction(sampled.voucher, "kassor", "Fel konto").vouchers, by="kassor")
    assert "Fel konto" in main_of(auditor.get(FIRST))


def test_a_voucher_says_in_which_samples_it_is(treasurer):
    sampled = a_sampled_voucher()
    page = treasurer.get(sampled.voucher.get_absolute_url())
    assert "Urval 1 : inte granskad" in main_of(page)
    assert FIRST in page.content.decode()


def test_a_draft_is_in_no_sample(treasurer):
    assert treasurer.get(a_draft().get_absolute_url()).status_code == 200


# Lists


@pytest.mark.parametrize("name", ["samples", "vouchers", "remarks", "notes"])
@pytest.mark.parametrize("form", ["xlsx", "csv", "json"])
def test_each_list_is_taken_away(auditor, name, form):
    remark(a_sampled_voucher(), Kind.QUESTION, "revisor", "Varför?")
    note(a_fiscal_year(), "revisor", "Väl.")
    taken = b"".join(auditor.get(AUDIT, {"list": name, "as": form}).streaming_content)
    if form == "json":
        assert len(json.loads(taken)["rows"]) == 1
    assert taken


def test_the_vouchers_of_a_sample_are_taken_away(auditor):
    a_sampled_voucher()
    a_sample()
    taken = b"".join(auditor.get(SAMPLE, {"as": "json"}).streaming_content)
    (row,) = json.loads(taken)["rows"]
    assert (row["sample"], row["voucher"], row["amount"], row["state"]) == (
        1,
        "A 1",
        "15.00",
        "inte granskad",
    )


def test_the_first_digits_are_shown_and_taken_away(auditor):
    a_posted_voucher()
    address = f"{AUDIT}benford/"
    assert row_of(auditor.get(address), "1").startswith("1 1 0,3")
    taken = b"".join(auditor.get(address, {"as": "json"}).streaming_content)
    assert json.loads(taken)["rows"][0] == {"digit": 1, "count": 1, "expected": "0.3", "difference": "0.7"}


def test_a_first_digit_leads_to_its_vouchers(auditor, monkeypatch):
    monkeypatch.setattr("ledarna.views.audit.LISTED", 1)
    a_posted_voucher(text="Femton")
    a_posted_voucher(text="Två", rows=(("1930", "2"), ("8310", "-2")))
    a_posted_voucher(text="Tusen", rows=(("1930", "1000"), ("8310", "-1000")))
    address = f"{AUDIT}benford/"
    page = main_of(auditor.get(address, {"digit": "1"}))
    assert ("Femton" in page, "Två" in page, "Tusen" in page) == (True, False, False)
    assert "Tusen" in main_of(auditor.get(address, {"digit": "1", "after": "1"}))
    taken = b"".join(auditor.get(address, {"digit": "1", "list": "digit", "as": "json"}).streaming_content)
    assert [row["text"] for row in json.loads(taken)["rows"]] == ["Femton", "Tusen"]
    assert auditor.get(address, {"digit": "0"}).status_code == 400
