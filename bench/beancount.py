"""The books of a Ledarna as a file that beancount reads: ``python -m bench.beancount FILE``."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from finance.models import Account, FiscalYear, OpeningBalance  # noqa: E402
from finance.models.accounts import Kind  # noqa: E402
from finance.money import to_ore  # noqa: E402
from finance.streams import posted_vouchers  # noqa: E402

ROOTS = {
    Kind.ASSET: "Assets",
    Kind.LIABILITY: "Liabilities",
    Kind.EQUITY: "Equity",
    Kind.INCOME: "Income",
    Kind.COST: "Expenses",
    Kind.FINANCIAL: "Income",
}


def lines() -> Iterator[str]:
    """The whole of the books: accounts, what the first year opened with, and every voucher."""
    years = list(FiscalYear.objects.order_by("start"))
    names = {
        account.number: f"{ROOTS[Kind(account.kind)]}:{account.number}" for account in Account.objects.all()
    }
    yield 'option "operating_currency" "SEK"\n'
    for name in names.values():
        yield f"{years[0].start} open {name} SEK\n"
    yield f'{years[0].start} * "Opening"\n'
    for opening in OpeningBalance.objects.filter(fiscal_year=years[0]).select_related("account"):
        yield _leg(names[opening.account.number], to_ore(opening.amount))
    for year in years:
        for voucher in posted_vouchers(year):
            content = voucher.canonical
            yield f'{content.date} * "{content.counterparty}" "{content.text}" ^{content.series}{content.number}\n'
            for account, ore, *_rest in content.rows:
                yield _leg(names[account], ore)


def _leg(account: str, ore: int) -> str:
    sign, ore = ("-" if ore < 0 else ""), abs(ore)
    return f"  {account}  {sign}{ore // 100}.{ore % 100:02} SEK\n"


if __name__ == "__main__":
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:
        file.writelines(lines())
