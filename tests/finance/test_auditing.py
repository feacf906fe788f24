"""Samples are kept as they were drawn, and what auditors wrote is never changed."""

import hashlib
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from finance import guard
from finance.attestation import attest, content_digest, rows_of
from finance.auditing import (
    asked,
    keep_sample,
    note,
    plan_of,
    progress,
    remark,
    remarks_of,
    sampled_of,
    waiting,
)
from finance.models import AuditNote, AuditRemark, AuditSample, SampleBasis, SampledVoucher
from finance.models.audits import Method, State
from finance.posting import chain_head, post
from finance.sampling import Plan, draw
from finance.verification import verify
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, a_sample, a_sampled_voucher

pytestmark = pytest.mark.django_db
Kind = AuditRemark.Kind


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        connection.check_constraints()


def state_of(sampled):
    return sampled_of(sampled.sample.fiscal_year).get(pk=sampled.pk)


# Drawing and keeping


def test_a_sample_is_kept_with_all_that_is_needed_to_draw_it_again():
    for _ in range(9):
        a_posted_voucher()
    year = a_fiscal_year()
    sample = a_sample(year, Plan(Method.RANDOM, 4, "frö"), by="revisorn")
    head = chain_head(year)
    assert (sample.number, sample.size, sample.by) == (1, 4, "revisorn")
    assert (sample.sequence, sample.digest) == (head.sequence, head.digest)
    again = draw(year, plan_of(sample))
    assert list(sample.vouchers.values_list("voucher", "hit")) == [
        (pick.pk, pick.hit) for pick in again.picks
    ]


def test_the_samples_of_a_year_are_numbered():
    a_posted_voucher()
    assert [a_sample().number, a_sample().number] == [1, 2]


def test_a_sample_is_not_drawn_from_other_books_than_those_that_were_seen():
    a_posted_voucher()
    seen = chain_head(a_fiscal_year()).digest
    a_posted_voucher()
    with pytest.raises(ValidationError, match="medan du tittade"):
        keep_sample(a_fiscal_year(), Plan(Method.ABOVE, 0), "revisor", seen)
    assert not AuditSample.objects.exists()


@pytest.mark.parametrize("plan", [Plan(Method.WEEKEND), Plan(Method.PAIRS, 9)])
def test_a_sample_is_kept_with_what_it_followed_from_beside_the_vouchers(plan):
    a_posted_voucher(day=date(2023, 6, 6))
    sample = a_sample(plan=plan)
    assert plan_of(sample).basis == draw(a_fiscal_year(), plan).plan.basis
    assert sample.basis.digest == hashlib.sha256(sample.basis.content.encode()).hexdigest()


def test_a_sample_of_weekends_without_a_basis_knew_no_public_holidays():
    a_posted_voucher(day=date(2023, 6, 6))
    sample = a_sample(plan=Plan(Method.WEEKEND))
    guard.remove(connection)
    SampleBasis.objects.all().delete()
    sample = AuditSample.objects.get(pk=sample.pk)
    assert draw(sample.fiscal_year, plan_of(sample)).picks == ()


def test_an_empty_sample_is_not_kept():
    a_posted_voucher()
    with pytest.raises(ValidationError, match="Ingen verifikation"):
        a_sample(plan=Plan(Method.ABOVE, 10**9))


def test_a_sample_of_too_many_is_not_kept(monkeypatch):
    monkeypatch.setattr("finance.sampling.MOST", 1)
    a_posted_voucher()
    a_posted_voucher()
    with pytest.raises(ValidationError, match="snävare"):
        a_sample()


# Checking, asking, answering


def test_a_voucher_is_checked_by_an_auditor_at_a_time():
    sampled = a_sampled_voucher()
    assert state_of(sampled).state == State.OPEN
    made = remark(sampled, Kind.CHECKED, "revisor")
    found = state_of(sampled)
    assert (found.state, found.state_by, found.state_at) == (State.CHECKED, "revisor", made.at)


def test_a_question_waits_for_its_answer_and_the_answer_for_the_auditor():
    sampled, year = a_sampled_voucher(), a_fiscal_year()
    remark(sampled, Kind.QUESTION, "revisor", "Vem fick pengarna?")
    assert (list(asked(year)), waiting(year)) == ([sampled], (1, 0))
    remark(sampled, Kind.ANSWER, "kassor", "Banken")
    assert state_of(sampled).state == State.ANSWER
    assert (list(asked(year)), waiting(year)) == ([sampled], (0, 1))
    remark(sampled, Kind.CHECKED, "revisor")
    assert (list(asked(year)), waiting(year)) == ([], (0, 0))
    assert list(remarks_of(year)) == list(sampled.remarks.all())
    assert list(sampled.remarks.values_list("kind", "text")) == [
        ("question", "Vem fick pengarna?"),
        ("answer", "Banken"),
        ("checked", ""),
    ]


def test_a_note_changes_nothing_of_how_a_voucher_stands():
    sampled = a_sampled_voucher()
    remark(sampled, Kind.CHECKED, "revisor")
    remark(sampled, Kind.NOTE, "revisor", "Kvittot är svårläst")
    assert state_of(sampled).state == State.CHECKED


def test_a_voucher_that_was_checked_is_opened_again():
    sampled = a_sampled_voucher()
    remark(sampled, Kind.CHECKED, "revisor")
    remark(sampled, Kind.REOPENED, "revisor")
    assert state_of(sampled).state == State.OPEN


@pytest.mark.parametrize("kind", [Kind.QUESTION, Kind.NOTE])
def test_a_question_and_a_note_say_something(kind):
    with pytest.raises(ValidationError, match="Skriv något först"):
        remark(a_sampled_voucher(), kind, "revisor", "  ")


@pytest.mark.parametrize("kind", [Kind.ANSWER, Kind.REOPENED])
def test_what_does_not_fit_how_it_stands_is_refused(kind):
    with pytest.raises(ValidationError):
        remark(a_sampled_voucher(), kind, "kassor", "x")


def test_a_voucher_is_checked_once():
    sampled = a_sampled_voucher()
    remark(sampled, Kind.CHECKED, "revisor")
    with pytest.raises(ValidationError, match="redan granskad"):
        remark(sampled, Kind.CHECKED, "revisor")


@pytest.mark.parametrize("by", ["lisa", "bo", "kassor"])
def test_nobody_checks_what_they_entered_attested_or_posted_themselves(by):
    draft = a_draft(entered_by="lisa")
    attest(draft, "bo", content_digest(draft, rows_of(draft)))
    post(draft, by="kassor")
    (sampled,) = a_sample().vouchers.all()
    with pytest.raises(ValidationError, match="Någon annan"):
        remark(sampled, Kind.CHECKED, by)


def test_progress_counts_how_the_vouchers_stand():
    for _ in range(4):
        a_posted_voucher()
    sample = a_sample()
    first, second, third, _fourth = sample.vouchers.all()
    remark(first, Kind.CHECKED, "revisor")
    remark(second, Kind.QUESTION, "revisor", "?")
    remark(third, Kind.QUESTION, "revisor", "?")
    remark(third, Kind.ANSWER, "kassor", "!")
    (found,) = progress(a_fiscal_year())
    assert (found.checked, found.questions, found.answers, found.open) == (1, 1, 1, 1)
    assert not found.is_done


def test_an_audit_note_says_something():
    with pytest.raises(ValidationError, match="Skriv något först"):
        note(a_fiscal_year(), "revisor", "\n")
    assert note(a_fiscal_year(), "revisor", " Allt väl. ").text == "Allt väl."


# Kept for ever


@pytest.fixture
def audited():
    """A sample with a question, one that has a basis, and a note of the year."""
    sampled = a_sampled_voucher()
    a_sample(plan=Plan(Method.PAIRS, 9))
    remark(sampled, Kind.QUESTION, "revisor", "Varför?")
    note(a_fiscal_year(), "revisor", "Ordning och reda.")
    return sampled


TABLES = [
    model._meta.db_table for model in (AuditSample, SampleBasis, SampledVoucher, AuditRemark, AuditNote)
]
KEPT = "what auditors drew, asked and wrote stays as it is"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("sql", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_the_database_refuses_to_change_or_delete(audited, table, sql):
    with pytest.raises(IntegrityError, match=KEPT):
        raw(sql.format(table))


@pytest.mark.parametrize("table", TABLES)
def test_the_database_refuses_to_replace_or_empty(audited, table):
    if connection.vendor == "sqlite":
        sql = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
    else:
        raw("SET CONSTRAINTS ALL IMMEDIATE")
        sql = f"TRUNCATE {table} CASCADE"
    with pytest.raises(IntegrityError, match=KEPT):
        raw(sql)


def test_the_database_lets_nothing_be_added_to_a_sample(audited):
    later = a_posted_voucher()
    for place in (1, 2, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            SampledVoucher.objects.create(sample=audited.sample, place=place, voucher=later)


def test_a_sample_is_given_no_basis_afterwards(audited):
    with pytest.raises(IntegrityError, match=KEPT), transaction.atomic():
        SampleBasis.objects.create(sample=audited.sample, content="{}")


def test_a_basis_that_was_changed_past_the_program_is_named(audited):
    guard.remove(connection)
    raw("UPDATE finance_samplebasis SET content = '{}'")
    assert [place.where for place in verify()["traces"].broken] == ["underlag för ett urval 2023 2"]


def test_a_draft_and_a_voucher_of_another_year_are_never_sampled(audited):
    sample = AuditSample.objects.create(
        fiscal_year=a_fiscal_year(),
        number=3,
        method=Method.WEEKEND,
        sequence=9,
        digest="0" * 64,
        size=2,
        by="x",
    )
    for voucher in (a_draft(), a_posted_voucher(a_fiscal_year(2024))):
        with pytest.raises(IntegrityError, match=KEPT), transaction.atomic():
            SampledVoucher.objects.create(sample=sample, place=1, voucher=voucher)


def test_a_question_that_vanished_past_the_program_is_named(audited):
    assert verify().ok
    guard.remove(connection)
    key = AuditRemark.objects.get().pk
    raw("DELETE FROM finance_auditremark")
    assert [place.where for place in verify()["traces"].broken] == [f"auditremark {key}"]
