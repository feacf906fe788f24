"""``manage.py verify_ledger``: every invariant of the ledger, with counts and places."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from finance.models import FiscalYear, Voucher
from finance.presentation import format_count
from finance.verification import Report, title, verify


class Command(BaseCommand):
    """Check the ledger anew from what the database holds; exit 1 and say where it is broken."""

    help = "Check every invariant of the ledger; exits 1 and names each that is broken and where."
    requires_system_checks: list[str] = []  # a guard that is not whole is one of the findings

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which year, and whether a program reads the answer."""
        parser.add_argument("--year", metavar="LABEL", help="only the fiscal year with this label")
        parser.add_argument("--json", action="store_true", help="write the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, write the report, and exit 1 where an invariant is broken."""
        try:
            report = self._verified(options["year"])
        except FiscalYear.DoesNotExist:
            raise CommandError(
                _("There is no fiscal year “%(label)s”.") % {"label": options["year"]}, returncode=2
            ) from None
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            self._write(report)
        if not report.ok:
            sys.exit(1)

    def _verified(self, year: str | None) -> Report:
        posted = Voucher.objects.posted()
        if year:
            posted = posted.filter(fiscal_year__label=year)
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        console = Console(stderr=True)
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task(_("Vouchers"), total=posted.count())
            return verify(year, lambda vouchers: progress.advance(task, vouchers))

    def _write(self, report: Report) -> None:
        for check in report.checks.values():
            style = self.style.SUCCESS if check.ok else self.style.ERROR
            self.stdout.write(
                style("✓" if check.ok else "✗") + f" {title(check.name)} ({format_count(check.checked)})"
            )
            for place in check.broken:
                self.stdout.write(f"    {place.where}: {place.what}")
            if check.unlisted:
                self.stdout.write(
                    "    "
                    + ngettext("and %(count)s place more", "and %(count)s places more", check.unlisted)
                    % {"count": format_count(check.unlisted)}
                )
            for place in check.notes:
                self.stdout.write("    " + _("note: %(where)s: %(what)s") % place._asdict())
        for label, digest in report.head.items():
            self.stdout.write(_("Head of %(year)s: %(digest)s") % {"year": label, "digest": digest})
        self.stdout.write(_("Head of the traces: %(digest)s") % {"digest": report.traces})
