"""The one door into the ledger: what it lets in, in which order, and what it says when it does not."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from finance.digest import GENESIS, CanonicalRow
from finance.models import CostCenter, PeriodLock, PeriodTotal, Project, Voucher, VoucherRow
from finance.money import kronor
from finance.posting import VoucherFacts, chain_head, next_number, post, post_many
from finance.verification import verify
from tests.factories import (
    a_draft,
    a_fiscal_year,
    a_posted_voucher,
    a_series,
    an_account,
)

pytestmark = pytest.mark.django_db


def refusal(draft):
    """What posting *draft* is refused with, by field; and see that nothing changed."""
    before = list(Voucher.objects.values()), list(VoucherRow.objects.values())
    with pytest.raises(ValidationError) as refused:
        post(draft, by="kassor")
    assert (list(Voucher.objects.values()), list(VoucherRow.objects.values())) == before
    return refused.value.message_dict


# One voucher


def test_a_draft_has_no_number_no_place_and_no_digest():
    draft = a_draft()
    assert (draft.number, draft.sequence, draft.digest, draft.is_posted) == (None, None, "", False)


def test_posting_gives_the_next_number_of_the_series_and_the_next_place_in_the_year():
    year = a_fiscal_year()
    posted = [a_posted_voucher(year, series=code) for code in ("A", "B", "A", "B", "A")]
    assert [(v.series.code, v.number, v.sequence) for v in posted] == [
        ("A", 1, 1),
        ("B", 1, 2),
        ("A", 2, 3),
        ("B", 2, 4),
        ("A", 3, 5),
    ]


def test_each_year_has_its_own_numbers_and_its_own_chain():
    a_posted_voucher(a_fiscal_year(2023))
    posted = a_posted_voucher(a_fiscal_year(2024))
    assert (posted.number, posted.sequence) == (1, 1)


def test_posting_says_who_and_when():
    before = timezone.now()
    posted = a_posted_voucher(by="kassor")
    assert posted.posted_by == "kassor"
    assert before <= posted.posted_at <= timezone.now()


def test_the_head_of_the_chain_is_the_last_voucher():
    year = a_fiscal_year()
    assert chain_head(year).digest == GENESIS
    last = [a_posted_voucher(year) for _ in range(3)][-1]
    assert (chain_head(year).sequence, chain_head(year).digest) == (3, last.digest)


def test_a_draft_is_posted_with_what_the_database_holds_not_with_what_the_caller_has():
    draft = a_draft(text="Gammal text")
    Voucher.objects.filter(pk=draft.pk).update(text="Ny text")
    assert post(draft, by="kassor").text == "Ny text"
    assert verify().ok


def test_a_date_changed_after_the_rows_were_written_is_theirs_too():
    draft = a_draft(day=date(2023, 3, 1))
    Voucher.objects.filter(pk=draft.pk).update(date=date(2023, 4, 1))
    assert set(post(draft, by="kassor").rows.values_list("date", flat=True)) == {date(2023, 4, 1)}


def test_the_lines_are_numbered_anew_when_one_was_taken_away():
    draft = a_draft(rows=(("1930", "0"), ("1930", "15"), ("8310", "-15")))
    draft.rows.get(line=1).delete()
    assert list(post(draft, by="kassor").rows.values_list("line", flat=True)) == [1, 2]


def test_posting_keeps_the_totals_of_month_project_and_cost_centre():
    year = a_fiscal_year()
    project, center = (
        Project.objects.create(code="P1", name="P"),
        CostCenter.objects.create(code="K1", name="K"),
    )
    draft = a_draft(
        year, day=date(2023, 3, 31), rows=(("5010", "10"), ("5010", "5"), ("5010", "1"), ("1930", "-16"))
    )
    draft.rows.filter(line=2).update(project=project)
    draft.rows.filter(line=3).update(project=project, cost_center=center)
    post(draft, by="kassor")
    a_posted_voucher(year, day=date(2023, 3, 1), rows=(("5010", "100"), ("1930", "-100")))
    totals = PeriodTotal.objects.filter(account__number="5010").order_by("amount")
    assert [(t.month, t.project, t.cost_center, t.amount, t.rows) for t in totals] == [
        (date(2023, 3, 1), project, center, kronor(1), 1),
        (date(2023, 3, 1), project, None, kronor(5), 1),
        (date(2023, 3, 1), None, None, kronor(110), 2),
    ]


# What is refused, in Swedish, at the field


def test_a_second_posting_is_refused():
    posted = a_posted_voucher()
    assert refusal(posted) == {"number": ["Verifikationen är redan bokförd som A 1."]}


def test_an_unbalanced_draft_is_refused_with_the_difference():
    draft = a_draft(rows=(("1930", "15.00"), ("8310", "-14.99")))
    assert refusal(draft) == {"rows": ["Debet och kredit skiljer 0,01. Rätta en rad innan du bokför."]}


def test_a_draft_of_one_row_is_refused():
    assert refusal(a_draft(rows=(("1930", "0.00"),))) == {
        "rows": ["En verifikation behöver minst två rader."]
    }


def test_a_date_outside_of_the_year_is_refused():
    draft = a_draft(day=date(2024, 1, 1))
    assert refusal(draft) == {"date": ["Datumet ligger utanför räkenskapsåret 2023-01-01 – 2023-12-31."]}


def test_a_date_in_a_locked_month_is_refused():
    year = a_fiscal_year()
    PeriodLock.objects.create(fiscal_year=year, kind="month", start=date(2023, 3, 1), end=date(2023, 3, 31))
    draft = a_draft(year, day=date(2023, 3, 31))
    assert refusal(draft)["date"] == ["Perioden för 2023-03-31 är låst. Välj ett datum i en öppen period."]
    assert a_posted_voucher(year, day=date(2023, 4, 1)).is_posted


def test_a_lock_that_was_opened_keeps_nothing_out():
    year = a_fiscal_year()
    PeriodLock.objects.create(
        fiscal_year=year,
        kind="month",
        start=date(2023, 3, 1),
        end=date(2023, 3, 31),
        unlocked_at=timezone.now(),
        unlock_reason="Sen faktura",
    )
    assert a_posted_voucher(year, day=date(2023, 3, 31)).is_posted


def test_an_account_that_is_not_open_is_refused_by_name():
    an_account("8310", "Ränta", is_open=False)
    assert refusal(a_draft()) == {"rows": ["Kontot 8310 Ränta är inte öppet för bokföring."]}


def test_a_project_that_is_not_open_is_refused_by_name():
    draft = a_draft()
    draft.rows.filter(line=1).update(
        project=Project.objects.create(code="P1", name="Kongress", is_open=False)
    )
    assert refusal(draft) == {"rows": ["”P1 Kongress” är inte öppet för bokföring."]}


def test_a_series_of_another_year_is_refused():
    draft = a_draft(a_fiscal_year(2023))
    Voucher.objects.filter(pk=draft.pk).update(series=a_series(a_fiscal_year(2022)))
    assert refusal(draft) == {"series": ["Serien hör till ett annat räkenskapsår."]}


def test_everything_that_is_wrong_is_said_at_once():
    draft = a_draft(day=date(2022, 12, 31), rows=(("1930", "15.00"),))
    assert {field: len(sentences) for field, sentences in refusal(draft).items()} == {"date": 1, "rows": 2}


def test_a_refused_posting_takes_no_number():
    year = a_fiscal_year()
    refusal(a_draft(year, rows=(("1930", "15.00"), ("8310", "-14.99"))))
    assert a_posted_voucher(year).number == 1


def test_posting_that_is_taken_back_takes_no_number():
    year = a_fiscal_year()
    with transaction.atomic():
        assert a_posted_voucher(year).number == 1
        transaction.set_rollback(True)
    assert a_posted_voucher(year).number == 1
    assert verify().ok


def test_posting_asks_the_same_number_of_questions_whatever_the_ledger_holds(django_assert_max_num_queries):
    year = a_fiscal_year()
    counts = []
    for _ in range(3):
        draft = a_draft(year)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            post(draft, by="kassor")
        counts.append(len(queries))
    assert len(set(counts)) == 1


# Many at once


def facts(**changed):
    given = {
        "series": "A",
        "date": date(2023, 5, 1),
        "text": "Hyra",
        "rows": [CanonicalRow("5010", 1500), CanonicalRow("1930", -1500)],
    }
    return VoucherFacts(**{**given, **changed})


@pytest.fixture
def year():
    year = a_fiscal_year()
    a_series(year)
    for number in ("1930", "5010"):
        an_account(number)
    return year


def post_all(year, *vouchers):
    with transaction.atomic():
        return sum(post_many(year, vouchers, by="import"))


def test_in_bulk_the_ledger_becomes_the_same_as_one_by_one(year):
    at = datetime(2023, 6, 1, 12, 30, 15, 250000, tzinfo=UTC)
    one_by_one = [
        a_draft(
            year, rows=(("5010", "15"), ("1930", "-15")), day=date(2023, 5, 1), text="Hyra", entered_at=at
        )
        for _ in range(3)
    ]
    with transaction.atomic():
        digests = [post(draft, by="import", at=at).digest for draft in one_by_one]
        totals = list(PeriodTotal.objects.values_list("account", "month", "amount", "rows"))
        transaction.set_rollback(True)
    post_all(year, *[facts(entered_at=at, posted_at=at)] * 3)
    assert list(Voucher.objects.posted().order_by("sequence").values_list("digest", flat=True)) == digests
    assert list(PeriodTotal.objects.values_list("account", "month", "amount", "rows")) == totals


def test_in_bulk_every_fact_is_kept(year):
    Project.objects.create(code="P1", name="P")
    CostCenter.objects.create(code="K1", name="K")
    row = CanonicalRow("5010", 1500, "P1", "K1", "2,5", '8 "1001"', "Januari\tmed\\\nradbrott")
    at = datetime(2023, 6, 1, 12, 30, tzinfo=UTC)
    post_all(
        year,
        facts(
            rows=[row, CanonicalRow("1930", -1500)],
            counterparty="Värden AB",
            decision="§ 8",
            entered_at=at,
            entered_by="lisa",
            posted_at=at,
            posted_by="kassor",
        ),
    )
    voucher = Voucher.objects.get()
    assert (voucher.counterparty, voucher.decision_reference) == ("Värden AB", "§ 8")
    assert (voucher.entered_at, voucher.entered_by, voucher.posted_at, voucher.posted_by) == (
        at,
        "lisa",
        at,
        "kassor",
    )
    kept = voucher.rows.get(line=1)
    assert (kept.project.code, kept.cost_center.code, kept.quantity, kept.objects_text, kept.text) == row[2:]
    assert verify().ok


def test_in_bulk_posting_goes_on_where_the_series_is(year):
    a_posted_voucher(year, day=date(2023, 5, 1))
    post_all(year, facts(), facts())
    assert a_posted_voucher(year).number == 4
    assert next_number(a_series(year)) == 5
    assert verify().ok


def test_in_bulk_a_number_that_was_given_is_kept(year):
    post_all(year, facts(number=1), facts(), facts(number=3))
    assert list(Voucher.objects.order_by("sequence").values_list("number", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"rows": [CanonicalRow("5010", 1500), CanonicalRow("1930", -1499)]}, "does not balance"),
        ({"date": date(2024, 1, 1)}, "outside of the fiscal year"),
        ({"number": 9}, "leaves a gap"),
    ],
)
def test_in_bulk_one_wrong_voucher_takes_all_back(year, wrong, what):
    with pytest.raises(IntegrityError, match=what):
        post_all(year, facts(), facts(**wrong), facts())
    assert not Voucher.objects.exists()
    assert not PeriodTotal.objects.exists()


@pytest.mark.parametrize("wrong", [{"series": "X"}, {"rows": [CanonicalRow("9999", 0)]}])
def test_in_bulk_what_does_not_exist_is_an_error(year, wrong):
    with pytest.raises(KeyError):
        post_all(year, facts(**wrong))


def test_in_bulk_nothing_is_held_in_memory_but_a_chunk(year, monkeypatch):
    monkeypatch.setattr("finance.posting.CHUNK", 10)
    taken = 0

    def vouchers():
        nonlocal taken
        for _ in range(35):
            taken += 1
            yield facts()

    with transaction.atomic():
        progress = [(posted, taken) for posted in post_many(year, vouchers(), by="import")]
    assert progress == [(10, 10), (10, 20), (10, 30), (5, 35)]
    assert verify().ok
