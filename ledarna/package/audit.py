"""The auditors' work in the package: as a page to read, as tables, and as data that the verifier draws anew."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.template.loader import render_to_string

from finance.auditing import plan_of, remarks_of, sampled_of
from finance.models import AuditRemark, AuditSample, FiscalYear
from finance.sampling import description, reason


@dataclass(frozen=True)
class Sampled:
    """A voucher of a sample, why it was drawn, and what was done with it."""

    sampled: Any
    why: str
    remarks: list[AuditRemark]


@dataclass(frozen=True)
class Outcome:
    """A sample, how it was drawn, and what came of it."""

    sample: AuditSample
    description: str
    vouchers: list[Sampled]


def outcomes(year: FiscalYear) -> list[Outcome]:
    """The samples of *year* with all their vouchers and remarks. Three queries."""
    threads: defaultdict[int, list[AuditRemark]] = defaultdict(list)
    for made in remarks_of(year):
        threads[made.sampled_id].append(made)
    of_sample: defaultdict[int, list[Sampled]] = defaultdict(list)
    for found in sampled_of(year):
        why = reason(found.sample.method, found.hit)
        of_sample[found.sample_id].append(Sampled(found, why, threads[found.pk]))
    return [
        Outcome(sample, description(plan_of(sample)), of_sample[sample.pk])
        for sample in year.audit_samples.select_related("basis").order_by("number")
    ]


def audit_page(year: FiscalYear, association: str, outcomes: Sequence[Outcome]) -> str:
    """The samples of *year* with their *outcomes*, and the notes of the auditors, as a page that needs nothing else."""
    return render_to_string(
        "package/audit.html",
        {
            "year": year,
            "association": association,
            "outcomes": outcomes,
            "notes": year.audit_notes.order_by("pk"),
        },
    )


def audit_data(year: FiscalYear, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The same for programs; amounts in öre."""
    return {
        "samples": [
            {
                "number": outcome.sample.number,
                "method": outcome.sample.method,
                "parameter": outcome.sample.parameter,
                "seed": outcome.sample.seed,
                **_basis(outcome.sample),
                "description": outcome.description,
                "drawn_from": outcome.sample.sequence,
                "head": outcome.sample.digest,
                "by": outcome.sample.by,
                "at": outcome.sample.at.isoformat(),
                "vouchers": [_voucher(each) for each in outcome.vouchers],
            }
            for outcome in outcomes
        ],
        "notes": [
            {"by": note.by, "at": note.at.isoformat(), "text": note.text}
            for note in year.audit_notes.order_by("pk")
        ],
    }


def _basis(sample: AuditSample) -> dict[str, str | None]:
    """What *sample* followed from beside the vouchers: the very text of which the digest is taken."""
    basis = getattr(sample, "basis", None)
    return {"basis": basis and basis.content, "basis_sha256": basis and basis.digest}


def _voucher(each: Sampled) -> dict[str, Any]:
    voucher = each.sampled.voucher
    return {
        "place": voucher.sequence,
        "series": voucher.series.code,
        "number": voucher.number,
        "digest": voucher.digest,
        "hit": each.sampled.hit,
        "why": each.why,
        "state": each.sampled.state.value,
        "remarks": [
            {"kind": made.kind, "by": made.by, "at": made.at.isoformat(), "text": made.text}
            for made in each.remarks
        ],
    }
