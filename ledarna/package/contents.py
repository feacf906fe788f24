"""What the year-end package holds: a table of its files, each with what it is made of.

Every file is made of what the pages are made of, so that they cannot say anything else. Names are in
Swedish, as the books are.
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache, cached_property, partial
from importlib.resources import files
from pathlib import PurePath
from typing import Any

from auditlog.models import LogEntry
from django.core.files.storage import storages
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from board.models import SealedMinutes
from finance.cash_flow import cash_flow_report
from finance.columns import Wanted
from finance.digest import GENESIS, canonical_form
from finance.equity import equity_report
from finance.exporting import SieExport
from finance.journal import Selection
from finance.ledger import Scope
from finance.listings import general_ledger_table, journal_table, ledger_length, vouchers_table
from finance.models import (
    Account,
    Anchor,
    Association,
    Attachment,
    BudgetLine,
    FiscalYear,
    NumberGap,
    PeriodLock,
    SieImport,
    VoucherRow,
)
from finance.money import to_ore
from finance.notes import notes_report
from finance.posting import Head, chain_head
from finance.report import Report, table_of
from finance.statements import IncomeStatement, income_statement
from finance.streams import posted_vouchers
from finance.tables import Column, Kind, Table, csv_lines, json_lines, write_xlsx
from finance.tabulation import balance_report, income_report
from ledarna.annual_report.document import compose, report_of
from ledarna.annual_report.paper import document_pdf
from ledarna.board_documents.access import meant_for
from ledarna.documents import letterhead, report_pdf
from ledarna.figures import Reading
from ledarna.listings import (
    audit_notes_table,
    audit_remarks_table,
    audit_samples_table,
    member_counts_table,
    sampled_vouchers_table,
    trail_table,
)
from ledarna.models import AnnualReport
from ledarna.package.audit import Outcome, audit_data, audit_page, outcomes
from ledarna.package.ledgers import GENERAL_LEDGER, JOURNAL, Layout, papers
from ledarna.reconciliation import reconcile
from ledarna.roles import Level
from members.models import MemberCount

FORMAT = "ledarna-package 1"
CHUNK = 1 << 20
REPORT_DATA = "data/annual-report.json"
AUDIT_DATA = "data/audit.json"


STATEMENTS: tuple[tuple[str, Callable[[FiscalYear, Wanted], Report], Wanted], ...] = (
    ("resultatrakning", income_report, Wanted()),
    ("resultatrakning-per-konto", income_report, Wanted(layout="accounts")),
    ("resultatrakning-per-manad", income_report, Wanted(by="month")),
    ("balansrakning", balance_report, Wanted()),
    ("kassaflodesanalys", cash_flow_report, Wanted()),
    ("eget-kapital", equity_report, Wanted()),
    ("noter", notes_report, Wanted()),
)
"""The statements: the name of their files, how they are derived, and in which columns."""


@dataclass(frozen=True)
class Part:
    """A file of the package: its name, and what gives its content when it is written."""

    name: str
    content: Callable[[], Iterable[bytes]]


class Facts:
    """The facts of a year that several files are made of, each read once."""

    def __init__(self, year: FiscalYear) -> None:
        self.year = year
        self.ending = ExitStack()
        """Ends what was begun for files that are not written after all."""

    @cached_property
    def association(self) -> str:
        """The association's name; empty where none was entered."""
        found = Association.objects.first()
        return found.name if found else ""

    @cached_property
    def head(self) -> Head:
        """The head of the year's chain."""
        return chain_head(self.year)

    @cached_property
    def made(self) -> datetime:
        """When the last voucher was posted, in place of now: the same ledger gives the same files."""
        last = self.year.vouchers.posted().order_by("-sequence").values_list("posted_at", flat=True).first()
        return last or datetime.combine(self.year.start, time.min, UTC)

    @cached_property
    def reading(self) -> Reading:
        """What the figures are derived from."""
        return Reading(self.year)

    @cached_property
    def about(self) -> dict[str, str]:
        """What each workbook says of itself."""
        return {"year": self.year.label, "head": self.head.digest if self.head.sequence else ""}

    @cached_property
    def income_statement(self) -> IncomeStatement:
        """Income and costs by account, against the budget."""
        return income_statement(self.year)

    @cached_property
    def outcomes(self) -> list[Outcome]:
        """The auditors' samples, and what came of them."""
        return outcomes(self.year)


def parts(facts: Facts) -> list[Part]:
    """Every file of the package of a year, in the order in which they are written."""
    return [
        Part("LÄS MIG.txt", partial(_text, "package/read-me.txt", facts)),
        Part("verify.py", lambda: [files("ledarna.package").joinpath("verify.py").read_bytes()]),
        Part("systembeskrivning.txt", partial(_text, "package/system-description.txt", facts)),
        Part("data/ledger.txt", partial(_ledger, facts.year)),
        Part("data/books.json", lambda: _json(_books(facts))),
        Part("data/figures.json", lambda: _json(facts.reading.as_json())),
        Part("data/reconciliation.json", lambda: _json(reconcile(facts.year, facts.reading).as_json())),
        *(part for name, derive, wanted in STATEMENTS for part in _report(name, facts, derive, wanted)),
        Part("bokforing/sie4e.se", partial(_sie, facts)),
        Part(REPORT_DATA, lambda: _json(_sealed_reports(facts.year))),
        *_reports(facts),
        *_both("bokforing/verifikationslista", facts, lambda: vouchers_table(Selection(facts.year))),
        *_journal(facts),
        *_general_ledger(facts),
        *_both("bokforing/kontoplan", facts, _chart),
        *_both("bokforing/budget-och-utfall", facts, lambda: _budget(facts)),
        *_both("bokforing/underlag", facts, lambda: _attachments(facts.year)),
        Part(AUDIT_DATA, lambda: _json(audit_data(facts.year, facts.outcomes))),
        Part(
            "revision/granskning.html",
            lambda: [audit_page(facts.year, facts.association, facts.outcomes).encode()],
        ),
        *_both("revision/urval", facts, lambda: audit_samples_table(facts.year)),
        *_both("revision/verifikationer", facts, lambda: sampled_vouchers_table(facts.year)),
        *_both("revision/fragor-och-svar", facts, lambda: audit_remarks_table(facts.year)),
        *_both("revision/anteckningar", facts, lambda: audit_notes_table(facts.year)),
        *_both("historik/behandlingshistorik", facts, lambda: _history(facts.year)),
        *_both("historik/spar", facts, _trail),
        *_both("medlemmar/medlemsantal", facts, lambda: _members(facts.year)),
        *_both("moten/protokoll", facts, lambda: _minutes(facts.year)),
        *(
            Part(_minutes_path(sealed), partial(_document, sealed.pdf_sha256))
            for sealed in _approved(facts.year)
        ),
        *_documents(facts.year),
    ]


def _both(name: str, facts: Facts, table: Callable[[], Table]) -> list[Part]:
    """The same table as a workbook and as CSV."""
    return [
        Part(f"{name}.xlsx", lambda: _workbook(table(), facts)),
        Part(f"{name}.csv", lambda: (line.encode() for line in csv_lines(table()))),
    ]


def _journal(facts: Facts) -> list[Part]:
    def table() -> Table:
        return journal_table(Selection(facts.year))

    rows = VoucherRow.objects.filter(voucher__fiscal_year=facts.year, voucher__sequence__isnull=False).count()
    return _book("bokforing/grundbok", facts, table, rows, JOURNAL)


def _general_ledger(facts: Facts) -> list[Part]:
    scope = Scope.of(facts.year)
    return _book(
        "bokforing/huvudbok", facts, lambda: general_ledger_table(scope), ledger_length(scope), GENERAL_LEDGER
    )


def _book(name: str, facts: Facts, table: Callable[[], Table], rows: int, layout: Layout) -> list[Part]:
    """A table as long as the ledger: as a workbook, as CSV, and on paper in as many files as it needs."""
    letter = {**letterhead(facts.about["head"]), "period": facts.year.label}
    files = papers(table, rows, layout, letter, facts.made.date(), facts.ending)
    return [
        *_both(name, facts, table),
        *(
            Part(f"{name}-{file.number}.pdf" if file.of > 1 else f"{name}.pdf", partial(_whole, file.content))
            for file in files
        ),
    ]


def _whole(content: Callable[[], bytes]) -> list[bytes]:
    return [content()]


def _report(
    name: str, facts: Facts, derive: Callable[[FiscalYear, Wanted], Report], wanted: Wanted
) -> list[Part]:
    """A statement on paper, as a workbook, as CSV and as JSON, all of the same report, derived once."""
    report = cache(lambda: derive(facts.year, wanted))

    def table() -> Table:
        return table_of(report())

    return [
        Part(f"bokslut/{name}.pdf", lambda: [report_pdf(report(), facts.about["head"])]),
        Part(f"bokslut/{name}.json", lambda: (line.encode() for line in json_lines(table(), facts.about))),
        *_both(f"bokslut/{name}", facts, table),
    ]


def _workbook(table: Table, facts: Facts) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        write_xlsx([table], file, facts.about, facts.made)
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk


def _json(value: Any) -> Iterable[bytes]:
    return [json.dumps(value, ensure_ascii=False, indent=2).encode(), b"\n"]


def _text(template: str, facts: Facts) -> Iterable[bytes]:
    context = {"facts": facts, "year": facts.year, "is_closed": facts.year.is_closed}
    return [render_to_string(template, context).encode()]


# The ledger ---------------------------------------------------------------------------------------


def _ledger(year: FiscalYear) -> Iterator[bytes]:
    """Each voucher's canonical form (``docs/digest.md``), and its digest on a line of its own."""
    previous = GENESIS
    for posted in posted_vouchers(year):
        yield canonical_form(posted.canonical, previous)
        yield f"digest\t{posted.digest}\n".encode()
        previous = posted.digest


def _books(facts: Facts) -> dict[str, Any]:
    """What the statements rest on beside the vouchers; amounts in öre, debit positive."""
    year = facts.year
    budget = year.budgets.filter(in_force=True).first()
    return {
        "format": FORMAT,
        "association": facts.association,
        "year": {
            "label": year.label,
            "start": year.start.isoformat(),
            "end": year.end.isoformat(),
            "is_closed": year.is_closed,
        },
        "vouchers": facts.head.sequence,
        "head": facts.head.digest if facts.head.sequence else None,
        "accounts": [
            {"number": account.number, "name": account.name, "kind": account.kind}
            for account in Account.objects.order_by("number")
        ],
        "opening": [
            {"account": balance.account.number, "ore": to_ore(balance.amount)}
            for balance in year.opening_balances.select_related("account").order_by("account__number")
        ],
        "gaps": [
            {"series": gap.series.code, "first": gap.first, "last": gap.last, "reason": gap.reason}
            for gap in NumberGap.objects.filter(series__fiscal_year=year)
            .select_related("series")
            .order_by("series__code", "first")
        ],
        "budget": budget and {"name": str(budget), "lines": _budget_lines(budget.pk)},
    }


def _budget_lines(budget: int) -> list[dict[str, Any]]:
    return [
        {
            "account": line.account.number,
            "month": line.month.isoformat() if line.month else None,
            "ore": to_ore(line.amount),
        }
        for line in BudgetLine.objects.filter(budget=budget)
        .select_related("account")
        .order_by("account__number", "month", "pk")
    ]


def _sie(facts: Facts) -> Iterator[bytes]:
    yield from SieExport(facts.year, "4E", day=facts.made.date())


# Tables -------------------------------------------------------------------------------------------


def _chart() -> Table:
    return Table(
        _("Chart of accounts"),
        (
            Column("number", _("Account"), width=9),
            Column("name", _("Name"), width=40),
            Column("kind", _("Kind"), width=16),
            Column("sru", _("SRU code"), width=10),
            Column("is_open", _("Open"), width=8),
        ),
        (
            (
                account.number,
                account.name,
                account.get_kind_display(),
                account.sru,
                _("yes") if account.is_open else _("no"),
            )
            for account in Account.objects.order_by("number")
        ),
    )


def _budget(facts: Facts) -> Table:
    statement = facts.income_statement
    return Table(
        _("Budget and actual"),
        (
            Column("account", _("Account"), width=9),
            Column("name", _("Name of the account"), width=40),
            Column("amount", facts.year.label, Kind.AMOUNT),
            Column("budget", _("Budget"), Kind.AMOUNT),
            Column("variance", _("Variance"), Kind.AMOUNT),
            Column("previous", _("The year before"), Kind.AMOUNT),
        ),
        (
            (line.account.number, line.account.name, line.amount, line.budget, line.better, line.previous)
            for section in statement.sections
            for line in section.lines
        ),
    )


def _attachments(year: FiscalYear) -> Table:
    return Table(
        _("Attached files"),
        (
            Column("voucher", _("Voucher"), width=12),
            Column("name", _("File"), width=40),
            Column("path", _("In the package"), width=80),
            Column("uploaded_at", _("Uploaded"), Kind.MOMENT),
            Column("uploaded_by", _("Uploaded by"), width=16),
        ),
        (
            (found.voucher.reference, found.name, _path(found), found.uploaded_at, found.uploaded_by)
            for found in _of_posted(year).iterator(chunk_size=1000)
        ),
    )


def _history(year: FiscalYear) -> Table:
    """What was done with the books as a whole (BFL 5:11, behandlingshistorik); vouchers tell their own."""
    steps: list[tuple[Any, ...]] = [
        (taken.at, taken.by, _("Import of a SIE file"), f"{taken.file_name} {taken.sha256}")
        for taken in SieImport.objects.all()
    ]
    for lock in PeriodLock.objects.filter(fiscal_year=year).select_related("locked_by", "unlocked_by"):
        closed, opened = (
            (_("The year was closed"), _("The year was reopened"))
            if lock.kind == PeriodLock.Kind.YEAR
            else (_("Days were locked"), _("Days were opened"))
        )
        days = f"{lock.start} – {lock.end}"
        steps.append((lock.locked_at, _name(lock.locked_by), closed, days))
        if lock.unlocked_at:
            steps.append((lock.unlocked_at, _name(lock.unlocked_by), opened, f"{days}: {lock.unlock_reason}"))
    steps += [
        (
            kept.at,
            kept.by,
            _("The head of the chain was anchored"),
            f"{kept.sequence} {kept.digest} {kept.note}".strip(),
        )
        for kept in Anchor.objects.filter(fiscal_year=year)
    ]
    return Table(
        _("Processing history"),
        (
            Column("at", _("When"), Kind.MOMENT),
            Column("by", _("Who"), width=16),
            Column("did", _("Did"), width=36),
            Column("about", _("About"), width=80),
        ),
        sorted(steps, key=lambda step: (step[0], step[2], step[3])),
    )


def _name(user: Any) -> str:
    return user.get_username() if user else ""


def _trail() -> Table:
    """The changes that the trail tells. What people looked at or took out is on the trail's page:
    with it, each package would differ from the one before, for that was taken out."""
    changes = LogEntry.objects.exclude(action=LogEntry.Action.ACCESS)
    changes = changes.exclude(content_type__app_label="ledarna", content_type__model="apitoken")
    return trail_table(changes.order_by("pk"))


def _members(year: FiscalYear) -> Table:
    return member_counts_table(MemberCount.objects.filter(date__lte=year.end).order_by("date"))


# The annual report --------------------------------------------------------------------------------


def _report_path(number: int) -> str:
    return f"berattelse/verksamhetsberattelse-{number}.pdf"


def _sealed_reports(year: FiscalYear) -> list[dict[str, Any]]:
    """Each report that was sealed, oldest first; ``content`` is the very text of which the digest was taken."""
    return [
        {
            "number": sealed.number,
            "at": sealed.at.isoformat(),
            "by": sealed.by,
            "reason": sealed.reason,
            "head": sealed.head,
            "vouchers": sealed.sequence,
            "pdf": _report_path(sealed.number),
            "pdf_sha256": sealed.pdf_sha256,
            "content_sha256": sealed.content_sha256,
            "content": sealed.content,
            "signatures": [
                {
                    "by": signature.by,
                    "name": signature.name,
                    "at": signature.at.isoformat(),
                    "pdf_sha256": signature.pdf_sha256,
                }
                for signature in sealed.signatures.all()
            ],
        }
        for sealed in year.sealed_reports.prefetch_related("signatures")
    ]


def _reports(facts: Facts) -> list[Part]:
    """The PDF of each report that was sealed; where none was, the report as it reads now."""
    sealed = [
        Part(_report_path(number), partial(_document, sha256))
        for number, sha256 in facts.year.sealed_reports.values_list("number", "pdf_sha256")
    ]
    report = report_of(facts.year)
    if sealed or report is None or not report.sections.exists():
        return sealed
    return [Part("berattelse/verksamhetsberattelse-utkast.pdf", lambda: [_draft(facts, report)])]


def _draft(facts: Facts, report: AnnualReport) -> bytes:
    document = compose(report).document
    return document_pdf(document, facts.about["head"], facts.year.end, (), is_sealed=False)


# Minutes ------------------------------------------------------------------------------------------


def _approved(year: FiscalYear) -> QuerySet[SealedMinutes]:
    """The approved minutes of the year's meetings that are meant for the auditors, whoever takes the package."""
    return (
        SealedMinutes.objects.filter(
            version__document__in=meant_for(Level.SEE_AS_AUDITOR),
            version__document__meeting__date__gte=year.start,
            version__document__meeting__date__lte=year.end,
        )
        .select_related("version__document__meeting")
        .prefetch_related("version__signatories__signature")
        .order_by("version__document__meeting__date", "version__document__meeting")
    )


def _minutes_path(sealed: SealedMinutes) -> str:
    meeting = sealed.version.document.meeting
    assert meeting is not None
    return f"moten/protokoll-{meeting.date}-{meeting.pk}.pdf"


def _minutes(year: FiscalYear) -> Table:
    return Table(
        _("Approved minutes"),
        (
            Column("title", _("Minutes"), width=50),
            Column("path", _("In the package"), width=40),
            Column("approved_at", _("Approved"), Kind.MOMENT),
            Column("signatures", _("Signed by"), width=60),
            Column("text", _("SHA-256 of the text"), width=66),
            Column("pdf", _("SHA-256 of the PDF"), width=66),
        ),
        (
            (
                sealed.version.document.title,
                _minutes_path(sealed),
                sealed.at,
                ", ".join(
                    f"{one.name} {one.signature.at:%Y-%m-%d}" for one in sealed.version.signatories.all()
                ),
                sealed.version.sha256,
                sealed.pdf_sha256,
            )
            for sealed in _approved(year)
        ),
    )


# Documents ----------------------------------------------------------------------------------------


def _of_posted(year: FiscalYear) -> Any:
    return (
        Attachment.objects.filter(voucher__fiscal_year=year, voucher__sequence__isnull=False)
        .select_related("voucher__series")
        .order_by("voucher__sequence", "line")
    )


def _path(attachment: Attachment) -> str:
    return f"underlag/{attachment.sha256}{PurePath(attachment.name).suffix.lower()}"


def _documents(year: FiscalYear) -> list[Part]:
    """Each attached file once, however many vouchers it belongs to, under its digest."""
    paths = {found.sha256: _path(found) for found in _of_posted(year).iterator(chunk_size=1000)}
    return [Part(path, partial(_document, sha256)) for sha256, path in sorted(paths.items())]


def _document(sha256: str) -> Iterator[bytes]:
    with storages["documents"].open(sha256) as file:
        while chunk := file.read(CHUNK):
            yield chunk
