"""The secret key of an installation that was not given one."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key


def kept_secret_key(data_dir: Path) -> str:
    """The key kept in *data_dir*, made there once, readable by its owner alone.

    Raises ImproperlyConfigured, in words, where the directory cannot be used.
    """
    try:
        return _kept_or_made(data_dir)
    except OSError as error:
        raise ImproperlyConfigured(
            f"The data directory {data_dir} cannot be used: {error.strerror}. Give it to the user that runs"
            " Ledarna, or set LEDARNA_DATA_DIR to another one."
        ) from error


def _kept_or_made(data_dir: Path) -> str:
    file = data_dir / "secret-key"
    try:
        return file.read_text()
    except FileNotFoundError:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = data_dir / f"secret-key.{os.getpid()}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(get_random_secret_key())
    # A link fails where another process was first, whose key then holds for both.
    try:
        os.link(draft, file)
    except FileExistsError:
        return file.read_text()
    finally:
        draft.unlink()
    return file.read_text()
