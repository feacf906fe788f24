"""Statements over made-up ledgers of any kind: what holds for each of them, whatever is in it."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.digest import CanonicalRow
from finance.models import OpeningBalance, PeriodTotal, VoucherRow
from finance.models.accounts import BALANCE_KINDS, RESULT_KINDS, Kind
from finance.money import from_ore, to_ore
from finance.posting import VoucherFacts, post_many
from finance.statements import balance_sheet, budget_in_force, income_statement, trial_balance
from finance.verification import verify
from tests.factories import (
    a_budget,
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    a_series,
    an_account,
    an_opening_balance,
)

pytestmark = pytest.mark.django_db

BALANCE_ACCOUNTS = ("1510", "1930", "2067", "2440")
RESULT_ACCOUNTS = ("3900", "5010", "7210", "8310", "8999")
ACCOUNTS = BALANCE_ACCOUNTS + RESULT_ACCOUNTS
START, END = date(2023, 5, 15), date(2024, 4, 20)
"""A broken year that begins and ends inside of a month, which is the hardest."""

amounts = st.integers(-(10**11), 10**11)
days = st.dates(START, END)


@st.composite
def balanced(draw):
    """Rows of accounts and öre that sum to zero."""
    rows = draw(st.lists(st.tuples(st.sampled_from(ACCOUNTS), amounts), min_size=1, max_size=4))
    last = draw(st.sampled_from(ACCOUNTS))
    return [*rows, (last, -sum(amount for _, amount in rows))]


@st.composite
def openings(draw):
    """Opening balances that sum to zero, or none."""
    found = draw(st.dictionaries(st.sampled_from(BALANCE_ACCOUNTS[:3]), amounts, max_size=3))
    return {**found, "2440": -sum(found.values())} if found else {}


ledgers = st.tuples(openings(), st.lists(st.tuples(days, balanced()), max_size=8))
over_ledgers = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Ledger:
    """A ledger in the database, taken away again when the block ends."""

    def __init__(self, ledger):
        self.opening, self.vouchers = ledger

    def __enter__(self):
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.year = a_fiscal_year(start=START, end=END)
        a_series(self.year)
        self.numbers = {number: an_account(number) for number in ACCOUNTS}
        OpeningBalance.objects.bulk_create(
            OpeningBalance(fiscal_year=self.year, account=self.numbers[number], amount=from_ore(amount))
            for number, amount in self.opening.items()
        )
        facts = (
            VoucherFacts("A", day, "x", [CanonicalRow(account, amount) for account, amount in rows])
            for day, rows in self.vouchers
        )
        sum(post_many(self.year, facts, by="prov"))
        return self

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.transaction.__exit__(*error)

    def closing(self, until=END):
        """Each account's closing on *until*, reckoned from the facts by hand."""
        found = dict(self.opening)
        for day, rows in self.vouchers:
            for account, amount in rows if day <= until else ():
                found[account] = found.get(account, 0) + amount
        return found


def total(closing, prefixes):
    return sum(
        amount for number, amount in closing.items() if number.startswith(prefixes) and number != "8999"
    )


@over_ledgers
@given(ledgers)
def test_assets_equal_liabilities_and_equity(ledger):
    with Ledger(ledger) as made:
        trial = trial_balance(made.year)
        assert trial.assets - trial.liabilities == trial.equity_closing
        assert trial.difference == balance_sheet(made.year).difference == 0


@over_ledgers
@given(ledgers, days)
def test_every_figure_of_any_day_is_what_the_facts_up_to_that_day_sum_to(ledger, until):
    with Ledger(ledger) as made:
        trial = trial_balance(made.year, until)
        closing = made.closing(until)
        assert {b.account.number: b.closing for b in trial.balances} == {
            number: closing.get(number, 0) for number in {b.account.number for b in trial.balances}
        }
        assert {number for number, amount in closing.items() if amount} <= {
            b.account.number for b in trial.balances
        }
        assert trial.assets == total(closing, ("1",))
        assert trial.liabilities == -total(closing, ("24",))
        assert trial.income == -total(closing, ("3",))
        assert trial.costs == total(closing, ("5", "7"))
        assert trial.financial == -total(closing, ("8",))
        assert trial.liquidity == total(closing, ("19",))
        assert trial.result == -total(closing, ("3", "5", "7", "8"))
        assert trial.difference == 0


@over_ledgers
@given(ledgers, days)
def test_page_and_trial_balance_cannot_disagree(ledger, until):
    with Ledger(ledger) as made:
        trial = trial_balance(made.year, until)
        income, balance = income_statement(made.year, until), balance_sheet(made.year, until)
        assert income.totals.amount == trial.result
        assert balance.section(Kind.ASSET).amount == trial.assets
        assert balance.section(Kind.LIABILITY).amount == trial.liabilities
        assert balance.equity == trial.equity_closing
        assert {s.kind for s in income.sections} == set(RESULT_KINDS)
        assert {s.kind for s in balance.sections} == set(BALANCE_KINDS)


@over_ledgers
@given(ledgers)
def test_the_totals_that_the_database_keeps_equal_the_rows(ledger):
    with Ledger(ledger) as made:
        kept = set(PeriodTotal.objects.values_list("account", "month", "amount", "rows"))
        rows = VoucherRow.objects.annotate(month=TruncMonth("date")).values_list("account", "month")
        assert kept == set(rows.annotate(amount=Sum("amount"), rows=Count("pk")).order_by())
        assert verify().ok, made


@over_ledgers
@given(ledgers)
def test_closing_the_books_with_the_result_moves_it_to_equity_and_changes_no_figure(ledger):
    with Ledger(ledger) as made:
        before = trial_balance(made.year)
        an_account("2069")
        kronor = str(from_ore(before.result).amount)
        a_posted_voucher(
            made.year, rows=(("8999", kronor), ("2069", f"-{kronor}".replace("--", ""))), day=END
        )
        after = trial_balance(made.year)
        assert (after.result, after.equity_closing) == (before.result, before.equity_closing)
        assert after.difference == 0


# What is not there ------------------------------------------------------------------------------------


def test_a_draft_is_in_no_statement():
    year = a_fiscal_year()
    a_draft(year, rows=(("1930", "15"), ("3900", "-15")))
    assert trial_balance(year).balances == ()


def test_without_opening_balances_the_statement_says_so():
    year = a_fiscal_year()
    a_posted_voucher(year)
    assert not balance_sheet(year).has_opening
    an_opening_balance(year, "1930", "0.00")
    assert balance_sheet(year).has_opening


def test_an_opening_that_does_not_sum_to_zero_is_shown_as_a_difference():
    year = a_fiscal_year()
    an_opening_balance(year, "1930", "15.00")
    assert balance_sheet(year).difference == 1500


def test_without_a_budget_there_is_none_and_not_zero():
    year = a_fiscal_year()
    a_posted_voucher(year, rows=(("3900", "-15"), ("1930", "15")))
    assert budget_in_force(year) is None
    totals = income_statement(year).totals
    assert (totals.amount, totals.budget, totals.better) == (1500, None, None)


def test_income_above_and_costs_below_the_budget_help_the_result():
    year = a_fiscal_year()
    a_budget(year, lines=(("3900", "-100"), ("5010", "60")))
    a_posted_voucher(year, rows=(("3900", "-110"), ("5010", "45"), ("1930", "65")))
    statement = income_statement(year)
    assert [line.better for section in statement.sections for line in section.lines] == [1000, 1500]
    assert (statement.totals.budget, statement.totals.amount, statement.totals.better) == (4000, 6500, 2500)


def test_the_year_before_stands_beside():
    before, year = a_fiscal_year(2022), a_fiscal_year(2023)
    a_posted_voucher(before, rows=(("3900", "-10"), ("1930", "10")))
    a_posted_voucher(year, rows=(("3900", "-15"), ("1930", "15")))
    assert [(line.amount, line.previous) for line in income_statement(year).sections[0].lines] == [
        (1500, 1000)
    ]
    assert income_statement(before).totals.previous is None


def test_a_day_beyond_the_year_is_the_year():
    year = a_fiscal_year()
    a_posted_voucher(year, day=year.end)
    assert trial_balance(year, year.end + timedelta(days=9)) == trial_balance(year)


@pytest.mark.parametrize("until", [None, date(2023, 3, 31), date(2023, 3, 15)])
def test_statements_ask_as_many_questions_whatever_the_ledger_holds(until, django_assert_max_num_queries):
    year = a_fiscal_year()
    for number in ACCOUNTS:
        an_opening_balance(year, number, "0.00")
    for month in range(1, 13):
        a_posted_voucher(
            year, day=date(2023, month, 10), rows=(("3900", "-15"), ("5010", "5"), ("1930", "10"))
        )
    with django_assert_max_num_queries(5):
        trial_balance(year, until)
    with django_assert_max_num_queries(11):
        income_statement(year, until)
    with django_assert_max_num_queries(5):
        balance_sheet(year, until)


def test_the_sum_of_a_line_is_exact_where_a_float_would_not_be():
    year = a_fiscal_year()
    for amount in ("0.10", "0.20", "90071992547409.93"):
        a_posted_voucher(year, rows=(("5010", amount), ("1930", f"-{amount}")))
    assert to_ore(from_ore(trial_balance(year).costs)) == 9007199254741023
