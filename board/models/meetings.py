"""Meetings, and who was there."""

from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from board.models.people import Mandate, Person


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings by the days on which they are held."""

    def between(self, start: date, end: date) -> "MeetingQuerySet":
        """Meetings that begin on a day from *start* to *end*, both counted."""
        return self.filter(date__gte=start, date__lte=end)

    def held(self) -> "MeetingQuerySet":
        """Those that took place: figures count these alone."""
        return self.filter(state=Meeting.State.HELD)

    def to_come(self, day: date) -> "MeetingQuerySet":
        """Those that are planned for *day* or later, the next one first."""
        return self.filter(state=Meeting.State.PLANNED, date__gte=day).order_by("date", "time", "pk")


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

    CALLED: Mapping[str, tuple[str, ...]] = {
        Kind.BOARD: Mandate.BOARD_OFFICES,
        Kind.CONSTITUENT: Mandate.BOARD_OFFICES,
        Kind.EXTRA: Mandate.BOARD_OFFICES,
        Kind.PER_CAPSULAM: Mandate.BOARD_OFFICES,
        Kind.COUNCIL: Mandate.BOARD_OFFICES,
        Kind.FEDERATION_COUNCIL: (Mandate.Office.COUNCIL_DELEGATE,),
        Kind.ANNUAL: (
            *Mandate.BOARD_OFFICES,
            Mandate.Office.AUDITOR,
            Mandate.Office.DEPUTY_AUDITOR,
            Mandate.Office.NOMINATING,
        ),
        Kind.CONGRESS: (Mandate.Office.CONGRESS_DELEGATE,),
    }
    """The offices whose holders are called to a meeting of each kind."""

    class Form(models.TextChoices):
        """How people took part."""

        DIGITAL = "digital", _("digital")
        IN_PERSON = "in_person", _("in person")
        HYBRID = "hybrid", _("hybrid")

    class State(models.TextChoices):
        """Whether it has taken place."""

        PLANNED = "planned", _("planned")
        HELD = "held", _("held")
        CANCELLED = "cancelled", _("cancelled")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.BOARD)
    number = models.PositiveIntegerField(
        _("number in the year"), help_text=_("Of its kind: the third board meeting is number 3.")
    )
    date = models.DateField(_("date"), default=timezone.localdate)
    time = models.TimeField(_("time"), null=True, blank=True)
    end_time = models.TimeField(_("ends at"), null=True, blank=True)
    form = models.CharField(_("form"), max_length=10, choices=Form, default=Form.IN_PERSON)
    place = models.CharField(_("place"), max_length=200, blank=True)
    link = models.URLField(_("link"), blank=True, help_text=_("The address of a digital meeting."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.HELD)
    is_quorate = models.BooleanField(
        _("quorate"), null=True, blank=True, help_text=_("What the meeting itself found.")
    )
    chair = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="chaired", verbose_name=_("chair")
    )
    secretary = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="recorded", verbose_name=_("secretary")
    )
    adjusters = models.ManyToManyField(
        Person,
        blank=True,
        related_name="adjusted",
        verbose_name=_("adjusters"),
        help_text=_("Those who approve the minutes together with the chair."),
    )
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
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(end_time__gt=F("time")),
                name="board_a_meeting_ends_after_it_begins",
                violation_error_message=_("A meeting ends after it begins; say when it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}, {self.date}"

    def get_absolute_url(self) -> str:
        """The page of the meeting."""
        return reverse("meeting", args=[self.pk])

    def clean(self) -> None:
        """Nothing has been held that is still to come."""
        if self.state == self.State.HELD and self.date and self.date > timezone.localdate():
            raise ValidationError(
                {"state": _("The meeting is on a day to come: it is planned, and not yet held.")}
            )

    @property
    def is_of_board(self) -> bool:
        """Whether the board itself meets."""
        return self.kind in self.BOARD_KINDS

    def called(self) -> list[Mandate]:
        """The mandates that are called to it: those held on its day, as its kind says. One query."""
        mandates = Mandate.objects.on(self.date).filter(office__in=self.CALLED[self.kind])
        return sorted(mandates.select_related("person"), key=lambda mandate: mandate.precedence)

    def attended(self) -> list["Attendance"]:
        """How those who were called took part, as far as it was entered, in the same order. One query."""
        found = self.attendance.select_related("mandate__person")
        return sorted(found, key=lambda one: one.mandate.precedence)


class Attendance(models.Model):
    """How somebody who was called to a meeting took part in it."""

    class State(models.TextChoices):
        """Whether and how they were there."""

        PRESENT = "present", _("present")
        DIGITAL = "digital", _("present digitally")
        EXCUSED = "excused", _("excused")
        ABSENT = "absent", _("absent")

    THERE = (State.PRESENT, State.DIGITAL)
    """The states of those who took part."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance", verbose_name=_("meeting"))
    mandate = models.ForeignKey(Mandate, models.PROTECT, related_name="attendance", verbose_name=_("mandate"))
    state = models.CharField(_("state"), max_length=10, choices=State)
    start = models.TimeField(_("came at"), null=True, blank=True)
    end = models.TimeField(_("left at"), null=True, blank=True)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["meeting", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "mandate"], name="board_one_attendance_per_mandate"),
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(end__gt=F("start")),
                name="board_nobody_leaves_before_they_came",
                violation_error_message=_("Nobody leaves before they came."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mandate}: {self.get_state_display()}"
