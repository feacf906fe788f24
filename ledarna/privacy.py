"""What is kept of persons: given out to them, forgotten when its purpose is gone, and told in a register.

GDPR art. 5 (only what is needed, no longer than needed), 15 (access), 17 (erasure, where no law says that
it is kept: BFL 7:2, seven years for the books; minutes are the association's own archive) and 30 (the
register). Membership of a trade union is sensitive (art. 9): Ledarna holds counts, never members.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from board.models import CalendarAddress, Mandate, Person, SentSummons
from finance.models import Voucher
from ledarna.models import ApiToken, PasswordLink, User

CONTACT_KEPT = timedelta(days=365)
"""How long after their last term somebody can still be reached: questions on the year that was."""

TRAIL_GIVEN = 100
"""So many of the latest entries of the trail are given out with what is kept; all are on the trail's page."""


@dataclass(frozen=True)
class Processing:
    """A row of the register of processing activities (GDPR art. 30)."""

    what: str | Promise
    whose: str | Promise
    purpose: str | Promise
    basis: str | Promise
    kept: str | Promise


REGISTER: Sequence[Processing] = (
    Processing(
        _("Name, office, term"),
        _("Elected representatives"),
        _("To know who represents the association, and since when"),
        _("Legitimate interest, art. 6.1 f; for union offices art. 9.2 d"),
        _("For ever: the minutes speak of them"),
    ),
    Processing(
        _("Mail address"),
        _("Elected representatives"),
        _("To summon to meetings"),
        _("Legitimate interest, art. 6.1 f; for union offices art. 9.2 d"),
        _("Until a year after the last term"),
    ),
    Processing(
        _("Attendance, decisions and who is responsible, signatures, minutes"),
        _("Elected representatives"),
        _("To document what the association decided"),
        _("Legitimate interest, art. 6.1 f; for union offices art. 9.2 d"),
        _("For ever: the archive of the association"),
    ),
    Processing(
        _("User name, mail address, means of signing in, sessions"),
        _("Those who sign in"),
        _("To let in the right ones, and nobody else"),
        _("Legitimate interest, art. 6.1 f"),
        _("As long as they sign in; sessions for twelve hours"),
    ),
    Processing(
        _("Counterparties, receipts, who entered, posted and attested"),
        _("Those who were paid or paid; those who kept the books"),
        _("To keep the books"),
        _("Legal obligation, art. 6.1 c: BFL 5 and 7 ch."),
        _("At the least seven years after the year: BFL 7:2"),
    ),
    Processing(
        _("The trail: who changed, took out or was refused what"),
        _("Those who sign in"),
        _("Processing history, and to find misuse"),
        _("Legal obligation, art. 6.1 c: BFL 5:11; legitimate interest, art. 6.1 f"),
        _("As long as the books; mail addresses never stand in it"),
    ),
    Processing(
        _("The log: which pages were asked for, when, by the number of the user"),
        _("Those who sign in"),
        _("To find faults"),
        _("Legitimate interest, art. 6.1 f"),
        _("As long as the machine keeps its log; no address on the network stands in it"),
    ),
    Processing(
        _("Number of members, answers of surveys as sums"),
        _("No person: numbers alone"),
        _("To follow how the association does"),
        _("Not personal data; a register of members is not kept here, art. 9"),
        _("For ever"),
    ),
)
"""What is kept of whom, why, by which right, and for how long."""


def to_forget(day: date) -> QuerySet[Person]:
    """Those whose last term ended more than a year before *day* and who can still be reached, longest first."""
    return (
        Person.objects.exclude(mail="", user__isnull=True)
        .annotate(last=Max("mandates__end"))
        .filter(last__lt=day - CONTACT_KEPT)
        .exclude(mandates__in=Mandate.objects.filter(end__isnull=True))
        .order_by("last", "name")
    )


def kept_of_person(person: Person) -> dict[str, Any]:
    """Everything that is kept of *person*, and of their user if they sign in, as plain data (GDPR art. 15)."""
    return {
        "person": {"name": person.name, "mail": person.mail},
        "mandates": [
            {"office": mandate.office, "body": mandate.body, "start": mandate.start, "end": mandate.end}
            for mandate in person.mandates.all()
        ],
        "attendance": [
            {"meeting": str(found.meeting), "state": found.state, "start": found.start, "end": found.end}
            for mandate in person.mandates.all()
            for found in mandate.attendance.select_related("meeting")
        ],
        "chaired": [str(meeting) for meeting in person.chaired.all()],
        "recorded": [str(meeting) for meeting in person.recorded.all()],
        "adjusted": [str(meeting) for meeting in person.adjusted.all()],
        "responsible_for": [str(decision) for decision in person.responsibilities.select_related("meeting")],
        "activities": [str(activity) for activity in person.activities.all()],
        "asked_to_sign": [
            {"document": str(found.version), "asked_at": found.asked_at}
            for found in person.asked_to_sign.select_related("version__document")
        ],
        "summoned": [
            {"document": str(sent.version), "mail": sent.mail, "at": sent.at}
            for sent in person.summoned.select_related("version__document")
        ],
        "user": kept_of_user(person.user) if person.user else None,
    }


def kept_of_user(user: User) -> dict[str, Any]:
    """What is kept of *user*; secrets are told to be there, not told."""
    name = user.get_username()
    trail = LogEntry.objects.filter(actor=user).order_by("-timestamp")
    return {
        "username": name,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "mail": user.email,
        "active": user.is_active,
        "joined": user.date_joined,
        "last_signed_in": user.last_login,
        "roles": [group.name for group in user.groups.all()],
        "second_factors": [factor.type for factor in Authenticator.objects.filter(user=user)],
        "sessions": [
            {"begun": found.created_at, "last_seen": found.last_seen_at, "address": found.ip}
            for found in UserSession.objects.filter(user=user)
        ],
        "programs": [
            {"name": token.name, "made": token.made} for token in ApiToken.objects.filter(user=user)
        ],
        "vouchers": {
            "entered": Voucher.objects.filter(entered_by=name).count(),
            "posted": Voucher.objects.filter(posted_by=name).count(),
        },
        "trail": {
            "entries": trail.count(),
            "latest": [{"at": entry.timestamp, "about": entry.object_repr} for entry in trail[:TRAIL_GIVEN]],
        },
    }


@transaction.atomic
def forget(person: Person) -> None:
    """Remove what only served to reach *person* or to let them in (GDPR art. 17).

    The name stays where the minutes, the books and the trail need it; mail addresses go everywhere (the
    trail never had them), and with them the calendar, the means of signing in, sessions and programs. A
    person of whom nothing else is kept goes altogether.
    """
    SentSummons.objects.filter(person=person).update(mail="")
    CalendarAddress.objects.filter(person=person).delete()
    if user := person.user:
        ApiToken.objects.filter(user=user).delete()
        Authenticator.objects.filter(user=user).delete()
        PasswordLink.objects.filter(user=user).delete()
        UserSession.objects.filter(user=user).delete()
        user.is_active = False
        user.email = user.first_name = user.last_name = ""
        user.set_unusable_password()
        user.groups.clear()
        user.save()
    person.mail, person.user = "", None
    person.save()
    if not is_needed(person):
        person.delete()


def is_needed(person: Person) -> bool:
    """Whether the minutes speak of *person*: their name then stays."""
    return any(
        related.exists()
        for related in (
            person.mandates,
            person.chaired,
            person.recorded,
            person.adjusted,
            person.responsibilities,
            person.activities,
            person.asked_to_sign,
            person.summoned,
        )
    )
