"""The days off of a year, as calendars print them."""

from datetime import date

import pytest
from django.utils.translation import gettext

from finance.holidays import holidays


def names(start, end):
    return {day.isoformat(): gettext(name) for day, name in holidays(start, end).items()}


def test_the_days_off_of_a_year_are_those_of_the_calendar():
    assert names(date(2026, 1, 1), date(2026, 12, 31)) == {
        "2026-01-01": "nyårsdagen",
        "2026-01-06": "trettondedag jul",
        "2026-04-03": "långfredagen",
        "2026-04-05": "påskdagen",
        "2026-04-06": "annandag påsk",
        "2026-05-01": "första maj",
        "2026-05-14": "Kristi himmelsfärdsdag",
        "2026-05-24": "pingstdagen",
        "2026-06-06": "nationaldagen",
        "2026-06-19": "midsommarafton",
        "2026-06-20": "midsommardagen",
        "2026-10-31": "alla helgons dag",
        "2026-12-24": "julafton",
        "2026-12-25": "juldagen",
        "2026-12-26": "annandag jul",
        "2026-12-31": "nyårsafton",
    }


@pytest.mark.parametrize(
    ("year", "good_friday", "ascension", "midsummer_eve", "all_saints"),
    [
        (2008, "03-21", "05-01", "06-20", "11-01"),
        (2011, "04-22", "06-02", "06-24", "11-05"),
        (2020, "04-10", "05-21", "06-19", "10-31"),
        (2023, "04-07", "05-18", "06-23", "11-04"),
        (2024, "03-29", "05-09", "06-21", "11-02"),
        (2025, "04-18", "05-29", "06-20", "11-01"),
        (2027, "03-26", "05-06", "06-25", "11-06"),
        (2038, "04-23", "06-03", "06-25", "11-06"),
    ],
)
def test_the_days_that_move_are_those_of_the_calendar(
    year, good_friday, ascension, midsummer_eve, all_saints
):
    days = [str(day)[5:] for day in holidays(date(year, 1, 1), date(year, 12, 31))]
    assert {good_friday, ascension, midsummer_eve, all_saints} <= set(days)


def test_a_year_that_is_no_calendar_year_has_its_days_off_in_their_order():
    assert list(names(date(2023, 12, 24), date(2024, 1, 6))) == [
        "2023-12-24",
        "2023-12-25",
        "2023-12-26",
        "2023-12-31",
        "2024-01-01",
        "2024-01-06",
    ]


def test_whit_monday_was_free_until_national_day_was():
    assert {"2004-05-31", "2004-06-06"} & set(names(date(2004, 5, 1), date(2004, 6, 30))) == {"2004-05-31"}
    assert {"2005-05-16", "2005-06-06"} & set(names(date(2005, 5, 1), date(2005, 6, 30))) == {"2005-06-06"}
