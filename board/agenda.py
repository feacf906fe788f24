"""Laying out what a meeting deals with."""

from collections.abc import Mapping, Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from board.models import AgendaItem, AgendaTemplateItem, Meeting

OPEN_DECISIONS = _("Decisions to follow up")
"""The item under which the open decisions stand; the first one of every agenda of the board."""

_OPENING = (_("Opening of the meeting"), _("Approval of the agenda"), _("Choice of adjusters"))
_BOARD = (
    OPEN_DECISIONS,
    *_OPENING,
    _("The minutes of the meeting before"),
    _("Economy"),
    _("Members"),
    _("Activities"),
    _("Other matters"),
    _("Next meeting"),
    _("Closing of the meeting"),
)
STANDARD: Mapping[str, Sequence[str | Promise]] = {
    Meeting.Kind.BOARD: _BOARD,
    Meeting.Kind.EXTRA: (
        OPEN_DECISIONS,
        *_OPENING,
        _("The matter of the meeting"),
        _("Closing of the meeting"),
    ),
    Meeting.Kind.PER_CAPSULAM: (_("The matter to decide"),),
    Meeting.Kind.CONSTITUENT: (
        *_OPENING,
        _("The board constitutes itself"),
        _("Signatories of the association"),
        _("Rules of procedure and attest"),
        _("The meetings of the year"),
        _("Closing of the meeting"),
    ),
    Meeting.Kind.COUNCIL: (
        *_OPENING,
        _("Activities"),
        _("Economy"),
        _("Planning"),
        _("Closing of the meeting"),
    ),
    Meeting.Kind.FEDERATION_COUNCIL: (_("Matters of the federation council"),),
    Meeting.Kind.ANNUAL: (
        _("Opening of the meeting"),
        _("Choice of chair and secretary of the meeting"),
        _("Choice of adjusters and tellers"),
        _("Voting list"),
        _("Whether the meeting was called in time"),
        _("Approval of the agenda"),
        _("The annual report"),
        _("The auditors' report"),
        _("Approval of the income statement and the balance sheet"),
        _("Discharge of the board"),
        _("Proposals and motions"),
        _("Plan and budget"),
        _("Elections"),
        _("Closing of the meeting"),
    ),
    Meeting.Kind.CONGRESS: (_("Matters of the congress"),),
}
"""What the agenda of each kind begins with where the association has no template of its own."""


def template_of(kind: str) -> list[AgendaItem]:
    """The items, not saved, with which the agenda of a meeting of *kind* begins. One query.

    The association's own template where it has one, else the standard one, in the language of the
    association.
    """
    own = AgendaTemplateItem.objects.filter(kind=kind)
    items = [
        AgendaItem(
            title=item.title,
            text=item.text,
            is_confidential=item.is_confidential,
            lists_open_decisions=item.lists_open_decisions,
        )
        for item in own
    ]
    if not items:
        with override(settings.LANGUAGE_CODE):
            items = [
                AgendaItem(title=str(title), lists_open_decisions=title is OPEN_DECISIONS)
                for title in STANDARD[kind]
            ]
    for position, item in enumerate(items, start=1):
        item.position = position
    return items


def lay_out(meeting: Meeting) -> list[AgendaItem]:
    """Give *meeting*, which has no agenda, the one that its kind begins with."""
    items = template_of(meeting.kind)
    for item in items:
        item.meeting = meeting
    return AgendaItem.objects.bulk_create(items)


def append(item: AgendaItem) -> None:
    """Save *item*, which is new, as the last one of its meeting's agenda."""
    last = AgendaItem.objects.filter(meeting=item.meeting).aggregate(last=Max("position"))["last"]
    item.position = (last or 0) + 1
    item.save()


@transaction.atomic
def move(item: AgendaItem, to: int) -> None:
    """Put *item* in the place *to*, counted from 1; the items between make room. A place beyond an end is that end."""
    items = [other for other in item.meeting.agenda.all() if other.pk != item.pk]
    items.insert(min(max(to, 1), len(items) + 1) - 1, item)
    _in_order(items)


def number_again(meeting: Meeting) -> None:
    """Close the gap that an item which was taken away left in the order of *meeting*'s agenda."""
    _in_order(list(meeting.agenda.all()))


def _in_order(items: Sequence[AgendaItem]) -> None:
    for position, item in enumerate(items, start=1):
        if item.position != position:
            item.position = position
            item.save(update_fields=["position"])
