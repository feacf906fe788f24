"""Each thing that an operator can get wrong is told in a sentence, with what to do about it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.db import NotSupportedError, OperationalError, connections

from ledarna import checks
from ledarna.tryout import sign_ins_file

# The checks only read it.
pytestmark = pytest.mark.filterwarnings("ignore:Overriding setting DATABASES")


def told(identity: str, **options) -> list[str]:
    """The sentences of the check messages that are known as *identity*."""
    found = [message for message in run_checks(**options) if message.id == identity]
    assert all(message.hint for message in found)
    return [message.msg for message in found]


def test_the_settings_of_the_tests_have_no_fault():
    assert run_checks() == []


def test_a_data_directory_that_is_not_there(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    assert told("ledarna.E001") == [f"The data directory {tmp_path}/gone cannot be written to."]


@pytest.mark.parametrize("key", ["short", "change-me-" * 6, "django-insecure-" + "x8Kq" * 12])
def test_a_secret_key_that_can_be_guessed(settings, key):
    settings.SECRET_KEY = key
    assert len(told("ledarna.E002")) == 1


def test_debug_while_others_are_served(settings):
    settings.DEBUG = True
    assert told("ledarna.E003") == []
    settings.SERVED_TO_OTHERS = True
    assert len(told("ledarna.E003")) == 1


def test_no_allowed_host(settings):
    settings.ALLOWED_HOSTS = []
    assert len(told("ledarna.E004")) == 1


@pytest.mark.parametrize("host", ["*", "*.example.se"])
def test_a_host_that_lets_anything_in(settings, host):
    settings.ALLOWED_HOSTS = [host]
    assert told("ledarna.E005") == [f"ALLOWED_HOSTS holds “{host}”, so that a forged host name is believed."]


@pytest.mark.parametrize("host", ["https://ledarna.example.se", "ledarna.example.se:443"])
def test_a_host_that_is_more_than_a_host_name(settings, host):
    settings.ALLOWED_HOSTS = [host]
    assert len(told("ledarna.E006")) == 1


def test_hosts_as_they_should_be_written(settings):
    settings.ALLOWED_HOSTS = ["ledarna.example.se", ".example.se", "127.0.0.1", "[::1]"]
    assert run_checks() == []


@pytest.mark.parametrize(
    ("currency", "why"),
    [("SKR", "no currency"), ("sek", "no currency"), ("JPY", "hundredths"), ("KWD", "hundredths")],
)
def test_a_currency_that_the_ledger_cannot_be_kept_in(settings, currency, why):
    settings.LEDARNA_CURRENCY = currency
    (sentence,) = told("ledarna.E007")
    assert why in sentence


def test_a_second_factor_asked_of_a_role_that_is_none(settings):
    settings.SECOND_FACTOR_ROLES = ["treasurer", "kassör"]
    assert told("ledarna.E014") == ["SECOND_FACTOR_ROLES names kassör, which is no role."]


def test_the_passwords_of_the_tryout_while_others_are_served(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    settings.SERVED_TO_OTHERS = True
    assert told("ledarna.E008") == []
    sign_ins_file(tmp_path).touch()
    assert len(told("ledarna.E008")) == 1


def test_mail_that_reaches_nobody_while_others_are_served(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert told("ledarna.W001") == []
    settings.SERVED_TO_OTHERS = True
    assert len(told("ledarna.W001")) == 1
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert told("ledarna.W001") == []


@pytest.fixture
def sqlite_in(settings):
    """Let the settings name an SQLite file in a directory."""

    def put(directory: Path) -> None:
        settings.DATABASES = {
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(directory / "ledarna.sqlite3")}
        }

    return put


def test_an_old_sqlite(sqlite_in, tmp_path, monkeypatch):
    sqlite_in(tmp_path)
    monkeypatch.setattr("sqlite3.sqlite_version_info", (3, 31, 1))
    assert len(told("ledarna.E009")) == 1


def test_a_database_file_in_a_directory_that_is_not_there(sqlite_in, tmp_path):
    sqlite_in(tmp_path / "gone")
    assert len(told("ledarna.E010")) == 1


def test_sqlite_on_a_network_file_system(sqlite_in, tmp_path, monkeypatch):
    shared = tmp_path / "our files"
    shared.mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(
        f"/dev/vda1 / ext4 rw 0 0\nserver:/srv {str(shared).replace(' ', chr(92) + '040')} nfs4 rw 0 0\n"
    )
    monkeypatch.setattr(checks, "MOUNTS", mounts)
    sqlite_in(shared)
    assert told("ledarna.E011") == [
        f"The database lies in {shared}, on a network file system (nfs4), where SQLite can lose data."
    ]
    sqlite_in(tmp_path)
    assert told("ledarna.E011") == []


def test_postgresql_is_not_checked_as_a_file(settings):
    settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "gone/ledarna"}}
    assert run_checks() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "identity", "sentence"),
    [
        (
            OperationalError("connection refused\n\tIs the server running?"),
            "ledarna.E012",
            "The database does not answer: connection refused.",
        ),
        (
            NotSupportedError("PostgreSQL 14 or later is required (found 13.2)."),
            "ledarna.E013",
            "PostgreSQL 14 or later is required (found 13.2).",
        ),
    ],
)
def test_a_database_that_cannot_be_used(monkeypatch, error, identity, sentence):
    def refuse(self):
        raise error

    monkeypatch.setattr(type(connections["default"]), "ensure_connection", refuse)
    messages = list(checks.check_database(databases=["default"]))
    assert [(message.id, message.msg) for message in messages] == [(identity, sentence)]


def manage(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run ``manage.py`` with the project's own settings, and of the environment only what is given."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=django_settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_settings_of_production_pass_the_check_for_deployment(tmp_path):
    done = manage(
        "check",
        "--deploy",
        "--fail-level=WARNING",
        LEDARNA_DATA_DIR=str(tmp_path),
        ALLOWED_HOSTS="ledarna.example.se",
        EMAIL_URL="smtp+tls://ledarna:password@mail.example.se:587",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"


def test_served_to_others_cookies_are_of_one_host(tmp_path):
    done = manage(
        "shell",
        "--no-imports",
        "-c",
        "from django.conf import settings as s;"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, *s.SECOND_FACTOR_ROLES)",
        LEDARNA_DATA_DIR=str(tmp_path),
        ALLOWED_HOSTS="ledarna.example.se",
    )
    assert done.stdout == "__Host-sessionid __Host-csrftoken __Host-language treasurer administrator\n"


def test_a_database_url_that_cannot_be_read_is_told_without_a_traceback(tmp_path):
    done = manage("migrate", LEDARNA_DATA_DIR=str(tmp_path), DATABASE_URL="mysql://user:hidden@host/name")
    assert done.returncode == 1
    assert done.stderr.startswith("The settings cannot be used. DATABASE_URL names no database")
    assert done.stderr.count("\n") == 1
    assert "hidden" not in done.stderr
