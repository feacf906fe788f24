"""``manage.py serve``: everything from an empty directory to a running server."""

import hashlib
import os
import socket
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import Tags
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from finance import guard
from finance.models import FiscalYear
from ledarna.roles import ROLES
from ledarna.schema import no_answer, schema
from ledarna.server import AddressError, listen, serve
from ledarna.tryout import USERS, SignIn, sign_ins, sign_ins_file

BOOKS = {"example": "load_example", "demo": "make_demo", "empty": None}
"""What a new database begins with: the command that enters it."""


class Command(BaseCommand):
    """Serve Ledarna.

    On one's own machine it makes all that is missing: tables, the example, a user for each role. When
    it is served to others (ALLOWED_HOSTS), it makes nothing: it says what is missing, and stops.
    """

    help = "Serve Ledarna, on this machine or to others."
    requires_system_checks: list[str] = []  # run below, once there is a database to check

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address, and what a new database begins with."""
        parser.add_argument(
            "--bind",
            metavar="HOST:PORT",
            default=f"127.0.0.1:{os.environ.get('PORT') or 8000}",
            help="The address to serve on (127.0.0.1:8000, or the port that PORT names).",
        )

        parser.add_argument(
            "--books",
            choices=BOOKS,
            default="example",
            help="What a new database begins with on this machine: the published year 2023 (example),"
            " a made-up association (demo), or nothing (empty).",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, check, and serve until told to stop."""
        try:
            opened = listen(options["bind"])
        except AddressError as error:
            raise CommandError(str(error)) from None
        self.check(include_deployment_checks=settings.SERVED_TO_OTHERS, display_num_errors=False)
        if trouble := no_answer():
            raise CommandError(trouble)
        if settings.SERVED_TO_OTHERS:
            self._check_tables()
            people = []
        else:
            call_command("migrate", verbosity=0)
            self._check_tables()
            if not FiscalYear.objects.exists() and (fill := BOOKS[options["books"]]):
                call_command(fill, stdout=self.stdout)
            people = sign_ins(settings.DATA_DIR)
        self.check(tags=[Tags.database], databases=["default"], display_num_errors=False)
        collect_static_files()
        address = _url(opened)
        serve(opened, when_ready=lambda: self._say_ready(address, people))

    def _check_tables(self) -> None:
        if trouble := schema().trouble:
            raise CommandError(trouble)
        if faults := guard.faults(connection):
            raise CommandError(
                f"The ledger's guard is not whole. {' '.join(map(str, faults))} Run “manage.py migrate”, which puts it in"
                " place, and then “manage.py verify_ledger”."
            )

    def _say_ready(self, address: str, people: list[SignIn]) -> None:
        self.stdout.write(_("Ledarna answers on %(address)s (stop it with Ctrl-C).") % {"address": address})
        if people:
            self.stdout.write(
                _("Sign in as (kept in %(file)s):") % {"file": sign_ins_file(settings.DATA_DIR)}
            )
            width = max(len(person.username) for person in people)
            for person in people:
                role = ROLES[USERS[person.username]]
                self.stdout.write(f"  {person.username:<{width}}  {person.password}  ({role})")
        self.stdout.flush()


def collect_static_files() -> None:
    """Gather, hash and compress the static files, where one has changed since that was last done."""
    found = [
        (path, stat.st_size, stat.st_mtime_ns)
        for finder in get_finders()
        for path, storage in finder.list([])
        for stat in (Path(storage.path(path)).stat(),)
    ]
    fingerprint = hashlib.sha256(repr((settings.STORAGES["staticfiles"], sorted(found))).encode()).hexdigest()
    mark = settings.STATIC_ROOT / ".collected"
    if not mark.exists() or mark.read_text() != fingerprint:
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(fingerprint)


def _url(opened: socket.socket) -> str:
    host, port = opened.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
