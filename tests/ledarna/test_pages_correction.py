"""Correcting a voucher in the pages: why, then what is right, then both are posted."""

from datetime import date

import pytest

from finance.correction import drafts_of
from finance.models import Account
from finance.periods import lock_through
from tests.factories import a_draft, a_posted_voucher, an_account
from tests.pages import main_of, reader, words

pytestmark = pytest.mark.django_db

WRONG = (("6110", "100.00"), ("1930", "-100.00"))
MAKE = {"action": "make", "reason": "Fel konto", "day": "2023-02-10", "replace": "yes"}


@pytest.fixture
def original():
    return a_posted_voucher(rows=WRONG, day=date(2023, 2, 10), text="Porto")


def page_of(voucher):
    return f"/vouchers/{voucher.pk}/"


def correct(client, voucher, **changed):
    return client.post(f"{page_of(voucher)}correct/", {**MAKE, **changed}, follow=True)


def test_those_who_post_find_the_button(original):
    assert "Rätta" in main_of(reader("treasurer").get(page_of(original)))
    assert "Rätta" not in main_of(reader("auditor").get(page_of(original)))


def test_the_day_is_proposed(original):
    lock_through(original.fiscal_year, date(2023, 3, 1), by=None)
    html = reader("treasurer").get(f"{page_of(original)}correct/").content.decode()
    assert 'value="2023-04-01"' in html


def test_the_drafts_are_shown_beside_the_original(original):
    shown = main_of(correct(reader("treasurer"), original))
    assert "Återför" in shown
    assert "Det rätta" in shown
    assert "Skäl: Fel konto" in shown


def test_both_are_posted_at_once_and_the_original_says_so(original):
    client = reader("treasurer")
    correct(client, original)
    drafts_of(original).replacement.rows.filter(account__number="6110").update(account=an_account("6250"))
    response = client.post(f"{page_of(original)}correct/", {"action": "post"}, follow=True)
    shown = main_of(response)
    assert "A 1 är rättad genom A 2, A 3." in shown
    assert "Verifikationen är rättad." in shown
    assert "Skäl: Fel konto. Till A 2" in shown
    assert Account.objects.get(number="6250").rows.filter(voucher__number=3).exists()


def test_the_correction_says_what_it_corrects(original):
    client = reader("treasurer")
    correct(client, original, replace="no")
    client.post(f"{page_of(original)}correct/", {"action": "post"})
    reversal = original.corrections.get()
    shown = main_of(reader("auditor").get(page_of(reversal)))
    assert "Återför en annan verifikation. Skäl: Fel konto. Till A 1" in shown
    assert "Underlaget finns hos det som rättas: A 1." in shown


def test_what_keeps_a_draft_from_being_posted_is_shown_at_it(original):
    client = reader("treasurer")
    correct(client, original)
    drafts_of(original).replacement.rows.filter(account__number="6110").delete()
    shown = main_of(client.get(f"{page_of(original)}correct/"))
    assert "minst två rader" in shown
    assert "inte återförd än" not in shown


def test_when_one_cannot_be_posted_the_page_says_why_and_nothing_is_posted(original):
    client = reader("treasurer")
    correct(client, original)
    drafts_of(original).replacement.rows.filter(account__number="6110").delete()
    response = client.post(f"{page_of(original)}correct/", {"action": "post"})
    assert "minst två rader" in main_of(response)
    assert original.fiscal_year.vouchers.posted().count() == 1


def test_a_correction_can_be_given_up(original):
    client = reader("treasurer")
    correct(client, original)
    client.post(f"{page_of(original)}correct/", {"action": "give-up"})
    assert not original.corrections.exists()
    assert "Verifikationen är rättad" not in words(client.get(page_of(original)))


def test_a_reason_is_asked_for(original):
    response = correct(reader("treasurer"), original, reason=" ")
    assert "Detta fält måste fyllas i." in main_of(response)
    assert not original.corrections.exists()


def test_a_day_that_is_locked_is_told_at_its_field(original):
    lock_through(original.fiscal_year, date(2023, 3, 1), by=None)
    assert "är låst" in main_of(correct(reader("treasurer"), original))


def test_a_voucher_that_is_corrected_leads_back_with_the_reason(original):
    client = reader("treasurer")
    correct(client, original)
    client.post(f"{page_of(original)}correct/", {"action": "post"})
    response = client.get(f"{page_of(original)}correct/", follow=True)
    assert "redan rättad, genom A 2" in main_of(response)


def test_a_draft_is_not_corrected():
    draft = a_draft()
    response = reader("treasurer").get(f"{page_of(draft)}correct/", follow=True)
    assert "Ändra den i stället" in main_of(response)


def test_a_board_member_may_not_correct(original):
    assert correct(reader("board"), original).status_code == 403
