"""The general ledger: every account's opening, rows, balance after each, and closing."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance import ledger
from finance.ledger import Mark, Scope, account_page, general_ledger_page, whole_ledger
from finance.models import Account, Project, VoucherRow
from finance.money import to_ore
from finance.statements import trial_balance
from tests.factories import a_draft
from tests.finance.books import ACCOUNTS, a_ledger, book, facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return a_ledger()


def account(number="1930"):
    return Account.objects.get(number=number)


def sections(pages):
    """Account, opening, rows and closing, as all pages together tell them."""
    told = {}
    for section in pages:
        number = section.account.number
        balances = [row.balance for row in section.rows]
        opening, rows, _closing = told.get(number, (section.carried, [], 0))
        told[number] = (opening, rows + balances, section.closing)
    return told


def all_pages(scope):
    page = general_ledger_page(scope)
    yield page
    while page.has_after:
        page = general_ledger_page(scope, after=page.end)
        yield page


def test_an_account_has_opening_balance_after_each_row_and_closing(year):
    book(year, [facts(ore=100_00), facts(ore=30_00)])
    page = general_ledger_page(Scope.of(year))
    assert sections(page.sections)["1930"] == (500_00, [400_00, 370_00], 370_00)


def test_accounts_come_by_number_and_those_without_rows_as_well(year):
    book(year, [facts()])
    page = general_ledger_page(Scope.of(year))
    assert [section.account.number for section in page.sections] == ["1930", "2440", "5910"]


def test_a_draft_is_not_in_the_ledger_nor_in_what_is_carried(year, monkeypatch):
    monkeypatch.setattr(ledger, "ROWS_PER_PAGE", 1)
    a_draft(year, (("5910", "7.00"), ("1930", "-7.00")), day=date(2023, 3, 1))
    book(year, [facts(day=date(2023, 3, 10)), facts(day=date(2023, 3, 11))])
    page = general_ledger_page(Scope.of(year))
    following = general_ledger_page(Scope.of(year), after=page.end).sections[0]
    assert (following.carried, following.passed, following.closing) == (400_00, 1, 300_00)


def test_a_period_opens_with_the_balance_before_it(year):
    book(year, [facts(day=date(2023, 3, 10)), facts(day=date(2023, 3, 20)), facts(day=date(2023, 4, 20))])
    for start, end, told in (
        (date(2023, 4, 1), date(2023, 4, 30), (300_00, [200_00], 200_00)),
        (date(2023, 3, 15), date(2023, 4, 10), (400_00, [300_00], 300_00)),
        (date(2023, 3, 11), date(2023, 3, 19), (400_00, [], 400_00)),
    ):
        page = general_ledger_page(Scope.of(year, start, end))
        assert sections(page.sections)["1930"] == told


def test_a_project_has_its_own_rows_and_no_opening(year):
    book(year, [facts(project="ALMEDALEN"), facts(), facts(day=date(2023, 4, 1), project="ALMEDALEN")])
    scope = Scope.of(year, start=date(2023, 4, 1), project=Project.objects.get(code="ALMEDALEN"))
    assert sections(general_ledger_page(scope).sections) == {"5910": (100_00, [200_00], 200_00)}


def test_pages_together_are_the_whole_ledger_in_both_directions(year, monkeypatch):
    monkeypatch.setattr(ledger, "ROWS_PER_PAGE", 3)
    book(year, [facts(ACCOUNTS[n % 4 + 1], 100 + n, date(2023, 1 + n % 12, 1 + n % 28)) for n in range(23)])
    scope = Scope.of(year)
    pages = list(all_pages(scope))
    whole = sections(whole_ledger(scope))
    assert sections(section for page in pages for section in page.sections) == whole
    back, page = [], pages[-1]
    while page.has_before:
        page = general_ledger_page(scope, before=page.begin)
        back.insert(0, page)
    seen = [
        (section.account.number, row.row.pk)
        for page in back
        for section in page.sections
        for row in section.rows
    ]
    everything = [
        (section.account.number, row.row.pk)
        for page in pages
        for section in page.sections
        for row in section.rows
    ]
    assert seen == everything[: len(seen)]
    assert len(seen) >= len(everything) - 3


def test_the_whole_ledger_is_read_in_chunks(year, monkeypatch):
    monkeypatch.setattr(ledger, "ROWS_PER_CHUNK", 4)
    book(year, [facts(ore=100 + n, day=date(2023, 3, 1 + n)) for n in range(10)])
    pages = [page for page in whole_ledger(Scope.of(year)) if page.account.number == "1930"]
    assert [len(page.rows) for page in pages] == [4, 4, 2]
    assert [page.is_end for page in pages] == [False, False, True]
    assert pages[1].carried == pages[0].rows[-1].balance
    assert pages[-1].rows[-1].balance == pages[-1].closing


def test_one_account_can_be_read_alone(year):
    book(year, [facts()])
    assert [page.account.number for page in whole_ledger(Scope.of(year), account("5910"))] == ["5910"]


def test_days_outside_of_the_year_are_those_at_its_ends(year):
    scope = Scope.of(year, date(2020, 1, 1), date(2030, 1, 1))
    assert scope.is_whole_year


def test_the_page_of_an_account_can_be_narrowed(year):
    book(year, [facts(day=date(2023, 3, 10)), facts(day=date(2023, 4, 10))])
    page = account_page(year, account(), scope=Scope.of(year, start=date(2023, 4, 1)))
    assert (page.opening, page.row_count, page.closing) == (400_00, 1, 300_00)


@pytest.mark.parametrize("text", ["", "1930", "1930.2023-01-01", "x.2023-01-01.0", "1930.igår.4"])
def test_a_mark_that_names_no_place_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        Mark.parse(text)


def test_a_mark_reads_as_it_was_written():
    assert str(Mark.parse("1930.2023-05-31.812")) == "1930.2023-05-31.812"


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dates(date(2023, 1, 1), date(2023, 12, 31)),
    st.dates(date(2023, 1, 1), date(2023, 12, 31)),
    st.sampled_from(["", "ALMEDALEN"]),
)
def test_the_ledger_of_any_days_is_what_the_rows_sum_to(year, one, other, code):
    start, end = sorted((one, other))
    if not year.vouchers.exists():
        codes = ("", "ALMEDALEN")
        book(
            year,
            [
                facts(ACCOUNTS[n % 4 + 1], 100 + n, date(2023, 1 + n % 12, 1 + n % 28), project=codes[n % 2])
                for n in range(40)
            ],
        )
    project = Project.objects.get(code=code) if code else None
    told = sections(whole_ledger(Scope.of(year, start, end, project)))
    rows = VoucherRow.objects.filter(voucher__fiscal_year=year).order_by("date", "pk")
    rows = rows.filter(project=project) if project else rows
    for number in ACCOUNTS:
        own = [(row.date, to_ore(row.amount)) for row in rows.filter(account__number=number)]
        opening = {"1930": 500_00, "2440": -500_00}.get(number, 0) if not project else 0
        balance = opening + sum(ore for day, ore in own if day < start)
        running = []
        for day, ore in own:
            if start <= day <= end:
                running.append((running[-1] if running else balance) + ore)
        if balance or running:
            assert told[number] == (balance, running, running[-1] if running else balance)
        else:
            assert number not in told


def test_the_ledger_closes_with_the_trial_balance(year):
    book(year, [facts(ACCOUNTS[n % 4 + 1], 100 + n, date(2023, 1 + n % 12, 1)) for n in range(20)])
    closings = {
        number: closing for number, (_o, _r, closing) in sections(whole_ledger(Scope.of(year))).items()
    }
    assert closings == {b.account.number: b.closing for b in trial_balance(year).balances}
