"""Vouchers in bulk through ``post_many``, and the same rows raw: ``python -m bench.bulk VOUCHERS``, a player.

Each time into an empty database of SQLite, in one transaction, to its commit. Raw means: all columns as
posting left them, by ``executemany`` into the same tables with their indexes; no guard, no totals, no digest.
"""

import os
import shutil
import sys
from pathlib import Path
from time import perf_counter

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from bench.balances import a_year, facts  # noqa: E402
from bench.timing import play  # noqa: E402
from bench.vouchers import vouchers  # noqa: E402
from finance import guard  # noqa: E402
from finance.models import Voucher, VoucherRow  # noqa: E402
from finance.posting import post_many  # noqa: E402

TABLES = (Voucher._meta.db_table, VoucherRow._meta.db_table)
EMPTY = Path(settings.DATABASES["default"]["NAME"])
FILLED = EMPTY.with_name("filled.sqlite3")


def begin() -> None:
    """Go over to a new copy of the empty database."""
    connection.close()
    for path in EMPTY.parent.glob(f"{FILLED.name}*"):
        path.unlink()
    shutil.copy(EMPTY, FILLED)
    connection.settings_dict["NAME"] = str(FILLED)


class Bulk:
    """The vouchers, and the rows that they become."""

    def __init__(self, count: int) -> None:
        self.facts = [facts(each) for each in vouchers(count)]
        self.post_many()
        with connection.cursor() as cursor:
            self.rows = {table: cursor.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}

    def post_many(self) -> float:
        """Post them; the seconds that it took."""
        begin()
        year = a_year()
        began = perf_counter()
        with transaction.atomic():
            for _posted in post_many(year, self.facts, by="bench"):
                pass
        return perf_counter() - began

    def raw(self) -> float:
        """Insert the rows as they are; the seconds that it took."""
        begin()
        guard.remove(connection)
        a_year()
        began = perf_counter()
        with transaction.atomic():
            for table, rows in self.rows.items():
                places = ", ".join("?" * len(rows[0]))
                connection.connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
        return perf_counter() - began


if __name__ == "__main__":
    bulk = Bulk(int(sys.argv[1]))
    play({"post_many": bulk.post_many, "raw": bulk.raw})
