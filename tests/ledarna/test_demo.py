"""The made-up association."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from board.figures import meeting_year, plan_year
from board.models import Document, Mandate
from finance.models import FiscalYear, Voucher
from ledarna.figures import figures_of
from ledarna.plan import spending_of
from members.figures import miscounts
from members.models import MemberCountPart
from tests.once import made_once

pytestmark = pytest.mark.django_db


def make(**options):
    call_command("make_demo", stdout=StringIO(), **{"years": 2, "vouchers": 60, **options})
    return list(Voucher.objects.order_by("fiscal_year", "sequence").values_list("digest", flat=True))


def made_and_forgotten(**options):
    with transaction.atomic():
        digests = make(**options)
        transaction.set_rollback(True)
    return digests


def test_the_same_seed_makes_the_same_ledger():
    assert made_and_forgotten(seed=7) == made_and_forgotten(seed=7)


def test_another_seed_makes_another_ledger():
    assert made_and_forgotten(seed=7) != made_and_forgotten(seed=8)


def test_the_demo_has_as_many_years_and_vouchers_as_were_asked_for():
    assert len(make(years=3, vouchers=100)) == 100
    assert list(FiscalYear.objects.values_list("label", flat=True)) == ["2023", "2024", "2025"]


def test_a_demo_of_no_vouchers_has_no_result():
    make(vouchers=0)
    out = StringIO()
    call_command("figures", "2025", json=True, stdout=out)
    assert json.loads(out.getvalue())["figures"]["finance.result"]["value"] is None


def test_a_demo_of_no_years_is_refused():
    with pytest.raises(CommandError, match="at least one year"):
        make(years=0)


@pytest.fixture(scope="class")
def _the_demo(django_db_setup, django_db_blocker):
    yield from made_once(django_db_blocker, make)


@pytest.mark.usefixtures("_the_demo")
class TestTheDemo:
    """Of two years and 60 vouchers, made once."""

    def test_each_year_of_the_demo_has_nineteen_board_meetings(self):
        out = StringIO()
        call_command("figures", "2024", json=True, stdout=out)
        assert json.loads(out.getvalue())["figures"]["board.meetings"]["value"] == "19"

    def test_the_demo_has_people_who_were_elected_came_and_decided(self):
        year = meeting_year(date(2024, 1, 1), date(2024, 12, 31))
        assert (len(year.of_board), year.decisions, year.called) == (19, 152, 190)
        assert 0 < year.there < year.called
        board = Mandate.objects.on(date(2024, 12, 31)).of_board()
        assert board.count() == 10
        assert board.filter(elected_by__isnull=False).count() == 10

    def test_the_members_of_the_demo_add_up(self):
        assert MemberCountPart.objects.exists()
        assert miscounts(date(2024, 1, 1), date(2025, 12, 31)) == []

    def test_the_demo_has_a_plan_whose_activities_have_goals_and_costs(self):
        plan = plan_year(date(2025, 1, 1), date(2025, 12, 31))
        assert [len(goals) for _period, goals in plan.periods] == [4]
        assert plan.progress.entered == 10
        assert {
            found.reason for found in spending_of(FiscalYear.objects.get(label="2025"), plan.of_year).values()
        } == {""}

    def test_each_year_of_the_demo_has_newsletters_and_articles_that_are_its_channel_s(self):
        figures = figures_of(FiscalYear.objects.get(label="2025"))
        assert figures["members.newsletters"].value == 12
        assert figures["members.articles"].value == figures["members.channel.articles"].value

    def test_a_demo_is_not_made_in_a_database_with_books(self):
        with pytest.raises(CommandError, match="empty database only"):
            make()

    def test_the_last_meetings_of_the_demo_have_minutes_of_which_the_last_wait_to_be_signed(self):
        last, *before = [document.sealed for document in Document.objects.order_by("-meeting__date")]
        assert last is None
        assert [sealed.version.signatories.count() for sealed in before] == [3, 3]
        assert "§ 1" in before[0].version.text
