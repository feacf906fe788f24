"""What the meetings decided, and what became of it."""

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from board.models.agenda import AgendaItem
from board.models.meetings import Meeting
from board.models.people import Person


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions by what remains to be done of them."""

    def open(self) -> "DecisionQuerySet":
        """Those that are still to be carried out, the most urgent first; those without a day come last."""
        return self.filter(state=Decision.State.OPEN).order_by(
            models.F("due").asc(nulls_last=True), "meeting__date", "number"
        )

    def public(self) -> "DecisionQuerySet":
        """Those that everybody who sees the meetings may read: not those of a confidential item."""
        return self.filter(Q(item__isnull=True) | Q(item__is_confidential=False))

    def late(self, day: date) -> "DecisionQuerySet":
        """The open ones that should have been done before *day*."""
        return self.open().filter(due__lt=day)


class Decision(models.Model):
    """A decision of a meeting, numbered as in its minutes (§)."""

    class State(models.TextChoices):
        """What became of it."""

        SETTLED = "settled", _("nothing to follow up")
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    item = models.ForeignKey(
        AgendaItem,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("agenda item"),
    )
    number = models.PositiveIntegerField(_("number (§)"))
    text = models.TextField(_("text"), help_text=_("Markdown."))
    responsible = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="responsibilities",
        verbose_name=_("responsible"),
    )
    due = models.DateField(_("to be done by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SETTLED)
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("Why it was dropped."))
    amount_ore = models.BigIntegerField(
        _("amount"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("What may be spent, in öre."),
    )
    account_number = models.PositiveIntegerField(
        _("account"), null=True, blank=True, help_text=_("The account on which it is to be booked.")
    )

    objects = DecisionQuerySet.as_manager()

    FOLLOWED = ("responsible", "due", "state", "reason")
    """What is told of a decision after its minutes are approved; all else is then as they say (board/sql)."""

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="board_one_decision_per_number",
                violation_error_message=_("The meeting already has a decision with this number."),
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""),
                name="board_a_dropped_decision_has_a_reason",
                violation_error_message=_("Say why the decision was dropped."),
            ),
            models.CheckConstraint(
                condition=Q(amount_ore__isnull=True) | Q(amount_ore__gt=0),
                name="board_a_decided_amount_is_positive",
                violation_error_message=_("A decided amount is more than nothing."),
            ),
        ]
        indexes = [models.Index(fields=["state", "due"], name="board_decisions_to_follow")]

    def __str__(self) -> str:
        return f"§ {self.number}, {self.meeting}"
