"""System checks of the ledger's guard."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

from finance.guard import LEDGER, Guard


def broken(guard: Guard, table: str, databases: Sequence[str] | None) -> Iterator[str]:
    """What ails *guard*, in a line for each of *databases* that has *table* and where it is not whole."""
    for alias in databases or []:
        connection = connections[alias]
        try:
            tables = connection.introspection.table_names()
        except DatabaseError:
            continue  # a database that does not answer is told of by a check of its own
        if table in tables and (faults := guard.faults(connection)):
            yield " ".join(map(str, faults))


@register(Tags.database)
def check_guard(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Tell when the database does not hold every trigger of the guard as its file says."""
    return [
        Warning(
            f"The ledger's guard is not whole: {faults}",
            hint="Run “manage.py migrate”, which puts it in place, and then “manage.py verify_ledger”.",
            id="finance.W001",
        )
        for faults in broken(LEDGER, "finance_voucher", databases)
    ]
