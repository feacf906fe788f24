"""The statements as reports: layouts filled with the columns that were asked for."""

from datetime import date, datetime

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.columns import Wanted
from finance.models import (
    Account,
    BudgetLine,
    ImportedBalance,
    OpeningBalance,
    Project,
    SieImport,
    VoucherRow,
)
from finance.models.accounts import Kind
from finance.money import kronor
from finance.posting import post
from finance.report import Formula, table_of
from finance.statements import trial_balance
from finance.tabulation import balance_report, income_report
from tests.factories import (
    a_budget,
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    an_account,
    an_opening_balance,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    before, year = a_fiscal_year(2022), a_fiscal_year(2023)
    a_posted_voucher(before, (("1930", "900"), ("3900", "-900")), day=date(2022, 2, 1))
    a_posted_voucher(before, (("1930", "50"), ("3900", "-50")), day=date(2022, 5, 1))
    an_opening_balance(year, "1930", "950")
    an_opening_balance(year, "2067", "-950")
    a_budget(year, (("3900", "-1000"), ("5000", "300")))
    a_posted_voucher(year, (("1930", "1100"), ("3900", "-1100")), day=date(2023, 1, 10))
    a_posted_voucher(year, (("5000", "450"), ("7010", "50"), ("1930", "-500")), day=date(2023, 3, 20))
    a_posted_voucher(year, (("8410", "7"), ("1930", "-7")), day=date(2023, 4, 5))
    return year


def row(report, key):
    return [None if amount is None else amount / 100 for amount in report.entry(key).amounts]


def titles(report):
    return [column.key for column in report.columns]


def test_the_usual_columns_are_the_year_its_budget_the_variance_and_the_year_before(year):
    report = income_report(year)
    assert titles(report) == ["actual", "budget", "difference", "previous"]
    assert row(report, "member-fees") == [1100, 1000, 100, 950]
    assert row(report, "sum-costs") == [500, 300, -200, 0]
    assert row(report, "financial-costs") == [-7, 0, -7, 0]
    assert row(report, "result") == [593, 700, -107, 950]


def test_an_item_has_its_accounts_below_it(year):
    parts = income_report(year).entry("external-costs").parts
    assert [(part.key, part.amounts[0]) for part in parts] == [("account-5000", 450_00)]


def test_an_account_without_an_item_is_told_and_stays_in_the_sum(year):
    Account.objects.create(number="3950", name="Udda", kind=Kind.COST)
    a_posted_voucher(year, (("3950", "10"), ("1930", "-10")))
    report = income_report(year)
    assert [account.number for account in report.missing] == ["3950"]
    assert "3950 Udda" in report.notes[0]
    assert row(report, "costs-without-item")[0] == 10
    assert row(report, "sum-costs")[0] == 510


def test_what_is_empty_is_left_out(year):
    keys = [entry.key for entry in income_report(year).entries]
    assert "sales" not in keys
    assert "tax" not in keys
    assert "result-after-financial" in keys


def test_a_period_has_its_own_days_and_the_same_days_of_the_year_before(year):
    wanted = Wanted(columns=("actual", "previous"), start=date(2023, 1, 1), end=date(2023, 2, 28))
    assert row(income_report(year, wanted), "member-fees") == [1100, 900]


def test_the_same_days_of_a_longer_year_before_are_compared():
    before = a_fiscal_year(start=date(2021, 7, 1), end=date(2022, 12, 31))
    year = a_fiscal_year(2023)
    for of_year, day in ((before, date(2021, 8, 1)), (before, date(2022, 2, 1)), (year, date(2023, 2, 1))):
        a_posted_voucher(of_year, (("1930", "10"), ("3900", "-10")), day=day)
    report = income_report(year, Wanted(columns=("actual", "previous"), end=date(2023, 2, 28)))
    assert row(report, "member-fees") == [10, 10]
    assert report.columns[1].title == "1 januari – 28 februari 2022"


def test_days_that_the_year_before_does_not_have_are_told():
    before, year = a_fiscal_year(start=date(2022, 9, 1), end=date(2022, 12, 31)), a_fiscal_year(2023)
    for of_year in (before, year):
        a_posted_voucher(of_year, day=of_year.end)
    report = income_report(year, Wanted(columns=("actual", "previous"), end=date(2023, 2, 28)))
    assert titles(report) == ["actual"]
    assert "Räkenskapsåret 2022 har inte de dagar som efterfrågas." in report.notes


def test_the_last_day_of_february_is_compared_with_the_last_day_of_february():
    before, year = a_fiscal_year(2024), a_fiscal_year(2025)
    a_posted_voucher(before, (("1930", "10"), ("3900", "-10")), day=date(2024, 2, 29))
    a_posted_voucher(year, (("1930", "10"), ("3900", "-10")), day=date(2025, 2, 28))
    wanted = Wanted(columns=("actual", "previous"), start=date(2025, 2, 1), end=date(2025, 2, 28))
    assert row(income_report(year, wanted), "member-fees") == [10, 10]


def test_a_period_may_begin_and_end_inside_of_months(year):
    wanted = Wanted(columns=("actual",), start=date(2023, 1, 11), end=date(2023, 3, 20))
    report = income_report(year, wanted)
    assert row(report, "result") == [-500]
    assert row(income_report(year, Wanted(columns=("actual",), end=date(2023, 3, 19))), "result") == [1100]


def test_a_budget_for_the_whole_year_is_no_budget_of_a_part_of_it(year):
    report = income_report(year, Wanted(end=date(2023, 2, 28)))
    assert titles(report) == ["actual", "previous"]
    assert "Budgeten är lagd på hela året och kan inte delas på månader." in report.notes


def test_a_budget_by_month_is_that_of_the_period(year):
    BudgetLine.objects.all().delete()
    budget = year.budgets.get()
    for month in (1, 2, 3):
        BudgetLine.objects.create(
            budget=budget, account=an_account("3900"), month=date(2023, month, 1), amount=kronor(-100)
        )
    report = income_report(year, Wanted(columns=("budget",), end=date(2023, 2, 28)))
    assert row(report, "member-fees") == [200]


def test_by_month_every_month_has_a_column_and_the_sum_stands_last(year):
    report = income_report(year, Wanted(columns=("actual",), by="month", end=date(2023, 4, 30)))
    assert titles(report) == ["2023-01", "2023-02", "2023-03", "2023-04", "actual"]
    assert row(report, "result") == [1100, 0, -500, -7, 593]


def test_by_project_what_belongs_to_none_has_a_column_too(year):
    voucher = a_draft(year, (("5000", "20"), ("1930", "-20")))
    project = Project.objects.create(code="P1", name="Mässa")
    VoucherRow.objects.filter(voucher=voucher, account__number="5000").update(project=project)
    post(voucher, by="kassor")
    report = income_report(year, Wanted(columns=("actual",), by="project"))
    assert titles(report) == ["project-P1", "project-", "actual"]
    assert row(report, "external-costs") == [20, 450, 470]


def test_projects_of_one_name_are_told_apart_by_their_codes(year):
    for code, name in (("P1", "Kurs"), ("P2", "Kurs"), ("P3", "Mässa")):
        voucher = a_draft(year, (("5000", "20"), ("1930", "-20")))
        project = Project.objects.create(code=code, name=name)
        VoucherRow.objects.filter(voucher=voucher, account__number="5000").update(project=project)
        post(voucher, by="kassor")
    report = income_report(year, Wanted(columns=("actual",), by="project"))
    assert [column.title for column in report.columns][:3] == ["P1 Kurs", "P2 Kurs", "Mässa"]


def test_the_balance_by_month_is_what_stood_at_each_months_end(year):
    report = balance_report(year, Wanted(columns=("actual",), by="month", end=date(2023, 4, 30)))
    assert row(report, "cash") == [2050, 2050, 1550, 1543, 1543]
    assert report.difference == 0


def test_the_balance_sheet_has_the_opening_and_what_moved(year):
    report = balance_report(year)
    assert row(report, "sum-assets") == [1543, 950, 593]
    assert row(report, "year-result") == [593, 0, 593]
    assert row(report, "equity-and-liabilities") == [1543, 950, 593]


def test_sides_that_differ_have_a_row_that_says_by_how_much(year):
    OpeningBalance.objects.filter(account__number="2067").update(amount=kronor(-940))
    report = balance_report(year)
    assert report.difference == 10_00
    assert row(report, "difference") == [10, 10, 0]


def test_a_year_that_stands_as_a_sie_file_says_is_told(year):
    earliest = a_fiscal_year(2021)
    source = SieImport.objects.create(
        file_name="a.se", sha256="0" * 64, sie_type="4", encoding="cp437", by="lisa"
    )
    ImportedBalance.objects.create(
        fiscal_year=earliest, account=an_account("3900"), closing=kronor(-70), source=source
    )
    report = income_report(year, Wanted(columns=("actual", "previous", "previous-2")))
    assert row(report, "member-fees") == [1100, 950, 70]
    assert "Räkenskapsåret 2021 står som en SIE-fil säger." in report.notes


def test_a_year_that_is_not_entered_is_told():
    year = a_fiscal_year(2023)
    a_posted_voucher(year)
    assert "Året före är inte infört." in income_report(year).notes


def test_as_known_on_a_day_what_was_posted_later_is_not_there(year):
    voucher = a_draft(year, (("5000", "99"), ("1930", "-99")), day=date(2023, 1, 31))
    later = timezone.make_aware(datetime(2030, 1, 2, 0, 0, 0))
    post(voucher, by="kassor", at=later)
    assert row(income_report(year, Wanted(columns=("actual",))), "result") == [494]
    known = Wanted(columns=("actual",), known=date(2030, 1, 1))
    assert row(income_report(year, known), "result") == [593]
    assert row(balance_report(year, Wanted(columns=("actual",), known=date(2030, 1, 1))), "cash") == [1543]
    assert row(income_report(year, Wanted(columns=("actual",), known=date(2030, 1, 2))), "result") == [494]


def test_before_anything_was_posted_nothing_was_known(year):
    report = income_report(year, Wanted(columns=("actual",), known=date(2020, 1, 1)))
    assert report.columns == ()
    assert "Inget är bokfört under räkenskapsåret." in report.notes


def test_accounts_can_stand_largest_first(year):
    report = income_report(year, Wanted(layout="accounts", sort="actual"))
    keys = [entry.key for entry in report.entries if entry.account]
    assert keys == ["account-3900", "account-5000", "account-7010", "account-8410"]
    a_posted_voucher(year, (("7010", "900"), ("1930", "-900")))
    report = income_report(year, Wanted(layout="accounts", sort="actual"))
    assert [entry.key for entry in report.entries if entry.account][1:3] == ["account-7010", "account-5000"]


def test_the_number_of_queries_is_fixed(year, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        income_report(year)
    with django_assert_max_num_queries(7):
        balance_report(year)


def evaluate(cells, row, place):
    """The value of a cell as a spreadsheet computes it from the cells that its formula names."""
    value = cells[row][place]
    if not isinstance(value, Formula):
        return value or 0

    def at(name):
        return evaluate(cells, int(name[1:]) - 2, ord(name[0]) - ord("A"))

    expression = value.expression.removeprefix("=")
    if expression.startswith("SUM("):
        first, last = expression[4:-1].split(":")
        return sum(at(f"{first[0]}{number}") for number in range(int(first[1:]), int(last[1:]) + 1))
    terms = expression.replace("-", "+-").split("+")
    return sum(-at(term[1:]) if term.startswith("-") else at(term) for term in terms if term)


def test_the_formulas_of_a_workbook_come_to_the_amounts_of_the_report(year):
    for report in (income_report(year), balance_report(year), income_report(year, Wanted("accounts"))):
        cells = list(table_of(report).rows)
        formulas = [
            (row, place)
            for row, values in enumerate(cells)
            for place, value in enumerate(values)
            if isinstance(value, Formula)
        ]
        assert len(formulas) > 10
        for row, place in formulas:
            assert evaluate(cells, row, place) == cells[row][place].amount


NUMBERS = (
    *("1219", "1510", "1930", "2061", "2069", "2110", "2440", "2650", "3010", "3900", "3985", "4010"),
    *("5010", "7010", "7832", "7990", "8310", "8410", "8810", "8910", "8999", "9100"),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*[st.sampled_from(NUMBERS)] * 2, st.integers(1, 10**12)), min_size=1, max_size=8))
def test_the_sums_of_every_layout_are_the_figures_of_the_books(rows):
    from django.db import transaction

    with transaction.atomic():
        year = a_fiscal_year(2023)
        for debit, credit, ore in rows:
            for number in (debit, credit):
                an_account(number, kind=Kind.COST if number == "9100" else "")
            amount = f"{ore // 100}.{ore % 100:02}"
            a_posted_voucher(year, ((debit, amount), (credit, f"-{amount}")))
        an_opening_balance(year, "1930", "12.34")
        trial = trial_balance(year)
        for name in ("k1", "accounts"):
            income = income_report(year, Wanted(name, columns=("actual",)))
            balance = balance_report(year, Wanted(name, columns=("actual",)))
            sums = {
                entry.key: entry.amounts[0] for entry in (*income.entries, *balance.entries) if entry.amounts
            }
            reserves = sums.get("untaxed-reserves", 0)
            assert sums.get("sum-income", 0) == trial.income
            assert sums.get("sum-costs", 0) == trial.costs
            assert sums["result"] == trial.result
            assert sums.get("sum-assets", 0) == trial.assets
            assert sums.get("sum-equity", 0) == trial.equity_closing
            assert sums.get("sum-liabilities", 0) + reserves == trial.liabilities
            assert balance.difference == trial.difference
        transaction.set_rollback(True)
