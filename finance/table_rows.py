"""What the readers of tables have in common: rows with their numbers, what is wrong in them, and who is meant.

The rows come from a spreadsheet as typed values, amounts in öre; none of this knows of files.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError

from finance.lookup import Lookup
from finance.models import Account, CostCenter, Project

RowOfTable = tuple[int, Mapping[str, Any]]
"""A row's number in the table, and its values by column; what is empty or not in the table is None."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a row: its number in the table, the column or nothing, and a sentence."""

    row: int
    column: str
    sentence: str


class Finder:
    """The accounts, projects and cost centres that the cells of a table mean, each looked up once.

    What cannot be found is kept in ``wrong``.
    """

    def __init__(self) -> None:
        self._lookups = {
            "account": Lookup(Account.objects.all(), "number"),
            "project": Lookup(Project.objects.all(), "code"),
            "cost_center": Lookup(CostCenter.objects.all(), "code"),
        }
        self._found: dict[tuple[str, str], Any] = {}
        self.wrong: list[Wrong] = []

    def find(self, row: RowOfTable, column: str) -> Any:
        """The object that *column* of *row* means; None where it is empty, or where none is found."""
        number, values = row
        text = values.get(column)
        if not text:
            return None
        key = (column, text)
        if key not in self._found:
            try:
                self._found[key] = self._lookups[column].find(text)
            except ValidationError as error:
                self._found[key] = error
        found = self._found[key]
        if isinstance(found, ValidationError):
            self.wrong += [Wrong(number, column, sentence) for sentence in found.messages]
            return None
        return found


def one_line(text: str | None) -> str:
    """*text* on one line."""
    return " ".join((text or "").split())


def first_present(values: Mapping[str, Any], columns: Sequence[str]) -> str:
    """The first of *columns* that the table has, for an error to stand at; empty where it has none."""
    return next((column for column in columns if column in values), "")
