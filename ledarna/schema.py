"""Whether the database's tables are those that this version of Ledarna was written for."""

from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from ledarna.checks import check_database


@dataclass(frozen=True)
class Schema:
    """The apps whose tables are older than the program, those whose tables are newer, and whether there are none."""

    behind: list[str]
    ahead: list[str]
    empty: bool

    @property
    def trouble(self) -> str | None:
        """What is wrong, and what to do; None where the tables are those of the program."""
        if self.ahead:
            return (
                f"The database is newer than this version of Ledarna (in {', '.join(self.ahead)})."
                " Start the version that it was last used with, or a later one."
            )
        if self.empty:
            return "The database is empty. Run “manage.py migrate”."
        if self.behind:
            return (
                f"The database lacks the latest tables of {', '.join(self.behind)}."
                " Keep a copy of it, and run “manage.py migrate”."
            )
        return None


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
        empty=not applied,
    )


def no_answer() -> str | None:
    """Why the database does not answer, or is too old, and what to do; None where it answers."""
    return next((f"{problem.msg} {problem.hint}" for problem in check_database(databases=["default"])), None)


def trouble_with_database() -> str | None:
    """Why the database cannot be worked with, and what to do; None where it answers with the program's tables."""
    return no_answer() or schema().trouble
