"""Statements of banks: read as each bank writes them, and made into drafts."""

from datetime import date

import pytest
from auditlog.models import LogEntry

from finance.models import BankFormat, BankLine, Voucher
from finance.money import to_ore
from finance.posting import post
from tests.factories import a_fiscal_year, a_posted_voucher, an_account, an_opening_balance
from tests.ledarna.tables import csv_of, said, upload, xlsx_of
from tests.pages import reader, row_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

ACCOUNT = {"account": "1930"}

SWEDBANK = (
    "* Transaktioner Period 2023-01-01 – 2023-01-31 Skapad 2023-02-01 10:00 CET\r\n"
    "Radnummer,Clearingnummer,Kontonummer,Produkt,Valuta,Bokföringsdag,Transaktionsdag,Valutadag,Referens,Beskrivning,Belopp,Bokfört saldo\r\n"
    '1,82149,9123456789,Företagskonto,SEK,2023-01-31,2023-01-31,2023-01-31,"Fastighets AB","Hyra, januari",-8500.00,12500.00\r\n'
    '2,82149,9123456789,Företagskonto,SEK,2023-01-15,2023-01-15,2023-01-15,"Swish","Medlemsavgift",1000.00,21000.00\r\n'
).encode("cp1252")
SEB = csv_of(
    ("Bokföringsdatum", "Valutadatum", "Verifikationsnummer", "Text/mottagare", "Belopp", "Saldo"),
    ("2023-01-31", "2023-01-31", "5490990004", "Hyra januari", "-8 500,00", "12 500,00"),
    ("2023-01-15", "2023-01-15", "5490990003", "Medlemsavgift", "1 000,00", "21 000,00"),
)
NORDEA = csv_of(
    ("Bokföringsdag", "Belopp", "Avsändare", "Mottagare", "Namn", "Rubrik", "Saldo", "Valuta"),
    ("Reserverat", "-99,00", "", "", "", "Kortköp", "", "SEK"),
    ("2023/01/31", "-8500,00", "", "", "", "Hyra januari", "12500,00", "SEK"),
    ("2023/01/15", "1000,00", "", "", "", "Medlemsavgift", "21000,00", "SEK"),
    encoding="utf-8-sig",
)
HANDELSBANKEN = xlsx_of(
    ("Kontoutdrag",),
    ("Reskontradatum", "Transaktionsdatum", "Text", "Belopp", "Saldo"),
    ("2023-01-31", "2023-01-31", "Hyra januari", -8500, 12500.0),
    (date(2023, 1, 15), "2023-01-15", "Medlemsavgift", 1000, 21000.0),
)
LANSFORSAKRINGAR = csv_of(
    ("Bokföringsdatum", "Transaktionsdatum", "Transaktionstyp", "Meddelande", "Belopp"),
    ("2023-01-31", "2023-01-31", "Betalning", "Hyra januari", "-8500,00"),
    ("2023-01-15", "2023-01-15", "Insättning", "Medlemsavgift", "1000,00"),
)
ICA = csv_of(
    ("Datum", "Text", "Typ", "Budgetgrupp", "Belopp", "Saldo"),
    ("2023-01-31", "Hyra januari", "E-faktura", "", "-8 500,00 kr", "12 500,00 kr"),
    ("2023-01-15", "Medlemsavgift", "Insättning", "", "1 000,00 kr", "21 000,00 kr"),
    encoding="utf-16",
)
SEB_NEW = csv_of(
    ("Bokförd", "Valutadatum", "Text", "Typ", "Insättningar", "Uttag", "Bokfört saldo"),
    ("2023-01-31", "2023-01-31", "Hyra januari", "Betalning", "", "-8500,00", "12500,00"),
    ("2023-01-15", "2023-01-15", "Medlemsavgift", "Insättning", "1000,00", "", "21000,00"),
)
BANKS = {
    "swedbank": SWEDBANK,
    "seb": SEB,
    "seb with two columns": SEB_NEW,
    "nordea": NORDEA,
    "handelsbanken": HANDELSBANKEN,
    "länsförsäkringar": LANSFORSAKRINGAR,
    "ica": ICA,
}


@pytest.fixture
def treasurer():
    year = a_fiscal_year()
    for number, name in (
        ("1930", "Bank"),
        ("5010", "Lokalhyra"),
        ("3910", "Avgifter"),
        ("6570", "Bankavgift"),
    ):
        an_account(number, name)
    an_opening_balance(year, "1930", "20000.00")
    return reader("treasurer")


def form_of(page, action, **more):
    """The form of the preview, as a browser sends it."""
    statement, options = page.context["preview"], page.context["options"]
    sent = {"token": statement.file.token, "account": options["account"].value() or "", "action": action}
    sent |= {f"column-{column.index}": column.key for column in statement.chosen}
    sent |= {"header": statement.header_row}
    if statement.shown:
        sent["seen"] = "1"
    for shown in statement.shown:
        row = shown.considered.line.row
        sent[f"account-{row}"] = shown.typed
        if shown.is_taken:
            sent[f"take-{row}"] = "on"
    return {key: value for key, value in (sent | more).items() if value is not None}


def make_drafts(client, page, **more):
    return client.post("/import/bank/", form_of(page, "confirm", **more), follow=True)


def read_in(client, content=SEB, **more):
    return make_drafts(client, upload(client, "bank", content, **ACCOUNT), **more)


def drafts():
    return [
        (
            str(draft.date),
            draft.text,
            [
                (row.account.number, to_ore(row.amount))
                for row in draft.rows.select_related("account").order_by("line")
            ],
        )
        for draft in Voucher.objects.drafts().order_by("pk")
    ]


def states(page):
    return [shown.considered.state for shown in page.context["preview"].shown]


class TestEveryBank:
    @pytest.mark.parametrize("bank", BANKS)
    def test_its_columns_are_known_by_their_headers(self, treasurer, bank):
        page = upload(treasurer, "bank", BANKS[bank], **ACCOUNT)
        lines = page.context["preview"].lines
        assert [(line.date, line.amount) for line in lines] == [
            (date(2023, 1, 31), -850000),
            (date(2023, 1, 15), 100000),
        ]
        assert lines[0].text.startswith("Hyra")
        assert states(page) == ["new", "new"]

    def test_the_other_text_is_added_where_it_says_something_else(self, treasurer):
        page = upload(treasurer, "bank", SWEDBANK, **ACCOUNT)
        assert page.context["preview"].lines[0].text == "Hyra, januari Fastighets AB"

    def test_what_is_only_reserved_is_left_aside_and_said(self, treasurer):
        assert "En rad är bara reserverad" in said(upload(treasurer, "bank", NORDEA, **ACCOUNT))


class TestDrafts:
    def test_the_preview_writes_nothing(self, treasurer):
        upload(treasurer, "bank", SEB, **ACCOUNT)
        assert not Voucher.objects.exists()
        assert not BankFormat.objects.exists()

    def test_a_line_without_an_account_becomes_a_draft_to_complete_and_says_so(self, treasurer):
        page = read_in(treasurer)
        assert "2 utkast gjordes. 2 av dem saknar motkonto" in said(page)
        assert drafts() == [
            ("2023-01-31", "Hyra januari", [("1930", -850000)]),
            ("2023-01-15", "Medlemsavgift", [("1930", 100000)]),
        ]

    def test_the_account_is_proposed_from_an_earlier_voucher_with_the_same_text(self, treasurer):
        a_posted_voucher(rows=(("5010", "8400.00"), ("1930", "-8400.00")), text="Hyra januari")
        page = upload(treasurer, "bank", SEB, **ACCOUNT)
        assert "5010 Lokalhyra" in page.content.decode()
        make_drafts(treasurer, page)
        assert drafts()[0] == ("2023-01-31", "Hyra januari", [("1930", -850000), ("5010", 850000)])

    def test_digits_make_no_other_text_and_half_of_the_words_are_enough(self, treasurer):
        a_posted_voucher(rows=(("5010", "1.00"), ("1930", "-1.00")), text="HYRA 2022-12")
        a_posted_voucher(rows=(("1930", "1.00"), ("3910", "-1.00")), text="Medlemsavgift Anna")
        page = upload(treasurer, "bank", SEB, **ACCOUNT)
        assert [shown.typed for shown in page.context["preview"].shown] == ["5010 Lokalhyra", "3910 Avgifter"]

    def test_what_was_paid_in_proposes_nothing_for_what_is_paid_out(self, treasurer):
        a_posted_voucher(rows=(("1930", "1.00"), ("3910", "-1.00")), text="Hyra januari")
        assert upload(treasurer, "bank", SEB, **ACCOUNT).context["preview"].shown[0].typed == ""

    def test_the_text_that_the_bank_wrote_is_remembered_though_the_draft_got_another(self, treasurer):
        read_in(treasurer, **{"account-2": "5010"})
        draft = Voucher.objects.get(text="Hyra januari")
        draft.text = "Lokalhyra för kansliet"
        draft.save()
        post(draft, "kassor")
        later = csv_of(
            SEB.decode().splitlines()[0].split(";"), ("2023-02-28", "", "", "Hyra januari", "-1", "")
        )
        assert (
            upload(treasurer, "bank", later, **ACCOUNT).context["preview"].shown[0].typed == "5010 Lokalhyra"
        )

    def test_accounts_may_be_changed_and_lines_left_out_before(self, treasurer):
        read_in(treasurer, **{"account-2": "bankavgift", "take-3": None})
        assert drafts() == [("2023-01-31", "Hyra januari", [("1930", -850000), ("6570", 850000)])]

    @pytest.mark.parametrize("typed", ["1999", "1930"])
    def test_an_account_that_cannot_be_meant_is_refused_and_nothing_is_made(self, treasurer, typed):
        page = read_in(treasurer, **{"account-2": typed})
        assert "Rad 2" in said(page)
        assert drafts() == []

    def test_the_columns_and_the_account_are_remembered(self, treasurer):
        table = csv_of(("När", "Vad", "Hur mycket"), ("2023-01-31", "Hyra", "-5"))
        page = upload(treasurer, "bank", table, **ACCOUNT)
        assert "Ange vilken kolumn som är" in said(page)
        chosen = {"column-0": "date", "column-1": "text", "column-2": "amount"}
        page = treasurer.post("/import/bank/", form_of(page, "look", **chosen))
        make_drafts(treasurer, page)
        later = csv_of(("När", "Vad", "Hur mycket"), ("2023-02-28", "Hyra", "-6"))
        assert states(upload(treasurer, "bank", later)) == ["new"]

    def test_the_first_statement_of_a_bank_has_to_say_its_account(self, treasurer):
        assert "Välj det konto i bokföringen" in said(upload(treasurer, "bank", SEB))

    def test_it_is_in_the_trail(self, treasurer):
        read_in(treasurer)
        assert "2 utkast gjordes" in LogEntry.objects.get(additional_data__event="read in").object_repr

    def test_the_secretary_is_refused(self, treasurer):
        assert reader("secretary").get("/import/bank/").status_code == 403


class TestDoubles:
    def test_the_same_statement_twice_makes_nothing_more_and_says_so(self, treasurer):
        read_in(treasurer)
        page = upload(treasurer, "bank", SEB)
        assert states(page) == ["there", "there"]
        assert "Nya: 0, bokförda för hand: 0, inlästa förut: 2" in said(page)
        assert "Inget ändrades" in said(make_drafts(treasurer, page))
        assert len(drafts()) == 2

    def test_a_form_that_is_sent_twice_makes_the_drafts_once(self, treasurer):
        page = upload(treasurer, "bank", SEB, **ACCOUNT)
        make_drafts(treasurer, page)
        make_drafts(treasurer, page)
        assert len(drafts()) == 2

    def test_a_longer_statement_adds_what_is_new(self, treasurer):
        read_in(treasurer)
        longer = SEB + csv_of(("2023-01-10", "", "", "Porto", "-20,00", "20 000,00"))
        assert states(upload(treasurer, "bank", longer)) == ["there", "there", "new"]

    def test_two_alike_on_a_day_are_two_lines(self, treasurer):
        header = LANSFORSAKRINGAR.decode().splitlines()[0].split(";")
        swish = ("2023-01-15", "2023-01-15", "Swish", "Avgift", "100,00")
        read_in(treasurer, csv_of(header, swish))
        page = upload(treasurer, "bank", csv_of(header, swish, swish))
        assert states(page) == ["there", "new"]
        make_drafts(treasurer, page)
        assert len(drafts()) == 2

    def test_a_line_whose_draft_was_thrown_away_is_new_again(self, treasurer):
        read_in(treasurer)
        Voucher.objects.get(text="Hyra januari").delete()
        assert states(upload(treasurer, "bank", SEB)) == ["new", "there"]
        assert BankLine.objects.count() == 1

    def test_a_line_that_was_booked_by_hand_is_shown_and_left_out_unless_chosen(self, treasurer):
        voucher = a_posted_voucher(
            rows=(("5010", "8500.00"), ("1930", "-8500.00")), day=date(2023, 1, 31), text="Hyran"
        )
        page = upload(treasurer, "bank", SEB, **ACCOUNT)
        assert states(page) == ["booked", "new"]
        assert f"Redan bokförd? {voucher} Hyran" in said(page)
        make_drafts(treasurer, page)
        assert [draft[1] for draft in drafts()] == ["Medlemsavgift"]


class TestBalance:
    def test_the_statements_balance_stands_beside_the_ledgers(self, treasurer):
        page = upload(treasurer, "bank", SEB, **ACCOUNT)
        assert "Saldo 2023-01-31" in said(page)
        assert "Bankens kontoutdrag 12 500,00 kr Bokföringen 20 000,00 kr" in said(page)
        assert "Skillnad −7 500,00 kr" in said(page)

    def test_once_the_drafts_are_made_they_agree(self, treasurer):
        read_in(treasurer)
        page = said(upload(treasurer, "bank", SEB))
        assert "Utkast till och med den dagen −7 500,00 kr Skillnad 0,00 kr stämmer" in page

    def test_a_statement_without_balances_says_so(self, treasurer):
        assert "Kontoutdraget har inga saldon" in said(upload(treasurer, "bank", LANSFORSAKRINGAR, **ACCOUNT))

    def test_a_balance_that_does_not_follow_is_told_by_row(self, treasurer):
        broken = SEB.replace(b"21 000,00", b"22 000,00")
        assert "Saldot följer inte av raden före på rad 2" in said(
            upload(treasurer, "bank", broken, **ACCOUNT)
        )


class TestRefusals:
    @pytest.mark.parametrize(
        ("row", "sentence"),
        [
            (("2023-13-31", "", "", "Hyra", "-1", ""), "Rad 2, kolumn 1 (Dag)"),
            (("2031-01-31", "", "", "Hyra", "-1", ""), "Rad 2, kolumn 1 (Dag)"),
            (("2023-01-31", "", "", "Hyra", "", ""), "Rad 2, kolumn 5 (Belopp): En rad har ett belopp"),
            (("2023-01-31", "", "", "Hyra", "-1,001", ""), "Rad 2, kolumn 5 (Belopp)"),
            (("2023-01-31", "", "", "Hyra", "-1", "x"), "Rad 2, kolumn 6 (Saldo)"),
        ],
    )
    def test_what_is_wrong_is_told_by_row_and_column(self, treasurer, row, sentence):
        page = upload(treasurer, "bank", csv_of(SEB.decode().splitlines()[0].split(";"), row), **ACCOUNT)
        assert sentence in said(page)
        make_drafts(treasurer, page)
        assert drafts() == []

    def test_another_currency_is_refused(self, treasurer):
        page = upload(treasurer, "bank", NORDEA.replace(b"SEK", b"EUR"), **ACCOUNT)
        assert "Bokföringen förs i SEK" in said(page)

    def test_too_many_lines_are_refused(self, treasurer, monkeypatch):
        monkeypatch.setattr("ledarna.views.bank.MOST_LINES", 1)
        assert "fler än 1 rader" in said(upload(treasurer, "bank", SEB, **ACCOUNT))


def test_lines_are_shown_with_their_day_and_amount(treasurer):
    page = upload(treasurer, "bank", SEB, **ACCOUNT)
    assert row_of(page, "2023-01-31 Hyra").startswith("2023-01-31 Hyra januari −8 500,00")
