"""The page where vouchers are entered, as a browser without a script sends it."""

import re
from datetime import date
from html import unescape
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from finance.models import (
    AttestRule,
    MissingReceipt,
    Project,
    Voucher,
    VoucherRow,
    VoucherTemplate,
)
from finance.money import kronor
from finance.papers import LARGEST
from finance.posting import post
from ledarna.forms.entry import kept, parse_day
from ledarna.uploads import LARGEST_REQUEST
from tests.factories import (
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    a_series,
    a_user,
    an_account,
    an_attachment,
)
from tests.files import PDF, a_png
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

NEW = "/vouchers/new/"
RENT = (("5010", "8500", ""), ("1930", "", "8500"))


@pytest.fixture
def treasurer(client):
    a_series(a_fiscal_year())
    an_account("1930", "Företagskonto")
    an_account("5010", "Lokalhyra")
    client.force_login(a_user("treasurer", "kassor"))
    return client


def form(rows=RENT, action="post", **facts):
    """The form as it is sent: rows are (account, debit, credit)."""
    data = {
        "action": action,
        "date": "2023-06-30",
        "near": "2023-06-01",
        "text": "Hyra",
        "series": "A",
        "rows-TOTAL_FORMS": len(rows),
        "rows-INITIAL_FORMS": 0,
    }
    for number, (account, debit, credit) in enumerate(rows):
        data |= {
            f"rows-{number}-account": account,
            f"rows-{number}-debit": debit,
            f"rows-{number}-credit": credit,
        }
    return {**data, **facts}


def value_of(response, name):
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', response.content.decode())
    value = re.search(r'value="([^"]*)"', found[0])
    return unescape(value[1]) if value else ""


def amounts(voucher):
    return [
        (row.account.number, row.amount) for row in voucher.rows.select_related("account").order_by("line")
    ]


def file(name="kvitto.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


# Posting and saving


def test_a_voucher_is_posted_and_the_next_one_begins(treasurer):
    response = treasurer.post(NEW, form(), follow=True)
    voucher = Voucher.objects.get()
    assert (voucher.reference, voucher.date, voucher.entered_by, voucher.posted_by) == (
        "A 1",
        date(2023, 6, 30),
        "kassor",
        "kassor",
    )
    assert amounts(voucher) == [("5010", kronor(8500)), ("1930", kronor(-8500))]
    assert response.redirect_chain[-1][0] == NEW
    assert "A 1 Hyra är bokförd. Den saknar underlag." in words(response)
    assert "Blir A 2 när den bokförs." in words(response)


def test_date_and_text_are_those_of_the_last_voucher(treasurer):
    a_posted_voucher(day=date(2023, 11, 14), text="Resa, styrelsemöte")
    response = treasurer.get(NEW)
    assert (value_of(response, "date"), value_of(response, "text")) == ("2023-11-14", "Resa, styrelsemöte")


def test_the_last_row_fills_itself_and_amounts_are_calculated(treasurer):
    rows = (("5010", "18 400,00", ""), ("5010", "1250+312,50", ""), ("1930", "", ""), ("", "", ""))
    treasurer.post(NEW, form(rows))
    assert amounts(Voucher.objects.get()) == [
        ("5010", kronor("18400.00")),
        ("5010", kronor("1562.50")),
        ("1930", kronor("-19962.50")),
    ]


def test_accounts_are_named_by_number_or_name(treasurer):
    treasurer.post(NEW, form((("lokalhyra", "1", ""), ("1930 Företagskonto", "", ""))))
    assert amounts(Voucher.objects.get()) == [("5010", kronor(1)), ("1930", kronor(-1))]


def test_a_row_is_booked_on_a_project(treasurer):
    project = Project.objects.create(code="P1", name="Almedalen")
    treasurer.post(NEW, form(**{"rows-0-project": "almedalen"}))
    assert VoucherRow.objects.get(line=1).project == project


def test_a_draft_is_saved_and_gone_on_with(treasurer):
    response = treasurer.post(NEW, form(action="draft"), follow=True)
    draft = Voucher.objects.get()
    assert not draft.is_posted
    assert response.redirect_chain[-1][0] == f"/vouchers/{draft.pk}/edit/"
    assert "Utkastet är sparat." in words(response)
    assert value_of(response, "rows-0-account") == "5010 Lokalhyra"
    assert value_of(response, "rows-1-credit") == "8500,00"


def test_a_draft_is_changed_and_posted(treasurer):
    draft = a_draft(text="Före")
    treasurer.post(f"/vouchers/{draft.pk}/edit/", form())
    draft.refresh_from_db()
    assert (draft.text, draft.reference) == ("Hyra", "A 1")
    assert Voucher.objects.count() == 1


def test_a_draft_of_very_many_rows_is_changed_in_the_admin(treasurer):
    draft = a_draft(rows=[("1930", "1"), ("8310", "-1")] * 101)
    response = treasurer.get(f"/vouchers/{draft.pk}/edit/")
    assert response["Location"] == f"/admin/finance/voucher/{draft.pk}/change/"


def test_a_draft_is_deleted(treasurer):
    draft = a_draft()
    response = treasurer.post(f"/vouchers/{draft.pk}/edit/", {"action": "delete"}, follow=True)
    assert not Voucher.objects.exists()
    assert "Utkastet är borttaget" in words(response)


def test_a_posted_voucher_is_only_seen(treasurer):
    voucher = a_posted_voucher()
    for response in (
        treasurer.get(f"/vouchers/{voucher.pk}/edit/"),
        treasurer.post(f"/vouchers/{voucher.pk}/edit/", form()),
        treasurer.post(f"/vouchers/{voucher.pk}/edit/", {"action": "delete"}),
    ):
        assert response.status_code == 302
        assert response["Location"] == f"/vouchers/{voucher.pk}/"
    assert Voucher.objects.get().text == voucher.text


def test_a_form_sent_twice_posts_one_voucher(treasurer):
    sent = form(key=str(uuid4()))
    treasurer.post(NEW, sent)
    response = treasurer.post(NEW, sent, follow=True)
    assert Voucher.objects.count() == 1
    assert "A 1 Hyra är bokförd" in words(response)


def test_each_form_has_a_key_of_its_own(treasurer):
    assert value_of(treasurer.get(NEW), "key") != value_of(treasurer.get(NEW), "key")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-11-14", date(2023, 11, 14)),
        ("20231114", date(2023, 11, 14)),
        ("1114", date(2023, 11, 14)),
        ("11-14", date(2023, 11, 14)),
        ("14", date(2023, 6, 14)),
    ],
)
def test_a_day_is_typed_short(text, day):
    assert parse_day(text, near=date(2023, 6, 1)) == day


@pytest.mark.parametrize("text", ["31", "1", "2023-13-01", "x", "2023-11", "20231314"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(ValidationError):
        parse_day(text, near=date(2023, 6, 1))


def test_a_short_day_is_near_the_proposed_one(treasurer):
    treasurer.post(NEW, form(date="05"))
    assert Voucher.objects.get().date == date(2023, 6, 5)


# What is refused


@pytest.mark.parametrize(
    ("facts", "rows", "href", "sentence"),
    [
        ({"date": "x"}, RENT, "#id_date", "”x” är ingen dag"),
        ({"date": "1999-01-01"}, RENT, "#id_date", "Inget räkenskapsår"),
        ({"date": ""}, RENT, "#id_date", "Datum: "),
        ({"text": ""}, RENT, "#id_text", "Text: "),
        (
            {},
            (("9999", "1", ""), ("1930", "", "")),
            "#id_rows-0-account",
            "Rad 1, konto: Det finns inget konto ”9999”",
        ),
        (
            {},
            (("5010", "1+", ""), ("1930", "", "")),
            "#id_rows-0-debit",
            "Rad 1, debet: ”1+” går inte att räkna ut",
        ),
        ({}, (("5010", "-1", ""), ("1930", "", "")), "#id_rows-0-debit", "utan minustecken"),
        ({}, (("5010", "1", "1"), ("1930", "", "")), "#id_rows-0-credit", "inte i båda"),
        ({}, (("5010", "1", ""), ("", "", "1")), "#id_rows-1-account", "Skriv kontots nummer"),
        ({}, (("5010", "", ""), ("1930", "", "1")), "#id_rows-0-debit", "Bara den sista raden"),
        ({}, (("5010", "1", ""), ("1930", "", "1"), ("1930", "", "")), "#id_rows-2-debit", "Inget är kvar"),
        ({}, (("5010", "2", ""), ("1930", "", "1")), "#rows", "skiljer 1,00"),
        ({}, (("5010", "1", ""),), "#rows", "minst två rader"),
        ({"rows-TOTAL_FORMS": "x"}, RENT, "#rows", ""),
    ],
)
def test_a_fault_is_told_at_its_field_and_at_the_top_and_nothing_is_saved(
    treasurer, facts, rows, href, sentence
):
    response = treasurer.post(NEW, form(rows, **facts))
    page = unescape(response.content.decode()).replace("\xa0", " ").replace("\u202f", " ")
    top = page[page.index('id="errors"') :]
    assert f'href="{href}"' in top[: top.index("</div>")]
    assert sentence in top[: top.index("</div>")]
    assert not Voucher.objects.exists()
    if href != "#rows":
        assert 'aria-invalid="true"' in page
    assert f'id="{href[1:]}' in page


def test_what_was_typed_stays_when_something_is_wrong(treasurer):
    response = treasurer.post(NEW, form((("5010", "1250+312,50", ""), ("1930", "", "1"))))
    assert value_of(response, "rows-0-debit") == "1250+312,50"
    assert "Debet 1 562,50 ≠ kredit 1,00" in words(response)


def test_a_locked_period_is_told_at_the_date(treasurer):
    a_fiscal_year().locks.create(kind="month", start=date(2023, 6, 1), end=date(2023, 6, 30))
    response = treasurer.post(NEW, form())
    assert "låst" in words(response)
    assert 'href="#id_date"' in response.content.decode()
    assert not Voucher.objects.exists()


def test_more_rows_are_given_without_a_word_about_what_is_unfinished(treasurer):
    response = treasurer.post(NEW, form((("50", "1+", ""),), action="more", text=""))
    assert value_of(response, "rows-TOTAL_FORMS") == "5"
    assert value_of(response, "rows-0-debit") == "1+"
    assert 'id="errors"' not in response.content.decode()
    assert "aria-invalid" not in response.content.decode()
    assert not Voucher.objects.exists()


def test_adding_up_saves_nothing(treasurer):
    response = treasurer.post(NEW, form((("5010", "3*49,90", ""), ("1930", "", "")), action="check"))
    assert "Debet 149,70 = kredit 149,70" in words(response)
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("count", ["-1", "201", "99999999999", "", "1e3"])
@pytest.mark.parametrize("action", ["more", "draft"])
def test_a_strange_number_of_rows_is_no_fault(treasurer, count, action):
    response = treasurer.post(NEW, form(action=action, **{"rows-TOTAL_FORMS": count}))
    assert response.status_code in (200, 302)
    assert not VoucherRow.objects.exists()


# Receipts


def test_a_receipt_comes_with_the_voucher(treasurer):
    response = treasurer.post(NEW, form(files=[file(), file("bild.png", a_png())]), follow=True)
    assert [a.name for a in Voucher.objects.get().attachments.all()] == ["kvitto.pdf", "bild.png"]
    assert "saknar underlag" not in words(response)
    assert not MissingReceipt.objects.exists()


def test_a_receipt_is_not_lost_when_the_form_has_to_be_corrected(treasurer):
    response = treasurer.post(NEW, form(text="", files=[file()]))
    signed = value_of(response, "kept")
    assert "kvitto.pdf" in words(response)
    treasurer.post(NEW, form(kept=[signed]))
    assert Voucher.objects.get().attachments.get().name == "kvitto.pdf"


def test_a_receipt_is_not_lost_when_more_rows_are_asked_for(treasurer):
    response = treasurer.post(NEW, form(action="more", files=[file()]))
    assert kept(value_of(response, "kept"), "kassor").name == "kvitto.pdf"


def test_a_document_cannot_be_claimed_with_a_forged_or_foreign_form(treasurer):
    signed = value_of(treasurer.post(NEW, form(text="", files=[file()])), "kept")
    assert kept(signed, "annan") is None
    assert kept(signed[:-1] + "x", "kassor") is None
    treasurer.post(NEW, form(kept=["x:y", signed[:-2]]))
    assert not Voucher.objects.get().attachments.exists()


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("virus.pdf", b"MZ\x90", "Filen är ingen PDF"),
        ("tom.pdf", b" ", "Filen är ingen PDF"),
        ("../../etc/passwd", b"root:x:0:0", "Filen är ingen PDF"),
    ],
)
def test_a_file_that_is_no_receipt_is_refused_in_words_and_the_rest_stays(treasurer, name, content, sentence):
    response = treasurer.post(NEW, form(files=[SimpleUploadedFile(name, content)]))
    assert sentence in words(response)
    assert 'href="#files"' in response.content.decode()
    assert value_of(response, "text") == "Hyra"
    assert not Voucher.objects.exists()


def test_a_file_above_25_mb_is_refused_in_words(treasurer):
    large = PDF[:-6] + bytes(LARGEST) + PDF[-6:]
    response = treasurer.post(NEW, form(files=[file("stor.pdf", large)]))
    assert "”stor.pdf” är större än 25" in words(response)
    assert not Voucher.objects.exists()


def test_a_request_that_says_it_brings_ten_gigabytes_is_refused_unread(treasurer):
    response = treasurer.post(NEW, form(files=[file()]), CONTENT_LENGTH=str(10 * 1024**3), HTTP_X_NOTHING="1")
    assert response.status_code == 400
    assert LARGEST_REQUEST < 10 * 1024**3
    assert not Voucher.objects.exists()


def test_a_receipt_of_a_draft_is_taken_off(treasurer):
    draft = a_draft()
    attachment = an_attachment(draft)
    page = treasurer.get(f"/vouchers/{draft.pk}/edit/").content.decode()
    assert f'name="take_off" value="{attachment.pk}"' in page
    treasurer.post(f"/vouchers/{draft.pk}/edit/", form(action="draft", take_off=[attachment.pk]))
    assert not draft.attachments.exists()


def test_a_receipt_of_another_voucher_is_not_taken_off(treasurer):
    draft, other = a_draft(), a_draft()
    attachment = an_attachment(other)
    treasurer.post(f"/vouchers/{draft.pk}/edit/", form(action="draft", take_off=[attachment.pk, "x", "-1"]))
    assert other.attachments.exists()


# Attest


def test_a_payment_above_the_limit_waits_as_a_draft(treasurer):
    AttestRule.objects.create(limit=kronor(5000))
    response = treasurer.post(NEW, form(), follow=True)
    draft = Voucher.objects.get()
    assert not draft.is_posted
    assert response.redirect_chain[-1][0] == f"/vouchers/{draft.pk}/"
    assert "sparad som utkast" in words(response)
    assert "över gränsen" in words(response)


def test_a_payment_above_the_limit_with_another_fault_is_not_saved(treasurer):
    AttestRule.objects.create(limit=kronor(5000))
    response = treasurer.post(NEW, form((("5010", "8500", ""), ("1930", "", "8501"))))
    assert "skiljer 1,00" in words(response)
    assert not Voucher.objects.exists()


# Templates and copies


def test_an_earlier_voucher_is_copied(treasurer):
    voucher = a_posted_voucher(text="Bankränta", counterparty="Banken", decision_reference="§ 1")
    response = treasurer.get(f"{NEW}?copy={voucher.pk}")
    assert value_of(response, "text") == "Bankränta"
    assert value_of(response, "counterparty") == "Banken"
    assert value_of(response, "decision") == ""
    assert value_of(response, "rows-0-account") == "1930 Företagskonto"
    assert value_of(response, "rows-1-credit") == "15,00"
    assert value_of(response, "rows-0-row") == ""


def test_a_template_is_saved_and_used(treasurer):
    rows = (("5010", "8500", ""), ("1930", "", ""))
    response = treasurer.post(NEW, form(rows, action="template", template_name="Lokalhyra"))
    template = VoucherTemplate.objects.get()
    assert "Mallen ”Lokalhyra” är sparad." in words(response)
    assert not Voucher.objects.exists()
    page = treasurer.get(f"{NEW}?template={template.pk}")
    assert value_of(page, "rows-0-debit") == "8500,00"
    assert value_of(page, "rows-1-account") == "1930 Företagskonto"
    assert value_of(page, "rows-1-credit") == ""


def test_a_template_splits_an_amount(treasurer):
    an_account("3900", "Medlemsavgifter")
    an_account("3890", "Serviceavgifter")
    rows = (("1930", "100", ""), ("3900", "", "90"), ("3890", "", ""))
    treasurer.post(NEW, form(rows, action="template", template_name="Avgift", splits="on"))
    template = VoucherTemplate.objects.get()
    address = f"{NEW}?template={template.pk}"
    assert "Belopp att fördela som ”Avgift”" in words(treasurer.get(address))
    page = treasurer.get(f"{address}&total=1234,50")
    assert [value_of(page, f"rows-{n}") for n in ("0-debit", "1-credit", "2-credit")] == [
        "1234,50",
        "1111,05",
        "123,45",
    ]


@pytest.mark.parametrize("total", ["x", "0", "-5", "1,005"])
def test_an_amount_that_cannot_be_split_is_told_at_its_field(treasurer, total):
    rows = (("1930", "100", ""), ("5010", "", "100"))
    treasurer.post(NEW, form(rows, action="template", template_name="Avgift", splits="on"))
    page = treasurer.get(f"{NEW}?template={VoucherTemplate.objects.get().pk}&total={total}").content.decode()
    assert 'id="total_error"' in page
    assert 'href="#total"' in page


@pytest.mark.parametrize(
    ("rows", "facts"),
    [
        (RENT, {"template_name": ""}),
        ((("5010", "2", ""), ("1930", "", "1")), {"template_name": "Sned", "splits": "on"}),
        ((("9999", "2", ""), ("1930", "", "1")), {"template_name": "Okänd"}),
    ],
)
def test_a_template_that_cannot_be_saved_is_told(treasurer, rows, facts):
    response = treasurer.post(NEW, form(rows, action="template", **facts))
    assert 'id="errors"' in response.content.decode()
    assert not VoucherTemplate.objects.exists()


@pytest.mark.parametrize("query", ["copy=x", "copy=0", "template=99", "copy=99999999999999999999"])
def test_what_is_not_there_is_not_found(treasurer, query):
    assert treasurer.get(f"{NEW}?{query}").status_code == 404


# Beside the form


def test_the_latest_vouchers_templates_and_drafts_are_at_hand(treasurer):
    VoucherTemplate.objects.create(name="Styrelsearvoden")
    voucher, draft = a_posted_voucher(text="Tryck, nyhetsbrev"), a_draft(text="Halvfärdig")
    page = treasurer.get(NEW)
    assert "A 1 Tryck, nyhetsbrev 15,00" in words(page)
    assert "Styrelsearvoden" in words(page)
    assert f'href="/vouchers/{draft.pk}/edit/"' in page.content.decode()
    assert f'href="/vouchers/new/?copy={voucher.pk}"' in page.content.decode()


def test_accounts_that_are_used_most_come_first(treasurer):
    an_account("1210", "Inventarier")
    a_posted_voucher()
    options = re.findall(r'<option value="(\d+)', treasurer.get(NEW).content.decode())
    assert options.index("1930") < options.index("1210")


def test_there_is_a_choice_of_series_where_there_are_several(treasurer):
    assert "<select" not in treasurer.get(NEW).content.decode()
    a_series(a_fiscal_year(), "B")
    assert "<select" in treasurer.get(NEW).content.decode()
    treasurer.post(NEW, form(series="B"))
    assert Voucher.objects.get().reference == "B 1"


def test_without_a_fiscal_year_the_page_says_so(client):
    client.force_login(a_user("treasurer"))
    assert client.get(NEW).status_code == 200
    assert client.post(NEW, form()).status_code == 200


def test_only_who_posts_posts(client):
    from django.contrib.auth.models import Permission

    a_series(a_fiscal_year())
    user = a_user("board")
    user.user_permissions.add(Permission.objects.get(codename="enter_books"))
    client.force_login(user)
    assert 'value="post"' not in client.get(NEW).content.decode()
    assert client.post(NEW, form()).status_code == 403
    assert not Voucher.objects.exists()


def test_the_header_leads_to_the_page_those_who_may_enter(treasurer, client):
    assert 'href="/vouchers/new/"' in treasurer.get("/year/2023/").content.decode()
    client.force_login(a_user("board"))
    assert 'href="/vouchers/new/"' not in client.get("/year/2023/").content.decode()


def test_a_draft_s_page_leads_to_its_form(treasurer):
    draft = a_draft()
    assert f'href="/vouchers/{draft.pk}/edit/"' in treasurer.get(draft.get_absolute_url()).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_books(treasurer, django_assert_max_num_queries):
    for number in range(20):
        post(a_draft(text=f"Nr {number}"), by="kassor")
    with django_assert_max_num_queries(40):
        treasurer.get(NEW)
