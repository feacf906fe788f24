"""Payments above a limit need the attest of another person, of what was posted and nothing else."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from finance import guard
from finance.attestation import (
    attest,
    content_digest,
    forget_void,
    hands,
    needs_attest,
    paid,
    record_edit,
    refusal,
    rows_of,
    unapproved,
    valid_attests,
    waiting,
)
from finance.models import Attest, AttestRule, DraftEdit, Voucher
from finance.money import kronor
from finance.papers import detach
from finance.posting import post
from finance.verification import verify
from tests.factories import a_draft, a_fiscal_year, an_account, an_attachment
from tests.files import a_png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

PAYMENT = (("5010", "10000.01"), ("1930", "-10000.01"))
AT_THE_LIMIT = (("5010", "10000.00"), ("1930", "-10000.00"))


def a_limit(amount="10000.00"):
    return AttestRule.objects.create(limit=kronor(amount))


def a_payment(rows=PAYMENT, entered_by="kassor", **facts):
    return a_draft(rows=rows, entered_by=entered_by, **facts)


def attested(draft, by="ordforande"):
    return attest(draft, by, content_digest(draft, rows_of(draft)))


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


# When an attest is needed


def test_without_a_rule_no_payment_needs_an_attest():
    assert post(a_payment(), by="kassor").number == 1


def test_a_payment_above_the_limit_is_not_posted_without_an_attest():
    a_limit()
    draft = a_payment()
    with pytest.raises(ValidationError, match="över gränsen"):
        post(draft, by="kassor")
    assert not Voucher.objects.posted().exists()


def test_a_payment_at_the_limit_needs_no_attest():
    a_limit()
    assert post(a_payment(AT_THE_LIMIT), by="kassor").number == 1


def test_what_is_paid_in_or_booked_between_other_accounts_needs_no_attest():
    a_limit()
    for rows in (
        (("1930", "20000.00"), ("3900", "-20000.00")),
        (("5010", "20000.00"), ("2440", "-20000.00")),
    ):
        assert not needs_attest(a_payment(rows), rows_of(a_payment(rows)))


def test_a_payment_split_over_several_rows_and_accounts_counts_as_one():
    draft = a_payment((("5010", "15000.00"), ("1930", "-7000.00"), ("1910", "-8000.00")))
    assert paid(rows_of(draft)) == 1_500_000


def test_what_a_voucher_also_pays_in_does_not_lower_what_it_pays_out():
    draft = a_payment((("1940", "15000.00"), ("1930", "-15000.00")))
    assert paid(rows_of(draft)) == 1_500_000


# Who attests, and what


def test_an_attested_payment_is_posted():
    a_limit()
    draft = a_payment()
    attested(draft)
    assert refusal(draft, rows_of(draft)) == ""
    assert post(draft, by="kassor").number == 1


def test_who_entered_the_voucher_cannot_attest_it():
    draft = a_payment()
    with pytest.raises(ValidationError, match="Någon annan"):
        attested(draft, by="kassor")


def test_who_changed_the_voucher_cannot_attest_it():
    draft = a_payment()
    record_edit(draft, "ordforande")
    record_edit(draft, "ordforande")
    record_edit(draft, "kassor")
    assert hands(draft) == {"kassor", "ordforande"}
    with pytest.raises(ValidationError, match="Någon annan"):
        attested(draft)


def test_nobody_attests_a_voucher_twice():
    draft = a_payment()
    attested(draft)
    with pytest.raises(ValidationError, match="redan attesterat"):
        attested(draft)


def test_two_may_attest_the_same_voucher():
    draft = a_payment()
    attested(draft)
    attested(draft, by="vice")
    assert [made.by for made in valid_attests(draft, rows_of(draft))] == ["ordforande", "vice"]


def test_what_was_changed_since_it_was_seen_is_not_attested():
    draft = a_payment()
    seen = content_digest(draft, rows_of(draft))
    Voucher.objects.filter(pk=draft.pk).update(text="Något annat")
    with pytest.raises(ValidationError, match="ändrades"):
        attest(draft, "ordforande", seen)
    assert not Attest.objects.exists()


def change_text(draft):
    draft.text = "Något annat"
    draft.save()


def change_account(draft):
    draft.rows.filter(line=1).update(account=an_account("6990"))


def change_amounts(draft):
    draft.rows.filter(line=1).update(amount=kronor("20000.00"))
    draft.rows.filter(line=2).update(amount=kronor("-20000.00"))


def change_date(draft):
    draft.date = draft.date.replace(month=2)
    draft.save()


def change_decision(draft):
    draft.decision_reference = "§ 9"
    draft.save()


def add_receipt(draft):
    an_attachment(draft, a_png())


def take_receipt_off(draft):
    detach(draft.attachments.get())


@pytest.mark.parametrize(
    "change",
    [
        change_text,
        change_account,
        change_amounts,
        change_date,
        change_decision,
        add_receipt,
        take_receipt_off,
    ],
)
def test_any_change_of_the_draft_voids_its_attest(change):
    a_limit()
    draft = a_payment()
    an_attachment(draft)
    attested(draft)
    change(draft)
    draft = Voucher.objects.get(pk=draft.pk)
    assert valid_attests(draft, rows_of(draft)) == []
    with pytest.raises(ValidationError, match="attestera"):
        post(draft, by="kassor")


def test_what_was_attested_anew_is_posted_with_that_attest_alone():
    a_limit()
    draft = a_payment()
    attested(draft)
    change_text(draft)
    attested(draft, by="vice")
    voucher = post(draft, by="kassor")
    assert [made.by for made in voucher.attests.all()] == ["vice"]


def test_the_digest_of_the_content_is_the_same_before_and_after_posting():
    draft = a_payment()
    an_attachment(draft)
    before = content_digest(draft, rows_of(draft))
    voucher = Voucher.objects.get(pk=post(draft, by="kassor").pk)
    assert content_digest(voucher, rows_of(voucher)) == before


def test_forgetting_void_attests_keeps_the_valid_one():
    draft = a_payment()
    attested(draft)
    forget_void(draft, rows_of(draft))
    assert draft.attests.count() == 1


# The guard


def test_the_database_refuses_an_attest_by_who_entered_the_voucher():
    draft = a_payment()
    with pytest.raises(IntegrityError, match="neither entered nor changed"):
        Attest.objects.create(voucher=draft, by="kassor", content="0" * 64)


def test_the_database_refuses_an_attest_by_who_changed_the_voucher():
    draft = a_payment()
    record_edit(draft, "ordforande")
    with pytest.raises(IntegrityError, match="neither entered nor changed"):
        Attest.objects.create(voucher=draft, by="ordforande", content="0" * 64)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE finance_attest SET by = 'annan'",
        "DELETE FROM finance_attest",
        "UPDATE finance_draftedit SET by = 'annan'",
        "DELETE FROM finance_draftedit",
        "INSERT INTO finance_draftedit (voucher_id, by, at) SELECT voucher_id, 'annan', at FROM finance_draftedit",
    ],
)
def test_the_database_keeps_who_attested_and_changed_a_posted_voucher(statement):
    draft = a_payment()
    record_edit(draft, "bitrade")
    attested(draft)
    post(draft, by="kassor")
    with pytest.raises(IntegrityError, match=r"attest|changed a draft"):
        raw(statement)


def test_a_draft_is_deleted_with_its_attests():
    draft = a_payment()
    record_edit(draft, "bitrade")
    attested(draft)
    draft.delete()
    assert not Attest.objects.exists()
    assert not DraftEdit.objects.exists()


# Lists and verification


def test_drafts_that_wait_for_an_attest_are_listed():
    a_limit()
    draft, other = a_payment(), a_payment()
    a_payment(AT_THE_LIMIT)
    attested(other)
    assert waiting(draft.fiscal_year) == [draft]


def posted_before_there_was_a_rule(**facts):
    return post(a_payment(**facts), by="kassor")


def test_payments_and_costs_above_the_limit_without_attest_or_decision_are_listed():
    payment = posted_before_there_was_a_rule()
    cost = posted_before_there_was_a_rule(rows=(("5010", "20000.00"), ("2440", "-20000.00")))
    posted_before_there_was_a_rule(decision_reference="§ 8, möte 14")
    posted_before_there_was_a_rule(rows=AT_THE_LIMIT)
    posted_before_there_was_a_rule(rows=(("1930", "20000.00"), ("3900", "-20000.00")))
    a_payment()
    a_limit()
    assert list(unapproved(payment.fiscal_year)) == [payment, cost]


def test_the_list_says_what_was_paid_and_what_it_cost():
    posted_before_there_was_a_rule(rows=(("5010", "9000"), ("5020", "9000"), ("1930", "-18000")))
    a_limit()
    [voucher] = unapproved(a_fiscal_year())
    assert (voucher.paid, voucher.cost) == (kronor("-18000.00"), kronor("18000.00"))


def test_without_a_rule_the_list_is_empty():
    posted_before_there_was_a_rule()
    assert list(unapproved(a_fiscal_year())) == []


def test_a_voucher_approved_afterwards_leaves_the_list():
    voucher = posted_before_there_was_a_rule()
    a_limit()
    attested(voucher)
    assert list(unapproved(voucher.fiscal_year)) == []
    assert voucher.attests.get().at > voucher.posted_at


def test_attests_are_verified():
    a_limit()
    draft = a_payment()
    attested(draft)
    post(draft, by="kassor")
    report = verify()
    assert report.ok, report.as_json()
    assert report["attests"].checked == 1


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE finance_attest SET content = 'x'", "något annat"),
        ("UPDATE finance_attest SET by = 'kassor'", "själv"),
    ],
)
def test_a_forged_attest_is_found(statement, what):
    draft = a_payment()
    attested(draft)
    post(draft, by="kassor")
    guard.remove(connection)
    raw(statement)
    [place] = verify()["attests"].broken
    assert place.where == "2023 A 1"
    assert what in place.what
