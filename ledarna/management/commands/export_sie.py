"""The command that writes a fiscal year into a SIE file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from finance.exporting import SieExport, sie_type, spans
from finance.presentation import format_count
from ledarna.commands import YearCommand, fiscal_year, sentences, whole_file
from ledarna.trail import record


class Command(YearCommand):
    """Write a fiscal year into a SIE file, and keep in the trail that it was taken out."""

    help = "Write a fiscal year into a SIE file. A file that is there already is kept, unless --force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the year, the file, and what it is to hold."""
        super().add_arguments(parser)
        parser.add_argument("--out", metavar="FILE", required=True, help="where the file is written")
        parser.add_argument(
            "--type",
            default="4",
            help="1 balances, 2 with months, 3 with objects, 4 with vouchers (4), 4I chosen vouchers alone",
        )
        parser.add_argument(
            "--vouchers", metavar="A1-A9,B3", default="", help="the vouchers of a file of type 4I"
        )
        parser.add_argument("--force", action="store_true", help="write over a file that is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file whole or not at all, and say what it holds."""
        path = Path(options["out"])
        year = fiscal_year(options["year"])
        try:
            chosen = spans(options["vouchers"]) if options["vouchers"] else ()
            export = SieExport(year, sie_type(options["type"]), chosen)
            with whole_file(path, options["force"]) as file:
                file.writelines(export)
        except ValidationError as error:
            raise CommandError(sentences(error)) from None
        record(None, "download", year, path.name)
        if options["json"]:
            self.print_json({**export.as_json(), "file": str(path)})
        else:
            self._say(export, path)

    def _say(self, export: SieExport, path: Path) -> None:
        counts = (
            (_("Accounts"), export.accounts),
            (_("Vouchers"), export.vouchers),
            (_("Rows"), export.rows),
        )
        for what, count in counts:
            self.stdout.write(f"{what}: {format_count(count)}")
        for note in export.notes:
            self.stdout.write(f"{note['what']} {note['done']}")
        said = _("%(year)s was written to %(file)s as SIE %(type)s.") % {
            "year": export.year,
            "file": path,
            "type": export.kind,
        }
        self.stdout.write(self.style.SUCCESS(said))
