"""URLs from the environment: read, or refused in words that never repeat a password."""

from pathlib import Path

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from ledarna import environment
from ledarna.secret_key import kept_secret_key


@pytest.fixture
def env(monkeypatch):
    for name in ("DATABASE_URL", "EMAIL_URL"):
        monkeypatch.delenv(name, raising=False)
    return environ.Env()


def test_without_a_url_the_database_is_a_file_whatever_signs_its_path_has(env):
    file = Path("/srv/50 % & more?/#1.sqlite3")
    assert environment.database(env, file) == {"ENGINE": environment.SQLITE, "NAME": str(file)}


def test_a_url_of_postgresql(env, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://ledarna:a%23b@db.example.se:5433/books")
    config = environment.database(env, Path("unused"))
    assert (
        config["ENGINE"],
        config["USER"],
        config["PASSWORD"],
        config["HOST"],
        config["PORT"],
        config["NAME"],
    ) == (
        environment.POSTGRESQL,
        "ledarna",
        "a#b",
        "db.example.se",
        5433,
        "books",
    )


@pytest.mark.parametrize(
    "url",
    [
        "books",
        "postgres//user:hidden@host/name",
        "mysql://user:hidden@host/name",
        "postgres://user:hidden@host:port/name",
        "postgres://user:hidden@host",
        "sqlite://",
        "sqlite:///:memory:",
    ],
)
def test_a_database_url_that_cannot_be_used(env, monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="Write it as") as refused:
        environment.database(env, Path("unused"))
    assert "hidden" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["mail.example.se", "pigeon://user:hidden@host", "smtp://user:hidden@host:port"]
)
def test_an_email_url_that_cannot_be_used(env, monkeypatch, url):
    monkeypatch.setenv("EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="Write it as") as refused:
        environment.email(env)
    assert "hidden" not in str(refused.value)


def test_mail_goes_to_the_console_unless_told_otherwise(env):
    assert environment.email(env)["EMAIL_BACKEND"].endswith("console.EmailBackend")


def test_the_secret_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    key = kept_secret_key(tmp_path / "data")
    assert len(key) >= 50
    assert kept_secret_key(tmp_path / "data") == key
    assert (tmp_path / "data" / "secret-key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_directory_that_cannot_be_made_is_told_in_words(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ImproperlyConfigured, match="set LEDARNA_DATA_DIR to another one"):
        kept_secret_key(tmp_path / "file" / "data")
