from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from finance.analysis import GroupVariance, MonthVariance, YearInMonths, YearSummary
from finance.forecast import EarlierYear, forecast
from finance.groups import GROUPS, Group
from finance.models import Account, FiscalYear
from finance.models.accounts import kind_of
from ledarna.sentences import (
    cause,
    channels_title,
    digital_title,
    equity_title,
    forecast_sentences,
    forecast_title,
    liquidity_title,
    main_causes,
    members_title,
    months_that_made_it,
    months_title,
    result_against_budget,
    result_title,
    variance_course_title,
    variance_title,
    years_of_members_title,
    years_title,
)
from members.figures import ChannelYear
from members.models import Channel, ChannelFigure

GROUP = {group.key: group for group in GROUPS}
YEAR = FiscalYear(pk=1, label="2023", start=date(2023, 1, 1), end=date(2023, 12, 31))


def plain(text: str | None) -> str:
    """*text* with plain spaces, as tests are written."""
    return (text or "").replace("\u202f", " ").replace("\u00a0", " ")


def a_variance(key: str, amount: int, budget: int) -> GroupVariance:
    return GroupVariance(GROUP[key], amount * 100, budget * 100)


def months(
    rows: list[tuple[str, int, int]],
    budget: Sequence[tuple[str, int | None, int]] | None = None,
    until: date = YEAR.end,
    opening: dict[str, int] | None = None,
) -> YearInMonths:
    """A year of *rows* (account, month, kronor; debit positive) with a *budget* of the same kind."""
    numbers = sorted({row[0] for row in rows} | {row[0] for row in budget or []} | set(opening or {}))
    keys = {number: key for key, number in enumerate(numbers)}

    def month(number: int | None) -> Any:
        return None if number is None else date(2023, number, 1)

    return YearInMonths(
        year=YEAR,
        until=until,
        accounts={
            key: Account(pk=key, number=number, name=number, kind=kind_of(number) or "")
            for number, key in keys.items()
        },
        changes={(keys[number], month(when)): amount * 100 for number, when, amount in rows},
        opening={keys[number]: amount * 100 for number, amount in (opening or {}).items()},
        budgeted={(keys[number], month(when)): amount * 100 for number, when, amount in budget or []},
        has_budget=budget is not None,
    )


def test_the_largest_cause_of_a_better_result_is_told() -> None:
    year = months([("3900", 1, -1928), ("5800", 2, 1000)], [("3900", 1, -1900), ("5800", 2, 1064)])
    assert plain(result_against_budget(year)) == (
        "Resultatet är 92 kr bättre än budget, mest därför att möten och resor kostade 64 kr mindre "
        "och medlemsintäkter gav 28 kr mer."
    )


def test_the_sentence_is_told_in_english_too() -> None:
    year = months([("5800", 2, 1100)], [("5800", 2, 1000)])
    with override("en"):
        assert plain(result_against_budget(year)) == (
            "The result is 100 kr worse than the budget, mostly because meetings and travel cost 100 kr more."
        )


def test_a_large_group_that_went_the_other_way_is_not_the_cause() -> None:
    groups = [a_variance("communication", 988, 900), a_variance("meetings", 900, 1000)]
    assert [group.group.key for group in main_causes(groups)] == ["meetings"]


def test_a_small_second_cause_is_left_out() -> None:
    groups = [a_variance("meetings", 0, 100), a_variance("premises", 0, 24), a_variance("fees", 0, 25)]
    assert [group.group.key for group in main_causes(groups)] == ["meetings", "fees"]


@given(st.lists(st.tuples(st.sampled_from(GROUPS), st.integers(-900, 900), st.integers(-900, 900))))
def test_every_cause_points_the_way_of_the_sum(values: list[tuple[Group, int, int]]) -> None:
    groups = [GroupVariance(*value) for value in values]
    total = sum(group.better for group in groups)
    causes = main_causes(groups)
    assert all(group.better * total > 0 for group in causes)
    assert bool(causes) == (total != 0)


@pytest.mark.parametrize(
    ("variance", "clause"),
    [
        (a_variance("fees", 110, 100), "arvoden och löner kostade 10 kr mer"),
        (a_variance("fees", 90, 100), "arvoden och löner kostade 10 kr mindre"),
        (a_variance("other-costs", 110, 100), "övriga kostnader blev 10 kr högre"),
        (a_variance("other-costs", 90, 100), "övriga kostnader blev 10 kr lägre"),
        (a_variance("grants", 110, 100), "bidrag och gåvor gav 10 kr mer"),
        (a_variance("grants", 90, 100), "bidrag och gåvor gav 10 kr mindre"),
        (a_variance("financial", 15, 5), "finansiella poster blev 10 kr bättre"),
        (a_variance("financial", -5, 5), "finansiella poster blev 10 kr sämre"),
    ],
)
def test_a_cause_says_what_happened(variance: GroupVariance, clause: str) -> None:
    assert plain(cause(variance)) == clause


def test_a_result_as_budgeted_needs_no_cause() -> None:
    assert result_against_budget(months([("5800", 2, 7)], [("5800", 2, 7)])) == (
        "Resultatet är som budgeterat, på kronan."
    )


def test_without_a_budget_there_is_no_sentence() -> None:
    assert result_against_budget(months([("5800", 2, 7)])) is None


@pytest.mark.parametrize(
    ("groups", "title"),
    [
        ([a_variance("meetings", 0, 9)], "Möten och resor gjorde skillnaden mot budget"),
        (
            [a_variance("meetings", 0, 9), a_variance("premises", 0, 8)],
            "Möten och resor samt lokal gjorde skillnaden mot budget",
        ),
        (
            [a_variance("member-fees", 9, 0), a_variance("premises", 0, 8)],
            "Medlemsintäkter och lokal gjorde skillnaden mot budget",
        ),
        (
            [a_variance("meetings", 0, 9), a_variance("fees", 9, 0)],
            "Bättre och sämre än budget tog ut varandra",
        ),
        ([a_variance("meetings", 9, 9)], "Allt blev som budgeterat"),
    ],
)
def test_the_title_names_the_groups_that_made_the_difference(groups: list[GroupVariance], title: str) -> None:
    assert variance_title(groups) == title


@pytest.mark.parametrize(
    ("costs", "title"),
    [
        ({1: 90, 2: 90}, "Resultatet låg före budget hela tiden"),
        ({1: 110, 2: 110}, "Resultatet låg efter budget hela tiden"),
        ({1: 150, 2: 80, 3: 20}, "Från och med mars låg resultatet före budget"),
        ({1: 50, 2: 160}, "Från och med februari låg resultatet efter budget"),
        ({1: 50, 2: 150}, "Resultatet ligger där budgeten har det"),
    ],
)
def test_the_course_says_since_when_the_result_is_on_its_side_of_the_budget(
    costs: dict[int, int], title: str
) -> None:
    budget = [("5800", month, 100 if month in costs else 0) for month in range(1, 13)]
    assert variance_course_title(months([("5800", *cost) for cost in costs.items()], budget)) == title


def test_the_months_that_made_it_come_largest_first_with_their_cause() -> None:
    course = [
        MonthVariance(date(2023, 1, 1), -500, (a_variance("fees", 5, 0),)),
        MonthVariance(date(2023, 2, 1), 0, ()),
        MonthVariance(date(2023, 3, 1), 900, (a_variance("meetings", 0, 9),)),
    ]
    assert [plain(sentence) for sentence in months_that_made_it(course)] == [
        "Mars: +9 kr, mest därför att möten och resor kostade 9 kr mindre.",
        "Januari: −5 kr, mest därför att arvoden och löner kostade 5 kr mer.",
    ]


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([("3900", 12, -9), ("5800", 12, 12)], "Alla intäkter och kostnader är bokförda i december"),
        ([("3900", 1, -9), ("5800", 2, 12)], "Kostnaderna låg över intäkterna 1 av 2 månader"),
        ([("5800", 1, 9), ("5800", 2, 12)], "Kostnaderna låg över intäkterna varje månad"),
        ([("3900", 1, -9), ("3900", 2, -9)], "Intäkterna täckte kostnaderna varje månad"),
    ],
)
def test_the_months_say_how_often_costs_lay_above_income(
    rows: list[tuple[str, int, int]], title: str
) -> None:
    assert months_title(months(rows)) == title


@pytest.mark.parametrize(
    ("budget", "until", "title"),
    [
        (None, YEAR.end, "Resultatet är −100 kr"),
        ([("5800", None, 150)], YEAR.end, "Resultatet är 50 kr bättre än budget"),
        ([("5800", 1, 80), ("5800", 9, 90)], date(2023, 1, 31), "Resultatet är 20 kr sämre än budget"),
        ([("5800", None, 150)], date(2023, 1, 31), "Resultatet är −100 kr"),
        ([("5800", 1, 100)], YEAR.end, "Resultatet är som budgeterat"),
    ],
)
def test_the_result_is_compared_with_the_budget_of_the_same_months(
    budget: Any, until: date, title: str
) -> None:
    assert plain(result_title(months([("5800", 1, 100)], budget, until))) == title


@pytest.mark.parametrize(
    ("rows", "opening", "title"),
    [
        (
            [("1930", 1, -100), ("5800", 1, 100)],
            {"1930": 200},
            "Kassa och bank räcker till 12 månaders kostnader",
        ),
        (
            [("1930", 1, -30), ("5800", 1, 30)],
            {"1930": 50},
            "Kassa och bank räcker till 8 månaders kostnader",
        ),
        ([("1930", 1, 30)], {"1930": 50}, "Kassa och bank är 80 kr"),
        ([("1930", 1, -50), ("5800", 1, 50)], {"1930": 50}, "Kassa och bank är slut"),
    ],
)
def test_liquidity_is_told_in_months_of_costs(rows: Any, opening: dict[str, int], title: str) -> None:
    assert plain(liquidity_title(months(rows, opening=opening))) == title


@pytest.mark.parametrize(
    ("amounts", "title"),
    [
        ([100, 900, 300], "Eget kapital ökade med 2 kr till 3 kr"),
        ([300, 100], "Eget kapital minskade med 2 kr till 1 kr"),
        ([100, 100], "Eget kapital är oförändrat 1 kr"),
    ],
)
def test_equity_is_told_from_the_first_to_the_last(amounts: list[int], title: str) -> None:
    assert plain(equity_title(amounts)) == title


@pytest.mark.parametrize(
    ("results", "title"),
    [
        ([-1], "Året gav underskott"),
        ([1], "Året gav inget underskott"),
        ([1, 0], "Inget år gav underskott"),
        ([-1, -1], "Varje år gav underskott"),
        ([-1, 1, 0], "1 av 3 år gav underskott"),
    ],
)
def test_years_say_how_many_gave_a_deficit(results: list[int], title: str) -> None:
    years = [YearSummary(YEAR, result, 0, 0, None, None, None, None, None) for result in results]
    assert years_title(years) == title


@pytest.mark.parametrize(
    ("opening", "closing", "title"),
    [
        (8101, 8388, "287 fler medlemmar"),
        (10, 9, "1 färre medlem"),
        (9, 10, "1 fler medlem"),
        (9, 9, "Lika många medlemmar som vid årets början"),
        (None, 1000, "1 000 medlemmar"),
        (1, None, "1 medlem"),
    ],
)
def test_members_are_told_by_their_change(opening: int | None, closing: int | None, title: str) -> None:
    assert plain(members_title(opening, closing)) == title


def test_members_over_years_say_since_when() -> None:
    assert plain(years_of_members_title(10, 1300, "2021")) == "1 290 fler medlemmar sedan 2021 började"


def test_digital_meetings_are_counted_in_words() -> None:
    assert digital_title(9, 19) == "9 av 19 styrelsemöten var digitala"
    assert digital_title(1, 19) == "1 av 19 styrelsemöten var digitalt"


def a_channel(name: str, value: int, previous: int | None) -> ChannelYear:
    return ChannelYear(ChannelFigure(channel=Channel(slug=name, name=name), value=value), previous, None)


@pytest.mark.parametrize(
    ("channels", "title"),
    [
        ([a_channel("Artiklar", 45, 16), a_channel("Inlägg", 9, 8)], "Artiklar växte mest: +181 %"),
        ([a_channel("Artiklar", 4, 16)], "Ingen kanal växte"),
        ([a_channel("Artiklar", 4, None), a_channel("Inlägg", 4, 0)], "Vad kanalerna nådde"),
    ],
)
def test_the_channel_that_grew_most_is_named(channels: list[ChannelYear], title: str) -> None:
    assert plain(channels_title(channels)) == title


def test_a_forecast_is_said_as_one_with_its_numbers() -> None:
    made = forecast([-300_00], [-200_00, -100_00], [EarlierYear([20_00, -20_00], [0, 0])])
    year = months([("5800", 1, 300)], [("5800", 1, 200), ("5800", 2, 100)], until=date(2023, 1, 31))
    assert plain(forecast_title(made, YEAR)) == "Prognos: ett resultat på omkring −350 kr när 2023 slutar"
    assert [plain(sentence) for sentence in forecast_sentences(made, year)] == [
        "−300 kr är bokfört för de månader som har gått, och −100 kr är budgeterat för dem som återstår.",
        "Av det som hittills skiljer mot budget väntas +50 kr jämna ut sig, som under åren före.",
        "Bandet sträcker sig från −380 kr till −320 kr, efter hur 1 tidigare år höll sin budget under samma "
        "månader.",
        "Det är −50 kr från det budgeterade resultatet.",
        "Det är en prognos: inget av den är bokfört och inget är beslutat.",
    ]


def test_a_forecast_without_earlier_years_says_that_it_has_no_band() -> None:
    made = forecast([], [-100_00])
    sentences = forecast_sentences(made, months([], [("5800", 1, 100)], until=date(2023, 1, 20)))
    assert "Det finns inget tidigare år med budget per månad, så prognosen har inget band." in sentences
