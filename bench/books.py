"""The made-up books that all is measured on: those of ``make_demo``, the same for the same size.

They lie in ``bench-data/`` and are made again where the demo or the tables have changed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from bench.timing import ROOT

PLACE = ROOT / "bench-data"
YEARS = 3


def environment(directory: Path, url: str = "") -> dict[str, str]:
    """The environment of a Ledarna whose books lie in *directory*, or in the database *url*."""
    return {
        "LEDARNA_DATA_DIR": str(directory),
        "DATABASE_URL": url or f"sqlite:///{directory / 'ledarna.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "ledarna.settings",
        "DEBUG": "no",
        # Python keeps what it compiled, as it does where Ledarna serves, and as the peers' packages have it.
        "PYTHONDONTWRITEBYTECODE": "",
    }


def manage(directory: Path, *arguments: str, url: str = "") -> None:
    """Run ``manage.py`` on the books in *directory*; CalledProcessError where it fails."""
    subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment(directory, url)},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def books(vouchers: int) -> Path:
    """The directory of books with *vouchers* vouchers over three years, 0 for none; made where it is not there."""
    directory = PLACE / f"{vouchers}-{_origin()}"
    if not directory.exists():
        for outdated in PLACE.glob(f"{vouchers}-*"):
            shutil.rmtree(outdated)
        making = PLACE / f"making-{vouchers}"
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        manage(making, "migrate")
        if vouchers:
            manage(making, "make_demo", "--years", str(YEARS), "--vouchers", str(vouchers))
        making.rename(directory)
    return directory


def with_static_files(directory: Path) -> Path:
    """*directory*, with the stylesheets and pictures that pages name."""
    manage(directory, "collectstatic", "--noinput")
    return directory


def _origin() -> str:
    """What the books follow from, in eight digits."""
    digest = hashlib.sha256()
    for path in sorted(
        [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("finance/sql/*/*.sql"), ROOT / "ledarna/demo.py"]
    ):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
