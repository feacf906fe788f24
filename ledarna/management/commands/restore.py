"""The command that takes a backup back."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console

from finance.presentation import format_count
from ledarna.backup.engines import Refused
from ledarna.backup.restoring import Restored, restore


class Command(BaseCommand):
    """Take a backup back into an empty installation, migrate it, and verify the books."""

    help = "Take a backup back: checked before anything is touched, and verified after. Exits 1 where the books do not hold."
    requires_system_checks: list[str] = []  # there is no database to check yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file."""
        parser.add_argument("file", metavar="FILE", help="the backup")
        parser.add_argument(
            "--over",
            action="store_true",
            help="put it over what is here already; a SQLite database is put aside under another name, a"
            " database on a server is removed",
        )
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, and say what was done."""
        console = Console(stderr=True)
        try:
            with console.status("") as status:
                restored = restore(Path(options["file"]), options["over"], status.update)
        except Refused as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(
                _("The disk refuses: %(why)s. Mend that, and restore again with --over.") % {"why": error}
            ) from None
        if options["json"]:
            answer = {
                "ok": restored.ok,
                "backup": restored.backup.as_json(),
                "documents": restored.documents,
                "aside": restored.aside,
                "differing": restored.differing,
                "verification": restored.report.as_json(),
            }
            self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            self._say(restored)
        if not restored.ok:
            sys.exit(1)

    def _say(self, restored: Restored) -> None:
        backup = restored.backup
        self.stdout.write(
            ngettext(
                "The database of %(at)s and %(count)s document were restored.",
                "The database of %(at)s and %(count)s documents were restored.",
                restored.documents,
            )
            % {
                "at": date_format(timezone.localtime(backup.made_at), "Y-m-d H:i"),
                "count": format_count(restored.documents),
            }
        )
        if restored.aside:
            self.stdout.write(_("What was here before is kept as %(file)s.") % {"file": restored.aside})
        for each in backup.books:
            differs = each.year in restored.differing
            self.stdout.write(
                self.style.ERROR(_("%(books)s: the restored books differ") % {"books": each})
                if differs
                else str(each)
            )
        for check in restored.report.checks.values():
            for place in check.broken:
                self.stdout.write(self.style.ERROR(f"{place.where}: {place.what}"))
        self.stdout.write(
            self.style.SUCCESS(_("Everything in the books was verified, and holds."))
            if restored.report.ok
            else self.style.ERROR(_("The verification of the books found errors."))
        )
