"""Calling people to a meeting: by mail, with an invitation that their calendars understand."""

from collections.abc import Iterable
from dataclasses import dataclass
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from board.documents import add_text
from board.minutes import title_of
from board.models import Document, DocumentVersion, Meeting, Person, SentSummons
from ledarna.board_documents.access import name_in_trail
from ledarna.board_documents.calendar import invitation
from ledarna.trail import record


@dataclass(frozen=True)
class Called:
    """Who is called to a meeting: those who can be mailed, and those who have to be told in another way."""

    by_mail: list[Person]
    without_mail: list[Person]


def called_to(meeting: Meeting) -> Called:
    """Everybody who is called to *meeting*, each once, in the order of their offices. One query."""
    people = list(dict.fromkeys(mandate.person for mandate in meeting.called()))
    return Called(
        [person for person in people if person.mail], [person for person in people if not person.mail]
    )


def summons_of(meeting: Meeting) -> Document | None:
    """The summons to *meeting*; None where nobody has sent one."""
    return meeting.documents.filter(kind=Document.Kind.SUMMONS).first()


def send(meeting: Meeting, text: str, user: Any) -> list[SentSummons]:
    """Mail *text* to all who are called to *meeting* and have a mail address; those it went to.

    Each sending is a version of the summons, and the invitation's SEQUENCE grows with it. What was
    sent is kept at once, person by person. Raises ValidationError, in words, for a meeting that was
    held, for one to which nobody can be mailed, for an empty text, and where the mail fails: then it
    says whom it did not reach.
    """
    people = called_to(meeting).by_mail
    if meeting.state == Meeting.State.HELD:
        raise ValidationError(_("The meeting was held: nobody is called to it any more."))
    if not people:
        raise ValidationError(_("Nobody who is called has a mail address. Enter one at the person."))
    document = summons_of(meeting) or Document.begun(
        Document.Kind.SUMMONS, title_of(meeting, Document.Kind.SUMMONS), meeting=meeting
    )
    if not text.strip():
        raise ValidationError(_("Nothing is written yet."))
    if document.pk is None:
        document.save()
    version = add_text(document, text, user.get_username(), again=True)
    record(user, "written", document, name_in_trail(document))
    return _mailed(meeting, version, people, user)


def _mailed(
    meeting: Meeting, version: DocumentVersion, people: Iterable[Person], user: Any
) -> list[SentSummons]:
    sent: list[SentSummons] = []
    left = list(people)
    try:
        with get_connection() as connection:
            while left:
                mail = _mail(meeting, version, left[0], user)
                mail.connection = connection
                mail.send()
                person = left.pop(0)
                sent.append(SentSummons.objects.create(version=version, person=person, mail=person.mail))
                record(user, "summons", version.document, f"{version.document}: {person}")
    except (OSError, SMTPException) as error:
        raise ValidationError(
            _("The mail could not be sent to %(names)s: %(why)s.")
            % {"names": ", ".join(map(str, left)), "why": error}
        ) from error
    return sent


def _mail(meeting: Meeting, version: DocumentVersion, person: Person, user: Any) -> EmailMultiAlternatives:
    """The mail to *person*: the text, and the invitation both as a part of it and as a file."""
    with override(settings.LANGUAGE_CODE):
        calendar = invitation(meeting, person, version.text, version.number - 1, version.made_at)
    content = calendar.to_ical().decode()
    mail = EmailMultiAlternatives(
        version.document.title,
        version.text,
        to=[person.mail],
        reply_to=[user.email] if user.email else None,
    )
    mail.attach_alternative(content, f"text/calendar; method={calendar['method']}")
    mail.attach("kallelse.ics", content, "text/calendar")
    return mail
