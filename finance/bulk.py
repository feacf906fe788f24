"""Writing many rows at once, in the fastest way that each engine has.

PostgreSQL takes rows by COPY; SQLite by one prepared statement. Both fire the guard's triggers.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

POSTED_COLUMNS = "number, sequence, posted_at, posted_by, digest"


def reserve_ids(model: type[models.Model], count: int) -> Sequence[int]:
    """*count* ascending primary keys that nobody else will use; call it inside a transaction."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite has one writer at a time, and this transaction is it.
        cursor.execute("SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = %s), 0)", [table])
        first = cursor.fetchone()[0] + 1
        return range(first, first + count)


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert *rows*, given as raw values of *columns*: öre, dates and aware times."""
    table = model._meta.db_table
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places})", [_for_sqlite(row) for row in rows]
            )


def post_drafts(postings: Iterable[Sequence[Any]]) -> None:
    """Turn drafts into posted vouchers: (id, number, sequence, posted_at, posted_by, digest) each."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE TEMPORARY TABLE IF NOT EXISTS posting (id bigint, number bigint, sequence bigint,"
                " posted_at timestamptz, posted_by text, digest text) ON COMMIT DROP"
            )
            cursor.execute("TRUNCATE posting")
            with cursor.copy("COPY posting FROM STDIN") as copy:
                for posting in postings:
                    copy.write_row(posting)
            cursor.execute("ANALYZE posting")
            cursor.execute(
                f"UPDATE finance_voucher v SET ({POSTED_COLUMNS}) ="
                " (p.number, p.sequence, p.posted_at, p.posted_by, p.digest)"
                " FROM posting p WHERE v.id = p.id"
            )
        else:
            cursor.executemany(
                "UPDATE finance_voucher SET number = %s, sequence = %s, posted_at = %s, posted_by = %s,"
                " digest = %s WHERE id = %s",
                [(*_for_sqlite(posting[1:]), posting[0]) for posting in postings],
            )


def _for_sqlite(row: Sequence[Any]) -> list[Any]:
    """Dates and times as Django writes them to SQLite; *row*'s times are in UTC."""
    return [value if isinstance(value, int | str) or value is None else _text(value) for value in row]


def _text(value: Any) -> str:
    return str(connection.ops.adapt_datetimefield_value(value) if hasattr(value, "hour") else value)
