"""Statements and accounts on the command line."""

import csv
import json
import subprocess
import sys
from datetime import date
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from finance.posting import chain_head
from tests.factories import a_budget, a_fiscal_year, a_posted_voucher, an_opening_balance
from tests.pages import reader

pytestmark = pytest.mark.django_db


def raw(*arguments):
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def said(*arguments):
    return raw(*arguments).replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def year():
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "900")
    an_opening_balance(year, "2067", "-900")
    a_budget(year, (("3900", "-1000"), ("5000", "300")))
    a_posted_voucher(year, (("1930", "1100"), ("3900", "-1100")), day=date(2023, 3, 1))
    a_posted_voucher(year, (("5000", "450.50"), ("1930", "-450.50")), day=date(2023, 4, 1))
    return year


def test_a_statement_is_a_table_with_its_accounts_below_their_items(year):
    lines = said("statement", "income-statement", "2023").splitlines()
    assert lines[0] == "Resultaträkning, 1 januari – 31 december 2023"
    assert lines[1].split() == ["2023", "Budget", "Avvikelse"]
    account = next(line for line in lines if "3900" in line)
    assert account.startswith("  3900 Konto 3900")
    assert account.endswith("1 100,00  1 000,00     100,00")


def test_the_amounts_of_a_statement_end_below_one_another(year):
    lines = [line for line in said("statement", "balance-sheet", "2023").splitlines() if line.endswith(",50")]
    assert len(lines) > 3
    assert len({len(line) for line in lines}) == 1


def test_what_could_not_be_derived_is_said_below_the_statement():
    assert "Inga ingående balanser är införda." in said("statement", "balance-sheet", a_fiscal_year().label)


@pytest.mark.parametrize("statement", ["income-statement", "balance-sheet", "cash-flow", "equity", "notes"])
def test_the_json_of_a_statement_is_that_of_its_page(year, statement):
    page = reader("treasurer").get(f"/year/2023/{statement}/?as=json")
    assert raw("statement", statement, "2023", "--json").encode() == b"".join(page.streaming_content)


def test_a_statement_is_had_as_csv(year):
    rows = list(csv.reader(StringIO(said("statement", "income-statement", "2023", "--csv")), delimiter=";"))
    assert ["account", "account-5000", "5000", "Konto 5000", "450,50", "300,00", "-150,50"] in rows


def test_a_statement_is_asked_for_as_in_its_address(year):
    chosen = said("statement", "income-statement", "2023", "--columns", "actual", "--by", "month", "--json")
    rows = json.loads(chosen)["rows"]
    assert {"2023-01", "2023-12", "actual"} < set(rows[0])
    assert "budget" not in rows[0]


def test_a_day_before_everything_gives_the_opening_balance(year):
    rows = json.loads(said("statement", "balance-sheet", "2023", "--to", "2023-01-01", "--json"))["rows"]
    assert next(row["actual"] for row in rows if row["account"] == "1930") == "900.00"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("balance-sheet", "2022"), "There is no fiscal year 2022"),
        (("balance-sheet", "2023", "--from", "2023-02-01"), "Det går inte att välja --from"),
        (("balance-sheet", "2023", "--to", "2024-02-01"), "--to: Dagen ligger utanför räkenskapsåret"),
        (("income-statement", "2023", "--by", "weekday"), "--by: .*weekday"),
        (("income-statement", "2023", "--csv", "--json"), "--csv.*--json"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(year, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        said("statement", *arguments)


def test_an_account_is_shown_with_the_balance_after_each_row(year):
    lines = [line.split() for line in said("account", "1930", "2023").splitlines()]
    assert lines[0] == ["1930", "Konto", "1930"]
    assert lines[2] == ["Ingående", "balans", "900,00"]
    assert lines[3][-3:] == ["100,00", "2", "000,00"]
    assert lines[4][-3:] == ["−450,50", "1", "549,50"]
    assert lines[5] == ["Utgående", "balans", "1", "549,50"]


def test_a_long_text_leaves_the_amounts_where_they_are():
    year = a_fiscal_year()
    a_posted_voucher(year, (("1930", "5"), ("3900", "-5")), text="Resa " * 30)
    lines = said("account", "1930", year.label).splitlines()[2:]
    assert len({len(line) for line in lines}) == 1


def test_an_account_is_had_as_json_with_the_head_of_the_chain(year):
    answer = json.loads(said("account", "1930", "2023", "--json"))
    assert answer["head"] == chain_head(year).digest
    assert [row["balance"] for row in answer["rows"]] == ["900.00", "2000.00", "1549.50", "1549.50"]


def test_an_account_is_shown_of_some_days(year):
    rows = json.loads(said("account", "1930", "2023", "--to", "2023-01-01", "--json"))["rows"]
    assert [row["balance"] for row in rows] == ["900.00", "900.00"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [(("1931", "2023"), "Det finns inget konto 1931"), (("1930", "2023", "--to", "snart"), "is not a date")],
)
def test_an_account_that_cannot_be_shown_is_refused_in_words(year, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        said("account", *arguments)


@pytest.mark.parametrize("command", [("figures", "2023"), ("verify_ledger",)])
def test_a_command_on_an_empty_database_says_so_without_a_traceback(tmp_path, command):
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=settings.BASE_DIR,
        env={"LEDARNA_DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "The database is empty. Run “manage.py migrate”.\n")


def test_who_stops_reading_ends_a_command_without_a_traceback(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "manage.py", "help"],
        cwd=settings.BASE_DIR,
        env={"LEDARNA_DATA_DIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 1
