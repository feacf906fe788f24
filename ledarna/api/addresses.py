"""The addresses of the reading API, under ``/api/v1/``, and who may read there.

A program reads with a token (``Authorization: Bearer …``) and sees what the token's user sees: each
address names the area of the table of roles that it belongs to.
"""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Annotated, Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db.models import Model, Prefetch
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Schema
from ninja.errors import HttpError
from ninja.security import HttpBearer
from pydantic import Field

from board.models import Meeting
from finance.journal import Selection, journal_page
from finance.models import Account, CostCenter, FiscalYear, PeriodLock, Project
from finance.money import parse_amount, to_ore
from finance.posting import chain_head
from finance.statements import balance_sheet, income_statement
from ledarna.api import answers
from ledarna.decisions import decisions_for
from ledarna.figures import Reading
from ledarna.models import ApiToken
from ledarna.roles import Area, may

ITEMS_PER_PAGE = 100

PROBLEMS = dict.fromkeys((401, 403, 404), answers.Problem)
"""What each address may answer beside what was asked for; 422, for what cannot be understood, has its own."""


class Token(HttpBearer):
    """Lets in who holds a token."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The token, with the user as whom it reads; None where it does not hold.

        A program that sends it in the clear is told so, rather than led to TLS each time in silence.
        """
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            raise HttpError(403, _("Use https: what was sent could be read on the way. Take the token back."))
        found = ApiToken.objects.holder(token)
        if found:
            request.user = found.user
        return found


api = NinjaAPI(
    title="Ledarna",
    version="1",
    description="What a program may read of an association's year. Nothing is written here.",
    auth=Token(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


def reads(path: str, area: Area, answer: type[Schema]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Serve a function under *path*, with *answer*, to those who see *area*."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if not may(request.user, area):
                raise HttpError(403, _("Your role does not see this."))
            return function(request, *args, **kwargs)

        return api.get(path, response={200: answer, **PROBLEMS})(guarded)

    return decorate


def _year(label: str) -> FiscalYear:
    year = FiscalYear.objects.filter(label=label).first()
    if year is None:
        raise HttpError(404, _("There is no fiscal year %(label)s.") % {"label": label})
    return year


def _inside(year: FiscalYear, day: date | None) -> date | None:
    if day and not year.holds(day):
        raise HttpError(422, _("%(day)s is not a day of %(year)s.") % {"day": day, "year": year})
    return day


def _ore(text: str | None) -> int | None:
    try:
        return None if text is None else to_ore(parse_amount(text))
    except ValidationError as error:
        raise HttpError(422, " ".join(error.messages)) from None


def _named(model: type[Model], field: str, value: str | None) -> Any:
    if value is None:
        return None
    found = model._default_manager.filter(**{field: value}).first()
    if found is None:
        what = model._meta.verbose_name
        raise HttpError(422, _("There is no %(what)s “%(value)s”.") % {"what": what, "value": value})
    return found


Cursor = Annotated[str | None, Field(max_length=6, description="What “next” of the page before said.")]


@reads("/years", Area.MEETINGS, answers.Years)
def years(request: HttpRequest) -> answers.Years:
    """The fiscal years."""
    closed = set(
        PeriodLock.objects.filter(kind=PeriodLock.Kind.YEAR, unlocked_at=None).values_list(
            "fiscal_year_id", flat=True
        )
    )
    return answers.Years(
        items=[answers.Year.of(year, closed) for year in FiscalYear.objects.order_by("start")]
    )


@reads("/years/{label}/chain", Area.DASHBOARDS, answers.Chain)
def chain(request: HttpRequest, label: str) -> answers.Chain:
    """The head of a year's chain."""
    head = chain_head(_year(label))
    return answers.Chain(head=head.digest if head.sequence else None, vouchers=head.sequence)


@reads("/years/{label}/figures", Area.DASHBOARDS, answers.Figures)
def figures(request: HttpRequest, label: str, as_of: date | None = None) -> answers.Figures:
    """Every figure of a year."""
    year = _year(label)
    return answers.Figures.model_validate(Reading(year, _inside(year, as_of)).as_json())


@reads("/years/{label}/income-statement", Area.DASHBOARDS, answers.Statement)
def income(request: HttpRequest, label: str, until: date | None = None) -> answers.Statement:
    """The income statement of a year, by account, with budget and the year before."""
    year = _year(label)
    statement = income_statement(year, _inside(year, until))
    return answers.Statement.of(statement, statement.totals.amount)


@reads("/years/{label}/balance-sheet", Area.DASHBOARDS, answers.Statement)
def balance(request: HttpRequest, label: str, until: date | None = None) -> answers.Statement:
    """The balance sheet of a year, by account, with the opening balance."""
    year = _year(label)
    statement = balance_sheet(year, _inside(year, until))
    return answers.Statement.of(statement, statement.unclosed_result)


@reads("/accounts", Area.BOOKS, answers.Accounts)
def accounts(request: HttpRequest, cursor: Cursor = None) -> answers.Accounts:
    """The chart of accounts, by number."""
    found = list(Account.objects.filter(number__gt=cursor or "").order_by("number")[: ITEMS_PER_PAGE + 1])
    page = found[:ITEMS_PER_PAGE]
    return answers.Accounts(
        items=[answers.AccountAnswer.of(account) for account in page],
        next=page[-1].number if len(found) > ITEMS_PER_PAGE else None,
    )


class VoucherQuery(Schema):
    """What vouchers are looked for; all that is given is met together."""

    start: date | None = None
    end: date | None = None
    series: str | None = None
    account: str | None = None
    project: str | None = None
    cost_center: str | None = None
    amount: Annotated[str | None, Field(description="Of a row, of either sign: 1250.00.")] = None
    text: Annotated[str | None, Field(max_length=100)] = None
    cursor: Annotated[
        int | None, Field(ge=0, le=2**63 - 1, description="What “next” of the page before said.")
    ] = None


@reads("/years/{label}/vouchers", Area.BOOKS, answers.Vouchers)
def vouchers(request: HttpRequest, label: str, wanted: Query[VoucherQuery]) -> answers.Vouchers:
    """The posted vouchers of a year, in the order of their registration, with their rows."""
    year = _year(label)
    series = None
    if wanted.series is not None:
        series = year.series.filter(code=wanted.series).first()
        if series is None:
            raise HttpError(422, _("There is no series “%(code)s”.") % {"code": wanted.series})
    page = journal_page(
        Selection(
            year=year,
            start=wanted.start,
            end=wanted.end,
            series=series,
            account=_named(Account, "number", wanted.account),
            project=_named(Project, "code", wanted.project),
            cost_center=_named(CostCenter, "code", wanted.cost_center),
            amount=_ore(wanted.amount),
            text=wanted.text or "",
        ),
        after=wanted.cursor,
    )
    return answers.Vouchers(
        items=[answers.VoucherAnswer.of(entry) for entry in page.entries],
        next=str(page.end) if page.has_after else None,
    )


@reads("/years/{label}/meetings", Area.MEETINGS, answers.Meetings)
def meetings(request: HttpRequest, label: str) -> answers.Meetings:
    """The meetings of a year, by day, with their decisions."""
    year = _year(label)
    found = Meeting.objects.between(year.start, year.end).prefetch_related(
        Prefetch("decisions", decisions_for(request.user))
    )
    return answers.Meetings(items=[answers.MeetingAnswer.of(meeting) for meeting in found])


@api.get("/openapi.json", include_in_schema=False)
def openapi(request: HttpRequest) -> dict[str, Any]:
    """This API described, as OpenAPI 3.1."""
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))


def addresses() -> list[URLPattern]:
    """The API's addresses, which ask for a token in place of the sign-in of pages."""
    patterns = [
        pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"
    ]
    for pattern in patterns:
        login_not_required(pattern.callback)
    return patterns
