"""How allauth is bent to Ledarna: who is let in by what, and what is said when they are not.

Sign-in, second factors and rate limits are allauth's. What Ledarna adds are its own words, in both
languages, that nobody signs up, and that the secrets of second factors are kept encrypted.
"""

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledarna.second_factor import has_to_have_one, second_factors

NOT_RIGHT = gettext_lazy("That is not a user name or mail address with its password. Look at each letter.")
TOO_MANY = gettext_lazy("Too many failed attempts from here. Wait an hour.")
SAID_BY_THE_PAGE = (
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "mfa/messages/recovery_codes_generated.txt",
)
"""What allauth would say and anybody sees."""


class AccountAdapter(DefaultAccountAdapter):
    """Signing in with a user name or a mail address, and a password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # The same words for both, so that nobody learns which mail addresses are known.
        "username_password_mismatch": NOT_RIGHT,
        "email_password_mismatch": NOT_RIGHT,
        "too_many_login_attempts": TOO_MANY,
        "rate_limited": TOO_MANY,
        "incorrect_password": gettext_lazy("That is not your password."),
        "enter_current_password": gettext_lazy("That is not your password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up: people are invited."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Lead back to the sign-in, where it is said."""
        messages.error(request, _("This user does not sign in any more. Ask the administrator."))
        return redirect("account_login")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Our one page, which asks for what *user* has (``ledarna/reauthentication.py``)."""
        return [{"id": "again", "description": "", "url": reverse("password-again")}]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Back to the page that the change began on."""
        return reverse("mfa_index")

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Say what is not seen anyhow."""
        if message_template not in SAID_BY_THE_PAGE:
            super().add_message(request, level, message_template, *args, **kwargs)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor: codes from an app, passkeys, recovery codes."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy("That is not right, or it has been used. Take the next code."),
        "cannot_delete_authenticator": gettext_lazy(
            "Your role asks for a second factor. Add another one before you take this one away."
        ),
    }

    def encrypt(self, text: str) -> str:
        """*text* as the database keeps it: of no use without the secret key of this Ledarna."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was encrypted."""
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Not the last one of whoever has to have one."""
        user = authenticator.user
        return second_factors(user).exclude(pk=authenticator.pk).exists() or not has_to_have_one(user)

    def get_totp_issuer(self) -> str:
        """What the app calls it."""
        return f"Ledarna ({self._get_site_name()})"


def _cipher() -> MultiFernet:
    """By the secret key; what was encrypted by an earlier one (``SECRET_KEY_FALLBACKS``) is still read."""
    keys = map(str, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    derived = (hashlib.sha256(b"ledarna second factor " + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])
