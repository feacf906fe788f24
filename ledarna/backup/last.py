"""When the last backup was made: kept beside the data, because a database cannot tell of its own copy."""

import json
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def _file() -> Path:
    return Path(settings.DATA_DIR) / "last-backup.json"


def note(made_at: datetime) -> None:
    """Keep that a backup was made at *made_at*. Raises OSError where the disk refuses."""
    draft = _file().with_suffix(".draft")
    draft.write_text(json.dumps({"made_at": made_at.isoformat()}), encoding="utf-8")
    draft.replace(_file())


def age() -> timedelta | None:
    """How long ago the last backup was made; None where none is known of. Raises OSError and ValueError."""
    try:
        said = json.loads(_file().read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return timezone.now() - datetime.fromisoformat(said["made_at"])
