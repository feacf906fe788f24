"""The command that makes a backup."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from finance.presentation import format_count
from ledarna.backup import last
from ledarna.backup.engines import Refused
from ledarna.backup.writing import write_backup
from ledarna.commands import whole_file


class Command(BaseCommand):
    """Write the whole of this installation to one file: the database as it stands, and every document."""

    help = "Write the database and every document to one file, while Ledarna runs. Exits 1 where a document is damaged."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", metavar="FILE", help="where the backup is written")
        parser.add_argument("--force", action="store_true", help="write over a file that is there already")
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the backup whole or not at all, and say what it is of."""
        path, console = Path(options["file"]), Console(stderr=True)
        try:
            with whole_file(path, options["force"]) as file, console.status("") as status:
                written = write_backup(file, status.update)
            last.note(written.backup.made_at)
        except Refused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                _("The backup is written, but that cannot be noted in the data directory: %(why)s.")
                % {"why": error}
            ) from None
        if options["json"]:
            answer = {**written.backup.as_json(), "file": str(path), "documents": written.documents}
            self.stdout.write(
                json.dumps({**answer, "damaged": written.damaged}, ensure_ascii=False, indent=2)
            )
        else:
            self.stdout.write(
                self.style.SUCCESS(
                    ngettext(
                        "The database and %(count)s document were written to %(file)s.",
                        "The database and %(count)s documents were written to %(file)s.",
                        written.documents,
                    )
                    % {"count": format_count(written.documents), "file": path}
                )
            )
            for each in written.backup.books:
                self.stdout.write(str(each))
            for sha256 in written.damaged:
                self.stdout.write(
                    self.style.ERROR(
                        _("The document %(sha256)s was altered on the disk. Restore it from an older backup.")
                        % {"sha256": sha256}
                    )
                )
        if written.damaged:
            sys.exit(1)
