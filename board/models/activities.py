"""What the association means to do beside its meetings, and what became of it."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from board.models.people import Person
from board.models.plan import Goal


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Activities by the year that they belong to."""

    def of_year(self, start: date, end: date) -> "ActivityQuerySet":
        """The activities of the year that ends on a day from *start* to *end*."""
        return self.filter(year_end__gte=start, year_end__lte=end)


class Activity(models.Model):
    """Something that the association does in a year beside its meetings, for a goal of its plan or for none.

    ``account_number`` and ``project_code`` say where in the books its money is found; they are plain
    references, for the board's facts know nothing of the books.
    """

    class State(models.TextChoices):
        """What became of it."""

        PLANNED = "planned", _("to be done")
        GOING = "going", _("under way")
        DONE = "done", _("finished")
        DROPPED = "dropped", _("called off")

    year_end = models.DateField(_("year ending"), help_text=_("The last day of the year it belongs to."))
    goal = models.ForeignKey(
        Goal, models.PROTECT, null=True, blank=True, related_name="activities", verbose_name=_("goal")
    )
    name = models.CharField(_("name"), max_length=200)
    body = models.CharField(
        _("body"), max_length=200, blank=True, help_text=_("The body or the partners it was done with.")
    )
    responsible = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="activities",
        verbose_name=_("responsible"),
    )
    account_number = models.PositiveIntegerField(
        _("account"), null=True, blank=True, help_text=_("The account of costs on which its money is booked.")
    )
    project_code = models.CharField(
        _("project"), max_length=40, blank=True, help_text=_("The code of the project in the books.")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    reason = models.CharField(_("reason"), max_length=300, blank=True, help_text=_("Why it was called off."))
    outcome = models.TextField(
        _("outcome"), blank=True, help_text=_("Markdown: what came of it. It stands in the annual report.")
    )
    note = models.TextField(_("note"), blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["year_end", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""),
                name="board_a_dropped_activity_has_a_reason",
                violation_error_message=_("Say why the activity was dropped."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """See that what was dropped says why, and that its year is one of the goal's period."""
        if self.state == self.State.DROPPED and not self.reason:
            raise ValidationError({"reason": _("Say why the activity was dropped.")})
        if (
            self.goal
            and self.year_end
            and not self.goal.period.start <= self.year_end <= self.goal.period.end
        ):
            # Said of the whole: the page on which an activity is followed up has no field for the year.
            raise ValidationError(
                _("The goal's plan is from %(start)s to %(end)s; the activity's year is outside of it.")
                % {"start": self.goal.period.start, "end": self.goal.period.end}
            )
