"""Vouchers and budgets, read in from tables: upload, preview, confirmation."""

from datetime import date

import pytest
from auditlog.models import LogEntry

from finance.models import AttestRule, Budget, BudgetLine, Project, Voucher, VoucherRow
from finance.money import kronor, to_ore
from finance.periods import lock_through
from tests.factories import a_budget, a_fiscal_year, a_posted_voucher, a_user, an_account
from tests.ledarna.tables import confirm, csv_of, read_in, said, sent_again, upload, xlsx_of
from tests.pages import reader, row_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

RENT = (
    ("Ver", "Datum", "Vertext", "Konto", "Debet", "Kredit"),
    ("1", "2023-01-31", "Lokalhyra", "5010", "8 500,00", ""),
    ("1", "2023-01-31", "Lokalhyra", "1930", "", "8 500,00"),
    ("2", "2023-02-28", "Porto", "6250", "99,50", "0,00"),
    ("2", "2023-02-28", "Porto", "1930", "0,00", "99,50"),
)
DRAFTS, POSTED = {"become": "drafts"}, {"become": "posted"}


@pytest.fixture
def treasurer():
    a_fiscal_year()
    for number, name in (("1930", "Bank"), ("5010", "Lokalhyra"), ("6250", "Porto"), ("3910", "Avgifter")):
        an_account(number, name)
    return reader("treasurer")


def rows(voucher):
    return [
        (row.account.number, to_ore(row.amount))
        for row in voucher.rows.select_related("account").order_by("line")
    ]


def contents():
    return [(str(voucher.date), voucher.text, rows(voucher)) for voucher in Voucher.objects.order_by("pk")]


RENT_AND_POSTAGE = [
    ("2023-01-31", "Lokalhyra", [("5010", 850000), ("1930", -850000)]),
    ("2023-02-28", "Porto", [("6250", 9950), ("1930", -9950)]),
]


class TestVouchers:
    def test_the_preview_shows_each_voucher_and_writes_nothing(self, treasurer):
        page = upload(treasurer, "vouchers", csv_of(*RENT), **DRAFTS)
        assert row_of(page, "4 ny") == "4 ny 2023-02-28 Porto 6250, 1930 99,50"
        assert not Voucher.objects.exists()

    def test_they_become_drafts(self, treasurer):
        read_in(treasurer, "vouchers", csv_of(*RENT), **DRAFTS)
        assert contents() == RENT_AND_POSTAGE
        assert not Voucher.objects.posted().exists()

    def test_they_become_posted_with_the_next_numbers(self, treasurer):
        a_posted_voucher()
        read_in(treasurer, "vouchers", csv_of(*RENT), **POSTED)
        assert list(Voucher.objects.posted().order_by("number").values_list("number", "text"))[1:] == [
            (2, "Lokalhyra"),
            (3, "Porto"),
        ]

    def test_the_same_table_twice_changes_nothing_and_says_so(self, treasurer):
        read_in(treasurer, "vouchers", csv_of(*RENT), **POSTED)
        entries = LogEntry.objects.count()
        page = upload(treasurer, "vouchers", csv_of(*RENT), **DRAFTS)
        assert "Allt i tabellen finns redan" in said(page)
        confirm(treasurer, page)
        assert len(contents()) == 2
        assert LogEntry.objects.count() == entries

    def test_two_alike_in_the_table_are_two_vouchers(self, treasurer):
        twice = csv_of(*RENT[:3], ("2", *RENT[1][1:]), ("2", *RENT[2][1:]))
        read_in(treasurer, "vouchers", csv_of(*RENT[:3]), **DRAFTS)
        assert "Nya: 1, ändrade: 0, fanns redan: 1" in said(upload(treasurer, "vouchers", twice, **DRAFTS))

    def test_one_that_does_not_balance_is_refused_at_its_rows(self, treasurer):
        table = csv_of(*RENT[:2], ("1", "2023-01-31", "Lokalhyra", "1930", "", "8 400,00"), *RENT[3:])
        page = upload(treasurer, "vouchers", table, **DRAFTS)
        assert "Rad 2, kolumn 5 (Debet): Verifikationen på raderna 2–3 balanserar inte" in said(page)
        confirm(treasurer, page)
        assert contents() == []

    def test_an_unknown_account_is_refused_at_its_place(self, treasurer):
        table = csv_of(*RENT[:2], ("1", "2023-01-31", "Lokalhyra", "1999", "", "8 500,00"))
        page = upload(treasurer, "vouchers", table, **DRAFTS)
        assert "Rad 3, kolumn 4 (Konto): Det finns inget konto ”1999”" in said(page)

    def test_a_day_of_no_fiscal_year_is_refused_at_its_place(self, treasurer):
        table = csv_of(RENT[0], *((number, "2031-01-31", *more) for number, _day, *more in RENT[1:3]))
        assert "Rad 2, kolumn 2 (Datum)" in said(upload(treasurer, "vouchers", table, **DRAFTS))

    def test_nothing_is_posted_into_a_locked_month_but_drafts_may_be_made(self, treasurer):
        lock_through(a_fiscal_year(), date(2023, 1, 1), by=None)
        page = upload(treasurer, "vouchers", csv_of(*RENT), **POSTED)
        assert "Rad 2, kolumn 2 (Datum)" in said(page)
        confirm(treasurer, page)
        assert contents() == []
        read_in(treasurer, "vouchers", csv_of(*RENT), **DRAFTS)
        assert contents() == RENT_AND_POSTAGE

    def test_a_payment_that_needs_an_attest_is_not_posted(self, treasurer):
        AttestRule.objects.create(limit=kronor(1000))
        page = upload(treasurer, "vouchers", csv_of(*RENT), **POSTED)
        assert "över gränsen" in said(page)
        confirm(treasurer, page)
        assert contents() == []

    def test_one_column_of_amounts_has_credit_as_negative(self, treasurer):
        table = csv_of(
            ("Datum", "Text", "Konto", "Belopp"),
            ("20230131", "Lokalhyra", "5010 Lokalhyra", "8500"),
            ("", "", "1930", "-8 500,00 kr"),
            ("28/2 2023", "Porto", "6250", "99.50"),
            ("", "", "bank", "-99,50"),
            delimiter="\t",
            encoding="cp1252",
        )
        read_in(treasurer, "vouchers", table, **DRAFTS)
        assert contents() == RENT_AND_POSTAGE

    def test_without_numbers_a_voucher_ends_where_it_balances_and_the_text_changes(self, treasurer):
        table = csv_of(
            ("Datum", "Text", "Konto", "Belopp"),
            ("2023-01-31", "Porto", "6250", "10"),
            ("2023-01-31", "Bank", "1930", "-10"),
            ("2023-01-31", "Hyra", "5010", "20"),
            ("2023-01-31", "Hyra", "1930", "-20"),
        )
        read_in(treasurer, "vouchers", table, **DRAFTS)
        assert [voucher[1:] for voucher in contents()] == [
            ("Porto", [("6250", 1000), ("1930", -1000)]),
            ("Hyra", [("5010", 2000), ("1930", -2000)]),
        ]
        assert list(VoucherRow.objects.exclude(text="").values_list("text", flat=True)) == ["Bank"]

    def test_a_workbook_with_real_dates_numbers_and_projects_is_read(self, treasurer):
        project = Project.objects.create(code="P1", name="Mässan")
        table = xlsx_of(
            ("Date", "Description", "Account", "Debit", "Credit", "Project"),
            (date(2023, 1, 31), "Lokalhyra", 5010, 0.1 + 0.2, None, "P1"),
            (date(2023, 1, 31), "Lokalhyra", 1930, None, 0.3, None),
        )
        read_in(treasurer, "vouchers", table, **DRAFTS)
        assert contents() == [("2023-01-31", "Lokalhyra", [("5010", 30), ("1930", -30)])]
        assert VoucherRow.objects.filter(project=project).count() == 1

    def test_a_part_of_an_ore_is_refused(self, treasurer):
        table = csv_of(RENT[0], ("1", "2023-01-31", "Hyra", "5010", "1,005", ""))
        assert "Rad 2, kolumn 5 (Debet)" in said(upload(treasurer, "vouchers", table, **DRAFTS))

    def test_the_template_can_be_read_in_as_it_is(self, treasurer):
        template = b"".join(treasurer.get("/import/vouchers/template.xlsx").streaming_content)
        page = upload(treasurer, "vouchers", template, name="mall.xlsx", **DRAFTS)
        assert page.context["preview"].plan.number("new") == 1

    def test_it_is_said_in_the_trail(self, treasurer):
        read_in(treasurer, "vouchers", csv_of(*RENT), **DRAFTS)
        entry = LogEntry.objects.get(additional_data__event="read in")
        assert entry.object_repr.startswith("Verifikationer: tabell.csv")

    def test_who_entered_them_is_kept(self):
        a_fiscal_year()
        for number in ("1930", "5010", "6250"):
            an_account(number)
        client = reader("treasurer")
        client.force_login(a_user("treasurer", "kassor"))
        read_in(client, "vouchers", csv_of(*RENT), **POSTED)
        assert set(Voucher.objects.values_list("entered_by", "posted_by")) == {("kassor", "kassor")}


IN_FORCE, REVISED = (
    {"fiscal_year": "2023", "version": "in_force"},
    {"fiscal_year": "2023", "version": "revised"},
)
BUDGET = (
    ("Konto", "Benämning", "jan", "feb 2023", "2023-03", "Summa"),
    ("", "Intäkter", "", "", "", ""),
    ("3910", "Avgifter", "1 000", "2 000", "0", "3 000"),
    ("Summa intäkter", "", "1 000", "2 000", "0", "3 000"),
    ("5010", "Hyra", "", "", "", "12 000,50"),
)


def budgeted(budget=None):
    lines = BudgetLine.objects.all() if budget is None else budget.lines
    return [
        (line.account.number, line.month and line.month.month, to_ore(line.amount))
        for line in lines.select_related("account").order_by("account__number", "month")
    ]


WHOLE = [("3910", 1, -100000), ("3910", 2, -200000), ("5010", None, 1200050)]


class TestBudget:
    def test_the_preview_shows_each_account_and_writes_nothing(self, treasurer):
        page = upload(treasurer, "budget", csv_of(*BUDGET), **IN_FORCE)
        assert row_of(page, "3 ny") == "3 ny 3910 Avgifter 2 3 000,00 –"
        assert row_of(page, "5 ny") == "5 ny 5010 Lokalhyra hela året 12 000,50 –"
        assert "En rad utan konto lämnas åt sidan" in said(page)
        assert not Budget.objects.exists()

    def test_it_becomes_the_years_first_version(self, treasurer):
        read_in(treasurer, "budget", csv_of(*BUDGET), **IN_FORCE)
        assert budgeted(Budget.objects.get(in_force=True)) == WHOLE

    def test_the_same_table_twice_changes_nothing_and_says_so(self, treasurer):
        read_in(treasurer, "budget", csv_of(*BUDGET), **IN_FORCE)
        for options in (IN_FORCE, REVISED):
            page = upload(treasurer, "budget", csv_of(*BUDGET), **options)
            assert "Allt i tabellen finns redan" in said(page)
            confirm(treasurer, page)
        assert budgeted() == WHOLE
        assert Budget.objects.count() == 1

    def test_what_an_account_had_gives_way_and_other_accounts_stay(self, treasurer):
        a_budget(lines=(("3910", "-500.00"), ("6250", "70.00")))
        page = upload(treasurer, "budget", csv_of(*BUDGET), **IN_FORCE)
        assert "3 ändrad 3910 Avgifter 2 3 000,00 500,00" in row_of(page, "3 ändrad")
        confirm(treasurer, page)
        assert budgeted() == [*WHOLE, ("6250", None, 7000)]

    def test_a_revised_version_is_made_beside_the_one_in_force(self, treasurer):
        old = a_budget(lines=(("3910", "-500.00"),))
        read_in(treasurer, "budget", csv_of(*BUDGET), **REVISED)
        assert budgeted(old) == [("3910", None, -50000)]
        assert budgeted(Budget.objects.get(in_force=False)) == WHOLE

    def test_months_that_do_not_come_to_the_whole_year_are_refused(self, treasurer):
        table = csv_of(BUDGET[0], ("3910", "Avgifter", "1 000", "2 000", "", "3 001"))
        page = upload(treasurer, "budget", table, **IN_FORCE)
        assert "Rad 2, kolumn 6 (Helår): Månaderna blir 3 000,00, och helåret säger 3 001,00" in said(page)

    def test_an_account_of_the_balance_sheet_is_refused(self, treasurer):
        page = upload(treasurer, "budget", csv_of(BUDGET[0], ("1930", "", "1", "", "", "")), **IN_FORCE)
        assert "Rad 2, kolumn 1 (Konto): 1930 Bank budgeteras inte" in said(page)

    def test_an_account_that_stands_twice_is_refused(self, treasurer):
        page = upload(treasurer, "budget", csv_of(*BUDGET, BUDGET[2]), **IN_FORCE)
        assert "Rad 6, kolumn 1 (Konto): Kontot budgeteras redan på rad 3" in said(page)

    def test_a_table_without_amounts_says_which_columns_it_needs(self, treasurer):
        page = upload(treasurer, "budget", csv_of(("Konto", "Namn"), ("3910", "Avgifter")), **IN_FORCE)
        assert "Ange vilka kolumner som har belopp" in said(page)

    def test_months_of_a_broken_year_are_known_by_name(self, treasurer):
        a_fiscal_year(start=date(2024, 7, 1), end=date(2025, 6, 30))
        table = csv_of(("Konto", "juli", "jan"), ("5010", "10", "20"))
        read_in(treasurer, "budget", table, fiscal_year="2024-2025", version="in_force")
        assert list(BudgetLine.objects.order_by("month").values_list("month", flat=True)) == [
            date(2024, 7, 1),
            date(2025, 1, 1),
        ]

    def test_in_a_prolonged_year_a_month_that_comes_twice_needs_its_year(self, treasurer):
        year = {"fiscal_year": "2024-2025", "version": "in_force"}
        a_fiscal_year(start=date(2024, 7, 1), end=date(2025, 12, 31))
        page = upload(
            treasurer, "budget", csv_of(("Konto", "juli", "juli 2025"), ("5010", "10", "20")), **year
        )
        assert [column.key for column in page.context["preview"].chosen] == ["account", "", "2025-07"]

    def test_the_template_of_a_prolonged_year_adds_up(self, treasurer):
        year = {"fiscal_year": "2024-2025", "version": "in_force"}
        a_fiscal_year(start=date(2024, 7, 1), end=date(2025, 12, 31))
        template = b"".join(treasurer.get("/import/budget/template.xlsx").streaming_content)
        page = upload(treasurer, "budget", template, name="mall.xlsx", **year)
        assert page.context["preview"].plan.number("new") == 1

    def test_each_line_is_in_the_trail(self, treasurer):
        read_in(treasurer, "budget", csv_of(*BUDGET), **IN_FORCE)
        assert LogEntry.objects.filter(content_type__model="budgetline").count() == 3

    def test_the_template_can_be_read_in_as_it_is(self, treasurer):
        template = b"".join(treasurer.get("/import/budget/template.xlsx").streaming_content)
        page = upload(treasurer, "budget", template, name="mall.xlsx", **IN_FORCE)
        assert page.context["preview"].plan.number("new") == 1


def test_a_form_sent_with_an_unknown_choice_is_shown_again(treasurer):
    page = upload(treasurer, "vouchers", csv_of(*RENT), **DRAFTS)
    again = treasurer.post("/import/vouchers/", sent_again(page, action="confirm", become="burnt"))
    assert again.status_code == 200
    assert not Voucher.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_journal_that_ledarna_writes_is_known_again(treasurer, form):
    for month, (text, amount) in enumerate((("Hyra", "8500.50"), ("Hyra", "8500.50"), ("Porto", "0.01")), 1):
        a_posted_voucher(rows=(("5010", amount), ("1930", f"-{amount}")), day=date(2023, month, 1), text=text)
    journal = b"".join(treasurer.get(f"/year/2023/journal/?as={form}").streaming_content)
    page = upload(treasurer, "vouchers", journal, **POSTED)
    assert "Nya: 0, ändrade: 0, fanns redan: 3" in said(page)
