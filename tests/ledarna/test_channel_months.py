"""The grid in which the channels' months are entered."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import ChannelMonth
from tests.factories import a_channel, a_fiscal_year
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db

PAGE = "/year/2023/members/months/"


@pytest.fixture
def letter():
    a_fiscal_year(2023)
    return a_channel("brev", "Nyhetsbrev")


@pytest.fixture
def treasurer(letter):
    return reader("treasurer")


def months_of(channel):
    return dict(channel.months.values_list("month", "value"))


def test_the_months_of_all_channels_are_entered_at_once(treasurer, letter):
    web = a_channel("webb", "Webbplats")
    sent = {f"{letter.pk}-2023-01": "1 200", f"{letter.pk}-2023-02": "0", f"{web.pk}-2023-12": "7\u00a0000"}
    response = treasurer.post(PAGE, sent, follow=True)
    assert "3 uppgifter är ändrade." in main_of(response)
    assert months_of(letter) == {date(2023, 1, 1): 1200, date(2023, 2, 1): 0}
    assert months_of(web) == {date(2023, 12, 1): 7000}


def test_a_cell_that_is_emptied_is_no_longer_known(treasurer, letter):
    letter.months.create(month=date(2023, 1, 1), value=5)
    treasurer.post(PAGE, {f"{letter.pk}-2023-01": ""})
    assert months_of(letter) == {}


def test_what_is_not_changed_leaves_nothing_in_the_trail(treasurer, letter):
    for month, value in ((1, 5), (2, 6)):
        letter.months.create(month=date(2023, month, 1), value=value)
    before = LogEntry.objects.filter(content_type__model="channelmonth").count()
    treasurer.post(PAGE, {f"{letter.pk}-2023-01": "5", f"{letter.pk}-2023-02": "8"})
    entry, *others = LogEntry.objects.filter(content_type__model="channelmonth").order_by("-pk")
    assert len(others) == before
    assert entry.changes_dict["value"] == ["6", "8"]


@pytest.mark.parametrize("wrong", ["tolv", "-3", "1,5", "99999999999"])
def test_what_is_no_count_is_refused_and_nothing_is_kept(treasurer, letter, wrong):
    sent = {f"{letter.pk}-2023-01": "5", f"{letter.pk}-2023-02": wrong}
    response = treasurer.post(PAGE, sent)
    assert response.status_code == 200
    assert f'id="id_{letter.pk}-2023-02_error"' in response.content.decode()
    assert not ChannelMonth.objects.exists()


def test_nobody_writes_over_what_somebody_else_entered_in_the_meantime(treasurer, letter):
    seen = treasurer.get(PAGE).context["form"].digest
    letter.months.create(month=date(2023, 3, 1), value=9)
    response = treasurer.post(PAGE, {"seen": seen, f"{letter.pk}-2023-03": "4"})
    assert "Någon annan ändrade uppgifterna" in main_of(response)
    assert months_of(letter) == {date(2023, 3, 1): 9}


def test_other_years_are_left_alone(treasurer, letter):
    letter.months.create(month=date(2022, 12, 1), value=9)
    treasurer.post(PAGE, {f"{letter.pk}-2023-01": "5"})
    assert months_of(letter) == {date(2022, 12, 1): 9, date(2023, 1, 1): 5}


def test_where_there_is_no_channel_the_page_says_how_to_begin():
    a_fiscal_year(2023)
    assert "Lägg in en kanal" in main_of(reader("treasurer").get(PAGE))


def test_the_page_of_the_members_leads_to_it_those_who_enter(treasurer):
    assert PAGE in treasurer.get("/year/2023/members/").content.decode()
    assert PAGE not in reader("auditor").get("/year/2023/members/").content.decode()


def test_many_channels_and_months_take_no_more_queries(treasurer, letter):
    def asked():
        treasurer.get(PAGE)
        with CaptureQueriesContext(connection) as queries:
            assert treasurer.get(PAGE).status_code == 200
        return len(queries)

    few = asked()
    for number in range(20):
        channel = a_channel(f"k{number}", f"Kanal {number}")
        for month in range(1, 13):
            channel.months.create(month=date(2023, month, 1), value=month)
    assert asked() == few
