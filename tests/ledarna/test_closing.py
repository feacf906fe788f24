"""Closing the year with what was published of it, and the figures before and after."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from finance.closing import Severity
from finance.closing import close_year as close_ledger
from finance.models import FiscalYear
from finance.verification import verify
from ledarna import closing
from ledarna.figures import figures_of
from tests.factories import a_fiscal_year, a_posted_voucher, a_user

pytestmark = pytest.mark.django_db


def values(year):
    return {key: figure.value for key, figure in figures_of(year).items()}


@pytest.fixture
def published_year():
    call_command("load_example", verbosity=0)
    return FiscalYear.objects.get(label="2023")


def test_every_figure_is_the_same_before_and_after_the_close(published_year):
    before = values(published_year)
    close_ledger(published_year, by=None)
    assert values(published_year) == before


def test_a_year_that_was_only_opened_has_no_result(published_year):
    following = close_ledger(published_year, by=None).next_year
    result = figures_of(following)["finance.result"]
    assert (result.value, bool(result.reason)) == (None, True)


def test_the_next_year_begins_with_the_equity_that_this_one_ended_with(published_year):
    following = close_ledger(published_year, by=None).next_year
    assert values(following)["finance.equity_opening"] == values(published_year)["finance.equity_closing"]


def test_a_published_figure_that_differs_is_noted(published_year):
    found = {finding.name: finding for finding in closing.findings(published_year)}["reconciliation"]
    assert found.severity == Severity.NOTE
    assert any("Årets resultat" in place.text for place in found.places)


def test_a_year_without_published_figures_reconciles():
    assert closing.findings(a_fiscal_year())[-1].severity == Severity.FINE


def test_a_sealed_year_stays_closed(monkeypatch):
    year = a_fiscal_year()
    a_posted_voucher(year)
    close_ledger(year, by=None)
    monkeypatch.setattr(closing, "year_is_sealed", lambda year: True)
    with pytest.raises(ValidationError, match="2023"):
        closing.reopen_year(year, a_user("treasurer"), "En faktura saknades")
    assert year.is_closed


def test_the_demo_leaves_its_last_year_open_and_verifies():
    call_command("make_demo", years=3, vouchers=60, verbosity=0)
    assert [year.is_closed for year in FiscalYear.objects.all()] == [True, True, False]
    assert verify().ok
