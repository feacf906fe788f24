"""What all pages have in common: sign-in, roles, language, policy, error pages, and how often they ask the database."""

import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finance.models import Voucher
from ledarna.navigation import DESTINATIONS
from ledarna.roles import ROLES, levels_of
from tests.factories import PASSWORD, a_fiscal_year, a_posted_voucher, a_user
from tests.pages import main_of, reader, words

pytestmark = pytest.mark.django_db

PAGES = (
    "/year/2023/",
    "/year/2023/income-statement/",
    "/year/2023/balance-sheet/",
    "/year/2023/accounts/1930/",
    "/year/2023/members/",
    "/year/2023/vouchers/",
    "/year/2023/journal/",
    "/year/2023/general-ledger/",
    "/year/2023/projects/",
    "/year/2023/cost-centers/",
    "/year/2023/periods/",
    "/year/2023/meetings/",
    "/year/2023/plan/",
    "/year/2023/reconciliation/",
)
ONCE_A_YEAR = ("/year/2023/closing/", "/year/2023/desk/")
MOST_QUERIES = 43
INLINE = re.compile(r"<(script|style)\b|\s(style|on\w+)=", re.IGNORECASE)


@pytest.fixture
def example():
    call_command("load_example", stdout=StringIO())


class TestSignIn:
    def test_it_opens_the_first_page(self):
        a_fiscal_year()
        a_user("board", "bea")
        response = Client().post("/sign-in/", {"login": "bea", "password": PASSWORD}, follow=True)
        assert response.request["PATH_INFO"] == "/year/2023/"

    def test_it_leads_to_the_page_that_was_asked_for(self):
        a_fiscal_year()
        a_user("board", "bea")
        asked = Client().get("/year/2023/members/")
        assert asked["Location"] == "/sign-in/?next=/year/2023/members/"
        response = Client().post(asked["Location"], {"login": "bea", "password": PASSWORD})
        assert response["Location"] == "/year/2023/members/"

    def test_a_wrong_password_is_told_in_words(self):
        page = main_of(Client().post("/sign-in/", {"login": "bea", "password": "fel"}))
        assert "Det stämmer inte" in page

    def test_it_does_not_lead_to_other_sites(self):
        a_user("board", "bea")
        response = Client().post(
            "/sign-in/?next=https://example.com/", {"login": "bea", "password": PASSWORD}
        )
        assert response["Location"] == "/"

    def test_signing_out_leads_back(self):
        client = reader()
        assert client.post("/sign-out/")["Location"] == "/sign-in/"
        assert client.get("/").status_code == 302

    def test_the_admins_own_door_leads_to_it(self):
        response = Client().get("/admin/login/?next=/admin/finance/")
        assert response["Location"] == "/sign-in/?next=%2Fadmin%2Ffinance%2F"

    def test_who_may_not_enter_is_told_so_at_the_admins_door(self):
        assert reader("auditor").get("/admin/login/").status_code == 403

    @pytest.mark.parametrize("path", [*PAGES, "/", "/vouchers/1/"])
    def test_everybody_else_is_led_to_it(self, path):
        a_fiscal_year()
        assert Client().get(path)["Location"] == f"/sign-in/?next={path}"


class TestRoles:
    @pytest.mark.parametrize("role", ROLES)
    def test_the_header_leads_a_role_to_pages_that_it_sees(self, role, example):
        client = reader(role)
        led = [each for each in DESTINATIONS if each.level in levels_of(role, each.area)]
        paths = [reverse(each.page, args=["2023"] if each.of_year else []) for each in led]
        assert paths
        assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)

    def test_a_refusal_tells_the_role(self):
        a_fiscal_year()
        page = main_of(reader("nominating_committee").get("/year/2023/"))
        assert "Du är inloggad som valberedning" in page

    def test_entry_stands_in_the_header_of_those_who_enter(self, example):
        assert "Inmatning" in words(reader("treasurer").get("/year/2023/"))
        assert "Inmatning" not in words(reader("auditor").get("/year/2023/"))

    def test_the_header_tells_the_role(self, example):
        assert "Kassör English Logga ut" in words(reader("treasurer").get("/year/2023/"))


class TestLanguage:
    def test_it_is_swedish_whatever_the_browser_says(self):
        assert "Logga in" in words(Client().get("/sign-in/", headers={"accept-language": "en"}))

    def test_the_switch_keeps_the_page_and_the_choice(self):
        client = Client()
        response = client.post("/language/", {"language": "en", "next": "/sign-in/"}, follow=True)
        assert "Sign in" in words(response)
        assert 'lang="en"' in client.get("/sign-in/").content.decode()

    def test_it_changes_by_post_alone(self):
        client = Client()
        client.get("/language/?language=en")
        assert "Logga in" in words(client.get("/sign-in/"))


class TestPolicy:
    def test_no_page_has_inline_script_or_style(self, example):
        client = reader("treasurer")
        for path in (*PAGES, *ONCE_A_YEAR):
            response = client.get(path)
            assert response.status_code == 200
            assert not INLINE.search(response.content.decode()), path
            assert "'unsafe-inline'" not in response["Content-Security-Policy"]

    def test_every_part_of_a_page_that_scrolls_has_a_name_that_is_there(self, example):
        client = reader("treasurer")
        for path in (*PAGES, *ONCE_A_YEAR):
            html = client.get(path).content.decode()
            for name in re.findall(r'aria-labelledby="([^"]+)"', html):
                assert f'id="{name}"' in html, path


class TestErrorPages:
    def test_a_page_that_is_not_there_says_so(self):
        response = reader().get("/nowhere/")
        assert response.status_code == 404
        assert "Sidan finns inte" in main_of(response)

    def test_a_bad_request_says_so(self):
        a_posted_voucher()
        response = reader().get("/year/2023/accounts/1930/?after=x")
        assert response.status_code == 400
        assert "Begäran gick inte att förstå" in main_of(response)

    def test_an_error_of_ours_says_so_and_nothing_of_its_cause(self, monkeypatch):
        a_fiscal_year()
        monkeypatch.setattr("ledarna.views.year.reconcile", lambda *a: 1 / 0)
        client = reader()
        client.raise_request_exception = False
        response = client.get("/year/2023/")
        assert response.status_code == 500
        assert "Felet är vårt, inte ditt." in main_of(response)
        assert "ZeroDivision" not in response.content.decode()

    def test_a_form_without_its_token_says_what_to_do(self):
        client = Client(enforce_csrf_checks=True)
        response = client.post("/sign-in/", {"login": "bea"})
        assert response.status_code == 403
        assert "ladda om sidan" in main_of(response)
        assert not INLINE.search(response.content.decode())


class TestQueries:
    """A page asks the database as often over many vouchers as over few."""

    def asked(self, client, path):
        client.get(path)  # What is read once and kept does not count.
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    def test_many_vouchers_take_no_more_queries(self, example):
        voucher = Voucher.objects.order_by("pk").values_list("pk", flat=True)[0]
        paths = (*PAGES, f"/vouchers/{voucher}/")
        client = reader("treasurer")
        few = {path: self.asked(client, path) for path in paths}
        for number in range(30):
            rows = (("1930", "15"), (str(5000 + number), "-15"))
            a_posted_voucher(rows=rows, day=date(2023, number % 12 + 1, 5))
        assert {path: self.asked(client, path) for path in paths} == few
        assert max(few.values()) <= MOST_QUERIES
