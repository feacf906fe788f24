"""The journal: the order of registration, and what is found in it."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance import journal
from finance.correction import draft_correction
from finance.journal import DateGap, Selection, date_gaps, entries, journal_page
from finance.models import Account, CostCenter, Project
from finance.money import to_ore
from finance.posting import post_together
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher
from tests.finance.books import ACCOUNTS, a_ledger, book, facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return a_ledger()


def project(code="ALMEDALEN"):
    return Project.objects.get(code=code)


def texts(page_or_entries):
    return [entry.voucher.text for entry in getattr(page_or_entries, "entries", page_or_entries)]


# Order and pages


def test_vouchers_come_in_the_order_in_which_they_were_registered(year):
    book(year, [facts(day=date(2023, 5, 1), text="sen"), facts(day=date(2023, 2, 1), text="tidig")])
    assert texts(journal_page(Selection(year))) == ["sen", "tidig"]


def test_a_draft_is_in_no_list(year):
    a_draft(year)
    assert not journal_page(Selection(year)).entries


def test_a_voucher_of_another_year_is_not_listed(year):
    a_posted_voucher(a_fiscal_year(2024))
    assert not journal_page(Selection(year)).entries


def test_pages_follow_one_another_in_both_directions(year, monkeypatch):
    monkeypatch.setattr(journal, "VOUCHERS_PER_PAGE", 3)
    book(year, [facts(text=str(number)) for number in range(8)])
    pages = [journal_page(Selection(year))]
    while pages[-1].has_after:
        pages.append(journal_page(Selection(year), after=pages[-1].end))
    assert [texts(page) for page in pages] == [["0", "1", "2"], ["3", "4", "5"], ["6", "7"]]
    back = [pages[-1]]
    while back[-1].has_before:
        back.append(journal_page(Selection(year), before=back[-1].begin))
    assert [texts(page) for page in back] == [["6", "7"], ["3", "4", "5"], ["0", "1", "2"]]


def test_all_entries_are_read_in_chunks(year, monkeypatch):
    monkeypatch.setattr(journal, "VOUCHERS_PER_CHUNK", 3)
    book(year, [facts(text=str(number)) for number in range(8)])
    assert texts(entries(Selection(year))) == [str(number) for number in range(8)]


def test_an_entry_has_its_rows_in_order_and_its_turnover(year):
    book(year, [facts(ore=120_50)])
    (entry,) = journal_page(Selection(year)).entries
    assert [row.account.number for row in entry.rows] == ["5910", "1930"]
    assert entry.turnover == 120_50


def test_a_corrected_voucher_says_by_what(year):
    book(year, [facts()])
    original = year.vouchers.get()
    reversal, _replacement = post_together(
        draft_correction(original, "kassor", "Fel konto").vouchers, by="kassor"
    )
    first = journal_page(Selection(year)).entries[0]
    assert first.corrected_by == reversal


@pytest.mark.parametrize("size", [1, 40])
def test_the_number_of_queries_is_the_same_for_any_number_of_vouchers(year, size):
    book(year, [facts() for _ in range(size)])
    with CaptureQueriesContext(connection) as queries:
        journal_page(Selection(year))
    assert len(queries) == 3


# What is found


SOUGHT = (
    facts("5910", 100_00, date(2023, 1, 10), "Annons", project="ALMEDALEN", counterparty="Byrån"),
    facts("6110", 250_00, date(2023, 2, 10), "Pennor", cost_center="STYRELSE"),
    facts("3900", -100_00, date(2023, 2, 20), "Avgift, ÅRET", series="B"),
    facts("5910", 75_00, date(2023, 3, 10), "Affisch", project="CHEFSARENA"),
)


@pytest.mark.parametrize("few", [journal.FEW, 0], ids=["by index", "by walking"])
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (lambda: {"start": date(2023, 2, 1), "end": date(2023, 2, 28)}, ["Pennor", "Avgift, ÅRET"]),
        (lambda: {"end": date(2023, 1, 31)}, ["Annons"]),
        (lambda: {"start": date(2023, 4, 1)}, []),
        (lambda: {"account": Account.objects.get(number="5910")}, ["Annons", "Affisch"]),
        (lambda: {"account": Account.objects.get(number="2440")}, []),
        (lambda: {"project": project()}, ["Annons"]),
        (lambda: {"cost_center": CostCenter.objects.get()}, ["Pennor"]),
        (lambda: {"account": Account.objects.get(number="1930"), "project": project()}, []),
        (lambda: {"amount": 100_00}, ["Annons", "Avgift, ÅRET"]),
        (lambda: {"amount": -250_00}, ["Pennor"]),
        (lambda: {"amount": 100_00, "account": Account.objects.get(number="3900")}, ["Avgift, ÅRET"]),
        (lambda: {"text": "pen"}, ["Pennor"]),
        (lambda: {"text": "byrån"}, ["Annons"]),
        (lambda: {"text": "året"}, ["Avgift, ÅRET"]),
        (lambda: {"text": "%"}, []),
        (lambda: {"text": "A 2"}, ["Pennor"]),
        (lambda: {"text": "b1"}, ["Avgift, ÅRET"]),
        (lambda: {"text": "3"}, ["Affisch"]),
        (lambda: {"text": "A", "start": date(2023, 3, 1)}, ["Affisch"]),
    ],
)
def test_the_list_has_what_was_asked_for(year, monkeypatch, few, wanted, found):
    monkeypatch.setattr(journal, "FEW", few)
    book(year, SOUGHT)
    selection = Selection(year, **wanted())
    assert texts(journal_page(selection)) == found == texts(entries(selection))


@pytest.mark.parametrize("few", [journal.FEW, 0], ids=["by index", "by walking"])
def test_a_series_can_be_asked_for(year, monkeypatch, few):
    monkeypatch.setattr(journal, "FEW", few)
    book(year, SOUGHT)
    selection = Selection(year, series=year.series.get(code="B"))
    assert texts(journal_page(selection)) == ["Avgift, ÅRET"]


def test_the_rows_that_were_looked_for_are_told_from_the_others(year):
    book(year, SOUGHT)
    selection = Selection(year, account=Account.objects.get(number="6110"))
    (entry,) = journal_page(selection).entries
    assert [row.account.number for row in entry.found] == ["6110"]
    assert len(entry.rows) == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    account=st.sampled_from(["", *ACCOUNTS]),
    of_project=st.sampled_from(["", "ALMEDALEN", "CHEFSARENA"]),
    amount=st.sampled_from([None, 1_00, 2_00]),
    start=st.none() | st.dates(date(2023, 1, 1), date(2023, 1, 20)),
    end=st.none() | st.dates(date(2023, 1, 10), date(2023, 1, 31)),
    few=st.sampled_from([0, journal.FEW]),
)
def test_a_list_is_what_reading_everything_would_find(
    year, monkeypatch, account, of_project, amount, start, end, few
):
    monkeypatch.setattr(journal, "FEW", few)
    if not year.vouchers.exists():
        codes = ("", "ALMEDALEN", "CHEFSARENA")
        book(
            year,
            [
                facts(
                    ACCOUNTS[n % 4 + 1],
                    (n % 3 + 1) * 100,
                    date(2023, 1, 1 + n % 30),
                    str(n),
                    "A",
                    codes[n % 3],
                )
                for n in range(40)
            ],
        )
    selection = Selection(
        year,
        start=start,
        end=end,
        account=Account.objects.get(number=account) if account else None,
        project=project(of_project) if of_project else None,
        amount=amount,
    )
    expected = [
        voucher.text
        for voucher in year.vouchers.order_by("sequence")
        if (start is None or voucher.date >= start)
        and (end is None or voucher.date <= end)
        and any(
            (not account or row.account.number == account)
            and (not of_project or (row.project and row.project.code == of_project))
            and (amount is None or abs(to_ore(row.amount)) == amount)
            for row in voucher.rows.select_related("account", "project")
        )
    ]
    assert texts(journal_page(selection)) == expected


# Gaps in the dates


def test_days_without_vouchers_are_a_gap(year):
    book(year, [facts(day=date(2023, 1, 10)), facts(day=date(2023, 1, 25)), facts(day=date(2023, 12, 31))])
    assert date_gaps(year, least=14) == [
        DateGap(date(2023, 1, 11), date(2023, 1, 24)),
        DateGap(date(2023, 1, 26), date(2023, 12, 30)),
    ]


def test_fewer_days_are_no_gap(year):
    days = [date(2023, 1, 1) + timedelta(days=13 * n) for n in range(30)]
    book(year, [facts(day=day) for day in days if day.year == 2023])
    assert date_gaps(year, least=14) == []


def test_the_end_of_a_year_that_goes_on_is_no_gap(year):
    book(year, [facts(day=date(2023, 1, 10))])
    assert date_gaps(year, least=14, today=date(2023, 1, 20)) == []
    assert date_gaps(year, least=14, today=date(2023, 2, 1)) == [DateGap(date(2023, 1, 11), date(2023, 2, 1))]


def test_a_year_without_vouchers_has_no_gaps(year):
    assert date_gaps(year) == []
