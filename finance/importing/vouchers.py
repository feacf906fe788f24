"""The vouchers: which are new, in conflict or locked away; the gaps between them; and their posting."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from finance.digest import CanonicalRow
from finance.importing.outcome import Step
from finance.importing.work import (
    Work,
    span_of,
)
from finance.models import (
    CostCenter,
    FiscalYear,
    NumberGap,
    PeriodLock,
    Project,
    Voucher,
    VoucherRow,
    VoucherSeries,
)
from finance.models.vouchers import Correction
from finance.money import from_ore, to_ore
from finance.posting import VoucherFacts, post_many
from finance.sie.values import amount_text
from finance.streams import posted_vouchers
from finance.waiting import Entry, Span, content_of


def sort_vouchers(work: Work) -> None:
    """Tell the new vouchers from those that are posted already, as they are or otherwise."""
    years = sorted(FiscalYear.objects.all(), key=lambda year: year.start)
    for part in work.waiting.outside([span_of(year) for year in years]):
        for entry in part:
            work.error(
                entry.line,
                "#VER",
                _("No fiscal year holds %(date)s.") % {"date": entry.day},
                _("Enter the fiscal year first, or correct the date where it comes from."),
            )
    for year in years:
        if work.waiting.count(span_of(year)):
            _leave_new(work, year)
        if not work.waiting.count(span_of(year)):
            continue
        _see_locks(work, year)
        there = set(year.series.values_list("code", flat=True))
        missing = {code for code, *_numbers in work.waiting.series(span_of(year))} - there
        made = VoucherSeries.objects.bulk_create(
            VoucherSeries(fiscal_year=year, code=code) for code in sorted(missing)
        )
        work.keys["voucherseries"] += [series.pk for series in made]
        work.outcome.created["series"] += len(missing)
        work.new.append(year)
        work.outcome.made["series"] += [
            {"year": year.label, "code": code, "vouchers": count, "first": first, "last": last}
            for code, count, first, last in work.waiting.series(span_of(year))
        ]
        if work.book.is_there:
            _see_corrections(work, year)


def _see_corrections(work: Work, year: FiscalYear) -> None:
    """Drop corrections of what is not there, or of what they do not take back."""
    corrected = set[tuple[Any, str]]()
    for entry in work.waiting.corrections(span_of(year)):
        facts = work.waiting.facts(entry)
        if what := _fault_of_correction(work, entry, facts, year, corrected):
            work.error(entry.line, "#XLEDARNAVER", what, _("The whole voucher is refused."))
            work.waiting.drop([entry])
        else:
            corrected.add((facts.corrects, facts.correction))


def _fault_of_correction(
    work: Work, entry: Entry, facts: VoucherFacts, year: FiscalYear, corrected: set[tuple[Any, str]]
) -> str:
    assert facts.corrects is not None
    start, series, number = facts.corrects
    original = Voucher.objects.posted().filter(fiscal_year__start=start, series__code=series, number=number)
    named = {"voucher": f"{series} {number}", "start": start}
    posted, here = original.first(), None
    if start == work.book.start.isoformat():
        here = work.waiting.earlier(series, number, span_of(year), entry)
    if posted is None and here is None:
        return (
            _(
                "It corrects %(voucher)s of the fiscal year that begins on %(start)s, which is not in these books. Import that year first."
            )
            % named
        )
    done = {each for each in Correction.values if (facts.corrects, each) in corrected}
    if posted:
        done |= set(posted.corrections.posted().values_list("correction", flat=True))
    if facts.correction in done:
        return _("%(voucher)s is corrected already.") % named
    if facts.correction == Correction.REPLACEMENT:
        return "" if Correction.REVERSAL in done else _("%(voucher)s is not taken back yet.") % named
    if posted:
        rows = [
            (number, to_ore(amount), project or "", center or "")
            for number, amount, project, center in posted.rows.values_list(
                "account__number", "amount", "project__code", "cost_center__code"
            )
        ]
    else:
        assert here is not None
        rows = [row[:4] for row in work.waiting.facts(here).rows]
    taken_back = Counter((account, -ore, *objects) for account, ore, *objects in rows)
    if taken_back != Counter(row[:4] for row in facts.rows):
        return _("It does not take %(voucher)s back as it is.") % named
    return ""


def _leave_new(work: Work, year: FiscalYear) -> None:
    """Drop the vouchers of *year* that the ledger holds, or holds otherwise, or whose number the file uses twice."""
    span = span_of(year)
    if work.is_4i:
        work.waiting.renumber_all(work.choices.series, span)  # 4I leaves all numbers to us
    repeats = work.waiting.repeats(span)
    is_known = year.vouchers.filter(sequence=1).exists()
    if not (repeats or is_known or work.seen_before):
        return
    work.waiting.know(
        (found.series, found.number, content_of(found.date, found.text, found.rows))
        for found in (posted.canonical for posted in posted_vouchers(year))
    )
    for part in work.waiting.of(span):
        work.waiting.drop([entry for entry in part if not _is_new(work, year, entry, repeats)])


def _is_new(work: Work, year: FiscalYear, entry: Entry, repeats: Mapping[int, int]) -> bool:
    if entry.key in repeats:
        what = _("The number %(voucher)s is used twice in the file, first on line %(line)s.") % {
            "voucher": f"{entry.series} {entry.number}",
            "line": repeats[entry.key],
        }
        if not work.choices.renumber:
            work.error(
                entry.line,
                "#VER",
                what,
                _("Correct it where it comes from, or ask for the next number to be given instead."),
            )
            return False
        work.note(
            entry.line,
            "#VER",
            what,
            _("The voucher gets the next number of its series, as was asked for."),
        )
        work.waiting.renumber(entry)
        entry = entry._replace(number=None)
    if entry.number is None:
        if not (work.seen_before or work.waiting.is_copy(entry)):
            return True
        work.outcome.unchanged += 1
        if not work.seen_before:
            work.note(
                entry.line,
                "#VER",
                _("A voucher with the same date, text and rows is in the books already."),
                _("It was taken for the same, and not booked again."),
            )
        return False
    known = work.waiting.known(entry)
    if known is None:
        return True
    if known == entry.content:
        work.outcome.unchanged += 1
    else:
        _conflict(work, year, entry)
    return False


def _conflict(work: Work, year: FiscalYear, entry: Entry) -> None:
    posted = Voucher.objects.get(
        fiscal_year=year, series__code=entry.series, number=entry.number, posted_at__isnull=False
    )
    theirs = work.waiting.facts(entry)
    rows = posted.rows.select_related("account", "project", "cost_center").order_by("line")
    work.outcome.conflicts.append(
        {
            "line": entry.line,
            "label": "#VER",
            "voucher": f"{entry.series} {entry.number}",
            "file": {
                "date": theirs.date.isoformat(),
                "text": theirs.text,
                "rows": [_shown(row) for row in theirs.rows],
            },
            "ledger": {
                "date": posted.date.isoformat(),
                "text": posted.text,
                "rows": [
                    _shown(
                        CanonicalRow(
                            row.account.number,
                            to_ore(row.amount),
                            row.project.code if row.project else "",
                            row.cost_center.code if row.cost_center else "",
                            row.quantity,
                            row.objects_text,
                            row.text,
                        )
                    )
                    for row in rows
                ],
            },
        }
    )


def _see_locks(work: Work, year: FiscalYear) -> None:
    for lock in year.locks.filter(unlocked_at__isnull=True).order_by("start"):
        within = Span(max(lock.start, year.start).isoformat(), min(lock.end, year.end).isoformat())
        if work.waiting.count(within):
            name = str(year) if lock.kind == PeriodLock.Kind.YEAR else f"{lock.start} – {lock.end}"
            work.hinder_locked(name, lock.start, lock.end)


def post(work: Work, year: FiscalYear) -> Iterator[Step]:
    """Record the gaps in the numbers, and post, or enter drafts."""
    created, span = work.outcome.created, span_of(year)
    created["vouchers"] += work.waiting.count(span)
    vouchers = work.waiting.in_order(span, of_file=work.book.is_there)
    if work.is_4i and work.choices.drafts:
        for facts in vouchers:
            created["rows"] += _draft(work, year, facts)
            created["drafts"] += 1
        return
    _record_gaps(work, year)

    def stream() -> Iterator[VoucherFacts]:
        for facts in vouchers:
            created["rows"] += len(facts.rows)
            yield facts

    # All at the moment of the import: whatever is posted later was posted since.
    moment, key = work.sie_import.at, work.sie_import.pk
    for count in post_many(year, stream(), by=work.by, at=moment, sie_import=key):
        yield Step("post", count)


def _draft(work: Work, year: FiscalYear, facts: VoucherFacts) -> int:
    draft = Voucher.objects.create(
        fiscal_year=year,
        series=year.series.get(code=facts.series),
        date=facts.date,
        text=facts.text,
        entered_by=work.by,
        sie_import=work.sie_import,
    )
    VoucherRow.objects.bulk_create(
        VoucherRow(
            voucher=draft,
            line=line,
            account=work.accounts[row.account],
            amount=from_ore(row.amount),
            date=facts.date,
            text=row.text,
            project=Project.objects.filter(code=row.project).first() if row.project else None,
            cost_center=CostCenter.objects.filter(code=row.cost_center).first() if row.cost_center else None,
            quantity=row.quantity,
            objects_text=row.objects,
        )
        for line, row in enumerate(facts.rows, start=1)
    )
    return len(facts.rows)


def _record_gaps(work: Work, year: FiscalYear) -> None:
    span = span_of(year)
    numbered = [code for code, _count, first, _last in work.waiting.series(span) if first is not None]
    gaps = []
    for series in year.series.filter(code__in=numbered).annotate(last=Max("vouchers__number")):
        last = series.last or 0
        there = set(series.gaps.values_list("first", "last"))
        for told in work.book.gaps.get(series.code, ()) if year == work.years.get(0) else ():
            if (told["first"], told["last"]) not in there:
                gaps.append(NumberGap(series=series, sie_import=work.sie_import, **told))
                there.add((told["first"], told["last"]))
        for number in work.waiting.numbers(series.code, span):
            if number > last + 1 and not any(first <= last + 1 and number - 1 <= end for first, end in there):
                gaps.append(_gap(work, series, last + 1, number - 1))
            last = max(last, number)
    NumberGap.objects.bulk_create(gaps)
    work.outcome.created["number_gaps"] += len(gaps)


def _gap(work: Work, series: VoucherSeries, first: int, last: int) -> NumberGap:
    reasons = [what for (code, n), what in work.broken.items() if code == series.code and first <= n <= last]
    reason = " ".join(reasons) or _("Missing in the file %(name)s.") % {"name": work.name}
    return NumberGap(series=series, first=first, last=last, reason=reason[:200], sie_import=work.sie_import)


def _shown(row: CanonicalRow) -> dict[str, str]:
    return {**row._asdict(), "amount": amount_text(row.amount)}
