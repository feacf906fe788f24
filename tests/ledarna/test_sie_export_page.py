"""The page that gives a fiscal year as a SIE file."""

import pytest
from auditlog.models import LogEntry

from finance.models import Association
from finance.posting import chain_head
from finance.sie import read
from tests.factories import a_posted_voucher
from tests.finance.books import a_ledger, book, facts
from tests.ledarna.test_sie_import_pages import confirm, preview
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db

PAGE = "/year/2023/sie/"


@pytest.fixture
def year():
    year = a_ledger()
    Association.objects.create(name="Föreningen")
    book(year, [facts(text="Annons"), facts(text="Affisch", series="B")])
    return year


def taken(response):
    """The bytes of the file that was given."""
    return b"".join(response.streaming_content)


def test_the_page_says_what_each_type_holds(year):
    shown = main_of(reader("auditor").get(PAGE))
    for kind in ("Typ 1", "Typ 2", "Typ 3", "Typ 4", "Typ 4I"):
        assert kind in shown


def test_the_file_is_given_at_once_where_it_is_as_the_books_are(year):
    response = reader("auditor").post(PAGE, {"type": "4E"})
    head = chain_head(year).digest[:12]
    assert response["Content-Disposition"] == f'attachment; filename="sie4e-2023-{head}.se"'
    assert [voucher.text for voucher in read(taken(response)).document.vouchers] == ["Annons", "Affisch"]


def test_the_trail_keeps_who_took_it(year):
    client = reader("auditor")
    client.post(PAGE, {"type": "1"})
    entry = LogEntry.objects.latest("pk")
    assert entry.object_repr.startswith("sie1-2023-")
    assert entry.actor.groups.get().name == "auditor"


def test_what_is_not_as_in_the_books_is_said_before_the_file_is_given(year):
    a_posted_voucher(year, text="12 €")
    client = reader("treasurer")
    before = LogEntry.objects.count()
    response = client.post(PAGE, {"type": "4E"})
    assert "€" in main_of(response)
    assert LogEntry.objects.count() == before
    response = client.post(PAGE, {"type": "4E", "told": "on"})
    assert read(taken(response)).document.vouchers[-1].text == "12 EUR"


def test_chosen_vouchers_are_given_as_a_file_to_be_read_in(year):
    response = reader("treasurer").post(PAGE, {"type": "4I", "vouchers": "B1"})
    assert response["Content-Disposition"].endswith('.si"')
    assert [voucher.text for voucher in read(taken(response)).document.vouchers] == ["Affisch"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"type": "4I"}, "A1-A9"),
        ({"type": "4I", "vouchers": "Z9"}, "Z 9"),
        ({"type": "4I", "vouchers": "x" * 501}, "500"),
        ({"type": "9"}, "9"),
        ({}, "måste"),
    ],
)
def test_what_cannot_be_exported_is_said_at_the_field(year, sent, said):
    assert said in main_of(reader("treasurer").post(PAGE, sent))


def test_a_file_that_was_altered_can_be_read_in_as_any_other_programs(year, documents):
    data = taken(reader("treasurer").post(PAGE, {"type": "4E"})).replace(b'"Annons"', b'"Annat"')
    other = data.replace(b'"A" "1"', b'"X" "1"').replace(b'"B" "1"', b'"Y" "1"')
    client = reader("treasurer")
    assert "--plain" in preview(client, other)[1]
    page = preview(client, other, plain="on")[1]
    assert "--plain" not in page
    confirm(client, page)
    assert year.vouchers.posted().filter(series__code="X", text="Annat").exists()


def test_vouchers_that_were_typed_are_no_matter_where_another_type_is_chosen(year):
    response = reader("treasurer").post(PAGE, {"type": "1", "vouchers": "nonsense"})
    assert read(taken(response)).document.type == "1"
