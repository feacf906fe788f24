"""Whoever changes one field of the ledger past the program is found, and what was changed is named."""

import os
import random
from datetime import date
from io import BytesIO

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from finance import guard
from finance.anchors import anchor
from finance.attestation import attest, content_digest, record_edit, rows_of
from finance.auditing import note, remark
from finance.correction import draft_correction
from finance.models import (
    AttestRule,
    AuditRemark,
    CostCenter,
    ImportedBalance,
    ImportTakenBack,
    NumberGap,
    PeriodLock,
    Project,
    SieImport,
    Voucher,
)
from finance.models.audits import Method
from finance.money import kronor
from finance.papers import attach, say_why_no_receipt, take_in
from finance.posting import post, post_together
from finance.sampling import Plan
from finance.traces import TRACED
from finance.verification import Report, verify
from ledarna.environment import POSTGRESQL
from tests.factories import (
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    a_sample,
    a_series,
    a_user,
    an_account,
    an_opening_balance,
)
from tests.files import PDF, storages_with_documents_in
from tests.torture import times
from tests.torture.tampering import NO_FACTS, WATCHED, tamper, watched

pytestmark = pytest.mark.django_db

TAMPERINGS = times(60, 300)


@pytest.fixture
def ledger(settings, tmp_path):
    """Books in which every kind of fact occurs, and from which the guard was taken away."""
    settings.STORAGES = storages_with_documents_in(tmp_path)
    before, year = a_fiscal_year(2022), a_fiscal_year(2023)
    for account, began, ended in (("1930", "100", "-20"), ("2067", "-80", "40"), ("2440", "-20", "-20")):
        an_opening_balance(before, account, began)
        an_opening_balance(year, account, ended)
    project = Project.objects.create(code="P1", name="P")
    center = CostCenter.objects.create(code="K1", name="K")
    for month in range(1, 13):
        a_posted_voucher(before, day=date(2022, month, 5), rows=(("5010", "10"), ("1930", "-10")))
        draft = a_draft(
            year,
            day=date(2023, month, 7),
            rows=(("5010", "10.25"), ("7210", "1"), ("1930", "-11.25")),
            series="AB"[month % 2],
            text=f"Hyra\tmånad {month}",
            counterparty="Värden AB",
            decision_reference="§ 8",
            entered_by="lisa",
        )
        draft.rows.filter(line=1).update(project=project, text="Mötesrum", quantity="2,5")
        draft.rows.filter(line=2).update(cost_center=center, project=project, objects_text='8 "1001"')
        attach(draft, take_in(BytesIO(PDF + str(month).encode()), f"hyra-{month}.pdf"), "lisa")
        post(draft, by="kassör")
    say_why_no_receipt(before.vouchers.posted()[0], "Tappat", "kassör")
    post_together(draft_correction(year.vouchers.posted()[3], "lisa", "Fel konto").vouchers, by="kassör")
    AttestRule.objects.create(limit=kronor("1000.00"))
    payment = a_draft(year, rows=(("5010", "2000"), ("1930", "-2000")), entered_by="lisa")
    record_edit(payment, "kalle")
    attest(payment, "ordförande", content_digest(payment, rows_of(payment)))
    post(payment, by="kassör")
    user = a_user()
    lock = PeriodLock.objects.create(
        fiscal_year=before, kind="month", start=date(2022, 1, 1), end=date(2022, 1, 31), locked_by=user
    )
    lock.unlocked_at, lock.unlocked_by, lock.unlock_reason = timezone.now(), user, "Sen faktura"
    lock.save()
    PeriodLock.objects.create(fiscal_year=before, kind="year", start=before.start, end=before.end)
    NumberGap.objects.create(series=a_series(year, "G"), first=1, last=4, reason="Fanns inte i filen")
    source = SieImport.objects.create(
        file_name="a.se", sha256="0" * 64, sie_type="4", encoding="cp437", by="lisa"
    )
    ImportedBalance.objects.create(
        fiscal_year=a_fiscal_year(2021), account=an_account("1930"), closing=kronor("1.00"), source=source
    )
    wrong = SieImport.objects.create(
        file_name="b.se", sha256="1" * 64, sie_type="4", encoding="cp437", by="lisa"
    )
    ImportTakenBack.objects.create(sie_import=wrong, by="lisa", reason="Fel fil", heads={"2023": [1, "ab"]})
    anchor(before, "revisor", "Årsmötet")
    for plan in (Plan(Method.RANDOM, 3, "frö"), Plan(Method.ABOVE, 0), Plan(Method.PAIRS, 99)):
        sample = a_sample(year, plan)
        remark(sample.vouchers.get(place=1), AuditRemark.Kind.QUESTION, "revisor", "Varför två?")
    note(year, "revisor", "Ordning och reda.")
    assert [(check.name, place) for check in verify().checks.values() for place in check.broken] == []
    connection.check_constraints()
    guard.remove(connection)


def named(report: Report, names: frozenset[str]) -> bool:
    """Whether the report names one of *names* in a check other than that of the guard itself."""
    places = [place for check in report.checks.values() if check.name != "guard" for place in check.broken]
    return any(name in f"{place.where}: {place.what}" for place in places for name in names)


def test_every_kind_of_fact_occurs_in_the_ledger_that_is_tampered_with(ledger):
    assert [model for model in WATCHED if not model._default_manager.exists()] == []


def test_every_tampering_is_found_and_named(ledger):
    chance = random.Random(int(os.environ.get("TORTURE_SEED", "20231231")))
    missed = []
    for _ in range(TAMPERINGS):
        with transaction.atomic():
            tampering = tamper(chance)
            if not named(verify(), tampering.names):
                missed.append(str(tampering))
            transaction.set_rollback(True)
    assert missed == []
    print(f"{connection.vendor}: {TAMPERINGS} fields changed past the program: {TAMPERINGS} found and named")


def test_a_ledger_that_nobody_touched_names_nothing_but_the_missing_guard(ledger):
    broken = {check.name for check in verify().checks.values() if check.broken}
    assert broken == {"guard"}


@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"] == POSTGRESQL, reason="keeps no date that is none"
)
def test_a_year_whose_last_day_is_no_day_is_named_and_the_others_are_read(ledger):
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE finance_fiscalyear SET "end" = '2022-13-45' WHERE label = '2022'""")
    report = verify()
    assert [place.where for place in report["dates"].broken] == ["2022"]
    assert set(report.head) == {"2021", "2023"}


def test_a_tampering_ends_the_command_with_1_and_a_place(ledger, capsys):
    Voucher.objects.filter(fiscal_year__label="2023", series__code="A", number=3).update(text="Lön")
    with pytest.raises(SystemExit) as ended:
        call_command("verify_ledger")
    assert ended.value.code == 1
    assert "2023 A 3: Kontrollsumman följer inte av innehållet" in capsys.readouterr().out


def test_every_column_of_the_ledger_is_watched_or_said_to_be_no_fact():
    """A new column asks for a decision: into the digest, into a trace, or no fact of the ledger."""
    unwatched = {
        f"{model.__name__}.{field.column}"
        for model in apps.get_app_config("finance").get_models()
        for field in model._meta.concrete_fields
        if not field.primary_key
        and field not in (watched(model) if model in WATCHED else [])
        and field.column not in NO_FACTS.get(model, ())
    }
    assert unwatched == set()


def test_the_traces_name_columns_that_exist():
    for model, columns in TRACED.items():
        assert set(columns) <= {field.column for field in model._meta.concrete_fields}
