"""One step back: the last import leaves the books as they were, or is refused, by the database too."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.anchors import anchor
from finance.attestation import record_edit
from finance.correction import draft_correction
from finance.exporting import SieExport
from finance.importing import Choices, Outcome, heads_of, import_sie
from finance.models import (
    Account,
    Association,
    Attachment,
    Budget,
    BudgetLine,
    CostCenter,
    FiscalYear,
    ImportedBalance,
    ImportTakenBack,
    NumberGap,
    OpeningBalance,
    PeriodTotal,
    Project,
    SieImport,
    Trace,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.money import kronor
from finance.papers import attach, take_in
from finance.periods import lock_through
from finance.posting import post, post_together
from finance.taking_back import find_head, hindrances, last_import, steps, take_back
from finance.verification import verify
from ledarna.models import SealedReport
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, a_sample, a_user, an_account
from tests.files import a_png
from tests.finance.books import a_ledger
from tests.sie import FOR_IMPORT, HEAD, ver

pytestmark = pytest.mark.django_db

FACTS: tuple[type[models.Model], ...] = (
    *(Account, Association, Budget, BudgetLine, CostCenter, FiscalYear, ImportedBalance, NumberGap),
    *(OpeningBalance, Project, VoucherSeries, Voucher, VoucherRow),
)
FILE = HEAD + "#PBUDGET 0 202303 3010 {} -50.00\n" + ver("A", 1) + ver("A", 3, day="20230402") + ver("B", 1)


@pytest.fixture
def run(tmp_path: Path, documents: Path) -> Callable[..., Outcome]:
    def run(text: str = FILE, name: str = "prov.se", **choices: Any) -> Outcome:
        path = tmp_path / name
        path.write_bytes(text.encode("cp437"))
        return import_sie(path, "kassor", Choices(**choices))

    return run


def state() -> list[Any]:
    """Everything that the books hold."""
    totals = sorted(PeriodTotal.objects.values_list("account__number", "month", "amount", "rows"), key=str)
    return [totals, *(list(model._default_manager.order_by("pk").values()) for model in FACTS)]


def last() -> SieImport:
    kept = SieImport.objects.order_by("-pk").first()
    assert kept is not None
    return kept


def taken_back(kept: SieImport | None = None) -> ImportTakenBack:
    return take_back(kept or last(), "kassor", "Fel fil")


def refused(kept: SieImport | None = None) -> str:
    """See that the program and the database refuse alike, and nothing changes; what the program says."""
    kept, before = kept or last(), state()
    with pytest.raises(ValidationError) as error:
        taken_back(kept)
    assert state() == before
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportTakenBack.objects.create(sie_import=kept, by="x", reason="x")
    return " ".join(error.value.messages)


def test_the_first_import_taken_back_leaves_nothing(run):
    run()
    taken_back()
    assert not any(any(of_model) for of_model in state())
    assert verify().ok


def test_a_later_import_taken_back_leaves_the_books_as_they_were(run):
    run()
    before, heads = state(), heads_of(FiscalYear.objects.get(label="2023"))
    run(FILE + ver("A", 4) + ver("C", 2), "senare.se")
    assert state() != before
    taken_back()
    assert state() == before
    assert heads_of(FiscalYear.objects.get(label="2023")) == heads
    assert verify().ok


def test_that_it_was_taken_back_is_kept_with_the_head_that_went(run):
    run()
    head = heads_of(FiscalYear.objects.get(label="2023"))
    taken = taken_back()
    assert (taken.by, taken.reason, taken.heads) == ("kassor", "Fel fil", {"2023": head})
    assert SieImport.objects.get().is_taken_back
    assert Trace.objects.filter(subject=f"importtakenback {taken.pk}").exists()


def test_it_tells_how_far_it_has_come(run, monkeypatch):
    run()
    vouchers = Voucher.objects.posted().count()
    monkeypatch.setattr("finance.taking_back.VOUCHERS_AT_ONCE", 2)
    *gone, done = steps(last(), "kassor", "Fel fil")
    assert len(gone) > 1
    assert sum(step.gone for step in gone) == vouchers
    assert done.taken == ImportTakenBack.objects.get()
    assert not Voucher.objects.exists()


def test_what_is_broken_off_changes_nothing(run, monkeypatch):
    run()
    before = state()
    monkeypatch.setattr("finance.taking_back.VOUCHERS_AT_ONCE", 1)
    going_on = steps(last(), "kassor", "Fel fil")
    assert next(going_on).gone == 1
    going_on.close()
    assert state() == before


def test_the_same_file_can_be_imported_again_afterwards(run):
    first = run()
    taken_back()
    assert run().as_json() == first.as_json()
    assert verify().ok


def test_a_reason_is_asked_for(run):
    run()
    with pytest.raises(ValidationError, match="varför"):
        take_back(last(), "kassor", "  ")


def test_it_is_refused_when_anything_was_posted_since(run):
    run()
    a_posted_voucher(FiscalYear.objects.get(label="2023"), day=date(2023, 5, 1))
    assert "bokförts" in refused()


def test_it_is_refused_when_something_was_posted_in_another_year(run):
    run()
    a_posted_voucher(a_fiscal_year(2024), day=date(2024, 5, 1))
    assert "bokförts" in refused()


def test_it_is_refused_when_a_posting_was_dated_back_before_the_import(run):
    run()
    draft = a_draft(
        FiscalYear.objects.get(label="2023"), day=date(2023, 5, 1), rows=(("1930", "1"), ("3010", "-1"))
    )
    post(draft, "kassor", at=last().at.replace(year=2020))
    refused()


def test_it_is_refused_when_another_file_was_imported_since(run):
    run()
    first = last()
    run(FILE + ver("A", 4), "senare.se")
    assert "senare" in refused(first)


def test_the_steps_go_back_one_by_one(run):
    run()
    run(FILE + ver("A", 4), "senare.se")
    taken_back()
    taken_back(SieImport.objects.order_by("pk").first())
    assert not Voucher.objects.exists()
    assert verify().ok


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sets(st.integers(1, 8), min_size=1), min_size=1, max_size=3))
def test_whatever_parts_were_imported_each_step_back_gives_what_was_before_it(run, parts):
    with transaction.atomic():
        states = [state()]
        for part in parts:
            vouchers = "".join(ver("AB"[number % 2], number, f"{number}.00") for number in sorted(part))
            if run(HEAD + vouchers).sie_import:
                states.append(state())
        while kept := last_import():
            assert state() == states.pop()
            taken_back(kept)
            assert verify().ok
        assert [state()] == states
        transaction.set_rollback(True)


def test_it_is_refused_when_the_chain_was_anchored_since(run):
    run()
    anchor(FiscalYear.objects.get(label="2023"), "revisor", "på papper")
    assert "ankrats" in refused()


def test_it_is_refused_when_an_annual_report_was_sealed_since(run):
    run()
    SealedReport.objects.create(
        fiscal_year=FiscalYear.objects.get(label="2023"),
        number=1,
        by="kassor",
        sequence=3,
        head="0" * 64,
        content="{}",
        content_sha256="0" * 64,
        pdf_sha256="0" * 64,
    )
    assert "förseglats" in refused()


def test_the_head_that_went_is_found_from_paper(run):
    run()
    _vouchers, head = heads_of(FiscalYear.objects.get(label="2023"))
    assert find_head(head[:12]) == []
    taken = taken_back()
    assert find_head(f"{head[:4]} … {head[-4:]}") == [taken]


def test_it_is_refused_when_the_auditors_drew_a_sample_since(run):
    run()
    a_sample(FiscalYear.objects.get(label="2023"))
    assert "Revisorerna har dragit ett urval" in refused()


def test_an_anchor_of_what_was_there_before_hinders_nothing(run):
    run()
    anchor(FiscalYear.objects.get(label="2023"), "revisor", "på papper")
    run(FILE + ver("A", 4), "senare.se")
    taken_back()
    assert verify().ok


def test_it_is_refused_when_its_months_were_locked_since(run):
    run()
    lock_through(FiscalYear.objects.get(label="2023"), date(2023, 3, 1), a_user("treasurer"))
    assert "låst" in refused()


def test_it_is_refused_twice(run):
    run()
    kept = last()
    taken_back()
    assert "redan" in refused(kept)


def test_it_is_refused_when_a_draft_of_it_was_posted_since(run):
    a_fiscal_year(2023)
    an_account("1930"), an_account("3010")
    run(FOR_IMPORT + ver("", ""), drafts=True)
    post(Voucher.objects.get(), "kassor")
    assert "bokförts" in refused()


def test_drafts_go_when_nobody_worked_on_them(run):
    a_fiscal_year(2023)
    before = state()
    run(FOR_IMPORT + ver("", ""), drafts=True)
    taken_back()
    assert state() == before


def test_a_draft_that_was_worked_on_hinders(run):
    a_fiscal_year(2023)
    run(FOR_IMPORT + ver("", ""), drafts=True)
    record_edit(Voucher.objects.get(), "lisa")
    assert any("utkast" in sentence for sentence in hindrances(last()))


def test_a_correction_that_waits_hinders(run):
    run()
    draft_correction(Voucher.objects.posted()[0], "lisa", "Fel konto")
    assert any("rättar" in sentence for sentence in hindrances(last()))


def test_an_opening_balance_that_was_changed_since_hinders(run):
    run()
    balance = OpeningBalance.objects.first()
    assert balance is not None
    balance.amount = kronor("2.00")
    balance.save()
    assert any("1930" in sentence for sentence in hindrances(last()))


def test_a_budget_that_was_changed_since_hinders(run):
    run()
    BudgetLine.objects.update(amount=kronor("2.00"))
    assert hindrances(last())


def test_an_account_that_a_draft_uses_hinders_and_nothing_is_changed(run):
    run()
    a_draft(a_fiscal_year(2024), day=date(2024, 5, 1), rows=(("6250", "1"), ("1930", "-1")))
    before = state()
    with pytest.raises(ValidationError, match="används"):
        taken_back()
    assert state() == before


def test_names_that_were_taken_from_the_file_come_back(run):
    run()
    before = state()
    run(FILE.replace("Företagskonto", "Banken").replace("Kongress", "Stämma") + ver("A", 4), names=True)
    assert Account.objects.get(number="1930").name == "Banken"
    taken_back()
    assert state() == before


def test_comparison_balances_that_were_replaced_come_back(run):
    run()
    run(FILE.replace("-700.00", "-800.00") + ver("A", 4), "senare.se")
    taken_back()
    balances = ImportedBalance.objects.values_list("account__number", "closing", "source__file_name")
    assert set(balances) == {
        ("1930", kronor("1000.00"), "prov.se"),
        ("3010", kronor("-700.00"), "prov.se"),
    }
    assert verify().ok


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM finance_voucherrow",
        "DELETE FROM finance_voucher",
        "DELETE FROM finance_numbergap",
        "UPDATE finance_voucher SET text = 'x'",
    ],
)
def test_the_other_imports_stay_guarded_when_one_was_taken_back(run, sql):
    run()
    run(FILE + ver("A", 4), "senare.se")
    taken_back()
    before = state()
    with (
        pytest.raises(IntegrityError, match="ledarna: "),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert state() == before


@pytest.mark.parametrize(
    "sql", ["UPDATE finance_importtakenback SET \"by\" = 'x'", "DELETE FROM finance_importtakenback"]
)
def test_that_it_was_taken_back_is_never_changed(run, sql):
    run()
    taken_back()
    with (
        pytest.raises(IntegrityError, match="kept as it was"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_a_voucher_cannot_be_posted_in_the_name_of_an_import_that_was_taken_back(run):
    run()
    kept = last()
    taken_back()
    draft = a_draft(sie_import=kept)
    with pytest.raises(IntegrityError, match="taken back"), transaction.atomic():
        post(draft, "kassor")


@pytest.mark.parametrize("gone", ["none", "the first", "the last"])
def test_nothing_is_posted_on_an_import_that_is_half_taken_back_past_the_program(run, gone):
    a_posted_voucher(a_fiscal_year(2023), series="X")
    run()
    ImportTakenBack.objects.create(sie_import=last(), by="x", reason="x")
    own = Voucher.objects.posted().filter(sie_import=last()).order_by("sequence")
    removed = {"none": [], "the first": [own[0].pk], "the last": [own[2].pk]}[gone]
    VoucherRow.objects.filter(voucher__in=removed)._raw_delete("default")
    Voucher.objects.filter(pk__in=removed)._raw_delete("default")
    with pytest.raises(IntegrityError, match="half taken back"), transaction.atomic():
        a_posted_voucher(a_fiscal_year(2023), day=date(2023, 5, 1), series="Z")
    a_posted_voucher(a_fiscal_year(2024), day=date(2024, 5, 1))


def test_posting_goes_on_once_an_import_was_taken_back_whole(run):
    a_posted_voucher(a_fiscal_year(2023), series="X")
    run()
    taken_back()
    a_posted_voucher(a_fiscal_year(2023), day=date(2023, 5, 1))
    assert verify().ok


def test_half_of_an_import_taken_back_past_the_program_is_found(run):
    run()
    ImportTakenBack.objects.create(sie_import=last(), by="x", reason="x")
    newest = Voucher.objects.posted().order_by("-sequence").first()
    assert newest is not None
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM finance_voucherrow WHERE voucher_id = %s", [newest.pk])
        cursor.execute("DELETE FROM finance_voucher WHERE id = %s", [newest.pk])
    report = verify()
    assert [place.where for place in report["imports"].broken] == [f"prov.se ({last().sha256[:12]})"]
    assert report["totals"].ok


def test_a_file_of_ledarnas_own_is_taken_back_with_its_papers_and_corrections(run, tmp_path):
    with transaction.atomic():
        year = a_ledger()
        draft = a_draft(year, day=date(2023, 5, 1), rows=(("5910", "1"), ("1930", "-1")))
        attach(draft, take_in(BytesIO(a_png()), "kvitto.png"), by="lisa")
        post(draft, "kassor")
        post_together(draft_correction(draft, "lisa", "Fel konto").vouchers, by="kassor")
        written = b"".join(SieExport(year))
        transaction.set_rollback(True)
    path = tmp_path / "egen.se"
    path.write_bytes(written)
    assert not import_sie(path, "kassor").refused
    assert Voucher.objects.filter(corrects__isnull=False).exists()
    taken_back()
    assert not any(any(of_model) for of_model in state())
    assert not Attachment.objects.exists()
    assert verify().ok
