"""The page of what waits for an attest, and giving one."""

import pytest
from django.contrib.auth.models import Group

from finance.attestation import content_digest, rows_of
from finance.models import Attest, AttestRule, Voucher
from finance.money import kronor
from finance.posting import post
from ledarna.roles import ROLES
from tests.factories import a_draft, a_user

pytestmark = pytest.mark.django_db

PAYMENT = (("5010", "12000.00"), ("1930", "-12000.00"))
SEES_BOOKS = {"treasurer", "board", "auditor", "administrator"}


@pytest.fixture
def draft():
    draft = a_draft(rows=PAYMENT, text="Hyra", entered_by="kassor")
    AttestRule.objects.create(limit=kronor("10000.00"))
    return draft


def as_role(client, role, username=""):
    client.force_login(a_user(role, username))
    return client


def give(client, voucher, content=None):
    content = content or content_digest(voucher, rows_of(voucher))
    return client.post(f"/vouchers/{voucher.pk}/attest/", {"content": content}, follow=True)


def page_of(client, draft):
    return client.get(f"/year/{draft.fiscal_year.label}/attest/").content.decode()


@pytest.mark.parametrize("role", [*ROLES, None])
def test_who_sees_the_books_sees_what_waits(client, draft, role):
    status = as_role(client, role).get(f"/year/{draft.fiscal_year.label}/attest/").status_code
    assert status == (200 if role in SEES_BOOKS else 403)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_the_board_and_another_treasurer_attest_and_nobody_else(client, draft, role):
    give(as_role(client, role), draft)
    assert Attest.objects.exists() == (role in {"board", "treasurer"})


def test_a_draft_waits_until_it_is_attested(client, draft):
    as_role(client, "board", "ordforande")
    assert "Hyra" in page_of(client, draft)
    answer = give(client, draft)
    assert "attesterad" in answer.content.decode()
    assert "ordforande" in answer.content.decode()
    assert "Hyra" not in page_of(client, draft)
    assert post(draft, by="kassor").number == 1


def test_who_entered_it_gets_no_button_and_no_attest(client, draft):
    as_role(client, "treasurer", "kassor")
    button = f'action="/vouchers/{draft.pk}/attest/"'
    assert button not in page_of(client, draft)
    assert button not in client.get(draft.get_absolute_url()).content.decode()
    assert "Någon annan måste attestera" in give(client, draft).content.decode()
    assert not Attest.objects.exists()


def test_one_attests_what_one_saw(client, draft):
    as_role(client, "board")
    seen = content_digest(draft, rows_of(draft))
    Voucher.objects.filter(pk=draft.pk).update(text="Annat")
    assert "Titta igen" in give(client, draft, seen).content.decode()
    assert not Attest.objects.exists()


def test_what_was_posted_without_attest_or_decision_is_listed_and_approved_afterwards(client):
    voucher = post(a_draft(rows=PAYMENT, text="Hyra", entered_by="kassor"), by="kassor")
    AttestRule.objects.create(limit=kronor("10000.00"))
    as_role(client, "board")
    assert "12 000,00" in page_of(client, voucher).replace("\u202f", " ").replace("\xa0", " ")
    assert "efter att den bokfördes" in give(client, voucher).content.decode()
    assert "Hyra" not in page_of(client, voucher)


def test_without_a_rule_the_page_says_how_to_begin(client):
    draft = a_draft(rows=PAYMENT)
    assert "Administratören sätter en gräns" in page_of(as_role(client, "auditor"), draft)


def test_the_administrator_sets_the_limit_and_the_treasurer_does_not(client):
    AttestRule.objects.create(limit=kronor("10000.00"))
    as_role(client, "treasurer")
    assert client.get("/admin/finance/attestrule/1/change/").status_code == 403
    as_role(client, "administrator", "admin")
    client.post("/admin/finance/attestrule/1/change/", {"limit": "20 000"})
    assert AttestRule.objects.get().limit == kronor("20000.00")
    assert Group.objects.get(name="administrator").permissions.filter(codename="change_attestrule").exists()
