"""Entering users and their roles, and what was published."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.usersessions.admin  # noqa: F401  these registrations are taken back below
import auditlog.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from auditlog.models import LogEntry
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from board.models import Person
from finance.money import parse_amount
from ledarna.access import roles_of
from ledarna.figures import known_keys
from ledarna.invitations import invite
from ledarna.models import StatedFigure, User
from ledarna.reauthentication import asks_for_password
from ledarna.roles import ADMINISTRATOR, ROLES
from ledarna.second_factor import take_second_factors_away
from ledarna.trail import record


class StatedValueField(forms.CharField):
    """A published figure, written as people in Sweden write numbers: 1 928 072,00."""

    def to_python(self, value: Any) -> Any:
        """The number, exact."""
        text = super().to_python(value)
        return parse_amount(text).amount if text else None

    def prepare_value(self, value: Any) -> Any:
        """The number as it is typed."""
        return f"{value:.2f}".replace(".", ",") if isinstance(value, Decimal) else value


class KeyWidget(forms.TextInput):
    """A text field that suggests the keys of the vocabulary."""

    template_name = "admin/ledarna/key.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The keys there are now."""
        return {
            **super().get_context(name, value, {**(attrs or {}), "list": "figure-keys"}),
            "keys": known_keys(),
        }


class StatedFigureForm(forms.ModelForm):
    """What a document says of a figure."""

    value = StatedValueField(label=capfirst(gettext_lazy("stated value")))
    tolerance = StatedValueField(label=capfirst(gettext_lazy("tolerance")), required=False)

    class Meta:
        model = StatedFigure
        fields = ["fiscal_year", "key", "value", "tolerance", "nearly", "document", "page", "note"]
        widgets = {"key": KeyWidget}
        help_texts = {"key": gettext_lazy("A key of the vocabulary of figures, such as finance.result.")}

    def clean_tolerance(self) -> Decimal:
        """None where nothing was said."""
        return self.cleaned_data["tolerance"] or Decimal(0)


@admin.register(StatedFigure)
class StatedFigureAdmin(admin.ModelAdmin):
    """Published figures, to be checked against the derived ones."""

    form = StatedFigureForm
    list_display = ["key", "fiscal_year", "value", "document", "page"]
    list_filter = ["fiscal_year", "document"]
    list_select_related = ["fiscal_year"]
    search_fields = ["key", "document", "note"]
    fields = ["fiscal_year", "key", ("value", "tolerance", "nearly"), ("document", "page"), "note"]


class RolesField(forms.ModelMultipleChoiceField):
    """The roles of a user, by what they are called."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Group.objects.filter(name__in=list(ROLES)),
            label=capfirst(gettext_lazy("roles")),
            required=False,
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        """What the role is called."""
        return str(ROLES[obj.name]).capitalize()


class PersonField(forms.ModelChoiceField):
    """Who of those with a trust in the association the user is: their mandates bring roles of their own."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Person.objects.all(),
            label=capfirst(gettext_lazy("person")),
            help_text=gettext_lazy(
                "The mandates of the person bring their roles for as long as they are held."
            ),
            required=False,
            **kwargs,
        )


class UserForm(forms.ModelForm):
    """Who somebody is, and their roles."""

    groups = RolesField()
    person = PersonField()

    class Meta:
        model = User
        fields = ["username", "first_name", "last_name", "email", "is_active", "groups"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].initial = Person.objects.filter(user=self.instance.pk).first()

    def clean_person(self) -> Person | None:
        """Refuse a person who is another user already."""
        person: Person | None = self.cleaned_data["person"]
        if person and person.user_id not in (None, self.instance.pk):
            raise ValidationError(_("%(person)s is another user already.") % {"person": person})
        return person

    def clean(self) -> dict[str, Any]:
        """See that somebody is left who can give roles."""
        facts = super().clean() or self.cleaned_data
        others = User.objects.filter(is_active=True, groups__name=ADMINISTRATOR).exclude(pk=self.instance.pk)
        # Who was invited and has not come yet is nobody to leave it to.
        others = others.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        was = self.instance.pk and ADMINISTRATOR in roles_of(self.instance)
        stays = facts.get("is_active") and ADMINISTRATOR in {group.name for group in facts.get("groups", ())}
        if was and not stays and not others.exists():
            self.add_error(
                "groups",
                _("This is the only administrator. Give the role to somebody else first."),
            )
        return facts


class InvitationForm(UserForm):
    """A new user: who they are and their roles. They choose their password themselves."""

    class Meta(UserForm.Meta):
        fields = ["username", "first_name", "last_name", "email", "groups"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        self.fields["email"].help_text = _("A link goes there, with which they choose their password.")

    def save(self, commit: bool = True) -> User:
        """A user who cannot sign in yet."""
        self.instance.set_unusable_password()
        return super().save(commit)


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Users and their roles; what a role may follows from the table of roles and is not chosen here."""

    form = UserForm
    add_form = InvitationForm
    add_form_template = None
    fieldsets = [
        (
            None,
            {"fields": ["username", ("first_name", "last_name"), "email", "is_active", "groups", "person"]},
        ),
    ]
    add_fieldsets = [
        (None, {"fields": ["username", ("first_name", "last_name"), "email", "groups", "person"]})
    ]
    filter_horizontal = []
    list_display = ["username", "first_name", "last_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active"]
    ordering = ["username"]
    actions = ["invite_anew", "take_second_factor_away", "end_sessions"]

    def get_urls(self) -> list[Any]:
        """Those of any model: nobody chooses the password of somebody else."""
        return super(DjangoUserAdmin, self).get_urls()

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Users with their roles; a superuser is not an administrator's to change."""
        users = super().get_queryset(request).prefetch_related("groups")
        return users if request.user.is_superuser else users.filter(is_superuser=False)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the user, and who they are."""
        super().save_model(request, obj, form, change)
        if "person" in form.changed_data:
            for person in Person.objects.filter(user=obj):
                person.user = None
                person.save(update_fields=["user"])
            if person := form.cleaned_data["person"]:
                person.user = obj
                person.save(update_fields=["user"])

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask anew who it is, of those who can give roles."""
        if not self.has_change_permission(request):
            return super().changeform_view(request, *args, **kwargs)
        return asks_for_password(super().changeform_view)(request, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> Any:
        """Send the invitation, and go on as any model does."""
        self._invite(request, obj)
        return super(DjangoUserAdmin, self).response_add(request, obj, post_url_continue)

    @admin.action(description=gettext_lazy("Send a new link to choose a password"), permissions=["change"])
    def invite_anew(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """For those who lost the mail, or were too late."""
        return self._done_anew(request, users.filter(is_active=True), self._invite)

    @admin.action(
        description=gettext_lazy("Take the second factor away, for who lost it"), permissions=["change"]
    )
    def take_second_factor_away(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """For those who lost the phone and the recovery codes; they set up a new one."""
        return self._done_anew(request, users, self._take_away)

    @admin.action(description=gettext_lazy("End all sessions"), permissions=["change"])
    def end_sessions(self, request: HttpRequest, users: QuerySet[User]) -> Any:
        """For those whose computer or phone is in other hands."""
        return self._done_anew(request, users, self._end)

    def _done_anew(self, request: HttpRequest, users: Iterable[User], do: Callable[..., None]) -> Any:
        """Do it with each, once it is sure who asks; then show the list again."""

        def each(request: HttpRequest) -> HttpResponse:
            for user in users:
                do(request, user)
            return redirect(request.get_full_path())

        return asks_for_password(each)(request)

    def _invite(self, request: HttpRequest, user: User) -> None:
        try:
            invite(user, request.user, request.build_absolute_uri)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("A link is on its way to %(address)s.") % {"address": user.email})

    def _take_away(self, request: HttpRequest, user: User) -> None:
        take_second_factors_away(user)
        record(request.user, "factors taken", user)
        messages.success(request, _("%(user)s has no second factor any more.") % {"user": user})

    def _end(self, request: HttpRequest, user: User) -> None:
        for session in UserSession.objects.filter(user=user):
            session.end()
        record(request.user, "sessions taken", user)
        messages.success(request, _("%(user)s is signed in nowhere any more.") % {"user": user})

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        """The roles of the user, by what they are called."""
        return ", ".join(str(ROLES[role]) for role in roles_of(user))


# The trail has a page of its own, on which nothing can be changed; how people sign in is theirs.
admin.site.unregister([Authenticator, EmailAddress, Group, LogEntry, UserSession])
