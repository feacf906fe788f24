"""The forms of the sign-in: allauth's, with our words."""

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy


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
