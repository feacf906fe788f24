"""Who may do what: the one table of roles.

``TABLE`` says how far each role reaches into each area. All else follows from it: the Django groups,
named by the roles' keys, and their permissions, which ``create_roles`` puts in step after every
migration; what a page shows (``may``, ``sees``); and who gets into the admin: whoever may enter
anything, nobody else. A user without a role sees nothing. Which roles somebody has is said in
``ledarna/access.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser


class Area(StrEnum):
    """A part of the association's year."""

    DASHBOARDS = "dashboards"
    BOOKS = "books"
    MEMBERS = "members"
    MEETINGS = "meetings"
    DOCUMENTS = "documents"
    ANNUAL_REPORT = "annual_report"
    PACKAGE = "package"
    USERS = "users"


class Level(StrEnum):
    """How far a role reaches into an area; to write the annual report is to enter it.

    To see documents as an auditor or as the nominating committee is to see what is meant for them.
    """

    SEE_SEALED = "see_sealed"
    SEE_AS_AUDITOR = "see_as_auditor"
    SEE_AS_NOMINATING = "see_as_nominating"
    SEE = "see"
    ENTER = "enter"
    POST = "post"
    ATTEST = "attest"
    AUDIT = "audit"
    CLOSE = "close"
    SEAL = "seal"
    DOWNLOAD = "download"


IMPLIED: Mapping[Level, tuple[Level, ...]] = {
    Level.SEE: (Level.SEE_SEALED,),
    Level.ENTER: (Level.SEE, Level.SEE_SEALED),
}
"""The levels that another one includes: nobody enters blindly."""

NOTHING: tuple[Level, ...] = ()
SEE_SEALED = (Level.SEE_SEALED,)
AS_AUDITOR = (Level.SEE_AS_AUDITOR,)
AS_NOMINATING = (Level.SEE_AS_NOMINATING,)
SEE = (Level.SEE,)
ENTER = (Level.ENTER,)
BOOKKEEP = (Level.ENTER, Level.POST, Level.ATTEST, Level.CLOSE)
SEE_AND_ATTEST = (Level.SEE, Level.ATTEST)
SEE_AND_AUDIT = (Level.SEE, Level.AUDIT)
WRITE = (Level.ENTER,)
WRITE_AND_SEAL = (Level.ENTER, Level.SEAL)
DOWNLOAD = (Level.DOWNLOAD,)

ROLES: Mapping[str, str | Promise] = {
    "treasurer": _("treasurer"),
    "secretary": _("secretary"),
    "board": _("board"),
    "auditor": _("auditor"),
    "nominating_committee": _("nominating committee"),
    "administrator": _("administrator"),
}
"""The roles: the key, which is the group's name, and what people call it."""
TREASURER, ADMINISTRATOR = "treasurer", "administrator"

# fmt: off
TABLE: Mapping[Area, tuple[tuple[Level, ...], ...]] = {
    #                    treasurer       secretary  board           auditor        nominating  administrator
    Area.DASHBOARDS:    (SEE,            SEE,       SEE,            SEE,           NOTHING,    SEE),
    Area.BOOKS:         (BOOKKEEP,       NOTHING,   SEE_AND_ATTEST, SEE_AND_AUDIT, NOTHING,    SEE),
    Area.MEMBERS:       (ENTER,          ENTER,     SEE,            SEE,           NOTHING,    SEE),
    Area.MEETINGS:      (SEE,            ENTER,     SEE,            SEE,           SEE,        SEE),
    Area.DOCUMENTS:     (SEE,            ENTER,     SEE,            AS_AUDITOR,    AS_NOMINATING, AS_AUDITOR),
    Area.ANNUAL_REPORT: (WRITE_AND_SEAL, WRITE,     WRITE,          SEE,           SEE_SEALED, SEE),
    Area.PACKAGE:       (DOWNLOAD,       NOTHING,   DOWNLOAD,       DOWNLOAD,      NOTHING,    DOWNLOAD),
    Area.USERS:         (NOTHING,        NOTHING,   NOTHING,        NOTHING,       NOTHING,    ENTER),
}
# fmt: on


@dataclass(frozen=True)
class Models:
    """The models of an area: entered by those who may enter, closed by those who may close, or only seen."""

    entered: tuple[str, ...] = ()
    never_deleted: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


MODELS: Mapping[Area, Models] = {
    Area.BOOKS: Models(
        entered=(
            "finance.account",
            "finance.attachment",
            "finance.budget",
            "finance.budgetline",
            "finance.costcenter",
            "finance.fiscalyear",
            "finance.openingbalance",
            "finance.project",
            "finance.voucher",
            "finance.voucherrow",
            "finance.voucherseries",
            "finance.vouchertemplate",
            "finance.vouchertemplaterow",
        ),
        never_deleted=("finance.association",),
        closed=("finance.periodlock",),
        seen=(
            "finance.anchor",
            "finance.attest",
            "finance.auditnote",
            "finance.auditremark",
            "finance.auditsample",
            "finance.bankformat",
            "finance.bankline",
            "finance.draftedit",
            "finance.importedbalance",
            "finance.importtakenback",
            "finance.missingreceipt",
            "finance.numbergap",
            "finance.periodtotal",
            "finance.samplebasis",
            "finance.sampledvoucher",
            "finance.sieimport",
            "finance.trace",
            "finance.verificationrun",
            "finance.sentform",
        ),
    ),
    Area.MEMBERS: Models(
        entered=(
            "members.channel",
            "members.channelfigure",
            "members.channelmonth",
            "members.membercount",
            "members.membercountpart",
            "members.publication",
            "members.survey",
            "members.surveyquestion",
        )
    ),
    Area.MEETINGS: Models(
        entered=(
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
        )
    ),
    # Documents are written on their own pages, where it is asked who reads which; never in the admin.
    Area.DOCUMENTS: Models(
        seen=(
            "board.calendaraddress",
            "board.document",
            "board.documentversion",
            "board.minutessignature",
            "board.sealedminutes",
            "board.sentsummons",
            "board.signatory",
        )
    ),
    Area.ANNUAL_REPORT: Models(
        entered=(
            "ledarna.annualreport",
            "ledarna.reportcomment",
            "ledarna.reportsection",
            "ledarna.statedfigure",
        ),
        seen=("ledarna.reportsignature", "ledarna.sealedreport"),
    ),
    # A user who leaves is made inactive: the log of what they did stays.
    Area.USERS: Models(
        never_deleted=("ledarna.user", "finance.attestrule"),
        seen=("auth.group", "ledarna.apitoken", "ledarna.passwordlink"),
    ),
}
"""What each area consists of; a model that is not here is nobody's, and a test tells."""

PERMISSION_BY_LEVEL = {
    (Area.BOOKS, Level.POST): "finance.post_voucher",
    (Area.BOOKS, Level.ATTEST): "finance.attest_voucher",
    (Area.BOOKS, Level.AUDIT): "finance.audit_vouchers",
}
"""The levels whose permission lies at a model; all others are the areas' own, at the user model."""


def _reached(cell: Iterable[Level]) -> set[Level]:
    """The levels of a cell of the table, outright and implied."""
    return {level for given in cell for level in (given, *IMPLIED.get(given, ()))}


def _levels(area: Area) -> tuple[Level, ...]:
    """The levels that *area* knows; “once sealed” only where the table tells it from seeing."""
    known = set().union(*map(_reached, TABLE[area]))
    if SEE_SEALED not in TABLE[area]:
        known.discard(Level.SEE_SEALED)
    return tuple(level for level in Level if level in known)


def permission(area: Area, level: Level) -> str:
    """The Django permission, with its app, that stands for *level* in *area*."""
    return PERMISSION_BY_LEVEL.get((area, level), f"ledarna.{level}_{area}")


AREA_PERMISSIONS: list[tuple[str, str | Any]] = [
    (f"{level}_{area}", f"Can {level} {area}".replace("_", " "))
    for area in Area
    for level in _levels(area)
    if (area, level) not in PERMISSION_BY_LEVEL
]
"""The areas' own permissions, as Django's ``Meta.permissions`` wants them."""


def levels_of(role: str, area: Area) -> set[Level]:
    """The levels that the table gives *role* in *area*, outright and implied."""
    return _reached(TABLE[area][list(ROLES).index(role)]) & set(_levels(area))


def permissions_of(role: str) -> set[str]:
    """Every Django permission that *role* has, as ``app.codename``."""
    return {found for area in Area for found in _permissions_in(area, levels_of(role, area))}


def _permissions_in(area: Area, levels: Iterable[Level]) -> Iterator[str]:
    models = MODELS.get(area, Models())
    for level in levels:
        yield permission(area, level)
        if level == Level.SEE:
            yield from _model_permissions(
                (*models.entered, *models.never_deleted, *models.closed, *models.seen), ("view",)
            )
        elif level == Level.ENTER:
            yield from _model_permissions(models.entered, ("add", "change", "delete"))
            yield from _model_permissions(models.never_deleted, ("add", "change"))
        elif level == Level.CLOSE:
            yield from _model_permissions(models.closed, ("add", "change"))


def _model_permissions(models: Iterable[str], actions: Iterable[str]) -> Iterator[str]:
    for model in models:
        app, name = model.split(".")
        yield from (f"{app}.{action}_{name}" for action in actions)


def may(user: "AbstractBaseUser | AnonymousUser", area: Area, level: Level = Level.SEE) -> bool:
    """Whether *user* reaches *level* in *area*."""
    return bool(user.has_perm(permission(area, level)))  # type: ignore[union-attr]


def may_enter_anything(user: "AbstractBaseUser | AnonymousUser") -> bool:
    """Whether *user* may enter something somewhere: the admin opens for those."""
    return any(may(user, area, Level.ENTER) for area in Area if Level.ENTER in _levels(area))


View = Callable[..., HttpResponseBase]


def sees(area: Area, level: Level = Level.SEE) -> Callable[[View], View]:
    """Show a view only to those who reach *level* in *area*; others get the page that says so (403)."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user, area, level):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def create_roles(using: str = "default", **kwargs: Any) -> None:
    """Put the groups and their permissions in step with the table.

    Receiver of ``post_migrate``, and harmless at any other time. A permission that the table no
    longer gives is taken away; a group that is no role is left alone.
    """
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    needed = {model._meta.db_table for model in (Group, Permission)} | {"django_content_type"}
    if not needed <= set(connections[using].introspection.table_names()):
        return
    # Django makes the permissions of an app after that app's signal, which may come after this one.
    for label in ("auth", "ledarna", "members", "finance", "board"):
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    by_name = {
        f"{found.content_type.app_label}.{found.codename}": found
        for found in Permission.objects.using(using).select_related("content_type")
    }
    for role in ROLES:
        group, _created = Group.objects.using(using).get_or_create(name=role)
        group.permissions.set([by_name[name] for name in permissions_of(role)])
