"""Writing what may be left out: not at all while another process writes.

On SQLite one writes at a time, and a long import makes everybody else who writes wait for its end. Whoever
only reads shall not be among them.
"""

from collections.abc import Callable

from django.db import OperationalError, connection


def write_unless_busy(write: Callable[[], object]) -> bool:
    """Call *write* with no patience for others who write; whether it was done.

    On PostgreSQL nobody waits for those who write other rows, and it is simply called.
    """
    if connection.vendor != "sqlite":
        write()
        return True
    with connection.cursor() as cursor:
        (patience,) = cursor.execute("PRAGMA busy_timeout").fetchone()
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            write()
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience}")
    return True
