"""The books of a Ledarna as a file of plain-text accounting: ``python -m bench.plain_text FORMAT FILE``.

FORMAT is beancount or hledger; ledger reads what is written for hledger.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True)
class Format:
    """How a program has its files written: how they begin, an account is opened, and a voucher begins."""

    head: str
    account: Callable[[date, str], str]
    voucher: Callable[[str, str, str, str], str]


FORMATS = {
    "beancount": Format(
        'option "operating_currency" "SEK"\n',
        lambda day, name: f"{day} open {name} SEK\n",
        lambda day, number, counterparty, text: f'{day} * "{counterparty}" "{text}" ^{number}\n',
    ),
    "hledger": Format(
        "commodity 1000.00 SEK\n",
        lambda day, name: f"account {name}\n",
        lambda day, number, counterparty, text: f"{day} * ({number}) {counterparty} | {text}\n",
    ),
}


def lines(written: Format) -> Iterator[str]:
    """The whole of the books: accounts, what the first year opened with, and every voucher."""
    years = list(FiscalYear.objects.order_by("start"))
    names = {
        account.number: f"{ROOTS[Kind(account.kind)]}:{account.number}" for account in Account.objects.all()
    }
    yield written.head
    for name in names.values():
        yield written.account(years[0].start, name)
    yield written.voucher(str(years[0].start), "IB", "", "Opening")
    for opening in OpeningBalance.objects.filter(fiscal_year=years[0]).select_related("account"):
        yield _leg(names[opening.account.number], to_ore(opening.amount))
    for year in years:
        for voucher in posted_vouchers(year):
            content = voucher.canonical
            number = f"{content.series}{content.number}"
            yield "\n" + written.voucher(content.date, number, content.counterparty, content.text)
            for account, ore, *_rest in content.rows:
                yield _leg(names[account], ore)


def _leg(account: str, ore: int) -> str:
    sign, ore = ("-" if ore < 0 else ""), abs(ore)
    return f"  {account}  {sign}{ore // 100}.{ore % 100:02} SEK\n"


if __name__ == "__main__":
    with Path(sys.argv[2]).open("w", encoding="utf-8") as file:
        file.writelines(lines(FORMATS[sys.argv[1]]))
