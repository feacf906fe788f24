"""Tables between upload and confirmation."""

import os
import time
from io import BytesIO
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from ledarna.tables import pending
from ledarna.tables.grid import LARGEST


@pytest.fixture
def directory(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "pending"


def put(content=b"a;b", name="tabell.csv"):
    return pending.put(BytesIO(content), name, "kassor", "budget")


def test_a_table_is_had_back_by_its_token(directory):
    assert pending.get(put().token, "kassor", "budget").content == b"a;b"


@pytest.mark.parametrize(("username", "kind"), [("annan", "budget"), ("kassor", "vouchers")])
def test_a_token_is_good_for_one_user_and_one_kind(directory, username, kind):
    token = put().token
    with pytest.raises(ValidationError, match="finns inte kvar"):
        pending.get(token, username, kind)


def test_a_token_that_was_altered_is_refused(directory):
    with pytest.raises(ValidationError, match="finns inte kvar"):
        pending.get(put().token[:-1] + "x", "kassor", "budget")


def test_what_nobody_confirmed_is_thrown_away_after_a_day(directory):
    old = put(b"old")
    [file] = directory.iterdir()
    os.utime(file, (0, time.time() - pending.KEPT_SECONDS - 1))
    put(b"new")
    with pytest.raises(ValidationError, match="finns inte kvar"):
        pending.get(old.token, "kassor", "budget")
    assert len(list(directory.iterdir())) == 1


def test_what_another_upload_throws_away_meanwhile_stands_in_nobodys_way(directory, monkeypatch):
    put(b"old")
    [file] = directory.iterdir()
    monkeypatch.setattr(Path, "iterdir", lambda self: iter([file.with_name("gone"), file]))
    assert put(b"new").content == b"new"


@pytest.mark.parametrize(("content", "sentence"), [(b"", "tom"), (bytes(LARGEST + 1), "större än")])
def test_an_empty_and_a_too_large_file_are_refused_and_not_kept(directory, content, sentence):
    with pytest.raises(ValidationError, match=sentence):
        put(content)
    assert not directory.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "a\x00b", "x" * 500, "\u202egnp.csv"])
def test_the_name_of_a_file_names_no_place_and_hides_nothing(directory, name):
    found = put(name=name)
    assert [Path(file).parent for file in directory.iterdir()] == [directory]
    assert found.name.isprintable()
    assert len(found.name) <= pending.LONGEST_NAME


def test_only_its_owner_can_read_the_directory(directory):
    put()
    assert directory.stat().st_mode & 0o777 == 0o700
