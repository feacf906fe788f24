"""Who only reads waits for nobody who writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import time

import pytest
from django.db import OperationalError, connection
from django.test import Client

from ledarna.busy import write_unless_busy
from ledarna.idle import USED
from members.models import MemberCount
from tests.factories import a_fiscal_year, a_member_count, a_user


@contextmanager
def somebody_writing() -> Iterator[None]:
    """Another connection that has written, and has not ended its transaction."""
    other = connection.copy()
    other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    try:
        with other.cursor() as cursor:
            cursor.execute("DELETE FROM django_session WHERE session_key = 'another'")
        yield
    finally:
        other.rollback()
        other.close()


def test_a_reader_does_not_wait_for_who_writes_and_is_noted_by_the_next_page(own_database, monkeypatch):
    a_fiscal_year()
    client = Client()
    client.force_login(a_user("board"))
    begun = client.session[USED]
    monkeypatch.setattr("ledarna.idle.time", lambda: begun + 90)
    with somebody_writing():
        start = time()
        assert client.get("/year/2023/").status_code == 200
        assert time() - start < 20  # seconds; whoever waits does so for 120
        waiting = client.session[USED]
    assert client.get("/year/2023/").status_code == 200
    assert client.session[USED] == begun + 90
    assert waiting == (begun if connection.vendor == "sqlite" else begun + 90)


def test_what_may_be_left_out_is_written_when_nobody_else_writes(own_database):
    assert write_unless_busy(a_member_count)
    assert MemberCount.objects.count() == 1


def test_any_other_trouble_with_the_database_is_told(own_database):
    def write() -> None:
        raise OperationalError("disk I/O error")

    with pytest.raises(OperationalError, match="disk"):
        write_unless_busy(write)
