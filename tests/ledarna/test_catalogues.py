"""Message catalogues are compiled without any tool of the machine's."""

import gettext
import os

import pytest

from ledarna.catalogues import compile_catalogues

PO = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "voucher"\nmsgstr "verifikation"\n'


@pytest.fixture
def catalogue(tmp_path):
    source = tmp_path / "finance" / "locale" / "sv" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    return source


def test_a_catalogue_is_compiled_once(catalogue, tmp_path):
    assert compile_catalogues(tmp_path) == [catalogue]
    assert compile_catalogues(tmp_path) == []
    with catalogue.with_suffix(".mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("voucher") == "verifikation"


def test_a_catalogue_that_was_changed_is_compiled_again(catalogue, tmp_path):
    compile_catalogues(tmp_path)
    later = catalogue.with_suffix(".mo").stat().st_mtime_ns + 1
    os.utime(catalogue, ns=(later, later))
    assert compile_catalogues(tmp_path) == [catalogue]


def test_a_catalogue_that_cannot_be_read_is_named(catalogue, tmp_path):
    catalogue.write_text(PO + 'msgid "unfinished\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"finance/locale/sv/LC_MESSAGES/django\.po cannot be read"):
        compile_catalogues(tmp_path)
