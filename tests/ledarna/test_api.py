"""The reading API: who may read what, that the answers are as described, and that they are right."""

import json
import re
from datetime import date, timedelta

import pytest
from auditlog.models import LogEntry
from django.test import Client
from django.utils import timezone
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from finance.correction import draft_correction
from finance.journal import VOUCHERS_PER_PAGE
from finance.models import CostCenter, FiscalYear, Project
from finance.posting import chain_head, post_together
from ledarna.figures import figures_of
from ledarna.models import ApiToken
from ledarna.roles import ROLES, Area, Level
from tests.factories import (
    a_budget,
    a_decision,
    a_fiscal_year,
    a_meeting,
    a_posted_voucher,
    a_user,
    an_account,
    an_opening_balance,
)
from tests.ledarna.test_roles import EXPECTED
from tests.once import made_once

pytestmark = pytest.mark.django_db

AREAS = {
    "/years": Area.MEETINGS,
    "/years/{label}/chain": Area.DASHBOARDS,
    "/years/{label}/figures": Area.DASHBOARDS,
    "/years/{label}/income-statement": Area.DASHBOARDS,
    "/years/{label}/balance-sheet": Area.DASHBOARDS,
    "/accounts": Area.BOOKS,
    "/years/{label}/vouchers": Area.BOOKS,
    "/years/{label}/meetings": Area.MEETINGS,
}
"""Every address that answers with facts or figures, and the area of the table of roles that it belongs to."""


def the_books():
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "100")
    an_opening_balance(year, "2067", "-100")
    a_posted_voucher(
        year, day=date(2023, 2, 1), rows=(("5010", "8500.50"), ("1930", "-8500.50")), text="Hyra"
    )
    a_posted_voucher(year, day=date(2023, 3, 1), rows=(("1930", "200"), ("3900", "-200")), text="Avgifter")


@pytest.fixture(scope="module", autouse=True)
def _facts(django_db_setup, django_db_blocker):
    yield from made_once(django_db_blocker, the_books)


@pytest.fixture
def year():
    return FiscalYear.objects.get(label="2023")


class Program:
    """A program that holds the token of somebody with *role*."""

    def __init__(self, role="auditor"):
        self.user = a_user(role)
        self.secret = ApiToken(user=self.user, name="Bokslut").draw()

    def ask(self, path, **query):
        return Client().get(f"/api/v1{path}", query, headers={"Authorization": f"Bearer {self.secret}"})

    def read(self, path, **query):
        response = self.ask(path, **query)
        assert response.status_code == 200, response.content
        return response.json()


def described():
    return Program().read("/openapi.json")


# Who may read


@pytest.mark.parametrize("role", [*ROLES, None])
@pytest.mark.parametrize("path", AREAS)
def test_a_program_sees_what_its_user_sees(year, path, role):
    sees = role is not None and role in EXPECTED[AREAS[path], Level.SEE].split()
    assert Program(role).ask(path.format(label="2023")).status_code == (200 if sees else 403)


def test_every_address_is_in_the_table_of_areas():
    assert set(described()["paths"]) == {f"/api/v1{path}" for path in AREAS}


@pytest.mark.parametrize("path", [*AREAS, "/openapi.json"])
@pytest.mark.parametrize(
    "header", [{}, {"Authorization": "Bearer ledarna_guessed"}, {"Authorization": "Basic eDp5"}]
)
def test_nobody_reads_without_a_token(year, path, header):
    response = Client().get(f"/api/v1{path.format(label='2023')}", headers=header)
    assert response.status_code == 401
    assert "Hyra" not in response.content.decode()


def test_a_signed_in_browser_is_no_token(year):
    client = Client()
    client.force_login(a_user("treasurer"))
    assert client.get("/api/v1/years").status_code == 401


def test_a_token_that_is_sent_in_the_clear_reads_nothing_and_is_not_led_on(year, settings):
    settings.SECURE_SSL_REDIRECT = True
    secret = Program("board").secret
    headers = {"Authorization": f"Bearer {secret}"}
    answer = Client().get("/api/v1/years", headers=headers)
    assert (answer.status_code, "https" in answer.json()["detail"]) == (403, True)
    assert Client().get("/api/v1/years", headers=headers, secure=True).status_code == 200


def test_a_token_ends_with_its_day(year):
    program = Program()
    ApiToken.objects.update(expires=timezone.localdate() - timedelta(days=1))
    assert program.ask("/years").status_code == 401


def test_a_token_ends_with_its_user(year):
    program = Program()
    program.user.is_active = False
    program.user.save()
    assert program.ask("/years").status_code == 401


def test_a_token_follows_the_roles_of_its_user(year):
    program = Program()
    program.user.groups.clear()
    assert program.ask("/accounts").status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("path", AREAS)
def test_nothing_is_written(year, path, method):
    program = Program("treasurer")
    send = getattr(Client(), method)
    response = send(
        f"/api/v1{path.format(label='2023')}", headers={"Authorization": f"Bearer {program.secret}"}
    )
    assert response.status_code == 405


def test_the_day_of_the_last_use_is_kept():
    program = Program()
    program.ask("/years")
    assert ApiToken.objects.get().last_used == timezone.localdate()


def test_only_the_digest_of_a_token_is_kept():
    secret = Program().secret
    assert secret not in json.dumps(list(ApiToken.objects.values()), default=str)


# As described


def test_the_description_is_valid_openapi_3_1():
    description = described()
    assert description["openapi"].startswith("3.1")
    validate(description)


@pytest.mark.parametrize("path", AREAS)
def test_the_answer_is_as_it_is_described(year, path):
    a_budget(year, (("3900", "1000"),))
    a_decision(a_meeting(day=date(2023, 1, 17)), text="Budgeten antogs")
    description = described()
    shape = description["paths"][f"/api/v1{path}"]["get"]["responses"]["200"]["content"]["application/json"][
        "schema"
    ]
    answer = Program().read(path.format(label="2023"))
    closed = json.loads(json.dumps({**shape, "components": description["components"]}))
    for schema in closed["components"]["schemas"].values():
        schema.setdefault("additionalProperties", False)
    Draft202012Validator(closed).validate(answer)
    assert any(answer.values())


@pytest.mark.parametrize("path", [path for path in AREAS if "{label}" in path])
def test_a_year_that_is_not_there_is_said_in_words(path):
    response = Program().ask(path.format(label="1999"))
    assert (response.status_code, response.json()) == (404, {"detail": "Det finns inget räkenskapsår 1999."})


# Right


def test_the_figures_are_those_of_the_vocabulary(year):
    answer = Program().read("/years/2023/figures")
    assert answer["figures"] == {key: figure.as_json() for key, figure in figures_of(year).items()}


def test_figures_are_told_as_of_a_day(year):
    answer = Program().read("/years/2023/figures", as_of="2023-02-28")
    assert (answer["as_of"], answer["figures"]["finance.result"]["value"]) == ("2023-02-28", "-8500.50")


def test_a_day_outside_of_the_year_is_refused(year):
    response = Program().ask("/years/2023/figures", as_of="2024-02-28")
    assert response.status_code == 422
    assert response.json()["detail"] == "2024-02-28 är inte en dag i 2023."


def test_the_income_statement_is_exact_and_in_natural_signs(year):
    answer = Program().read("/years/2023/income-statement")
    sums = {section["kind"]: section["amount"] for section in answer["sections"]}
    assert sums == {"income": "200.00", "cost": "8500.50", "financial": "0.00"}
    assert answer["result"] == "-8300.50"


def test_the_balance_sheet_has_its_opening(year):
    answer = Program().read("/years/2023/balance-sheet")
    bank = answer["sections"][0]["lines"][0]
    assert (bank["account"], bank["amount"], bank["previous"]) == ("1930", "-8200.50", "100.00")


def test_a_voucher_has_all_that_the_books_say_of_it(year):
    Project.objects.create(code="P1", name="Mässa")
    first = Program().read("/years/2023/vouchers")["items"][0]
    voucher = year.vouchers.get(sequence=1)
    assert (first["series"], first["number"], first["date"], first["text"]) == ("A", 1, "2023-02-01", "Hyra")
    assert first["digest"] == voucher.digest
    assert [(row["account"], row["amount"]) for row in first["rows"]] == [
        ("5010", "8500.50"),
        ("1930", "-8500.50"),
    ]


def test_a_corrected_voucher_names_what_took_it_back(year):
    post_together(draft_correction(year.vouchers.get(sequence=1), "lisa", "Fel konto").vouchers, by="kassör")
    items = Program().read("/years/2023/vouchers")["items"]
    assert (items[0]["corrected_by"], items[2]["corrects"]) == ("A 3", "A 1")


@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ({"account": "5010"}, ["Hyra"]),
        ({"start": "2023-03-01"}, ["Avgifter"]),
        ({"end": "2023-02-28"}, ["Hyra"]),
        ({"amount": "8500,50"}, ["Hyra"]),
        ({"text": "avgift"}, ["Avgifter"]),
        ({"series": "A", "account": "1930"}, ["Hyra", "Avgifter"]),
    ],
)
def test_vouchers_are_narrowed(year, query, texts):
    assert [item["text"] for item in Program().read("/years/2023/vouchers", **query)["items"]] == texts


@pytest.mark.parametrize(
    "query",
    [
        {"account": "9999"},
        {"project": "P"},
        {"cost_center": "K"},
        {"series": "Q"},
        {"amount": "1,234"},
        {"start": "januari"},
        {"cursor": "-1"},
        {"cursor": str(2**64)},
        {"cursor": "banan"},
    ],
)
def test_what_cannot_be_understood_is_refused(year, query):
    response = Program().ask("/years/2023/vouchers", **query)
    assert response.status_code == 422
    assert response.json()["detail"]


def test_a_project_that_is_there_narrows(year):
    Project.objects.create(code="P", name="Mässa")
    CostCenter.objects.create(code="K", name="Kansli")
    assert Program().read("/years/2023/vouchers", project="P", cost_center="K")["items"] == []


def test_the_pages_of_the_vouchers_have_each_of_them_once(year):
    for number in range(VOUCHERS_PER_PAGE):
        a_posted_voucher(year, text=f"Nummer {number}")
    program, seen, cursor = Program(), [], {}
    while True:
        page = program.read("/years/2023/vouchers", **cursor)
        seen += [item["sequence"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == list(range(1, VOUCHERS_PER_PAGE + 3))


def test_the_pages_of_the_chart_have_each_account_once(year):
    for number in range(6000, 6150):
        an_account(str(number))
    program = Program()
    first = program.read("/accounts")
    second = program.read("/accounts", cursor=first["next"])
    numbers = [account["number"] for account in first["items"] + second["items"]]
    assert len(first["items"]) == 100
    assert numbers == sorted(set(numbers))
    assert second["next"] is None


def test_the_chain_is_that_of_the_books(year):
    assert Program().read("/years/2023/chain") == {"head": chain_head(year).digest, "vouchers": 2}


def test_a_year_without_vouchers_has_no_head():
    a_fiscal_year(2021)
    assert Program().read("/years/2021/chain") == {"head": None, "vouchers": 0}


def test_meetings_have_their_decisions(year):
    a_decision(a_meeting(day=date(2023, 1, 17)), number=4, text="Budgeten antogs")
    meeting = Program("nominating_committee").read("/years/2023/meetings")["items"][0]
    assert meeting["decisions"] == [{"number": 4, "text": "Budgeten antogs"}]


@pytest.mark.parametrize("path", ["/years/2023/vouchers", "/years/2023/meetings", "/years"])
def test_an_answer_takes_as_many_queries_however_many_facts_there_are(
    year, path, django_assert_max_num_queries
):
    for number in range(30):
        a_posted_voucher(year, text=f"Nummer {number}")
        a_decision(a_meeting(day=date(2023, 1, 17), number=number + 1))
        a_fiscal_year(1990 + number)
    program = Program()
    program.ask(path)
    with django_assert_max_num_queries(12):
        program.ask(path)


# The page where tokens are made


@pytest.fixture
def treasurer():
    client = Client()
    user = a_user("treasurer")
    client.force_login(user)
    return client, user


def give_password(client, user):
    user.set_password("hemligt nog 1")
    user.save()
    client.force_login(user)
    client.post("/password-again/", {"password": "hemligt nog 1", "next": "/you/"})


def test_a_token_is_made_on_the_page_and_shown_once(treasurer):
    client, user = treasurer
    give_password(client, user)
    secret = re.search(r"ledarna_[\w-]{43}", client.post("/you/", {"name": "Bokslut"}).content.decode())[0]
    answer = Client().get("/api/v1/years", headers={"Authorization": f"Bearer {secret}"})
    assert answer.status_code == 200
    assert secret not in client.get("/you/").content.decode()


def test_a_token_is_made_only_after_the_password(treasurer):
    client, _user = treasurer
    response = client.post("/you/", {"name": "Bokslut"})
    assert response.url.startswith("/password-again/")
    assert not ApiToken.objects.exists()


def test_a_token_that_is_taken_back_reads_no_longer(treasurer):
    client, user = treasurer
    give_password(client, user)
    secret = ApiToken(user=user, name="Bokslut").draw()
    client.post("/you/", {"remove": ApiToken.objects.get().pk})
    assert Client().get("/api/v1/years", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


@pytest.mark.parametrize("key", ["others", "banan", "-1", "9" * 30])
def test_nobody_takes_back_the_token_of_somebody_else(treasurer, key):
    client, user = treasurer
    give_password(client, user)
    Program()
    others = ApiToken.objects.get().pk
    assert client.post("/you/", {"remove": others if key == "others" else key}).status_code == 404
    assert ApiToken.objects.count() == 1


def test_making_and_taking_back_a_token_is_kept_in_the_trail_without_its_secret(treasurer):
    client, user = treasurer
    give_password(client, user)
    client.post("/you/", {"name": "Bokslut"})
    token = ApiToken.objects.get()
    client.post("/you/", {"remove": token.pk})
    entries = LogEntry.objects.filter(content_type__model="apitoken")
    assert [entry.action for entry in entries.order_by("pk")] == [
        LogEntry.Action.CREATE,
        LogEntry.Action.DELETE,
    ]
    assert all("digest" not in entry.changes_dict for entry in entries)
