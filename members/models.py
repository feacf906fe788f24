"""Facts about the members: how many, what they answered, and how they are reached.

Membership of a trade union is sensitive personal data (GDPR art. 9): these are counts, never a
register of members.
"""

from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class MemberCountQuerySet(models.QuerySet["MemberCount"]):
    """Member counts, found by date."""

    def latest_on(self, day: date) -> "MemberCount | None":
        """The latest count on or before *day*."""
        return self.filter(date__lte=day).order_by("-date").first()


class MemberCount(models.Model):
    """How many members the association had on a day."""

    date = models.DateField(
        _("date"),
        unique=True,
        error_messages={"unique": _("There is already a count for this date. Change that one instead.")},
    )
    count = models.PositiveIntegerField(_("count"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)

    objects = MemberCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("member count")
        verbose_name_plural = _("member counts")
        ordering = ["date"]
        get_latest_by = "date"
        constraints = [
            models.CheckConstraint(
                condition=Q(count__gte=0),
                name="members_count_is_not_negative",
                violation_error_message=_("A count of members cannot be negative."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.date}: {self.count}"


class Survey(models.Model):
    """A survey sent to the members, and how many answered; recipients only where they are known."""

    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=200)
    recipients = models.PositiveIntegerField(
        _("recipients"), null=True, blank=True, help_text=_("Leave empty when it is not known.")
    )
    responses = models.PositiveIntegerField(_("responses"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(recipients__isnull=True) | Q(responses__lte=F("recipients")),
                name="members_no_more_responses_than_recipients",
                violation_error_message=_("There cannot be more responses than recipients."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.date}"

    def clean(self) -> None:
        """Place the error of too many responses at its field."""
        if self.recipients is not None and self.responses is not None and self.responses > self.recipients:
            raise ValidationError({"responses": _("There cannot be more responses than recipients.")})


class Channel(models.Model):
    """A channel through which the association reaches its members, counted in one unit."""

    slug = models.SlugField(_("key"), unique=True, help_text=_("The name in figures: members.channel.<key>."))
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.local_name

    @property
    def local_name(self) -> str:
        """The name in the language of the screen."""
        return self.name_en if self.name_en and (get_language() or "").startswith("en") else self.name


class ChannelFigure(models.Model):
    """A channel's figure for a calendar year, and what is stated of the year before.

    The year before is known in at most one way: as a figure, as the stated change, or as the stated
    growth in percent.
    """

    channel = models.ForeignKey(Channel, models.PROTECT, related_name="figures", verbose_name=_("channel"))
    year_end = models.DateField(_("year ending"), help_text=_("The last day of the year it is for."))
    value = models.PositiveIntegerField(_("value"))
    is_approximate = models.BooleanField(
        _("approximate"), default=False, help_text=_("Stated as “some” or “just over”.")
    )
    previous = models.PositiveIntegerField(_("the year before"), null=True, blank=True)
    stated_change = models.IntegerField(_("stated change"), null=True, blank=True)
    stated_growth = models.DecimalField(
        _("stated growth, percent"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("-99.99"), _("Growth is above −100 percent."))],
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("channel figure")
        verbose_name_plural = _("channel figures")
        ordering = ["channel", "year_end"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "year_end"],
                name="members_one_figure_per_channel_and_year",
                violation_error_message=_("The channel already has a figure for this year."),
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=True, stated_change__isnull=True)
                | Q(previous__isnull=True, stated_growth__isnull=True)
                | Q(stated_change__isnull=True, stated_growth__isnull=True),
                name="members_one_way_to_know_the_year_before",
                violation_error_message=_(
                    "Give the year before in one way only: as a figure, a change or a growth."
                ),
            ),
            models.CheckConstraint(
                condition=Q(stated_change__isnull=True) | Q(stated_change__lte=F("value")),
                name="members_change_leaves_a_year_before",
                violation_error_message=_("The change cannot be larger than the value."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.year_end:%Y}: {self.value}"
