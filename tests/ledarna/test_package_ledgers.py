"""The journal and the general ledger on paper: every row, in as many files as are needed."""

import io
import re
import subprocess
from datetime import date

import pytest
from django.utils import translation
from pypdf import PdfReader

from ledarna.package import contents, ledgers
from ledarna.package.writing import write_package
from ledarna.pdf import pdf, pdfs_apart
from tests.factories import a_fiscal_year, a_posted_voucher, an_opening_balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "1000.10")
    an_opening_balance(year, "2067", "-1000.10")
    for month in range(1, 13):
        a_posted_voucher(
            year,
            day=date(2023, month, 1),
            rows=(("5010", f"{month}850.05"), ("1930", f"-{month}850.05")),
            text=f"Hyra {month}",
        )
    return year


@pytest.fixture
def handed(monkeypatch):
    """What the template was given to set, file by file."""
    given = []

    def kept(template, data, day):
        given.append(data)
        return b""

    monkeypatch.setattr(ledgers, "pdf", kept)
    return given


def written(parts):
    """The content of each PDF among *parts*, by its name, as the package writes them."""
    with translation.override("sv"):
        return {part.name: b"".join(part.content()) for part in parts() if part.name.endswith(".pdf")}


def cells(data):
    return [row["cells"] for page in data["pages"] for section in page for row in section["rows"]]


def test_a_short_ledger_is_one_file(year):
    facts = contents.Facts(year)
    assert list(written(lambda: contents._journal(facts))) == ["bokforing/grundbok.pdf"]
    assert list(written(lambda: contents._general_ledger(facts))) == ["bokforing/huvudbok.pdf"]


def test_a_long_ledger_goes_on_in_numbered_files_that_say_where_they_begin(year, handed, monkeypatch):
    monkeypatch.setattr(ledgers, "ROWS_PER_FILE", 10)
    names = list(written(lambda: contents._journal(contents.Facts(year))))
    assert names == ["bokforing/grundbok-1.pdf", "bokforing/grundbok-2.pdf", "bokforing/grundbok-3.pdf"]
    assert [data["title"] for data in handed] == [
        "Grundbok, del 1 av 3",
        "Grundbok, del 2 av 3",
        "Grundbok, del 3 av 3",
    ]
    assert [data["about"][-1] for data in handed] == [
        "Registreringsnr 1–5",
        "Registreringsnr 6–10",
        "Registreringsnr 11–12",
    ]


@pytest.mark.parametrize(
    ("parts", "amounts"), [(contents._journal, (-2, -1)), (contents._general_ledger, (-3, -2, -1))]
)
@pytest.mark.parametrize("rows_per_file", [7, 5_000])
def test_every_amount_of_the_table_stands_on_paper(year, handed, monkeypatch, parts, amounts, rows_per_file):
    monkeypatch.setattr(ledgers, "ROWS_PER_FILE", rows_per_file)
    facts = contents.Facts(year)
    with translation.override("sv"):
        csv_part = next(part for part in parts(facts) if part.name.endswith(".csv"))
        lines = b"".join(csv_part.content()).decode().splitlines()[1:]
    written(lambda: parts(facts))
    on_paper = [
        [re.sub(r"\s", "", row[place]).replace("\u2212", "-") for place in amounts]
        for data in handed
        for row in cells(data)
    ]
    assert on_paper == [[line.split(";")[place] for place in amounts] for line in lines]


def test_an_account_that_goes_over_to_the_next_file_is_said_to_continue(year, handed, monkeypatch):
    monkeypatch.setattr(ledgers, "ROWS_PER_FILE", 9)
    written(lambda: contents._general_ledger(contents.Facts(year)))
    sections = [
        [(section["title"], section["is_continued"]) for page in data["pages"] for section in page]
        for data in handed
    ]
    (first, *_rest), (second, *_others) = sections[:2]
    assert first[1] is False
    assert second == (sections[0][-1][0], True)


def test_a_sum_is_told_from_the_rows(year, handed):
    written(lambda: contents._general_ledger(contents.Facts(year)))
    sums = [
        row["cells"][2]
        for page in handed[0]["pages"]
        for section in page
        for row in section["rows"]
        if row["is_sum"]
    ]
    assert sums == ["Ingående balans", "Utgående balans"] * 3


def test_each_file_is_tagged_and_whole_and_the_same_every_time(year):
    facts = contents.Facts(year)
    first = written(lambda: contents._journal(facts))
    assert written(lambda: contents._journal(contents.Facts(year))) == first
    document = PdfReader(io.BytesIO(first["bokforing/grundbok.pdf"]))
    metadata = document.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert document.root_object["/MarkInfo"]["/Marked"]
    assert "Hyra 12" in document.pages[-1].extract_text()


@pytest.mark.parametrize("text", ["M" * 255, "ord " * 60, "Möte" * 40, "漢字" * 60, "W m " * 50])
def test_a_long_text_takes_the_lines_that_it_needs_and_no_page_more(year, monkeypatch, text):
    for day in range(1, 29):
        a_posted_voucher(year, day=date(2023, 5, day), text=text[:255])
    given = []

    def kept(template, data, day):
        given.append(data)
        return pdf(template, data, day)

    monkeypatch.setattr(ledgers, "pdf", kept)
    for content in written(lambda: contents._journal(contents.Facts(year))).values():
        assert len(PdfReader(io.BytesIO(content)).pages) == len(given[0]["pages"])


def test_a_year_without_vouchers_has_both_books(year):
    facts = contents.Facts(a_fiscal_year(2021))
    assert written(lambda: contents._journal(facts))["bokforing/grundbok.pdf"].startswith(b"%PDF")
    assert written(lambda: contents._general_ledger(facts))["bokforing/huvudbok.pdf"].startswith(b"%PDF")


def test_a_long_ledger_is_set_in_its_order_by_processes_of_their_own(year, monkeypatch):
    monkeypatch.setattr(ledgers, "ROWS_PER_FILE", 5)
    here = written(lambda: contents._journal(contents.Facts(year)))
    assert len(here) == 5
    monkeypatch.setattr(ledgers, "ROWS_SET_HERE", 0)
    assert written(lambda: contents._journal(contents.Facts(year))) == here


def test_a_package_that_is_not_written_to_its_end_leaves_no_process(year, monkeypatch, started):
    monkeypatch.setattr(ledgers, "ROWS_PER_FILE", 5)
    monkeypatch.setattr(ledgers, "ROWS_SET_HERE", 0)
    monkeypatch.setattr("ledarna.pdf.processors", lambda: 3)

    def tell(name, number, of):
        if name == "bokforing/grundbok-2.pdf":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_package(year, io.BytesIO(), tell)
    assert len(started) == 4
    assert all(process.returncode is not None for process in started)


def a_document(number, **changed):
    return {
        "language": "sv",
        "association": {"name": "Föreningen", "number": ""},
        "foot": "",
        "period": "2023",
        "title": f"Grundbok {number}",
        "about": [],
        "date": "2023-12-31",
        "columns": [{"title": "Text", "width": None, "is_number": False}],
        "pages": [[{"title": "", "is_continued": False, "rows": []}]],
        "words": {"continued": ""},
        **changed,
    }


@pytest.fixture
def started(monkeypatch):
    """The processes that were started."""
    begun = []

    class Noted(subprocess.Popen):
        def __init__(self, *arguments, **named):
            super().__init__(*arguments, **named)
            begun.append(self)

    monkeypatch.setattr(subprocess, "Popen", Noted)
    return begun


def test_no_more_documents_are_read_than_are_under_way(started):
    read = []
    documents = (read.append(number) or a_document(number) for number in range(6))
    for number, content in enumerate(pdfs_apart("ledger", documents, date(2023, 12, 31), at_once=2), start=1):
        assert f"Grundbok {number - 1}" in PdfReader(io.BytesIO(content)).pages[0].extract_text()
        assert len(read) == len(started) == min(6, number + 2)


def test_what_the_compiler_refuses_is_told_with_its_place_and_words_and_leaves_no_process(started):
    documents = [a_document(0), a_document(1, columns=None), a_document(2), a_document(3)]
    content = pdfs_apart("ledger", documents, date(2023, 12, 31), at_once=3)
    assert next(content).startswith(b"%PDF")
    with pytest.raises(RuntimeError, match=r"(?s)Grundbok 1.*TypstError: type none"):
        next(content)
    assert all(process.returncode is not None for process in started)


def test_a_process_that_is_ended_from_without_is_told_with_its_place(started):
    def documents():
        yield a_document(0)
        yield a_document(1)
        started[1].kill()

    content = pdfs_apart("ledger", documents(), date(2023, 12, 31), at_once=2)
    next(content)
    with pytest.raises(RuntimeError, match="Grundbok 1: -9"):
        next(content)
