"""The forms of the sign-in: allauth's, with our words."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.utils.translation import gettext_lazy

CODE = {"autocomplete": "one-time-code", "autofocus": True, "inputmode": "numeric", "spellcheck": "false"}


class SignInForm(LoginForm):
    """A user name or mail address, and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=gettext_lazy("User name or mail address"),
            widget=forms.TextInput(
                attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}
            ),
        )
        self.fields["password"] = forms.CharField(
            label=gettext_lazy("Password"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.order_fields(["login", "password"])


class NewPasswordForm(ChangePasswordForm):
    """The password now, and the one from now on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (
            ("oldpassword", gettext_lazy("Your password now")),
            ("password1", gettext_lazy("New password")),
            ("password2", gettext_lazy("New password once more")),
        ):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["oldpassword"].help_text = ""


class _Code(forms.Form):
    """A code from the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext_lazy("Code from the app, or a recovery code")
        self.fields["code"].widget = forms.TextInput(attrs=CODE)


class CodeForm(_Code, AuthenticateForm):
    """The second factor at the sign-in."""


class CodeAgainForm(_Code, ReauthenticateForm):
    """The second factor, asked for anew."""


class AppForm(ActivateTOTPForm):
    """The first code of an app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext_lazy("Code that the app shows")
        self.fields["code"].widget = forms.TextInput(attrs=CODE)


@contextmanager
def _understood() -> Iterator[None]:
    """Refuse in words what is no credential at all: the library takes it for granted that it is one."""
    try:
        yield
    except (AttributeError, LookupError, TypeError, ValueError, struct.error) as error:
        raise get_adapter().validation_error("incorrect_code") from error


class _Credential(forms.Form):
    """What a passkey answered."""

    def clean_credential(self) -> Any:
        """The passkey that answered, if it is one of ours."""
        with _understood():
            return super().clean_credential()  # type: ignore[misc]


class PasskeySignInForm(_Credential, LoginWebAuthnForm):
    """A passkey in place of user name, password and code."""


class PasskeyCodeForm(_Credential, AuthenticateWebAuthnForm):
    """A passkey in place of the code."""


class PasskeyAgainForm(_Credential, ReauthenticateWebAuthnForm):
    """A passkey, asked for anew."""


class PasskeyForm(AddWebAuthnForm):
    """A new passkey; it signs in by itself, so that the device has to know who holds it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext_lazy("What you call it")
        self.fields["name"].initial = self.initial["name"] = ""
        self.fields["name"].widget.attrs |= {"maxlength": 60, "placeholder": ""}
        del self.fields["passwordless"]

    def clean(self) -> dict[str, Any]:
        """See that the passkey answered what it was asked."""
        with _understood():
            return super().clean()
