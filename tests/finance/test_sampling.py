"""Samples of vouchers: the same for the same seed and books, and repeated here by other means."""

import json
import random
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from finance.models import Voucher
from finance.models.audits import Method
from finance.posting import chain_head
from finance.sampling import WEEKENDS_ALONE, Plan, Turnover, by_monetary_units, description, draw, reason
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher
from tests.finance.books import a_ledger, book, facts

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    """Books of forty vouchers of 1 to 40 kronor, one on each day from 1 March 2023."""
    year = a_ledger(date(2023, 1, 1), date(2023, 12, 31))
    book(
        year,
        (facts(ore=100 * n, day=date.fromordinal(date(2023, 3, 1).toordinal() + n)) for n in range(1, 41)),
    )
    return year


def places(year, *plan):
    return [pick.sequence for pick in draw(year, Plan(*plan)).picks]


def hits(year, *plan):
    return {pick.sequence: pick.hit for pick in draw(year, Plan(*plan)).picks}


def test_a_random_sample_is_repeated_from_its_seed_as_the_docstring_says(year):
    chance = random.Random("årsmötet")
    numbers = {place: chance.random() for place in range(1, 41)}
    assert places(year, Method.RANDOM, 7, "årsmötet") == sorted(sorted(numbers, key=numbers.get)[:7])


def test_the_same_seed_and_books_give_the_same_sample_and_another_seed_another(year):
    assert places(year, Method.RANDOM, 7, "a") == places(year, Method.RANDOM, 7, "a")
    assert places(year, Method.RANDOM, 7, "a") != places(year, Method.RANDOM, 7, "b")


def test_a_larger_random_sample_holds_the_smaller_one(year):
    assert set(places(year, Method.RANDOM, 5, "x")) < set(places(year, Method.RANDOM, 9, "x"))


def test_a_random_sample_of_more_than_there_is_holds_all(year):
    assert places(year, Method.RANDOM, 500, "x") == list(range(1, 41))


def test_only_what_is_posted_in_the_year_is_drawn(year):
    a_draft(year, day=date(2023, 5, 1))
    a_posted_voucher(a_fiscal_year(2024))
    drawn = draw(year, Plan(Method.ABOVE, 0))
    assert {pick.pk for pick in drawn.picks} == set(
        Voucher.objects.posted().filter(fiscal_year=year).values_list("pk", flat=True)
    )
    assert drawn.head == chain_head(year)


def test_monetary_units_hit_each_voucher_that_holds_one_of_them(year):
    interval, start = 50_00, int(random.Random("frö").random() * 50_00)
    units = range(start, 820_00, interval)
    ends = [100 * n * (n + 1) // 2 for n in range(1, 41)]
    by_hand = {next(n for n, end in enumerate(ends, start=1) if unit < end) for unit in units}
    assert set(places(year, Method.MONETARY, interval, "frö")) == by_hand


@given(
    amounts=st.lists(st.integers(0, 10**6), max_size=30),
    interval=st.integers(1, 10**6),
    seed=st.text(min_size=1, max_size=8),
)
def test_what_is_as_large_as_the_interval_is_always_drawn_and_every_unit_hits_once(amounts, interval, seed):
    vouchers = [Turnover(n, n, "2023-01-01", ore) for n, ore in enumerate(amounts, start=1)]
    picked = {pick.sequence: int(pick.hit) for pick in by_monetary_units(vouchers, interval, seed)}
    assert {found.sequence for found in vouchers if found.ore >= interval} <= set(picked)
    start = int(random.Random(seed).random() * interval)
    assert sum(picked.values()) == len(range(start, sum(amounts), interval))


def test_above_a_limit_are_those_that_are_larger(year):
    assert hits(year, Method.ABOVE, 37_99) == {38: "3800", 39: "3900", 40: "4000"}
    assert places(year, Method.ABOVE, 40_00) == []


def test_round_sums_are_whole_numbers_of_the_unit(year):
    assert places(year, Method.ROUND, 10_00) == [10, 20, 30, 40]


def test_a_voucher_that_sums_to_zero_is_not_round(year):
    book(year, [facts(ore=0)])
    assert places(year, Method.ROUND, 1) == list(range(1, 41))


def test_weekends_are_saturdays_sundays_and_public_holidays(year):
    """The vouchers are those of 2 March to 10 April 2023, and Easter is on 9 April."""
    drawn = hits(year, Method.WEEKEND)
    days = {v.sequence: v.date for v in Voucher.objects.filter(fiscal_year=year)}
    easter = {"2023-04-07": "Good Friday", "2023-04-09": "Easter Sunday", "2023-04-10": "Easter Monday"}
    assert drawn == {
        place: easter.get(str(day), str(day.isoweekday()))
        for place, day in days.items()
        if day.isoweekday() in (6, 7) or str(day) in easter
    }


def test_a_plan_of_weekends_has_the_days_off_of_its_year_and_draws_by_them(year):
    plan = draw(year, Plan(Method.WEEKEND)).plan
    assert json.loads(plan.basis)["days"]["2023-06-23"] == "Midsummer Eve"
    other = replace(plan, basis='{"days": {"2023-03-02": "Epiphany"}}')
    assert draw(year, other).picks[0][0::3] == (1, "Epiphany")
    alone = draw(year, replace(plan, basis=WEEKENDS_ALONE))
    assert {pick.hit for pick in alone.picks} == {"6", "7"}


def test_an_unusual_pair_is_one_that_few_vouchers_have(year):
    book(year, [facts("6110")])
    assert hits(year, Method.PAIRS, 1) == {41: "1 6110 1930"}


def test_a_pair_that_earlier_years_had_is_not_unusual(year):
    earlier = a_fiscal_year(2022)
    for day in (1, 2):
        a_posted_voucher(earlier, rows=(("6110", "5"), ("1930", "-5")), day=date(2022, 1, day))
    book(year, [facts("6110")])
    assert places(year, Method.PAIRS, 2) == []
    assert places(year, Method.PAIRS, 3) == [41]


def test_a_plan_of_pairs_has_what_the_earlier_years_have_of_the_pairs_of_the_year(year):
    earlier = a_fiscal_year(2022)
    for account in ("6110", "6110", "7010"):
        a_posted_voucher(earlier, rows=((account, "5"), ("1930", "-5")), day=date(2022, 1, 1))
    book(year, [facts("6110")])
    plan = draw(year, Plan(Method.PAIRS, 3)).plan
    assert json.loads(plan.basis) == {
        "pairs": [["6110", "1930", 2]],
        "years": [{"label": "2022", "vouchers": 3, "head": chain_head(earlier).digest}],
    }
    a_posted_voucher(earlier, rows=(("6110", "5"), ("1930", "-5")), day=date(2022, 1, 1))
    assert [pick.hit for pick in draw(year, plan).picks] == ["3 6110 1930"]


def test_five_years_say_what_is_usual():
    for label in range(2018, 2023):
        a_posted_voucher(a_fiscal_year(label), day=date(label, 1, 1))
    plan = draw(a_fiscal_year(2023), Plan(Method.PAIRS, 1)).plan
    assert [each["label"] for each in json.loads(plan.basis)["years"]] == ["2022", "2021", "2020", "2019"]


def test_a_voucher_without_amounts_has_no_pair(year):
    book(year, [facts(ore=0), facts("6110")])
    assert hits(year, Method.PAIRS, 1) == {42: "1 6110 1930"}


def test_of_more_than_a_sample_may_have_the_number_and_the_turnover_are_told(year, monkeypatch):
    monkeypatch.setattr("finance.sampling.MOST", 39)
    drawn = draw(year, Plan(Method.ABOVE, 0))
    assert (drawn.count, drawn.picks, drawn.covered, drawn.is_too_large) == (40, (), 820_00, True)


def test_a_voucher_of_many_accounts_has_every_pair_of_them():
    year = a_fiscal_year()
    a_posted_voucher(year, rows=(("5010", "5"), ("5910", "5"), ("1930", "-10")))
    a_posted_voucher(year, rows=(("5010", "5"), ("1930", "-5")))
    assert hits(year, Method.PAIRS, 1) == {1: "1 5910 1930"}


def test_the_turnover_and_what_is_covered_of_it_are_told(year):
    drawn = draw(year, Plan(Method.ABOVE, 38_00))
    assert (drawn.turnover, drawn.covered) == (820_00, 79_00)


def test_a_year_without_vouchers_draws_nothing():
    year = a_fiscal_year()
    assert draw(year, Plan(Method.RANDOM, 5, "x")).picks == ()
    assert draw(year, Plan(Method.MONETARY, 100, "x")).picks == ()
    assert draw(year, Plan(Method.PAIRS, 1)).picks == ()


@pytest.mark.parametrize(
    "plan",
    [
        Plan(Method.RANDOM, 5),
        Plan(Method.RANDOM, 0, "x"),
        Plan(Method.RANDOM, None, "x"),
        Plan(Method.RANDOM, 2001, "x"),
        Plan(Method.MONETARY, 0, "x"),
        Plan(Method.ABOVE, -1),
        Plan(Method.ABOVE, 1, "x"),
        Plan(Method.WEEKEND, 1),
        Plan(Method.PAIRS),
    ],
)
def test_a_plan_that_cannot_be_drawn_is_refused_in_words(plan):
    with pytest.raises(ValidationError):
        draw(a_fiscal_year(), plan)


@pytest.mark.parametrize("method", Method)
def test_the_number_of_queries_does_not_depend_on_the_vouchers(year, method, django_assert_max_num_queries):
    plan = Plan(
        method,
        None if method == Method.WEEKEND else 10,
        "x" if method in (Method.RANDOM, Method.MONETARY) else "",
    )
    with django_assert_max_num_queries(6):  # and two for each year before, where there is one
        draw(year, plan)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        (Plan(Method.RANDOM, 25, "a1"), "25 verifikationer dragna slumpvis, frö ”a1”"),
        (Plan(Method.ABOVE, 5_000_00), "Alla verifikationer över 5\u00a0000 kr"),
        (Plan(Method.ROUND, 1_000_00), "Jämna belopp: hela tal av 1\u00a0000 kr"),
        (
            Plan(Method.WEEKEND),
            "Verifikationer daterade en lördag, söndag eller annan helgdag, eller på midsommar-, jul- eller nyårsafton",
        ),
        (
            Plan(Method.WEEKEND, basis=WEEKENDS_ALONE),
            "Verifikationer daterade en lördag eller söndag",
        ),
    ],
)
def test_a_plan_is_told_in_words(plan, said):
    assert description(plan) == said


@pytest.mark.parametrize(
    ("method", "hit", "said"),
    [
        (Method.RANDOM, "3", "nr 3 av slumpen"),
        (Method.MONETARY, "2", "2 enheter träffade"),
        (Method.ROUND, "200000", "2\u00a0000 kr"),
        (Method.WEEKEND, "7", "söndag"),
        (Method.WEEKEND, "Midsummer Eve", "midsommarafton"),
        (Method.PAIRS, "1 6110 1930", "debet 6110, kredit 1930: 1 verifikation"),
    ],
)
def test_why_a_voucher_was_drawn_is_told_in_words(method, hit, said):
    assert reason(method, hit) == said
