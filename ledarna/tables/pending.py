"""Tables between upload and confirmation: kept for a day, outside of the web root, then thrown away.

The page carries a signed token, so that nobody can name a file that they did not send themselves.
What is read in is kept for good (``storages["documents"]``); what is not leaves nothing behind.
"""

import hashlib
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.utils.translation import gettext as _

from ledarna.tables.grid import LARGEST

SALT = "ledarna.tables.pending"
KEPT_SECONDS = 24 * 3600
LONGEST_NAME = 100


@dataclass(frozen=True)
class Pending:
    """A table that waits for its confirmation."""

    name: str
    content: bytes
    token: str

    def keep(self) -> str:
        """Keep the file for good, and return its SHA-256."""
        return storages["documents"].save(self.name, ContentFile(self.content))


def _directory() -> Path:
    return Path(settings.DATA_DIR) / "pending"


def put(file: object, name: str, username: str, kind: str) -> Pending:
    """Keep the uploaded *file* of *username* for a day, to be read in as *kind*.

    Raises ValidationError, in words, for a file that is too large or empty.
    """
    content = file.read(LARGEST + 1)  # type: ignore[attr-defined]
    if len(content) > LARGEST:
        raise ValidationError(
            _("The file is larger than %(largest)s MB. Divide the table.") % {"largest": LARGEST >> 20}
        )
    if not content:
        raise ValidationError(_("The file is empty."))
    directory = _directory()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in directory.iterdir():
        # Another upload may throw the same ones away at the same time.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - KEPT_SECONDS:
                path.unlink()
    sha256 = hashlib.sha256(content).hexdigest()
    # Whole or not at all: the same table may be sent twice at the same time.
    with tempfile.NamedTemporaryFile(dir=directory, delete=False) as written:
        written.write(content)
    Path(written.name).replace(directory / sha256)
    shown = "".join(sign for sign in name if sign.isprintable())[-LONGEST_NAME:]
    return Pending(shown, content, signing.dumps([username, kind, sha256, shown], salt=SALT))


def get(token: str, username: str, kind: str) -> Pending:
    """The table that *username* sent as *kind* and whose page carried *token*.

    Raises ValidationError, in words, where it is not theirs, or no longer there.
    """
    try:
        owner, of_kind, sha256, name = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
        if (owner, of_kind) != (username, kind):
            raise signing.BadSignature
        content = (_directory() / sha256).read_bytes()
    except (signing.BadSignature, FileNotFoundError):
        raise ValidationError(_("The table is no longer here. Choose the file again.")) from None
    return Pending(name, content, token)
