from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from finance.auditing import remark
from finance.models import AttestRule, AuditRemark, FiscalYear
from finance.money import kronor
from ledarna import matters as module
from ledarna.matters import Matter, matters
from ledarna.models import StatedFigure
from ledarna.reconciliation import reconcile
from tests.factories import (
    a_draft,
    a_fiscal_year,
    a_member_count,
    a_posted_voucher,
    a_sampled_voucher,
    a_user,
)
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db

PAYMENT = (("5800", "900.00"), ("1930", "-900.00"))


def found(year: FiscalYear, role: str = "treasurer") -> dict[str, Matter]:
    return {matter.what: matter for matter in matters(year, a_user(role), reconcile(year))}


def test_a_draft_waits_and_leads_those_who_post_to_it() -> None:
    a_draft()
    year = a_fiscal_year()
    assert found(year)["1 utkast är inte bokfört"].href.startswith("/admin/finance/voucher/")
    assert found(year, "board")["1 utkast är inte bokfört"].href == ""


def test_vouchers_without_receipts_are_counted() -> None:
    a_posted_voucher()
    a_posted_voucher()
    assert found(a_fiscal_year())["2 verifikationer saknar underlag"].href == "/year/2023/missing-receipts/"


def test_many_are_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COUNTED", 1)
    a_posted_voucher()
    a_posted_voucher()
    assert "mer än 1 verifikationer saknar underlag" in found(a_fiscal_year())


def test_in_a_large_year_the_pages_are_pointed_to_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VOUCHERS_SEARCHED", 0)
    AttestRule.objects.create(limit=kronor(500))
    a_posted_voucher()
    assert set(found(a_fiscal_year())) == {
        "Se vilka kostnader över gränsen som ingen har godkänt",
        "Se vilka verifikationer som saknar underlag",
    }


def test_a_payment_above_the_limit_waits_for_its_attest() -> None:
    AttestRule.objects.create(limit=kronor(500))
    a_draft(rows=PAYMENT)
    assert "1 betalning väntar på attest" in found(a_fiscal_year())


def test_a_published_figure_that_differs_is_told() -> None:
    year = a_fiscal_year()
    a_member_count(date(2023, 1, 1), 100)
    StatedFigure.objects.create(fiscal_year=year, key="members.opening", value=Decimal(99), document="B")
    assert found(year)["1 publicerad uppgift stämmer inte"].href == "/year/2023/reconciliation/"


def test_a_question_of_the_auditors_waits_for_the_treasurer_and_the_answer_for_them() -> None:
    year, sampled = a_fiscal_year(), a_sampled_voucher()
    remark(sampled, AuditRemark.Kind.QUESTION, "revisor", "Vem fick pengarna?")
    waits = found(year)["1 fråga från revisorerna väntar på svar"]
    assert (waits.whose, waits.href) == ("Kassören", "/year/2023/audit/#questions")
    remark(sampled, AuditRemark.Kind.ANSWER, "kassor", "Banken")
    assert found(year, "board")["1 svar väntar på revisorerna"].whose == "Revisorerna"


def test_a_count_that_does_not_follow_from_the_one_before_is_told_to_those_who_see_members() -> None:
    year = a_fiscal_year()
    a_member_count(date(2023, 1, 1), 100)
    a_member_count(date(2023, 12, 31), 120, joined=30, left=9)
    what = "100 den 2023-01-01 + 30 tillkomna − 9 avslutade är 121, och antalet den 2023-12-31 är 120."
    assert found(year, "secretary")[what].href == "/year/2023/members/#counts"
    assert what not in found(year, "nominating_committee")


def test_who_sees_no_books_is_not_led_to_them() -> None:
    a_posted_voucher()
    assert found(a_fiscal_year(), "secretary")["1 verifikation saknar underlag"].href == ""


def test_when_nothing_waits_one_line_says_so() -> None:
    a_fiscal_year()
    a_member_count()
    assert "Inget väntar" in main_of(reader().get("/year/2023/"))


def test_the_number_of_queries_is_fixed(django_assert_max_num_queries: Any) -> None:
    year, user = a_fiscal_year(), a_user("treasurer")
    reconciliation = reconcile(year)
    for _number in range(5):
        a_posted_voucher()
    with django_assert_max_num_queries(10):
        matters(year, user, reconciliation)
