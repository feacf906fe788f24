"""The tables from accounts to the items of a statement."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.chart import CHART
from finance.layout import LAYOUTS, Role, layout, row_of
from finance.models import Account
from finance.models.accounts import RESULT_KINDS, Kind, kind_of

STATEMENTS = ("income", "balance")


def account(number: str, kind: str = "") -> Account:
    return Account(number=number, kind=kind or kind_of(number) or "")


def item_of(number: str, kind: str = "") -> str:
    found = account(number, kind)
    statement = "income" if found.kind in RESULT_KINDS else "balance"
    row = row_of(found, layout("k1", statement))
    assert row is not None
    return row.key


@pytest.mark.parametrize(
    ("number", "item"),
    [
        ("3900", "member-fees"),
        ("3985", "gifts-and-grants"),
        ("3010", "sales"),
        ("3990", "other-income"),
        ("4010", "sales-costs"),
        ("4100", "activity-costs"),
        ("58311", "external-costs"),
        ("7010", "staff-costs"),
        ("7832", "depreciation"),
        ("8310", "financial-income"),
        ("8410", "financial-costs"),
        ("8910", "tax"),
        ("1219", "equipment"),
        ("1510", "receivables"),
        ("1630", "other-receivables"),
        ("1810", "investments"),
        ("1930", "cash"),
        ("2061", "retained"),
        ("2069", "year-result"),
        ("2110", "untaxed-reserves"),
        ("2350", "loans"),
        ("2440", "payables"),
        ("2650", "tax-liabilities"),
        ("2731", "tax-liabilities"),
        ("2990", "other-liabilities"),
    ],
)
def test_an_account_stands_in_its_item(number, item):
    assert item_of(number) == item


def test_an_account_stands_in_the_item_that_was_chosen_for_it():
    chosen = Account(number="5800", kind=Kind.COST, item="activity-costs")
    row = row_of(chosen, layout("k1", "income"))
    assert row
    assert row.key == "activity-costs"


def test_an_item_of_another_kind_takes_no_account():
    chosen = Account(number="5800", kind=Kind.COST, item="member-fees")
    row = row_of(chosen, layout("k1", "income"))
    assert row
    assert row.key == "costs-without-item"


def test_by_account_a_chosen_item_changes_nothing():
    chosen = Account(number="5800", kind=Kind.COST, item="activity-costs")
    row = row_of(chosen, layout("accounts", "income"))
    assert row
    assert row.key == "cost-accounts"


def test_every_account_of_the_chart_has_an_item():
    with CHART.open(encoding="utf-8") as file:
        numbers = [line.split(",")[0] for line in file][1:]
    without = [n for n in numbers if n != "8999" and item_of(n).endswith("-without-item")]
    assert len(numbers) > 50
    assert without == []


@given(st.integers(1000, 8989).map(str))
def test_every_number_of_bas_has_exactly_one_item(number):
    found = account(number)
    statement = "income" if found.kind in RESULT_KINDS else "balance"
    assert sum(row.names(found) for row in layout("k1", statement)) == 1


def test_an_account_whose_kind_is_not_that_of_its_number_falls_to_the_rest_of_its_kind():
    assert item_of("3900", Kind.COST) == "costs-without-item"


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_sum_adds_only_rows_that_stand_above_it(name, statement):
    seen: set[str] = set()
    for row in layout(name, statement):
        assert {key for _sign, key in row.terms} <= seen
        seen.add(row.key)


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_row_with_amounts_is_added_exactly_once(name, statement):
    rows = layout(name, statement)
    added = [key for row in rows if row.role != Role.DIFFERENCE for _sign, key in row.terms]
    ends = {"result", "equity-and-liabilities", "sum-assets", "difference"}
    assert sorted(added) == sorted(
        row.key for row in rows if row.role != Role.HEADING and row.key not in ends
    )


def test_a_sum_is_named_after_what_it_is():
    row = layout("k1", "income")[-1]
    assert [row.name_for(amounts) for amounts in ((1, 2), (-1,), (1, -1), ())] == [
        "Årets överskott",
        "Årets underskott",
        "Årets över-/underskott",
        "Årets över-/underskott",
    ]
