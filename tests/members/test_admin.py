"""Entering member counts, surveys and channels in the admin."""

import html
from datetime import date

import pytest

from members.models import Channel, ChannelFigure, MemberCount, Survey
from tests.factories import a_member_count, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(client):
    client.force_login(a_user("secretary"))
    return client


def text_of(response):
    return html.unescape(response.content.decode())


def test_a_member_count_is_entered(secretary):
    secretary.post("/admin/members/membercount/add/", {"date": "2023-12-31", "count": "8388"})
    assert MemberCount.objects.latest_on(date(2023, 12, 31)).count == 8388


COUNTS_REFUSED = {
    "a second count for the date": (
        {"date": "2023-12-31", "count": "8400"},
        "Det finns redan ett medlemsantal för detta datum. Ändra det i stället.",
    ),
    "a negative count": (
        {"date": "2023-11-30", "count": "-1"},
        "Kontrollera att detta värde är större än eller lika med 0.",
    ),
    "a letter": ({"date": "2023-11-30", "count": "8o"}, "Fyll i ett heltal."),
}


@pytest.mark.parametrize("case", COUNTS_REFUSED)
def test_what_is_no_count_is_refused_in_words_with_nothing_changed(secretary, case):
    a_member_count(date(2023, 12, 31), 8388)
    sent, sentence = COUNTS_REFUSED[case]
    response = secretary.post("/admin/members/membercount/add/", sent)
    assert sentence in text_of(response)
    assert list(MemberCount.objects.values_list("date", "count")) == [(date(2023, 12, 31), 8388)]


def test_more_responses_than_recipients_are_refused_at_the_responses(secretary):
    sent = {"date": "2023-05-01", "name": "Enkät", "recipients": "100", "responses": "101"}
    response = secretary.post("/admin/members/survey/add/", sent)
    assert response.context["adminform"].form.errors["responses"] == [
        "Svaren kan inte vara fler än mottagarna."
    ]
    assert not Survey.objects.exists()


def channel_form(*figures, initial=()):
    """The form of a channel; *figures* are the facts of each year."""
    sent = {
        "name": "Nyhetsbrev",
        "name_en": "",
        "slug": "nyhetsbrev",
        "figures-TOTAL_FORMS": len(figures),
        "figures-INITIAL_FORMS": len(initial),
        "figures-MIN_NUM_FORMS": 0,
        "figures-MAX_NUM_FORMS": 1000,
    }
    for number, figure in enumerate(figures):
        sent |= {f"figures-{number}-{name}": value for name, value in figure.items()}
    return sent


def test_a_channel_is_entered_with_its_figures(secretary):
    secretary.post(
        "/admin/members/channel/add/",
        channel_form({"year_end": "2023-12-31", "value": "16", "stated_change": "-29"}),
    )
    assert ChannelFigure.objects.get().stated_change == -29


FIGURES_REFUSED = {
    "two figures for a year": (
        [{"year_end": "2023-12-31", "value": "16"}, {"year_end": "2023-12-31", "value": "17"}],
        "Kanalen har redan ett värde för detta år.",
    ),
    "two ways to know the year before": (
        [{"year_end": "2023-12-31", "value": "16", "previous": "45", "stated_change": "-29"}],
        "Ange föregående år på ett enda sätt: som värde, förändring eller tillväxt.",
    ),
}


@pytest.mark.parametrize("case", FIGURES_REFUSED)
def test_what_is_no_figure_of_a_channel_is_refused_in_words(secretary, case):
    figures, sentence = FIGURES_REFUSED[case]
    response = secretary.post("/admin/members/channel/add/", channel_form(*figures))
    assert sentence in text_of(response)
    assert not Channel.objects.exists()


def test_the_list_of_channels_names_their_years(secretary):
    channel = Channel.objects.create(slug="brev", name="Brev")
    for year in (2022, 2023):
        ChannelFigure.objects.create(channel=channel, year_end=date(year, 12, 31), value=1)
    assert "2022, 2023" in text_of(secretary.get("/admin/members/channel/"))
