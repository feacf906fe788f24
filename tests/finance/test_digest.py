"""The chain of digests, recomputed by a stranger: what docs/digest.md says, and nothing else."""

import hashlib
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as settings_of_hypothesis
from hypothesis import strategies as st

from finance.digest import GENESIS, CanonicalRow, CanonicalVoucher, canonical_form, instant, voucher_digest
from finance.models import CostCenter, Project, Voucher
from finance.posting import chain_head, post
from finance.verification import verify
from tests.factories import a_draft, a_fiscal_year, a_posted_voucher

PAGE = (settings.BASE_DIR / "docs" / "digest.md").read_text(encoding="utf-8")


# A stranger's thirty lines, which know nothing of Ledarna but the page ------------------------------


def field(value):
    for plain, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        value = value.replace(plain, written)
    return value


def a_strangers_digest(previous, voucher):
    lines = [
        ("ledarna-voucher", "1"),
        ("previous", previous),
        ("year", *voucher["year"]),
        ("sequence", str(voucher["sequence"])),
        ("voucher", voucher["series"], str(voucher["number"]), voucher["date"]),
        ("entered", *voucher["entered"]),
        ("posted", *voucher["posted"]),
        ("text", voucher["text"]),
        ("counterparty", voucher["counterparty"]),
        ("decision", voucher["decision"]),
        ("corrects", *voucher["corrects"]),
    ]
    for number, row in enumerate(voucher["rows"]):
        lines.append(("row", str(number + 1), row["account"], str(row["amount"]), *row["rest"]))
    lines += [("attachment", *attachment) for attachment in voucher["attachments"]]
    text = "".join("\t".join(map(field, line)) + "\n" for line in lines)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


# The page ---------------------------------------------------------------------------------------------

EXAMPLE = {
    "year": ("2023-01-01", "2023-12-31"),
    "sequence": 1,
    "series": "A",
    "number": 1,
    "date": "2023-03-01",
    "entered": ("2023-03-02T08:00:00.000000Z", "lisa"),
    "posted": ("2023-03-02T09:15:00.250000Z", "kassör"),
    "text": "Lokalhyra\tmars",
    "counterparty": "Värden AB",
    "decision": "§ 8, möte 14",
    "corrects": ("", "", "", "", ""),
    "rows": [
        {"account": "5010", "amount": 150050, "rest": ("P1", "", "", "", "Mötesrum")},
        {"account": "1930", "amount": -150050, "rest": ("", "", "", "", "")},
    ],
    "attachments": [("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "hyra.pdf")],
}
PRINTED_FORM = re.search(r"^```\n(ledarna-voucher→1\n.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[1]
PRINTED_DIGEST = re.search(r"^Its digest: `([0-9a-f]{64})`$", PAGE, re.MULTILINE)[1]


def test_the_printed_form_has_the_printed_digest():
    assert hashlib.sha256(PRINTED_FORM.replace("→", "\t").encode()).hexdigest() == PRINTED_DIGEST


def test_a_stranger_comes_to_the_printed_digest():
    assert a_strangers_digest("0" * 64, EXAMPLE) == PRINTED_DIGEST


@pytest.mark.django_db
def test_posting_gives_the_printed_digest():
    year = a_fiscal_year(2023)
    draft = a_draft(
        year,
        rows=(("5010", "1500.50"), ("1930", "-1500.50")),
        day=date(2023, 3, 1),
        text="Lokalhyra\tmars",
        counterparty="Värden AB",
        decision_reference="§ 8, möte 14",
        entered_at=datetime(2023, 3, 2, 8, 0, tzinfo=UTC),
        entered_by="lisa",
    )
    draft.rows.filter(line=1).update(project=Project.objects.create(code="P1", name="P"), text="Mötesrum")
    draft.attachments.create(
        line=1, sha256=EXAMPLE["attachments"][0][0], name="hyra.pdf", content_type="application/pdf", size=4
    )
    # 10.15 in Stockholm, in winter.
    at = datetime(2023, 3, 2, 10, 15, 0, 250000, tzinfo=timezone(timedelta(hours=1)))
    assert post(draft, by="kassör", at=at).digest == PRINTED_DIGEST


# Any voucher ------------------------------------------------------------------------------------------

texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12
) | st.sampled_from(["\\", "\t", "\n", "\r", "\\t", "a\\\tb", "row\t1", "\r\n"])
rows = st.builds(
    CanonicalRow, st.from_regex(r"[1-9]\d{3}", fullmatch=True), st.integers(-(2**63), 2**63 - 1), *[texts] * 5
)
vouchers = st.builds(
    CanonicalVoucher,
    year_start=st.just("2023-01-01"),
    year_end=st.just("2023-12-31"),
    sequence=st.integers(1, 10**9),
    series=texts,
    number=st.integers(1, 10**9),
    date=st.dates().map(str),
    entered_at=st.datetimes(timezones=st.just(UTC)).map(instant),
    entered_by=texts,
    posted_at=st.datetimes(timezones=st.just(UTC)).map(instant),
    posted_by=texts,
    text=texts,
    counterparty=texts,
    decision=texts,
    corrects=st.none() | st.tuples(st.dates().map(str), texts, st.integers(1, 99)),
    rows=st.lists(rows, max_size=4),
    attachments=st.lists(st.tuples(st.just("ab" * 32), texts), max_size=2),
    correction=st.sampled_from(["", "reversal", "replacement"]),
    reason=texts,
)
few = settings_of_hypothesis(max_examples=40, deadline=None)
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)


def as_a_stranger_has_it(voucher):
    corrects = voucher.corrects or ("", "", "")
    return {
        "year": (voucher.year_start, voucher.year_end),
        "sequence": voucher.sequence,
        "series": voucher.series,
        "number": voucher.number,
        "date": voucher.date,
        "entered": (voucher.entered_at, voucher.entered_by),
        "posted": (voucher.posted_at, voucher.posted_by),
        "text": voucher.text,
        "counterparty": voucher.counterparty,
        "decision": voucher.decision,
        "corrects": (corrects[0], corrects[1], str(corrects[2]), voucher.correction, voucher.reason),
        "rows": [{"account": row.account, "amount": row.amount, "rest": row[2:]} for row in voucher.rows],
        "attachments": voucher.attachments,
    }


@few
@given(vouchers, digests)
def test_a_stranger_comes_to_the_same_digest_for_any_voucher(voucher, previous):
    assert voucher_digest(voucher, previous) == a_strangers_digest(previous, as_a_stranger_has_it(voucher))


@few
@given(vouchers, vouchers)
def test_two_vouchers_have_the_same_form_only_when_they_are_the_same(one, other):
    assert (canonical_form(one, GENESIS) == canonical_form(other, GENESIS)) == (one == other)


@few
@given(vouchers, st.integers(0, 17), digests)
def test_any_field_and_the_digest_before_change_the_digest(voucher, place, previous):
    changed = list(voucher)
    before = changed[place]
    changed[place] = f"{before}x" if isinstance(before, str) else None if before else ("2023-01-01", "A", 1)
    if isinstance(before, int):
        changed[place] = before + 1
    elif isinstance(before, list):
        changed[place] = (
            [*before, before[0]] if before else [("1930", 0, "", "", "", "", "")[: 7 if place == 14 else 2]]
        )
    assert voucher_digest(CanonicalVoucher(*changed), previous) != voucher_digest(voucher, previous)
    assert voucher_digest(voucher, previous[::-1] + "x") != voucher_digest(voucher, previous)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2023, 3, 1, 9, 15, tzinfo=UTC), "2023-03-01T09:15:00.000000Z"),
        (
            datetime(2023, 7, 1, 0, 30, 1, 5, tzinfo=timezone(timedelta(hours=2))),
            "2023-06-30T22:30:01.000005Z",
        ),
        (datetime(999, 1, 1, tzinfo=UTC), "0999-01-01T00:00:00.000000Z"),
    ],
)
def test_a_time_is_written_in_utc_to_the_microsecond(moment, written):
    assert instant(moment) == written


# The database -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_stranger_recomputes_the_chain_of_a_year_from_what_the_database_holds():
    year = a_fiscal_year()
    center = CostCenter.objects.create(code="K1", name="K")
    for number in range(4):
        draft = a_draft(
            year, text=f"Rad\n{number}\\", day=date(2023, 1 + number, 28), series="AB"[number % 2]
        )
        draft.rows.update(cost_center=center)
        post(draft, by="kassör")
    a_posted_voucher(a_fiscal_year(2024))
    previous = "0" * 64
    for voucher in Voucher.objects.filter(fiscal_year=year).order_by("sequence"):
        utc = "%Y-%m-%dT%H:%M:%S.%fZ"
        previous = a_strangers_digest(
            previous,
            {
                "year": ("2023-01-01", "2023-12-31"),
                "sequence": voucher.sequence,
                "series": voucher.series.code,
                "number": voucher.number,
                "date": str(voucher.date),
                "entered": (voucher.entered_at.astimezone(UTC).strftime(utc), voucher.entered_by),
                "posted": (voucher.posted_at.astimezone(UTC).strftime(utc), voucher.posted_by),
                "text": voucher.text,
                "counterparty": "",
                "decision": "",
                "corrects": ("",) * 5,
                "rows": [
                    {
                        "account": row.account.number,
                        "amount": int(row.amount.amount * 100),
                        "rest": ("", "K1", "", "", ""),
                    }
                    for row in voucher.rows.all()
                ],
                "attachments": [],
            },
        )
        assert voucher.digest == previous
    assert chain_head(year).digest == previous
    assert verify().head["2023"] == previous
