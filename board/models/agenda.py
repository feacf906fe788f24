"""What a meeting deals with, item by item, and what each kind of meeting begins with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from board.models.meetings import Meeting


class Item(models.Model):
    """What an item of an agenda says."""

    position = models.PositiveIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown: what the meeting needs to know."))
    is_confidential = models.BooleanField(
        _("confidential"), default=False, help_text=_("Only the board reads it; its minutes are kept apart.")
    )
    lists_open_decisions = models.BooleanField(
        _("lists the open decisions"),
        default=False,
        help_text=_("The decisions that are not yet done stand under it by themselves."),
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.title


class AgendaTemplateItem(Item):
    """An item with which the agenda of a kind of meeting begins its life."""

    kind = models.CharField(_("kind"), max_length=20, choices=Meeting.Kind)

    class Meta:
        verbose_name = _("item of an agenda template")
        verbose_name_plural = _("agenda templates")
        ordering = ["kind", "position", "pk"]


class AgendaItem(Item):
    """An item of a meeting's agenda."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda", verbose_name=_("meeting"))

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["meeting", "position", "pk"]
