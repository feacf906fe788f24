"""Every invariant of the ledger, checked anew from what the database holds.

``verify`` reads each posted voucher once, in the order of the chain, and memory stays the same
however many there are. A check is a small function that knows nothing of the others: those over
vouchers take one voucher and answer with what is wrong about it, those over a year or over the whole
database note what they find in their ``Check``.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, NamedTuple

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connection
from django.db.models import F, ForeignKey, Model, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from finance import anchors, attestation, guard, papers, taking_back
from finance.digest import GENESIS, voucher_digest
from finance.models import (
    Account,
    CostCenter,
    FiscalYear,
    NumberGap,
    PeriodLock,
    Project,
    VerificationRun,
    Voucher,
    VoucherSeries,
)
from finance.models.accounts import BALANCE_KINDS, Kind
from finance.money import AmountField, from_ore
from finance.presentation import format_amount
from finance.statements import TrialBalance, trial_balance
from finance.streams import Posted, as_date, posted_vouchers, snapshot, stream
from finance.traces import TRACED, contents, subject, trace_digest, traces_head

ORE = re.compile(r"-?\d+")
UNREADABLE = (
    ArithmeticError,
    AttributeError,  # a date that is none comes from SQLite as None
    DatabaseError,
    ObjectDoesNotExist,
    TypeError,
    ValidationError,
    ValueError,
)
"""What reading a fact can end with that the database should never have held."""

LISTED = 1_000
"""How many places a check lists; the rest are counted, so that memory is bounded."""


CHECKS = (
    "chain", "balance", "dates", "rows", "posted", "numbering", "totals", "locks", "opening", "balance_sheet",
    "attachments", "attests", "imports", "references", "traces", "anchors", "guard",
)  # fmt: skip


Faults = Iterable[tuple[str, str]]
"""Things that were looked at: where each is, and what is wrong with it; empty where nothing is."""


class Joined(NamedTuple):
    """A check that another app has joined to those of the ledger: what it says, and how it looks."""

    title: Promise | str
    faults: Callable[[], Faults]


JOINED: dict[str, Joined] = {}
"""What rests on the ledger and is kept outside of finance is verified with it: each app joins its own."""


def join(name: str, title: Promise | str, faults: Callable[[], Faults]) -> None:
    """Let every verification of the whole ledger look at *faults* too, as the check *name*."""
    JOINED[name] = Joined(title, faults)


class Place(NamedTuple):
    """Where something was found, and what: a sentence in the reader's language."""

    where: str
    what: str


@dataclass
class Check:
    """An invariant: how many things were checked, where it is broken, what is worth knowing."""

    name: str
    checked: int = 0
    broken: list[Place] = field(default_factory=list)
    notes: list[Place] = field(default_factory=list)
    unlisted: int = 0

    @property
    def ok(self) -> bool:
        """Whether the invariant holds everywhere."""
        return not self.broken

    def breaks(self, where: str, what: str) -> None:
        """Record that the invariant is broken at *where*."""
        if len(self.broken) < LISTED:
            self.broken.append(Place(where, what))
        else:
            self.unlisted += 1

    def note(self, where: str, what: str) -> None:
        """Record something that an auditor wants to know and that breaks nothing."""
        if len(self.notes) < LISTED:
            self.notes.append(Place(where, what))


@dataclass
class Report:
    """What a verification found: the head of each year's chain, that of the traces, and every check."""

    head: dict[str, str] = field(default_factory=dict)
    traces: str = ""
    checks: dict[str, Check] = field(
        default_factory=lambda: {name: Check(name) for name in (*CHECKS, *JOINED)}
    )

    def __getitem__(self, name: str) -> Check:
        return self.checks[name]

    @property
    def ok(self) -> bool:
        """Whether every invariant holds."""
        return all(check.ok for check in self.checks.values())

    @property
    def errors(self) -> int:
        """In how many places an invariant is broken."""
        return sum(len(check.broken) + check.unlisted for check in self.checks.values())

    def as_json(self) -> dict[str, Any]:
        """The report as ``verify_ledger --json`` writes it."""
        return {
            "ok": self.ok,
            "head": self.head,
            "traces": self.traces,
            "checks": [
                {
                    "name": check.name,
                    "checked": check.checked,
                    "broken": [place._asdict() for place in check.broken],
                    "unlisted": check.unlisted,
                    "notes": [place._asdict() for place in check.notes],
                }
                for check in self.checks.values()
            ],
        }


@dataclass(frozen=True)
class Step:
    """How far a verification has come: in a fiscal year, or in a check of the whole database.

    ``read`` is how many vouchers were read since the step before, ``done`` whether the year or the
    check is done with.
    """

    report: Report
    year: str = ""
    check: str = ""
    read: int = 0
    done: bool = False


def title(name: str) -> str:
    """What the check *name* says, on the screen."""
    if name in JOINED:
        return str(JOINED[name].title)
    return {
        "chain": _("Every digest follows from the voucher's content and the digest before it"),
        "balance": _("Debit equals credit in every voucher"),
        "dates": _("Every voucher is dated inside its fiscal year"),
        "rows": _("Rows bear their voucher's date and are numbered from 1"),
        "posted": _("What is posted has number, place in the chain, time and digest"),
        "numbering": _("Numbers run from 1 without a gap that is not recorded"),
        "totals": _("Totals per month equal the rows"),
        "locks": _("Nothing was posted into locked days"),
        "opening": _("Opening balances equal the closing balances of the year before"),
        "balance_sheet": _("Assets equal liabilities and equity"),
        "attachments": _("Every attached document is there, with the content it had"),
        "attests": _("Every attest is of what was posted, by somebody who neither entered nor changed it"),
        "imports": _("Of an import that was taken back nothing is left"),
        "references": _("Everything that is referred to is there"),
        "traces": _("What stands beside the vouchers says what its last trace says"),
        "anchors": _("Every anchor still agrees with the chain"),
        "guard": _("The database holds every trigger of the guard"),
    }[name]


# Each voucher ------------------------------------------------------------------------------------


def unbalanced(voucher: Posted) -> str | None:
    """Say by how much debit and credit of *voucher* differ."""
    try:
        difference = sum([row.amount for row in voucher.rows])
        return _differ(difference) if difference else None
    except TypeError:
        return _("An amount is not a whole number of öre.")


def _differ(difference: int) -> str:
    return _("Debit and credit differ by %(difference)s.") % {"difference": _amount(abs(difference))}


def misdated(voucher: Posted) -> str | None:
    """Say when the date of *voucher* is outside of its fiscal year; ISO dates sort as text."""
    content = voucher.canonical
    if content.year_start <= content.date <= content.year_end:
        return None
    return _("The date %(date)s is outside of the fiscal year %(start)s – %(end)s.") % {
        "date": content.date,
        "start": content.year_start,
        "end": content.year_end,
    }


def misplaced_rows(voucher: Posted) -> str | None:
    """Say when a row of *voucher* bears another date, or another line than its place."""
    date = voucher.canonical.date
    for place, row in enumerate(voucher.rows, start=1):
        if row.date != date:
            return _("Row %(line)s bears the date %(date)s, not the voucher's.") % {
                "line": row.line,
                "date": row.date,
            }
        if row.line != place:
            return _("Row %(place)s is numbered %(line)s.") % {"place": place, "line": row.line}
    return None


EACH_VOUCHER: dict[str, Callable[[Posted], str | None]] = {
    "balance": unbalanced,
    "dates": misdated,
    "rows": misplaced_rows,
}


def _amount(ore: int) -> str:
    return format_amount(from_ore(ore))


def _where(year: FiscalYear, voucher: Posted) -> str:
    return f"{year.label} {voucher.canonical.series} {voucher.canonical.number}"


class Chain:
    """The chain of a fiscal year, followed voucher by voucher.

    A voucher passes when its digest follows from its content and either the digest that the one
    before it has, or the one that it should have: so only the voucher that was changed is named.
    """

    def __init__(self, check: Check, year: FiscalYear) -> None:
        self.check, self.year = check, year
        self.place = 0
        self.stored = self.recomputed = GENESIS

    def follow(self, voucher: Posted) -> None:
        """Take the next voucher of the chain."""
        self.check.checked += 1
        sequence = voucher.canonical.sequence
        self.place += 1
        missing = sequence != self.place
        if missing:
            self.check.breaks(
                _where(self.year, voucher),
                _("It is number %(sequence)s in the chain, where number %(expected)s should come.")
                % {"sequence": sequence, "expected": self.place},
            )
            self.place = sequence if isinstance(sequence, int) else self.place
        recomputed = voucher_digest(voucher.canonical, self.stored)
        if recomputed != voucher.digest and not missing:
            follows = self.stored != self.recomputed and (
                voucher_digest(voucher.canonical, self.recomputed) == voucher.digest
            )
            if not follows:
                self.check.breaks(
                    _where(self.year, voucher),
                    _("Its digest does not follow from its content: it was changed after it was posted."),
                )
        self.stored, self.recomputed = voucher.digest, recomputed


# Each year ---------------------------------------------------------------------------------------

TotalKey = tuple[int, str, int | None, int | None]
"""Account, month, project and cost centre."""


def totals_of_rows(totals: dict[TotalKey, list[int]], voucher: Posted) -> None:
    """Add the rows of *voucher* to *totals*: öre and number of rows."""
    month = f"{voucher.canonical.date[:7]}-01"
    for row in voucher.rows:
        total = totals[row.account_id, month, row.project_id, row.cost_center_id]
        if isinstance(row.amount, int):
            total[0] += row.amount
        total[1] += 1


def check_totals(check: Check, year: FiscalYear, recomputed: dict[TotalKey, list[int]]) -> None:
    """Compare what the database keeps with what the rows sum to, per account and month."""
    kept: dict[TotalKey, list[int]] = defaultdict(lambda: [0, 0])
    totals = stream(
        f"SELECT account_id, {as_date('month')}, project_id, cost_center_id, amount, rows"
        " FROM finance_periodtotal WHERE fiscal_year_id = %s",
        [year.pk],
    )
    for *place, ore, count in totals:
        if isinstance(ore, int) and isinstance(count, int):
            total = kept[tuple(place)]
            total[0] += ore
            total[1] += count
    for key in sorted({*kept, *recomputed}, key=str):
        check.checked += 1
        (kept_amount, kept_rows), (amount, rows) = kept.get(key, [0, 0]), recomputed.get(key, [0, 0])
        if (kept_amount, kept_rows) != (amount, rows):
            check.breaks(
                _where_total(key),
                _(
                    "The total says %(kept)s in %(kept_rows)s rows, the rows sum to %(amount)s in %(rows)s rows."
                )
                % {
                    "kept": _amount(kept_amount),
                    "kept_rows": kept_rows,
                    "amount": _amount(amount),
                    "rows": rows,
                },
            )


def _where_total(key: TotalKey) -> str:
    account, month, project, center = key
    number = Account.objects.filter(pk=account).values_list("number", flat=True).first() or account
    where = _("account %(account)s %(month)s") % {"account": number, "month": month[:7]}
    if project:
        where += " " + _("project %(code)s") % {"code": Project.objects.filter(pk=project).first() or project}
    if center:
        where += " " + _("cost centre %(code)s") % {
            "code": CostCenter.objects.filter(pk=center).first() or center
        }
    return where


def check_posted(check: Check, year: FiscalYear) -> None:
    """See that no voucher is half posted, and that each names a series of its own year."""
    posted = Q(number__isnull=False, sequence__isnull=False, posted_at__isnull=False, digest__length=64)
    draft = Q(number__isnull=True, sequence__isnull=True, posted_at__isnull=True, digest="")
    vouchers = Voucher.objects.filter(fiscal_year=year)
    check.checked += vouchers.filter(posted).count()
    for pk, code, number in vouchers.exclude(posted | draft).values_list("pk", "series__code", "number")[
        :LISTED
    ]:
        check.breaks(
            f"{year.label} {code} {number or '?'}",
            _(
                "The voucher with key %(key)s is neither a draft nor whole: number, place, time or digest is missing."
            )
            % {"key": pk},
        )
    strangers = vouchers.exclude(series__fiscal_year=F("fiscal_year"))
    for pk, number in strangers.values_list("pk", "number")[:LISTED]:
        check.breaks(
            f"{year.label} {number or '?'}",
            _("The voucher with key %(key)s has a series of another fiscal year.") % {"key": pk},
        )


def jumps(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The runs of numbers that are missing between 1 and the last of *numbers*, which ascend."""
    last = 0
    for number in numbers:
        if number > last + 1:
            yield last + 1, number - 1
        last = number


def without(run: tuple[int, int], gaps: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of *run* when *gaps*, which ascend, are taken away: runs of numbers."""
    first, last = run
    for gap_first, gap_last in gaps:
        if gap_first > first:
            yield first, min(gap_first - 1, last)
        first = max(first, gap_last + 1)
        if first > last:
            return
    yield first, last


def check_numbering(check: Check, year: FiscalYear) -> None:
    """Compare the numbers that each series of *year* lacks with the gaps that an import recorded."""
    for series in VoucherSeries.objects.filter(fiscal_year=year):
        name = f"{year.label} {series.code}"
        used = Voucher.objects.filter(series=series, number__isnull=False)
        check.checked += used.count()
        gaps = list(NumberGap.objects.filter(series=series).order_by("first"))
        for gap in gaps:
            where = f"{name} {gap.first}–{gap.last}"
            check.note(where, gap.reason)
            # A later import may have brought some of the numbers; nothing else may use one.
            if used.filter(number__range=(gap.first, gap.last), sie_import__isnull=True).exists():
                check.breaks(where, _("The numbers are recorded as missing, and some of them are used."))
        numbers = stream(
            "SELECT number FROM finance_voucher WHERE series_id = %s AND number IS NOT NULL ORDER BY number",
            [series.pk],
        )
        for run in jumps(number for (number,) in numbers):
            for first, last in without(run, [(gap.first, gap.last) for gap in gaps]):
                check.breaks(f"{name} {first}–{last}", _("The numbers are missing, and no gap is recorded."))


def year_before(year: FiscalYear) -> FiscalYear | None:
    """The year that ended the day before *year* began, if it has vouchers to derive a closing from."""
    previous = year.previous
    if previous and previous.end + timedelta(days=1) == year.start and previous.vouchers.posted().exists():
        return previous
    return None


def check_opening(check: Check, trial: TrialBalance, before: TrialBalance) -> None:
    """Compare what a year began with to what the year before ended with, by account.

    Equity is compared as a whole, because its parts change names over New Year (BAS 2069, 2067). As
    long as the year before is open its closing may still move, and a difference breaks nothing.
    """
    year = trial.year
    closed = before.year.locks.filter(kind=PeriodLock.Kind.YEAR, unlocked_at__isnull=True).exists()
    tell = check.breaks if closed else check.note
    opening = {b.account.number: b.opening for b in trial.balances if b.account.kind in BALANCE_KINDS}
    closing = {b.account.number: b.closing for b in before.balances if b.account.kind in BALANCE_KINDS}
    equity = {b.account.number for t in (trial, before) for b in t.balances if b.account.kind == Kind.EQUITY}
    for number in sorted((opening.keys() | closing.keys()) - equity):
        check.checked += 1
        if opening.get(number, 0) != closing.get(number, 0):
            tell(
                _("account %(account)s %(month)s") % {"account": number, "month": year.label},
                _("The year begins with %(opening)s, and %(year)s ended with %(closing)s.")
                % {
                    "opening": _amount(opening.get(number, 0)),
                    "year": before.year.label,
                    "closing": _amount(closing.get(number, 0)),
                },
            )
    check.checked += 1
    if trial.equity_opening != before.equity_closing:
        tell(
            f"{year.label}",
            _("Equity begins with %(opening)s, and %(year)s ended with %(closing)s.")
            % {
                "opening": _amount(trial.equity_opening),
                "year": before.year.label,
                "closing": _amount(before.equity_closing),
            },
        )


def check_balance_sheet(check: Check, trial: TrialBalance) -> None:
    """See that the opening balances of the year sum to zero, and that the balance sheet holds."""
    check.checked += 1
    opening = sum(b.opening for b in trial.balances)
    if opening:
        check.breaks(
            trial.year.label,
            _("The opening balances sum to %(sum)s, not to zero.") % {"sum": _amount(opening)},
        )
    if trial.difference != opening:
        check.breaks(
            trial.year.label,
            _("Assets differ from liabilities and equity by %(difference)s.")
            % {"difference": _amount(trial.difference)},
        )


def check_locks(check: Check, year: FiscalYear) -> None:
    """See that the locks lie in the year, and that nothing was posted into their days while they held."""
    for lock in PeriodLock.objects.filter(fiscal_year=year):
        check.checked += 1
        if not year.start <= lock.start <= lock.end <= year.end:
            check.breaks(f"{year.label} {lock}", _("The lock reaches outside of the fiscal year."))
        intruders = Voucher.objects.filter(
            fiscal_year=year, date__range=(lock.start, lock.end), posted_at__gt=lock.locked_at
        )
        if lock.unlocked_at:
            intruders = intruders.filter(posted_at__lt=lock.unlocked_at)
        for code, number in intruders.values_list("series__code", "number")[:LISTED]:
            check.breaks(
                f"{year.label} {code} {number}",
                _("It was posted into the days %(lock)s while they were locked.") % {"lock": lock},
            )


# The whole database ------------------------------------------------------------------------------


def check_references(check: Check) -> None:
    """See that every foreign key of the ledger points at something that is there."""
    for model in apps.get_app_config("finance").get_models():
        meta = model._meta
        for key in (f for f in meta.concrete_fields if isinstance(f, ForeignKey)):
            check.checked += 1
            target = key.related_model._meta
            dangling = stream(
                f"SELECT t.id, t.{key.column} FROM {meta.db_table} t WHERE t.{key.column} IS NOT NULL AND"
                f" NOT EXISTS (SELECT 1 FROM {target.db_table} o WHERE o.id = t.{key.column})",
                [],
            )
            for pk, value in dangling:
                check.breaks(
                    f"{meta.verbose_name} {pk}",
                    _("%(field)s %(key)s is not there.") % {"field": key.verbose_name, "key": value},
                )


def _look(check: Check, faults: Callable[[], Faults]) -> None:
    """Let *check* note each of *faults*."""
    for where, what in faults():
        check.checked += 1
        if what:
            check.breaks(where, what)


def check_attachments(check: Check) -> None:
    """Read every attached document and see that it is what was attached."""
    _look(check, papers.faults)


def check_attests(check: Check) -> None:
    """See that each attest is of what was posted, and by another person."""
    _look(check, attestation.faults)


def check_imports(check: Check) -> None:
    """See that nothing is left of what an import that was taken back had posted."""
    _look(check, taking_back.faults)


def check_anchors(check: Check) -> None:
    """See that the voucher in the place of each anchor has the digest that was anchored."""
    _look(check, anchors.faults)


def check_traces(check: Check) -> str:
    """See that each fact beside the vouchers says what its last trace says, and that no trace was changed.

    Gives the head of the traces: the SHA-256 over the last digest of each subject, in their order.
    """
    last: dict[str, tuple[str, str, str]] = {}
    traces = stream("SELECT subject, at, content, digest FROM finance_trace ORDER BY id", [])
    for name, at, content, digest in traces:
        check.checked += 1
        previous = last[name][2] if name in last else ""
        if trace_digest(previous, at, name, content) != digest:
            check.breaks(name, _("The trace of %(at)s was changed.") % {"at": at})
        last[name] = (at, content, digest)
    head = traces_head((name, digest) for name, (_at, _content, digest) in last.items())
    for model in TRACED:
        for key, content in contents(model):
            at, noted, _digest = last.pop(subject(model, key), ("", "", ""))
            if content != noted:
                check.breaks(_named(model, key), _astray(model, content, noted, at))
    for name, (at, noted, _digest) in last.items():
        if noted:
            check.breaks(
                name,
                _("It was deleted past the program: on %(at)s it said %(said)s.")
                % {"at": at, "said": ", ".join(noted.split("\t"))},
            )
    return head


def _named(model: type[Model], key: int) -> str:
    """The fact as people know it, or by its key where that cannot be read any more."""
    try:
        return f"{model._meta.verbose_name} {model._default_manager.filter(pk=key).first()}"
    except UNREADABLE:
        return f"{model._meta.verbose_name} {key}"


def _astray(model: type[Model], content: str, noted: str, at: str) -> str:
    """In words, what a fact says now and what its last trace says."""
    if not noted:
        return _("It was entered past the program: it left no trace.")
    changes = []
    for column, said, says in zip(TRACED[model], noted.split("\t"), content.split("\t"), strict=False):
        fact = model._meta.get_field(column)
        if said != says:
            change = {"said": said or "–", "says": says or "–"}
            if isinstance(fact, AmountField):
                change = {
                    word: _amount(int(ore)) if ORE.fullmatch(ore) else ore for word, ore in change.items()
                }
            changes.append(
                _("%(field)s was %(said)s and is %(says)s") % {"field": fact.verbose_name, **change}  # type: ignore[union-attr]
            )
    return _("It was changed past the program after %(at)s: %(changes)s.") % {
        "at": at,
        "changes": ", ".join(changes),
    }


def check_guard(check: Check) -> None:
    """See that the database holds the guard as its file says."""
    check.checked += len(guard.expected_triggers(connection.vendor))
    for fault in guard.faults(connection):
        check.breaks(fault.name, fault.what)


@contextmanager
def _readable(check: Check, where: str) -> Iterator[None]:
    """Let a check go on to its end, or say that what the database holds at *where* cannot be read."""
    try:
        yield
    except UNREADABLE as error:
        check.breaks(where, _("What the database holds cannot be read: %(error)s") % {"error": error})


def _verify_year(report: Report, year: FiscalYear) -> Iterator[Step]:
    chain = Chain(report["chain"], year)
    totals: dict[TotalKey, list[int]] = defaultdict(lambda: [0, 0])
    each = [(report[name], wrong) for name, wrong in EACH_VOUCHER.items()]
    with _readable(chain.check, year.label):
        for count, voucher in enumerate(posted_vouchers(year), start=1):
            chain.follow(voucher)
            for check, wrong in each:
                if what := wrong(voucher):
                    check.breaks(_where(year, voucher), what)
            totals_of_rows(totals, voucher)
            if not count % 1_000:
                yield Step(report, year=year.label, read=1_000)
    for check, _wrong in each:
        check.checked += chain.check.checked
    report.head[year.label] = chain.stored
    with _readable(report["posted"], year.label):
        check_posted(report["posted"], year)
    with _readable(report["numbering"], year.label):
        check_numbering(report["numbering"], year)
    with _readable(report["totals"], year.label):
        check_totals(report["totals"], year, totals)
    with _readable(report["locks"], year.label):
        check_locks(report["locks"], year)
    with _readable(report["balance_sheet"], year.label):
        trial = trial_balance(year)
        check_balance_sheet(report["balance_sheet"], trial)
        before = year_before(year)
        if before and trial.has_opening:
            check_opening(report["opening"], trial, trial_balance(before))
    yield Step(report, year=year.label, done=True)


OVER_ALL: dict[str, Callable[[Check], object]] = {
    "attachments": check_attachments,
    "attests": check_attests,
    "imports": check_imports,
    "references": check_references,
    "traces": check_traces,
    "anchors": check_anchors,
    "guard": check_guard,
}


def steps(label: str | None = None) -> Iterator[Step]:
    """Check every invariant, of all fiscal years or of the one with *label*, step by step.

    The report that each step carries is one and the same; after the last step it is whole. Raises
    FiscalYear.DoesNotExist where no year has the label.
    """
    report = Report()
    with snapshot():
        # One by one, so that a year whose days are none keeps no other from being read.
        years = FiscalYear.objects.filter(**({"label": label} if label else {})).order_by("start")
        labels = list(years.values_list("label", flat=True))
        if label and not labels:
            raise FiscalYear.DoesNotExist(label)
        for each in labels:
            with _readable(report["dates"], each):
                yield from _verify_year(report, FiscalYear.objects.get(label=each))
        for name, check in OVER_ALL.items():
            with _readable(report[name], connection.vendor):
                found = check(report[name])
                if name == "traces":
                    report.traces = str(found)
            yield Step(report, check=name, done=True)
        for name, joined in JOINED.items():
            with _readable(report[name], connection.vendor):
                _look(report[name], joined.faults)
            yield Step(report, check=name, done=True)


def verify(label: str | None = None, progress: Callable[[int], None] = lambda vouchers: None) -> Report:
    """Check every invariant, as ``steps`` does, and give the report when all is done.

    *progress* is told how many vouchers were read since it was told last.
    """
    for step in steps(label):
        if step.read:
            progress(step.read)
    return step.report


def keep(report: Report, by: str) -> VerificationRun:
    """Keep what a verification by *by* found."""
    return VerificationRun.objects.create(
        by=by,
        errors=report.errors,
        vouchers=report["chain"].checked,
        head=report.head,
        report=report.as_json(),
    )
