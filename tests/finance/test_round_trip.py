"""A ledger that is exported and imported into an empty database is the same ledger, digest by digest."""

import random
import re
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.correction import draft_correction
from finance.digest import CanonicalRow
from finance.exporting import SieExport
from finance.importing import Choices, import_sie
from finance.models import (
    Account,
    Association,
    Attachment,
    Budget,
    BudgetLine,
    CostCenter,
    FiscalYear,
    NumberGap,
    OpeningBalance,
    Project,
    SieImport,
    Voucher,
    VoucherSeries,
)
from finance.money import from_ore
from finance.posting import PaperFacts, VoucherFacts, post_many, post_together
from finance.sie import read
from finance.statements import balance_sheet, income_statement, trial_balance
from finance.verification import verify
from tests.factories import a_fiscal_year, a_posted_voucher, a_series, an_account
from tests.finance.books import a_ledger, book, facts

pytestmark = pytest.mark.django_db

OPENING_EQUITY = "2067"


@contextmanager
def a_passing_ledger():
    """A database that is as it was before, when the block ends."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def the_ledger():
    """All that the books of a file hold, as plain values that can be compared."""
    return {
        "association": list(Association.objects.values()),
        "accounts": list(
            Account.objects.values_list(
                "number", "name", "name_en", "kind", "is_open", "sru", "item"
            ).order_by("number")
        ),
        "projects": list(Project.objects.values_list("code", "name", "is_open").order_by("code")),
        "cost centres": list(CostCenter.objects.values_list("code", "name", "is_open").order_by("code")),
        "years": list(FiscalYear.objects.values_list("label", "start", "end")),
        "series": list(
            VoucherSeries.objects.values_list("fiscal_year__label", "code", "name").order_by(
                "fiscal_year", "code"
            )
        ),
        "gaps": list(
            NumberGap.objects.values_list("series__code", "first", "last", "reason").order_by(
                "series__code", "first"
            )
        ),
        "opening": list(
            OpeningBalance.objects.values_list("fiscal_year__label", "account__number", "amount").order_by(
                "fiscal_year", "account__number"
            )
        ),
        "chain": list(
            Voucher.objects.posted()
            .order_by("fiscal_year", "sequence")
            .values_list(
                "fiscal_year__label",
                "sequence",
                "series__code",
                "number",
                "posted_by",
                "posted_at",
                "entered_at",
                "counterparty",
                "decision_reference",
                "corrects__number",
                "digest",
            )
        ),
        "papers": list(
            Attachment.objects.order_by("voucher__sequence", "line").values_list(
                "voucher__sequence",
                "line",
                "sha256",
                "name",
                "content_type",
                "size",
                "uploaded_by",
                "uploaded_at",
            )
        ),
        "budget": list(Budget.objects.filter(in_force=True).values_list("version", "decided_on", "note")),
        "budget lines": sorted(
            map(
                str,
                BudgetLine.objects.filter(budget__in_force=True).values_list(
                    "account__number", "month", "amount", "project__code", "cost_center__code", "note"
                ),
            )
        ),
    }


def the_figures(year):
    """What the statements of *year* say, at its end and in the middle of it."""
    found = []
    for until in (None, year.start + (year.end - year.start) / 2):
        trial = trial_balance(year, until)
        income, balance = income_statement(year, until), balance_sheet(year, until)
        found.append(
            (
                [(b.account.number, b.opening, b.change) for b in trial.balances],
                (trial.result, trial.assets, trial.equity_opening, trial.equity_closing, trial.has_opening),
                income.totals,
                (income.has_budget, balance.difference, balance.has_opening),
            )
        )
    return found


def exported(year):
    """The file of *year*, and the export that wrote it."""
    return b"".join(SieExport(year))


@pytest.fixture
def take_in(tmp_path, documents):
    """Import the bytes of a file in the name of somebody else, and say what came of it."""

    def take_in(data, **choices):
        path = tmp_path / "bok.se"
        path.write_bytes(data)
        return import_sie(path, "revisorn", Choices(**choices))

    return take_in


def there_and_back(take_in, make):
    """Export the ledger that *make* makes, import it where there is none, and compare the two."""
    with a_passing_ledger():
        year = make()
        before, figures, data = the_ledger(), the_figures(year), exported(year)
    with a_passing_ledger():
        outcome = take_in(data)
        assert outcome.errors == []
        assert not outcome.refused
        assert [note for note in outcome.notes if note["code"] == "import"] == []
        assert the_ledger() == before
        assert the_figures(FiscalYear.objects.get(start=before["years"][-1][1])) == figures
    return data


# By hand ----------------------------------------------------------------------------------------------


def a_rich_ledger():
    """Books with all that SIE has no room for, or that code page 437 cannot hold."""
    year = a_ledger()
    Association.objects.create(
        name="Föreningen – “Åsen”",
        organisation_number="802000-0001",
        address="Vägen 1",
        postal_address="123 45 Å",
    )
    Account.objects.filter(number="5910").update(
        name="Annonser – webb", name_en="Advertising", is_open=False, item="activity-costs"
    )
    an_account("3999", kind="financial", name="Övrigt")
    Project.objects.create(code="P–1", name="Mässa", is_open=False)
    Project.objects.create(code="P-1", name="Resa")
    year.series.filter(code="B").update(name="Kundfakturor €")
    VoucherSeries.objects.create(fiscal_year=year, code="–", name="Strecket")
    entered = datetime(2023, 3, 12, 8, 0, 0, 250000, tzinfo=UTC)
    book(
        year,
        [
            VoucherFacts(
                "A",
                date(2023, 3, 10),
                '12 € – “annons”\tmed\\ "citat"',
                [
                    CanonicalRow("5910", 1200_00, "P–1", "STYRELSE", "1.50", '8 "7" 20 "a–b"', "Rad – ett"),
                    CanonicalRow("1930", -1200_00, "P-1", "", "två", "6 X", " "),
                ],
                counterparty="Tryckeriet i Ö & Co",
                decision="§ 8, möte 14",
                entered_at=entered,
                entered_by="lisa",
                posted_at=entered + timedelta(hours=1),
                posted_by="kassör",
                papers=[PaperFacts("ab" * 32, "kvitto – 1.pdf", "application/pdf", 1234, "lisa", entered)],
            ),
            facts("3900", -900_00, date(2023, 4, 1), "Avgifter", series="–"),
            VoucherFacts("B", date(2023, 5, 1), "Makulerad", [], entered_by=""),
        ],
    )
    wrong = a_posted_voucher(
        year, rows=(("6110", "15.00"), ("1930", "-15.00")), day=date(2023, 6, 1), text="Fel"
    )
    drafts = draft_correction(wrong, "kassör", "Fel konto – rättas", day=date(2023, 6, 2))
    post_together(drafts.vouchers, by="kassör")
    budget = Budget.objects.create(
        fiscal_year=year, version="revised", decided_on=date(2023, 5, 5), note="Möte – 3"
    )
    account, project = Account.objects.get(number="3900"), Project.objects.get(code="P–1")
    lines = ((None, None, 100_00), (date(2023, 2, 1), project, 7_00), (date(2023, 2, 1), None, 5_00))
    for month, of, ore in lines:
        BudgetLine.objects.create(
            budget=budget, account=account, month=month, project=of, amount=from_ore(ore), note="€"
        )
    return year


def test_books_with_all_that_sie_has_no_room_for_come_back_as_they_were(take_in):
    data = there_and_back(take_in, a_rich_ledger)
    assert data.decode("cp437").isprintable() is False  # it is a file of lines
    assert read(data).errors == ()


def test_another_program_reads_it_as_a_plain_file_of_type_4(take_in):
    with a_passing_ledger():
        data = exported(a_rich_ledger())
    reading = read(data)
    assert (reading.document.type, reading.errors, reading.differences) == ("4E", (), ())
    assert reading.unknown == {}
    assert reading.document.vouchers[0].text.startswith("12 EUR - ")


def test_without_its_own_lines_it_is_imported_as_any_other_file(take_in):
    with a_passing_ledger():
        year = a_rich_ledger()
        head = Voucher.objects.order_by("sequence").last().digest
        figures, data = the_figures(year)[0][1], exported(year)
    outcome = take_in(data, plain=True)
    assert not outcome.refused
    assert the_figures(FiscalYear.objects.get())[0][1] == figures
    assert Voucher.objects.get(series__code="A", number=1).text.startswith("12 EUR - ")
    assert Voucher.objects.order_by("sequence").last().digest != head


def test_attached_files_come_back_by_name_and_digest_and_their_content_is_missed(take_in):
    with a_passing_ledger():
        data = exported(a_rich_ledger())
    take_in(data)
    assert [name for name, check in verify().checks.items() if not check.ok] == ["attachments"]


def test_a_second_time_changes_nothing(take_in):
    with a_passing_ledger():
        data = exported(a_rich_ledger())
    take_in(data)
    before = the_ledger()
    outcome = take_in(data)
    assert (outcome.refused, outcome.is_new, outcome.unchanged) == (False, False, 6)
    assert the_ledger() == before


def test_numbers_that_were_missing_and_came_later_keep_their_places(take_in):
    def make():
        year = a_ledger()
        sie_import = SieImport.objects.create(
            file_name="x", sha256="0" * 64, by="x", sie_type="4E", encoding="x"
        )
        NumberGap.objects.create(series=year.series.get(code="A"), first=1, last=3, reason="Saknas – i filen")
        rows = [CanonicalRow("5910", 1), CanonicalRow("1930", -1)]
        late = [VoucherFacts("A", date(2023, 3, 1), "x", rows, number=number) for number in (4, 5, 2)]
        list(post_many(year, late, by="x", sie_import=sie_import.pk))
        return year

    there_and_back(take_in, make)


def test_codes_that_grow_when_they_are_transliterated_come_back_as_they_were(take_in):
    def make():
        year = a_ledger()
        Project.objects.create(code="…" * 40, name="€" * 200)
        a_series(year, "€" * 20)
        rows = [CanonicalRow("5910", 1, "…" * 40, "", "", "", "€" * 500), CanonicalRow("1930", -1)]
        book(year, [VoucherFacts("€" * 20, date(2023, 3, 1), "€" * 500, rows)])
        return year

    there_and_back(take_in, make)


def test_two_years_come_back_with_a_correction_from_one_to_the_other(take_in):
    with a_passing_ledger():
        first = a_ledger()
        wrong = a_posted_voucher(first, day=date(2023, 12, 30), text="Fel")
        second = a_fiscal_year(2024)
        post_together(draft_correction(wrong, "kassör", "Fel", day=date(2024, 1, 5)).vouchers, by="kassör")
        before, files = the_ledger(), [exported(first), exported(second)]
    with a_passing_ledger():
        outcome = take_in(files[1])
        assert outcome.refused
        assert "2023-01-01" in outcome.errors[0]["what"]
    for data in files:
        assert not take_in(data).refused
    assert the_ledger() == before


def test_only_what_is_new_is_added_and_the_chain_goes_on(take_in):
    with a_passing_ledger():
        year = a_rich_ledger()
        files = [exported(year)]
        a_posted_voucher(year, day=date(2023, 9, 1), text="Ny – post")
        files.append(exported(year))
        before = the_ledger()
    assert take_in(files[0]).created["vouchers"] == 6
    assert take_in(files[1]).created["vouchers"] == 1
    assert the_ledger() == before


def test_books_with_other_vouchers_take_it_in_and_say_that_the_chain_is_another(take_in):
    with a_passing_ledger():
        data = exported(a_rich_ledger())
    year = a_ledger()
    a_posted_voucher(year, series="C", text="Här förut")
    outcome = take_in(data)
    assert not outcome.refused
    assert any(note["label"] == "#XLEDARNA" for note in outcome.notes)
    assert [name for name, check in verify().checks.items() if not check.ok] == ["attachments"]


# Altered ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), a_passing_ledger():
        return exported(a_rich_ledger())


def lines_of(data):
    return data.decode("cp437").splitlines(keepends=True)


def altered(data, old, new, count=1):
    """*data* with the first *old* replaced; it must be there."""
    assert old.encode("cp437") in data
    return data.replace(old.encode("cp437"), new.encode("cp437"), count)


ALTERATIONS = {
    "an amount": ("#TRANS 6110 {} 15.00", "#TRANS 6110 {} 15.01"),
    "an account": ("#TRANS 6110 {} 15.00", "#TRANS 5910 {} 15.00"),
    "the text of a voucher": ('"Fel"', '"Fet"'),
    "the date of a voucher": ('"1" 20230401', '"1" 20230402'),
    "who posted it": ("posted_by=kass%C3%B6r", "posted_by=lisa"),
    "when it was posted": ("posted=2023-03-12T09", "posted=2023-03-12T10"),
    "the counterparty": ("counterparty=Tryckeriet", "counterparty=Tryckeri"),
    "the decision": ("decision=%C2%A7+8", "decision=%C2%A7+9"),
    "the reason of a correction": ("reason=Fel+konto", "reason=Ratt+konto"),
    "the name of an attached file": ("name=kvitto", "name=kvitton"),
    "the digest of an attached file": ("sha256=abab", "sha256=abac"),
    "its own digest": ("&digest=", "&digest=0"),
    "the place in the chain": ("sequence=3&", "sequence=4&"),
    "the head of the chain": ("&head=", "&head=0"),
    "how many vouchers there are": ("&vouchers=6&", "&vouchers=7&"),
    "the version": ("version=1&", "version=2&"),
    "the days of the year": ("&end=2023-12-31", "&end=2023-12-30"),
    "a field that nobody knows": ("sequence=1&", "sequence=1&colour=red&"),
    "a field twice": ("sequence=1&", "sequence=1&sequence=1&"),
    "a line that nobody knows": ("#XLEDARNA SERIES", "#XLEDARNA SPECIES"),
    "a row that is not there": ("ROW line=2", "ROW line=9"),
    "no fields": ("#XLEDARNAVER VER sequence=1", "#XLEDARNAVER VER =1"),
    "bytes that are no text": ("counterparty=Tryckeriet", "counterparty=%ff"),
    "a NUL": ("counterparty=Tryckeriet", "counterparty=%00"),
    "a name that leads elsewhere": ("name=kvitto", "name=..%2Fkvitto"),
    "a budget line": ("amount=7.00", "amount=8.00"),
    "a month of the budget": ("#PBUDGET 0 202302 3900 {} 12.00", "#PBUDGET 0 202302 3900 {} 13.00"),
    "a kind of account that is none": ("kind=financial", "kind=imaginary"),
    "a size that is none": ("size=1234", "size=-1"),
    "a time that is none": ("uploaded=2023-03-12T08", "uploaded=2023-03-12T28"),
}


@pytest.mark.parametrize("what", ALTERATIONS)
def test_a_file_that_was_altered_is_refused_and_nothing_is_changed(take_in, data, what):
    outcome = take_in(altered(data, *ALTERATIONS[what]))
    assert outcome.refused
    assert any("--plain" in error["done"] and error["line"] for error in outcome.errors)
    assert not Voucher.objects.exists()
    assert not FiscalYear.objects.exists()


def blocks(data):
    """The file as what stands before the vouchers, the vouchers with their own lines, and the end."""
    text = "".join(lines_of(data))
    found = re.split(r"(?m)(?=^#XLEDARNAVER VER)", text)
    last, end = re.split(r"(?m)(?=^#KSUMMA \d)", found[-1])
    return found[0], [*found[1:-1], last], end


def test_a_voucher_that_was_taken_away_is_missed(take_in, data):
    head, vouchers, end = blocks(data)
    for place in range(len(vouchers)):
        rest = [*vouchers[:place], *vouchers[place + 1 :]]
        outcome = take_in((head + "".join(rest) + end).encode("cp437"))
        assert outcome.refused


def test_a_voucher_that_was_added_is_told_by_its_line(take_in, data):
    head, vouchers, end = blocks(data)
    new = '#VER "A" "9" 20230901 "Ny"\r\n{\r\n#TRANS 1930 {} 1.00\r\n#TRANS 3900 {} -1.00\r\n}\r\n'
    text = head + "".join(vouchers) + new + end
    outcome = take_in(text.encode("cp437"))
    assert outcome.refused
    assert outcome.errors[0]["line"] == text[: text.index(new)].count("\r\n") + 1


def test_vouchers_in_another_order_are_told(take_in, data):
    head, vouchers, end = blocks(data)
    vouchers[0], vouchers[1] = vouchers[1], vouchers[0]
    assert take_in((head + "".join(vouchers) + end).encode("cp437")).refused


def test_without_the_line_of_the_year_the_vouchers_lines_are_refused(take_in, data):
    text = "".join(line for line in lines_of(data) if not line.startswith("#XLEDARNA YEAR"))
    assert take_in(text.encode("cp437")).refused
    text = "".join(line for line in lines_of(data) if not line.startswith("#XLEDARNA "))
    assert take_in(text.encode("cp437")).refused


def test_a_line_of_the_books_after_the_vouchers_is_refused(take_in, data):
    head, vouchers, end = blocks(data)
    text = head + "".join(vouchers) + "#XLEDARNA SERIES code=Z&name=\r\n" + end
    assert take_in(text.encode("cp437")).refused


def mutated(data, chance):
    """*data* with one of our own lines changed in some byte, cut, doubled, or another in its place."""
    lines = data.split(b"\r\n")
    place = chance.choice([n for n, line in enumerate(lines) if line.startswith(b"#XLEDARNA")])
    line = bytearray(lines[place])
    at = chance.randrange(len(line))
    changes = (
        lambda: line[:at] + bytes([chance.randrange(256)]) + line[at + 1 :],
        lambda: line[:at] + line[at + 1 :],
        lambda: line[:at] + bytes([chance.choice(b'0123456789&=%"{}\\ #')]) + line[at:],
        lambda: line[:at],
        lambda: line + line[at:],
        lambda: chance.choice(lines),
    )
    lines[place] = bytes(chance.choice(changes)())
    return b"\r\n".join(lines)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_bytes_are_changed_the_file_is_refused_or_the_ledger_holds(take_in, data, seed):
    with a_passing_ledger():
        outcome = take_in(mutated(data, random.Random(seed)))
        assert outcome.refused == bool(outcome.errors) == (not Voucher.objects.exists())
        assert [name for name, check in verify().checks.items() if not check.ok] in ([], ["attachments"])


# What nobody but a forger writes: its digests follow, and what it claims cannot be ---------------------


def forged(data):
    """*data* with digests that follow from what it says, as a forger would give it."""
    from finance.digest import GENESIS, voucher_digest
    from finance.extension import Book, completed
    from finance.importing.reading import canonical_row
    from finance.posting import canonical_facts

    document = read(data).document
    year, previous, found = document.year(0), GENESIS, []
    for place, voucher in enumerate(document.vouchers, start=1):
        plain = VoucherFacts(
            voucher.series,
            voucher.date,
            voucher.text,
            [canonical_row(row) for row in voucher.rows],
            int(voucher.number),
        )
        told, _place = completed(plain, voucher.extras)
        previous = voucher_digest(
            canonical_facts(told, year.start.isoformat(), year.end.isoformat(), place, told.number), previous
        )
        found.append(previous)
    assert Book.of(document.extras).vouchers == len(found)
    digests = iter(found)
    text = re.sub(r"(?<=digest=)[0-9a-f]{64}", lambda _found: next(digests), data.decode("cp437"))
    return re.sub(r"(?<=head=)[0-9a-f]{64}", found[-1], text).encode("cp437")


def test_the_forgers_digests_follow(take_in, data):
    assert forged(data) == data
    assert not take_in(forged(altered(data, "posted_by=kass%C3%B6r", "posted_by=lisa"))).refused


FORGERIES = {
    "a correction that takes nothing back": ("#TRANS 6110 {} -15.00", "#TRANS 5910 {} -15.00"),
    "a correction of what is not there": ("corrects_number=2", "corrects_number=77"),
    "a correction of another year": ("corrects_year=2023-01-01", "corrects_year=1999-01-01"),
    "a replacement of what was not taken back": ("correction=reversal", "correction=replacement"),
    "a correction twice": ("correction=replacement", "correction=reversal"),
    "a gap that would never be filled": (
        "#XLEDARNA SERIES code=A",
        "#XLEDARNA GAP series=A&first=50&last=99&reason=x\r\n#XLEDARNA SERIES code=A",
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_what_cannot_be_is_refused_though_its_digests_follow(take_in, data, what):
    outcome = take_in(forged(altered(data, *FORGERIES[what])))
    assert outcome.refused
    assert outcome.errors[0]["line"]
    assert not Voucher.objects.exists()


def test_numbers_that_go_backwards_are_refused_in_a_sentence_or_leave_a_ledger_that_holds(take_in):
    """PostgreSQL looks at numbers when a whole chunk is posted, SQLite at each voucher."""
    with a_passing_ledger():
        year = a_ledger()
        book(year, [facts(text="Ett"), facts(text="Två")])
        data = exported(year)
    text = (
        data.decode("cp437")
        .replace('"A" "1"', '"A" "x"')
        .replace('"A" "2"', '"A" "1"')
        .replace('"A" "x"', '"A" "2"')
    )
    outcome = take_in(forged(text.encode("cp437")))
    assert outcome.refused == bool(outcome.errors) == (not Voucher.objects.exists())
    assert outcome.refused == (connection.vendor == "sqlite")
    assert verify().ok


# Any ledger -------------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
names = texts.filter(str.strip)
codes = names.map(lambda text: text[:20])
users = texts
START, END = date(2023, 7, 1), date(2024, 6, 30)
days = st.dates(START, END)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))
amounts = st.integers(-(10**13), 10**13)
ACCOUNTS = ("1930", "2440", "3900", "5910", "8310")
papers = st.lists(
    st.builds(
        PaperFacts,
        st.from_regex(r"[0-9a-f]{64}", fullmatch=True),
        st.sampled_from(["kvitto.pdf", "kvitto – 2.pdf", "å.pdf"]),
        st.just("application/pdf"),
        st.integers(0, 1000),
        users,
        moments,
    ),
    max_size=2,
    unique_by=lambda paper: paper.sha256,
)


@st.composite
def ledgers(draw):
    """A ledger: dimensions, opening balances, budget lines, vouchers, and which of them are corrected."""
    projects = draw(st.dictionaries(codes, names, max_size=2))
    centers = draw(st.dictionaries(codes, names, max_size=2))
    series = draw(st.lists(codes, min_size=1, max_size=2, unique=True))
    row = st.builds(
        CanonicalRow,
        st.sampled_from(ACCOUNTS),
        amounts,
        st.sampled_from(["", *projects]),
        st.sampled_from(["", *centers]),
        st.sampled_from(["", "1.50", "-2", "+3", "1E5", "x"]),
        st.sampled_from(["", '8 "7"', '20 "å" 8 "1"', '6 "X"', "odd", '20 "–"']),
        texts,
    )

    @st.composite
    def voucher(draw):
        rows = draw(st.lists(row, max_size=3))
        if rows:
            rows.append(CanonicalRow("1930", -sum(row.amount for row in rows)))
        return VoucherFacts(
            draw(st.sampled_from(series)),
            draw(days),
            draw(texts),
            rows,
            counterparty=draw(texts),
            decision=draw(texts),
            entered_at=draw(moments),
            entered_by=draw(users),
            posted_at=draw(moments),
            posted_by=draw(users),
            papers=draw(papers),
        )

    return {
        "names": draw(st.lists(names, min_size=len(ACCOUNTS), max_size=len(ACCOUNTS))),
        "projects": projects,
        "centers": centers,
        "series": series,
        "opening": draw(st.dictionaries(st.sampled_from(["1930", "2440"]), amounts)),
        "budget": draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["3900", "5910"]),
                    st.sampled_from([None, date(2023, 8, 1), date(2024, 6, 1)]),
                    amounts,
                    st.sampled_from(["", *projects]),
                    texts,
                ),
                max_size=3,
            )
        ),
        "vouchers": draw(st.lists(voucher(), max_size=5)),
        "corrected": draw(st.booleans()),
    }


def made(ledger):
    """The ledger in the database; its year."""
    year = a_fiscal_year(start=START, end=END)
    for number, name in zip(ACCOUNTS, ledger["names"], strict=True):
        an_account(number, name)
    for code, name in ledger["projects"].items():
        Project.objects.create(code=code, name=name)
    for code, name in ledger["centers"].items():
        CostCenter.objects.create(code=code, name=name)
    for code in ledger["series"]:
        a_series(year, code)
    for number, ore in ledger["opening"].items():
        OpeningBalance.objects.create(
            fiscal_year=year, account=Account.objects.get(number=number), amount=from_ore(ore)
        )
    if ledger["budget"]:
        budget = Budget.objects.create(fiscal_year=year)
        for number, month, ore, project, note in ledger["budget"]:
            BudgetLine.objects.create(
                budget=budget,
                account=Account.objects.get(number=number),
                month=month,
                amount=from_ore(ore),
                project=Project.objects.filter(code=project).first(),
                note=note,
            )
    list(post_many(year, ledger["vouchers"], by="x"))
    original = next((v for v in Voucher.objects.order_by("sequence") if v.rows.exists()), None)
    if ledger["corrected"] and original:
        post_together(draft_correction(original, "kassör", "Fel – rättas").vouchers, by="kassör")
    return year


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ledger=ledgers())
def test_any_ledger_comes_back_with_the_same_figures_and_the_same_digests(take_in, ledger):
    there_and_back(take_in, lambda: made(ledger))
