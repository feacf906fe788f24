"""What follows from counts, sections, surveys and channels."""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ledarna.checks import check_guards
from ledarna.guards import MEMBERS
from members.figures import (
    channel_months,
    find_miscounts,
    member_development,
    miscounts,
    publications_of,
    question_years,
    sections_of,
    whole_numbers_before,
)
from members.models import ChannelMonth, MemberCount
from tests.factories import a_channel, a_member_count, a_publication, a_question, a_survey


@given(st.integers(1, 50_000), st.integers(0, 100_000), st.integers(0, 2))
def test_the_number_that_a_growth_was_rounded_from_is_among_the_possible(before, value, decimals):
    growth = round(Decimal(value - before) * 100 / before, decimals)
    if growth <= -100:
        return
    possible = whole_numbers_before(value, growth)
    if growth.normalize() == growth:
        assert possible.first <= before <= possible.last


@pytest.mark.parametrize(
    ("value", "growth", "first", "last", "count"),
    [
        (72, "81", 40, 39, 0),
        (2000, "135", 850, 852, 3),
        (45, "181.25", 16, 16, 1),
        (100, "0", 100, 100, 1),
    ],
)
def test_the_whole_numbers_behind_a_stated_growth(value, growth, first, last, count):
    possible = whole_numbers_before(value, Decimal(growth))
    assert (possible.first, possible.last, possible.count) == (first, last, count)


UNEQUAL = "the sections do not add up|members_unequalsections"
"""What PostgreSQL and SQLite say of sections that do not make up their count."""

IN_DATABASE = pytest.mark.django_db


@IN_DATABASE
class TestCounts:
    def test_a_count_that_joined_and_left_do_not_lead_to_is_told(self):
        a_member_count(date(2023, 1, 1), 8101)
        a_member_count(date(2023, 12, 31), 8388, joined=300, left=10)
        found = miscounts(date(2023, 1, 1), date(2023, 12, 31))
        assert [(each.count.count, each.derived, each.is_of_parts) for each in found] == [(8388, 8391, False)]

    def test_a_count_that_follows_is_not_told(self):
        a_member_count(date(2022, 12, 31), 8101)
        a_member_count(date(2023, 12, 31), 8388, joined=300, left=13)
        assert miscounts(date(2023, 1, 1), date(2023, 12, 31)) == []

    def test_where_only_those_who_joined_are_known_nothing_follows(self):
        a_member_count(date(2023, 1, 1), 8101)
        a_member_count(date(2023, 12, 31), 8388, joined=1)
        assert miscounts(date(2023, 1, 1), date(2023, 12, 31)) == []

    def test_sections_that_do_not_add_up_are_told(self):
        count = a_member_count(date(2023, 12, 31), 8388)
        count.of_parts = 8000
        assert [each.is_of_parts for each in find_miscounts([count])] == [True]

    def test_a_section_has_its_place_in_the_first_and_the_last_count(self):
        a_member_count(date(2023, 1, 1), 100, sections={"Kommun": 60, "Region": 40})
        a_member_count(date(2023, 12, 31), 110, sections={"Kommun": 65, "Stat": 45})
        found = sections_of(member_development(date(2023, 1, 1), date(2023, 12, 31)))
        assert [(each.section, each.opening, each.closing, each.change) for each in found] == [
            ("Kommun", 60, 65, 5),
            ("Stat", None, 45, None),
            ("Region", 40, None, None),
        ]


@IN_DATABASE
class TestTheDatabase:
    """Both engines look when a transaction is to be kept."""

    @contextmanager
    def looked_at(self):
        """Have the database look when what is done within it is done."""
        with transaction.atomic():
            yield
            connection.check_constraints()

    def test_sections_that_do_not_add_up_are_not_kept(self):
        with pytest.raises(IntegrityError, match=UNEQUAL), self.looked_at():
            a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 99})

    def test_a_count_is_not_changed_away_from_its_sections(self):
        count = a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 60, "Region": 40})
        connection.check_constraints()
        with pytest.raises(IntegrityError, match=UNEQUAL), self.looked_at():
            MemberCount.objects.filter(pk=count.pk).update(count=101)

    def test_a_section_is_not_taken_away_alone(self):
        count = a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 60, "Region": 40})
        with pytest.raises(IntegrityError, match=UNEQUAL), self.looked_at():
            count.parts.filter(section="Region").delete()

    def test_a_section_is_not_moved_to_another_count(self):
        one = a_member_count(date(2023, 6, 30), 100, sections={"Kommun": 60, "Region": 40})
        other = a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 100})
        connection.check_constraints()
        with pytest.raises(IntegrityError, match=UNEQUAL), self.looked_at():
            one.parts.filter(section="Region").update(count=other)

    def test_sections_may_come_before_their_count_changes(self):
        count = a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 100})
        connection.check_constraints()
        count.parts.create(section="Region", number=40)
        MemberCount.objects.filter(pk=count.pk).update(count=140)
        connection.check_constraints()

    def test_a_count_goes_with_its_sections(self):
        count = a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 60, "Region": 40})
        count.delete()
        connection.check_constraints()
        assert not MemberCount.objects.exists()

    @pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL has it in a migration")
    def test_a_trigger_that_is_gone_is_told_and_put_back(self):
        assert MEMBERS.faults(connection) == []
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER members_guard_section_gone")
        assert [message.id for message in check_guards(databases=["default"])] == ["ledarna.W003"]
        MEMBERS.install_after_migrating("default")
        assert list(check_guards(databases=["default"])) == []

    @pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQL of SQLite")
    @pytest.mark.parametrize(
        "sql",
        [
            "INSERT OR REPLACE INTO members_membercountpart (id, count_id, section, number)"
            " SELECT id, %(other)s, 'Stat', 0 FROM members_membercountpart WHERE section = 'Region'",
            "UPDATE OR REPLACE members_membercountpart SET number = 0, section = 'Stat',"
            " id = (SELECT id FROM members_membercountpart WHERE section = 'Region') WHERE count_id = %(other)s",
            "INSERT OR REPLACE INTO members_membercount (id, date, count, source, note)"
            " SELECT id, date, 101, '', '' FROM members_membercount WHERE count = 100",
        ],
    )
    def test_nothing_takes_the_place_of_a_section_or_of_a_count(self, sql):
        a_member_count(date(2023, 6, 30), 100, sections={"Kommun": 60, "Region": 40})
        other = a_member_count(date(2023, 12, 31), 7, sections={"Alla": 7})
        with pytest.raises(IntegrityError), self.looked_at(), connection.cursor() as cursor:
            cursor.execute(sql % {"other": other.pk})

    def test_members_may_move_from_one_section_to_another(self):
        count = a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 60, "Region": 40})
        count.parts.filter(section="Kommun").update(number=70)
        count.parts.filter(section="Region").update(number=30)
        connection.check_constraints()
        assert list(count.parts.values_list("number", flat=True)) == [70, 30]


def test_what_does_not_add_up_is_refused_on_commit(own_database):
    with pytest.raises(IntegrityError), transaction.atomic():
        a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 99})
    assert not MemberCount.objects.exists()
    with transaction.atomic():
        count = a_member_count(date(2023, 12, 31), 100, sections={"Kommun": 60, "Region": 40})
    with pytest.raises(IntegrityError):
        count.parts.filter(section="Kommun").update(number=70)
    assert count.parts.get(section="Kommun").number == 60


PERIODS = [(date(year, 1, 1), date(year, 12, 31)) for year in (2022, 2023)]


@IN_DATABASE
class TestQuestions:
    def test_the_same_question_stands_beside_itself_of_the_year_before(self):
        a_question(a_survey(date(2022, 10, 1)), "60")
        a_question(a_survey(date(2023, 10, 1)), "72")
        found = question_years(PERIODS)
        assert [[str(result.value) for result in each.results] for each in found] == [["60.00", "72.00"]]

    def test_what_was_measured_on_another_scale_is_not_compared(self):
        a_question(a_survey(date(2022, 10, 1)), "3", measure="mean", scale_low=1, scale_high=4)
        a_question(a_survey(date(2023, 10, 1)), "3", measure="mean", scale_low=1, scale_high=5)
        assert [each.results[0] for each in question_years(PERIODS)] == [None]

    def test_of_a_question_asked_twice_the_later_result_counts(self):
        a_question(a_survey(date(2023, 3, 1)), "60")
        a_question(a_survey(date(2023, 10, 1)), "72")
        assert [str(each.latest.value) for each in question_years(PERIODS)] == ["72.00"]


@IN_DATABASE
def test_a_channel_stands_by_month_with_nothing_where_nothing_was_entered():
    ChannelMonth.objects.create(channel=a_channel(), month=date(2023, 2, 1), value=6)
    found = channel_months([date(2023, 1, 1), date(2023, 2, 1)])
    assert [list(each.values) for each in found] == [[None, 6]]


@IN_DATABASE
def test_publications_are_counted_by_kind():
    for kind in ("newsletter", "article", "article"):
        a_publication(kind=kind)
    a_publication(date(2024, 1, 1))
    assert publications_of(date(2023, 1, 1), date(2023, 12, 31)) == {"newsletter": 1, "article": 2}
