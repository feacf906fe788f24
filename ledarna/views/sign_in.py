"""Signing in and out: allauth's views in our frame, and the admin's own door that leads to them."""

from typing import Any

from allauth.account.views import LoginView, LogoutView, PasswordChangeView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.recovery_codes.views import (
    DownloadRecoveryCodesView,
    GenerateRecoveryCodesView,
    ViewRecoveryCodesView,
)
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from ledarna.second_factor import as_json
from ledarna.views.page import frame_of_all

sign_in = LoginView.as_view(template_name="pages/sign-in.html")
sign_in_by_passkey = login_not_required(LoginWebAuthnView.as_view())


class SignOutView(LogoutView):
    """The way out, after which the browser forgets what it kept."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        """End the session."""
        response = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"cache", "storage"'
        return response


# Who has given the password, and is asked for a code, has not signed in and may go away all the same.
sign_out = login_not_required(require_POST(SignOutView.as_view()))


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Lead to the one sign-in; who has signed in and comes here all the same may not enter (403)."""
    if request.user.is_authenticated:
        raise PermissionDenied
    target = request.GET.get("next", reverse_lazy("admin:index"))
    return redirect(f"{reverse_lazy('account_login')}?{urlencode({'next': target})}")


class CodeView(AuthenticateView):
    """The second factor, after the password."""

    template_name = "pages/sign-in-code.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The options for a passkey, where there is one."""
        context = super().get_context_data(**kwargs)
        options = context.get("js_data", {}).get("request_options", {})
        has_passkey = bool(options.get("publicKey", {}).get("allowCredentials"))
        return {**context, "passkey_options": as_json(options) if has_passkey else ""}


class InFrame:
    """A page of the one who is signed in, with the site's header; kept by no browser."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The header and the foot."""
        context = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {**context, **frame_of_all(self.request, "you")}


class AddAppView(InFrame, ActivateTOTPView):
    """The picture that the app looks at, and the code that it shows then."""

    template_name = "pages/app-add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The picture as an element of the page, and the secret to type, in fours."""
        context = super().get_context_data(**kwargs)
        secret = context["form"].secret
        picture = context["totp_svg"].partition("?>")[2]
        return {
            **context,
            "picture": mark_safe(picture),
            "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        }


class RemoveAppView(InFrame, DeactivateTOTPView):
    """Whether to take the app away."""

    template_name = "pages/factor-remove.html"


class AddPasskeyView(InFrame, AddWebAuthnView):
    """A new passkey."""

    template_name = "pages/passkey-add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask for one that the device keeps and that knows who holds it."""
        context = super().get_context_data(**kwargs)
        return {**context, "passkey_options": as_json(begin_registration(self.request.user, True))}


class RemovePasskeyView(InFrame, RemoveWebAuthnView):
    """Whether to take a passkey away."""

    template_name = "pages/factor-remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        """Take it away, unless it is the only one of somebody who has to have one."""
        adapter = get_adapter()
        if not adapter.can_delete_authenticator(self.object):
            messages.error(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return redirect("mfa_index")
        return super().form_valid(form)


class CodesView(InFrame, ViewRecoveryCodesView):
    """The recovery codes that have not been used."""

    template_name = "pages/recovery-codes.html"


class NewCodesView(InFrame, GenerateRecoveryCodesView):
    """Whether to make new recovery codes, which take the place of the old ones."""

    template_name = "pages/recovery-codes-new.html"


class ChangePasswordView(InFrame, PasswordChangeView):
    """A new password; all other sessions end with the old one."""

    template_name = "pages/password-change.html"


sign_in_code = CodeView.as_view()
add_app = never_cache(AddAppView.as_view())
remove_app = RemoveAppView.as_view()
add_passkey = never_cache(AddPasskeyView.as_view())
remove_passkey = RemovePasskeyView.as_view()
recovery_codes = never_cache(CodesView.as_view())
recovery_codes_file = DownloadRecoveryCodesView.as_view(template_name="pages/recovery-codes.txt")
new_recovery_codes = NewCodesView.as_view()
change_password = ChangePasswordView.as_view()
