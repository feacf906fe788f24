"""Taking a backup back: read whole and compared with its digests before anything is touched."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.core.files import File
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from finance.verification import Report, verify
from ledarna.backup.engines import CHUNK, Refused, engine
from ledarna.backup.writing import ABOUT, DOCUMENTS, FORMAT, MANIFEST, Backup, Books, books
from ledarna.storage import document_store

UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError)
"""What reading a ZIP can end with that is none any more."""


@dataclass(frozen=True)
class Restored:
    """What a restore did: the backup, its documents, what was put aside, and what the books are verified to be."""

    backup: Backup
    documents: int
    aside: str
    report: Report
    differing: tuple[str, ...]
    """Fiscal years that do not stand as the backup says."""

    @property
    def ok(self) -> bool:
        """Whether the books hold, and are those of the backup."""
        return self.report.ok and not self.differing


def restore(path: Path, over: bool = False, progress: Callable[[str], None] = lambda name: None) -> Restored:
    """Take the backup at *path* back, migrate it, and verify the books.

    Raises Refused, and changes nothing, where the backup is not whole, is of another engine or of a
    newer version, or where something is here already, unless it may be put *over* that.
    """
    target, store = engine(), document_store()
    with _opened(path) as archive:
        backup = checked(archive, progress)
        if backup.engine != target.vendor:
            raise Refused(
                _(
                    "The backup is of %(its)s, and this installation uses %(ours)s. Set DATABASE_URL so that they agree."
                )
                % {"its": backup.engine, "ours": target.vendor}
            )
        if unknown := sorted(set(backup.migrations) - _known_migrations()):
            raise Refused(
                _(
                    "The backup was made by Ledarna %(version)s, which is newer than this one: it has %(migration)s."
                    " Install that version first."
                )
                % {"version": backup.version, "migration": unknown[-1]}
            )
        if not over:
            _see_that_it_is_empty(target.is_empty(), next(store.names(), ""))
        progress(target.entry)
        aside = target.put(_content(archive, target.entry))
        documents = [name for name in archive.namelist() if name.startswith(DOCUMENTS)]
        for name in documents:
            progress(name)
            with archive.open(name) as opened:
                store.put_back(File(opened))
    connection.close()
    progress("migrate")
    call_command("migrate", verbosity=0, interactive=False)
    progress("verify_ledger")
    report = verify()
    stand = {each.year: each for each in books()}
    differing = tuple(each.year for each in backup.books if stand.get(each.year) != each)
    return Restored(backup, len(documents), aside, report, differing)


def _see_that_it_is_empty(no_table: bool, document: str) -> None:
    if not no_table:
        raise Refused(
            _(
                "This installation's database is not empty. Restore into a new one, or put the backup over it with --over."
            )
        )
    if document:
        raise Refused(
            _(
                "There are documents in the data directory already. Restore into a new one, or put the backup over it"
                " with --over."
            )
        )


def _known_migrations() -> set[str]:
    loader = MigrationLoader(None)
    return {f"{app}.{name}" for app, name in loader.disk_migrations} | {
        f"{app}.{name}" for migration in loader.disk_migrations.values() for app, name in migration.replaces
    }


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The backup at *path*. Raises Refused where it is none, or is damaged where it is read."""
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise Refused(
            _("%(file)s cannot be read as a backup: %(why)s") % {"file": path, "why": error}
        ) from None
    with archive:
        yield archive


def checked(archive: zipfile.ZipFile, progress: Callable[[str], None] = lambda name: None) -> Backup:
    """What *archive* is a backup of, when everything in it has its digest. Raises Refused, naming what has not."""
    said = b"".join(_content(archive, MANIFEST))
    digests: dict[str, str] = {}
    for line in said.decode(errors="replace").splitlines():
        digest, _space, name = line.partition("  ")
        digests[name] = digest
    names = archive.namelist()
    if astray := sorted({*names, MANIFEST} ^ {*digests, MANIFEST}) or (
        [] if len(names) == len(set(names)) else [MANIFEST]
    ):
        raise Refused(
            _("The backup is not whole: %(name)s is missing, or does not belong to it.") % {"name": astray[0]}
        )
    for name, digest in digests.items():
        progress(name)
        computed = hashlib.sha256()
        for chunk in _content(archive, name):
            computed.update(chunk)
        if computed.hexdigest() != digest:
            raise Refused(_damaged(name))
    return _about(archive)


def _content(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """The content of *name*, piece by piece. Raises Refused, naming it, where it cannot be read."""
    try:
        with archive.open(name) as opened:
            while chunk := opened.read(CHUNK):
                yield chunk
    except (*UNREADABLE, KeyError):
        raise Refused(_damaged(name)) from None


def _damaged(name: str) -> str:
    return _("The backup is damaged: %(name)s is not what was written. Take another copy of it.") % {
        "name": name
    }


def _about(archive: zipfile.ZipFile) -> Backup:
    try:
        told = json.loads(b"".join(_content(archive, ABOUT)))
        if told["format"] != FORMAT:
            raise ValueError(told["format"])
        return Backup(
            version=told["version"],
            engine=told["engine"],
            made_at=datetime.fromisoformat(told["made_at"]),
            books=tuple(Books(**each) for each in told["books"]),
            migrations=tuple(told["migrations"]),
        )
    except (ValueError, TypeError, LookupError):
        raise Refused(
            _("This version does not know the backup's format; it knows “%(format)s”.") % {"format": FORMAT}
        ) from None
