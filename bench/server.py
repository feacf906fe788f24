"""The server that ``manage.py serve`` runs, over made-up books, and what asks it for pages over HTTP."""

import http.client
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from bench.books import environment
from bench.timing import ROOT

BOUNDARY = "ledarna-bench-boundary"
PATIENCE = 600
"""How long an answer is waited for, in seconds."""


@contextmanager
def serving(directory: Path, url: str = "") -> Iterator[str]:
    """The address, as ``host:port``, of a server over the books in *directory* or in the database *url*."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--bind", "127.0.0.1:0"],
        cwd=ROOT,
        env={**os.environ, **environment(directory, url)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        for line in process.stdout:
            if found := re.search(r"http://(\S+:\d+)", line):
                yield found[1]
                break
        else:
            raise RuntimeError("The server ended before it answered.")
    finally:
        process.terminate()
        process.communicate()


@dataclass(frozen=True)
class Readers:
    """Who is signed in, by their cookies, and the addresses of the pages that they read."""

    cookies: Sequence[str]
    addresses: Mapping[str, str]


def readers(number: int, directory: Path, url: str = "") -> Readers:
    """So many readers of the books in *directory* or in the database *url*."""
    made = subprocess.run(
        [sys.executable, "-m", "bench.readers", str(number)],
        cwd=ROOT,
        env={**os.environ, **environment(directory, url)},
        stdout=subprocess.PIPE,
        check=True,
    )
    return Readers(**json.loads(made.stdout))


class Browser:
    """One reader's connection, which stays open between pages, as a browser's does."""

    def __init__(self, address: str, cookie: str) -> None:
        """Reach the server at *address* as the one whose *cookie* it is."""
        self._connection = http.client.HTTPConnection(address, timeout=PATIENCE)
        self.cookies = dict(part.split("=", 1) for part in cookie.split("; "))

    def get(self, path: str) -> tuple[int, str]:
        """The status and the page at *path*."""
        return self._ask("GET", path)

    def post(self, path: str, fields: Mapping[str, str]) -> tuple[int, str]:
        """The status and the page that come when a form with *fields* is sent to *path*."""
        return self._ask(
            "POST", path, urlencode(fields).encode(), {"Content-Type": "application/x-www-form-urlencoded"}
        )

    def send_file(self, path: str, fields: Mapping[str, str], name: str, file: Path) -> str:
        """Send *file* as the field *name* of a form with *fields*; where the answer leads to."""
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
            for key, value in fields.items()
        ]
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file.name}"'
        parts += [
            f"--{BOUNDARY}\r\n{head}\r\n\r\n".encode(),
            file.read_bytes(),
            f"\r\n--{BOUNDARY}--".encode(),
        ]
        status, location = self._ask(
            "POST", path, b"".join(parts), {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        )
        if status != 302:
            raise RuntimeError(f"{path} answers {status} to the file.")
        return location

    def _ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self._connection.request(method, path, body, {**(headers or {}), "Cookie": cookie})
            answer = self._connection.getresponse()
        except (ConnectionError, http.client.BadStatusLine):
            # The server closes what was idle for a while; a browser asks anew.
            self._connection.close()
            self._connection.request(method, path, body, {**(headers or {}), "Cookie": cookie})
            answer = self._connection.getresponse()
        content = answer.read().decode(errors="replace")
        for set_cookie in answer.headers.get_all("Set-Cookie", []):
            name, _equals, value = set_cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        location = answer.headers.get("Location", "")
        if 300 <= answer.status < 400:
            parts = urlsplit(location)
            return answer.status, f"{parts.path}?{parts.query}"
        return answer.status, content
