"""Where documents are kept: each once, for good."""

import hashlib
import stat
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile

from ledarna.storage import DocumentStorage

CONTENT = b"Kvitto 17"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def storage(tmp_path):
    return DocumentStorage(tmp_path / "documents")


def files_in(storage):
    return [path for path in storage.location.rglob("*") if path.is_file()]


def test_a_document_is_kept_under_its_digest(storage):
    assert storage.save("../../kvitto.pdf", BytesIO(CONTENT)) == SHA256
    assert storage.open(SHA256).read() == CONTENT
    assert storage.size(SHA256) == len(CONTENT)
    assert [path.name for path in files_in(storage)] == [SHA256]


def test_the_same_content_is_kept_once(storage):
    storage.save("a", ContentFile(CONTENT))
    before = Path(storage.path(SHA256)).stat().st_ino
    storage.save("b", BytesIO(CONTENT))
    assert [path.stat().st_ino for path in files_in(storage)] == [before]


def test_a_file_that_was_read_before_is_kept_whole(storage):
    file = BytesIO(CONTENT)
    file.read(4)
    assert storage.save(None, file) == SHA256


def test_a_document_cannot_be_written_by_anybody(storage):
    storage.save(None, BytesIO(CONTENT))
    assert not Path(storage.path(SHA256)).stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IRWXO)


def test_a_document_is_never_deleted(storage):
    storage.save(None, BytesIO(CONTENT))
    with pytest.raises(PermissionError, match="BFL 7:2"):
        storage.delete(SHA256)
    assert storage.exists(SHA256)


def test_a_document_is_never_opened_for_writing(storage):
    storage.save(None, BytesIO(CONTENT))
    with pytest.raises(PermissionError):
        storage.open(SHA256, "wb")


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, SHA256.upper(), f"{SHA256}\n", "/etc"])
def test_only_a_digest_names_a_document(storage, name):
    with pytest.raises(SuspiciousFileOperation):
        storage.open(name)


def test_an_altered_document_is_not_taken_for_the_one_that_is_brought(storage):
    storage.save(None, BytesIO(CONTENT))
    path = Path(storage.path(SHA256))
    path.chmod(0o600)
    path.write_bytes(b"Kvitto 18")
    with pytest.raises(OSError, match="altered"):
        storage.save(None, BytesIO(CONTENT))


def test_a_writer_that_fails_leaves_nothing(storage):
    class Broken(BytesIO):
        def read(self, *args):
            raise OSError("the line broke")

    with pytest.raises(OSError, match="line broke"):
        storage.save(None, Broken())
    assert files_in(storage) == []


def test_many_who_bring_the_same_document_at_once_all_succeed(storage):
    found = []
    content = CONTENT * 50_000
    threads = [Thread(target=lambda: found.append(storage.save(None, BytesIO(content)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [hashlib.sha256(content).hexdigest()] * 8
    assert len(files_in(storage)) == 1
