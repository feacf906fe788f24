"""What a meeting deals with."""

import pytest

from board.agenda import STANDARD, append, lay_out, move
from board.models import AgendaItem, AgendaTemplateItem, Meeting
from tests.factories import a_meeting

pytestmark = pytest.mark.django_db


def titles(meeting):
    return list(meeting.agenda.values_list("title", flat=True))


@pytest.fixture
def three():
    meeting = a_meeting()
    for title in ("ett", "två", "tre"):
        append(AgendaItem(meeting=meeting, title=title))
    return meeting


@pytest.mark.parametrize("kind", Meeting.Kind.values)
def test_every_kind_of_meeting_has_an_agenda_to_begin_with(kind):
    meeting = a_meeting(kind=kind)
    lay_out(meeting)
    assert len(titles(meeting)) == len(STANDARD[kind]) > 0


def test_the_open_decisions_are_the_first_item_of_the_boards_agenda():
    meeting = a_meeting()
    lay_out(meeting)
    assert meeting.agenda.first().lists_open_decisions
    assert titles(meeting)[0] == "Beslut att följa upp"


def test_a_template_of_its_own_takes_the_place_of_the_standard_one():
    AgendaTemplateItem.objects.create(kind="board", position=1, title="Fika", is_confidential=True)
    meeting = a_meeting()
    lay_out(meeting)
    assert [(item.title, item.is_confidential) for item in meeting.agenda.all()] == [("Fika", True)]


@pytest.mark.parametrize(
    ("title", "to", "order"),
    [
        ("tre", 1, ["tre", "ett", "två"]),
        ("ett", 2, ["två", "ett", "tre"]),
        ("ett", 99, ["två", "tre", "ett"]),
        ("två", 0, ["två", "ett", "tre"]),
    ],
)
def test_an_item_is_moved_and_the_others_make_room(three, title, to, order):
    move(three.agenda.get(title=title), to)
    assert titles(three) == order
    assert list(three.agenda.values_list("position", flat=True)) == [1, 2, 3]
