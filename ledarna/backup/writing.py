"""Writing a backup: all of one moment, while others go on working."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.translation import gettext as _

from finance.models import FiscalYear
from finance.posting import chain_head
from finance.presentation import format_count
from finance.streams import snapshot
from ledarna.backup.engines import CHUNK, engine
from ledarna.storage import document_store

FORMAT = "ledarna-backup 1"
ABOUT, MANIFEST, DOCUMENTS = "backup.json", "MANIFEST.sha256", "documents/"


@dataclass(frozen=True)
class Books:
    """A fiscal year as it stood: how many vouchers, and the head of its chain, empty where there are none."""

    year: str
    vouchers: int
    head: str

    def __str__(self) -> str:
        return _("%(year)s: %(vouchers)s vouchers, head %(head)s") % {
            "year": self.year,
            "vouchers": format_count(self.vouchers),
            "head": self.head or "–",
        }


@dataclass(frozen=True)
class Backup:
    """What a backup is of. ``migrations`` are those that its database has seen, as ``app.name``."""

    version: str
    engine: str
    made_at: datetime
    books: tuple[Books, ...]
    migrations: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As ``backup.json`` says it."""
        return {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}


@dataclass(frozen=True)
class Written:
    """A backup that was written; ``damaged`` are the documents that were no longer what was put there."""

    backup: Backup
    documents: int
    damaged: tuple[str, ...]


def books() -> tuple[Books, ...]:
    """Each fiscal year of the database as it stands."""
    heads = [(year.label, chain_head(year)) for year in FiscalYear.objects.order_by("start")]
    return tuple(Books(label, head.sequence, head.digest if head.sequence else "") for label, head in heads)


def write_backup(file: IO[bytes], progress: Callable[[str], None] = lambda name: None) -> Written:
    """Write a backup to *file*; *progress* is told the name of each entry that begins.

    The database is copied first, so that every document that it names is there to be copied. Raises
    Refused where the engine cannot give a copy of itself.
    """
    source, digests, damaged = engine(), dict[str, str](), []
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:

        def write(name: str, content: Iterable[bytes], compression: int = zipfile.ZIP_STORED) -> str:
            progress(name)
            digest = hashlib.sha256()
            entry = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
            entry.compress_type = compression
            with archive.open(entry, "w", force_zip64=True) as opened:
                for chunk in content:
                    digest.update(chunk)
                    opened.write(chunk)
            digests[name] = digest.hexdigest()
            return digests[name]

        with snapshot(), source.copy() as content:
            backup = _backup(source.vendor)
            write(ABOUT, [json.dumps(backup.as_json(), ensure_ascii=False, indent=2).encode()])
            write(source.entry, content, zipfile.ZIP_DEFLATED)
        for sha256 in document_store().names():
            if write(DOCUMENTS + sha256, _document(sha256)) != sha256:
                damaged.append(sha256)
        lines = "".join(f"{digest}  {name}\n" for name, digest in digests.items())
        archive.writestr(MANIFEST, lines)
    count = sum(name.startswith(DOCUMENTS) for name in digests)
    return Written(backup, count, tuple(damaged))


def _backup(vendor: str) -> Backup:
    applied = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
    return Backup(settings.LEDARNA_VERSION, vendor, timezone.now(), books(), tuple(applied))


def _document(sha256: str) -> Iterator[bytes]:
    with document_store().open(sha256) as file:
        while chunk := file.read(CHUNK):
            yield chunk
