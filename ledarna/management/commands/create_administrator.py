"""``manage.py create_administrator NAME``: the first administrator, or a way back in for one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from ledarna.invitations import path_for
from ledarna.models import User
from ledarna.roles import ADMINISTRATOR
from ledarna.second_factor import take_second_factors_away


class Command(BaseCommand):
    """Make an administrator and print the link with which they choose their password.

    For a user who is there already it gives the role and a new link.
    """

    help = "Make an administrator, and print the link with which they choose their password."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the user name, the mail address, and what to do about a lost second factor."""
        parser.add_argument("username", metavar="NAME", help="The user name.")
        parser.add_argument("--email", default="", help="The mail address; it signs in as well.")
        parser.add_argument(
            "--take-second-factor-away",
            action="store_true",
            help="For one who has lost the phone and the recovery codes.",
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Make the user where there is none, give the role, print the link."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            user = User(username=options["username"], email=options["email"])
            user.set_unusable_password()
            try:
                user.full_clean()
            except ValidationError as error:
                raise CommandError(" ".join(error.messages)) from None
            user.save()
        elif not user.is_active:
            raise CommandError(f"{user} is not active. Choose another user name.")
        user.groups.add(Group.objects.get(name=ADMINISTRATOR))
        if options["take_second_factor_away"]:
            take_second_factors_away(user)
        self.stdout.write(f"{user} is an administrator. Choose the password here, within 72 hours:")
        self.stdout.write(f"  {_site()}{path_for(user)}")


def _site() -> str:
    """The address of the site, as far as the settings know it."""
    if not settings.SERVED_TO_OTHERS:
        return "http://127.0.0.1:8000"
    host = next(host for host in settings.ALLOWED_HOSTS if host not in settings.THIS_MACHINE)
    return f"https://{host.removeprefix('.')}"
