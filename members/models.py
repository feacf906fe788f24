"""Facts about the members: how many, what they answered, and how they are reached.

Membership of a trade union is sensitive personal data (GDPR art. 9): these are counts, never a
register of members.
"""

from collections.abc import Iterable
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
    joined = models.PositiveIntegerField(
        _("joined"), null=True, blank=True, help_text=_("Since the count before, where it is known.")
    )
    left = models.PositiveIntegerField(
        _("left"), null=True, blank=True, help_text=_("Since the count before, where it is known.")
    )
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


class MemberCountPart(models.Model):
    """How many of a count belong to a section, or are of a kind; the parts of a count make up the whole."""

    count = models.ForeignKey(
        MemberCount, models.CASCADE, related_name="parts", verbose_name=_("member count")
    )
    section = models.CharField(_("section"), max_length=200)
    number = models.PositiveIntegerField(_("number"))

    class Meta:
        verbose_name = _("part of a member count")
        verbose_name_plural = _("parts of a member count")
        ordering = ["count", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "section"],
                name="members_one_part_per_section",
                violation_error_message=_("The count already has a number for this section."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.section}: {self.number}"


def check_parts(count: int, numbers: Iterable[int]) -> None:
    """See that the *numbers* of a count's parts, if there are any, add up to *count*.

    Raises ValidationError, with both sums, where they do not.
    """
    found = list(numbers)
    if found and sum(found) != count:
        raise ValidationError(
            _("The sections add up to %(sum)s, and the count is %(count)s.")
            % {"sum": sum(found), "count": count}
        )


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


class SurveyQuestion(models.Model):
    """The key result of a question: how large a share said yes, or the mean on a scale.

    Questions with the same ``key`` in other surveys are the same question, and stand beside one another.
    """

    class Measure(models.TextChoices):
        """What the result is."""

        SHARE = "share", _("share, percent")
        MEAN = "mean", _("mean on a scale")

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name=_("survey"))
    key = models.SlugField(
        _("key"), help_text=_("The same in each survey that asks the question, so that they can be compared.")
    )
    text = models.CharField(_("question"), max_length=300)
    measure = models.CharField(_("result is"), max_length=10, choices=Measure, default=Measure.SHARE)
    value = models.DecimalField(
        _("result"), max_digits=6, decimal_places=2, validators=[MinValueValidator(Decimal(0))]
    )
    scale_low = models.PositiveSmallIntegerField(_("scale from"), null=True, blank=True)
    scale_high = models.PositiveSmallIntegerField(_("scale to"), null=True, blank=True)
    answers = models.PositiveIntegerField(_("answers"))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["survey", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "key"],
                name="members_one_result_per_question",
                violation_error_message=_("The survey already has a result for this key."),
            ),
            models.CheckConstraint(
                condition=~Q(measure="share")
                | Q(scale_low__isnull=True, scale_high__isnull=True, value__gte=0, value__lte=100),
                name="members_a_share_is_of_a_hundred",
                violation_error_message=_("A share is from 0 to 100 percent, and has no scale."),
            ),
            models.CheckConstraint(
                condition=~Q(measure="mean")
                | Q(
                    scale_low__isnull=False,
                    scale_high__isnull=False,
                    scale_low__lt=F("scale_high"),
                    value__gte=F("scale_low"),
                    value__lte=F("scale_high"),
                ),
                name="members_a_mean_lies_on_its_scale",
                violation_error_message=_("A mean needs the scale that it is on, and lies within it."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def scale(self) -> tuple[int | None, int | None]:
        """The ends of the scale; nothing for a share."""
        return self.scale_low, self.scale_high


class Channel(models.Model):
    """A channel through which the association reaches its members, counted in one unit."""

    slug = models.SlugField(_("key"), unique=True, help_text=_("The name in figures: members.channel.<key>."))
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200, blank=True)
    goal_value = models.PositiveIntegerField(
        _("goal"), null=True, blank=True, help_text=_("What the figure is to become.")
    )
    goal_date = models.DateField(_("goal by"), null=True, blank=True)

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(goal_value__isnull=True, goal_date__isnull=True)
                | Q(goal_value__isnull=False, goal_date__isnull=False),
                name="members_a_goal_has_its_day",
                violation_error_message=_("A goal is a figure and the day by which it is to be reached."),
            )
        ]

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


class ChannelMonth(models.Model):
    """A channel's figure for a month: what was counted in it, or how many there were when it ended."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="months", verbose_name=_("channel"))
    month = models.DateField(_("month"), help_text=_("Any day of the month; its first is kept."))
    value = models.PositiveIntegerField(_("value"))

    class Meta:
        verbose_name = _("month of a channel")
        verbose_name_plural = _("months of a channel")
        ordering = ["channel", "month"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "month"],
                name="members_one_figure_per_channel_and_month",
                violation_error_message=_("The channel already has a figure for this month."),
            ),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="members_month_is_a_first_day",
                violation_error_message=_("Give the first day of the month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.month:%Y-%m}: {self.value}"

    def clean(self) -> None:
        """Keep the month by its first day."""
        if self.month:
            self.month = self.month.replace(day=1)


class Publication(models.Model):
    """A newsletter or an article that the association brought out; they are counted."""

    class Kind(models.TextChoices):
        """What it is."""

        NEWSLETTER = "newsletter", _("newsletter")
        ARTICLE = "article", _("article")

    date = models.DateField(_("date"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    title = models.CharField(_("title"), max_length=300)
    channel = models.ForeignKey(
        Channel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="publications",
        verbose_name=_("channel"),
        help_text=_("Where it was brought out."),
    )

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("newsletters and articles")
        ordering = ["date", "pk"]

    def __str__(self) -> str:
        return f"{self.date}: {self.title}"
