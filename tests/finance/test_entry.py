"""Entering vouchers: what was typed becomes a draft, the last row fills itself, templates split amounts."""

from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from finance import entry as entries
from finance.entry import (
    Entry,
    EntryRow,
    balanced,
    copied,
    rows_of_template,
    rows_of_voucher,
    save_draft,
    save_template,
)
from finance.models import CostCenter, Project, SentForm, Voucher, VoucherRow, VoucherTemplate
from finance.money import kronor
from finance.papers import take_in
from finance.posting import post
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, a_series, an_account, an_attachment
from tests.files import a_png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


def row(number, amount=None, **facts):
    return EntryRow(an_account(number), amount, **facts)


def an_entry(*rows, **facts):
    year = a_fiscal_year()
    return Entry(
        **{
            "date": year.start,
            "text": "Hyra",
            "rows": rows or [row("5010", 1500), row("1930", -1500)],
            **facts,
        }
    )


def amounts(rows):
    return [row.amount for row in rows]


def rows_in_database(voucher):
    return [
        (found.line, found.account.number, found.amount)
        for found in voucher.rows.select_related("account").order_by("line")
    ]


# The last row


def test_the_last_row_takes_what_the_others_leave():
    assert amounts(balanced([row("5831", 1_840_000), row("2641", 156_250), row("1930")])) == [
        1_840_000,
        156_250,
        -1_996_250,
    ]


def test_the_last_row_takes_a_debit_where_credit_is_larger():
    assert amounts(balanced([row("3900", -500), row("1930")])) == [-500, 500]


def test_rows_with_amounts_stay_as_they_are():
    assert amounts(balanced([row("5010", 1), row("1930", -3)])) == [1, -3]
    assert balanced([]) == []


def test_an_amount_is_missing_in_a_row_before_the_last():
    with pytest.raises(ValidationError) as refused:
        balanced([row("5010", 1), row("5020"), row("1930", -1)])
    assert (refused.value.code, refused.value.params["row"]) == ("open", 1)


def test_nothing_is_left_for_the_last_row():
    with pytest.raises(ValidationError) as refused:
        balanced([row("5010", 1), row("1930", -1), row("1940")])
    assert (refused.value.code, refused.value.params["row"]) == ("nothing_left", 2)


# Saving


def test_an_entry_becomes_a_draft():
    draft = save_draft(an_entry(decision="§ 8", counterparty="Värden"), "kassor")
    assert (draft.text, draft.decision_reference, draft.counterparty) == ("Hyra", "§ 8", "Värden")
    assert (draft.entered_by, draft.is_posted, draft.series.code) == ("kassor", False, "A")
    assert rows_in_database(draft) == [(1, "5010", kronor(15)), (2, "1930", kronor(-15))]
    assert post(draft, by="kassor").reference == "A 1"


def test_the_year_and_its_series_follow_from_the_date():
    a_series(a_fiscal_year(2023))
    year = a_fiscal_year(2024)
    draft = save_draft(an_entry(date=date(2024, 2, 29)), "kassor")
    assert (draft.fiscal_year, draft.series.fiscal_year) == (year, year)


def test_a_date_outside_of_every_year_is_refused_at_the_date():
    with pytest.raises(ValidationError) as refused:
        save_draft(an_entry(date=date(1999, 1, 1)), "kassor")
    assert list(refused.value.message_dict) == ["date"]
    assert not Voucher.objects.exists()


def test_papers_come_with_the_draft():
    from io import BytesIO

    draft = save_draft(an_entry(papers=[take_in(BytesIO(a_png()), "kvitto.png")]), "kassor")
    assert draft.attachments.get().uploaded_by == "kassor"


def test_a_draft_is_changed_in_place():
    draft = save_draft(an_entry(), "kassor")
    first, second = rows_of_voucher(draft)
    changed = [second, row("6570", 100), EntryRow(first.account, 1400, pk=first.pk)]
    save_draft(an_entry(*changed, text="Hyra och avgift"), "kassor", draft)
    draft.refresh_from_db()
    assert draft.text == "Hyra och avgift"
    assert rows_in_database(draft) == [
        (1, "1930", kronor(-15)),
        (2, "6570", kronor(1)),
        (3, "5010", kronor(14)),
    ]
    assert set(draft.rows.values_list("pk", flat=True)) >= {first.pk, second.pk}


def test_what_the_page_does_not_show_of_a_row_stays():
    draft = a_draft()
    VoucherRow.objects.filter(voucher=draft, line=1).update(text="Not", quantity="3")
    save_draft(an_entry(*rows_of_voucher(draft)), "kassor", draft)
    kept = draft.rows.get(line=1)
    assert (kept.text, kept.quantity) == ("Not", "3")


def test_a_row_of_another_voucher_is_not_taken_over():
    draft, other = a_draft(), a_draft()
    stolen = rows_of_voucher(other)
    save_draft(an_entry(*stolen), "kassor", draft)
    assert other.rows.count() == draft.rows.count() == 2


def test_projects_and_cost_centres_are_saved():
    project = Project.objects.create(code="P1", name="Almedalen")
    center = CostCenter.objects.create(code="K1", name="Kansliet")
    draft = save_draft(
        an_entry(row("5010", 1, project=project, cost_center=center), row("1930", -1)), "kassor"
    )
    assert (draft.rows.get(line=1).project, draft.rows.get(line=1).cost_center) == (project, center)


def test_an_attachment_is_taken_off():
    draft = a_draft()
    attachment = an_attachment(draft)
    save_draft(an_entry(taken_off=[attachment]), "kassor", draft)
    assert not draft.attachments.exists()


def test_who_changes_the_draft_of_another_is_kept():
    draft = save_draft(an_entry(), "kassor")
    save_draft(an_entry(text="Annat"), "bitrade", draft)
    draft.refresh_from_db()
    assert draft.entered_by == "kassor"
    assert [edit.by for edit in draft.edits.all()] == ["bitrade"]


def test_a_draft_that_was_posted_meanwhile_is_not_changed():
    draft = a_draft()
    post(draft, by="annan")
    with pytest.raises(ValidationError, match="bokfördes som A 1"):
        save_draft(an_entry(), "kassor", draft)


def test_a_draft_that_was_deleted_meanwhile_is_not_made_anew():
    draft = a_draft()
    Voucher.objects.get(pk=draft.pk).delete()
    with pytest.raises(ValidationError, match="togs bort"):
        save_draft(an_entry(), "kassor", draft)
    assert not Voucher.objects.exists()


def test_a_refused_change_leaves_the_draft_as_it_was():
    from io import BytesIO

    draft = a_draft(text="Före")
    paper = take_in(BytesIO(a_png()), "kvitto.png")
    with pytest.raises(ValidationError, match="redan bifogad"):
        save_draft(an_entry(papers=[paper, paper], text="Efter"), "kassor", draft)
    draft.refresh_from_db()
    assert draft.text == "Före"
    assert draft.rows.count() == 2
    assert not draft.attachments.exists()


# Sent twice


def test_a_form_sent_twice_makes_one_voucher():
    key = uuid4()
    first = save_draft(an_entry(), "kassor", key=key)
    assert save_draft(an_entry(text="Igen"), "kassor", key=key) == first
    assert Voucher.objects.count() == 1


def test_a_form_sent_twice_at_once_makes_one_voucher(monkeypatch):
    key = uuid4()
    first = save_draft(an_entry(), "kassor", key=key)
    # The other one was not there yet when this one looked.
    looked = iter([None, first])
    monkeypatch.setattr(entries, "_sent", lambda key: next(looked))
    assert save_draft(an_entry(), "kassor", key=key) == first
    assert Voucher.objects.count() == 1


def test_another_fault_of_the_database_is_not_taken_for_a_form_sent_twice(monkeypatch):
    def fail(*args):
        raise IntegrityError("something else")

    monkeypatch.setattr(entries, "_save", fail)
    with pytest.raises(IntegrityError, match="something else"):
        save_draft(an_entry(), "kassor", key=uuid4())


def test_a_form_is_forgotten_with_its_draft():
    draft = save_draft(an_entry(), "kassor", key=uuid4())
    draft.delete()
    assert not SentForm.objects.exists()


# Copies and templates


def test_a_copy_has_the_rows_of_the_original_and_nothing_of_its_identity():
    original = a_posted_voucher()
    rows = copied(original)
    assert amounts(rows) == [1500, -1500]
    assert [row.pk for row in rows] == [None, None]


def test_a_template_gives_its_amounts_each_time():
    template = save_template("Hyra", "Lokalhyra", "Värden", [row("5010", 850_000), row("1930")], splits=False)
    assert amounts(rows_of_template(template)) == [850_000, None]
    assert (template.text, template.counterparty) == ("Lokalhyra", "Värden")


def a_split(*weights):
    rows = [row("1930", sum(weights)), *(row(f"39{at:02}", -weight) for at, weight in enumerate(weights))]
    return save_template("Medlemsavgift", "", "", rows, splits=True)


def test_a_template_splits_an_amount_in_its_proportions():
    assert amounts(rows_of_template(a_split(90, 10), 123_450)) == [123_450, -111_105, -12_345]


def test_a_template_that_splits_has_no_amounts_before_one_is_given():
    assert amounts(rows_of_template(a_split(90, 10))) == [None, None, None]


def test_what_rounding_leaves_goes_to_who_lost_most():
    assert amounts(rows_of_template(a_split(1, 1, 1), 100)) == [100, -34, -33, -33]


@given(
    weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=9).filter(any), total=st.integers(1, 10**12)
)
def test_shares_sum_to_the_whole_and_none_is_off_by_an_ore(weights, total):
    parts = entries._shares(weights, total)
    assert sum(parts) == total
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


def test_proportions_that_do_not_balance_are_refused():
    with pytest.raises(ValidationError) as refused:
        save_template("Sned", "", "", [row("1930", 100), row("3900", -90)], splits=True)
    assert list(refused.value.message_dict) == ["splits"]
    assert not VoucherTemplate.objects.exists()


@pytest.mark.parametrize("name", ["", "  ", "Hyra"])
def test_a_template_needs_a_name_of_its_own(name):
    save_template("Hyra", "", "", [row("5010", 1), row("1930")], splits=False)
    with pytest.raises(ValidationError) as refused:
        save_template(name, "", "", [row("5010", 1), row("1930")], splits=False)
    assert list(refused.value.message_dict) == ["name"]
