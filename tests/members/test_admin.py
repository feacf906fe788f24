"""Entering member counts, surveys and channels in the admin."""

import html
from datetime import date

import pytest

from members.models import (
    Channel,
    ChannelFigure,
    ChannelMonth,
    MemberCount,
    Publication,
    Survey,
    SurveyQuestion,
)
from tests.factories import a_member_count, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def secretary(client):
    client.force_login(a_user("secretary"))
    return client


def text_of(response):
    return html.unescape(response.content.decode())


def inline(prefix, *rows):
    """The forms inside another form, under *prefix*; each of *rows* has its values by name."""
    sent = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": 0,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for number, row in enumerate(rows):
        sent |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return sent


def count_form(*sections, **facts):
    """The form of a member count; *sections* are (section, number)."""
    parts = [{"section": section, "number": number} for section, number in sections]
    return {"date": "2023-12-31", "count": "8388", **inline("parts", *parts), **facts}


def test_a_member_count_is_entered(secretary):
    secretary.post("/admin/members/membercount/add/", count_form())
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
    response = secretary.post("/admin/members/membercount/add/", count_form(**sent))
    assert sentence in text_of(response)
    assert list(MemberCount.objects.values_list("date", "count")) == [(date(2023, 12, 31), 8388)]


def test_a_count_is_entered_with_its_sections(secretary):
    secretary.post(
        "/admin/members/membercount/add/", count_form(("Kommun", "8000"), ("Region", "388"), joined="300")
    )
    count = MemberCount.objects.get()
    assert (count.joined, sorted(count.parts.values_list("number", flat=True))) == (300, [388, 8000])


def test_sections_that_do_not_add_up_are_refused_with_both_sums(secretary):
    response = secretary.post(
        "/admin/members/membercount/add/", count_form(("Kommun", "8000"), ("Region", "400"))
    )
    assert "Sektionerna summerar till 8400, och antalet är 8388." in text_of(response)
    assert not MemberCount.objects.exists()


def test_a_section_stands_once(secretary):
    response = secretary.post(
        "/admin/members/membercount/add/", count_form(("Kommun", "8000"), ("Kommun", "388"))
    )
    assert "Medlemsantalet har redan ett antal för denna sektion." in text_of(response)


def question(**facts):
    """A question's key result: 72 percent said yes."""
    return {
        "key": "nojd",
        "text": "Är du nöjd?",
        "measure": "share",
        "value": "72",
        "answers": "100",
        **facts,
    }


def survey_form(*questions):
    return {"date": "2023-05-01", "name": "Enkät", "responses": "100", **inline("questions", *questions)}


def test_a_survey_is_entered_with_its_key_results(secretary):
    mean = question(key="betyg", measure="mean", value="3.8", scale_low="1", scale_high="5")
    secretary.post("/admin/members/survey/add/", survey_form(question(), mean))
    assert [str(value) for value in SurveyQuestion.objects.values_list("value", flat=True)] == [
        "72.00",
        "3.80",
    ]


RESULTS_REFUSED = {
    "a share above a hundred": (question(value="101"), "En andel är mellan 0 och 100 procent"),
    "a share on a scale": (question(scale_low="1", scale_high="5"), "En andel är mellan 0 och 100 procent"),
    "a mean without a scale": (question(measure="mean", value="3"), "Ett medelvärde behöver skalan"),
    "a mean beside its scale": (
        question(measure="mean", value="6", scale_low="1", scale_high="5"),
        "Ett medelvärde behöver skalan",
    ),
}


@pytest.mark.parametrize("case", RESULTS_REFUSED)
def test_what_is_no_result_is_refused_in_words(secretary, case):
    sent, sentence = RESULTS_REFUSED[case]
    response = secretary.post("/admin/members/survey/add/", survey_form(sent))
    assert sentence in text_of(response)
    assert not Survey.objects.exists()


def test_more_responses_than_recipients_are_refused_at_the_responses(secretary):
    sent = {**survey_form(), "recipients": "100", "responses": "101"}
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
        **inline("months"),
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


def test_a_month_of_a_channel_is_kept_by_its_first_day(secretary):
    months = inline("months", {"month": "2023-05-17", "value": "12"})
    secretary.post("/admin/members/channel/add/", channel_form() | months)
    assert ChannelMonth.objects.get().month == date(2023, 5, 1)


def test_a_goal_without_its_day_is_refused(secretary):
    response = secretary.post("/admin/members/channel/add/", channel_form() | {"goal_value": "3000"})
    assert "Ett mål är ett tal och den dag då det ska vara nått." in text_of(response)
    assert not Channel.objects.exists()


def test_a_newsletter_is_entered(secretary):
    sent = {"date": "2023-05-31", "kind": "newsletter", "title": "Maj"}
    secretary.post("/admin/members/publication/add/", sent)
    assert Publication.objects.get().title == "Maj"


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
