"""Every address, for every role, by every method: answered exactly as the table of roles says.

``PAGES`` has a row for each address of the site, ``MODELS`` one for each model of the admin, whose
addresses follow from it. An address that has no row here fails ``test_every_address_has_a_row``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from http.cookies import SimpleCookie
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from board.documents import add_text
from board.models import AgendaTemplateItem, Document
from finance.models import Association, AttestRule, CostCenter, Project, SieImport, Voucher, VoucherTemplate
from finance.money import kronor
from finance.papers import attach, take_in
from finance.periods import lock_through
from ledarna.models import StatedFigure
from ledarna.roles import ROLES, Area, Level
from ledarna.tables.kinds import KINDS
from members.models import Channel, Survey
from tests.factories import (
    a_budget,
    a_decision,
    a_draft,
    a_fiscal_year,
    a_goal,
    a_meeting,
    a_member_count,
    a_person,
    a_posted_voucher,
    a_publication,
    a_report_section,
    a_sampled_voucher,
    a_user,
    an_account,
    an_activity,
    an_agenda_item,
)
from tests.files import a_png
from tests.ledarna.test_roles import EXPECTED

pytestmark = pytest.mark.django_db

NO_ROLE, ANONYMOUS = "no role", "anonymous"
READERS = (*ROLES, NO_ROLE, ANONYMOUS)

METHODS = ("get", "post", "put", "patch", "delete")
NEVER = ("put", "patch", "delete")
"""The methods that no address answers, whoever asks."""

SIGN_IN = "led to the sign-in"
REFUSED = 403


def who(area: Area, level: Level = Level.SEE) -> frozenset[str]:
    """The roles that reach *level* in *area*."""
    return frozenset(EXPECTED[area, level].split())


NOBODY: frozenset[str] = frozenset()
ALL_ROLES = frozenset(ROLES)
SIGNED_IN = ALL_ROLES | {NO_ROLE}
EVERYBODY = SIGNED_IN | {ANONYMOUS}
IN_THE_ADMIN = frozenset({"treasurer", "secretary", "board", "administrator"})
CLOSERS = who(Area.BOOKS, Level.CLOSE)
BOARD = who(Area.DOCUMENTS)
DASHBOARDS, BOOKS, MEMBERS, MEETINGS = map(who, (Area.DASHBOARDS, Area.BOOKS, Area.MEMBERS, Area.MEETINGS))
AUDITORS = who(Area.BOOKS, Level.AUDIT)
BOOKKEEPERS = who(Area.BOOKS, Level.ENTER)
IN_MEMBERS = who(Area.MEMBERS, Level.ENTER)
IN_MEETINGS = who(Area.MEETINGS, Level.ENTER)
WRITERS = who(Area.ANNUAL_REPORT, Level.ENTER)
READS_IN = {
    "vouchers": BOOKKEEPERS,
    "budget": BOOKKEEPERS,
    "member-counts": IN_MEMBERS,
    "member-sections": IN_MEMBERS,
    "channels": IN_MEMBERS,
}
"""Who reads in tables of each kind."""


@dataclass(frozen=True)
class To:
    """Those who are answered with *status*; all others who have signed in get *others*."""

    readers: frozenset[str]
    status: int = 200
    others: int = REFUSED


@dataclass(frozen=True)
class Row:
    """An address, made where it is about something, and how it answers to reading and to writing."""

    address: Callable[[], str]
    get: To
    post: To
    anonymous: Any = SIGN_IN
    sent: tuple[tuple[str, str], ...] = ()

    def expected(self, reader: str, method: str) -> Any:
        """The answer to *reader*."""
        if method in NEVER:
            return 405
        to = self.get if method == "get" else self.post
        if reader == ANONYMOUS and reader not in to.readers:
            return self.anonymous
        return to.status if reader in to.readers else to.others


def at(name: str, *arguments: Any) -> Callable[[], str]:
    """The address *name*; an argument that is a function makes what the address is about."""
    return lambda: reverse(name, args=[made() if callable(made) else made for made in arguments])


def at_of_api(name: str, *arguments: str) -> Callable[[], str]:
    """The address *name* of the API, with a year to tell of."""
    return lambda: (label_of_a_year(), reverse(f"api:{name}", args=arguments))[1]


def both(address: Callable[[], str], to: To, **more: Any) -> Row:
    """A page that answers reading and writing alike."""
    return Row(address, get=to, post=to, **more)


def label_of_a_year() -> str:
    a_posted_voucher(a_fiscal_year(2023))
    return "2023"


def label_of_a_sampled_year() -> str:
    a_sampled_voucher(a_fiscal_year(2023))
    return "2023"


def pk_of(make: Callable[..., Any], *arguments: Any, **facts: Any) -> Callable[[], int]:
    return lambda: make(*arguments, **facts).pk


def an_attachment() -> Any:
    from io import BytesIO

    return attach(a_draft(), take_in(BytesIO(a_png()), "kvitto.png"), by="kassören")


def an_import() -> Any:
    file = ContentFile(b"#FLAGGA 0")
    return SieImport.objects.create(file_name="bok.se", sha256=storages["documents"].save("bok.se", file))


def a_confidential_document() -> int:
    document = Document.begun("minutes", "Protokoll", is_confidential=True, meeting=a_meeting())
    document.save()
    add_text(document, "Avtalet sades upp.", "sekreterare")
    return document.pk


def anothers_passkey() -> int:
    return Authenticator.objects.create(user=a_user(), type="webauthn", data={"name": "nyckel"}).pk


def voucher_type() -> int:
    return ContentType.objects.get_for_model(Voucher).pk


def read_only(name: str, readers: frozenset[str]) -> Row:
    """A page of a year that is only read."""
    return Row(at(name, label_of_a_year), get=To(readers), post=To(NOBODY, others=405))


def a_locked_month() -> int:
    return lock_through(a_fiscal_year(2023), date(2023, 1, 1), by=None)[0].pk


PAGES = {
    "": both(lambda: (label_of_a_year(), reverse("home"))[1], To(ALL_ROLES, 302)),
    "year/<slug:label>/": both(at("year", label_of_a_year), To(DASHBOARDS)),
    "year/<slug:label>/income-statement/": read_only("income-statement", DASHBOARDS),
    "year/<slug:label>/balance-sheet/": read_only("balance-sheet", DASHBOARDS),
    "year/<slug:label>/cash-flow/": read_only("cash-flow", DASHBOARDS),
    "year/<slug:label>/equity/": read_only("equity", DASHBOARDS),
    "year/<slug:label>/notes/": read_only("notes", DASHBOARDS),
    "year/<slug:label>/changes/": read_only("changes", BOOKS),
    "year/<slug:label>/documents/": Row(
        at("documents", label_of_a_year), get=To(MEETINGS), post=To(who(Area.DOCUMENTS, Level.ENTER))
    ),
    "meetings/<int:pk>/documents/": Row(
        at("meeting-documents", pk_of(a_meeting)), get=To(MEETINGS), post=To(who(Area.DOCUMENTS, Level.ENTER))
    ),
    "meetings/<int:pk>/minutes/": both(
        at("minutes", pk_of(a_meeting)), To(who(Area.DOCUMENTS, Level.ENTER)), sent=(("do", "preview"),)
    ),
    "meetings/<int:pk>/minutes/confidential/": both(
        at("confidential-minutes", pk_of(a_meeting)),
        To(who(Area.DOCUMENTS, Level.ENTER)),
        sent=(("do", "preview"),),
    ),
    "meetings/<int:pk>/summons/": both(
        at("summons", pk_of(a_meeting)), To(who(Area.DOCUMENTS, Level.ENTER)), sent=(("do", "preview"),)
    ),
    # A confidential document: to others it looks as if there were none.
    "documents/<int:pk>/": Row(
        at("document", a_confidential_document),
        get=To(BOARD, others=404),
        post=To(who(Area.DOCUMENTS, Level.ENTER)),
    ),
    "documents/<int:pk>/sign/": both(
        at("sign-document", a_confidential_document), To(BOARD, 302, others=404)
    ),
    "documents/<int:pk>/versions/<int:number>/": Row(
        at("document-version", a_confidential_document, 1),
        get=To(BOARD, others=404),
        post=To(BOARD, 405, others=404),
    ),
    "documents/<int:pk>/versions/<int:number>/pdf/": Row(
        at("document-pdf", a_confidential_document, 1),
        get=To(BOARD, others=404),
        post=To(BOARD, 405, others=404),
    ),
    "year/<slug:label>/reconciliation/": both(at("reconciliation", label_of_a_year), To(DASHBOARDS)),
    "year/<slug:label>/years/": both(at("years", label_of_a_year), To(DASHBOARDS)),
    "year/<slug:label>/figures/<str:key>/": both(
        at("figure", label_of_a_year, "finance.result"), To(DASHBOARDS)
    ),
    "year/<slug:label>/accounts/<slug:number>/": both(at("account", label_of_a_year, "1930"), To(BOOKS)),
    "year/<slug:label>/members/": both(at("members", label_of_a_year), To(MEMBERS)),
    "year/<slug:label>/members/months/": both(at("channel-months", label_of_a_year), To(IN_MEMBERS)),
    "year/<slug:label>/meetings/": both(at("meetings", label_of_a_year), To(MEETINGS)),
    "year/<slug:label>/meetings/new/": both(at("meeting-new", label_of_a_year), To(IN_MEETINGS)),
    "year/<slug:label>/meetings/plan/": both(at("plan-meetings", label_of_a_year), To(IN_MEETINGS)),
    "year/<slug:label>/decisions/": read_only("decisions", MEETINGS),
    "meetings/<int:pk>/": Row(at("meeting", pk_of(a_meeting)), get=To(MEETINGS), post=To(NOBODY, others=405)),
    "meetings/<int:pk>/edit/": both(at("meeting-edit", pk_of(a_meeting)), To(IN_MEETINGS)),
    "meetings/<int:pk>/agenda/": both(
        at("meeting-agenda", pk_of(a_meeting)), To(IN_MEETINGS), sent=(("do", "add"),)
    ),
    "meetings/<int:pk>/agenda.pdf": Row(
        at("agenda-pdf", lambda: an_agenda_item().meeting_id), get=To(MEETINGS), post=To(NOBODY, others=405)
    ),
    "meetings/<int:pk>/attendance/": both(at("meeting-attendance", pk_of(a_meeting)), To(IN_MEETINGS)),
    "meetings/<int:pk>/decide/": both(at("decision-new", pk_of(a_meeting)), To(IN_MEETINGS)),
    "agenda-items/<int:pk>/": both(at("agenda-item", pk_of(an_agenda_item)), To(IN_MEETINGS)),
    "decisions/<int:pk>/": both(at("decision", pk_of(lambda: a_decision(a_meeting()))), To(IN_MEETINGS)),
    "mandates/": Row(at("mandates"), get=To(MEETINGS), post=To(NOBODY, others=405)),
    "year/<slug:label>/plan/": Row(
        at("plan", label_of_a_year), get=To(MEETINGS), post=To(NOBODY, others=405)
    ),
    "year/<slug:label>/plan/<int:pk>/": both(
        at("activity", label_of_a_year, pk_of(an_activity)), To(who(Area.MEETINGS, Level.ENTER) | BOOKKEEPERS)
    ),
    "year/<slug:label>/annual-report/": read_only("annual-report", who(Area.ANNUAL_REPORT, Level.SEE_SEALED)),
    # Those who may are asked for their password first.
    "year/<slug:label>/annual-report/seal/": both(
        at("seal-report", label_of_a_year), To(who(Area.ANNUAL_REPORT, Level.SEAL), 302)
    ),
    "year/<slug:label>/annual-report/sign/": both(at("sign-report", label_of_a_year), To(WRITERS, 302)),
    "year/<slug:label>/annual-report/sealed/<int:number>/": Row(
        at("sealed-report", label_of_a_year, 1),
        get=To(who(Area.ANNUAL_REPORT, Level.SEE_SEALED), 404),
        post=To(NOBODY, others=405),
    ),
    "year/<slug:label>/annual-report/sections/": both(
        at("report-sections", label_of_a_year), To(WRITERS), sent=(("do", "language"), ("language", "xx"))
    ),
    "year/<slug:label>/annual-report/sections/<int:pk>/": both(
        at("report-section", label_of_a_year, pk_of(a_report_section)), To(WRITERS), sent=(("do", "preview"),)
    ),
    "year/<slug:label>/attest/": Row(
        at("attest", label_of_a_year), get=To(BOOKS), post=To(NOBODY, others=405)
    ),
    "year/<slug:label>/audit/": Row(
        at("audit", label_of_a_year), get=To(BOOKS), post=To(AUDITORS, 302), sent=(("do", "seen"),)
    ),
    "year/<slug:label>/audit/draw/": both(at("audit-draw", label_of_a_year), To(AUDITORS)),
    "year/<slug:label>/audit/benford/": read_only("benford", BOOKS),
    "year/<slug:label>/audit/samples/<int:number>/": Row(
        at("audit-sample", label_of_a_sampled_year, 1), get=To(BOOKS), post=To(NOBODY, others=405)
    ),
    "year/<slug:label>/audit/samples/<int:number>/<int:place>/": Row(
        at("sampled-voucher", label_of_a_sampled_year, 1, 1),
        get=To(BOOKS),
        post=To(AUDITORS, 302),
        sent=(("do", "note"), ("text", "Sett")),
    ),
    "vouchers/<int:pk>/attest/": Row(
        at("attest-voucher", pk_of(a_draft)),
        get=To(NOBODY, others=405),
        post=To(who(Area.BOOKS, Level.ATTEST), 302),
    ),
    "year/<slug:label>/missing-receipts/": Row(
        at("missing-receipts", label_of_a_year), get=To(BOOKS), post=To(NOBODY, others=405)
    ),
    "year/<slug:label>/vouchers/": read_only("vouchers", BOOKS),
    "year/<slug:label>/journal/": read_only("journal", BOOKS),
    "year/<slug:label>/general-ledger/": read_only("general-ledger", BOOKS),
    "year/<slug:label>/projects/": both(at("projects", label_of_a_year), To(DASHBOARDS)),
    "year/<slug:label>/projects/<int:pk>/": both(
        at("project", label_of_a_year, pk_of(Project.objects.create, code="P", name="Mässa")), To(DASHBOARDS)
    ),
    "year/<slug:label>/cost-centers/": both(at("cost-centers", label_of_a_year), To(DASHBOARDS)),
    "year/<slug:label>/cost-centers/<int:pk>/": both(
        at("cost-center", label_of_a_year, pk_of(CostCenter.objects.create, code="K", name="Kansli")),
        To(DASHBOARDS),
    ),
    "year/<slug:label>/sie/": both(at("sie-export", label_of_a_year), To(BOOKS), sent=(("type", "1"),)),
    "year/<slug:label>/desk/": read_only("desk", BOOKKEEPERS),
    "year/<slug:label>/periods/": read_only("periods", BOOKS),
    "year/<slug:label>/periods/lock/": Row(
        at("lock-months", label_of_a_year),
        get=To(NOBODY, others=405),
        post=To(CLOSERS, 302),
        sent=(("month", "2023-01-01"),),
    ),
    "periods/<int:pk>/open/": both(at("open-month", a_locked_month), To(CLOSERS)),
    "year/<slug:label>/closing/": read_only("closing", CLOSERS),
    "year/<slug:label>/closing/close/": both(at("close-year", label_of_a_year), To(CLOSERS, 302)),
    "year/<slug:label>/closing/reopen/": both(at("reopen-year", label_of_a_year), To(CLOSERS, 302)),
    "vouchers/<int:pk>/correct/": both(
        at("correction", pk_of(a_posted_voucher)), To(who(Area.BOOKS, Level.POST))
    ),
    "begin/": both(at("begin"), To(BOOKKEEPERS)),
    "vouchers/new/": both(lambda: (label_of_a_year(), reverse("voucher-new"))[1], To(BOOKKEEPERS)),
    "vouchers/<int:pk>/edit/": both(at("voucher-edit", pk_of(a_draft)), To(BOOKKEEPERS)),
    "vouchers/<int:pk>/": both(at("voucher", pk_of(a_posted_voucher)), To(BOOKS)),
    "vouchers/<int:pk>/missing-receipt/": Row(
        at("missing-receipt", pk_of(a_posted_voucher)),
        get=To(NOBODY, others=405),
        post=To(who(Area.BOOKS, Level.POST), 302),
    ),
    "attachments/<int:pk>/": Row(
        at("attachment", pk_of(an_attachment)), get=To(BOOKS), post=To(NOBODY, others=405)
    ),
    "healthz": Row(at("health"), get=To(EVERYBODY), post=To(EVERYBODY, 405)),
    "year/<slug:label>/chain/": Row(
        at("chain", label_of_a_year),
        get=To(DASHBOARDS),
        post=To(who(Area.PACKAGE, Level.DOWNLOAD), 302),
    ),
    "year/<slug:label>/package/": both(at("package", label_of_a_year), To(who(Area.PACKAGE, Level.DOWNLOAD))),
    "import/": Row(at("read-in"), get=To(IN_MEMBERS), post=To(NOBODY, others=405)),
    "import/bank/": both(at("read-in-bank"), To(BOOKKEEPERS)),
    **{f"import/{kind.key}/": both(at(f"read-in-{kind.key}"), To(READS_IN[kind.key])) for kind in KINDS},
    **{
        f"import/{kind.key}/template.xlsx": Row(
            at(f"template-{kind.key}"), get=To(READS_IN[kind.key]), post=To(NOBODY, others=405)
        )
        for kind in KINDS
    },
    "import/sie/": Row(at("sie-imports"), get=To(BOOKS), post=To(BOOKKEEPERS)),
    # Without the token of a file that they sent, it is a bad request of those who may send one.
    "import/sie/preview/": both(at("sie-preview"), To(BOOKKEEPERS, 400)),
    "import/sie/<int:pk>/": Row(
        at("sie-import", pk_of(an_import)), get=To(BOOKS), post=To(NOBODY, others=405)
    ),
    "import/sie/<int:pk>/take-back/": both(at("sie-take-back", pk_of(an_import)), To(CLOSERS, 302)),
    "import/sie/<int:pk>/file/": Row(
        at("sie-file", pk_of(an_import)), get=To(BOOKS), post=To(NOBODY, others=405)
    ),
    "verification/": both(at("verification"), To(who(Area.PACKAGE, Level.DOWNLOAD))),
    "trail/": Row(at("trail"), get=To(who(Area.PACKAGE, Level.DOWNLOAD)), post=To(NOBODY, others=405)),
    "you/calendar/": Row(at("calendar"), get=To(ALL_ROLES), post=To(ALL_ROLES, 302)),
    # Only a secret opens it, and nobody has drawn one here.
    "calendar/<slug:secret>.ics": Row(
        at("calendar-feed", "nothing"), get=To(EVERYBODY, 404), post=To(EVERYBODY, 405)
    ),
    "you/kept.json": Row(at("kept-of-you"), get=To(ALL_ROLES), post=To(NOBODY, others=405)),
    "privacy/": Row(at("privacy"), get=To(who(Area.USERS)), post=To(NOBODY, others=405)),
    "privacy/<int:pk>.json": Row(
        at("kept-of-person", pk_of(a_person)), get=To(who(Area.USERS)), post=To(NOBODY, others=405)
    ),
    "privacy/<int:pk>/forget/": Row(
        at("forget-person", pk_of(a_person)),
        get=To(NOBODY, others=405),
        post=To(who(Area.USERS, Level.ENTER), 302),
    ),
    "you/": Row(at("you"), get=To(ALL_ROLES), post=To(ALL_ROLES, 302)),
    # The API asks for a token, which no browser sends (tests/ledarna/test_api.py asks with one).
    **{
        f"api/v1/{path}": Row(
            at_of_api(name, *arguments),
            get=To(EVERYBODY, 401),
            post=To(EVERYBODY, 405),
        )
        for path, name, arguments in (
            ("years", "years", []),
            ("years/<label>/chain", "chain", ["2023"]),
            ("years/<label>/figures", "figures", ["2023"]),
            ("years/<label>/income-statement", "income", ["2023"]),
            ("years/<label>/balance-sheet", "balance", ["2023"]),
            ("years/<label>/vouchers", "vouchers", ["2023"]),
            ("years/<label>/meetings", "meetings", ["2023"]),
            ("accounts", "accounts", []),
            ("openapi.json", "openapi", []),
        )
    },
    "sign-in/": both(at("account_login"), To(SIGNED_IN, 302), anonymous=200),
    "sign-in/forgotten/": both(at("forgotten"), To(EVERYBODY)),
    # The secret is of no link.
    "sign-in/password/<str:secret>/": both(at("choose-password", "x"), To(EVERYBODY, 404)),
    # Nobody is half signed in here, and nobody holds a passkey out.
    "sign-in/code/": both(at("mfa_authenticate"), To(SIGNED_IN, 302), anonymous=302),
    "sign-in/passkey/": both(at("mfa_login_webauthn"), To(SIGNED_IN, 302), anonymous=302),
    "password-again/": both(at("password-again"), To(SIGNED_IN)),
    "you/sign-in/": Row(at("mfa_index"), get=To(SIGNED_IN), post=To(SIGNED_IN, 302)),
    "you/sign-in/password/": both(at("account_change_password"), To(SIGNED_IN)),
    # Everybody's own, after they have shown who they are.
    "you/sign-in/app/add/": both(at("mfa_activate_totp"), To(SIGNED_IN, 302)),
    "you/sign-in/app/remove/": both(at("mfa_deactivate_totp"), To(SIGNED_IN, 404)),
    "you/sign-in/passkey/add/": both(at("mfa_add_webauthn"), To(SIGNED_IN, 302)),
    "you/sign-in/passkey/<int:pk>/remove/": both(
        at("mfa_remove_webauthn", anothers_passkey), To(SIGNED_IN, 302)
    ),
    "you/sign-in/codes/": Row(at("mfa_view_recovery_codes"), get=To(SIGNED_IN, 404), post=To(SIGNED_IN, 405)),
    "you/sign-in/codes/file/": Row(
        at("mfa_download_recovery_codes"), get=To(SIGNED_IN, 404), post=To(SIGNED_IN, 404)
    ),
    "you/sign-in/codes/new/": both(at("mfa_generate_recovery_codes"), To(SIGNED_IN, 302)),
    "sign-out/": Row(at("account_logout"), get=To(EVERYBODY, 405), post=To(EVERYBODY, 302)),
    "language/": both(at("set_language"), To(SIGNED_IN, 302), anonymous=302),
    # The admin around its models.
    "admin/": both(at("admin:index"), To(IN_THE_ADMIN)),
    "admin/login/": both(at("admin:login"), To(NOBODY)),
    "admin/logout/": Row(at("admin:logout"), get=To(IN_THE_ADMIN, 405, others=302), post=To(SIGNED_IN, 302)),
    "admin/password_change/": both(at("admin:password_change"), To(IN_THE_ADMIN, 302)),
    "admin/password_change/done/": Row(
        at("admin:password_change_done"), get=To(IN_THE_ADMIN), post=To(IN_THE_ADMIN, 405)
    ),
    "admin/autocomplete/": Row(at("admin:autocomplete"), get=To(NOBODY), post=To(IN_THE_ADMIN, 405)),
    "admin/jsi18n/": Row(at("admin:jsi18n"), get=To(IN_THE_ADMIN), post=To(IN_THE_ADMIN, 405)),
    "admin/r/<path:content_type_id>/<path:object_id>/": both(
        at("admin:view_on_site", voucher_type, pk_of(a_posted_voucher)), To(IN_THE_ADMIN, 302)
    ),
    "admin/^(?P<app_label>ledarna|members|finance|board)/$": both(
        at("admin:app_list", "members"), To(IN_THE_ADMIN)
    ),
    "admin/(?P<url>.*)$": both(lambda: "/admin/nowhere", To(IN_THE_ADMIN, 404)),
}


@dataclass(frozen=True)
class Entered:
    """A model of the admin: how to make one, who sees, enters and deletes it."""

    make: Callable[[], Any]
    sees: frozenset[str]
    enters: frozenset[str]
    deletes: frozenset[str]


def in_books(make: Callable[[], Any]) -> Entered:
    """A model of the books that is entered and deleted freely."""
    return Entered(make, BOOKS, BOOKKEEPERS, BOOKKEEPERS)


def in_area(area: Area, make: Callable[[], Any]) -> Entered:
    """A model of *area* that is entered and deleted freely."""
    return Entered(make, who(area), who(area, Level.ENTER), who(area, Level.ENTER))


def a_stated_figure() -> StatedFigure:
    return StatedFigure.objects.create(
        fiscal_year=a_fiscal_year(), key="finance.result", value=1, document="Berättelsen"
    )


def the_association() -> Association:
    return Association.objects.get_or_create(defaults={"name": "Föreningen"})[0]


def the_attest_rule() -> AttestRule:
    return AttestRule.objects.get_or_create(defaults={"limit": kronor(10_000)})[0]


MODELS = {
    "finance/account": in_books(an_account),
    "finance/project": in_books(lambda: Project.objects.create(code="P1", name="Almedalen")),
    "finance/costcenter": in_books(lambda: CostCenter.objects.create(code="K1", name="Kansliet")),
    "finance/fiscalyear": in_books(lambda: a_fiscal_year(2030)),
    "finance/budget": in_books(a_budget),
    "finance/voucher": in_books(a_draft),
    "finance/vouchertemplate": in_books(lambda: VoucherTemplate.objects.create(name="Lokalhyra")),
    "finance/association": Entered(the_association, BOOKS, BOOKKEEPERS, NOBODY),
    "finance/attestrule": Entered(the_attest_rule, who(Area.USERS), who(Area.USERS, Level.ENTER), NOBODY),
    "members/membercount": in_area(Area.MEMBERS, a_member_count),
    "members/survey": in_area(
        Area.MEMBERS, lambda: Survey.objects.create(date=date(2023, 1, 1), name="Enkät", responses=1)
    ),
    "members/publication": in_area(Area.MEMBERS, a_publication),
    "members/channel": in_area(Area.MEMBERS, lambda: Channel.objects.create(slug="brev", name="Brev")),
    "board/meeting": in_area(Area.MEETINGS, a_meeting),
    "board/activity": in_area(Area.MEETINGS, an_activity),
    "board/planperiod": in_area(Area.MEETINGS, lambda: a_goal().period),
    "board/person": in_area(Area.MEETINGS, a_person),
    "board/agendatemplateitem": in_area(
        Area.MEETINGS, lambda: AgendaTemplateItem.objects.create(kind="board", position=1, title="Ekonomi")
    ),
    "ledarna/statedfigure": in_area(Area.ANNUAL_REPORT, a_stated_figure),
    "ledarna/user": Entered(a_user, who(Area.USERS), who(Area.USERS, Level.ENTER), NOBODY),
}


def rows_of(model: str, entered: Entered) -> Iterator[tuple[str, Row]]:
    """The rows of the addresses that the admin gives *model*."""

    def here(view: str) -> Callable[[], str]:
        name = f"admin:{model.replace('/', '_')}_{view}"
        return at(name) if view in ("changelist", "add") else at(name, pk_of(entered.make))

    seen = To(entered.sees & IN_THE_ADMIN)
    listed = replace(seen, status=302) if model == "finance/association" else seen
    added = To(NOBODY) if model in ("finance/association", "finance/attestrule") else To(entered.enters)
    # Who gives roles is asked first to show who they are.
    status = 302 if model == "ledarna/user" else 200
    added = replace(added, status=status)
    changed = replace(To(entered.enters), status=status)
    one = f"admin/{model}/<path:object_id>/"
    yield f"admin/{model}/", both(made_first(entered, here("changelist")), listed)
    yield f"admin/{model}/add/", both(made_first(entered, here("add")), added)
    yield f"{one}history/", both(here("history"), seen)
    shown = changed if model == "ledarna/user" else seen
    yield f"{one}change/", Row(here("change"), get=shown, post=changed)
    yield (
        f"{one}delete/",
        Row(
            here("delete"),
            get=To(entered.deletes),
            post=To(entered.deletes, 302),
            sent=(("post", "yes"),),
        ),
    )
    yield one, both(lambda: f"/admin/{model}/{entered.make().pk}/", To(IN_THE_ADMIN, 302))


def made_first(entered: Entered, address: Callable[[], str]) -> Callable[[], str]:
    """*address*, where there is one of the model already."""
    return lambda: (entered.make(), address())[1]


ROWS = {**PAGES, **{path: row for model, entered in MODELS.items() for path, row in rows_of(model, entered)}}

POSTED = {
    "change of a posted voucher": Row(
        at("admin:finance_voucher_change", pk_of(a_posted_voucher)),
        get=To(BOOKS & IN_THE_ADMIN),
        post=To(BOOKKEEPERS, 302),
    ),
    "deletion of a posted voucher": both(
        at("admin:finance_voucher_delete", pk_of(a_posted_voucher)), To(NOBODY), sent=(("post", "yes"),)
    ),
}
"""What differs where the object is not to be touched by anybody."""


def addresses(resolver: Any, prefix: str = "") -> Iterator[str]:
    """Every address of the site, as its pattern has it."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, prefix + str(pattern.pattern))
        else:
            yield prefix + str(pattern.pattern)


def answer(client: Client, method: str, address: str, sent: dict[str, str]) -> Any:
    """The status of the answer; the admin's own door is followed, for it leads on or says no."""
    response = getattr(client, method)(address, sent if method == "post" else None)
    if response.status_code == 302 and response["Location"].startswith("/admin/login/"):
        response = client.get(response["Location"])
    if response.status_code == 302 and response["Location"].startswith("/sign-in/?next="):
        return SIGN_IN
    return response.status_code


def signed_in_as(reader: str) -> SimpleCookie:
    """The cookies with which *reader*'s browser comes."""
    client = Client()
    if reader != ANONYMOUS:
        client.force_login(a_user(None if reader == NO_ROLE else reader, username=f"läsaren {reader}"))
    return client.cookies


def client_with(cookies: SimpleCookie) -> Client:
    """A browser with a copy of *cookies*, so that nothing it is told to forget is forgotten by others."""
    client = Client(raise_request_exception=False)
    client.cookies.load({name: cookie.value for name, cookie in cookies.items()})
    return client


def test_every_address_has_a_row():
    assert sorted(set(addresses(get_resolver()))) == sorted(ROWS)
    asked = {**ROWS, **POSTED}
    print(
        f"{len(asked)} addresses × {len(READERS)} readers × {len(METHODS)} methods:"
        f" {len(asked) * len(READERS) * len(METHODS)} answers"
    )


ACTIONS = {
    "finance/budget": {"copy_chosen"},
    "finance/voucher": {"post_chosen"},
    "ledarna/user": {"invite_anew", "take_second_factor_away", "end_sessions"},
}
"""What the lists of the admin do besides deleting, to those who enter the model."""


@pytest.mark.parametrize("role", ROLES)
def test_every_action_of_the_admin_is_for_those_of_the_table(rf, role):
    request = rf.get("/")
    request.user = a_user(role)
    for model, model_admin in admin.site._registry.items():
        label = f"{model._meta.app_label}/{model._meta.model_name}"
        entered = MODELS[label]
        expected = ACTIONS.get(label, set()) if role in entered.enters else set()
        if role in entered.deletes:
            expected = {*expected, "delete_selected"}
        assert set(model_admin.get_actions(request)) == expected, label


def section_of(path: str) -> str:
    """The part of the site that an address is in: its first word, and the app of a model of the admin."""
    first, *rest = path.split("/")
    return f"admin/{rest[0]}" if "/".join(rest[:2]) in MODELS else first


@pytest.mark.parametrize("section", sorted({*map(section_of, ROWS), "posted"}))
def test_every_address_answers_every_reader_as_the_table_says(section):
    cookies = {reader: signed_in_as(reader) for reader in READERS}
    rows = (
        POSTED if section == "posted" else {path: ROWS[path] for path in ROWS if section_of(path) == section}
    )
    steady = {reader: client_with(cookies[reader]) for reader in READERS}
    wrong = {}
    for path, row in rows.items():
        with transaction.atomic():
            address = row.address()
            for reader in READERS:
                with transaction.atomic():
                    for method in METHODS:
                        client = steady[reader] if method in NEVER else client_with(cookies[reader])
                        found = answer(client, method, address, dict(row.sent))
                        if found != row.expected(reader, method):
                            wrong[path, reader, method] = found
                    transaction.set_rollback(True)
            transaction.set_rollback(True)
    assert wrong == {}
