"""The command that writes the year-end package."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from finance.presentation import format_count
from ledarna.commands import YearCommand, fiscal_year, whole_file
from ledarna.package.writing import write_package
from ledarna.trail import record


class Command(YearCommand):
    """Write all that the auditors need of a fiscal year, with a verifier that needs nothing else."""

    help = "Write the year-end package. A file that is there already is kept, unless --force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the year and the file."""
        super().add_arguments(parser)
        parser.add_argument("--out", metavar="FILE.zip", required=True, help="where the package is written")
        parser.add_argument("--force", action="store_true", help="write over a file that is there already")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the package whole or not at all, and say what it holds."""
        path = Path(options["out"])
        year = fiscal_year(options["year"])
        console = Console(stderr=True)
        bar = (BarColumn(), TextColumn("{task.description}"))
        with (
            whole_file(path, options["force"]) as file,
            Progress(*bar, console=console, transient=True, disable=not console.is_terminal) as progress,
        ):
            task = progress.add_task("", total=None)

            def tell(name: str, number: int, of: int) -> None:
                progress.update(task, description=name, completed=number, total=of)

            written = write_package(year, file, tell)
        record(None, "download", year, path.name)
        if options["json"]:
            files = [{"name": one.name, "sha256": one.sha256, "size": one.size} for one in written]
            self.print_json({"year": year.label, "file": str(path), "files": files})
            return
        said = _("%(files)s files of %(year)s were written to %(file)s.") % {
            "files": format_count(len(written)),
            "year": year,
            "file": path,
        }
        self.stdout.write(self.style.SUCCESS(said))
