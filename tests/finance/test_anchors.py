"""Anchors: the head of the chain on a day, kept, compared, and found again from paper."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from finance import guard
from finance.anchors import anchor, anchored, find, letter
from finance.models import Anchor, Voucher
from finance.verification import verify
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher

pytestmark = pytest.mark.django_db


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_an_anchor_keeps_the_head_as_it_is():
    a_posted_voucher()
    head = a_posted_voucher()
    kept = anchor(a_fiscal_year(), "revisorn", " på   papper ")
    assert (kept.sequence, kept.digest, kept.note) == (2, head.digest, "på papper")


def test_an_anchor_still_agrees_when_more_is_posted():
    a_posted_voucher()
    anchor(a_fiscal_year(), "revisorn")
    a_posted_voucher()
    assert [found.agrees for found in anchored(a_fiscal_year())] == [True]


def test_a_year_without_vouchers_has_nothing_to_anchor():
    with pytest.raises(ValidationError, match="Inget är bokfört"):
        anchor(a_fiscal_year(), "revisorn")
    assert not Anchor.objects.exists()


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("UPDATE finance_anchor SET digest = 'x'", "an anchor cannot be changed"),
        ("DELETE FROM finance_anchor", "an anchor cannot be deleted"),
    ],
)
def test_the_database_refuses_to_edit_an_anchor(sql, refusal):
    a_posted_voucher()
    anchor(a_fiscal_year(), "revisorn")
    with pytest.raises(IntegrityError, match=refusal):
        raw(sql)


def test_an_anchor_is_not_emptied_or_replaced():
    a_posted_voucher()
    anchor(a_fiscal_year(), "revisorn")
    if connection.vendor == "sqlite":
        sql = "INSERT OR REPLACE INTO finance_anchor SELECT * FROM finance_anchor"
    else:
        raw("SET CONSTRAINTS ALL IMMEDIATE")
        sql = "TRUNCATE finance_anchor"
    with pytest.raises(IntegrityError, match="an anchor cannot be"):
        raw(sql)


def test_a_chain_that_was_computed_anew_no_longer_agrees():
    voucher = a_posted_voucher()
    anchor(a_fiscal_year(), "revisorn")
    assert verify()["anchors"].checked == 1
    assert verify()["anchors"].ok
    guard.remove(connection)
    raw("UPDATE finance_voucher SET digest = %s WHERE id = %s", "0" * 64, voucher.pk)
    (place,) = verify()["anchors"].broken
    assert "2023 1" in place.where
    assert not anchored(a_fiscal_year())[0].agrees


def test_a_chain_that_lost_its_end_no_longer_agrees():
    a_posted_voucher()
    last = a_posted_voucher()
    anchor(a_fiscal_year(), "revisorn")
    guard.remove(connection)
    raw("DELETE FROM finance_voucherrow WHERE voucher_id = %s", last.pk)
    raw("DELETE FROM finance_voucher WHERE id = %s", last.pk)
    report = verify()
    assert report["chain"].ok
    assert "når inte längre" in report["anchors"].broken[0].what


@pytest.mark.parametrize(
    "write", [str.upper, lambda d: d[:8], lambda d: f"{d[:4]}…{d[-4:]}", lambda d: f" {d[:32]}\n{d[32:]} "]
)
def test_a_digest_from_paper_is_found_however_it_is_written(write):
    a_posted_voucher()
    second = a_posted_voucher()
    a_posted_voucher()
    assert find(write(second.digest)) == [second]


def test_a_digest_that_is_nowhere_finds_nothing():
    a_posted_voucher()
    assert find("0123456789") == []


@pytest.mark.parametrize("written", ["", "abc", "9f2c…e", "inte alls en summa", "a" * 65])
def test_what_is_no_digest_is_said_to_be_none(written):
    with pytest.raises(ValidationError):
        find(written)


def test_a_draft_is_never_found():
    a_draft()
    assert find("0" * 64) == []
    assert Voucher.objects.drafts().exists()


def test_the_letter_holds_the_whole_head():
    voucher = a_posted_voucher()
    assert voucher.digest in letter(a_fiscal_year())
