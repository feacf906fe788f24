"""Processes beside the test's own that write to the ledger, each over a connection of its own.

They are forked by a server that has loaded Django and never opened a connection: so one costs some
milliseconds, and shares nothing with the others but the database.
"""

import logging
import multiprocessing
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, connection, connections, transaction

from finance.importing import import_sie
from finance.models import FiscalYear
from finance.posting import post
from tests.factories import a_draft

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload([__name__])

Tell = Callable[[Any], None]
"""Tells the test something. Once it has returned, the test can read it, even when the teller is dead."""


class Worker:
    """A process at work, and what it tells."""

    def __init__(self, process: BaseProcess, told: Connection) -> None:
        self.process, self._told = process, told

    def hear(self) -> Any:
        """The next that the worker tells; raises EOFError when it has ended and told all."""
        return self._told.recv()

    def hear_all(self) -> list[Any]:
        """All that the worker has still to tell, to its end."""
        heard = []
        while True:
            try:
                heard.append(self.hear())
            except EOFError:
                self.process.join()
                return heard

    def kill(self) -> None:
        """Kill it as ``kill -9`` does."""
        self.process.kill()
        self.process.join()


@contextmanager
def worker(work: Callable[..., None], *arguments: Any) -> Iterator[Worker]:
    """A process that does ``work(tell, *arguments)`` in the test's database; killed if it is left behind."""
    told, telling = _forks.Pipe(duplex=False)
    process = _forks.Process(target=_begin, args=(connection.settings_dict["NAME"], telling, work, arguments))
    process.start()
    telling.close()
    try:
        yield Worker(process, told)
    finally:
        process.kill()
        process.join()
        told.close()


def _begin(database: str, telling: Connection, work: Callable[..., None], arguments: tuple[Any, ...]) -> None:
    connections.settings["default"]["NAME"] = database
    work(telling.send, *arguments)


# Work --------------------------------------------------------------------------------------------


class _TakenBack(Exception):
    """Rolls back what was done."""


ROWS = (("5010", "10.25"), ("7210", "1"), ("1930", "-11.25"))
UNBALANCED = (("5010", "10.25"), ("1930", "-11.25"))


def post_with_roll_backs(tell: Tell, name: str, vouchers: int) -> None:
    """Post *vouchers* vouchers in random years and series, and tell which; others are taken back or refused.

    SQLite has one place to write and no queue before it: who finds it taken for 20 seconds is refused,
    and tries again as people would. How often that was is told too.
    """
    chance, years = Random(name), list(FiscalYear.objects.all())
    posted: list[tuple[str, str, int]] = []
    taken_back = turned_away = 0
    while len(posted) < vouchers:
        year, series, fate = chance.choice(years), chance.choice("AB"), chance.random()
        try:
            with transaction.atomic():
                draft = a_draft(year, UNBALANCED if fate < 0.05 else ROWS, series=series, text=name)
                number = post(draft, by=name).number
                if fate < 0.15:
                    raise _TakenBack
            posted.append((year.label, series, number or 0))
        except (_TakenBack, ValidationError):
            taken_back += 1
        except OperationalError as error:
            if str(error) != "database is locked":
                raise
            turned_away += 1
    tell((posted, taken_back, turned_away))


def post_until_killed(tell: Tell, year: str, name: str) -> None:
    """Post one voucher after the other into *year*, and tell each when it is acknowledged."""
    tell(_backend())
    place = FiscalYear.objects.get(label=year)
    while True:
        with transaction.atomic():
            posted = post(a_draft(place, ROWS, text=name), by=name)
        tell((posted.pk, posted.number, posted.digest))


def post_until_the_server_fails(tell: Tell, year: str, name: str) -> None:
    """Do as ``post_until_killed`` until the database answers no more."""
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    with suppress(DatabaseError):
        post_until_killed(tell, year, name)


def import_until_killed(tell: Tell, files: list[Path]) -> None:
    """Import one of *files* after the other, and tell the name of each when it is acknowledged."""
    tell(_backend())
    for file in files:
        outcome = import_sie(file, "kassör")
        assert not outcome.refused, outcome.errors
        tell(file.name)


def _backend() -> int | None:
    """The process of the server that works for this one, where there is a server."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
