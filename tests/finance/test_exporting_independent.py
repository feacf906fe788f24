"""The exported file, read by a program that knows the standard and nothing of ours."""

from collections import defaultdict
from decimal import Decimal

import pytest

from finance.exporting import SieExport
from finance.models import FiscalYear, OpeningBalance, Voucher
from finance.money import to_ore
from ledarna.demo import make_demo
from tests.finance.sie.independent import parse, take_apart
from tests.finance.test_round_trip import a_rich_ledger

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return a_rich_ledger()


@pytest.fixture
def file(year):
    return parse(b"".join(SieExport(year)))


def ore(amount):
    return int(amount * 100)


def test_the_check_sum_is_that_of_the_standard(file):
    assert file.computed_sum == file.stated_sum != 0


def test_the_head_is_that_of_a_file_of_type_4_in_pc8(file):
    assert file.labels["FLAGGA"] == ["0"]
    assert file.labels["SIETYP"] == ["4"]
    assert file.labels["FORMAT"] == ["PC8"]
    assert file.labels["PROGRAM"][0] == "Ledarna"
    assert file.labels["ORGNR"] == ["802000-0001"]
    assert file.years == {"0": ("20230101", "20231231")}


def test_what_it_does_not_know_are_our_own_lines_alone(file):
    assert set(file.left_aside) == {"XLEDARNA", "XLEDARNAVER"}


def test_every_posted_voucher_is_there_with_every_row(file, year):
    posted = Voucher.objects.posted().order_by("sequence").select_related("series")
    assert [(v["series"], v["number"], v["date"]) for v in file.vouchers] == [
        (v.series.code.replace("–", "-"), str(v.number), v.date.strftime("%Y%m%d")) for v in posted
    ]
    for told, voucher in zip(file.vouchers, posted, strict=True):
        rows = voucher.rows.order_by("line").values_list("account__number", "amount")
        assert [(row["account"], ore(row["amount"])) for row in told["rows"]] == [
            (number, to_ore(amount)) for number, amount in rows
        ]


def test_dimensions_are_cost_centre_and_project(file):
    row = file.vouchers[0]["rows"][0]
    assert row["objects"]["1"] == "STYRELSE"
    assert row["objects"]["6"] == "P-1"
    assert row["quantity"] == "1.50"
    assert file.objects["1", "STYRELSE"] == "Styrelsen"


def assert_it_adds_up(file):
    """Opening balance and rows give the closing balance and the result, and months the sum of rows."""
    moved, by_month = defaultdict(Decimal), defaultdict(Decimal)
    for voucher in file.vouchers:
        for row in voucher["rows"]:
            moved[row["account"]] += row["amount"]
            by_month[voucher["date"][:6], row["account"]] += row["amount"]
    told = {
        label: {a: v for (of, y, a), v in file.balances.items() if (of, y) == (label, "0")}
        for label in ("IB", "UB", "RES")
    }
    assert not told["UB"].keys() & told["RES"].keys()
    for account in {*moved, *told["IB"]}:
        if account in told["UB"]:
            assert told["IB"].get(account, 0) + moved[account] == told["UB"][account]
        else:
            assert moved[account] == told["RES"][account]
    months = {
        (m, a): v for (of, _y, m, a, objects), v in file.periods.items() if of == "PSALDO" and not objects
    }
    assert months == by_month


def test_balances_results_and_months_add_up(file):
    assert_it_adds_up(file)
    assert {account: ore(v) for (label, _y, account), v in file.balances.items() if label == "IB"} == {
        account: to_ore(amount)
        for account, amount in OpeningBalance.objects.values_list("account__number", "amount")
    }


def test_a_made_up_association_of_two_years_adds_up_too():
    for _line in make_demo(years=2, vouchers=300, seed=3):
        pass
    for year in FiscalYear.objects.order_by("start"):
        file = parse(b"".join(SieExport(year)))
        assert_it_adds_up(file)
        assert file.computed_sum == file.stated_sum
        assert len(file.vouchers) == year.vouchers.posted().count()
    assert set(file.years) == {"0", "-1"}
    assert {account for (label, index, account) in file.balances if (label, index) == ("UB", "-1")}


@pytest.mark.parametrize("kind", ["1", "2", "3"])
def test_the_smaller_types_add_up_among_themselves(year, kind):
    whole, part = parse(b"".join(SieExport(year))), parse(b"".join(SieExport(year, kind)))
    assert part.labels["SIETYP"] == [kind]
    assert part.balances == whole.balances
    assert part.vouchers == []
    assert part.left_aside == []
    assert part.computed_sum == part.stated_sum


def test_the_reader_takes_a_line_apart_as_the_standard_says():
    assert take_apart('#TRANS 1930 {1 "A b" 6 P} -1.00 "" "Sade \\"hej\\""') == [
        "#TRANS",
        "1930",
        ["1", "A b", "6", "P"],
        "-1.00",
        "",
        'Sade "hej"',
    ]


def test_the_reader_finds_a_changed_byte(year):
    data = b"".join(SieExport(year))
    file = parse(data.replace(b'"Fel"', b'"Fal"', 1))
    assert file.computed_sum != file.stated_sum
