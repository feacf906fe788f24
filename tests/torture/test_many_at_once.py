"""Many processes post at once, and take some of it back: the numbers run from 1 without gap or double."""

from collections import defaultdict
from contextlib import ExitStack
from itertools import pairwise
from time import perf_counter

from django.db import connection

from finance.models import Voucher
from finance.verification import verify
from tests.factories import a_fiscal_year, a_series, an_account
from tests.torture import times
from tests.torture.workers import ROWS, post_with_roll_backs, worker

PROCESSES = times(4, 16)
VOUCHERS = times(25, 2_000)


def test_many_processes_post_at_once_and_the_numbers_have_no_gap_and_no_double(own_database):
    for year in (a_fiscal_year(2022), a_fiscal_year(2023)):
        for series in "AB":
            a_series(year, series)
    for account, _amount in ROWS:
        an_account(account)

    began = perf_counter()
    with ExitStack() as stack:
        workers = [
            stack.enter_context(worker(post_with_roll_backs, f"process-{each}", VOUCHERS))
            for each in range(PROCESSES)
        ]
        told = [each.hear() for each in workers]
    seconds = perf_counter() - began

    acknowledged: dict[tuple[str, str], list[int]] = defaultdict(list)
    for posted, _taken_back, _turned_away in told:
        for year, series, number in posted:
            acknowledged[year, series].append(number)
    in_ledger: dict[tuple[str, str], list[int]] = defaultdict(list)
    posters = []
    for year, series, number, by in Voucher.objects.order_by("fiscal_year", "sequence").values_list(
        "fiscal_year__label", "series__code", "number", "posted_by"
    ):
        in_ledger[year, series].append(number)
        posters.append(by)

    assert len(acknowledged) == 4
    for place, numbers in acknowledged.items():
        assert in_ledger[place] == list(range(1, len(numbers) + 1))
        assert sorted(numbers) == in_ledger[place]
    assert len(posters) == PROCESSES * VOUCHERS
    assert [check.name for check in verify().checks.values() if check.broken] == []
    taken_back, turned_away = (sum(counts) for counts in list(zip(*told, strict=True))[1:])
    handed_over = sum(one != other for one, other in pairwise(posters))
    print(
        f"{connection.vendor}: {PROCESSES} processes posted {VOUCHERS} vouchers each in {seconds:.1f} s, took"
        f" {taken_back} back, were turned away {turned_away} times, handed over {handed_over} times: 1..n in"
        " each of 4 series, verified"
    )
