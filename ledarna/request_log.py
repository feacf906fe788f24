"""The log: a line for each request, and for each error, that carries the number of its request.

The number is made here, never taken from whoever asks. It goes back as ``X-Request-ID``, stands on the page
that says that something went wrong and with what the request left in the trail, so that what somebody saw
leads to the line that tells why. A line says who by the key of the user; not from which address, on purpose
(docs/privacy.md), and no secret that an address holds.
"""

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.encoding import escape_uri_path

logger = logging.getLogger("ledarna.requests")

_number: ContextVar[str | None] = ContextVar("number of the request", default=None)

OF_REQUEST = "ledarna.number"
"""Where a request carries its number: what Django says of an answer of ours comes when the answer has left us."""

SECRET = re.compile(r"[\w-]{32,}", re.ASCII)
"""What in a path may open something: secrets have 43 signs, and no other part of an address is as long."""


def number() -> str | None:
    """The number of the request that is being answered; None outside of one."""
    return _number.get()


def logged(path: str) -> str:
    """*path* as the log may hold it: without secrets, and of signs that break no line."""
    return escape_uri_path(SECRET.sub("…", path)).replace("%E2%80%A6", "…")


class RequestLogMiddleware:
    """Gives each request its number, and writes a line when it is answered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, and tell how: an answer in the 400s is a warning, one in the 500s an error."""
        begun = perf_counter()
        request.META[OF_REQUEST] = given = secrets.token_hex(6)
        token = _number.set(given)
        try:
            response = self.get_response(request)
            response.headers["X-Request-ID"] = given
            facts = {
                "method": request.method,
                "path": logged(request.path),
                "status": response.status_code,
                "ms": round((perf_counter() - begun) * 1000, 1),
                "user": getattr(getattr(request, "user", None), "pk", None),
            }
            logger.log(_level(response.status_code), "answered", extra={"facts": facts})
        finally:
            _number.reset(token)
        return response


def _level(status: int) -> int:
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if status >= 400 else logging.INFO


def _message(record: logging.LogRecord) -> str:
    """What *record* says; where Django names the path of a request in it, without its secrets."""
    message, request = record.getMessage(), getattr(record, "request", None)
    return (
        message.replace(request.path, logged(request.path)) if isinstance(request, HttpRequest) else message
    )


def _number_of(record: logging.LogRecord) -> str | None:
    request = getattr(record, "request", None)
    return request.META.get(OF_REQUEST) if isinstance(request, HttpRequest) else number()


class JsonFormatter(logging.Formatter):
    """One line of JSON a record: time (UTC), level, logger, message, number of the request, facts, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            "request": _number_of(record),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """The same to be read by a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the traceback under it."""
        facts = "".join(f" {name}={value}" for name, value in getattr(record, "facts", {}).items())
        of = f" [{found}]" if (found := _number_of(record)) else ""
        line = f"{self.formatTime(record)} {record.levelname} {record.name}{of} {_message(record)}{facts}"
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line
