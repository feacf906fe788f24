"""Entering fiscal years, accounts, dimensions and the association in the admin."""

import html
from datetime import date

import pytest
from django.urls import reverse

from finance.models import (
    Account,
    Association,
    FiscalYear,
    OpeningBalance,
    PeriodLock,
    Project,
    VoucherSeries,
)
from finance.money import kronor
from tests.factories import (
    a_fiscal_year,
    a_posted_voucher,
    a_series,
    a_user,
    an_account,
    an_opening_balance,
)

pytestmark = pytest.mark.django_db

ADD_YEAR = "/admin/finance/fiscalyear/add/"


@pytest.fixture
def treasurer(client):
    client.force_login(a_user("treasurer"))
    return client


def text_of(response):
    return html.unescape(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def year_form(balances=(), existing=(), series=(), **facts):
    """The form of a year as a browser sends it; *balances* are (account, natural amount)."""
    data = {"start": "2024-01-01", "end": "2024-12-31", "label": ""}
    for prefix, rows, there in (("opening_balances", balances, existing), ("series", series, series)):
        data |= {
            f"{prefix}-TOTAL_FORMS": len(rows),
            f"{prefix}-INITIAL_FORMS": len(there),
            f"{prefix}-MIN_NUM_FORMS": 0,
            f"{prefix}-MAX_NUM_FORMS": 1000,
        }
    for number, (account, amount) in enumerate(balances):
        data |= {f"opening_balances-{number}-account": account, f"opening_balances-{number}-natural": amount}
    for number, balance in enumerate(existing):
        data |= {
            f"opening_balances-{number}-id": balance.pk,
            f"opening_balances-{number}-fiscal_year": balance.fiscal_year_id,
        }
    for number, one in enumerate(series):
        data |= {
            f"series-{number}-id": one.pk,
            f"series-{number}-fiscal_year": one.fiscal_year_id,
            f"series-{number}-code": one.code,
            f"series-{number}-name": one.name,
        }
    return {**data, **facts}


def change(obj):
    return reverse(f"admin:{obj._meta.app_label}_{obj._meta.model_name}_change", args=[obj.pk])


def test_a_new_year_is_named_after_its_dates_and_has_a_series(treasurer):
    treasurer.post(ADD_YEAR, year_form())
    assert FiscalYear.objects.get().label == "2024"
    assert VoucherSeries.objects.get().code == "A"


def test_opening_balances_are_entered_with_their_natural_signs(treasurer):
    for number in ("1930", "2010", "2440"):
        an_account(number)
    treasurer.post(ADD_YEAR, year_form([("1930", "3 881 099"), ("2010", "3 800 000"), ("2440", "81 099")]))
    found = OpeningBalance.objects.values_list("account__number", "amount")
    assert list(found) == [("1930", kronor(3881099)), ("2010", kronor(-3800000)), ("2440", kronor(-81099))]


def test_opening_balances_that_do_not_add_up_are_kept_and_said(treasurer):
    an_account("1930")
    an_account("2010")
    response = treasurer.post(ADD_YEAR, year_form([("1930", "100"), ("2010", "90")]), follow=True)
    assert (
        "De ingående balanserna går inte ihop: tillgångar minus eget kapital och skulder är 10,00, inte 0."
        in text_of(response)
    )


def test_the_year_shows_the_sums_of_what_it_began_with(treasurer):
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "3881099")
    an_opening_balance(year, "2010", "-3881090")
    page = text_of(treasurer.get(change(year)))
    assert '<output data-sum="assets">3 881 099,00</output>' in page
    assert '<output data-sum="others">3 881 090,00</output>' in page
    assert "Tillgångar minus eget kapital och skulder är 9,00" in page


REFUSED = {
    "an account of the income statement": (
        [("3010", "100")],
        {},
        "Det finns inget konto ”3010”. Skriv numret eller namnet.",
    ),
    "an account twice": (
        [("1930", "100"), ("1930", "1")],
        {},
        "Kontot har redan en ingående balans detta år.",
    ),
    "a letter": ([("1930", "1oo")], {}, "”1oo” är inget belopp. Skriv det som 1 928 072,00."),
    "no amount": ([("1930", "")], {}, "Detta fält måste fyllas i."),
    "an end before the beginning": (
        [],
        {"end": "2023-12-31"},
        "Ett räkenskapsår kan inte sluta innan det börjar.",
    ),
    "days of another year": (
        [],
        {"start": "2023-07-01", "end": "2024-06-30"},
        "Dagarna 2023-01-01 – 2023-12-31 hör redan till räkenskapsåret 2023.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_a_year_is_refused_in_words_with_nothing_saved(treasurer, case):
    a_fiscal_year(2023)
    an_account("1930")
    an_account("3010")
    balances, facts, sentence = REFUSED[case]
    response = treasurer.post(ADD_YEAR, year_form(balances, **facts))
    assert sentence in text_of(response)
    assert FiscalYear.objects.count() == 1
    assert not OpeningBalance.objects.exists()


def test_a_year_with_posted_vouchers_keeps_its_dates(treasurer):
    year = a_posted_voucher().fiscal_year
    sent = year_form(series=list(year.series.all()), label="2023")
    treasurer.post(change(year), sent)
    year.refresh_from_db()
    assert (year.start, year.end) == (date(2023, 1, 1), date(2023, 12, 31))


def test_a_closed_year_shows_its_opening_balances_without_fields(treasurer):
    year = a_fiscal_year(2023)
    balance = an_opening_balance(year, "1930", "100")
    PeriodLock.objects.create(fiscal_year=year, kind="year", start=year.start, end=year.end)
    page = text_of(treasurer.get(change(year)))
    assert "1930" in page
    assert "opening_balances-0-natural" not in page
    treasurer.post(change(year), year_form([("1930", "5")], existing=[balance], label="2023"))
    balance.refresh_from_db()
    assert balance.amount == kronor(100)


def test_an_account_gets_the_kind_that_its_number_says(treasurer):
    treasurer.post("/admin/finance/account/add/", {"number": "5010", "name": "Lokalhyra", "is_open": "on"})
    assert Account.objects.get().kind == "cost"


ACCOUNTS_REFUSED = {
    "12": "Ett kontonummer har tre till sex siffror.",
    "50a1": "Ett kontonummer har tre till sex siffror.",
    "9010": "Välj kontots slag; det följer inte av numret.",
    "1930": "Konto med detta Nummer finns redan.",
}


@pytest.mark.parametrize("number", ACCOUNTS_REFUSED)
def test_what_is_no_account_is_refused_in_words(treasurer, number):
    an_account("1930")
    response = treasurer.post("/admin/finance/account/add/", {"number": number, "name": "X", "is_open": "on"})
    assert ACCOUNTS_REFUSED[number].lower() in text_of(response).lower()
    assert Account.objects.count() == 1


def test_an_account_is_put_into_an_item_of_the_statements(treasurer):
    sent = {"number": "5010", "name": "Lokalhyra", "item": "activity-costs", "is_open": "on"}
    treasurer.post("/admin/finance/account/add/", sent)
    assert Account.objects.get().item == "activity-costs"


def test_an_item_of_another_kind_is_refused(treasurer):
    sent = {"number": "5010", "name": "Lokalhyra", "item": "member-fees", "is_open": "on"}
    response = treasurer.post("/admin/finance/account/add/", sent)
    assert "Medlemsavgifter tar konton av slaget intäkt." in text_of(response)
    assert not Account.objects.exists()


def test_an_account_with_posted_rows_keeps_its_number(treasurer):
    a_posted_voucher()
    account = Account.objects.get(number="1930")
    treasurer.post(change(account), {"number": "1940", "name": "Bank", "kind": "asset", "is_open": "on"})
    account.refresh_from_db()
    assert (account.number, account.name) == ("1930", "Bank")


def test_an_account_with_posted_rows_is_not_deleted(treasurer):
    a_posted_voucher()
    account = Account.objects.get(number="1930")
    response = treasurer.post(
        reverse("admin:finance_account_delete", args=[account.pk]), {"post": "yes"}, follow=True
    )
    assert response.status_code == 200
    assert Account.objects.filter(pk=account.pk).exists()


def test_a_project_is_entered(treasurer):
    treasurer.post("/admin/finance/project/add/", {"code": "P1", "name": "Almedalen", "is_open": "on"})
    assert str(Project.objects.get()) == "P1 Almedalen"


def test_the_association_is_its_own_list(treasurer):
    Association.objects.create(name="Föreningen")
    response = treasurer.get("/admin/finance/association/")
    assert response["Location"] == "/admin/finance/association/1/change/"


def test_a_second_association_cannot_be_entered(treasurer):
    Association.objects.create(name="Föreningen")
    assert treasurer.get("/admin/finance/association/add/").status_code == 403


def test_a_series_with_posted_vouchers_keeps_its_code(treasurer):
    voucher = a_posted_voucher()
    year, series = voucher.fiscal_year, a_series(voucher.fiscal_year)
    sent = year_form(series=[series], label="2023") | {"series-0-code": "B"}
    response = treasurer.post(change(year), sent, follow=True)
    assert "Det finns bokfört i serien, så den behåller sin kod och sitt år." in text_of(response)
    series.refresh_from_db()
    assert series.code == "A"
