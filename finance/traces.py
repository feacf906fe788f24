"""What the database itself noted about the facts that no voucher holds.

Opening balances, locks, years, series, the numbers and kinds of accounts, receipts, attests, anchors
and the auditors' work may change, or never enter a voucher's digest. So each change of them leaves a ``Trace``, by trigger, chained to
the trace before it about the same fact. Whoever changes a fact past the program leaves a fact that
does not say what its last trace says.
"""

import hashlib
from collections.abc import Iterable, Iterator

from django.db import connection, models

from finance.models import (
    Account,
    Anchor,
    Attachment,
    Attest,
    AttestRule,
    AuditNote,
    AuditRemark,
    AuditSample,
    CostCenter,
    DraftEdit,
    FiscalYear,
    ImportedBalance,
    ImportTakenBack,
    MissingReceipt,
    NumberGap,
    OpeningBalance,
    PeriodLock,
    Project,
    SampleBasis,
    SampledVoucher,
    SieImport,
    VoucherSeries,
)
from finance.streams import stream

TRACED: dict[type[models.Model], tuple[str, ...]] = {
    FiscalYear: ("start", "end", "label"),
    VoucherSeries: ("fiscal_year_id", "code"),
    Account: ("number", "kind"),
    OpeningBalance: ("fiscal_year_id", "account_id", "amount"),
    PeriodLock: (
        "fiscal_year_id",
        "kind",
        "start",
        "end",
        "locked_at",
        "locked_by_id",
        "unlocked_at",
        "unlocked_by_id",
        "unlock_reason",
    ),
    NumberGap: ("series_id", "first", "last", "reason"),
    Project: ("code",),
    CostCenter: ("code",),
    Attachment: (
        "voucher_id",
        "line",
        "sha256",
        "content_type",
        "size",
        "uploaded_by",
        "uploaded_at",
        "name",
    ),
    Attest: (
        "voucher_id",
        "by",
        "at",
        "content",
    ),
    DraftEdit: (
        "voucher_id",
        "by",
        "at",
    ),
    AttestRule: ("limit",),
    Anchor: (
        "fiscal_year_id",
        "sequence",
        "digest",
        "at",
        "by",
        "note",
    ),
    ImportedBalance: ("fiscal_year_id", "account_id", "closing"),
    SieImport: ("sha256", "at", "by", "file_name"),
    ImportTakenBack: ("sie_import_id", "at", "by", "reason", "heads"),
    MissingReceipt: ("voucher_id", "by", "at", "reason"),
    AuditSample: (
        "fiscal_year_id",
        "number",
        "method",
        "parameter",
        "seed",
        "sequence",
        "digest",
        "size",
        "by",
        "at",
    ),
    SampleBasis: ("sample_id", "content"),
    SampledVoucher: ("sample_id", "place", "voucher_id", "hit"),
    AuditRemark: ("sampled_id", "kind", "text", "by", "at"),
    AuditNote: ("fiscal_year_id", "text", "by", "at"),
}
"""The columns of each kind of fact that its traces hold, in their order; the guard's SQL names the same."""


def subject(model: type[models.Model], key: int) -> str:
    """What the traces about the fact of *model* with *key* are found by."""
    return f"{model._meta.model_name} {key}"


def trace_digest(previous: str, at: str, subject: str, content: str) -> str:
    """The digest of a trace; *previous* is that of the one before it about the same subject, or empty."""
    return hashlib.sha256(f"{previous}\n{at}\n{subject}\n{content}".encode()).hexdigest()


def traces_head(last: Iterable[tuple[str, str]]) -> str:
    """One digest for all traces, from each subject and the digest of its last trace."""
    return hashlib.sha256(
        "".join(f"{name}\t{digest}\n" for name, digest in sorted(last)).encode()
    ).hexdigest()


_TEXT = {
    "sqlite": """COALESCE(CAST(t."{0}" AS text), '')""",
    # As the trigger reads a row; times come in UTC there and on Django's connections.
    "postgresql": "COALESCE(to_jsonb(t) ->> '{0}', '')",
}


def contents(model: type[models.Model]) -> Iterator[tuple[int, str]]:
    """The key of each fact of *model*, and what it says now, as the database's triggers write it."""
    texts = ", ".join(_TEXT[connection.vendor].format(column) for column in TRACED[model])
    for key, *fact in stream(f"SELECT t.id, {texts} FROM {model._meta.db_table} t", []):
        yield key, "\t".join(fact)
