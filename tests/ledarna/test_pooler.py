"""What a pooler in transaction mode asks of the connections to PostgreSQL: nothing outlives a transaction."""

import pytest
from django.db import connection

from finance.models import Account
from tests.factories import an_account

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a pooler stands before PostgreSQL alone"),
]


def counted(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return cursor.fetchone()[0]


def test_no_statement_is_prepared_on_the_server():
    with connection.cursor() as cursor:
        for _time in range(10):
            cursor.execute("SELECT 1")
    assert counted("pg_prepared_statements") == 0


def test_what_is_read_in_chunks_opens_no_cursor_on_the_server():
    for number in ("1930", "3900"):
        an_account(number)
    accounts = Account.objects.iterator(chunk_size=1)
    next(accounts)
    assert counted("pg_cursors WHERE name LIKE '%django%'") == 0


def test_a_connection_is_given_back_after_each_request():
    assert connection.settings_dict["CONN_MAX_AGE"] == 0
