"""Writing many rows at once, in the fastest way that each engine has.

PostgreSQL takes rows by COPY. SQLite takes them by statements of many rows each: a statement that
fires triggers is secured against its own failure as a whole, which costs twenty times what one row
does. Both fire the guard's triggers.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import chain, islice
from typing import Any

from django.db import connection, models

POSTED_COLUMNS = ("number", "sequence", "posted_at", "posted_by", "digest")
ROWS_PER_STATEMENT = 400


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


def stored(moment: date | datetime) -> str:
    """*moment* as text that the database takes for a date or a time; times are aware."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    moment = moment.astimezone(UTC)
    # SQLite keeps times as text, and this is how Django writes them there.
    return str(moment.replace(tzinfo=None) if connection.vendor == "sqlite" else moment)


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert *rows*, given as values of *columns*: numbers, texts, None, and moments as ``stored``."""
    table = model._meta.db_table
    names = ", ".join(f'"{name}"' for name in columns)
    if connection.vendor == "postgresql":
        with (
            connection.wrap_database_errors,
            connection.cursor() as cursor,
            cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)
    else:
        for values, part in _parts(rows):
            _execute(f"INSERT INTO {table} ({names}) VALUES {values}", part)


def post_drafts(postings: Sequence[Sequence[Any]]) -> None:
    """Turn drafts into posted vouchers: (id, number, sequence, posted_at, posted_by, digest) each."""
    columns = ", ".join(f"{name} = posting.{name}" for name in POSTED_COLUMNS)
    update = f"UPDATE finance_voucher SET {columns} FROM posting WHERE finance_voucher.id = posting.id"
    names = ", ".join(["id", *POSTED_COLUMNS])
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH posting ({names}) AS (SELECT * FROM unnest("
                "%s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::text[]))"
                f" {update}",
                [list(column) for column in zip(*postings, strict=True)],
            )
    else:
        for values, part in _parts(postings):
            _execute(f"WITH posting ({names}) AS (VALUES {values}) {update}", part)


def _parts(rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, Iterable[Any]]]:
    """The rows of one statement at a time: their place holders, and their values one after another."""
    stream = iter(rows)
    while part := list(islice(stream, ROWS_PER_STATEMENT)):
        places = f"({', '.join('?' * len(part[0]))})"
        yield ", ".join([places] * len(part)), chain.from_iterable(part)


def _execute(statement: str, values: Iterable[Any]) -> None:
    """Run *statement* on SQLite itself, whose own place holders need no translation."""
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.execute(statement, list(values))
