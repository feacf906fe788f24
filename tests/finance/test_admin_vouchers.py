"""Entering and posting vouchers in the admin, as the treasurer does: through its forms."""

import html
from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finance.models import PeriodTotal, Project, Voucher, VoucherRow
from finance.money import kronor
from finance.posting import post
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, a_series, a_user, an_account

pytestmark = pytest.mark.django_db

LIST = "/admin/finance/voucher/"
ADD = "/admin/finance/voucher/add/"


@pytest.fixture
def treasurer(client):
    user = a_user("treasurer", username="kassören")
    client.force_login(user)
    return client


@pytest.fixture(autouse=True)
def chart(db):
    a_series(a_fiscal_year(2023))
    an_account("1930", "Företagskonto")
    an_account("8310", "Ränteintäkter")


def change(voucher):
    return reverse("admin:finance_voucher_change", args=[voucher.pk])


def form(rows=(("1930", "15,00", ""), ("8310", "", "15,00")), existing=(), **facts):
    """The form as a browser sends it: rows are (account, debit, credit); *existing* rows come first."""
    data = {
        "date": "2023-06-30",
        "text": "Ränta",
        "counterparty": "",
        "decision_reference": "",
        "fiscal_year": "",
        "series_code": "A",
        "rows-TOTAL_FORMS": len(rows),
        "rows-INITIAL_FORMS": len(existing),
        "rows-MIN_NUM_FORMS": 0,
        "rows-MAX_NUM_FORMS": 1000,
    }
    for number, (account, debit, credit) in enumerate(rows):
        data |= {
            f"rows-{number}-account": account,
            f"rows-{number}-text": "",
            f"rows-{number}-debit": debit,
            f"rows-{number}-credit": credit,
        }
    for number, row in enumerate(existing):
        data |= {f"rows-{number}-id": row.pk, f"rows-{number}-voucher": row.voucher_id}
    return {**data, **facts}


def ledger():
    return (
        list(Voucher.objects.order_by("pk").values()),
        list(VoucherRow.objects.order_by("pk").values()),
        list(PeriodTotal.objects.order_by("pk").values()),
    )


def text_of(response):
    return html.unescape(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def errors_at(response, field):
    """The errors at a field of the voucher, or at ``rows`` or ``rows-<number>-<field>``."""
    if field == "rows":
        return [
            str(error) for error in response.context["inline_admin_formsets"][0].formset.non_form_errors()
        ]
    if field.startswith("rows-"):
        _rows, number, name = field.split("-")
        return list(
            response.context["inline_admin_formsets"][0].formset.forms[int(number)].errors.get(name, [])
        )
    return list(response.context["adminform"].form.errors.get(field, []))


# What is entered


def test_a_voucher_is_entered_and_posted_in_one_go(treasurer):
    response = treasurer.post(ADD, form(_post="Bokför"), follow=True)
    voucher = Voucher.objects.get()
    assert voucher.reference == "A 1"
    assert (voucher.entered_by, voucher.posted_by) == ("kassören", "kassören")
    assert voucher.fiscal_year.label == "2023"
    assert list(voucher.rows.values_list("line", "account__number", "amount")) == [
        (1, "1930", kronor(15)),
        (2, "8310", kronor(-15)),
    ]
    assert "Verifikationen är bokförd som A 1." in text_of(response)


def test_who_changes_a_draft_that_another_entered_is_kept(treasurer):
    draft = a_draft(entered_by="bitradet")
    treasurer.post(change(draft), form(existing=draft.rows.all()))
    draft.refresh_from_db()
    assert (draft.text, draft.entered_by) == ("Ränta", "bitradet")
    assert [edit.by for edit in draft.edits.all()] == ["kassören"]


def test_a_draft_is_saved_without_a_number_though_it_does_not_balance(treasurer):
    treasurer.post(ADD, form([("1930", "15", ""), ("", "", "")]))
    voucher = Voucher.objects.get()
    assert voucher.number is None
    assert voucher.rows.get().amount == kronor(15)


def test_a_form_that_counts_rows_which_are_not_there_is_shown_anew(treasurer):
    response = treasurer.post(ADD, form((("", "", ""),), **{"date": "", "rows-INITIAL_FORMS": 1}))
    assert response.status_code == 200
    assert not Voucher.objects.exists()


def test_an_account_is_named_by_a_part_of_its_name(treasurer):
    treasurer.post(ADD, form([("företags", "15", ""), ("8310 Ränteintäkter", "", "15")], _post=""))
    assert sorted(Voucher.objects.get().rows.values_list("account__number", flat=True)) == ["1930", "8310"]


def test_amounts_are_written_as_people_write_them(treasurer):
    treasurer.post(ADD, form([("1930", "1 928 072,50 kr", ""), ("8310", "", "1928072.50")], _post=""))
    assert Voucher.objects.get().rows.first().amount == kronor("1928072.50")


def test_a_row_names_a_project(treasurer):
    project = Project.objects.create(code="P1", name="Almedalen")
    treasurer.post(ADD, form(**{"rows-0-project": "almedalen", "rows-1-project": ""}))
    assert Voucher.objects.get().rows.first().project == project


def test_rows_are_changed_added_and_deleted_in_a_draft(treasurer):
    draft = a_draft(day=date(2023, 6, 30))
    kept, gone = draft.rows.all()
    rows = [("1930", "20", ""), ("8310", "", "15"), ("8310", "", "20")]
    treasurer.post(change(draft), form(rows, existing=[kept, gone], **{"rows-1-DELETE": "on"}, _post=""))
    draft.refresh_from_db()
    assert draft.is_posted
    assert list(draft.rows.values_list("line", "amount")) == [(1, kronor(20)), (2, kronor(-20))]


def test_a_draft_of_another_year_finds_its_series_there(treasurer):
    series = a_series(a_fiscal_year(2024))
    treasurer.post(ADD, form(date="2024-02-29"))
    assert Voucher.objects.get().series == series


def test_a_draft_is_deleted(treasurer):
    draft = a_draft()
    treasurer.post(reverse("admin:finance_voucher_delete", args=[draft.pk]), {"post": "yes"})
    assert not Voucher.objects.exists()


def test_posting_is_kept_in_the_history(treasurer):
    treasurer.post(ADD, form(_post=""))
    assert "Bokförd som A 1." in LogEntry.objects.values_list("change_message", flat=True)


# What is refused, in words, at its field, with nothing changed

REFUSED = {
    "an unbalanced voucher": (
        form([("1930", "15", ""), ("8310", "", "14")]),
        "rows",
        "Debet och kredit skiljer 1,00. Rätta en rad innan du bokför.",
    ),
    "one row": (form([("1930", "0", "")]), "rows", "En verifikation behöver minst två rader."),
    "a date outside of the chosen year": (
        form(date="2024-01-05", fiscal_year="2023"),
        "date",
        "Datumet ligger utanför räkenskapsåret 2023-01-01 – 2023-12-31.",
    ),
    "a date outside of every year": (
        form(date="2031-01-05"),
        "date",
        "Inget räkenskapsår omfattar 2031-01-05. Rätta datumet, eller lägg först upp räkenskapsåret.",
    ),
    "no date": (form(date=""), "date", "Detta fält måste fyllas i."),
    "no such date": (form(date="2023-02-30"), "date", "Fyll i ett giltigt datum."),
    "a third decimal": (
        form([("1930", "15,005", ""), ("8310", "", "15,005")]),
        "rows-0-debit",
        "15,005 har en del av ett öre. Skriv högst två decimaler.",
    ),
    "a letter in an amount": (
        form([("1930", "15", ""), ("8310", "", "l5")]),
        "rows-1-credit",
        "”l5” är inget belopp. Skriv det som 1 928 072,00.",
    ),
    "a minus sign": (
        form([("1930", "-15", ""), ("8310", "", "-15")]),
        "rows-0-debit",
        "Skriv beloppet utan minustecken i den andra kolumnen.",
    ),
    "both columns": (
        form([("1930", "15", "15"), ("8310", "", "0")]),
        "rows-0-credit",
        "En rad har sitt belopp i debet eller i kredit, inte i båda.",
    ),
    "no amount": (
        form([("1930", "15", ""), ("8310", "", "")]),
        "rows-1-debit",
        "Skriv beloppet i debet eller i kredit.",
    ),
    "an account that does not exist": (
        form([("1939", "15", ""), ("8310", "", "15")]),
        "rows-0-account",
        "Det finns inget konto ”1939”. Skriv numret eller namnet.",
    ),
    "an account that may be several": (
        form([("ko", "15", ""), ("8310", "", "15")]),
        "rows-0-account",
        "”ko” kan betyda flera: 1930 Företagskonto; 1940 Sparkonto. Skriv numret.",
    ),
    "an amount without an account": (
        form([("", "15", ""), ("8310", "", "15")]),
        "rows-0-account",
        "Detta fält måste fyllas i.",
    ),
    "a closed account": (
        form([("1940", "15", ""), ("8310", "", "15")]),
        "rows",
        "Kontot 1940 Sparkonto är inte öppet för bokföring.",
    ),
    "a series that does not exist": (
        form(series_code="Q"),
        "series_code",
        "Räkenskapsåret 2023 har ingen serie ”Q”.",
    ),
    "an amount that the ledger cannot hold": (
        form([("1930", "9" * 30, ""), ("8310", "", "9" * 30)]),
        "rows-0-debit",
        "Beloppet är större än bokföringen rymmer.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_posted_is_refused_in_words_at_its_field(treasurer, case):
    an_account("1940", "Sparkonto", is_open=False)
    data, field, sentence = REFUSED[case]
    if data["fiscal_year"]:
        data = {**data, "fiscal_year": a_fiscal_year(2023).pk}
    before = ledger()
    response = treasurer.post(ADD, {**data, "_post": "Bokför"})
    assert response.status_code == 200
    assert sentence in [error.replace("\u202f", " ") for error in errors_at(response, field)]
    assert sentence in text_of(response)
    assert ledger() == before


def test_a_date_in_a_locked_period_is_refused_at_the_date(treasurer):
    year = a_fiscal_year(2023)
    year.locks.create(kind="month", start=date(2023, 6, 1), end=date(2023, 6, 30))
    response = treasurer.post(ADD, form(_post=""))
    assert errors_at(response, "date") == [
        "Perioden för 2023-06-30 är låst. Välj ett datum i en öppen period."
    ]
    assert not Voucher.objects.exists()


def test_what_was_typed_is_still_there_after_a_refusal(treasurer):
    response = treasurer.post(ADD, form([("1930", "15,00", ""), ("8310", "", "14,00")], _post=""))
    assert 'value="14,00"' in text_of(response)


def test_a_date_that_is_refused_raises_no_other_complaint(treasurer):
    response = treasurer.post(ADD, form(date="2031-01-05", _post=""))
    assert set(response.context["adminform"].form.errors) == {"date"}


def test_a_draft_shows_its_amounts_as_the_pages_do(treasurer):
    draft = a_draft(rows=[("1930", "1928072.50"), ("8310", "-1928072.50")])
    assert 'value="1 928 072,50"' in text_of(treasurer.get(change(draft)))


# What is posted


def test_a_second_posting_of_the_same_draft_is_refused_in_words(treasurer):
    draft = a_draft(day=date(2023, 6, 30))
    data = form(existing=list(draft.rows.all()), _post="Bokför")
    treasurer.post(change(draft), data)
    before = ledger()
    response = treasurer.post(change(draft), data, follow=True)
    assert "Verifikationen är redan bokförd som A 1." in text_of(response)
    assert ledger() == before


def test_changes_sent_to_a_posted_voucher_are_refused_in_words(treasurer):
    voucher = a_posted_voucher()
    before = ledger()
    response = treasurer.post(
        change(voucher), form(existing=list(voucher.rows.all()), text="Ändrad"), follow=True
    )
    assert "Verifikationen är redan bokförd som A 1." in text_of(response)
    assert "Rätta den med en ny verifikation." in text_of(response)
    assert ledger() == before


def test_a_draft_posted_by_somebody_else_meanwhile_is_refused_in_words(treasurer, monkeypatch):
    draft = a_draft(day=date(2023, 6, 30))
    data = form(existing=list(draft.rows.all()), _post="Bokför")
    from finance.admin import vouchers

    def posted_first(voucher, by):
        post(voucher, by="någon annan")
        return post(voucher, by=by)

    monkeypatch.setattr(vouchers.posting, "post", posted_first)
    before = ledger()
    response = treasurer.post(change(draft), data, follow=True)
    assert "Verifikationen är redan bokförd som A 1." in text_of(response)
    assert ledger() == before


def test_a_refusal_by_the_database_is_said_in_words(treasurer, monkeypatch):
    draft = a_draft(day=date(2023, 6, 30), rows=[("1930", "15"), ("8310", "-14")])
    from finance.admin import vouchers

    monkeypatch.setattr(vouchers.posting, "problems", lambda voucher, rows: {})
    before = ledger()
    response = treasurer.post(
        change(draft),
        form([("1930", "15", ""), ("8310", "", "14")], existing=list(draft.rows.all()), _post=""),
        follow=True,
    )
    assert response.status_code == 200
    assert "Debet och kredit skiljer sig åt. Rätta en rad innan du bokför." in text_of(response)
    assert ledger() == before


def test_a_posted_voucher_has_no_field_to_change(treasurer):
    response = treasurer.get(change(a_posted_voucher()))
    page = text_of(response)
    assert "15,00" in page
    assert 'name="text"' not in page
    assert 'name="rows-0-debit"' not in page
    assert 'name="_post"' not in page


def test_a_posted_voucher_cannot_be_deleted(treasurer):
    voucher = a_posted_voucher()
    response = treasurer.post(reverse("admin:finance_voucher_delete", args=[voucher.pk]), {"post": "yes"})
    assert response.status_code == 403
    assert Voucher.objects.filter(pk=voucher.pk).exists()


# Actions on the list


def act(client, action, *vouchers, **more):
    data = {"action": action, "_selected_action": [voucher.pk for voucher in vouchers], **more}
    return client.post(LIST, data, follow=True)


def test_chosen_drafts_are_posted_in_the_order_of_their_dates(treasurer):
    late, early = a_draft(day=date(2023, 5, 2)), a_draft(day=date(2023, 5, 1))
    response = act(treasurer, "post_chosen", late, early)
    late.refresh_from_db()
    early.refresh_from_db()
    assert (early.number, late.number) == (1, 2)
    assert "2 verifikationer bokfördes." in text_of(response)


def test_a_chosen_draft_that_cannot_be_posted_is_named_and_the_others_are_posted(treasurer):
    good = a_draft(day=date(2023, 5, 1))
    bad = a_draft(day=date(2023, 5, 2), text="Halv", rows=[("1930", "15"), ("8310", "-14")])
    response = act(treasurer, "post_chosen", good, bad)
    bad.refresh_from_db()
    assert not bad.is_posted
    assert "1 verifikation bokfördes." in text_of(response)
    assert "2023-05-02 Halv: Debet och kredit skiljer 1,00. Rätta en rad innan du bokför." in text_of(
        response
    )


def test_a_chosen_posted_voucher_is_not_posted_again(treasurer):
    response = act(treasurer, "post_chosen", a_posted_voucher(text="Ränta"))
    assert "2023-01-01 Ränta: Verifikationen är redan bokförd som A 1." in text_of(response)


def test_chosen_drafts_are_deleted_after_a_question(treasurer):
    draft = a_draft()
    assert "Är du säker" in text_of(act(treasurer, "delete_selected", draft))
    act(treasurer, "delete_selected", draft, post="yes")
    assert not Voucher.objects.exists()


def test_nothing_is_deleted_when_a_posted_voucher_is_among_the_chosen(treasurer):
    response = act(treasurer, "delete_selected", a_draft(), a_posted_voucher(), post="yes")
    assert "En bokförd verifikation kan inte tas bort. Välj bara utkast." in text_of(response)
    assert Voucher.objects.count() == 2


# The list


def test_the_list_takes_as_many_queries_for_100_vouchers_as_for_10(treasurer):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert treasurer.get(LIST).status_code == 200
        return len(captured)

    for _ in range(10):
        a_posted_voucher()
    ten = queries()
    for _ in range(90):
        a_draft()
    assert queries() == ten


def test_the_form_takes_as_many_queries_for_40_rows_as_for_2(treasurer):
    def queries(voucher):
        with CaptureQueriesContext(connection) as captured:
            assert treasurer.get(change(voucher)).status_code == 200
        return len(captured)

    short = a_draft()
    long = a_draft(rows=[("1930", "1"), ("8310", "-1")] * 20)
    assert queries(long) == queries(short)


def test_a_voucher_is_found_by_number_and_by_text(treasurer):
    a_posted_voucher(text="Hyra")
    a_posted_voucher(text="Resa")
    assert "Hyra" not in text_of(treasurer.get(LIST, {"q": "resa"}))
    assert "Resa" in text_of(treasurer.get(LIST, {"q": "2"}))


def test_drafts_are_filtered_from_what_is_posted(treasurer):
    a_draft(text="Påbörjad")
    a_posted_voucher(text="Klar")
    page = text_of(treasurer.get(LIST, {"state": "draft"}))
    assert "Påbörjad" in page
    assert "Klar" not in page
