"""Projects and cost centres: what belongs to each, beside its budget."""

from datetime import date
from itertools import count

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.closing import close_year
from finance.digest import CanonicalRow
from finance.models import BudgetLine, CostCenter, Project
from finance.money import from_ore, kronor
from finance.posting import VoucherFacts, post_many
from finance.statements import income_statement, results_by, trial_balance
from tests.factories import a_budget, a_fiscal_year, a_series, an_account, an_opening_balance

pytestmark = pytest.mark.django_db

ACCOUNTS = ("1930", "3900", "5910", "8310")
_serial = count(1)


@pytest.fixture
def year():
    year = a_fiscal_year()
    a_series(year)
    for number in ACCOUNTS:
        an_account(number)
    for code in ("ALMEDALEN", "CHEFSARENA"):
        Project.objects.create(code=code, name=code.title())
    CostCenter.objects.create(code="STYRELSE", name="Styrelsen")
    return year


def project(code="ALMEDALEN"):
    return Project.objects.get(code=code)


def book(year, account, ore, project="", cost_center="", day=date(2023, 3, 10)):
    """*ore* on *account* and its project and cost centre, against the bank."""
    rows = [CanonicalRow(account, ore, project, cost_center), CanonicalRow("1930", -ore)]
    list(post_many(year, [VoucherFacts("A", day, f"Händelse {next(_serial)}", rows)], by="kassor"))


def lines(results):
    return {line.object.code if line.object else "": line for line in results.lines}


def test_a_project_has_its_own_income_and_costs(year):
    book(year, "3900", -90_000, "ALMEDALEN")
    book(year, "5910", 40_000, "ALMEDALEN")
    book(year, "8310", -500, "ALMEDALEN")
    line = lines(results_by("project", year))["ALMEDALEN"]
    assert (line.income, line.costs, line.financial, line.result) == (90_000, 40_000, 500, 50_500)


def test_what_belongs_to_no_project_stands_last(year):
    book(year, "5910", 100)
    book(year, "5910", 200, "CHEFSARENA")
    book(year, "5910", 300, "ALMEDALEN")
    assert [line.costs for line in results_by("project", year).lines] == [300, 200, 100]


def test_the_lines_sum_to_the_years_result(year):
    book(year, "5910", 100)
    book(year, "3900", -250, "CHEFSARENA")
    assert results_by("project", year).total.result == trial_balance(year).result == 150


def test_a_cost_centre_is_told_in_the_same_way(year):
    book(year, "5910", 700, cost_center="STYRELSE")
    assert lines(results_by("cost_center", year))["STYRELSE"].costs == 700


def test_a_project_is_compared_with_its_budget(year):
    book(year, "5910", 40_000, "ALMEDALEN")
    budget = a_budget(year, (("5910", "100.00"),))
    BudgetLine.objects.create(
        budget=budget, account=an_account("5910"), amount=kronor("300.00"), project=project()
    )
    line = lines(results_by("project", year))["ALMEDALEN"]
    assert (line.budget, line.better) == (-30_000, -10_000)


def test_a_project_without_budget_lines_has_no_budget(year):
    book(year, "5910", 40_000, "ALMEDALEN")
    a_budget(year, (("5910", "100.00"),))
    assert lines(results_by("project", year))["ALMEDALEN"].budget is None


def test_a_project_that_is_only_budgeted_is_there(year):
    budget = a_budget(year)
    BudgetLine.objects.create(
        budget=budget, account=an_account("5910"), amount=kronor("300.00"), project=project()
    )
    line = lines(results_by("project", year))["ALMEDALEN"]
    assert (line.result, line.budget) == (0, -30_000)


def test_the_results_can_be_had_as_of_a_day(year):
    book(year, "5910", 100, "ALMEDALEN", day=date(2023, 2, 28))
    book(year, "5910", 200, "ALMEDALEN", day=date(2023, 3, 10))
    book(year, "5910", 400, "ALMEDALEN", day=date(2023, 3, 20))
    for day, costs in ((date(2023, 2, 28), 100), (date(2023, 3, 15), 300), (date(2023, 12, 31), 700)):
        assert lines(results_by("project", year, day))["ALMEDALEN"].costs == costs


def test_the_income_statement_of_a_project_has_its_rows_and_budget_alone(year):
    book(year, "5910", 40_000, "ALMEDALEN")
    book(year, "5910", 10_000)
    budget = a_budget(year, (("5910", "100.00"),))
    BudgetLine.objects.create(
        budget=budget, account=an_account("5910"), amount=kronor("300.00"), project=project()
    )
    totals = income_statement(year, project=project()).totals
    assert (totals.amount, totals.budget, totals.better) == (-40_000, -30_000, -10_000)


def test_project_and_cost_centre_can_be_asked_for_together(year):
    book(year, "5910", 100, "ALMEDALEN", "STYRELSE")
    book(year, "5910", 200, "ALMEDALEN")
    center = CostCenter.objects.get()
    assert income_statement(year, project=project(), cost_center=center).totals.amount == -100


def test_what_a_year_opened_with_belongs_to_no_project(year):
    an_opening_balance(year, "1930", "500.00")
    book(year, "1930", 100, "ALMEDALEN")
    assert [b.closing for b in trial_balance(year, project=project()).balances] == [100]


def test_the_close_changes_no_projects_result(year):
    book(year, "5910", 100, "ALMEDALEN")
    before = results_by("project", year).lines
    close_year(year, by=None)
    assert results_by("project", year).lines == before


def test_the_number_of_queries_does_not_depend_on_the_number_of_projects(year, django_assert_max_num_queries):
    for code in ("ALMEDALEN", "CHEFSARENA", ""):
        book(year, "5910", 100, code)
    with django_assert_max_num_queries(4):
        results_by("project", year)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["3900", "5910", "8310"]),
            st.integers(min_value=-(10**9), max_value=10**9).filter(bool),
            st.sampled_from(["", "ALMEDALEN", "CHEFSARENA"]),
            st.dates(date(2023, 1, 1), date(2023, 12, 31)),
        ),
        max_size=8,
    ),
    st.dates(date(2023, 1, 1), date(2023, 12, 31)),
)
def test_projects_sum_to_the_whole_on_any_day(year, events, day):
    with transaction.atomic():
        for account, ore, code, when in events:
            book(year, account, ore, code, day=when)
        whole = trial_balance(year, day).result
        assert results_by("project", year, day).total.result == whole
        expected = sum(-ore for _account, ore, _code, when in events if when <= day)
        assert from_ore(whole) == from_ore(expected)
        transaction.set_rollback(True)
