"""The whole torture, on SQLite and on PostgreSQL, with its numbers; ``make torture`` runs it.

A run takes some half an hour. Chance is the same each time; ``TORTURE_SEED=7 make torture`` takes another.
"""

import os
import sys
from subprocess import run

from tests.postgresql import UNAVAILABLE

PYTEST = [sys.executable, "-m", "pytest", "-q", "-s", "tests/torture"]
ENGINES = {"SQLite": PYTEST, "PostgreSQL": [sys.executable, "-m", "tests.postgresql", *PYTEST]}


def main() -> int:
    """Run all of it; 0 when all of that passed, on both engines."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    failed = []
    for engine, command in ENGINES.items():
        print(f"— Torture on {engine}", flush=True)
        status = run(command, env={**environment, "TORTURE": "whole"}).returncode
        if status == UNAVAILABLE:
            print(f"Left out: {engine}, because no server could be started (see above).")
        if status:
            failed.append(engine)
    print(f"FAILED: {', '.join(failed)}." if failed else "The ledger stood all of it.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
