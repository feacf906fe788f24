"""Whether the database's tables are those that this version of Ledarna was written for."""

from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@dataclass(frozen=True)
class Schema:
    """The apps whose tables are older than the program, and those whose tables are newer."""

    behind: list[str]
    ahead: list[str]


@cache
def _loader() -> MigrationLoader:
    return MigrationLoader(None)


def schema() -> Schema:
    """Compare the migrations that the database has seen with those of the program; one query.

    Raises DatabaseError where the database does not answer.
    """
    applied = set(MigrationRecorder(connection).applied_migrations())
    loader = _loader()
    return Schema(
        behind=sorted({app for app, name in set(loader.graph.leaf_nodes()) - applied}),
        ahead=sorted(
            {app for app, name in applied - set(loader.disk_migrations) if app in loader.migrated_apps}
        ),
    )
