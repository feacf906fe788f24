"""What the commands share: finding the year that was asked for, and printing JSON."""

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from finance.models import FiscalYear


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
