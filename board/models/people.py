"""People with a trust in the association, and the terms for which they have it."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Person(models.Model):
    """Somebody with a trust in the association; a user only if they sign in.

    Only what the work needs is kept: a name, and a mail address to summon them by.
    """

    name = models.CharField(_("name"), max_length=200)
    mail = models.EmailField(_("mail"), blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="person",
        verbose_name=_("user"),
        help_text=_("Only for those who sign in. What they may do follows from their mandates."),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("persons")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class MandateQuerySet(models.QuerySet["Mandate"]):
    """Mandates by the days on which they are held."""

    def on(self, day: date) -> "MandateQuerySet":
        """The mandates that are held on *day*: the first and the last day of a term both count."""
        return self.filter(Q(end__isnull=True) | Q(end__gte=day), start__lte=day)

    def of_board(self) -> "MandateQuerySet":
        """The mandates of the board itself, deputies included."""
        return self.filter(office__in=Mandate.BOARD_OFFICES)

    def ending(self, start: date, end: date) -> "MandateQuerySet":
        """The mandates whose term ends on a day from *start* to *end*, both counted."""
        return self.filter(end__gte=start, end__lte=end)


class Mandate(models.Model):
    """That a person was elected to an office for a term; kept for ever, as the minutes speak of it."""

    class Office(models.TextChoices):
        """What somebody is elected to, in the order in which a board is presented."""

        CHAIR = "chair", _("chair")
        VICE_CHAIR = "vice_chair", _("vice chair")
        TREASURER = "treasurer", _("treasurer")
        SECRETARY = "secretary", _("secretary")
        MEMBER = "member", _("board member")
        DEPUTY = "deputy", _("deputy")
        AUDITOR = "auditor", _("auditor")
        DEPUTY_AUDITOR = "deputy_auditor", _("deputy auditor")
        NOMINATING = "nominating", _("nominating committee")
        COUNCIL_DELEGATE = "council_delegate", _("delegate to the federation council")
        CONGRESS_DELEGATE = "congress_delegate", _("delegate to the congress")
        EXTERNAL = "external", _("representative in an external body")

    BOARD_OFFICES = (
        Office.CHAIR,
        Office.VICE_CHAIR,
        Office.TREASURER,
        Office.SECRETARY,
        Office.MEMBER,
        Office.DEPUTY,
    )
    """The offices of the board itself."""

    VOTING_OFFICES = BOARD_OFFICES[:-1]
    """The offices whose holders always vote; a deputy votes only in somebody's place."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="mandates", verbose_name=_("person"))
    office = models.CharField(_("office"), max_length=20, choices=Office, default=Office.MEMBER)
    body = models.CharField(
        _("body"),
        max_length=200,
        blank=True,
        help_text=_("Where they represent the association, such as SOS."),
    )
    start = models.DateField(_("first day"), default=timezone.localdate)
    end = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty when it is held until further notice.")
    )
    elected_by = models.ForeignKey(
        "board.Meeting",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="elections",
        verbose_name=_("elected by"),
    )
    note = models.TextField(_("note"), blank=True)

    objects = MandateQuerySet.as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        ordering = ["-start", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__isnull=True) | Q(end__gte=F("start")),
                name="board_a_term_ends_after_it_begins",
                violation_error_message=_("The last day of a term cannot be before its first."),
            ),
            models.CheckConstraint(
                condition=~Q(office="external") | ~Q(body=""),
                name="board_an_external_mandate_names_its_body",
                violation_error_message=_("Say in which body the person represents the association."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.title}"

    @property
    def title(self) -> str:
        """What the person is: the office, and the body where there is one."""
        office = self.get_office_display()
        return f"{office} ({self.body})" if self.body else office

    @property
    def precedence(self) -> tuple[int, str]:
        """What those with a trust are presented in the order of: the office, then the name."""
        return self.Office.values.index(self.office), self.person.name

    def is_held_on(self, day: date) -> bool:
        """Whether *day* is within the term; its first and last day both count."""
        return self.start <= day and (self.end is None or day <= self.end)
