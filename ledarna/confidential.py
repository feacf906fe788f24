"""Keeping what is confidential out of the trail, which the auditors read and the package holds.

That an item or a decision was entered, changed or deleted is told, and which of its fields; what its
words say is not.
"""

from collections.abc import Callable, Mapping
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Q
from django.db.models.signals import pre_save

from board.models import AgendaItem

HIDDEN = "*"
WORDS: Mapping[str, tuple[str, ...]] = {"agendaitem": ("title", "text"), "decision": ("text", "reason")}
"""The fields that hold words, of what can be confidential."""


def hide(instance: LogEntry, **kwargs: Any) -> None:
    """Take the words out of *instance*, a new entry, where they are confidential; signal receiver."""
    kind = instance.content_type.model if instance.content_type.app_label == "board" else ""
    if kind not in WORDS or not CONFIDENTIAL[kind](instance):
        return
    changes = dict(instance.changes or {})
    for name in WORDS[kind]:
        if name in changes:
            changes[name] = [HIDDEN if said not in (None, "None") else said for said in changes[name]]
    instance.changes = changes
    if "title" in WORDS[kind]:
        instance.object_repr = f"{instance.content_type.name} {instance.object_pk} {HIDDEN}"


def _item(entry: LogEntry) -> bool:
    """Whether it is, was or becomes confidential: the entry is written before a change, and after a deletion."""
    said = (entry.changes or {}).get("is_confidential", ())
    return "True" in said or AgendaItem.objects.filter(pk=entry.object_id, is_confidential=True).exists()


def _decision(entry: LogEntry) -> bool:
    """Whether it stands, stood or comes to stand under a confidential item."""
    named = [key for key in (entry.changes or {}).get("item", ()) if str(key).isdecimal()]
    under = Q(pk__in=named) | Q(decisions=entry.object_id)
    return AgendaItem.objects.filter(under, is_confidential=True).exists()


CONFIDENTIAL: Mapping[str, Callable[[LogEntry], bool]] = {"agendaitem": _item, "decision": _decision}
"""Whether an entry is about something confidential."""


def keep_out_of_the_trail() -> None:
    """Hide what is confidential from now on; called once, at start."""
    pre_save.connect(hide, sender=LogEntry, dispatch_uid="confidential")
