"""How allauth is bent to Ledarna: who is let in by what, and what is said when they are not.

Sign-in, second factors and rate limits are allauth's. What Ledarna adds are its own words, in both
languages, and that nobody signs up: people are invited (``ledarna/invitations.py``).
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NOT_RIGHT = gettext_lazy("That is not a user name or mail address with its password. Look at each letter.")


class AccountAdapter(DefaultAccountAdapter):
    """Signing in with a user name or a mail address, and a password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # The same words for both, so that nobody learns which mail addresses are known.
        "username_password_mismatch": NOT_RIGHT,
        "email_password_mismatch": NOT_RIGHT,
        "too_many_login_attempts": gettext_lazy("Too many failed attempts from here. Wait an hour."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are invited."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Lead back to the sign-in, where it is said."""
        messages.error(request, _("This user does not sign in any more. Ask the administrator."))
        return redirect("account_login")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what there is a template of ours for; that one has signed in or out is seen."""
        if message_template not in (
            "account/messages/logged_in.txt",
            "account/messages/logged_out.txt",
        ):
            super().add_message(request, level, message_template, *args, **kwargs)
