"""Facts for tests, in a line each. What a test does not care about has a value that is plainly made up."""

from collections.abc import Mapping, Sequence
from datetime import date
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group

from board.models import Activity, AgendaItem, Decision, Goal, Mandate, Meeting, Person, PlanPeriod
from finance.auditing import keep_sample
from finance.models import (
    Account,
    Attachment,
    AuditSample,
    Budget,
    BudgetLine,
    FiscalYear,
    OpeningBalance,
    SampledVoucher,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.models.audits import Method
from finance.money import kronor
from finance.papers import attach, take_in
from finance.posting import chain_head, post
from finance.sampling import Plan
from ledarna.models import AnnualReport, ReportSection, User
from members.models import Channel, MemberCount, MemberCountPart, Publication, Survey, SurveyQuestion
from tests.files import PDF

PASSWORD = "lång-nog-och-bara-för-prov"

_serial = count(1)


def a_fiscal_year(year: int = 2023, start: date | None = None, end: date | None = None) -> FiscalYear:
    """The fiscal year *year*, or the one from *start* to *end*; made where it is not there yet."""
    start, end = start or date(year, 1, 1), end or date(year, 12, 31)
    return FiscalYear.objects.get_or_create(start=start, end=end)[0]


def an_account(number: str = "1930", name: str = "", **facts: Any) -> Account:
    """The account *number*; made where it is not there yet."""
    return Account.objects.get_or_create(
        number=number, defaults={"name": name or f"Konto {number}", **facts}
    )[0]


def a_series(year: FiscalYear, code: str = "A") -> VoucherSeries:
    """The voucher series *code* of *year*; made where it is not there yet."""
    return VoucherSeries.objects.get_or_create(fiscal_year=year, code=code)[0]


def an_opening_balance(year: FiscalYear, account: str, amount: str) -> OpeningBalance:
    """What *account* held as *year* began, in kronor, debit positive."""
    return OpeningBalance.objects.create(fiscal_year=year, account=an_account(account), amount=kronor(amount))


Rows = Sequence[tuple[str, str]]
BALANCED: Rows = (("1930", "15.00"), ("8310", "-15.00"))


def a_draft(
    year: FiscalYear | None = None,
    rows: Rows = BALANCED,
    day: date | None = None,
    series: str = "A",
    text: str = "Ränta på bankkontot",
    **facts: Any,
) -> Voucher:
    """A draft of *rows* (account, kronor; debit positive), on *day* or the year's first."""
    year = year or a_fiscal_year()
    voucher = Voucher.objects.create(
        fiscal_year=year, series=a_series(year, series), date=day or year.start, text=text, **facts
    )
    for line, (account, amount) in enumerate(rows, start=1):
        VoucherRow.objects.create(
            voucher=voucher, line=line, account=an_account(account), amount=kronor(amount)
        )
    return voucher


def an_attachment(voucher: Voucher, content: bytes = PDF, name: str = "kvitto.pdf") -> Attachment:
    """A file attached to the draft *voucher*."""
    return attach(voucher, take_in(BytesIO(content), name), "kassor")


def a_posted_voucher(
    year: FiscalYear | None = None, rows: Rows = BALANCED, by: str = "kassor", **facts: Any
) -> Voucher:
    """A voucher in the books; takes what ``a_draft`` takes."""
    return post(a_draft(year, rows, **facts), by=by)


def a_sample(year: FiscalYear | None = None, plan: Plan | None = None, by: str = "revisor") -> AuditSample:
    """An audit sample of *year*: every posted voucher, unless *plan* says otherwise."""
    year = year or a_fiscal_year()
    plan = plan or Plan(Method.ABOVE, 0)
    return keep_sample(year, plan, by, chain_head(year).digest)


def a_sampled_voucher(year: FiscalYear | None = None) -> SampledVoucher:
    """A voucher that was posted and then drawn."""
    a_posted_voucher(year)
    return SampledVoucher.objects.get(sample=a_sample(year), place=1)


def a_budget(year: FiscalYear | None = None, lines: Rows = (), **facts: Any) -> Budget:
    """The adopted budget of *year*, with *lines* for the whole year (account, kronor; debit positive)."""
    budget = Budget.objects.create(fiscal_year=year or a_fiscal_year(), **facts)
    for account, amount in lines:
        BudgetLine.objects.create(budget=budget, account=an_account(account), amount=kronor(amount))
    return budget


def a_member_count(
    day: date = date(2023, 12, 31),
    members: int = 8388,
    sections: Mapping[str, int] | None = None,
    **facts: Any,
) -> MemberCount:
    """How many members there were on *day*, and in which *sections*."""
    count = MemberCount.objects.create(date=day, count=members, **facts)
    for section, number in (sections or {}).items():
        MemberCountPart.objects.create(count=count, section=section, number=number)
    return count


def a_survey(day: date = date(2023, 10, 1), responses: int = 100, **facts: Any) -> Survey:
    """A survey on *day*."""
    return Survey.objects.create(date=day, name=facts.pop("name", "Enkät"), responses=responses, **facts)


def a_question(survey: Survey, value: str = "72", key: str = "nojd", **facts: Any) -> SurveyQuestion:
    """The key result of a question of *survey*: a share in percent unless *facts* say otherwise."""
    facts = {"text": "Är du nöjd med föreningen?", "answers": 100, **facts}
    return SurveyQuestion.objects.create(survey=survey, key=key, value=value, **facts)


def a_channel(slug: str = "brev", name: str = "Nyhetsbrev", **facts: Any) -> Channel:
    """A channel that reaches the members."""
    return Channel.objects.create(slug=slug, name=name, **facts)


def a_publication(day: date = date(2023, 5, 31), kind: str = "newsletter", **facts: Any) -> Publication:
    """A newsletter or an article of *day*."""
    return Publication.objects.create(date=day, kind=kind, title=facts.pop("title", "Maj"), **facts)


def a_meeting(day: date = date(2023, 1, 19), **facts: Any) -> Meeting:
    """A board meeting on *day*, with the next number unless one is given."""
    facts.setdefault("number", next(_serial))
    return Meeting.objects.create(date=day, **facts)


def an_agenda_item(meeting: Meeting | None = None, title: str = "Ekonomi", **facts: Any) -> AgendaItem:
    """An item of the agenda of *meeting*, or of one."""
    facts.setdefault("position", 1)
    return AgendaItem.objects.create(meeting=meeting or a_meeting(), title=title, **facts)


def a_person(name: str = "", **facts: Any) -> Person:
    """Somebody with a trust in the association."""
    return Person.objects.create(name=name or f"Person {next(_serial)}", **facts)


def a_mandate(
    office: str = Mandate.Office.MEMBER,
    start: date = date(2022, 3, 20),
    end: date | None = date(2024, 3, 20),
    person: Person | None = None,
    **facts: Any,
) -> Mandate:
    """That *person*, or somebody, was elected to *office*."""
    return Mandate.objects.create(person=person or a_person(), office=office, start=start, end=end, **facts)


def a_decision(meeting: Meeting, number: int = 1, text: str = "Protokollet godkändes") -> Decision:
    """A decision of *meeting*."""
    return Decision.objects.create(meeting=meeting, number=number, text=text)


def a_goal(
    title: str = "Fler ska känna till föreningen",
    start: date = date(2022, 1, 1),
    end: date = date(2025, 12, 31),
    position: int = 1,
    **facts: Any,
) -> Goal:
    """A goal of the plan from *start* to *end*, which is made where it is not there yet."""
    period = PlanPeriod.objects.get_or_create(
        start=start, end=end, defaults={"name": f"{start.year}–{end.year}"}
    )[0]
    return Goal.objects.create(period=period, title=title, position=position, **facts)


def an_activity(name: str = "Almedalen", year: int = 2023, state: str = "planned", **facts: Any) -> Activity:
    """Something that the association means to do in *year*."""
    facts = {"reason": "Ingen hann.", **facts} if state == "dropped" else facts
    return Activity.objects.create(name=name, year_end=date(year, 12, 31), state=state, **facts)


def a_report_section(
    year: FiscalYear | None = None, body: str = "", title: str = "Året", **facts: Any
) -> ReportSection:
    """A section of the annual report of *year*, after those that it has."""
    report = AnnualReport.objects.get_or_create(fiscal_year=year or a_fiscal_year())[0]
    facts.setdefault("place", report.sections.count() + 1)
    return ReportSection.objects.create(report=report, title=title, body=body, **facts)


def a_user(role: str | None = None, username: str = "", **facts: Any) -> User:
    """Somebody who signs in with PASSWORD and has *role* (a key of ``ledarna.roles``), or none."""
    user = User.objects.create_user(
        username or f"{role or 'ingen'}-{next(_serial)}", password=PASSWORD, **facts
    )
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user
