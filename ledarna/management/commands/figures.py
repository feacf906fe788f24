"""The command that prints a year's figures."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from ledarna.commands import YearCommand, day, fiscal_year
from ledarna.figures import Reading


class Command(YearCommand):
    """Print every figure of a fiscal year."""

    help = "Every figure of a fiscal year, derived from its facts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the year, and the day up to which its facts count."""
        super().add_arguments(parser)
        parser.add_argument("--as-of", metavar="DATE", help="Only what happened up to this day: 2023-06-30.")
        parser.add_argument(
            "--known", metavar="DATE", help="As the books stood when this day ended, by the time of posting."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the figures, for people or as JSON."""
        year = fiscal_year(options["year"])
        as_of = day(options["as_of"]) if options["as_of"] else None
        known = day(options["known"]) if options["known"] else None
        try:
            reading = Reading(year, as_of, known)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.print_json(reading.as_json())
            return
        for figure in reading.figures.values():
            self.stdout.write(f"{figure.label}: {figure}" + (f" ({figure.reason})" if figure.reason else ""))
