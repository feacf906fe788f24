"""Rows of tables into the facts about members: what they cost, and that looking does what doing does."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Channel, ChannelFigure, MemberCount
from members.tables import take_in_channel_figures, take_in_counts

pytestmark = pytest.mark.django_db


def days(number: int, count: int = 100) -> list[tuple[int, dict[str, object]]]:
    return [
        (row, {"date": date(2020, 1, 1) + timedelta(days=row), "count": count})
        for row in range(2, number + 2)
    ]


def questions(number: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        take_in_counts(days(number), dry_run=True)
    return sum("SAVEPOINT" not in query["sql"] for query in captured)


def test_looking_at_a_table_asks_the_database_no_more_often_for_more_rows():
    take_in_counts(days(3), dry_run=False)
    assert questions(40) == questions(4)


def test_looking_at_a_table_says_what_reading_it_in_does():
    take_in_counts(days(3), dry_run=False)
    table = [*days(1, count=7), *days(5)[1:]]
    looked = take_in_counts(table, dry_run=True)
    assert MemberCount.objects.filter(count=7).count() == 0
    assert take_in_counts(table, dry_run=False) == looked
    assert [line.state for line in looked.lines] == ["changed", "unchanged", "unchanged", "new", "new"]


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_row_that_is_wrong_is_told_and_nothing_is_written(dry_run):
    Channel.objects.create(slug="brev", name="Nyhetsbrev")
    told = {"channel": "brev", "value": 16}
    taken = take_in_channel_figures(
        [
            (2, {**told, "year_end": date(2023, 12, 31), "previous": 3, "stated_change": 5, "note": ""}),
            (
                3,
                {**told, "year_end": date(2022, 12, 31), "previous": None, "stated_change": None, "note": ""},
            ),
            (4, {**told, "year_end": date(2021, 12, 31), "previous": None, "stated_change": 17, "note": ""}),
            (5, {**told, "year_end": date(2020, 12, 31), "previous": -1, "stated_change": None, "note": ""}),
        ],
        dry_run,
    )
    assert {(wrong.row, wrong.column) for wrong in taken.wrong} == {(2, ""), (4, ""), (5, "previous")}
    assert not ChannelFigure.objects.exists()
