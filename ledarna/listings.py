"""The lists beside the books as tables, to be taken away: members, meetings, what was published, the trail.

Each is made of what its page shows.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from auditlog.models import LogEntry
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from board.models import Activity, Decision, Mandate, Meeting
from finance.attestation import unapproved
from finance.auditing import plan_of, progress, remarks_of, sampled_of
from finance.benford import Benford, beginning_with
from finance.models import AuditSample, FiscalYear
from finance.money import to_ore
from finance.papers import without_receipt
from finance.sampling import description, reason
from finance.statements import DimensionResults
from finance.tables import Column, Kind, Table
from ledarna.overview import Overview
from ledarna.plan import Spending
from ledarna.reconciliation import Reconciliation
from members.figures import ChannelMonths, ChannelYear, QuestionYears, SectionYear
from members.models import MemberCount, Publication, Survey


def reconciliation_table(reconciliation: Reconciliation) -> Table:
    """Each published figure beside the derived one; the difference is derived − stated."""
    return Table(
        _("Reconciliation"),
        (
            Column("key", _("Key"), width=30),
            Column("label", _("Figure"), width=36),
            Column("unit", _("Unit"), width=9),
            Column("stated", _("Published"), Kind.NUMBER),
            Column("derived", _("Derived"), Kind.NUMBER),
            Column("difference", _("Difference"), Kind.NUMBER),
            Column("status", _("Status"), width=14),
            Column("explanation", _("Explanation"), width=80),
            Column("document", _("Document"), width=30),
            Column("page", _("Page"), width=8),
        ),
        (
            (
                row.key,
                row.label,
                row.unit.value,
                row.stated,
                row.derived,
                row.difference,
                row.status.value,
                row.explanation,
                row.document,
                row.page,
            )
            for row in reconciliation.rows
        ),
    )


def overview_table(overview: Overview) -> Table:
    """The years beside one another, a row for each figure."""
    return Table(
        _("Multi-year overview"),
        (
            Column("figure", _("Figure"), width=36),
            Column("unit", _("Unit"), width=9),
            *(Column(column.year.label, column.year.label, Kind.NUMBER) for column in overview.columns),
        ),
        ((str(row.label), row.unit.value, *row.values) for row in overview.rows),
    )


def results_table(title: str, none: str, results: DimensionResults) -> Table:
    """The result of each project or cost centre; *none* names the rows that belong to no one."""
    return Table(
        title,
        (
            Column("code", _("Code"), width=14),
            Column("name", _("Name"), width=36),
            Column("income", _("Income"), Kind.AMOUNT),
            Column("costs", _("Costs"), Kind.AMOUNT),
            Column("financial", _("Financial items"), Kind.AMOUNT),
            Column("result", _("Result"), Kind.AMOUNT),
            Column("budget", _("Budget"), Kind.AMOUNT),
            Column("variance", _("Variance"), Kind.AMOUNT),
        ),
        (
            (
                line.object.code if line.object else None,
                line.object.name if line.object else none,
                line.income,
                line.costs,
                line.financial,
                line.result,
                line.budget,
                line.better,
            )
            for line in results.lines
        ),
    )


def unapproved_table(year: FiscalYear) -> Table:
    """What is posted above the limit without attest or decision."""
    return Table(
        _("Posted above the limit without attest or decision"),
        (
            *_of_vouchers(),
            Column("paid", _("Paid"), Kind.AMOUNT),
            Column("cost", _("Cost"), Kind.AMOUNT),
        ),
        (
            (
                voucher.reference,
                voucher.date,
                voucher.text,
                voucher.posted_by,
                -to_ore(voucher.paid or 0),
                to_ore(voucher.cost or 0),
            )
            for voucher in unapproved(year).select_related("series").iterator(chunk_size=1000)
        ),
    )


def missing_receipts_table(year: FiscalYear) -> Table:
    """The posted vouchers without a receipt, of which nobody has said why."""
    return Table(
        _("Vouchers without receipt"),
        _of_vouchers(),
        (
            (voucher.reference, voucher.date, voucher.text, voucher.posted_by)
            for voucher in without_receipt(year).iterator(chunk_size=1000)
        ),
    )


def _of_vouchers() -> tuple[Column, ...]:
    return (
        Column("voucher", _("Voucher"), width=12),
        Column("date", _("Date"), Kind.DATE),
        Column("text", _("Text"), width=48),
        Column("posted_by", _("Posted by"), width=16),
    )


# The audit ----------------------------------------------------------------------------------------


def audit_samples_table(year: FiscalYear) -> Table:
    """The samples that auditors drew, how each is drawn again, and how far it has come."""
    return Table(
        _("Audit samples"),
        (
            Column("sample", _("Sample"), Kind.COUNT),
            Column("method", _("Method"), width=70),
            Column("seed", _("Seed"), width=16),
            Column("place", _("Drawn from the first"), Kind.COUNT),
            Column("head", _("Head"), width=66),
            Column("by", _("Drawn by"), width=16),
            Column("at", _("When"), Kind.MOMENT),
            Column("size", _("Vouchers"), Kind.COUNT),
            Column("checked", pgettext("vouchers", "Checked"), Kind.COUNT),
            Column("questions", _("Questions"), Kind.COUNT),
            Column("answers", _("Answers"), Kind.COUNT),
            Column("open", _("Not looked at"), Kind.COUNT),
        ),
        (
            (
                found.sample.number,
                description(plan_of(found.sample)),
                found.sample.seed,
                found.sample.sequence,
                found.sample.digest,
                found.sample.by,
                found.sample.at,
                found.sample.size,
                found.checked,
                found.questions,
                found.answers,
                found.open,
            )
            for found in progress(year)
        ),
    )


def sampled_vouchers_table(year: FiscalYear, sample: AuditSample | None = None) -> Table:
    """The sampled vouchers of *year*, or of *sample* alone, and how each stands."""
    sampled = sampled_of(year)
    if sample:
        sampled = sampled.filter(sample=sample)
    return Table(
        _("Sampled vouchers"),
        (
            Column("sample", _("Sample"), Kind.COUNT),
            Column("place", _("Place"), Kind.COUNT),
            Column("voucher", _("Voucher"), width=12),
            Column("date", _("Date"), Kind.DATE),
            Column("text", _("Text"), width=48),
            Column("amount", _("Amount"), Kind.AMOUNT),
            Column("why", _("Why it was drawn"), width=36),
            Column("papers", _("Receipt"), width=10),
            Column("state", _("State"), width=18),
            Column("by", _("Who"), width=16),
            Column("at", _("When"), Kind.MOMENT),
        ),
        (
            (
                found.sample.number,
                found.place,
                found.voucher.reference,
                found.voucher.date,
                found.voucher.text,
                to_ore(found.total or 0),
                reason(found.sample.method, found.hit),
                _("yes") if found.has_papers else _("no"),
                str(found.state.label),
                found.state_by,
                found.state_at,
            )
            for found in sampled.iterator(chunk_size=1000)
        ),
    )


def audit_remarks_table(year: FiscalYear) -> Table:
    """All that was done with the sampled vouchers and said about them, in its order."""
    return Table(
        _("Questions and remarks"),
        (
            Column("at", _("When"), Kind.MOMENT),
            Column("by", _("Who"), width=16),
            Column("sample", _("Sample"), Kind.COUNT),
            Column("voucher", _("Voucher"), width=12),
            Column("kind", _("Kind"), width=16),
            Column("text", _("Text"), width=90),
        ),
        (
            (
                found.at,
                found.by,
                found.sampled.sample.number,
                found.sampled.voucher.reference,
                str(found.get_kind_display()),
                found.text,
            )
            for found in remarks_of(year).iterator(chunk_size=1000)
        ),
    )


def audit_notes_table(year: FiscalYear) -> Table:
    """What auditors wrote about the year."""
    return Table(
        _("Audit notes"),
        (
            Column("at", _("When"), Kind.MOMENT),
            Column("by", _("Who"), width=16),
            Column("text", _("Text"), width=90),
        ),
        ((found.at, found.by, found.text) for found in year.audit_notes.order_by("pk")),
    )


def benford_table(found: Benford) -> Table:
    """The first digits of a year's amounts, counted and expected."""
    return Table(
        _("First digits"),
        (
            Column("digit", _("First digit"), Kind.COUNT),
            Column("count", _("Amounts"), Kind.COUNT),
            Column("expected", _("Expected"), Kind.NUMBER),
            Column("difference", _("Difference"), Kind.NUMBER),
        ),
        ((each.digit, each.count, each.expected, each.difference) for each in found.digits),
    )


def first_digit_table(year: FiscalYear, digit: int) -> Table:
    """The vouchers with a debit row that begins with *digit*."""
    return Table(
        _("Vouchers with an amount that begins with %(digit)s") % {"digit": digit},
        _of_vouchers(),
        (
            (voucher.reference, voucher.date, voucher.text, voucher.posted_by)
            for voucher in beginning_with(year, digit).iterator(chunk_size=1000)
        ),
    )


# Members ------------------------------------------------------------------------------------------


def member_counts_table(counts: Iterable[MemberCount]) -> Table:
    """How many members there were, by day."""
    return Table(
        _("Member counts"),
        (
            Column("date", _("Date"), Kind.DATE),
            Column("count", _("Members"), Kind.COUNT),
            Column("joined", _("Joined"), Kind.COUNT),
            Column("left", _("Left"), Kind.COUNT),
            Column("source", _("Source"), width=40),
            Column("note", _("Note"), width=60),
        ),
        ((found.date, found.count, found.joined, found.left, found.source, found.note) for found in counts),
    )


def sections_table(sections: Iterable[SectionYear]) -> Table:
    """The sections of the counts that the year begins and ends with."""
    return Table(
        _("Members by section"),
        (
            Column("section", _("Section"), width=36),
            Column("opening", _("First day"), Kind.COUNT),
            Column("closing", _("Last day"), Kind.COUNT),
            Column("change", _("Change"), Kind.COUNT),
        ),
        ((found.section, found.opening, found.closing, found.change) for found in sections),
    )


def surveys_table(surveys: Iterable[Survey]) -> Table:
    """The surveys, and how many answered."""
    return Table(
        _("Surveys"),
        (
            Column("date", _("Date"), Kind.DATE),
            Column("name", _("Name"), width=40),
            Column("recipients", _("Recipients"), Kind.COUNT),
            Column("responses", _("Responses"), Kind.COUNT),
            Column("note", _("Note"), width=60),
        ),
        ((found.date, found.name, found.recipients, found.responses, found.note) for found in surveys),
    )


def questions_table(questions: Iterable[QuestionYears]) -> Table:
    """The key results of the year's questions."""
    latest = [question.latest for question in questions]
    return Table(
        _("Results of surveys"),
        (
            Column("survey", _("Survey"), width=36),
            Column("date", _("Date"), Kind.DATE),
            Column("key", _("Key"), width=20),
            Column("question", _("Question"), width=60),
            Column("measure", _("Result is"), width=18),
            Column("value", _("Result"), Kind.NUMBER),
            Column("scale_low", _("Scale from"), Kind.COUNT),
            Column("scale_high", _("Scale to"), Kind.COUNT),
            Column("answers", _("Answers"), Kind.COUNT),
        ),
        (
            (
                found.survey.name,
                found.survey.date,
                found.key,
                found.text,
                str(found.get_measure_display()),
                found.value,
                found.scale_low,
                found.scale_high,
                found.answers,
            )
            for found in latest
        ),
    )


def channel_months_table(months: Sequence[date], channels: Iterable[ChannelMonths]) -> Table:
    """The channels by month."""
    return Table(
        _("Channels by month"),
        (
            Column("channel", _("Channel"), width=30),
            *(Column(f"{month:%Y-%m}", f"{month:%Y-%m}", Kind.COUNT) for month in months),
        ),
        ((found.channel.name, *found.values) for found in channels),
    )


def publications_table(publications: Iterable[Publication]) -> Table:
    """The newsletters and articles, by day."""
    return Table(
        _("Newsletters and articles"),
        (
            Column("date", _("Date"), Kind.DATE),
            Column("kind", _("Kind"), width=14),
            Column("title", _("Title"), width=60),
            Column("channel", _("Channel"), width=30),
        ),
        (
            (
                found.date,
                str(found.get_kind_display()),
                found.title,
                found.channel.name if found.channel else None,
            )
            for found in publications
        ),
    )


def channels_table(channels: Iterable[ChannelYear]) -> Table:
    """The figure of each channel, as it was entered."""
    entered = [channel.figure for channel in channels]
    return Table(
        _("Channels"),
        (
            Column("channel", _("Channel"), width=30),
            Column("value", _("Value"), Kind.COUNT),
            Column("approximate", _("Approximate"), width=14),
            Column("previous", _("The year before"), Kind.COUNT),
            Column("stated_change", _("Stated change"), Kind.COUNT),
            Column("stated_growth", _("Stated growth, %"), Kind.NUMBER),
            Column("goal", _("Goal"), Kind.COUNT),
            Column("goal_by", _("Goal by"), Kind.DATE),
            Column("note", _("Note"), width=60),
        ),
        (
            (
                found.channel.name,
                found.value,
                _("yes") if found.is_approximate else _("no"),
                found.previous,
                found.stated_change,
                found.stated_growth,
                found.channel.goal_value,
                found.channel.goal_date,
                found.note,
            )
            for found in entered
        ),
    )


# Meetings -----------------------------------------------------------------------------------------


def meetings_table(meetings: Iterable[Meeting]) -> Table:
    """The meetings, by day."""
    return Table(
        _("Meetings"),
        (
            Column("date", _("Date"), Kind.DATE),
            Column("kind", _("Kind"), width=24),
            Column("number", _("Number"), Kind.COUNT),
            Column("form", _("Form"), width=14),
            Column("place", _("Place"), width=30),
            Column("state", _("State"), width=12),
            Column("note", _("Note"), width=60),
        ),
        (
            (
                meeting.date,
                meeting.get_kind_display(),
                meeting.number,
                meeting.get_form_display(),
                meeting.place,
                meeting.get_state_display(),
                meeting.note,
            )
            for meeting in meetings
        ),
    )


def decisions_table(decisions: Iterable[Decision]) -> Table:
    """The decisions, with the meeting of each."""
    return Table(
        _("Decisions"),
        (
            Column("date", _("Date"), Kind.DATE),
            Column("meeting", _("Meeting"), width=36),
            Column("number", "§", Kind.COUNT),
            Column("text", _("Text"), width=90),
            Column("responsible", _("Responsible"), width=24),
            Column("due", _("To be done by"), Kind.DATE),
            Column("state", _("State"), width=20),
            Column("amount", _("Decided amount"), Kind.AMOUNT),
            Column("account", _("Account"), width=10),
        ),
        (
            (
                decision.meeting.date,
                str(decision.meeting),
                decision.number,
                decision.text,
                str(decision.responsible or ""),
                decision.due,
                decision.get_state_display(),
                decision.amount_ore,
                str(decision.account_number or ""),
            )
            for decision in decisions
        ),
    )


def mandates_table(mandates: Iterable[Mandate]) -> Table:
    """Who holds which trust, from when to when."""
    return Table(
        _("Mandates"),
        (
            Column("name", _("Name"), width=30),
            Column("office", _("Office"), width=30),
            Column("start", _("First day"), Kind.DATE),
            Column("end", _("Last day"), Kind.DATE),
            Column("elected_by", _("Elected by"), width=36),
        ),
        (
            (
                mandate.person.name,
                mandate.title,
                mandate.start,
                mandate.end,
                str(mandate.elected_by or ""),
            )
            for mandate in mandates
        ),
    )


def activities_table(activities: Iterable[Activity], spending: Mapping[int, Spending]) -> Table:
    """What the association did beside its meetings, with what it cost where that is told."""
    return Table(
        _("Activities"),
        (
            Column("goal", _("Goal"), width=36),
            Column("name", _("Name"), width=48),
            Column("body", _("Body"), width=36),
            Column("state", _("State"), width=14),
            Column("reason", _("Reason"), width=36),
            Column("responsible", _("Responsible"), width=24),
            Column("account", _("Account"), width=10),
            Column("project", _("Project"), width=14),
            Column("budget", _("Budget"), Kind.AMOUNT),
            Column("spent", _("Spent"), Kind.AMOUNT),
            Column("outcome", _("Outcome"), width=60),
            Column("note", _("Note"), width=60),
        ),
        (
            (
                found.goal.title if found.goal else None,
                found.name,
                found.body,
                str(found.get_state_display()),
                found.reason,
                found.responsible.name if found.responsible else None,
                str(found.account_number or ""),
                found.project_code,
                spending[found.pk].budget if found.pk in spending else None,
                spending[found.pk].spent if found.pk in spending else None,
                found.outcome,
                found.note,
            )
            for found in activities
        ),
    )


# The trail ----------------------------------------------------------------------------------------


def trail_table(entries: QuerySet[LogEntry]) -> Table:
    """*entries* of the trail, with their changes field by field."""
    return Table(
        _("The trail"),
        (
            Column("at", _("When"), Kind.MOMENT),
            Column("by", _("Who"), width=16),
            Column("did", _("Did"), width=12),
            Column("kind", _("Kind"), width=20),
            Column("about", _("About"), width=40),
            Column("changes", _("Changes"), width=80),
        ),
        _trail_rows(entries),
    )


def _trail_rows(entries: QuerySet[LogEntry]) -> Iterator[tuple[Any, ...]]:
    for entry in entries.select_related("actor", "content_type").iterator(chunk_size=1000):
        event = (entry.additional_data or {}).get("sentence")
        yield (
            entry.timestamp,
            entry.actor.get_username() if entry.actor else "",
            event or str(entry.get_action_display()),
            str(entry.content_type.name),
            entry.object_repr,
            json.dumps(entry.changes_dict, ensure_ascii=False, sort_keys=True) if entry.changes else "",
        )
