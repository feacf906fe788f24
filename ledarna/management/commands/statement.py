"""The command that prints a statement of a year."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.http import QueryDict
from django.utils.translation import gettext as _

from finance.report import table_of
from finance.streams import snapshot
from ledarna.commands import TableCommand, fiscal_year
from ledarna.reports import BY_NAMES, COLUMN_NAMES, ReportForm
from ledarna.terminal import report_lines
from ledarna.views.statements import STATEMENTS

CHOICES = ("from", "to", "known", "layout", "by", "columns")
"""What can be chosen of a statement, as the address of its page has it."""


class Command(TableCommand):
    """Print a statement, from the same object as its page, PDF and workbook."""

    help = "A statement of a fiscal year, as its page has it: with the same choices, and the same amounts."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the statement, the year, and what is to be shown of it."""
        parser.add_argument("statement", choices=STATEMENTS, help="Which statement.")
        super().add_arguments(parser)
        parser.add_argument("--from", metavar="DATE", help="The first day: 2023-01-01.")
        parser.add_argument("--to", metavar="DATE", help="The last day, or the day of a balance: 2023-06-30.")
        parser.add_argument("--known", metavar="DATE", help="As the books stood when this day ended.")
        parser.add_argument("--layout", help="k1 (BFNAR 2010:1), or accounts.")
        parser.add_argument("--by", help=f"A column for each: {', '.join(BY_NAMES)}.")
        parser.add_argument("--columns", help=f"With commas between: {', '.join(COLUMN_NAMES)}.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the statement, for people, as JSON or as CSV."""
        statement = STATEMENTS[options["statement"]]
        asked = QueryDict(mutable=True)
        for name in CHOICES:
            if options[name]:
                if name not in statement.choices.fields:
                    raise CommandError(_("This statement has no choice --%(name)s.") % {"name": name})
                asked[name] = options[name]
        year = fiscal_year(options["year"])
        form = ReportForm(year, statement.choices, asked)
        if not form.is_valid():
            raise CommandError(
                " ".join(f"--{name}: {' '.join(map(str, said))}" for name, said in form.errors.items())
            )
        with snapshot():
            report = statement.derive(year, form.wanted)
            self.print_table(year, table_of(report), report_lines(report), options)
