"""Where new books begin: the association, its first fiscal year, its accounts."""

import pytest
from django.utils import timezone

from finance.chart import chart_rows
from finance.models import Account, Association, FiscalYear
from tests.factories import a_fiscal_year, an_account
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db

FACTS = {"name": "Föreningen", "start": "2026-01-01", "end": "2026-12-31", "chart": "usual"}


@pytest.fixture
def treasurer():
    return reader("treasurer")


def begin(client, **facts):
    return client.post("/begin/", FACTS | facts, follow=True)


def test_empty_books_lead_the_treasurer_to_their_beginning(treasurer):
    assert 'href="/begin/"' in treasurer.get("/").content.decode()
    assert 'href="/begin/"' not in reader("board").get("/").content.decode()


def test_the_form_begins_with_the_calendar_year(treasurer):
    html = treasurer.get("/begin/").content.decode()
    assert f'value="{timezone.localdate().year}-01-01"' in html


def test_all_is_entered_in_one_go(treasurer):
    response = begin(treasurer, organisation_number="802000-0000")
    assert "Så börjar året" in main_of(response)
    association = Association.objects.get()
    assert (association.name, association.organisation_number) == ("Föreningen", "802000-0000")
    year = FiscalYear.objects.get()
    assert (year.label, [series.code for series in year.series.all()]) == ("2026", ["A"])
    assert Account.objects.count() == len(chart_rows())


def test_the_first_voucher_can_be_posted_after_it(treasurer):
    begin(treasurer)
    response = treasurer.post(
        "/vouchers/new/",
        {
            "date": "2026-02-01",
            "text": "Avgift",
            "rows-TOTAL_FORMS": 2,
            "rows-INITIAL_FORMS": 0,
            "rows-0-account": "1930",
            "rows-0-debit": "500",
            "rows-1-account": "3900",
            "rows-1-credit": "500",
            "action": "post",
            "near": "2026-01-01",
            "series": "A",
        },
        follow=True,
    )
    assert "A 1" in main_of(response)
    assert FiscalYear.objects.get().vouchers.posted().count() == 1


def test_accounts_that_come_with_a_sie_file_need_no_chart(treasurer):
    begin(treasurer, chart="none")
    assert FiscalYear.objects.exists()
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"name": " "}, "Detta fält måste fyllas i."),
        ({"end": "2025-12-31"}, "Ett räkenskapsår kan inte sluta innan det börjar."),
        ({"start": "i fjol"}, "Fyll i ett giltigt datum."),
        ({"chart": "other"}, "other"),
    ],
)
def test_what_cannot_be_is_told_and_enters_nothing(treasurer, facts, sentence):
    assert sentence in main_of(begin(treasurer, **facts))
    assert [model for model in (Association, FiscalYear, Account) if model.objects.exists()] == []


def test_what_is_there_is_not_asked_for(treasurer):
    year = a_fiscal_year(2026)
    assert "Lägg upp bokföringen" in main_of(treasurer.get("/", follow=True))
    html = treasurer.get("/begin/").content.decode()
    assert 'name="start"' not in html
    begin(treasurer)
    assert list(FiscalYear.objects.all()) == [year]
    assert Association.objects.exists()


def test_books_that_lack_nothing_lead_to_the_first_page(treasurer):
    a_fiscal_year(2026)
    an_account()
    Association.objects.create(name="Föreningen")
    assert treasurer.get("/begin/").url == "/"
