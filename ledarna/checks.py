"""System checks: each thing that an operator can get wrong, with a sentence that says how to mend it.

What makes it impossible to read the settings at all is told by ``ledarna/environment.py``.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from babel.numbers import get_currency_precision
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import NotSupportedError, OperationalError, connections
from moneyed import CURRENCIES

from finance.checks import broken
from ledarna.environment import SQLITE
from ledarna.guards import BOARD, MEMBERS
from ledarna.roles import ROLES
from ledarna.tryout import sign_ins_file

SHORTEST_SECRET_KEY = 32
PLACEHOLDERS = ("change", "secret", "insecure", "example", "placeholder")
OLDEST_SQLITE = (3, 35, 0)
NETWORK_FILE_SYSTEMS = ("9p", "cifs", "fuse.sshfs", "nfs", "nfs4", "smb3", "smbfs")
MOUNTS = Path("/proc/mounts")


@register()
def check_data_dir(**kwargs: Any) -> list[CheckMessage]:
    """Tell when the data directory cannot be written to."""
    if settings.DATA_DIR.is_dir() and os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The data directory {settings.DATA_DIR} cannot be written to.",
            hint="Make it and give it to the user that runs Ledarna, or set LEDARNA_DATA_DIR to another one.",
            id="ledarna.E001",
        )
    ]


@register()
def check_secret_key(**kwargs: Any) -> list[CheckMessage]:
    """Tell when the secret key could be guessed."""
    key = settings.SECRET_KEY
    if len(key) >= SHORTEST_SECRET_KEY and not any(word in key.lower() for word in PLACEHOLDERS):
        return []
    return [
        Error(
            f"SECRET_KEY is a placeholder or shorter than {SHORTEST_SECRET_KEY} characters, so it can be guessed.",
            hint="Leave SECRET_KEY out: Ledarna makes one and keeps it in the data directory."
            " Or set it to 50 characters made at random.",
            id="ledarna.E002",
        )
    ]


@register()
def check_debug(**kwargs: Any) -> list[CheckMessage]:
    """Tell when others could see the settings and the source in error pages."""
    if not (settings.DEBUG and settings.SERVED_TO_OTHERS):
        return []
    return [
        Error(
            "DEBUG is on while ALLOWED_HOSTS names a host that others reach.",
            hint="Leave DEBUG out of the environment, or set it to no.",
            id="ledarna.E003",
        )
    ]


@register()
def check_allowed_hosts(**kwargs: Any) -> Iterator[CheckMessage]:
    """Tell when ALLOWED_HOSTS lets anything in, or is written so that it lets nothing in."""
    if not settings.ALLOWED_HOSTS:
        yield Error(
            "ALLOWED_HOSTS is empty, so that every request is refused.",
            hint="Set it to the host name that people use, such as ALLOWED_HOSTS=ledarna.example.se,"
            " or leave it out to serve this machine alone.",
            id="ledarna.E004",
        )
    for host in settings.ALLOWED_HOSTS:
        if "*" in host:
            yield Error(
                f"ALLOWED_HOSTS holds “{host}”, so that a forged host name is believed.",
                hint="Set it to the host name that people use, such as ALLOWED_HOSTS=ledarna.example.se."
                " For all hosts of a domain, begin with a full stop: .example.se.",
                id="ledarna.E005",
            )
        elif "/" in host or (":" in host and not host.startswith("[")):
            yield Error(
                f"ALLOWED_HOSTS holds “{host}”, which is more than a host name and so is never met.",
                hint="Write the host name alone, without https:// and without a port.",
                id="ledarna.E006",
            )


@register()
def check_currency(**kwargs: Any) -> list[CheckMessage]:
    """Tell when the currency is unknown, or does not have the hundredths that the ledger counts."""
    currency = settings.LEDARNA_CURRENCY
    if currency not in CURRENCIES:
        wrong = f"LEDARNA_CURRENCY is “{currency}”, which is no currency of ISO 4217."
    elif get_currency_precision(currency) != 2:
        wrong = f"LEDARNA_CURRENCY is {currency}, which is not divided into hundredths as the ledger is."
    else:
        return []
    return [
        Error(
            wrong,
            hint="Set it to three capital letters, such as SEK or EUR, or leave it out for SEK.",
            id="ledarna.E007",
        )
    ]


@register()
def check_email(**kwargs: Any) -> list[CheckMessage]:
    """Tell when others are served and mail goes nowhere but to the console."""
    if not settings.SERVED_TO_OTHERS or not settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
        return []
    return [
        Warning(
            "Mail is written to the console and reaches nobody.",
            hint="Set EMAIL_URL, such as smtp+tls://user:password@mail.example.se:587.",
            id="ledarna.W001",
        )
    ]


@register()
def check_second_factor_roles(**kwargs: Any) -> list[CheckMessage]:
    """Tell when a second factor is asked of a role that there is not, and so of nobody."""
    unknown = [role for role in settings.SECOND_FACTOR_ROLES if role not in ROLES]
    if not unknown:
        return []
    return [
        Error(
            f"SECOND_FACTOR_ROLES names {', '.join(unknown)}, which is no role.",
            hint=f"Write some of {', '.join(ROLES)}, with commas between.",
            id="ledarna.E014",
        )
    ]


@register()
def check_tryout_is_over(**kwargs: Any) -> list[CheckMessage]:
    """Tell when others are served and the try-out's passwords still lie in the data directory."""
    file = sign_ins_file(settings.DATA_DIR)
    if not settings.SERVED_TO_OTHERS or not file.exists():
        return []
    return [
        Error(
            f"Others are served, and {file} holds the passwords of the try-out.",
            hint="Begin with a new LEDARNA_DATA_DIR and a new database. To keep these, give the users in the"
            " file new passwords or make them inactive, and delete the file.",
            id="ledarna.E008",
        )
    ]


@register()
def check_sqlite(**kwargs: Any) -> Iterator[CheckMessage]:
    """Tell when SQLite is too old, or its file lies where its locks do not hold."""
    config = settings.DATABASES["default"]
    if config["ENGINE"] != SQLITE:
        return
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Error(
            f"SQLite {sqlite3.sqlite_version} is too old; Ledarna needs"
            f" {'.'.join(map(str, OLDEST_SQLITE))} or later.",
            hint="Use a newer Python, which brings a newer SQLite, or set DATABASE_URL to PostgreSQL.",
            id="ledarna.E009",
        )
    directory = Path(config["NAME"]).absolute().parent
    if not directory.is_dir():
        yield Error(
            f"DATABASE_URL puts the database into {directory}, which is not there.",
            hint="Make the directory, or correct the path: an absolute one has four slashes,"
            " sqlite:////srv/ledarna/ledarna.sqlite3.",
            id="ledarna.E010",
        )
    elif (kind := _file_system(directory)) in NETWORK_FILE_SYSTEMS:
        yield Error(
            f"The database lies in {directory}, on a network file system ({kind}), where SQLite can lose data.",
            hint="Set LEDARNA_DATA_DIR to a directory on this machine's own disk,"
            " or DATABASE_URL to PostgreSQL.",
            id="ledarna.E011",
        )


def _file_system(directory: Path) -> str:
    """The kind of file system that *directory* is on; empty where the machine does not tell (not Linux)."""
    if not MOUNTS.exists():
        return ""
    mounts = [line.split(" ")[1:3] for line in MOUNTS.read_text(encoding="utf-8").splitlines()]
    holding = [
        (len(place), kind)
        for place, kind in ((escaped.replace("\\040", " "), kind) for escaped, kind in mounts)
        if directory.resolve().is_relative_to(place)
    ]
    return max(holding, default=(0, ""))[1]


@register(Tags.database)
def check_database(*, databases: Sequence[str] | None = None, **kwargs: Any) -> Iterator[CheckMessage]:
    """Tell when the database does not answer, or is too old."""
    for alias in databases or []:
        connection = connections[alias]
        pooled = "pool" in connection.settings_dict["OPTIONS"]
        if pooled:
            # A pool would try for a while, and then not say what was wrong.
            connection = connection.copy()
            del connection.settings_dict["OPTIONS"]["pool"]
        try:
            connection.ensure_connection()
        except OperationalError as error:
            yield Error(
                f"The database does not answer: {str(error).splitlines()[0].rstrip('.')}.",
                hint="See that its server runs, and that DATABASE_URL names its host, port, user and database.",
                id="ledarna.E012",
            )
        except NotSupportedError as error:
            yield Error(
                f"{error}",
                hint="Upgrade the database server, or set DATABASE_URL to a newer one.",
                id="ledarna.E013",
            )
        finally:
            if pooled:
                connection.close()


@register(Tags.database)
def check_guards(*, databases: Sequence[str] | None = None, **kwargs: Any) -> Iterator[CheckMessage]:
    """Tell when the database does not hold every trigger of the board's and the members' guard as their files say."""
    for guard, table, of, identity in (
        (BOARD, "board_documentversion", "the board's documents", "ledarna.W002"),
        (MEMBERS, "members_membercountpart", "the members' sections", "ledarna.W003"),
    ):
        for faults in broken(guard, table, databases):
            yield Warning(
                f"The guard of {of} is not whole: {faults}",
                hint="Run “manage.py migrate”, which puts it in place.",
                id=identity,
            )
