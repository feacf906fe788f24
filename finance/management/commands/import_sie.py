"""``manage.py import_sie``: a SIE file into the ledger, or what it would do."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

from finance.importing import Choices, Outcome, import_sie
from finance.presentation import format_count
from finance.sie import SieRefused

SHOWN = 50
NOT_SIE = 2


class Command(BaseCommand):
    """Import a SIE file; exit 0 imported, 1 refused with nothing changed, 2 not a SIE file."""

    help = "Import a SIE file of type 1–4. Exits 1 when it is refused and nothing was changed, 2 when it is no SIE file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the file, and what the user decides about it."""
        parser.add_argument("file", metavar="FILE", help="the SIE file")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be done, and change nothing"
        )
        where = parser.add_mutually_exclusive_group()
        where.add_argument(
            "--series", default="A", help="series for vouchers to which the file gives none (A)"
        )
        where.add_argument("--drafts", action="store_true", help="enter the vouchers of a 4I file as drafts")
        parser.add_argument(
            "--skip-broken", action="store_true", help="import the rest when vouchers are refused"
        )
        parser.add_argument(
            "--new-only", action="store_true", help="import what is new beside vouchers in conflict"
        )
        parser.add_argument(
            "--renumber",
            action="store_true",
            help="give vouchers whose number the file uses twice the next number",
        )
        parser.add_argument(
            "--names", action="store_true", help="take the names of accounts and objects from the file"
        )
        parser.add_argument(
            "--mend", action="store_true", help="bring back letters that were read in the wrong code page"
        )
        parser.add_argument(
            "--confirm-organisation", metavar="NUMBER", default="", help="import another organisation's file"
        )
        parser.add_argument(
            "--plain", action="store_true", help="leave aside the lines that only Ledarna knows"
        )
        parser.add_argument("--by", default="import_sie", help="the user name in whose name it is posted")
        parser.add_argument("--json", action="store_true", help="write the answer as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, and say what was done in one line a thing."""
        choices = Choices(
            series=options["series"],
            drafts=options["drafts"],
            skip_broken=options["skip_broken"],
            new_only=options["new_only"],
            renumber=options["renumber"],
            names=options["names"],
            mend=options["mend"],
            organisation=options["confirm_organisation"],
            plain=options["plain"],
            dry_run=options["dry_run"],
        )
        try:
            outcome = self._imported(Path(options["file"]), options["by"], choices)
        except SieRefused as refused:
            what = f"{refused.note.what_in(_)} {refused.note.done_in(_)}"
            if options["json"]:
                self._refuse_json(refused, what)
            raise CommandError(what, returncode=NOT_SIE) from None
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(why)s.") % {"file": options["file"], "why": error.strerror},
                returncode=NOT_SIE,
            ) from None
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=2))
        else:
            self._write(outcome, choices)
        if outcome.refused:
            sys.exit(1)

    def _imported(self, path: Path, by: str, choices: Choices) -> Outcome:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
        with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
            read = progress.add_task(_("Reading"), total=path.stat().st_size)
            posted = progress.add_task(_("Posting"), total=None)

            def advance(stage: str, count: int) -> None:
                if stage == "read":
                    progress.update(read, completed=count)
                else:
                    progress.advance(posted, count)

            return import_sie(path, by, choices, progress=advance)

    def _refuse_json(self, refused: SieRefused, what: str) -> None:
        note = refused.note
        errors = [{"line": note.line, "label": note.label, "what": what, "code": note.code}]
        self.stdout.write(json.dumps({"refused": True, "errors": errors}, ensure_ascii=False, indent=2))

    def _write(self, outcome: Outcome, choices: Choices) -> None:
        self.stdout.write(
            _("SIE %(type)s, %(encoding)s, %(program)s: %(company)s")
            % {
                "type": outcome.file["type"],
                "encoding": outcome.file["encoding"],
                "program": outcome.program,
                "company": outcome.company,
            }
        )
        self._list(_("Note"), outcome.notes)
        self._list(_("Error"), outcome.errors)
        for conflict in outcome.conflicts[:SHOWN]:
            self.stdout.write(
                _("Conflict, line %(line)s, %(what)s")
                % {
                    "line": conflict["line"],
                    "what": conflict["voucher"] or f"{conflict['label']} {conflict['account']}",
                }
            )
            self.stdout.write("    " + _("file: %(content)s") % {"content": _plain(conflict["file"])})
            self.stdout.write("    " + _("ledger: %(content)s") % {"content": _plain(conflict["ledger"])})
        if outcome.unchanged:
            self.stdout.write(
                _("Vouchers that are in the books already: %(count)s")
                % {"count": format_count(outcome.unchanged)}
            )
        if outcome.refused:
            self.stdout.write(self.style.ERROR(_("Refused; nothing was changed.")))
        elif not outcome.is_new:
            self.stdout.write(self.style.SUCCESS(_("There is nothing new in the file; nothing was changed.")))
        else:
            for what, count in outcome.created.items():
                if count:
                    self.stdout.write(f"{what}: {format_count(count)}")
            said = (
                _("Nothing was changed: this is what would be made.") if choices.dry_run else _("Imported.")
            )
            self.stdout.write(self.style.SUCCESS(said))

    def _list(self, kind: str, found: list[dict[str, Any]]) -> None:
        for note in found[:SHOWN]:
            line = _("line %(line)s, ") % {"line": note["line"]} if note["line"] else ""
            self.stdout.write(f"{kind}: {line}{note['label']} {note['what']} {note['done']}")
        if len(found) > SHOWN:
            self.stdout.write(_("and %(count)s more") % {"count": format_count(len(found) - SHOWN)})


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    rows = "; ".join(f"{row['account']} {row['amount']}" for row in content["rows"])
    return f"{content['date']} {content['text']}: {rows}"
