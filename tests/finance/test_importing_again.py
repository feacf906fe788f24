"""A second file after the first: what is told apart, what is refused, and that nothing is written over."""

import json
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.closing import close_year, reopen_year
from finance.importing import import_sie
from finance.models import FiscalYear, OpeningBalance, SieImport, Voucher
from finance.money import to_ore
from finance.statements import balance_sheet, income_statement
from finance.verification import verify
from tests.factories import a_posted_voucher, a_user
from tests.sie import FOR_IMPORT, HEAD, ver

pytestmark = pytest.mark.django_db

OTHER_OPENING = HEAD.replace("#IB 0 1930 1000.00", "#IB 0 1930 900.00").replace(
    "#IB 0 2069 -1000.00", "#IB 0 2069 -900.00"
)


def openings() -> dict[str, int]:
    found = OpeningBalance.objects.values_list("account__number", "amount")
    return {number: to_ore(amount) for number, amount in found}


def numbers() -> list[int | None]:
    return list(Voucher.objects.posted().order_by("sequence").values_list("number", flat=True))


# Opening balances


def test_vouchers_beside_other_opening_balances_come_only_when_asked_for_and_the_openings_stay(run):
    run(HEAD + ver("A", 1))
    assert not run(OTHER_OPENING + ver("A", 2), new_only=True).refused
    assert numbers() == [1, 2]
    assert openings() == {"1930": 1000_00, "2069": -1000_00}


def test_an_account_that_only_the_books_open_with_is_part_of_the_conflict(run):
    run(HEAD + ver("A", 1))
    shorter = HEAD.replace("#IB 0 2069 -1000.00\n", "")
    [conflict] = run(shorter + ver("A", 1)).conflicts
    assert (conflict["line"], conflict["account"], conflict["file"]) == (None, "2069", "0.00")


def test_opening_balances_that_do_not_sum_to_zero_are_taken_with_a_note_and_never_balanced(run):
    outcome = run(HEAD.replace("#IB 0 2069 -1000.00\n", "") + ver("A", 1))
    assert "opening_sum" in {note["code"] for note in outcome.notes}
    assert openings() == {"1930": 1000_00}


# Closed years


def a_closed_year(run) -> FiscalYear:
    run(HEAD + ver("A", 1))
    year = FiscalYear.objects.get(label="2023")
    close_year(year, a_user("treasurer"))
    return year


def test_something_new_comes_into_a_closed_year_once_it_was_opened_with_a_reason(run):
    reopen_year(a_closed_year(run), a_user("treasurer"), "En verifikation saknades i filen.")
    assert not run(HEAD + ver("A", 1) + ver("B", 1)).refused
    assert verify().ok


def test_a_number_that_the_closing_took_is_a_conflict_and_is_not_written_over(run):
    a_closed_year(run)
    outcome = run(HEAD + ver("A", 1) + ver("A", 2))
    assert outcome.refused
    assert [conflict["voucher"] for conflict in outcome.conflicts] == ["A 2"]


CLOSED_THERE = (
    HEAD
    + '#KONTO 8999 "Årets resultat"\n'
    + ver("A", 1)
    + '#VER A 2 20231231 "Årets resultat"\n{\n#TRANS 8999 {} 100.00\n#TRANS 2069 {} -100.00\n}\n'
    + "#UB 0 1930 1100.00\n#UB 0 2069 -1100.00\n#RES 0 3010 -100.00\n#RES 0 8999 100.00\n"
)


def test_a_whole_year_that_was_closed_in_the_other_program_keeps_its_result(run):
    outcome = run(CLOSED_THERE)
    year = FiscalYear.objects.get(label="2023")
    assert not outcome.refused
    assert all(line["difference"] == "0.00" for line in outcome.balances[0]["accounts"])
    assert income_statement(year).totals.amount == 100_00
    assert balance_sheet(year).difference == 0


# The same, newer, and a part of it


def test_the_same_books_in_another_code_page_and_with_other_line_ends_are_not_new(run):
    run(HEAD + ver("A", 1, text="Årsavgift"))
    text = HEAD + ver("A", 1, text="Årsavgift")
    outcome = run(text.replace("\n", "\r\n").encode("utf-8"))
    assert (outcome.is_new, outcome.unchanged) == (False, 1)


def test_the_same_file_under_another_name_is_not_new(run):
    run(HEAD + ver("", ""))
    outcome = run(HEAD + ver("", ""), name="kopia (1).se")
    assert (outcome.is_new, outcome.unchanged) == (False, 1)
    assert SieImport.objects.count() == 1


def test_two_equal_vouchers_without_numbers_are_two_and_stay_two(run):
    twice = ver("", "") + ver("", "")
    assert run(HEAD + twice).created["vouchers"] == 2
    newer = run(HEAD + twice + ver("", ""))
    assert (newer.created["vouchers"], newer.unchanged) == (1, 2)


def test_a_part_of_the_year_after_the_whole_has_nothing_new(run):
    run(HEAD + ver("A", 1) + ver("A", 2, day="20230401") + ver("A", 3, day="20230501"))
    outcome = run(HEAD + ver("A", 2, day="20230401"))
    assert (outcome.refused, outcome.is_new, outcome.unchanged) == (False, False, 1)
    assert numbers() == [1, 2, 3]


def test_a_part_of_the_year_whose_balances_are_of_the_whole_shows_the_difference_and_is_taken(run):
    outcome = run(HEAD + ver("A", 2) + "#UB 0 1930 1300.00\n#RES 0 3010 -300.00\n")
    assert not outcome.refused
    differing = {line["account"]: line["difference"] for line in outcome.balances[0]["accounts"]}
    assert differing["1930"] != "0.00"
    assert differing["3010"] != "0.00"
    assert "differences" in {note["code"] for note in outcome.notes}


def test_a_newer_export_adds_accounts_objects_and_vouchers_and_leaves_the_rest(run):
    run(HEAD + ver("A", 1))
    newer = HEAD + '#KONTO 5010 "Lokalhyra"\n#OBJEKT 6 "P2" "Kurs"\n' + ver("A", 1) + ver("A", 2)
    created = run(newer).created
    assert {what: count for what, count in created.items() if count} == {
        "accounts": 1,
        "projects": 1,
        "vouchers": 1,
        "rows": 2,
    }


def test_a_text_that_was_changed_over_there_is_a_conflict(run):
    run(HEAD + ver("A", 1))
    [conflict] = run(HEAD + ver("A", 1, text="Annan text")).conflicts
    assert (conflict["file"]["text"], conflict["ledger"]["text"]) == ("Annan text", "Avgift")


def test_a_number_that_was_posted_here_in_between_is_a_conflict(run):
    run(HEAD + ver("A", 1))
    a_posted_voucher(FiscalYear.objects.get(label="2023"))
    outcome = run(HEAD + ver("A", 1) + ver("A", 2))
    assert outcome.refused
    assert [conflict["voucher"] for conflict in outcome.conflicts] == ["A 2"]


# A dry run


@pytest.mark.parametrize(
    "text",
    [HEAD + ver("A", 1) + ver("A", 3), HEAD + ver("A", 1) + ver("A", 1), HEAD, FOR_IMPORT + ver("", "")],
    ids=["new", "refused", "no vouchers", "no year"],
)
def test_the_commands_dry_run_says_what_the_import_says_then(tmp_path: Path, documents, text):
    path = tmp_path / "bok.se"
    path.write_bytes(text.encode("cp437"))
    out = StringIO()
    with suppress(SystemExit):
        call_command("import_sie", str(path), "--dry-run", "--json", stdout=out)
    assert not FiscalYear.objects.exists()
    assert json.loads(out.getvalue()) == json.loads(json.dumps(import_sie(path, "kassor").as_json()))


# A law


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sets(st.integers(1, 6), min_size=1), min_size=1, max_size=3))
def test_exports_of_any_parts_give_together_what_they_hold_once_each(run, parts):
    with transaction.atomic():
        for part in parts:
            assert not run(
                HEAD + "".join(ver("A", number, f"{number}.00") for number in sorted(part))
            ).refused
        held = set().union(*parts)
        assert sorted(numbers()) == sorted(held)
        assert verify().ok
        transaction.set_rollback(True)
