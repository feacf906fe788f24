"""The trail: who changed what, who signed in, who took what out of the program.

django-auditlog writes an entry for each change to what is registered here. Vouchers and their rows
are left out: the ledger's own chain covers them, and they never change. What is no change, such as a
sign-in or a download, is written by ``record``. The database refuses to change or delete an entry
(``finance/sql``), so that nobody can edit the trail.
"""

from collections.abc import Callable
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from ledarna.request_log import number

EVENTS = {
    "sign-in": _("signed in"),
    "sign-out": _("signed out"),
    "sign-in refused": _("failed to sign in"),
    "code refused": _("gave a wrong code"),
    "password changed": _("chose a new password"),
    "password chosen": _("chose a password by a link"),
    "link asked for": _("was sent a link, for who forgot the password"),
    "invited": _("invited"),
    "sessions taken": _("ended the sessions of somebody"),
    "factors taken": _("took the second factor of somebody away"),
    "factor added": _("added a second factor"),
    "factor removed": _("took a second factor away"),
    "codes made": _("made new recovery codes"),
    "session ended": _("ended a session"),
    "sessions ended": _("ended all other sessions"),
    "download": _("downloaded"),
    "mail": _("mailed"),
    "read": _("read a confidential document"),
    "refused": _("was refused a document"),
    "page refused": _("was refused a page"),
    "written": _("wrote a version of a document"),
    "forgotten": _("forgot a person"),
    "audience": _("chose who reads a document"),
    "sent for approval": _("sent minutes for approval"),
    "signed minutes": _("signed minutes"),
    "summons": _("mailed a summons"),
    "calendar": _("made an address for a calendar"),
    "calendar revoked": _("revoked the address of a calendar"),
    "read in": _("read in a table"),
    "sie import": _("imported a SIE file"),
    "sie taken back": _("took an import of a SIE file back"),
}
"""What is told of people beside their changes."""

SHOWN = {
    "password": _("password"),
    "totp": _("app"),
    "webauthn": _("passkey"),
    "recovery_codes": _("recovery code"),
}
"""What somebody shows to be let in, as allauth calls it and as people do."""

REGISTERED = (
    "board.activity",
    "board.agendaitem",
    "board.agendatemplateitem",
    "board.attendance",
    "board.decision",
    "board.goal",
    "board.mandate",
    "board.meeting",
    "board.person",
    "board.planperiod",
    "finance.account",
    "finance.association",
    "finance.attestrule",
    "finance.budget",
    "finance.budgetline",
    "finance.costcenter",
    "finance.fiscalyear",
    "finance.openingbalance",
    "finance.periodlock",
    "finance.project",
    "finance.voucherseries",
    "ledarna.annualreport",
    "ledarna.reportcomment",
    "ledarna.reportsection",
    "ledarna.statedfigure",
    "members.channel",
    "members.channelfigure",
    "members.channelmonth",
    "members.membercount",
    "members.membercountpart",
    "members.publication",
    "members.survey",
    "members.surveyquestion",
)
"""Everything that is entered and may change."""


CONTACT = {
    "board.person": ("mail",),
    "ledarna.user": ("email", "first_name", "last_name"),
}
"""What leads to a person, and of which the trail only says that it changed: it has to be possible to forget."""


def hidden(value: str) -> str:
    """What the trail shows in the place of *value*."""
    return "•••" if value and value != "None" else value


def register() -> None:
    """Have every change to what is registered leave an entry; called once, at start."""
    from allauth.mfa import signals as mfa_signals  # its models have to be there first

    for label in REGISTERED:
        auditlog.register(
            apps.get_model(label),
            mask_fields=[*CONTACT.get(label, ())],
            mask_callable="ledarna.trail.hidden",
        )
    auditlog.register(
        apps.get_model("ledarna.user"),
        exclude_fields=["password", "last_login"],
        m2m_fields={"groups"},
        mask_fields=[*CONTACT["ledarna.user"]],
        mask_callable="ledarna.trail.hidden",
    )
    auditlog.register(apps.get_model("ledarna.apitoken"), exclude_fields=["digest", "last_used"])
    user_logged_in.connect(_signed_in, dispatch_uid="trail")
    user_logged_out.connect(_signed_out, dispatch_uid="trail")
    user_login_failed.connect(_refused, dispatch_uid="trail")
    for signal, event in (
        (mfa_signals.authentication_failed, "code refused"),
        (mfa_signals.authenticator_added, "factor added"),
        (mfa_signals.authenticator_removed, "factor removed"),
        (mfa_signals.authenticator_reset, "codes made"),
        (password_changed, "password changed"),
    ):
        signal.connect(_told(event), weak=False, dispatch_uid=f"trail {event}")


def _told(event: str) -> Callable[..., None]:
    """A receiver that writes *event*, which a user did with what they sign in with."""

    def receive(user: Any, authenticator: Any = None, **kwargs: Any) -> None:
        kind = f" ({authenticator})" if authenticator is not None and event.startswith("factor") else ""
        record(user, event, user, f"{user}{kind}")

    return receive


def record(actor: Any, event: str, about: Model | None = None, name: str = "") -> LogEntry:
    """Write that *actor* did *event* with *about*, called what *name* says; returns the entry.

    Raises KeyError for an event that ``EVENTS`` does not have.
    """
    model = about.__class__ if about is not None else apps.get_model("ledarna.user")
    entry: LogEntry = LogEntry.objects.create(
        content_type=ContentType.objects.get_for_model(model),
        object_pk=str(about.pk) if about is not None else "",
        object_id=about.pk if about is not None else None,
        object_repr=name or str(about or ""),
        action=LogEntry.Action.ACCESS,
        actor=actor,
        additional_data={"event": event, "sentence": str(EVENTS[event])},
        cid=number(),
    )
    return entry


class RefusalMiddleware:
    """Writes down who was refused a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Write it, and let the refusal take its course."""
        if isinstance(exception, PermissionDenied) and request.user.is_authenticated:
            record(request.user, "page refused", name=request.path[:150])


def _signed_in(user: Any, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Write it, with what was shown: a password, a code, a passkey."""
    shown = get_authentication_records(request, user) if request is not None else []
    by = [str(SHOWN[found.get("type", found["method"])]) for found in shown]
    record(user, "sign-in", user, f"{user} ({', '.join(by)})" if by else "")


def _signed_out(user: Any, **kwargs: Any) -> None:
    if user is not None:
        record(user, "sign-out", user)


def _refused(credentials: dict[str, Any], **kwargs: Any) -> None:
    record(None, "sign-in refused", name=str(credentials.get("username", ""))[:150])


def search(text: str = "", kind: str = "", before: int | None = None) -> QuerySet[LogEntry]:
    """The entries, latest first, that name *text*, are about the model *kind*, and are older than *before*.

    *text* is looked for in what the entry is about and in the actor's user name; *kind* is a label
    such as ``finance.account``; *before* is the key of an entry. The number of a request, as the page of an
    error told it, finds what that request left.
    """
    entries = LogEntry.objects.select_related("actor", "content_type").order_by("-pk")
    if text:
        entries = entries.filter(
            Q(object_repr__icontains=text) | Q(actor__username__icontains=text) | Q(cid=text)
        )
    if kind:
        app_label, _dot, model = kind.partition(".")
        entries = entries.filter(content_type__app_label=app_label, content_type__model=model)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    return entries
