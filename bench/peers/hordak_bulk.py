"""The vouchers of a SIE file saved in bulk by django-hordak, as a player: ``python -m bench.peers.hordak_bulk FILE``.

As hordak's own benchmark does it: ``bulk_create`` in one transaction, at whose end the database looks
at the balance of each. The file is read beforehand, which takes nothing of the time.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.peers.hordak import TYPES, connection, migrate, transaction
from bench.timing import play

# isort: split
# Which wants the settings that bench.peers.hordak makes.
from djmoney.money import Money
from hordak.models import Account, Leg, Transaction

VOUCHER = re.compile(r'#VER "[^"]*" "\d*" (\d{4})(\d\d)(\d\d) "([^"]*)"')
ROW = re.compile(r"\s*#TRANS (\d+) \{[^}]*\} (-?)(\d+\.\d\d)")


def read(path: str) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    """The vouchers of *path*, as Ledarna writes them: date, text, and rows of account, sign and kronor."""
    rows: list[tuple[str, str, str]] = []
    with Path(path).open(encoding="cp437") as file:
        for line in file:
            if row := ROW.match(line):
                account, sign, kronor = row.groups()
                rows.append((account, sign, kronor))
            elif head := VOUCHER.match(line):
                rows = []
                yield "-".join(head.groups()[:3]), head[4], rows


class Bulk:
    """The vouchers, and hordak's accounts for them."""

    def __init__(self, path: str) -> None:
        migrate()
        self.vouchers = list(read(path))
        self.accounts = {
            number: Account.objects.create(
                name=number, code=number, type=TYPES.get(number[0], "EX"), currencies=["SEK"]
            )
            for number in sorted({account for _day, _text, rows in self.vouchers for account, *_rest in rows})
        }

    def save(self) -> float:
        """Save them into empty tables; the seconds that it took, to the commit."""
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE hordak_transaction, hordak_leg CASCADE")
        began = perf_counter()
        with transaction.atomic():
            transactions, legs = [], []
            for day, text, rows in self.vouchers:
                made = Transaction(date=day, description=text)
                transactions.append(made)
                for account, sign, kronor in rows:
                    side = {"credit" if sign else "debit": Money(kronor, "SEK")}
                    legs.append(Leg(transaction=made, account=self.accounts[account], **side))
            Transaction.objects.bulk_create(transactions)
            Leg.objects.bulk_create(legs)
        return perf_counter() - began


if __name__ == "__main__":
    bulk = Bulk(sys.argv[1])
    play({"save": bulk.save}, greeting=str(len(bulk.vouchers)))
