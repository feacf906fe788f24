"""SIE into the ledger: what is made, what is refused, and what a second time does."""

import json
import tracemalloc
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from finance.importing import Choices, import_sie
from finance.models import (
    Account,
    Association,
    BudgetLine,
    CostCenter,
    FiscalYear,
    ImportedBalance,
    NumberGap,
    OpeningBalance,
    PeriodLock,
    Project,
    SieImport,
    Voucher,
)
from finance.money import to_ore
from finance.periods import lock_through
from finance.sie import NotSie, SieRefused
from finance.statements import income_statement
from finance.verification import verify
from tests.factories import a_fiscal_year, a_posted_voucher, a_user
from tests.sie import FOR_IMPORT, HEAD, ver

pytestmark = pytest.mark.django_db


def the_numbers() -> list[tuple[str, int | None]]:
    return list(Voucher.objects.posted().order_by("sequence").values_list("series__code", "number"))


def test_a_file_becomes_the_books_it_describes(run):
    outcome = run(HEAD + ver("A", 1) + ver("B", 1) + ver("A", 2))
    assert not outcome.refused
    assert the_numbers() == [("A", 1), ("B", 1), ("A", 2)]
    assert outcome.created["vouchers"] == 3
    assert outcome.created["rows"] == 6
    assert set(OpeningBalance.objects.values_list("account__number", "fiscal_year__label")) == {
        ("1930", "2023"),
        ("2069", "2023"),
    }
    assert Association.objects.get().name == "Föreningen Prov"
    assert verify().ok


def test_memory_is_constant_in_the_number_of_vouchers(tmp_path, monkeypatch):
    for name in ("posting.CHUNK", "waiting.AT_ONCE"):
        monkeypatch.setattr(f"finance.{name}", 50)
    for name in ("lines", "encoding"):
        monkeypatch.setattr(f"finance.sie.{name}.BLOCK", 4_096)

    def peak(vouchers: int) -> int:
        path = tmp_path / f"{vouchers}.se"
        path.write_text(HEAD + "".join(ver("A", number) for number in range(1, vouchers)), encoding="cp437")
        tracemalloc.start()
        import_sie(path, "kassor", Choices(dry_run=True))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(100)  # what stays from the first time on
    assert peak(2_000) < 1.2 * peak(500)


def test_objects_become_project_and_cost_centre_and_others_stay_as_text(run):
    run(HEAD + ver("A", 1))
    row = Voucher.objects.get().rows.get(line=2)
    assert (row.project.name, row.cost_center.name, row.objects_text) == ("Kongress", "Kansli", '8 "7"')
    assert (Project.objects.count(), CostCenter.objects.count()) == (1, 1)


def test_opening_balances_take_no_number(run):
    run(HEAD + ver("A", 1))
    assert the_numbers() == [("A", 1)]


def test_an_empty_voucher_keeps_its_number(run):
    outcome = run(HEAD + ver("A", 1) + '#VER "A" "2" 20230301 "Makulerad"\n{\n}\n' + ver("A", 3))
    assert the_numbers() == [("A", 1), ("A", 2), ("A", 3)]
    assert outcome.created["number_gaps"] == 0
    assert verify().ok


def test_a_gap_in_the_file_is_recorded_and_the_ledger_still_verifies(run):
    run(HEAD + ver("A", 3) + ver("A", 7))
    assert list(NumberGap.objects.order_by("first").values_list("first", "last")) == [(1, 2), (4, 6)]
    assert verify().ok


def test_vouchers_are_sorted_by_number_where_the_file_is_not(run):
    run(HEAD + ver("A", 2) + ver("A", 1))
    assert the_numbers() == [("A", 1), ("A", 2)]


def test_a_voucher_without_number_gets_the_next_one_of_its_series(run):
    outcome = run(HEAD + ver("", "") + ver("A", 1))
    assert the_numbers() == [("A", 1), ("A", 2)]
    assert any(note["code"] == "voucher_unnumbered" for note in outcome.notes)


def test_a_number_used_twice_is_refused_by_line(run):
    outcome = run(HEAD + ver("A", 1) + ver("A", 1, "5.00"))
    assert outcome.refused
    assert [error["line"] for error in outcome.errors] == [25]
    assert not Voucher.objects.exists()


def test_a_number_used_twice_gets_the_next_one_when_asked_for(run):
    assert not run(HEAD + ver("A", 1) + ver("A", 1, "5.00"), renumber=True).refused
    assert the_numbers() == [("A", 1), ("A", 2)]


def test_an_unbalanced_voucher_refuses_the_file_and_changes_nothing(run):
    outcome = run(HEAD + ver("A", 1) + ver("A", 2).replace("-100.00", "-99.00"))
    assert outcome.refused
    assert outcome.errors[0]["line"] == 25
    assert not FiscalYear.objects.exists()
    assert not Account.objects.exists()


def test_the_rest_is_imported_when_the_broken_one_is_skipped_and_its_number_is_a_gap(run):
    broken = ver("A", 2).replace("-100.00", "-99.00")
    assert not run(HEAD + ver("A", 1) + broken + ver("A", 3), skip_broken=True).refused
    assert the_numbers() == [("A", 1), ("A", 3)]
    assert "A 2" in NumberGap.objects.get().reason
    assert verify().ok


def test_the_same_file_twice_changes_nothing(run):
    text = HEAD + ver("A", 1) + ver("A", 3)
    run(text)
    outcome = run(text)
    assert (outcome.refused, outcome.is_new, outcome.unchanged) == (False, False, 2)
    assert SieImport.objects.count() == 1


def test_a_newer_export_adds_only_what_is_new(run):
    run(HEAD + ver("A", 1))
    outcome = run(HEAD + ver("A", 1) + ver("A", 2))
    assert (outcome.created["vouchers"], outcome.unchanged) == (1, 1)
    assert the_numbers() == [("A", 1), ("A", 2)]


def test_a_part_of_the_year_first_and_the_whole_later_fills_the_gap(run):
    run(HEAD + ver("A", 4))
    outcome = run(HEAD + ver("A", 1) + ver("A", 3) + ver("A", 4) + ver("A", 5))
    assert (outcome.created["vouchers"], outcome.unchanged) == (3, 1)
    assert the_numbers() == [("A", 4), ("A", 1), ("A", 3), ("A", 5)]
    assert verify().ok


def test_a_voucher_that_differs_is_a_conflict_side_by_side_and_refused(run):
    run(HEAD + ver("A", 1))
    outcome = run(HEAD + ver("A", 1, "200.00") + ver("A", 2))
    assert outcome.refused
    [conflict] = outcome.conflicts
    assert conflict["file"]["rows"][0]["amount"] == "200.00"
    assert conflict["ledger"]["rows"][0]["amount"] == "100.00"
    assert the_numbers() == [("A", 1)]


def test_what_is_new_beside_a_conflict_is_imported_only_when_asked_for(run):
    run(HEAD + ver("A", 1))
    assert not run(HEAD + ver("A", 1, "200.00") + ver("A", 2), new_only=True).refused
    assert the_numbers() == [("A", 1), ("A", 2)]
    assert to_ore(Voucher.objects.get(number=1).rows.get(line=1).amount) == 100_00


def test_a_dry_run_says_the_same_and_changes_nothing(run):
    text = HEAD + ver("A", 1) + ver("A", 3)
    dry = run(text, dry_run=True)
    assert not FiscalYear.objects.exists()
    assert dry.as_json() == run(text).as_json()


def test_a_locked_month_refuses_the_file_and_says_the_way_out(run):
    year = a_fiscal_year(2023)
    lock_through(year, year.start.replace(month=3), a_user("treasurer"))
    outcome = run(HEAD + ver("A", 1, day="20230315"))
    assert outcome.refused
    assert "2023-03-01" in outcome.errors[0]["what"]
    assert not Voucher.objects.exists()


def test_another_organisations_file_needs_its_number_typed(run):
    Association.objects.create(name="Vi", organisation_number="802000-9999")
    assert run(HEAD + ver("A", 1)).refused
    assert run(HEAD + ver("A", 1), organisation="802000-9998").refused
    assert not run(HEAD + ver("A", 1), organisation="8020000001").refused


def test_the_year_before_without_vouchers_serves_as_comparison_and_is_marked(run):
    run(HEAD + ver("A", 1))
    assert ImportedBalance.objects.count() == 2
    statement = income_statement(FiscalYear.objects.get(label="2023"))
    assert statement.previous_is_imported
    assert statement.totals.previous == 700_00


def test_a_budget_by_month_becomes_the_years_budget_once(run):
    text = HEAD + '#PBUDGET 0 202303 3010 {} -50.00\n#PBUDGET 0 202303 3010 {6 "P1"} -20.00\n' + ver("A", 1)
    assert run(text).created["budget_lines"] == 1
    assert run(text).created["budget_lines"] == 0
    assert to_ore(BudgetLine.objects.get().amount) == -50_00


def test_an_account_that_is_used_and_not_declared_is_made_with_a_note(run):
    outcome = run(HEAD.replace('#KONTO 3010 "Medlemsavgifter"\n', "") + ver("A", 1))
    assert Account.objects.get(number="3010").kind == "income"
    assert any(note["code"] == "account_undeclared" for note in outcome.notes)


def test_an_account_of_no_known_kind_refuses_the_vouchers_that_use_it(run):
    text = HEAD + ver("A", 1) + ver("A", 2).replace("1930", "9999")
    assert run(text).refused
    assert not run(text, skip_broken=True).refused
    assert the_numbers() == [("A", 1)]


def test_an_account_keeps_the_name_it_has_here(run):
    Account.objects.create(number="1930", name="Banken")
    outcome = run(HEAD + ver("A", 1))
    assert Account.objects.get(number="1930").name == "Banken"
    assert any("Banken" in note["what"] for note in outcome.notes)


def test_a_voucher_outside_of_every_year_is_refused_by_line(run):
    outcome = run(HEAD + ver("A", 1, day="20250101"))
    assert outcome.refused
    assert outcome.errors[0]["line"] == 20


FOR_OTHERS = FOR_IMPORT + ver("X", "") + ver("", "", "7.00")


def test_4i_vouchers_become_the_next_numbers_of_the_series_chosen(run):
    a_posted_voucher(series="L")
    outcome = run(FOR_OTHERS, series="L")
    assert not outcome.refused
    assert the_numbers() == [("L", 1), ("L", 2), ("L", 3)]
    assert run(FOR_OTHERS, series="L").unchanged == 2
    assert len(the_numbers()) == 3


def test_4i_vouchers_become_drafts_when_asked_for_and_only_once(run):
    a_fiscal_year(2023)
    assert run(FOR_OTHERS, drafts=True).created["drafts"] == 2
    run(FOR_OTHERS, drafts=True)
    assert Voucher.objects.drafts().count() == 2


def test_a_4i_file_whose_every_voucher_is_refused_is_refused_though_broken_ones_are_skipped(run):
    a_fiscal_year(2023)
    broken = FOR_OTHERS.replace(" -100.00", " -99.00").replace(" -7.00", " -6.00")
    outcome = run(broken, skip_broken=True)
    assert outcome.refused
    assert not Account.objects.exists()
    assert not run(FOR_OTHERS.replace(" -7.00", " -6.00"), skip_broken=True).refused


def test_a_file_without_vouchers_adds_what_it_has_and_does_not_fail(run):
    assert not run(HEAD).refused


def test_what_was_noted_stays_with_the_import(run, documents):
    run(HEAD.replace("#FLAGGA 0", "#FLAGGA 1") + ver("A", 1))
    kept = SieImport.objects.get()
    assert any(note["code"] == "already_read" for note in kept.notes)
    assert Voucher.objects.get().sie_import == kept
    assert kept.created["vouchers"] == 1


def test_the_date_of_registration_and_the_sign_become_the_time_and_name_of_entry(run):
    run(HEAD + ver("A", 1).replace('"Avgift"', '"Avgift" 20230305 "EK"'))
    voucher = Voucher.objects.get()
    assert (voucher.entered_by, voucher.posted_by) == ("EK", "kassor")
    assert voucher.entered_at.astimezone().strftime("%Y-%m") == "2023-03"


def test_a_web_page_is_no_sie_file(run):
    with pytest.raises(NotSie):
        run("<html><body>404</body></html>")


def test_the_command_answers_in_json_and_exits_1_when_it_refuses(tmp_path, documents):
    path = tmp_path / "prov.SE"
    path.write_bytes((HEAD + ver("A", 1) + ver("A", 1, "3.00")).encode("cp437"))
    out = StringIO()
    with pytest.raises(SystemExit) as exited:
        call_command("import_sie", str(path), "--json", stdout=out)
    assert exited.value.code == 1
    answer = json.loads(out.getvalue())
    assert (answer["type"], answer["vouchers"], answer["rows"], answer["refused"]) == ("4E", 2, 4, True)
    assert answer["sums"]["TRANS result"] == "-103.00"


def test_the_command_exits_2_for_what_is_no_sie_file(tmp_path):
    path = tmp_path / "sida.se"
    path.write_text("<!doctype html>")
    with pytest.raises(CommandError) as error:
        call_command("import_sie", str(path), stdout=StringIO())
    assert error.value.returncode == 2
    with pytest.raises(CommandError) as error:
        call_command("import_sie", str(tmp_path / "inget.se"), stdout=StringIO())
    assert error.value.returncode == 2


# What other importers were told of ----------------------------------------------------------------


def test_a_si_file_with_vouchers_alone_is_imported_by_the_command(tmp_path, documents):
    a_fiscal_year(2023)
    path = tmp_path / "löner.SI"
    path.write_bytes(FOR_OTHERS.encode("cp437"))
    out = StringIO()
    call_command("import_sie", str(path), "--series", "L", "--json", stdout=out)
    assert json.loads(out.getvalue())["type"] == "4I"
    assert the_numbers() == [("L", 1), ("L", 2)]


def test_a_first_year_of_seventeen_months_holds_the_vouchers_of_both_calendar_years(run):
    long = HEAD.replace("#RAR 0 20230101 20231231\n#RAR -1 20220101 20221231", "#RAR 0 20220801 20231231")
    long = "\n".join(line for line in long.splitlines() if " -1 " not in line) + "\n"
    outcome = run(long + ver("A", 1, day="20220815") + ver("A", 2, day="20231231"))
    assert not outcome.refused
    year = FiscalYear.objects.get()
    assert len(year.months) == 17
    assert year.vouchers.posted().count() == 2
    assert verify().ok


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('<?xml version="1.0"?><Sie xmlns="http://www.sie.se/sie5"></Sie>', "sie5"),
        ("<?xml version='1.0'?><bok></bok>", "xml"),
        (HEAD + '#VER "A" "1" 20230301 "Avgift"\n{\n#TRANS 1930 {} 100.00\n', "cut_off"),
        ("", "empty"),
    ],
)
def test_what_is_xml_or_cut_off_is_refused_as_a_whole_and_changes_nothing(run, content, code):
    with pytest.raises(SieRefused) as refused:
        run(content)
    assert refused.value.note.code == code
    assert not FiscalYear.objects.exists()


def test_letters_of_the_wrong_code_page_are_kept_with_a_note_and_mended_when_asked_for(tmp_path, documents):
    text = HEAD + ver("A", 1, text="Tj„nster f”r †ret") + ver("A", 2, text="F”reningens tj„nster")
    path = tmp_path / "fel.se"
    path.write_bytes(text.encode("utf-8"))
    kept = import_sie(path, "kassor", Choices(dry_run=True))
    assert "wrong_code_page" in [note["code"] for note in kept.notes]
    import_sie(path, "kassor", Choices(mend=True))
    assert set(Voucher.objects.values_list("text", flat=True)) == {
        "Tjänster för året",
        "Föreningens tjänster",
    }


def test_opening_balances_that_differ_are_conflicts_by_account_and_never_adjusted(run):
    run(HEAD + ver("A", 1))
    outcome = run(HEAD.replace("#IB 0 1930 1000.00", "#IB 0 1930 900.00") + ver("A", 1) + ver("A", 2))
    assert outcome.refused
    assert [(c["account"], c["file"], c["ledger"]) for c in outcome.conflicts] == [
        ("1930", "900.00", "1000.00")
    ]
    assert to_ore(OpeningBalance.objects.get(account__number="1930").amount) == 1000_00


def close(year: FiscalYear) -> None:
    PeriodLock.objects.create(fiscal_year=year, kind=PeriodLock.Kind.YEAR, start=year.start, end=year.end)


def test_something_new_for_a_closed_year_is_refused_with_the_way_out(run):
    run(HEAD + ver("A", 1))
    close(FiscalYear.objects.get(label="2023"))
    outcome = run(HEAD + ver("A", 1) + ver("A", 2))
    assert outcome.refused
    assert "2023" in outcome.errors[0]["what"]
    assert "Öppna" in outcome.errors[0]["done"]


def test_the_file_of_a_closed_year_again_has_nothing_new(run):
    run(HEAD + ver("A", 1))
    close(FiscalYear.objects.get(label="2023"))
    outcome = run(HEAD + ver("A", 1))
    assert (outcome.refused, outcome.is_new, outcome.unchanged) == (False, False, 1)


def test_opening_balances_for_a_closed_year_without_any_are_refused(run):
    close(a_fiscal_year(2023))
    assert run(HEAD).refused
    assert not OpeningBalance.objects.exists()
