"""The command that checks what was published of a year."""

import sys
from argparse import ArgumentParser
from typing import Any

from ledarna.commands import YearCommand, fiscal_year
from ledarna.reconciliation import reconcile


class Command(YearCommand):
    """Put published figures beside derived ones."""

    help = "What was published of a fiscal year, beside what its facts say."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the year, and whether a difference is a failure."""
        super().add_arguments(parser)
        parser.add_argument("--strict", action="store_true", help="Exit 1 when any figure differs.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the reconciliation, for people or as JSON."""
        reconciliation = reconcile(fiscal_year(options["year"]))
        if options["json"]:
            self.print_json(reconciliation.as_json())
        else:
            for row in reconciliation.rows:
                self.stdout.write(
                    f"{row.status.value}: {row.label}: {row.stated_text}, {row.derived_text}, {row.difference_text}"
                )
                if row.explanation:
                    self.stdout.write(f"  {row.explanation}")
        if options["strict"] and reconciliation.differing:
            sys.exit(1)
