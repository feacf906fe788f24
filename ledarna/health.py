"""Whether Ledarna can do its work: what a monitor asks, without signing in."""

import logging
import os
import shutil
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ledarna.backup import last
from ledarna.schema import schema

LEAST_FREE_BYTES = 200 * 1024 * 1024

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """``{"ok", "checks": {name: {"ok", "what"}}, "last_backup": {"hours"}}``; 200 when all is well, else 503.

    ``hours`` is how long ago the last backup was made, null where none is known of. It is open to everybody, so it says what is wrong in general; the log says more.
    """
    found = {name: check() for name, check in CHECKS.items()}
    for name, what in found.items():
        if what:
            logger.error("health check %s: %s", name, what)
    checks = {name: {"ok": not what, "what": what} for name, what in found.items()}
    ok = not any(found.values())
    answer = {"ok": ok, "checks": checks, "last_backup": {"hours": _hours_since_backup()}}
    return JsonResponse(answer, status=200 if ok else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("the database does not answer")
        return "The database does not answer."
    return ""


def _migrations() -> str:
    try:
        behind = schema().behind
    except DatabaseError:
        return "It cannot be told, because the database does not answer."
    return f"The database lacks the latest migrations of {', '.join(behind)}." if behind else ""


def _disk() -> str:
    try:
        free = shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        logger.exception("the data directory cannot be read")
        return "The data directory cannot be read."
    if not os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return "The data directory cannot be written to."
    return "" if free >= LEAST_FREE_BYTES else f"Only {free // 1024**2} MB are free in the data directory."


def _hours_since_backup() -> float | None:
    try:
        age = last.age()
    except (OSError, ValueError, LookupError):
        logger.exception("it cannot be read when the last backup was made")
        return None
    return None if age is None else round(age / timedelta(hours=1), 1)


def _backup() -> str:
    hours = _hours_since_backup()
    if not settings.LEDARNA_BACKUP_HOURS or (hours is not None and hours <= settings.LEDARNA_BACKUP_HOURS):
        return ""
    return "No backup is known of." if hours is None else f"The last backup is {hours:.0f} hours old."


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "migrations": _migrations,
    "disk": _disk,
    "backup": _backup,
}
"""What is looked at; each says what is wrong, or nothing."""
