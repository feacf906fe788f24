"""A database of a test's own: for tests that commit, or that need several connections or processes.

Such a test cannot use the shared test database: emptying that afterwards would delete posted
vouchers, which the ledger's guard refuses. So it gets a copy of a migrated template, and the copy is
thrown away whole.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from django.conf import settings
from django.db import connection, connections


@dataclass(frozen=True)
class OwnDatabase:
    """A migrated, empty database, which ``django.db.connection`` is connected to while the test runs."""

    url: str
    """As ``DATABASE_URL`` has it, for other processes."""
    data_dir: Path
    """A data directory to go with it."""

    @property
    def environment(self) -> dict[str, str]:
        """The environment for another process that uses this database."""
        return {
            **os.environ,
            "DATABASE_URL": self.url,
            "LEDARNA_DATA_DIR": str(self.data_dir),
            "LEDARNA_OWN_DATABASE": "yes",
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start Python with *arguments*, such as ``"manage.py", "verify_ledger"``."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run ``manage.py`` with *arguments* to its end, whatever its exit status."""
        with self.start("manage.py", *arguments) as process:
            output, errors = process.communicate()
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


def make_template(directory: Path) -> str:
    """Keep a copy of the migrated test database, and return its name; call it before any test wrote."""
    if connection.vendor == "sqlite":
        template = directory / "template.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(template)) as copy:
            connection.connection.backup(copy)
        return str(template)
    test_database = connection.settings_dict["NAME"]
    template_name = f"{test_database}_template"
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    _on_server(f'DROP DATABASE IF EXISTS "{template_name}"')
    _on_server(f'CREATE DATABASE "{template_name}" TEMPLATE "{test_database}"')
    return template_name


def drop_template(template: str) -> None:
    """Throw the template away."""
    if connection.vendor == "postgresql":
        _on_server(f'DROP DATABASE IF EXISTS "{template}" WITH (FORCE)')


@contextmanager
def copy_of(template: str, directory: Path) -> Iterator[OwnDatabase]:
    """A copy of *template* that Django is connected to inside of the block, then thrown away."""
    if connection.vendor == "sqlite":
        name = str(directory / "ledarna.sqlite3")
        Path(name).write_bytes(Path(template).read_bytes())
        with _connected_to(name):
            yield OwnDatabase(f"sqlite:///{name}", directory)
        return
    name = f"{template}_{uuid4().hex[:12]}"
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        with _connected_to(name):
            yield OwnDatabase(_postgresql_url(name), directory)
            connection.close()
            connection.close_pool()  # type: ignore[attr-defined]
    finally:
        _on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    """Let every thread's default connection lead to the database *name* inside of the block."""
    before, settings_before = connections["default"], connections.settings["default"]
    connections.settings["default"] = {**settings_before, "NAME": name}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connection.close()
        connections.settings["default"] = settings_before
        connections["default"] = before


def _on_server(statement: str) -> None:
    """Run *statement* on the PostgreSQL server, outside of the databases it makes or drops."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)


def _postgresql_url(name: str) -> str:
    config: dict[str, Any] = connection.settings_dict
    user, password = quote(config["USER"] or "", safe=""), quote(config["PASSWORD"] or "", safe="")
    sign_in = f"{user}:{password}@" if password else f"{user}@"
    host = str(config["OPTIONS"].get("host") or config["HOST"] or "")
    if host.startswith("/"):
        return f"postgres://{sign_in}/{name}?{urlencode({'host': host})}"
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f"postgres://{sign_in}{host}{port}/{name}"
