"""Access that follows from a mandate: it begins and ends with the term, by itself.

Nobody gives or takes the roles of those who were elected. Whoever is a board member today has the role
of one, from the first day of the term to its last; the day after they are out, in the middle of a
session too. What an administrator gives besides (``ledarna/roles.py``) stays until it is taken away.
"""

from collections.abc import Mapping
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.models import Permission
from django.db.models import Q, QuerySet
from django.utils import timezone

from board.models import Mandate
from ledarna.roles import ROLES

Office = Mandate.Office

ROLES_OF_OFFICE: Mapping[str, tuple[str, ...]] = {
    Office.CHAIR: ("board",),
    Office.VICE_CHAIR: ("board",),
    Office.TREASURER: ("treasurer", "board"),
    Office.SECRETARY: ("secretary", "board"),
    Office.MEMBER: ("board",),
    Office.DEPUTY: ("board",),
    Office.AUDITOR: ("auditor",),
    Office.DEPUTY_AUDITOR: ("auditor",),
    Office.NOMINATING: ("nominating_committee",),
}
"""The roles that each office brings; one that is not here brings none."""


def roles_by_mandate(user: Any) -> set[str]:
    """The keys of the roles that *user*'s mandates of today bring. One query, for as long as *user* is in hand.

    A page asks several times; the next request has the user, and so the answer, anew.
    """
    known: set[str] | None = getattr(user, "_roles_by_mandate", None)
    if known is None:
        held = Mandate.objects.on(timezone.localdate()).filter(person__user=user.pk)
        offices = held.values_list("office", flat=True)
        known = {role for office in offices for role in ROLES_OF_OFFICE.get(office, ())}
        user._roles_by_mandate = known
    return known


def roles_of(user: Any) -> list[str]:
    """The keys of *user*'s roles, given and by mandate, in the table's order."""
    names = {group.name for group in user.groups.all()} | roles_by_mandate(user)
    return [role for role in ROLES if role in names]


class AccessBackend(AuthenticationBackend):
    """Who signs in, by user name or mail; and who may do what, by given roles and those a mandate brings today."""

    def _get_group_permissions(self, user_obj: Any) -> QuerySet[Permission]:
        return Permission.objects.filter(
            Q(group__in=user_obj.groups.all()) | Q(group__name__in=roles_by_mandate(user_obj))
        ).distinct()
