"""The balances of sixty accounts in a Ledarna that holds the made-up vouchers, as a player."""

import os
import sys
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from bench.timing import play  # noqa: E402
from bench.vouchers import ACCOUNTS, YEAR, MadeUp, vouchers  # noqa: E402
from finance.digest import CanonicalRow  # noqa: E402
from finance.models import Account, FiscalYear, VoucherSeries  # noqa: E402
from finance.money import Money, from_ore  # noqa: E402
from finance.posting import VoucherFacts, post_many  # noqa: E402
from finance.statements import trial_balance  # noqa: E402


def a_year() -> FiscalYear:
    """The year of the made-up vouchers, with its series and the sixty accounts."""
    year = FiscalYear.objects.create(start=date(YEAR, 1, 1), end=date(YEAR, 12, 31))
    VoucherSeries.objects.create(fiscal_year=year, code="A")
    for number in ACCOUNTS:
        Account.objects.create(number=number, name=f"Konto {number}")
    return year


def facts(made_up: MadeUp) -> VoucherFacts:
    """*made_up* as the ledger takes it."""
    rows = [CanonicalRow(account, ore) for account, ore in made_up.rows]
    return VoucherFacts("A", made_up.date, made_up.text, rows)


def fill(count: int) -> FiscalYear:
    """Post *count* vouchers."""
    year = a_year()
    with transaction.atomic():
        for _posted in post_many(year, map(facts, vouchers(count)), by="bench"):
            pass
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return year


def balances(year: FiscalYear, as_of: date | None = None) -> dict[str, Money]:
    """The closing of every account."""
    return {each.account.number: from_ore(each.closing) for each in trial_balance(year, as_of).balances}


if __name__ == "__main__":
    year = fill(int(sys.argv[1]))
    total = sum(abs(balance.amount) for balance in balances(year).values())
    play(
        {
            "balances": lambda: balances(year),
            "balances as of a date": lambda: balances(year, date(YEAR, 8, 17)),
        },
        greeting=str(total),
    )
