"""``manage.py serve``: from nothing to a running server, or a sentence that says what is missing."""

import json
import re
import signal
import socket
from io import StringIO
from urllib.request import urlopen

import pytest
from django.core.checks.registry import CheckRegistry
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection, connections
from django.db.migrations.recorder import MigrationRecorder

from finance import guard
from finance.models import FiscalYear, Voucher
from ledarna.management.commands import serve as command
from ledarna.models import User
from ledarna.server import AddressError, listen
from ledarna.tryout import USERS, sign_ins_file
from tests.factories import a_fiscal_year


@pytest.fixture
def start(monkeypatch, settings, tmp_path):
    """Run the command up to the moment when the server would begin to answer; what it prints."""
    settings.DATA_DIR = tmp_path
    settings.STATIC_ROOT = tmp_path / "static"
    monkeypatch.setattr(command, "serve", lambda opened, when_ready: (opened.close(), when_ready()))

    def run(**options: str) -> str:
        output = StringIO()
        call_command("serve", bind="127.0.0.1:0", **options, stdout=output, stderr=StringIO())
        return output.getvalue()

    return run


def test_a_server_starts_answers_and_stops_cleanly(own_database):
    process = own_database.start("manage.py", "serve", "--bind", "127.0.0.1:0")
    output = ""
    for line in process.stdout:
        output += line
        if "(administratör)" in line:
            break
    address = re.search(r"http://127\.0\.0\.1:\d+", output)[0]
    with urlopen(f"{address}/healthz") as answer:
        assert json.load(answer)["ok"]
    with urlopen(f"{address}/sign-in/") as answer:
        page = answer.read().decode()
    stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page)[1]
    with urlopen(address + stylesheet) as answer:
        assert answer.status == 200
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=20) == ("", "")
    assert process.returncode == 0


def test_the_first_start_loads_the_example_and_names_a_user_for_each_role(own_database, start, tmp_path):
    printed = start()
    assert FiscalYear.objects.get().label == "2023"
    kept = json.loads(sign_ins_file(tmp_path).read_text())
    assert [person["username"] for person in kept] == list(USERS)
    for person in kept:
        assert f"{person['username']} " in printed
        assert f" {person['password']} " in printed


def test_the_second_start_changes_nothing(own_database, start, tmp_path):
    first = start()
    vouchers, collected = Voucher.objects.count(), (tmp_path / "static" / ".collected").stat().st_mtime_ns
    second = start()
    people = re.compile(r"^  \w+ +\S+  \(", re.MULTILINE)
    assert people.findall(second) == people.findall(first)
    assert Voucher.objects.count() == vouchers
    assert (tmp_path / "static" / ".collected").stat().st_mtime_ns == collected


def test_the_example_is_not_loaded_into_books_that_have_begun(own_database, start):
    a_fiscal_year(2025)
    start()
    assert FiscalYear.objects.get().label == "2025"


def test_books_can_begin_with_nothing(own_database, start):
    assert "kassor" in start(books="empty")
    assert not FiscalYear.objects.exists()


def test_books_can_begin_with_a_made_up_association(own_database, start, monkeypatch):
    asked = []
    real = command.call_command
    monkeypatch.setattr(
        command,
        "call_command",
        lambda name, **options: asked.append(name) or (name == "make_demo" or real(name, **options)),
    )
    start(books="demo")
    assert "make_demo" in asked
    assert "load_example" not in asked


def test_nothing_is_made_up_when_others_are_served(own_database, start, settings, tmp_path, monkeypatch):
    settings.SERVED_TO_OTHERS = True
    monkeypatch.setattr(CheckRegistry, "run_checks", lambda *args, **options: [])
    assert "http://127.0.0.1:" in start()
    assert not FiscalYear.objects.exists()
    assert not User.objects.exists()
    assert not sign_ins_file(tmp_path).exists()


@pytest.mark.django_db
def test_a_database_that_does_not_answer_stops_the_start(start, monkeypatch):
    def refuse(self):
        raise OperationalError("connection refused\n\tIs the server running?")

    monkeypatch.setattr(type(connections["default"]), "ensure_connection", refuse)
    with pytest.raises(CommandError, match=r"does not answer: connection refused\. See that its server runs"):
        start()


@pytest.mark.django_db
def test_tables_that_are_too_old_are_not_served_to_others(start, settings, monkeypatch):
    settings.SERVED_TO_OTHERS = True
    monkeypatch.setattr(CheckRegistry, "run_checks", lambda *args, **options: [])
    MigrationRecorder.Migration.objects.filter(app="members").delete()
    with pytest.raises(CommandError, match=r"lacks the latest tables of members\. .* “manage.py migrate”"):
        start()


@pytest.mark.django_db
def test_tables_of_a_later_version_are_not_served(start, settings, monkeypatch):
    settings.SERVED_TO_OTHERS = True
    monkeypatch.setattr(CheckRegistry, "run_checks", lambda *args, **options: [])
    MigrationRecorder.Migration.objects.create(app="finance", name="9999_of_next_year")
    with pytest.raises(CommandError, match=r"newer than this version of Ledarna \(in finance\)"):
        start()


@pytest.mark.django_db
def test_a_ledger_without_its_guard_is_not_served_to_others(start, settings, monkeypatch):
    settings.SERVED_TO_OTHERS = True
    monkeypatch.setattr(CheckRegistry, "run_checks", lambda *args, **options: [])
    guard.remove(connection)
    with pytest.raises(CommandError, match="guard is not whole"):
        start()


@pytest.mark.django_db
def test_a_fault_in_the_settings_stops_the_start(start, settings):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SERVED_TO_OTHERS = True
    with pytest.raises(SystemCheckError, match="a forged host name is believed"):
        start()


def test_a_port_that_is_taken_is_told_in_one_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(AddressError) as refused:
            listen(f"127.0.0.1:{port}")
    assert str(refused.value) == (
        f"Port {port} is taken by another program. Choose another one: make run PORT={port + 1}."
    )


@pytest.mark.parametrize("address", ["here", "127.0.0.1:", "127.0.0.1:http", "127.0.0.1:99999", ""])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(AddressError, match=r"Write it as 127\.0\.0\.1:8000"):
        listen(address)


def test_an_address_of_another_machine_is_refused():
    with pytest.raises(AddressError, match="not possible to serve on 192"):
        listen("192.0.2.1:0")


def test_a_port_alone_means_this_machine():
    with listen("0") as opened:
        assert opened.getsockname()[0] == "127.0.0.1"
