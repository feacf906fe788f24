"""Inviting people, and helping who forgot the password: both get a link with which they choose one.

A link works once, holds for a while and takes the place of all that were sent before. It gives a
password and nothing more: a second factor is asked for all the same.
"""

from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPException
from typing import Any

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from finance.models import Association
from ledarna.models import PasswordLink, User
from ledarna.trail import record

INVITATION_HOLDS = timedelta(hours=72)
FORGOTTEN_HOLDS = timedelta(hours=1)

Whole = Callable[[str], str]
"""Makes a path into an address that a mail can hold."""


def path_for(user: User, holds: timedelta = INVITATION_HOLDS) -> str:
    """The path of a new link for *user*."""
    return reverse("choose-password", args=[PasswordLink.draw(user, holds)])


def invite(user: User, by: Any, whole: Whole) -> None:
    """Mail *user* a link, in the name of *by*, that lives for 72 hours.

    Raises ValidationError, in words, where there is no mail address or the mail does not get away.
    """
    if not user.email:
        raise ValidationError(_("%(user)s has no mail address.") % {"user": user})
    record(by, "invited", user)
    _mail("invitation", user, whole(path_for(user)))


def help_who_forgot(email: str, whole: Whole) -> None:
    """Mail a link that lives for an hour to the user with the address *email*, if there is one."""
    user = User.objects.filter(email=email.lower(), is_active=True).exclude(email="").first()
    if user:
        record(None, "link asked for", user)
        _mail("forgotten", user, whole(path_for(user, FORGOTTEN_HOLDS)))


def _mail(kind: str, user: User, address: str) -> None:
    context = {"user": user, "address": address, "association": Association.objects.first()}
    subject, _break, text = render_to_string(f"mail/{kind}.txt", context).strip().partition("\n")
    try:
        send_mail(subject, text.strip() + "\n", None, [user.email])
    except (OSError, SMTPException) as error:
        raise ValidationError(
            _("The mail to %(address)s did not get away: %(reason)s")
            % {"address": user.email, "reason": error}
        ) from error


def choose_password(link: PasswordLink, password: str) -> bool:
    """Give the user of *link* the *password*; False where the link was used meanwhile."""
    with transaction.atomic():
        if not PasswordLink.objects.filter(pk=link.pk, used__isnull=True).update(used=timezone.now()):
            return False
        link.user.set_password(password)
        link.user.save(update_fields=["password"])
        record(link.user, "password chosen", link.user)
    return True
