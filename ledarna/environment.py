"""Settings that the environment gives as a URL, or a sentence that says how to write them.

A URL may hold a password, so no message repeats it.
"""

import warnings
from pathlib import Path
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"


def database(env: environ.Env, default: Path) -> dict[str, Any]:
    """What ``DATABASE_URL`` says, as Django wants it; without it, the SQLite file *default*.

    Raises ImproperlyConfigured in words.
    """
    if not env.str("DATABASE_URL", default=""):
        return {"ENGINE": SQLITE, "NAME": str(default)}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            config: dict[str, Any] = env.db_url("DATABASE_URL")
    except ValueError:
        config = {}
    if config.get("ENGINE") not in (SQLITE, POSTGRESQL) or config["NAME"] in ("", ":memory:"):
        raise ImproperlyConfigured(
            "DATABASE_URL names no database that Ledarna can use. Write it as"
            " sqlite:////absolute/path/ledarna.sqlite3 or postgres://user:password@host:5432/name;"
            " signs such as # / ? @ in the password are written as %23 %2F %3F %40."
        )
    return config


def email(env: environ.Env) -> dict[str, Any]:
    """What ``EMAIL_URL`` says, as Django wants it. Raises ImproperlyConfigured in words."""
    try:
        config: dict[str, Any] = env.email_url("EMAIL_URL", default="consolemail://")
    except (ImproperlyConfigured, ValueError):
        raise ImproperlyConfigured(
            "EMAIL_URL names no way of sending mail. Write it as smtp+tls://user:password@host:587,"
            " or leave it out: then mail is shown on the console."
        ) from None
    return config
