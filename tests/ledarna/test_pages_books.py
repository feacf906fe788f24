"""The books behind the figures: accounts and vouchers, as pages."""

import re
from datetime import date

import pytest

from finance.ledger import Place, account_page
from finance.models import Account
from finance.money import to_ore
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher, an_opening_balance
from tests.pages import main_of, reader, row_of

pytestmark = pytest.mark.django_db


def account(number="1930", query=""):
    return reader().get(f"/year/2023/accounts/{number}/{query}")


def some_rows(how_many, year=None):
    """Vouchers of 1, 2, 3 … kronor, in every month of the year in turn."""
    year = year or a_fiscal_year()
    for number in range(1, how_many + 1):
        day = date(2023, number % 12 + 1, number % 28 + 1)
        a_posted_voucher(year, (("1930", str(number)), ("3900", f"-{number}")), day=day)
    return year


class TestAccount:
    def test_it_begins_with_the_opening_and_ends_with_the_closing(self):
        year = a_fiscal_year()
        an_opening_balance(year, "1930", "100")
        a_posted_voucher(year, (("1930", "15"), ("8310", "-15")), day=date(2023, 5, 2), text="Ränta")
        page = account()
        assert "2023-01-01 Ingående balans 100,00" in main_of(page)
        assert row_of(page, "2023-05-02") == "2023-05-02 A 1 Ränta 15,00 115,00"
        assert "2023-12-31 Utgående balans 115,00" in main_of(page)

    def test_a_credit_stands_in_its_own_column(self):
        a_posted_voucher(rows=(("1930", "15"), ("8310", "-15")))
        html = account("8310").content.decode()
        assert re.search(r'<td class="number"></td>\s*<td class="number">15,00</td>', html)

    def test_a_row_leads_to_its_voucher(self):
        voucher = a_posted_voucher()
        assert f'<a href="/vouchers/{voucher.pk}/">A 1</a>' in account().content.decode()

    def test_a_draft_is_not_in_the_books(self):
        a_posted_voucher()
        a_draft(text="Ett utkast")
        assert "Ett utkast" not in main_of(account())

    def test_an_account_without_rows_says_what_belongs_there(self):
        a_draft()
        assert "Inget är bokfört på kontot 2023." in main_of(account())

    def test_a_place_that_is_none_is_a_bad_request(self):
        a_draft()
        for text in ("x", "2023-01-01", "2023-13-01.1", "2023-01-01.-1", "2023-01-01.²"):
            assert account(query=f"?after={text}").status_code == 400


class TestAccountPages:
    @pytest.fixture
    def year(self, monkeypatch):
        monkeypatch.setattr("finance.ledger.ROWS_PER_PAGE", 10)
        year = some_rows(47)
        an_opening_balance(year, "1930", "1000")
        return year

    def forward(self, year):
        page = account_page(year, Account.objects.get(number="1930"))
        yield page
        while not page.is_end:
            page = account_page(year, page.account, after=page.end)
            yield page

    def test_together_they_have_each_row_once_in_the_order_of_dates(self, year):
        rows = [line.row for page in self.forward(year) for line in page.rows]
        assert len({row.pk for row in rows}) == 47
        assert [row.date for row in rows] == sorted(row.date for row in rows)

    def test_the_balance_runs_on_from_page_to_page(self, year):
        balance = 100_000
        for page in self.forward(year):
            assert page.carried == balance
            for line in page.rows:
                balance += to_ore(line.row.amount)
                assert line.balance == balance
        assert balance == page.closing

    def test_each_says_how_many_rows_stand_before_it(self, year):
        assert [(page.first, page.last) for page in self.forward(year)] == [
            (1, 10),
            (11, 20),
            (21, 30),
            (31, 40),
            (41, 47),
        ]

    def test_going_back_leads_over_the_same_pages(self, year):
        there = list(self.forward(year))
        page, back = there[-1], [there[-1]]
        while not page.is_start:
            page = account_page(year, page.account, before=page.begin)
            back.insert(0, page)
        rows = [line for page in back for line in page.rows]
        assert [line.row.pk for line in rows] == [line.row.pk for page in there for line in page.rows]
        assert [line.balance for line in rows] == [line.balance for page in there for line in page.rows]

    def test_a_month_begins_with_the_balance_before_it(self, year):
        page = account_page(year, Account.objects.get(number="1930"), after=Place(date(2023, 6, 1), 0))
        assert page.rows[0].row.date.month == 6
        before = sum(number for number in range(1, 48) if number % 12 + 1 < 6)
        assert page.carried == 100_000 + before * 100

    def test_behind_the_last_row_stands_the_closing(self, year):
        page = account_page(year, Account.objects.get(number="1930"), after=Place(date(2023, 12, 31), 10**9))
        assert page.rows == ()
        assert page.carried == page.closing

    def test_the_page_leads_to_the_months_and_to_the_next_page(self, year):
        page = account()
        assert "rad 1–10 av 47" in main_of(page)
        html = page.content.decode()
        assert '<a href="?after=2023-06-01.0">juni</a>' in html
        following = re.search(r'<a href="(\?after=[^"]+)" rel="next">', html)
        assert following
        assert "rad 11–20 av 47" in main_of(account(query=following[1]))


class TestVoucher:
    def voucher(self, voucher, role="board"):
        return reader(role).get(f"/vouchers/{voucher.pk}/")

    def test_it_tells_what_when_and_by_whom(self):
        voucher = a_posted_voucher(
            day=date(2023, 5, 2),
            by="kassor",
            entered_by="anna",
            counterparty="Banken",
            decision_reference="§ 8",
        )
        page = main_of(self.voucher(voucher))
        assert "Verifikation A 1 2023-05-02 · Ränta på bankkontot" in page
        assert "Affärshändelsens datum 2023-05-02 Motpart Banken Beslut § 8 Införd" in page
        assert ", anna Bokförd" in page
        assert ", kassor Plats i kedjan 1" in page
        assert voucher.digest in page

    def test_its_rows_lead_to_their_accounts(self):
        page = self.voucher(a_posted_voucher())
        assert row_of(page, "1930") == "1930 Konto 1930 15,00"
        assert row_of(page, "Summa") == "Summa 15,00 15,00"
        assert '<a href="/year/2023/accounts/1930/">' in page.content.decode()

    def test_it_leads_to_its_neighbours_in_the_series(self):
        first, second, third = a_posted_voucher(), a_posted_voucher(), a_posted_voucher()
        html = self.voucher(second).content.decode()
        assert f'<a href="/vouchers/{first.pk}/" rel="prev">← A 1</a>' in html
        assert f'<a href="/vouchers/{third.pk}/" rel="next">A 3 →</a>' in html

    def test_a_draft_says_that_it_is_not_in_the_books(self):
        page = main_of(self.voucher(a_draft()))
        assert "Utkast" in page
        assert "Inte bokförd." in page
        assert "Kontrollsumma" not in page

    def test_the_secretary_does_not_see_it(self):
        assert self.voucher(a_posted_voucher(), "secretary").status_code == 403

    def test_a_voucher_that_is_not_there_is_not_found(self):
        assert reader().get("/vouchers/1/").status_code == 404
