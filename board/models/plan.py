"""What the association set out to do: periods of a plan, and the goals of each."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PlanPeriodQuerySet(models.QuerySet["PlanPeriod"]):
    """Periods by the days that they cover."""

    def during(self, start: date, end: date) -> "PlanPeriodQuerySet":
        """The periods that share a day with *start* to *end*, both counted."""
        return self.filter(start__lte=end, end__gte=start)


class PlanPeriod(models.Model):
    """The days for which a plan was decided, such as 2022–2025."""

    name = models.CharField(_("name"), max_length=200)
    start = models.DateField(_("first day"))
    end = models.DateField(_("last day"))
    note = models.TextField(_("note"), blank=True)

    objects = PlanPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan period")
        verbose_name_plural = _("plan periods")
        ordering = ["start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gte=F("start")),
                name="board_a_plan_ends_after_it_begins",
                violation_error_message=_("The last day of a plan cannot be before its first."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Goal(models.Model):
    """What a plan wants to reach."""

    period = models.ForeignKey(
        PlanPeriod, models.CASCADE, related_name="goals", verbose_name=_("plan period")
    )
    position = models.PositiveIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True, help_text=_("Markdown: what is to be reached, and why."))

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["period", "position", "pk"]

    def __str__(self) -> str:
        return self.title
