"""System checks of the ledger's guard."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections

from finance import guard


@register(Tags.database)
def check_guard(*, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Tell when the database does not hold every trigger of the guard as its file says."""
    messages: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        try:
            tables = connection.introspection.table_names()
        except DatabaseError:
            continue  # a database that does not answer is told of by a check of its own
        if "finance_voucher" not in tables:
            continue
        if faults := guard.faults(connection):
            messages.append(
                Warning(
                    f"The ledger's guard is not whole: {' '.join(str(fault) for fault in faults)}",
                    hint="Run “manage.py migrate”, which puts it in place, and then “manage.py verify_ledger”.",
                    id="finance.W001",
                )
            )
    return messages
