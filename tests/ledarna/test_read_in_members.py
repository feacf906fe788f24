"""Member counts and figures of channels, read in from tables: upload, preview, confirmation."""

from datetime import date
from decimal import Decimal

import pytest
from auditlog.models import LogEntry

from members.models import Channel, ChannelFigure, MemberCount
from tests.factories import a_fiscal_year, a_member_count
from tests.ledarna.tables import confirm, csv_of, read_in, said, sent_again, upload, xlsx_of
from tests.pages import reader, row_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]

COUNTS = csv_of(
    ("Datum", "Antal medlemmar", "Källa"),
    ("2022-12-31", "8 101", "Registret"),
    ("31/12 2023", "8388", "Registret"),
)


@pytest.fixture
def secretary():
    a_fiscal_year()
    return reader("secretary")


def counts():
    return list(MemberCount.objects.values_list("date", "count", "source"))


class TestMemberCounts:
    def test_the_preview_shows_what_would_be_read_in_and_writes_nothing(self, secretary):
        page = upload(secretary, "member-counts", COUNTS)
        assert "Nya: 2, ändrade: 0, fanns redan: 0" in said(page)
        assert row_of(page, "3 ny") == "3 ny 2023-12-31 8 388 Registret"
        assert counts() == []

    def test_the_preview_shows_how_the_columns_are_understood(self, secretary):
        page = upload(secretary, "member-counts", COUNTS)
        assert [(column.header, column.key) for column in page.context["preview"].chosen] == [
            ("Datum", "date"),
            ("Antal medlemmar", "count"),
            ("Källa", "source"),
        ]

    def test_confirmed_it_is_written(self, secretary):
        page = read_in(secretary, "member-counts", COUNTS)
        assert "Nya: 2, ändrade: 0, fanns redan: 0" in said(page)
        assert counts() == [
            (date(2022, 12, 31), 8101, "Registret"),
            (date(2023, 12, 31), 8388, "Registret"),
        ]

    def test_the_same_table_twice_changes_nothing_and_says_so(self, secretary):
        read_in(secretary, "member-counts", COUNTS)
        entries = LogEntry.objects.count()
        page = upload(secretary, "member-counts", COUNTS)
        assert "Allt i tabellen finns redan" in said(page)
        confirm(secretary, page)
        assert len(counts()) == 2
        assert LogEntry.objects.count() == entries

    def test_another_count_of_the_same_day_is_a_change_that_is_shown(self, secretary):
        a_member_count(date(2023, 12, 31), 8380, note="preliminärt")
        page = upload(secretary, "member-counts", COUNTS)
        assert "3 ändrad 2023-12-31 8 380 → 8 388" in row_of(page, "3 ändrad")
        confirm(secretary, page)
        assert MemberCount.objects.get(date=date(2023, 12, 31)).note == "preliminärt"

    def test_an_error_is_told_by_row_and_column_and_nothing_is_written(self, secretary):
        table = csv_of(("Datum", "Antal"), ("2023-12-31", "8388"), ("2024-02-30", "många"))
        page = upload(secretary, "member-counts", table)
        assert "Rad 3, kolumn 1 (Datum): ”2024-02-30” är ingen dag" in said(page)
        assert "Rad 3, kolumn 2 (Medlemmar): ”många” är inget heltal" in said(page)
        confirm(secretary, page)
        assert counts() == []

    def test_a_day_that_stands_twice_is_refused(self, secretary):
        page = upload(
            secretary, "member-counts", csv_of(("Datum", "Antal"), ("2023-12-31", "1"), ("20231231", "2"))
        )
        assert "Rad 3, kolumn 1 (Datum): Rad 2 säger redan" in said(page)

    def test_what_a_column_is_read_as_can_be_changed(self, secretary):
        page = upload(secretary, "member-counts", csv_of(("När", "Hur många"), ("2023-12-31", "7")))
        assert "Ange vilken kolumn som är Datum och Medlemmar" in said(page)
        chosen = {"column-0": "date", "column-1": "count"}
        page = secretary.post(page.request["PATH_INFO"], sent_again(page, action="look", **chosen))
        assert "Nya: 1, " in said(page)
        confirm(secretary, page)
        assert counts() == [(date(2023, 12, 31), 7, "")]

    def test_a_column_cannot_be_chosen_twice(self, secretary):
        page = upload(secretary, "member-counts", COUNTS)
        again = secretary.post(
            page.request["PATH_INFO"], sent_again(page, action="confirm", **{"column-2": "count"})
        )
        assert "Två kolumner är valda som Medlemmar" in said(again)
        assert counts() == []

    def test_a_workbook_is_read_as_well(self, secretary):
        read_in(secretary, "member-counts", xlsx_of(("Date", "Members"), (date(2023, 12, 31), 8388.0)))
        assert counts() == [(date(2023, 12, 31), 8388, "")]

    def test_it_is_in_the_trail_with_what_it_did(self, secretary):
        read_in(secretary, "member-counts", COUNTS)
        entry = LogEntry.objects.filter(additional_data__event="read in").get()
        assert "tabell.csv" in entry.object_repr
        assert "Nya: 2" in entry.object_repr
        assert LogEntry.objects.filter(content_type__model="membercount").count() == 2

    def test_a_form_without_a_file_says_what_to_do(self, secretary):
        assert "Välj en fil först" in said(secretary.post("/import/member-counts/", {"action": "look"}))

    def test_another_users_table_cannot_be_confirmed(self, secretary):
        page = upload(secretary, "member-counts", COUNTS)
        again = confirm(reader("treasurer"), page)
        assert "Tabellen finns inte kvar" in said(again)
        assert counts() == []


class TestChannels:
    TABLE = csv_of(
        ("Kanal", "År", "Antal", "Året före", "Cirka"),
        ("Artiklar på webben", "2023", "45", "16", "nej"),
    )

    def test_figures_of_a_known_channel_are_read_in(self, secretary):
        channel = Channel.objects.create(slug="artiklar", name="Artiklar på webben")
        read_in(secretary, "channels", self.TABLE)
        assert list(
            ChannelFigure.objects.values_list("channel", "year_end", "value", "previous", "is_approximate")
        ) == [(channel.pk, date(2023, 12, 31), 45, 16, False)]

    def test_the_same_table_twice_changes_nothing(self, secretary):
        Channel.objects.create(slug="artiklar", name="Artiklar på webben")
        read_in(secretary, "channels", self.TABLE)
        assert "Allt i tabellen finns redan" in said(upload(secretary, "channels", self.TABLE))

    def test_an_unknown_channel_is_refused_at_its_place(self, secretary):
        assert "Rad 2, kolumn 1 (Kanal): Det finns ingen kanal ”Artiklar på webben”" in said(
            upload(secretary, "channels", self.TABLE)
        )

    def test_growth_and_a_negative_change_are_read(self, secretary):
        Channel.objects.create(slug="brev", name="Brev")
        Channel.objects.create(slug="blogg", name="Blogg")
        table = csv_of(
            ("Kanal", "År", "Antal", "Tillväxt", "Förändring"),
            ("brev", "2023", "45", "3,54 %", ""),
            ("blogg", "2023", "5", "", "−7"),
        )
        read_in(secretary, "channels", table)
        assert list(ChannelFigure.objects.order_by("pk").values_list("stated_growth", "stated_change")) == [
            (Decimal("3.54"), None),
            (None, -7),
        ]

    def test_what_the_facts_do_not_allow_is_refused_at_its_row(self, secretary):
        Channel.objects.create(slug="brev", name="Brev")
        table = csv_of(("Kanal", "År", "Antal", "Året före", "Förändring"), ("brev", "2023", "45", "40", "5"))
        assert "Rad 2: Ange föregående år på ett enda sätt" in said(upload(secretary, "channels", table))
        assert not ChannelFigure.objects.exists()


def test_the_secretary_is_shown_only_what_the_secretary_enters(secretary):
    page = said(secretary.get("/import/"))
    assert "Medlemsantal" in page
    assert "Verifikationer" not in page


@pytest.mark.parametrize("kind", ["member-counts", "channels"])
def test_the_template_can_be_read_in_as_it_is(secretary, kind):
    Channel.objects.create(slug="brev", name="Nyhetsbrev")
    template = b"".join(secretary.get(f"/import/{kind}/template.xlsx").streaming_content)
    page = upload(secretary, kind, template, name="mall.xlsx")
    assert page.context["preview"].plan.number("new") == 1


SECTIONS = csv_of(
    ("Datum", "Sektion", "Antal"),
    ("2023-12-31", "Kommun", "8 000"),
    ("2023-12-31", "Region", "388"),
)


class TestSections:
    def test_they_are_read_in_under_their_count(self, secretary):
        a_member_count(date(2023, 12, 31), 8388)
        page = read_in(secretary, "member-sections", SECTIONS)
        assert "Nya: 2, " in said(page)
        assert sorted(MemberCount.objects.get().parts.values_list("section", "number")) == [
            ("Kommun", 8000),
            ("Region", 388),
        ]

    def test_a_day_without_a_count_gets_what_they_add_up_to(self, secretary):
        read_in(secretary, "member-sections", SECTIONS)
        assert counts() == [(date(2023, 12, 31), 8388, "")]

    def test_what_does_not_add_up_is_refused_with_both_sums_and_nothing_is_written(self, secretary):
        count = a_member_count(date(2023, 12, 31), 8400)
        page = upload(secretary, "member-sections", SECTIONS)
        assert "Sektionerna summerar till 8388, och antalet är 8400." in said(page)
        confirm(secretary, page)
        assert not count.parts.exists()

    def test_the_preview_writes_nothing(self, secretary):
        upload(secretary, "member-sections", SECTIONS)
        assert counts() == []

    def test_the_same_table_twice_changes_nothing(self, secretary):
        read_in(secretary, "member-sections", SECTIONS)
        assert "Allt i tabellen finns redan" in said(upload(secretary, "member-sections", SECTIONS))

    def test_a_count_with_sections_is_not_changed_away_from_them(self, secretary):
        a_member_count(date(2023, 12, 31), 8388, sections={"Kommun": 8388})
        page = upload(secretary, "member-counts", csv_of(("Datum", "Antal"), ("2023-12-31", "8390")))
        assert "Sektionerna summerar till 8388, och antalet är 8390." in said(page)

    def test_joined_and_left_are_read_in_with_the_count(self, secretary):
        table = csv_of(("Datum", "Antal", "Tillkomna", "Avslutade"), ("2023-12-31", "8388", "612", "325"))
        read_in(secretary, "member-counts", table)
        assert list(MemberCount.objects.values_list("joined", "left")) == [(612, 325)]
