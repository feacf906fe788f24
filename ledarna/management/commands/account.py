"""The command that prints the rows of an account in a year."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from finance.ledger import Scope, whole_ledger
from finance.listings import general_ledger_table
from finance.models import Account
from finance.streams import snapshot
from ledarna.commands import TableCommand, day, fiscal_year
from ledarna.terminal import account_lines


class Command(TableCommand):
    """Print an account of the general ledger."""

    help = "An account in a fiscal year: what it opens with, its rows with the balance after each, what it closes with."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the account, the year, and the days of it."""
        parser.add_argument("number", metavar="NUMBER", help="The number of the account: 1930.")
        super().add_arguments(parser)
        parser.add_argument("--from", metavar="DATE", help="The first day: 2023-01-01.")
        parser.add_argument("--to", metavar="DATE", help="The last day: 2023-06-30.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the account, for people, as JSON or as CSV."""
        account = Account.objects.filter(number=options["number"]).first()
        if account is None:
            raise CommandError(_("There is no account %(number)s.") % {"number": options["number"]})
        year = fiscal_year(options["year"])
        start, end = (day(options[name]) if options[name] else None for name in ("from", "to"))
        scope = Scope.of(year, start, end)
        with snapshot():
            text = account_lines(whole_ledger(scope, account))
            self.print_table(year, general_ledger_table(scope, account), text, options)
