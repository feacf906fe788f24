"""What the commands share: finding the year that was asked for, writing a file, printing JSON."""

import json
import os
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from finance.models import FiscalYear
from finance.tables import Table, csv_lines, json_lines
from ledarna.exports import origin


def fiscal_year(label: str) -> FiscalYear:
    """The fiscal year called *label*, as 2023 or 2023-2024. Raises CommandError with those there are."""
    year = FiscalYear.objects.filter(label=label.replace("/", "-")).first()
    if year is None:
        there_are = ", ".join(FiscalYear.objects.values_list("label", flat=True)) or "none"
        raise CommandError(f"There is no fiscal year {label}. There are: {there_are}.")
    return year


def day(text: str) -> date:
    """A day as YYYY-MM-DD. Raises CommandError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” is not a date. Write it as 2023-12-31.") from None


def sentences(error: ValidationError) -> str:
    """What a ValidationError says, as one text."""
    return " ".join(error.messages)


@contextmanager
def whole_file(path: Path, replace: bool) -> Iterator[IO[bytes]]:
    """A file that gets its name, *path*, when it is written whole; it is its owner's alone, as the books are.

    Raises CommandError where the file is there already, unless it is to *replace* that, and where the
    disk refuses.
    """
    if path.exists() and not replace:
        raise CommandError(
            _("%(file)s is there already. Choose another name, or write over it with --force.")
            % {"file": path}
        )
    try:
        handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
                file.flush()
                os.fsync(handle)
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be written: %(why)s.") % {"file": path, "why": error.strerror}
        ) from None


class YearCommand(BaseCommand):
    """A command about one fiscal year, for people or as JSON."""

    def add_arguments(self, parser: CommandParser | ArgumentParser) -> None:
        """Take the year, and whether a program will read the answer."""
        parser.add_argument(
            "year", metavar="YEAR", help="The fiscal year: 2023, or 2023-2024 for a broken one."
        )
        parser.add_argument("--json", action="store_true", help="Print JSON.")

    def print_json(self, answer: Any) -> None:
        """Print *answer* as JSON."""
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


class TableCommand(YearCommand):
    """A command that prints a table of a fiscal year, for people, as JSON or as CSV."""

    # A reading changes nothing, and half of its time would go to checks that ``serve`` makes before it starts.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser | ArgumentParser) -> None:
        """Take the year, and who will read the answer."""
        super().add_arguments(parser)
        parser.add_argument("--csv", action="store_true", help="Print CSV.")

    def print_table(
        self, year: FiscalYear, table: Table, text: Iterable[str], options: dict[str, Any]
    ) -> None:
        """Print *table*, of *year*, as JSON or CSV where *options* say so, and else *text*."""
        if options["csv"] and options["json"]:
            raise CommandError(_("Choose --csv or --json."))
        if options["json"]:
            lines: Iterable[str] = json_lines(table, origin(year))
        else:
            lines = csv_lines(table) if options["csv"] else (f"{line}\n" for line in text)
        for line in lines:
            self.stdout.write(line, ending="")
