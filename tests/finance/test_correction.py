"""Corrections: a posted voucher is taken back and put right by others that name it."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from finance.correction import draft_correction, drafts_of, proposed_day, why_not
from finance.models import FiscalYear, Project, VoucherRow
from finance.models.vouchers import Correction
from finance.money import kronor
from finance.papers import without_receipt
from finance.periods import lock_through
from finance.posting import post, post_together
from finance.statements import trial_balance
from finance.verification import verify
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, an_account

pytestmark = pytest.mark.django_db

WRONG = (("6110", "100.00"), ("1930", "-100.00"))


def amounts(voucher):
    return {row.account.number: str(row.amount.amount) for row in voucher.rows.select_related("account")}


def corrected(original, **facts):
    return draft_correction(original, by="kassor", reason="Fel konto", **facts)


def test_a_correction_takes_back_every_row():
    original = a_posted_voucher(rows=WRONG)
    assert amounts(corrected(original).reversal) == {"6110": "-100.00", "1930": "100.00"}


def test_what_puts_it_right_begins_as_a_copy():
    original = a_posted_voucher(rows=WRONG)
    assert amounts(corrected(original).replacement) == {"6110": "100.00", "1930": "-100.00"}


def test_rows_keep_project_text_and_quantity_with_its_sign():
    draft = a_draft(rows=WRONG)
    project = Project.objects.create(code="ALMEDALEN", name="Almedalen")
    draft.rows.filter(line=1).update(project=project, text="pennor", quantity="3")
    row = corrected(post(draft, by="kassor")).reversal.rows.get(line=1)
    assert (row.project, row.text, row.quantity) == (project, "pennor", "-3")


def test_both_drafts_name_the_original_who_when_and_why():
    original = a_posted_voucher()
    for draft, part in zip(corrected(original).vouchers, Correction, strict=True):
        assert (draft.corrects, draft.correction, draft.correction_reason, draft.entered_by) == (
            original,
            part,
            "Fel konto",
            "kassor",
        )


def test_the_original_finds_what_corrects_it():
    original = a_posted_voucher()
    drafts = corrected(original)
    assert drafts_of(original) == drafts
    assert list(original.corrections.order_by("pk")) == drafts.vouchers


def test_a_voucher_can_be_taken_back_alone():
    assert corrected(a_posted_voucher(), replace=False).replacement is None


def test_posted_together_only_the_difference_is_left():
    drafts = corrected(a_posted_voucher(rows=WRONG))
    drafts.replacement.rows.filter(account__number="6110").update(account=an_account("6250"))
    post_together(drafts.vouchers, by="kassor")
    closing = {b.account.number: b.closing for b in trial_balance(a_fiscal_year()).balances}
    assert closing == {"6110": 0, "6250": 10000, "1930": -10000}


def test_the_chain_covers_the_correction():
    post_together(corrected(a_posted_voucher()).vouchers, by="kassor")
    assert verify().ok


def test_when_one_of_them_cannot_be_posted_neither_is():
    original = a_posted_voucher(rows=WRONG)
    drafts = corrected(original)
    drafts.replacement.rows.filter(account__number="6110").update(amount=kronor("99.00"))
    with pytest.raises(ValidationError, match="1,00"):
        post_together(drafts.vouchers, by="kassor")
    assert drafts_of(original) == drafts


def test_a_reversal_that_does_not_mirror_the_original_is_refused():
    drafts = corrected(a_posted_voucher(rows=WRONG))
    drafts.reversal.rows.update(account=an_account("6250"))
    with pytest.raises(ValidationError, match="A 1"):
        post(drafts.reversal, by="kassor")


def test_what_puts_right_is_not_posted_before_the_original_is_taken_back():
    drafts = corrected(a_posted_voucher())
    with pytest.raises(ValidationError, match="A 1"):
        post(drafts.replacement, by="kassor")


def test_what_was_booked_on_an_account_no_longer_open_can_be_taken_back():
    original = a_posted_voucher(rows=WRONG)
    account = an_account("6110")
    account.is_open = False
    account.save()
    assert post(corrected(original).reversal, by="kassor").is_posted


def test_a_reason_is_demanded():
    original = a_posted_voucher()
    with pytest.raises(ValidationError):
        draft_correction(original, by="kassor", reason="  ")
    assert not original.corrections.exists()


def test_a_draft_is_not_corrected():
    assert why_not(a_draft())


def test_a_voucher_is_corrected_once():
    original = a_posted_voucher()
    corrected(original)
    with pytest.raises(ValidationError):
        corrected(original)


def test_what_put_right_can_itself_be_corrected():
    drafts = corrected(a_posted_voucher())
    _reversal, replacement = post_together(drafts.vouchers, by="kassor")
    assert corrected(replacement).reversal.corrects == replacement


def test_the_day_is_the_originals_while_its_period_is_open():
    original = a_posted_voucher(day=date(2023, 2, 10))
    assert proposed_day(original) == (original.fiscal_year, date(2023, 2, 10))


def test_the_day_is_the_first_open_one_when_the_period_is_locked():
    original = a_posted_voucher(day=date(2023, 2, 10))
    lock_through(original.fiscal_year, date(2023, 3, 1), by=None)
    assert proposed_day(original)[1] == date(2023, 4, 1)


def test_the_day_is_in_the_next_year_when_all_of_the_year_is_locked():
    original = a_posted_voucher(day=date(2023, 2, 10))
    following = a_fiscal_year(2024)
    lock_through(original.fiscal_year, date(2023, 12, 1), by=None)
    drafts = corrected(original)
    assert (drafts.reversal.fiscal_year, drafts.reversal.date) == (following, date(2024, 1, 1))
    assert drafts.reversal.series.code == "A"
    post_together(drafts.vouchers, by="kassor")
    assert verify().ok


def test_where_no_day_is_open_it_says_so():
    original = a_posted_voucher()
    lock_through(original.fiscal_year, date(2023, 12, 1), by=None)
    with pytest.raises(ValidationError):
        corrected(original)
    assert FiscalYear.objects.count() == 1
    assert VoucherRow.objects.count() == 2


def test_another_day_can_be_chosen():
    drafts = corrected(a_posted_voucher(day=date(2023, 2, 10)), day=date(2023, 5, 2))
    assert {draft.date for draft in drafts.vouchers} == {date(2023, 5, 2)}


@pytest.mark.parametrize("day", [date(2023, 1, 31), date(2030, 1, 1)])
def test_a_chosen_day_must_be_open(day):
    original = a_posted_voucher(day=date(2023, 2, 10))
    lock_through(original.fiscal_year, date(2023, 1, 1), by=None)
    with pytest.raises(ValidationError) as refusal:
        corrected(original, day=day)
    assert list(refusal.value.message_dict) == ["day"]


def test_a_correction_needs_no_receipt_of_its_own():
    original = a_posted_voucher()
    post_together(corrected(original).vouchers, by="kassor")
    assert list(without_receipt(original.fiscal_year)) == [original]
