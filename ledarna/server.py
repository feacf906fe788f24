"""The server that answers on the network: gunicorn, with a few processes of a few threads each.

SQLite lets any number of processes read while one writes, so both engines are served alike.
"""

import errno
import os
import socket
from collections.abc import Callable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection
from gunicorn.app.base import BaseApplication
from gunicorn.config import Config
from gunicorn.glogging import Logger

THREADS = 8


def workers() -> int:
    """How many processes: one for each processor, from two to four."""
    return max(2, min(4, os.cpu_count() or 1))


class AddressError(Exception):
    """An address that cannot be served on; says why, and what to do."""


def listen(address: str) -> socket.socket:
    """A socket on *address* (``host:port``, ``[::1]:port`` or a port), not yet open for requests.

    Raises AddressError where the address is taken, not this machine's, or no address.
    """
    host, colon, port = address.rpartition(":")
    host = host.strip("[]") or ("" if colon else "127.0.0.1")
    if not port.isdecimal() or int(port) > 65535:
        raise AddressError(f"“{address}” is no address. Write it as 127.0.0.1:8000.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, int(port)))
    except OSError as error:
        opened.close()
        if error.errno == errno.EADDRINUSE:
            raise AddressError(
                f"Port {port} is taken by another program. Choose another one: make run PORT={int(port) + 1}."
            ) from error
        raise AddressError(f"It is not possible to serve on {address}: {error.strerror}.") from error
    return opened


def serve(opened: socket.socket, when_ready: Callable[[], None]) -> None:
    """Answer requests on *opened* until the process is told to stop; call *when_ready* before the first."""
    connection.close()
    if connection.vendor == "postgresql":
        # A pool belongs to one process; each worker opens its own.
        connection.close_pool()  # type: ignore[attr-defined]
    _Server(opened, when_ready).run()


class _Log(Logger):
    """What gunicorn has to say, as lines of the program's log."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Server(BaseApplication):
    def __init__(self, opened: socket.socket, when_ready: Callable[[], None]) -> None:
        self.options: dict[str, Any] = {
            "bind": f"fd://{opened.detach()}",
            "workers": workers(),
            "worker_class": "gthread",
            "threads": THREADS,
            "loglevel": "warning",
            "logger_class": _Log,
            # The control socket would lie in the home directory, the same for every server of the user.
            "control_socket_disable": True,
            "when_ready": lambda arbiter: when_ready(),
        }
        # Loaded once, here, and shared by the workers.
        self.application = get_wsgi_application()
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.application
