"""The whole suite: on SQLite, on PostgreSQL, and in a browser; ``make test`` runs it.

On PostgreSQL the files are left out of which no test asks for the database: parsers, arithmetic, catalogues.

What cannot be had on this machine is left out, and the last lines say so. Where ``CI`` is ``true``,
leaving anything out is a failure.
"""

import os
import sys
from subprocess import run

from tests.browser.chromium import find_chromium
from tests.postgresql import UNAVAILABLE

PYTEST = [sys.executable, "-m", "pytest", "-q", "-rs"]


def main() -> int:
    """Run all that this machine can run; 0 when all of that passed, and in CI nothing was left out."""
    left_out: list[str] = []
    failed: list[str] = []

    def report(part: str, status: int) -> None:
        if status:
            failed.append(part)

    print("— The suite on SQLite", flush=True)
    report("SQLite", run([*PYTEST, "-n", "2", "-m", "not browser"], env=_without_database_url()).returncode)

    print("— The suite on PostgreSQL", flush=True)
    on_postgresql = [
        sys.executable,
        "-m",
        "tests.postgresql",
        *PYTEST,
        "-n",
        "2",
        "-m",
        "database and not browser",
    ]
    status = run(on_postgresql).returncode
    if status == UNAVAILABLE:
        left_out.append("the suite on PostgreSQL, because no server could be started (see above)")
    else:
        report("PostgreSQL", status)

    print("— In a browser", flush=True)
    if find_chromium():
        # A file at a time, for each has its server.
        by_file = [*PYTEST, "-n", "2", "--dist", "loadfile", "-m", "browser"]
        report("browser", run(by_file, env=_without_database_url()).returncode)
    else:
        left_out.append(
            "the browser tests, because no Chromium was found (Debian: sudo apt install chromium)"
        )

    for what in left_out:
        print(f"Left out: {what}.")
    if left_out and os.environ.get("CI") == "true":
        failed.append("in CI nothing may be left out")
    print(f"FAILED: {', '.join(failed)}." if failed else "All that was run has passed.")
    return 1 if failed else 0


def _without_database_url() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}


if __name__ == "__main__":
    sys.exit(main())
