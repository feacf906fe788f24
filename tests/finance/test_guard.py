"""What must never happen to the ledger is refused by the database itself, whoever asks."""

from datetime import date

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import F, ProtectedError
from django.utils import timezone

from finance import guard
from finance.models import (
    Account,
    FiscalYear,
    NumberGap,
    OpeningBalance,
    PeriodLock,
    PeriodTotal,
    Project,
    Trace,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.money import kronor
from finance.verification import verify
from tests.factories import (
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    a_series,
    an_account,
    an_opening_balance,
)

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQL of SQLite")
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQL of PostgreSQL")

LEDGER = (
    FiscalYear,
    VoucherSeries,
    Account,
    Voucher,
    VoucherRow,
    PeriodTotal,
    PeriodLock,
    NumberGap,
    OpeningBalance,
)


def raw(sql, *params):
    """Run *sql* past the program, constraints checked at once."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        connection.check_constraints()


def state():
    """Everything that the ledger holds."""
    return [list(model._default_manager.order_by("pk").values()) for model in LEDGER]


def refused(act, *args, what="ledarna", error=IntegrityError):
    """See that *act* is refused in the guard's words, and that nothing has changed."""
    before = state()
    connection.check_constraints()
    with pytest.raises(error, match=what or None), transaction.atomic():
        act(*args)
    assert state() == before


@pytest.fixture
def posted():
    """A voucher in the books, beside a draft, a locked month, an opening balance and a recorded gap."""
    year = a_fiscal_year()
    an_opening_balance(year, "1930", "100.00")
    an_opening_balance(year, "2067", "-100.00")
    PeriodLock.objects.create(fiscal_year=year, kind="month", start=date(2023, 1, 1), end=date(2023, 1, 31))
    NumberGap.objects.create(series=a_series(year, "G"), first=1, last=4, reason="Fanns inte i filen")
    a_draft(year, day=date(2023, 3, 1), text="Utkast")
    return a_posted_voucher(year, day=date(2023, 2, 1))


# A posted voucher never changes and never vanishes -----------------------------------------------

EVERY_COLUMN = [field.column for field in Voucher._meta.concrete_fields if field.column != "id"]
EVERY_ROW_COLUMN = [field.column for field in VoucherRow._meta.concrete_fields if field.column != "id"]


@pytest.mark.parametrize("column", EVERY_COLUMN)
def test_no_column_of_a_posted_voucher_can_be_set_not_even_to_what_it_is(posted, column):
    refused(raw, f"UPDATE finance_voucher SET {column} = {column} WHERE id = %s", posted.pk)


@pytest.mark.parametrize("column", EVERY_ROW_COLUMN)
def test_no_column_of_a_posted_row_can_be_set_not_even_to_what_it_is(posted, column):
    refused(raw, f"UPDATE finance_voucherrow SET {column} = {column} WHERE voucher_id = %s", posted.pk)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE finance_voucher SET id = id + 1000 WHERE posted_at IS NOT NULL",
        "UPDATE finance_voucher SET text = 'x'",
        "DELETE FROM finance_voucher",
        "DELETE FROM finance_voucherrow",
        "UPDATE finance_voucherrow SET amount = 0",
        "UPDATE finance_voucher SET posted_at = NULL, number = NULL, sequence = NULL, digest = ''",
        # Rows moved out of, and into, the posted voucher.
        "UPDATE finance_voucherrow SET line = line + 9,"
        " voucher_id = (SELECT id FROM finance_voucher WHERE posted_at IS NULL)"
        " WHERE voucher_id = (SELECT id FROM finance_voucher WHERE posted_at IS NOT NULL)",
        "UPDATE finance_voucherrow SET line = line + 9,"
        " voucher_id = (SELECT id FROM finance_voucher WHERE posted_at IS NOT NULL)"
        " WHERE voucher_id = (SELECT id FROM finance_voucher WHERE posted_at IS NULL)",
    ],
)
def test_raw_sql_is_refused(posted, sql):
    refused(raw, sql)


def test_a_row_cannot_be_added_to_a_posted_voucher(posted):
    row = VoucherRow(voucher=posted, line=3, account=an_account(), amount=kronor(0), date=posted.date)
    refused(row.save)
    refused(VoucherRow.objects.bulk_create, [row])


def test_the_orm_is_refused(posted):
    row = posted.rows.first()
    posted.text = row.text = "Ändrad"
    refused(posted.save)
    refused(row.save)
    refused(lambda: Voucher.objects.update(text="Ändrad"))
    refused(lambda: VoucherRow.objects.filter(pk=row.pk).update(amount=F("amount")))
    refused(Voucher.objects.bulk_update, [posted], ["text"])
    refused(VoucherRow.objects.bulk_update, [row], ["text"])
    refused(posted.delete)
    refused(row.delete)
    refused(Voucher.objects.all().delete)
    refused(VoucherRow.objects.all().delete)
    refused(VoucherRow.objects.all()._raw_delete, "default")


def test_no_cascade_reaches_a_posted_voucher(posted):
    for fact in (posted.fiscal_year, posted.series, posted.rows.first().account):
        refused(fact.delete, error=ProtectedError, what="protected")
    refused(raw, "DELETE FROM finance_voucherseries WHERE code = 'A'", error=DatabaseError, what="")


@on_sqlite
@pytest.mark.parametrize(
    "sql",
    [
        "REPLACE INTO finance_voucher SELECT * FROM finance_voucher WHERE posted_at IS NOT NULL",
        "INSERT OR REPLACE INTO finance_voucher (id, fiscal_year_id, series_id, date, text, counterparty,"
        " decision_reference, entered_at, entered_by, posted_by, digest)"
        " SELECT id, fiscal_year_id, series_id, date, 'x', '', '', entered_at, '', '', ''"
        " FROM finance_voucher WHERE posted_at IS NOT NULL",
        "UPDATE OR REPLACE finance_voucher SET id = (SELECT id FROM finance_voucher WHERE posted_at IS NOT NULL)"
        " WHERE posted_at IS NULL",
        "UPDATE OR IGNORE finance_voucher SET text = 'x' WHERE posted_at IS NOT NULL",
        "UPDATE OR FAIL finance_voucher SET text = 'x' WHERE posted_at IS NOT NULL",
        "UPDATE OR REPLACE finance_voucher SET number = 1, sequence = 1, posted_at = entered_at,"
        " digest = printf('%%064d', 0) WHERE posted_at IS NULL",
        "UPDATE OR REPLACE finance_voucher SET number = 1, sequence = 2, posted_at = entered_at,"
        " digest = printf('%%064d', 0) WHERE posted_at IS NULL",
        "UPDATE OR REPLACE finance_voucher SET number = 2, sequence = 1, posted_at = entered_at,"
        " digest = printf('%%064d', 0) WHERE posted_at IS NULL",
        "REPLACE INTO finance_voucherrow SELECT * FROM finance_voucherrow",
        # The identity of a posted row, taken over by a row of the draft.
        "INSERT OR REPLACE INTO finance_voucherrow (id, voucher_id, line, account_id, amount, date, text,"
        " quantity, objects_text) SELECT r.id, d.id, 9, r.account_id, 0, d.date, '', '', ''"
        " FROM finance_voucherrow r JOIN finance_voucher v ON v.id = r.voucher_id AND v.posted_at IS NOT NULL,"
        " finance_voucher d WHERE d.posted_at IS NULL",
        "UPDATE OR REPLACE finance_voucherrow SET id = (SELECT min(r.id) FROM finance_voucherrow r"
        " JOIN finance_voucher v ON v.id = r.voucher_id WHERE v.posted_at IS NOT NULL)"
        " WHERE voucher_id = (SELECT id FROM finance_voucher WHERE posted_at IS NULL) AND line = 1",
        "REPLACE INTO finance_account (id, number, name, name_en, kind, is_open, sru)"
        " SELECT id, '1999', name, '', kind, 1, '' FROM finance_account WHERE number = '1930'",
        "REPLACE INTO finance_voucherseries (id, code, name, fiscal_year_id)"
        " SELECT id, 'X', name, fiscal_year_id FROM finance_voucherseries WHERE code = 'A'",
        'REPLACE INTO finance_fiscalyear (id, label, start, "end")'
        " SELECT id, label, '2023-02-01', \"end\" FROM finance_fiscalyear",
        "REPLACE INTO finance_numbergap (id, first, last, reason, series_id)"
        " SELECT id, 1, 99, reason, series_id FROM finance_numbergap",
        "REPLACE INTO finance_openingbalance (id, amount, account_id, fiscal_year_id)"
        " SELECT id, 1, account_id, fiscal_year_id FROM finance_openingbalance",
        'REPLACE INTO finance_periodlock (id, kind, start, "end", locked_at, fiscal_year_id, unlock_reason)'
        " SELECT id, kind, start, start, locked_at, fiscal_year_id, '' FROM finance_periodlock",
        'REPLACE INTO finance_periodlock (kind, start, "end", locked_at, fiscal_year_id, unlock_reason)'
        " SELECT kind, start, start, locked_at, fiscal_year_id, '' FROM finance_periodlock",
        "REPLACE INTO finance_trace (id, at, subject, content, digest) SELECT id, at, subject, 'x', digest"
        " FROM finance_trace",
    ],
)
def test_replace_is_refused(posted, sql):
    refused(raw, sql)


@on_sqlite
def test_an_account_in_use_cannot_be_replaced_through_its_number(posted):
    """REPLACE takes the account away whose number is taken; the rows that name it then hang loose."""
    sql = "REPLACE INTO finance_account (number, name, name_en, kind, is_open, sru) VALUES ('1930', 'x', '', 'asset', 1, '')"
    refused(raw, sql, what="")


@on_postgresql
@pytest.mark.parametrize(
    "tables",
    [
        "finance_voucher CASCADE",
        "finance_voucherrow",
        "finance_account CASCADE",
        "finance_fiscalyear CASCADE",
        "finance_periodlock",
        "finance_numbergap",
        "finance_openingbalance",
        "finance_periodtotal",
        "finance_trace",
    ],
)
def test_truncate_is_refused(posted, tables):
    refused(raw, f"TRUNCATE {tables}")


@on_postgresql
def test_copying_rows_into_a_posted_voucher_is_refused(posted):
    columns = "voucher_id, line, account_id, amount, date, text, quantity, objects_text"
    row = (posted.pk, 3, an_account().pk, 0, posted.date, "", "", "")

    def copy():
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(f"COPY finance_voucherrow ({columns}) FROM STDIN") as rows,
        ):
            rows.write_row(row)

    refused(copy)


# Nothing is posted but what may be -----------------------------------------------------------------


def post_past_the_program(draft, number=2, sequence=2, **changes):
    """Post *draft* by SQL alone, as somebody with the database would."""
    columns = {
        "number": number,
        "sequence": sequence,
        "posted_at": timezone.now(),
        "posted_by": "någon",
        "digest": "0" * 64,
        **changes,
    }
    raw(
        f"UPDATE finance_voucher SET {', '.join(f'{column} = %s' for column in columns)} WHERE id = %s",
        *columns.values(),
        draft.pk,
    )


@pytest.fixture
def draft(posted):
    return Voucher.objects.drafts().get()


def test_a_voucher_cannot_be_born_posted(posted):
    columns = ", ".join(column for column in EVERY_COLUMN if column not in ("number", "sequence", "digest"))
    copy = f"INSERT INTO finance_voucher ({columns}, number, sequence, digest) SELECT {columns}, 2, 2, digest"
    refused(raw, f"{copy} FROM finance_voucher WHERE posted_at IS NOT NULL", what="entered as a draft")


def test_an_unbalanced_voucher_cannot_be_posted(draft):
    draft.rows.filter(line=1).update(amount=kronor("15.01"))
    refused(post_past_the_program, draft, what="does not balance")


def test_a_voucher_cannot_be_posted_into_a_locked_month(draft):
    draft.rows.update(date=date(2023, 1, 31))
    refused(
        lambda: post_past_the_program(draft, date=date(2023, 1, 31)),
        what="the period is locked",
    )


def test_a_voucher_cannot_be_posted_into_a_closed_year(draft):
    PeriodLock.objects.create(
        fiscal_year=draft.fiscal_year, kind="year", start=date(2023, 1, 1), end=date(2023, 12, 31)
    )
    refused(post_past_the_program, draft, what="the period is locked")


def test_a_voucher_cannot_be_posted_outside_of_its_year(draft):
    draft.rows.update(date=date(2024, 1, 1))
    refused(lambda: post_past_the_program(draft, date=date(2024, 1, 1)), what="outside of the fiscal year")


@on_sqlite
def test_a_day_that_does_not_exist_cannot_be_posted(draft):
    raw("UPDATE finance_voucherrow SET date = '2023-02-30' WHERE voucher_id = %s", draft.pk)
    with pytest.raises(IntegrityError, match="outside of the fiscal year"):
        post_past_the_program(draft, date="2023-02-30")


def test_a_voucher_cannot_be_posted_with_rows_of_another_date(draft):
    draft.rows.filter(line=2).update(date=date(2023, 3, 2))
    refused(post_past_the_program, draft, what="another date")


@pytest.mark.parametrize("number", [3, 1, 0, -1])
def test_a_number_leaves_no_gap_and_is_not_taken_twice(draft, number):
    refused(post_past_the_program, draft, number, what="")


@pytest.mark.parametrize("sequence", [3, 1, 0])
def test_a_place_in_the_chain_leaves_no_gap_and_is_not_taken_twice(draft, sequence):
    refused(post_past_the_program, draft, 2, sequence, what="")


def test_numbers_of_a_recorded_gap_are_skipped_and_never_used(draft):
    series = a_series(draft.fiscal_year, "G")
    Voucher.objects.filter(pk=draft.pk).update(series=series)
    for number in (1, 4):
        refused(post_past_the_program, draft, number, what="recorded as missing")
    refused(post_past_the_program, draft, 6, what="leaves a gap")
    post_past_the_program(draft, 5)
    draft.refresh_from_db()
    assert draft.number == 5


def test_a_series_of_another_year_is_refused(draft):
    refused(
        lambda: post_past_the_program(draft, 1, series_id=a_series(a_fiscal_year(2024)).pk),
        what="another fiscal year",
    )


@pytest.mark.parametrize("missing", ["number", "sequence", "digest"])
def test_a_voucher_cannot_be_half_posted(draft, missing):
    refused(lambda: post_past_the_program(draft, **{missing: "" if missing == "digest" else None}), what="")


def test_a_correction_of_a_draft_cannot_be_posted(draft):
    other = a_draft(draft.fiscal_year, day=draft.date)
    refused(
        lambda: post_past_the_program(
            draft, corrects_id=other.pk, correction="reversal", correction_reason="Fel"
        ),
        what="what it corrects is not posted",
    )


@on_sqlite
def test_a_part_of_an_ore_cannot_be_posted(draft):
    raw("UPDATE finance_voucherrow SET amount = amount * 1.0 / 7 WHERE voucher_id = %s", draft.pk)
    refused(post_past_the_program, draft, what="part of an öre")


# What posted vouchers refer to ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE finance_account SET number = '1931' WHERE number = '1930'",
        "UPDATE finance_account SET number = '2068' WHERE number = '2067'",
        "UPDATE finance_voucherseries SET code = 'Z' WHERE code = 'A'",
        "UPDATE finance_numbergap SET last = 9",
        "DELETE FROM finance_numbergap",
        "DELETE FROM finance_periodlock",
        'UPDATE finance_periodlock SET "end" = start',
        "UPDATE finance_periodlock SET locked_at = locked_at, kind = 'year'",
        "UPDATE finance_trace SET content = ''",
        "UPDATE finance_trace SET at = at",
        "DELETE FROM finance_trace",
    ],
)
def test_what_posted_vouchers_rest_on_is_kept(posted, sql):
    refused(raw, sql)


def test_a_project_and_a_cost_centre_with_posted_rows_keep_their_code(posted):
    project = Project.objects.create(code="P1", name="P")
    project.code = "P2"
    project.save()
    draft = Voucher.objects.drafts().get()
    draft.rows.update(project=project)
    post_past_the_program(draft)
    refused(lambda: Project.objects.update(code="P3"))


def test_an_account_may_be_renamed_and_an_unused_one_renumbered(posted):
    an_account("1940")
    raw("UPDATE finance_account SET name = 'Nytt namn'")
    raw("UPDATE finance_account SET number = '1950' WHERE number = '1940'")
    assert verify().ok


def test_a_lock_is_opened_once_with_a_reason_and_then_stays(posted):
    refused(raw, "UPDATE finance_periodlock SET unlocked_at = locked_at", what="")
    raw("UPDATE finance_periodlock SET unlocked_at = locked_at, unlock_reason = 'Sen faktura'")
    refused(raw, "UPDATE finance_periodlock SET unlocked_at = NULL")
    refused(raw, "UPDATE finance_periodlock SET unlock_reason = 'Annat'")


def test_the_opening_balances_of_a_closed_year_stay(posted):
    balance = OpeningBalance.objects.first()
    PeriodLock.objects.create(
        fiscal_year=posted.fiscal_year, kind="year", start=date(2023, 1, 1), end=date(2023, 12, 31)
    )
    balance.amount = kronor("1.00")
    refused(balance.save, what="the fiscal year is closed")
    refused(balance.delete, what="the fiscal year is closed")
    refused(an_opening_balance, posted.fiscal_year, "1940", "1.00", what="the fiscal year is closed")
    refused(
        lambda: OpeningBalance.objects.update(fiscal_year=a_fiscal_year(2024)),
        what="the fiscal year is closed",
    )


# Drafts are free ------------------------------------------------------------------------------------


def test_a_draft_can_be_changed_and_thrown_away(posted):
    draft = a_draft(text="Utkast")
    draft.text = "Ändrat"
    draft.save()
    draft.rows.all().delete()
    VoucherRow.objects.create(voucher=draft, line=7, account=an_account(), amount=kronor(1))
    draft.delete()
    assert not Voucher.objects.filter(pk=draft.pk).exists()
    assert verify().ok


# Traces ---------------------------------------------------------------------------------------------


def said(subject):
    return list(Trace.objects.filter(subject=subject).values_list("content", flat=True))


def test_an_opening_balance_leaves_a_trace_of_each_amount_it_had():
    year, account = a_fiscal_year(), an_account()
    balance = an_opening_balance(year, "1930", "1.00")
    balance.amount = kronor("2.00")
    balance.save()
    balance.save()
    subject = f"openingbalance {balance.pk}"
    balance.delete()
    assert said(subject) == [f"{year.pk}\t{account.pk}\t100", f"{year.pk}\t{account.pk}\t200", ""]


def test_what_is_entered_in_bulk_leaves_its_traces():
    accounts = Account.objects.bulk_create(
        Account(number=f"19{n}0", name="x", kind="asset") for n in range(5)
    )
    Account.objects.update(kind="liability")
    assert [said(f"account {account.pk}") for account in accounts] == [
        [f"19{n}0\tasset", f"19{n}0\tliability"] for n in range(5)
    ]


def test_a_name_is_no_fact_of_the_ledger_and_leaves_no_trace():
    account = an_account()
    account.name = "Annat namn"
    account.save()
    assert len(said(f"account {account.pk}")) == 1


# The guard itself -----------------------------------------------------------------------------------


def guard_faults():
    report = verify()
    assert report["guard"].ok == (not report["guard"].broken)
    return {place.where for place in report["guard"].broken}


def told_by_the_check(capsys):
    call_command("check", databases=["default"])
    return capsys.readouterr().err


def drop(name):
    on_table = (
        f" ON {guard.expected_triggers(connection.vendor)[name]}" if connection.vendor == "postgresql" else ""
    )
    raw(f"DROP TRIGGER {name}{on_table}")


def test_a_whole_guard_is_no_fault(capsys):
    assert guard.faults(connection) == []
    assert told_by_the_check(capsys) == ""


@pytest.mark.parametrize(
    "name", ["guard_posting", "guard_posted_row_never_vanishes", "guard_lock_only_opens"]
)
def test_a_dropped_trigger_is_told(name, capsys):
    drop(name)
    assert guard_faults() == {name}
    assert f"{name}: Spärren saknas." in told_by_the_check(capsys)


def test_every_trigger_of_the_file_is_missed_when_it_is_dropped():
    names = set(guard.expected_triggers(connection.vendor))
    for name in names:
        drop(name)
    assert guard_faults() == names


def test_an_altered_trigger_is_told(capsys):
    name = "guard_posted_voucher_never_changes"
    drop(name)
    if connection.vendor == "sqlite":
        raw(f"CREATE TRIGGER {name} BEFORE UPDATE ON finance_voucher BEGIN SELECT 1; END")
    else:
        raw(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON finance_voucher FOR EACH ROW"
            " WHEN (OLD.posted_at IS NOT NULL AND OLD.id = 0) EXECUTE FUNCTION guard_refuse('')"
        )
    assert guard_faults() == {name}
    assert f"{name}: Spärren är ändrad." in told_by_the_check(capsys)


@on_postgresql
@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        (
            "CREATE OR REPLACE FUNCTION guard_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN NEW; END $$",
            "guard_refuse",
        ),
        ("ALTER FUNCTION guard_posting() SET search_path = elsewhere", "guard_posting"),
        ("ALTER FUNCTION guard_posting() RESET ALL", "guard_posting"),
        ("ALTER TABLE finance_voucher DISABLE TRIGGER guard_posting", "guard_posting"),
        ("SET LOCAL session_replication_role = replica", "session_replication_role"),
    ],
)
def test_an_altered_function_and_a_trigger_switched_off_are_told(sql, fault):
    with connection.cursor() as cursor:
        cursor.execute(sql)
    assert guard_faults() == {fault}


def test_migrating_mends_the_guard():
    drop("guard_posting")
    guard.install_after_migrating("default")
    assert guard.faults(connection) == []


def test_without_a_migration_to_run_the_guard_stays_in_place():
    guard.remove_before_migrating("default", plan=[])
    assert guard.faults(connection) == []
