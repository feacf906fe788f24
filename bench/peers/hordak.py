"""django-hordak with the made-up vouchers, as a player: ``python -m bench.peers.hordak VOUCHERS``.

Runs in the peers' environment, on the database of ``HORDAK_URL``. The vouchers are put into its tables by COPY, because
only its balances are measured.
"""

import os
import sys
import uuid
from datetime import date
from typing import Any

import dj_database_url
import django
from django.conf import settings

from bench.timing import play
from bench.vouchers import ACCOUNTS, YEAR, vouchers

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "hordak"],
    DATABASES={"default": dj_database_url.parse(os.environ["HORDAK_URL"])},
    DEFAULT_CURRENCY="SEK",
    CURRENCIES=["SEK"],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    USE_TZ=True,
    MIGRATION_MODULES={},
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from hordak.models import Account  # noqa: E402

TYPES = {"1": "AS", "2": "LI", "3": "IN", "5": "EX"}


def migrate() -> None:
    """Make hordak's tables."""
    call_command("migrate", verbosity=0)


def fill(count: int) -> None:
    """Make the accounts, and *count* vouchers with their legs."""
    migrate()
    accounts = {
        number: Account.objects.create(name=number, code=number, type=TYPES[number[0]], currencies=["SEK"]).pk
        for number in ACCOUNTS
    }
    with transaction.atomic(), connection.cursor() as cursor:
        made = list(vouchers(count))
        with cursor.copy(
            "COPY hordak_transaction (id, uuid, timestamp, date, description) FROM STDIN"
        ) as copy:
            for key, each in enumerate(made, start=1):
                copy.write_row((key, uuid.uuid4(), "2025-12-31T12:00:00Z", each.date, each.text))
        with cursor.copy(
            "COPY hordak_leg (uuid, transaction_id, account_id, debit, credit, currency, description) FROM STDIN"
        ) as copy:
            for key, each in enumerate(made, start=1):
                for account, ore in each.rows:
                    kronor = f"{abs(ore) // 100}.{abs(ore) % 100:02}"
                    amounts = (kronor, None) if ore > 0 else (None, kronor)
                    copy.write_row((uuid.uuid4(), key, accounts[account], *amounts, "SEK", ""))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def balances(as_of: date | None = None) -> dict[str, Any]:
    """The balance of every account, as hordak recommends to get many of them."""
    return {account.code: account.balance for account in Account.objects.with_balances(as_of=as_of)}


if __name__ == "__main__":
    fill(int(sys.argv[1]))
    total = sum(abs(balance.monies()[0].amount) for balance in balances().values())
    play(
        {"balances": balances, "balances as of a date": lambda: balances(date(YEAR, 8, 17))},
        greeting=str(total),
    )
