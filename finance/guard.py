"""The triggers that keep the ledger's rules inside the database, on both engines.

Their SQL lies in ``finance/sql/<engine>/guard.sql`` as the whole of what holds now. It is put in
place after every migration and taken away before one, because SQLite loses the triggers of a table
that a migration rebuilds, and cannot rebuild a table that another table's trigger names. What is
missing or altered is told by a system check and by ``verify_ledger``. The board and the members have
guards of their own, in the same way (``ledarna/guards.py``).
"""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

SQL = Path(__file__).parent / "sql"
SETTING = re.compile(r"SET (\w+) = (\w+)")


class Fault(NamedTuple):
    """A part of the guard that is not as it should be, and what ails it."""

    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name}: {self.what}"


@dataclass(frozen=True)
class Guard:
    """The triggers of an app: where their SQL lies, and how the names of all of them begin."""

    sql: Path
    prefix: str

    def _source(self, vendor: str) -> str:
        return (self.sql / vendor / "guard.sql").read_text(encoding="utf-8")

    def _sqlite_statements(self) -> Iterator[str]:
        """Each CREATE TRIGGER of the file, without the comments between them."""
        statement = ""
        for line in self._source("sqlite").splitlines(keepends=True):
            if not statement and (line.startswith("--") or not line.strip()):
                continue
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement.strip().rstrip(";")
                statement = ""

    def expected_triggers(self, vendor: str) -> dict[str, str]:
        """The table that each trigger of the guard belongs to, by the trigger's name."""
        found = re.findall(rf"CREATE TRIGGER ({self.prefix}\w+)\s[^;]*?\sON (\w+)", self._source(vendor))
        return dict(found)

    def install(self, connection: BaseDatabaseWrapper) -> None:
        """Put the guard in place as its file says, in place of what was there."""
        self.remove(connection)
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for statement in self._sqlite_statements():
                    cursor.execute(statement)
            else:
                cursor.execute(self._source(connection.vendor))

    def remove(self, connection: BaseDatabaseWrapper) -> None:
        """Take the guard away; only a migration does, and puts it back."""
        named = self.prefix.replace("_", "~_") + "%"
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s ESCAPE '~'",
                    [named],
                )
                for (name,) in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}"')
            else:
                cursor.execute(
                    "SELECT tgname, tgrelid::regclass::text FROM pg_trigger"
                    " WHERE NOT tgisinternal AND tgname LIKE %s ESCAPE '~'",
                    [named],
                )
                for name, table in cursor.fetchall():
                    cursor.execute(f'DROP TRIGGER "{name}" ON {table}')

    def faults(self, connection: BaseDatabaseWrapper) -> list[Fault]:
        """What of the guard is missing, switched off or altered; empty when it is whole."""
        if connection.vendor == "sqlite":
            return self._sqlite_faults(connection)
        return self._postgresql_faults(connection)

    def _sqlite_faults(self, connection: BaseDatabaseWrapper) -> list[Fault]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            present = dict(cursor.fetchall())
        found = []
        for statement in self._sqlite_statements():
            name = statement.split()[2]
            if name not in present:
                found.append(Fault(name, _("The trigger is missing.")))
            elif present[name] != statement:
                found.append(Fault(name, _("The trigger was altered.")))
        return found

    def _postgresql_faults(self, connection: BaseDatabaseWrapper) -> list[Fault]:
        source = self._source("postgresql")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT tgname, tgenabled, pg_get_triggerdef(oid, true) FROM pg_trigger WHERE NOT tgisinternal"
            )
            present = {name: (enabled, definition) for name, enabled, definition in cursor.fetchall()}
            cursor.execute(
                "SELECT proname, prosrc, COALESCE(proconfig, ARRAY[]::text[]) FROM pg_proc"
                " WHERE pronamespace = current_schema()::regnamespace"
            )
            functions = {
                name: (body, {setting.lower() for setting in settings})
                for name, body, settings in cursor.fetchall()
            }
            cursor.execute("SELECT current_setting('session_replication_role')")
            (role,) = cursor.fetchone()
        found = []
        triggers = re.compile(rf"^CREATE TRIGGER ({self.prefix}\w+)\s.*?(?=;$)", re.DOTALL | re.MULTILINE)
        for trigger in triggers.finditer(source):
            name = trigger[1]
            if name not in present:
                found.append(Fault(name, _("The trigger is missing.")))
            elif present[name][0] not in ("O", "A"):
                found.append(Fault(name, _("The trigger is switched off.")))
            elif _plain(present[name][1]) != _plain(trigger[0]):
                found.append(Fault(name, _("The trigger was altered.")))
        function = re.compile(
            rf"CREATE OR REPLACE FUNCTION ({self.prefix}\w+)\([^)]*\)(.*?)AS \$\$(.*?)\$\$;", re.DOTALL
        )
        for name, head, body in function.findall(source):
            settings = {f"{setting}={value}".lower() for setting, value in SETTING.findall(head)}
            if functions.get(name) != (body, settings):
                found.append(Fault(name, _("The function was altered.")))
        if role != "origin":
            found.append(
                Fault(
                    "session_replication_role",
                    _("It is “%(role)s”, which switches triggers off.") % {"role": role},
                )
            )
        return found

    def remove_before_migrating(self, using: str, plan: list[Any], **kwargs: Any) -> None:
        """Clear the way for the migrations of *plan*; signal receiver."""
        if plan:
            self.remove(connections[using])

    def install_after_migrating(self, using: str, **kwargs: Any) -> None:
        """Put the guard in place when the tables it guards are there; signal receiver."""
        connection = connections[using]
        tables = set(connection.introspection.table_names())
        if set(self.expected_triggers(connection.vendor).values()) <= tables and self.faults(connection):
            self.install(connection)


def _plain(definition: str) -> str:
    """A trigger's definition without what PostgreSQL writes in another way than its author."""
    return re.sub(r"\s+", " ", definition.replace("::text", "")).strip().lower()


LEDGER = Guard(SQL, "guard_")
expected_triggers = LEDGER.expected_triggers
install = LEDGER.install
remove = LEDGER.remove
faults = LEDGER.faults
remove_before_migrating = LEDGER.remove_before_migrating
install_after_migrating = LEDGER.install_after_migrating
