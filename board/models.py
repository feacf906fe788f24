"""Facts about the board's work: its meetings, what they decided, and what was done."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings by the days on which they were held."""

    def between(self, start: date, end: date) -> "MeetingQuerySet":
        """Meetings that begin on a day from *start* to *end*, both counted."""
        return self.filter(date__gte=start, date__lte=end)


class Meeting(models.Model):
    """A meeting: of the board, or one at which the board takes part."""

    class Kind(models.TextChoices):
        """What meets."""

        BOARD = "board", _("board meeting")
        CONSTITUENT = "constituent", _("constituent meeting")
        EXTRA = "extra", _("extra board meeting")
        PER_CAPSULAM = "per_capsulam", _("per capsulam")
        COUNCIL = "council", _("association council")
        FEDERATION_COUNCIL = "federation_council", _("federation council")
        ANNUAL = "annual", _("annual meeting")
        CONGRESS = "congress", _("congress")

    BOARD_KINDS = (Kind.BOARD, Kind.CONSTITUENT, Kind.EXTRA, Kind.PER_CAPSULAM)
    """The kinds that count as the board having met."""

    class Form(models.TextChoices):
        """How people took part."""

        DIGITAL = "digital", _("digital")
        IN_PERSON = "in_person", _("in person")
        HYBRID = "hybrid", _("hybrid")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.BOARD)
    number = models.PositiveIntegerField(
        _("number in the year"), help_text=_("Of its kind: the third board meeting is number 3.")
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    time = models.TimeField(_("time"), null=True, blank=True)
    form = models.CharField(_("form"), max_length=10, choices=Form, default=Form.IN_PERSON)
    place = models.CharField(_("place"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["date", "time", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="board_meetings_are_numbered_from_one",
                violation_error_message=_("Meetings are numbered from 1."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}, {self.date}"


class Decision(models.Model):
    """A decision of a meeting, numbered as in its minutes (§)."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    number = models.PositiveIntegerField(_("number (§)"))
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["meeting", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="board_one_decision_per_number",
                violation_error_message=_("The meeting already has a decision with this number."),
            )
        ]

    def __str__(self) -> str:
        return f"§ {self.number}, {self.meeting}"


class Activity(models.Model):
    """Something the association did in a year, beside its meetings."""

    year_end = models.DateField(_("year ending"), help_text=_("The last day of the year it belongs to."))
    name = models.CharField(_("name"), max_length=200)
    body = models.CharField(
        _("body"), max_length=200, blank=True, help_text=_("The body or the partners it was done with.")
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["year_end", "pk"]

    def __str__(self) -> str:
        return self.name
