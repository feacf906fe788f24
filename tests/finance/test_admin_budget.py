"""Entering a budget as a grid in the admin."""

import html
import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from finance.models import Budget, BudgetLine, Project
from finance.money import kronor
from tests.factories import a_budget, a_fiscal_year, a_posted_voucher, a_user, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def treasurer(client):
    client.force_login(a_user("treasurer"))
    return client


def address(budget):
    return reverse("admin:finance_budget_change", args=[budget.pk])


def name_of(account, project=None, number=0):
    return f"{account.pk}-{project.pk if project else 0}-0-{number}"


def form(**cells):
    return {"version": "adopted", "decided_on": "", "in_force": "on", "note": "", **cells}


def lines(budget):
    return [
        (line.account.number, line.month and line.month.month, line.amount, line.note)
        for line in budget.lines.order_by("account__number", "month", "pk").select_related("account")
    ]


def text_of(response):
    return html.unescape(response.content.decode()).replace("\u202f", " ").replace("\xa0", " ")


def test_a_new_version_leads_on_to_its_grid(treasurer):
    data = {**form(), "fiscal_year": a_fiscal_year().pk}
    response = treasurer.post("/admin/finance/budget/add/", data, follow=True)
    assert response.redirect_chain[-1][0] == address(Budget.objects.get())
    assert "Skriv nu in beloppen och spara igen." in text_of(response)


def test_income_and_costs_are_entered_with_their_natural_signs(treasurer):
    budget = a_budget()
    an_account("3010", "Medlemsavgifter")
    an_account("5010", "Lokalhyra")
    an_account("8410", "Räntekostnader")
    treasurer.post(
        address(budget),
        form(
            **{
                "new-0-account": "3010",
                "new-0-year": "1 900 000",
                "new-1-account": "lokalhyra",
                "new-1-2023-01": "8 000",
                "new-1-2023-12": "8 500,50",
                "new-1-note": "Avtalet till 2024",
                "new-2-account": "8410",
                "new-2-year": "-100",
            }
        ),
    )
    assert lines(budget) == [
        ("3010", None, kronor(-1900000), ""),
        ("5010", 1, kronor(8000), "Avtalet till 2024"),
        ("5010", 12, kronor("8500.50"), "Avtalet till 2024"),
        ("8410", None, kronor(100), ""),
    ]


def test_a_cell_is_changed_emptied_and_filled(treasurer):
    rent = an_account("5010")
    budget = a_budget()
    BudgetLine.objects.create(budget=budget, account=rent, month=date(2023, 1, 1), amount=kronor(8000))
    BudgetLine.objects.create(budget=budget, account=rent, month=date(2023, 2, 1), amount=kronor(8000))
    row = name_of(rent)
    treasurer.post(
        address(budget), form(**{f"{row}-2023-01": "9000", f"{row}-2023-02": "", f"{row}-2023-03": "7000"})
    )
    assert lines(budget) == [("5010", 1, kronor(9000), ""), ("5010", 3, kronor(7000), "")]


def test_what_the_grid_shows_can_be_sent_back_and_changes_nothing(treasurer):
    budget = a_budget(lines=[("3010", "-1900000"), ("5010", "96000.50"), ("8310", "-10"), ("8410", "5")])
    BudgetLine.objects.create(
        budget=budget, account=an_account("5010"), month=date(2023, 5, 1), amount=kronor(1), note="Extra"
    )
    before = list(BudgetLine.objects.order_by("pk").values())
    grid = treasurer.get(address(budget)).context["adminform"].form.grid
    sent = as_typed(grid)
    assert len(sent) == 5 * 14
    treasurer.post(address(budget), form(**sent))
    assert list(BudgetLine.objects.order_by("pk").values()) == before


def as_typed(grid):
    """What a browser sends back of the grid: the text in each field."""
    return {
        field.html_name: field.field.prepare_value(field.value()) or "" for row in grid.rows for field in row
    }


def test_lines_that_differ_in_note_or_project_keep_rows_of_their_own(treasurer):
    rent, project = an_account("5010"), Project.objects.create(code="P1", name="Almedalen")
    budget = a_budget()
    for facts in ({"note": "Kansli"}, {"note": "Förråd"}, {"project": project}):
        BudgetLine.objects.create(budget=budget, account=rent, amount=kronor(100), **facts)
    treasurer.post(
        address(budget),
        form(
            **{
                f"{name_of(rent)}-year": "100",
                f"{name_of(rent)}-note": "Kansli",
                f"{name_of(rent, number=1)}-year": "250",
                f"{name_of(rent, number=1)}-note": "Förråd",
                f"{name_of(rent, project)}-year": "100",
            }
        ),
    )
    found = budget.lines.order_by("pk").values_list("note", "project__code", "amount")
    assert list(found) == [
        ("Kansli", None, kronor(100)),
        ("Förråd", None, kronor(250)),
        ("", "P1", kronor(100)),
    ]


REFUSED = {
    "a letter": (
        {"new-0-account": "5010", "new-0-year": "8oo"},
        "”8oo” är inget belopp. Skriv det som 1 928 072,00.",
    ),
    "a third decimal": (
        {"new-0-account": "5010", "new-0-year": "8,005"},
        "8,005 har en del av ett öre. Skriv högst två decimaler.",
    ),
    "no account": ({"new-0-year": "8000"}, "Skriv vilket konto beloppen gäller."),
    "an account of the balance sheet": (
        {"new-0-account": "1930", "new-0-year": "8000"},
        "Det finns inget konto ”1930”. Skriv numret eller namnet.",
    ),
    "no amount": ({"new-0-account": "5010"}, "Skriv ett belopp, eller lämna raden tom."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_budgeted_is_refused_in_words_with_nothing_saved(treasurer, case):
    an_account("1930")
    an_account("5010")
    budget = a_budget(lines=[("3010", "-100")])
    cells, sentence = REFUSED[case]
    row = name_of(an_account("3010"))
    response = treasurer.post(address(budget), form(**cells, **{f"{row}-year": "200"}, note="Ändrad"))
    assert sentence in text_of(response)
    assert "Rätta de markerade rutorna. Ingenting sparades." in text_of(response)
    assert lines(budget) == [("3010", None, kronor(-100), "")]
    assert not Budget.objects.filter(note="Ändrad").exists()


def test_two_budgets_cannot_be_in_force_in_a_year(treasurer):
    a_budget()
    data = {**form(), "fiscal_year": a_fiscal_year().pk}
    response = treasurer.post("/admin/finance/budget/add/", data)
    assert "En annan version av årets budget gäller. Låt den först upphöra att gälla." in text_of(response)


def test_the_grid_sums_rows_columns_and_the_result(treasurer):
    budget = a_budget(lines=[("3010", "-1928072"), ("5010", "3384616"), ("8310", "-100")])
    BudgetLine.objects.create(
        budget=budget, account=an_account("5010"), month=date(2023, 1, 1), amount=kronor(50)
    )
    grid = treasurer.get(address(budget)).context["adminform"].form.grid
    assert [section.total.replace("\xa0", " ") for section in grid.sections()] == [
        "1 928 072",
        "3 384 666",
        "100",
    ]
    assert grid.total.replace("\xa0", " ") == "−1 456 494"
    assert {column.name: text for column, text in grid.results()}["2023-01"] == "−50"


def test_accounts_used_this_year_or_the_year_before_have_a_row(treasurer):
    a_posted_voucher(a_fiscal_year(2022), rows=[("5010", "1"), ("1930", "-1")])
    a_posted_voucher(a_fiscal_year(2023), rows=[("5020", "1"), ("1930", "-1")])
    a_posted_voucher(a_fiscal_year(2020), rows=[("5030", "1"), ("1930", "-1")])
    grid = treasurer.get(address(a_budget())).context["adminform"].form.grid
    assert [row.place.account.number for row in grid.rows] == ["5010", "5020"]


def test_a_budget_is_copied_as_a_revised_version_not_in_force(treasurer):
    budget = a_budget(lines=[("3010", "-100"), ("5010", "90")])
    treasurer.post(
        "/admin/finance/budget/", {"action": "copy_chosen", "_selected_action": [budget.pk]}, follow=True
    )
    copy = Budget.objects.exclude(pk=budget.pk).get()
    assert (copy.version, copy.in_force, lines(copy)) == ("revised", False, lines(budget))


def test_who_only_sees_the_budget_has_no_field_to_change(client):
    client.force_login(a_user("administrator"))
    page = text_of(client.get(address(a_budget(lines=[("3010", "-1928072")]))))
    assert "1 928 072" in page
    assert "new-0-account" not in page


def test_the_grid_takes_as_many_queries_for_40_accounts_as_for_2(treasurer):
    def queries(budget):
        with CaptureQueriesContext(connection) as captured:
            assert treasurer.get(address(budget)).status_code == 200
        return len(captured)

    short = a_budget(lines=[("3010", "-1"), ("5010", "1")])
    long = a_budget(in_force=False, lines=[(str(number), "1") for number in range(5000, 5040)])
    queries(short)
    assert queries(long) == queries(short)


def seen_on(page):
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page.content.decode())[1]


def test_what_somebody_else_changed_meanwhile_is_not_written_over(treasurer):
    rent = an_account("5010", "Lokalhyra")
    budget = a_budget(lines=(("5010", "8500"),))
    seen = seen_on(treasurer.get(address(budget)))
    budget.lines.update(amount=kronor("9000"))
    response = treasurer.post(address(budget), form(**{f"{name_of(rent)}-year": "8600", "seen": seen}))
    assert "Någon annan ändrade budgeten medan du hade den öppen." in text_of(response)
    assert [amount for _account, _month, amount, _note in lines(budget)] == [kronor("9000")]


def test_who_has_seen_what_somebody_else_changed_can_save_again(treasurer):
    rent = an_account("5010", "Lokalhyra")
    budget = a_budget(lines=(("5010", "8500"),))
    seen = seen_on(treasurer.get(address(budget)))
    budget.lines.update(amount=kronor("9000"))
    refused = treasurer.post(address(budget), form(**{f"{name_of(rent)}-year": "8600", "seen": seen}))
    treasurer.post(address(budget), form(**{f"{name_of(rent)}-year": "8600", "seen": seen_on(refused)}))
    assert [amount for _account, _month, amount, _note in lines(budget)] == [kronor("8600")]
