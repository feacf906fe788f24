from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils.html import strip_tags

from finance.models import FiscalYear
from ledarna.derivation import SELECTION_OF, formula_of, terms_of
from ledarna.example import load_example
from ledarna.figures import Reading, figures_of, known_keys
from tests.factories import a_fiscal_year, a_posted_voucher, a_user, an_opening_balance

pytestmark = pytest.mark.django_db


@pytest.fixture
def example() -> FiscalYear:
    list(load_example())
    return FiscalYear.objects.get(label="2023")


@pytest.fixture
def board(client: Client) -> Client:
    client.force_login(a_user("board"))
    return client


def text_of(response: Any) -> str:
    assert response.status_code == 200
    text = strip_tags(response.content.decode()).replace("\u202f", " ").replace("\u00a0", " ")
    return " ".join(text.split())


def test_every_figure_of_the_vocabulary_has_its_page(example: FiscalYear, board: Client) -> None:
    for key in known_keys():
        assert board.get(f"/year/2023/figures/{key}/").status_code == 200


def test_every_formula_speaks_of_figures_that_there_are(example: FiscalYear) -> None:
    known = set(known_keys())
    for key in known:
        if formula := formula_of(key):
            assert {part for _sign, part in formula.terms} | ({formula.whole} - {""}) <= known
    assert set(SELECTION_OF) <= known


def test_a_formula_has_its_numbers(example: FiscalYear) -> None:
    figures = figures_of(example)
    terms = terms_of(figures["finance.result"], figures, example)
    assert [(term.sign, term.value.replace("\u202f", " ").replace("\u00a0", " ")) for term in terms] == [
        ("", "1 928 072 kr"),
        ("−", "3 348 683 kr"),
        ("+", "0 kr"),
    ]


def test_what_a_formula_leaves_over_stands_on_a_line_of_its_own() -> None:
    year = a_fiscal_year(2023)
    a_posted_voucher(year, (("1930", "10.00"), ("2061", "-10.00")))
    an_opening_balance(year, "1930", "0")
    figures = figures_of(year)
    assert [term.label for term in terms_of(figures["finance.equity_closing"], figures, year)][-1] == (
        "Övriga rader på konton för eget kapital"
    )


def test_a_figure_without_facts_says_why(example: FiscalYear, board: Client) -> None:
    page = text_of(board.get("/year/2023/figures/members.survey_response_rate/"))
    assert "Uppgiften kan inte härledas." in page


def test_the_page_leads_from_the_figure_to_its_vouchers(example: FiscalYear, board: Client) -> None:
    response = board.get("/year/2023/figures/finance.result/")
    assert "−3 348 683" in text_of(response)
    for found in response.context["largest"].vouchers:
        assert found.voucher.get_absolute_url() in response.content.decode()


def test_who_sees_no_books_sees_no_vouchers(example: FiscalYear, client: Client) -> None:
    client.force_login(a_user("secretary"))
    response = client.get("/year/2023/figures/finance.result/")
    assert response.context["largest"] is None
    assert "/vouchers/" not in response.content.decode()


def test_the_address_narrows_the_figure_down(example: FiscalYear, board: Client) -> None:
    shown = board.get("/year/2023/figures/finance.result/?group=member-fees").context["contributions"]
    assert [one.account.number for one in shown] == ["3900"]
    shown = board.get("/year/2023/figures/finance.result/?account=6990&month=2023-12").context[
        "contributions"
    ]
    assert [one.account.number for one in shown] == ["6990"]


@pytest.mark.parametrize(
    "address",
    [
        "/year/2023/figures/finance.nothing/",
        "/year/2023/figures/finance.result/?month=2024-01",
        "/year/2023/figures/finance.result/?group=none",
        "/year/2023/figures/finance.result/?account=9999",
    ],
)
def test_what_there_is_not_is_not_found(example: FiscalYear, board: Client, address: str) -> None:
    assert board.get(address).status_code == 404


def test_who_has_no_dashboards_has_no_figures(example: FiscalYear, client: Client) -> None:
    client.force_login(a_user("nominating_committee"))
    assert client.get("/year/2023/figures/finance.result/").status_code == 403


def queries_of(client: Client, address: str, capture: Any) -> int:
    client.get(address)
    with capture as captured:
        client.get(address)
    return len(captured)


def test_the_number_of_queries_does_not_grow_with_the_vouchers(
    board: Client, django_assert_max_num_queries: Any
) -> None:
    year = a_fiscal_year(2023)
    a_fiscal_year(2022)
    a_posted_voucher(year)
    address = "/year/2023/figures/finance.result/"
    few = queries_of(board, address, django_assert_max_num_queries(45))
    for number in range(30):
        a_posted_voucher(
            year, (("1930", "-5.00"), (f"5{number:03}", "5.00")), day=date(2023, 1 + number % 12, 1)
        )
    assert queries_of(board, address, django_assert_max_num_queries(45)) == few


def test_a_figure_reads_what_it_is_made_of_and_nothing_else(
    example: FiscalYear, django_assert_num_queries: Any
) -> None:
    figures = figures_of(example)
    with django_assert_num_queries(1):
        assert figures["members.survey_responses"].value == 1045
    with django_assert_num_queries(0):
        assert figures["members.survey_recipients"].reason


def test_a_figure_is_read_again_for_each_day(example: FiscalYear) -> None:
    assert Reading(example, date(2023, 6, 30)).months.months[-1] == date(2023, 6, 1)
