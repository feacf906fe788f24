import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance import chart
from finance.groups import GROUPS, group_of
from finance.models import Account
from finance.models.accounts import RESULT_KINDS, Kind, kind_of


def account(number: str, kind: str = "") -> Account:
    return Account(number=number, name=number, kind=kind or kind_of(number) or "")


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("3900", "member-fees"),
        ("3985", "grants"),
        ("3010", "other-income"),
        ("5800", "meetings"),
        ("6490", "meetings"),
        ("7331", "meetings"),
        ("4100", "activities"),
        ("5910", "communication"),
        ("7240", "fees"),
        ("5010", "premises"),
        ("6212", "office"),
        ("6990", "other-costs"),
        ("8310", "financial"),
        ("58311", "meetings"),
        ("580", "meetings"),
    ],
)
def test_an_account_falls_into_the_group_of_its_number(number: str, key: str) -> None:
    assert group_of(account(number)).key == key


def test_every_account_of_the_chart_that_makes_the_result_has_a_group() -> None:
    rows = csv.DictReader(Path(chart.CHART).read_text(encoding="utf-8").splitlines())
    result = [account(row["number"]) for row in rows if kind_of(row["number"]) in RESULT_KINDS]
    assert len({group_of(each).key for each in result}) == len(GROUPS)


@given(st.integers(1000, 9999), st.sampled_from(RESULT_KINDS))
def test_no_number_belongs_to_two_groups_of_a_kind(number: int, kind: Kind) -> None:
    holding = [group for group in GROUPS if group.kind == kind and group.holds(str(number))]
    assert len(holding) <= 1
    assert group_of(account(str(number), kind)) == (
        holding[0] if holding else [group for group in GROUPS if group.kind == kind][-1]
    )


def test_the_kind_that_was_chosen_for_an_account_decides_over_its_number() -> None:
    assert group_of(account("3900", Kind.COST)).key == "other-costs"


def test_an_account_of_the_balance_sheet_has_no_group() -> None:
    with pytest.raises(ValueError, match="1930"):
        group_of(account("1930"))
