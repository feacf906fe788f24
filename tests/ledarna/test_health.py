"""``/healthz``: what a monitor is told."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from ledarna import health
from ledarna.backup import last

Usage = namedtuple("Usage", "total used free")


@pytest.mark.django_db
def test_health_is_told_without_signing_in_and_kept_nowhere(client):
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ok": True,
        "checks": {name: {"ok": True, "what": ""} for name in ("database", "migrations", "disk", "backup")},
        "last_backup": {"hours": None},
    }
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.django_db
def test_health_is_only_read(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_health_costs_two_questions_to_the_database(client, django_assert_max_num_queries):
    client.get("/healthz")
    with django_assert_max_num_queries(3):
        client.get("/healthz")


@pytest.mark.django_db
def test_health_is_told_over_plain_http_when_others_are_served(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_database_that_does_not_answer(client, monkeypatch):
    def refuse(*args):
        raise OperationalError("the host db.example.se is down")

    monkeypatch.setattr(connection, "cursor", refuse)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == {"ok": False, "what": "The database does not answer."}
    assert "db.example.se" not in answer.content.decode()


@pytest.mark.django_db
def test_a_database_that_lacks_migrations(client):
    MigrationRecorder.Migration.objects.filter(app="board").delete()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["migrations"] == {
        "ok": False,
        "what": "The database lacks the latest migrations of board.",
    }


@pytest.mark.django_db
def test_a_disk_that_is_nearly_full(client, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: Usage(10**10, 10**10, 5 * 1024**2))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["disk"]["what"] == "Only 5 MB are free in the data directory."
    assert health.LEAST_FREE_BYTES > 5 * 1024**2


@pytest.mark.django_db
def test_a_data_directory_that_is_gone(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["disk"]["what"] == "The data directory cannot be read."


@pytest.mark.django_db
def test_the_age_of_the_last_backup(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    last.note(timezone.now() - timedelta(hours=30))
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["last_backup"] == {"hours": 30.0}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hours", "most", "what"),
    [
        (30, 26, "The last backup is 30 hours old."),
        (20, 26, ""),
        (None, 26, "No backup is known of."),
        (None, 0, ""),
    ],
)
def test_a_backup_that_is_older_than_it_may_be(client, settings, tmp_path, hours, most, what):
    settings.DATA_DIR, settings.LEDARNA_BACKUP_HOURS = tmp_path, most
    if hours:
        last.note(timezone.now() - timedelta(hours=hours))
    answer = client.get("/healthz")
    assert answer.status_code == (503 if what else 200)
    assert answer.json()["checks"]["backup"]["what"] == what


@pytest.mark.django_db
def test_a_note_of_the_last_backup_that_cannot_be_read(client, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "last-backup.json").write_text("{")
    assert client.get("/healthz").json()["last_backup"] == {"hours": None}
