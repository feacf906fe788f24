"""The year-end package: what is in it, that it proves itself, and that nothing in it can be changed unseen."""

import csv
import hashlib
import io
import json
import random
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from auditlog.models import LogEntry
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from board.models import SealedMinutes
from finance import guard
from finance.auditing import note, remark
from finance.closing import close_year
from finance.correction import draft_correction
from finance.models import (
    AuditRemark,
    FiscalYear,
    NumberGap,
    Project,
    SampleBasis,
    SampledVoucher,
    VoucherRow,
)
from finance.models.audits import Method
from finance.papers import attach, take_in
from finance.posting import chain_head, post, post_together
from finance.sampling import Plan
from finance.verification import verify as verify_ledger
from ledarna.annual_report import sealing
from ledarna.annual_report.document import compose, report_of
from ledarna.figures import figures_of
from ledarna.package import verify as verifier
from ledarna.package.writing import write_package
from tests.factories import (
    a_budget,
    a_draft,
    a_fiscal_year,
    a_member_count,
    a_posted_voucher,
    a_report_section,
    a_sample,
    a_series,
    a_user,
    an_opening_balance,
)
from tests.files import PDF, storages_with_documents_in
from tests.minutes import a_held_meeting, approved, minutes_of
from tests.once import made_once
from tests.pages import reader

pytestmark = pytest.mark.django_db


def books_in_which_all_occurs():
    """Books in which all occurs that a package tells of."""
    year = a_fiscal_year(2023)
    an_opening_balance(year, "1930", "1000.10")
    an_opening_balance(year, "2067", "-1000.10")
    a_posted_voucher(year, day=date(2023, 2, 1), rows=(("1930", "5000"), ("3900", "-5000")), text="=Avgifter")
    draft = a_draft(
        year, day=date(2023, 3, 1), rows=(("5010", "850.05"), ("1930", "-850.05")), text="Hyra\tmars"
    )
    draft.rows.filter(line=1).update(project=Project.objects.create(code="P1", name="Mässa"))
    attach(draft, take_in(BytesIO(PDF), "hyra mars.PDF"), "lisa")
    post(draft, by="kassör")
    post_together(draft_correction(draft, "lisa", "Fel konto").vouchers, by="kassör")
    a_budget(year, (("3900", "-4000"), ("5010", "900")))
    a_member_count(date(2023, 6, 30), 8200)
    NumberGap.objects.create(series=a_series(year, "G"), first=1, last=4, reason="Fanns inte i filen")


@pytest.fixture(scope="module", autouse=True)
def _the_books(django_db_setup, django_db_blocker, tmp_path_factory):
    with override_settings(STORAGES=storages_with_documents_in(tmp_path_factory.mktemp("documents"))):
        yield from made_once(django_db_blocker, books_in_which_all_occurs)


@pytest.fixture
def year():
    return FiscalYear.objects.get(label="2023")


def package_of(year):
    file = io.BytesIO()
    write_package(year, file)
    return file.getvalue()


def unzipped(year, directory):
    with zipfile.ZipFile(io.BytesIO(package_of(year))) as package:
        package.extractall(directory)
    return directory


def run_verifier(directory, *arguments):
    """The verifier as the auditors run it: a bare Python, in the unzipped package."""
    return subprocess.run(
        [sys.executable, "-I", "-S", str(directory / "verify.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
    )


def unzipped_once(django_db_blocker, place, books):
    """The unzipped package of what *books* gives the year of; what that entered is undone at once."""
    with django_db_blocker.unblock(), transaction.atomic():
        directory = unzipped(books(), place)
        transaction.set_rollback(True)
    return directory


@pytest.fixture(scope="module")
def whole_package(_the_books, django_db_blocker, tmp_path_factory):
    return unzipped_once(
        django_db_blocker,
        tmp_path_factory.mktemp("paket"),
        lambda: FiscalYear.objects.get(label="2023"),
    )


@pytest.fixture
def directory(whole_package, tmp_path):
    return shutil.copytree(whole_package, tmp_path / "paket")


# What is in it


def test_every_file_is_in_the_manifest(directory):
    named = [line.split("  ", 1)[1] for line in (directory / "MANIFEST.sha256").read_text().splitlines()]
    there = [path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()]
    assert sorted(named) == sorted(set(there) - {"MANIFEST.sha256"})


def test_sha256sum_takes_the_manifest(directory):
    assert (
        subprocess.run(
            ["sha256sum", "-c", "--quiet", "MANIFEST.sha256"], cwd=directory, check=False
        ).returncode
        == 0
    )


def test_the_figures_are_those_of_the_pages(directory, year):
    figures = json.loads((directory / "data/figures.json").read_text())["figures"]
    assert figures == {key: figure.as_json() for key, figure in figures_of(year).items()}


def test_an_attached_file_lies_under_its_digest(directory, year):
    found = list((directory / "underlag").iterdir())
    assert [path.read_bytes() for path in found] == [PDF]
    rows = list(csv.reader((directory / "bokforing/underlag.csv").open(encoding="utf-8-sig"), delimiter=";"))
    assert rows[1][:3] == ["A 2", "hyra mars.PDF", f"underlag/{found[0].name}"]


def test_the_journal_as_a_workbook_and_as_csv_says_the_same(directory):
    sheet = openpyxl.load_workbook(directory / "bokforing/grundbok.xlsx").active
    rows = list(csv.reader((directory / "bokforing/grundbok.csv").open(encoding="utf-8-sig"), delimiter=";"))
    amounts = [(row[10], row[11]) for row in sheet.iter_rows(min_row=2, values_only=True)]
    written = [
        tuple(float(cell.replace(",", ".")) if cell else None for cell in row[10:12]) for row in rows[1:]
    ]
    assert amounts == written
    assert len(amounts) == VoucherRow.objects.count()


def test_a_text_that_begins_like_a_formula_stays_text(directory):
    assert "'=Avgifter" in (directory / "bokforing/grundbok.csv").read_text("utf-8-sig")


def test_the_head_stands_in_the_read_me(directory, year):
    assert chain_head(year).digest in (directory / "LÄS MIG.txt").read_text()


def test_a_closed_year_is_said_to_be_closed(year, tmp_path):
    assert "Året är ännu inte stängt" in (unzipped(year, tmp_path / "a") / "LÄS MIG.txt").read_text()


def test_drafts_are_not_in_it(year, tmp_path):
    a_draft(year, text="Ett utkast")
    for path in unzipped(year, tmp_path / "a").rglob("*.*"):
        assert b"Ett utkast" not in path.read_bytes()


def test_the_same_books_give_the_same_bytes(year):
    client = reader("auditor", "en")
    first = package_of(year)
    client.get("/year/2023/")
    client.post("/year/2023/package/")
    assert package_of(year) == first


def test_a_package_taken_in_english_is_the_same(year):
    taken = reader("auditor", "en").post("/year/2023/package/")
    assert b"".join(taken.streaming_content) == package_of(year)


def test_a_year_without_vouchers_has_a_package_that_holds(tmp_path, year):
    directory = unzipped(a_fiscal_year(2021), tmp_path / "a")
    assert run_verifier(directory).returncode == 0


# That it proves itself


def test_a_bare_python_says_that_the_package_holds(directory, year):
    run = run_verifier(directory)
    assert run.returncode == 0
    assert run.stdout.splitlines()[-2] == f"PAKETET HÅLLER. Kedjans slut: {chain_head(year).digest}"
    assert "FEL" not in run.stdout
    assert "THE PACKAGE HOLDS" in run_verifier(directory, "--english").stdout


def test_the_verifier_needs_nothing_but_the_standard_library():
    source = Path(verifier.__file__).read_text()
    imported = {line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert imported <= sys.stdlib_module_names
    assert not imported & {"socket", "urllib", "http", "ssl"}


def check(directory):
    """Whether the verifier takes the package, and all that it says."""
    said = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", said)
        return verifier.verify(directory), said.getvalue()


def test_any_byte_that_is_flipped_in_any_file_is_found_and_named(directory):
    chance = random.Random(20231231)
    missed = []
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        content = path.read_bytes()
        for place in {0, len(content) - 1, *(chance.randrange(len(content)) for _ in range(2))}:
            changed = bytearray(content)
            changed[place] ^= 1 << chance.randrange(8)
            path.write_bytes(changed)
            holds, said = check(directory)
            name = path.relative_to(directory).as_posix()
            if holds or name not in said:
                missed.append(f"{name} {place}: {said}")
        path.write_bytes(content)
    assert missed == []
    assert check(directory)[0]


@pytest.mark.parametrize(
    "name", ["bokforing/grundbok.xlsx", "data/ledger.txt", "MANIFEST.sha256", "verify.py"]
)
def test_a_file_that_is_gone_is_named(directory, name):
    (directory / name).unlink()
    holds, said = check(directory)
    assert not holds
    assert name in said


def test_a_file_that_was_added_is_named(directory):
    (directory / "underlag/extra.pdf").write_bytes(b"x")
    holds, said = check(directory)
    assert not holds
    assert "underlag/extra.pdf" in said


# Whoever changes the package and its manifest together is found by what the files say of one another.


def rewrite(directory, name, change):
    """Change a file, and its line in the manifest with it."""
    path = directory / name
    path.write_bytes(change(path.read_bytes()))
    lines = []
    for line in (directory / "MANIFEST.sha256").read_text().splitlines():
        _digest, named = line.split("  ", 1)
        lines.append(f"{verifier.digest_of(directory / named)}  {named}\n")
    (directory / "MANIFEST.sha256").write_text("".join(lines))


@pytest.mark.parametrize(
    ("name", "before", "after", "said"),
    [
        ("data/ledger.txt", "text\t=Avgifter", "text\tLön", "A 1: kontrollsumman följer inte av innehållet"),
        ("data/ledger.txt", "\t500000\t", "\t500001\t", "A 1: debet och kredit är inte lika"),
        ("data/ledger.txt", "sequence\t2", "sequence\t3", "A 2: platsen i kedjan är fel"),
        ("data/ledger.txt", "voucher\tA\t2\t", "voucher\tA\t5\t", "A 5: numret före är 1"),
        ("data/ledger.txt", "\t2023-03-01\n", "\t2024-03-01\n", "A 2: 2024-03-01 ligger utanför året"),
        ("data/books.json", '"ore": 100010', '"ore": 100011', "ingående balanser går inte jämnt upp"),
        ("data/books.json", '"vouchers": 4', '"vouchers": 3', "kedjans slut är ett annat än det angivna"),
        ("data/books.json", '"ore": -400000', '"ore": -400100', "finance.budget_income"),
        ("data/books.json", '"kind": "income"', '"kind": "equity"', "finance.income"),
        ("data/figures.json", '"5000.00"', '"5000.01"', "finance.income"),
        ("data/figures.json", '"100.00"', '"99.99"', "finance.solidity"),
        (
            "bokslut/resultatrakning.json",
            '"actual": "5000.00"',
            '"actual": "5000.01"',
            "3900: 5000.01 står där",
        ),
        (
            "bokslut/balansrakning.json",
            '"actual": "5150.05"',
            '"actual": "5150.06"',
            "balansrakning.json, 1930",
        ),
        ("bokforing/sie4e.se", "-5000", "-5001", "sie4e.se, konto 3900"),
        ("bokforing/grundbok.csv", ";5000,00", ";5000,01", "grundbok.csv, konto"),
    ],
)
def test_what_was_changed_with_its_manifest_is_found_by_the_other_files(directory, name, before, after, said):
    assert before.encode() in (directory / name).read_bytes()
    rewrite(directory, name, lambda content: content.replace(before.encode(), after.encode()))
    holds, words = check(directory)
    assert not holds
    assert said in words


def test_a_voucher_that_was_left_out_is_found(directory):
    def without_the_last(content):
        return content[: content.rindex(b"ledarna-voucher\t1\n")]

    rewrite(directory, "data/ledger.txt", without_the_last)
    holds, said = check(directory)
    assert not holds
    assert "kedjans slut" in said


def test_a_chain_that_was_computed_anew_has_another_head(directory, year):
    """The verifier cannot know: that is what the head on paper is for."""
    before = chain_head(year).digest
    assert before in check(directory)[1]


def test_files_that_are_no_package_are_told_in_words(tmp_path):
    holds, said = check(tmp_path)
    assert not holds
    assert "MANIFEST.sha256: kan inte läsas" in said


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    vouchers=st.lists(
        st.tuples(
            st.integers(1, 10**12),
            st.sampled_from(["3900", "5010", "8310", "2440"]),
            st.dates(date(2023, 1, 1), date(2023, 12, 31)),
            st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30),
        ),
        max_size=8,
    )
)
def test_the_package_of_any_ledger_holds(year, tmp_path, vouchers):
    with transaction.atomic():
        for ore, account, day, text in vouchers:
            amount = f"{ore // 100}.{ore % 100:02}"
            rows = ((account, amount), ("1930", f"-{amount}"))
            a_posted_voucher(year, day=day, rows=rows, text=text.strip() or "x")
        assert verify_ledger().ok
        directory = unzipped(year, tmp_path / "egenskap")
        holds, said = check(directory)
        shutil.rmtree(directory)
        assert holds, said
        transaction.set_rollback(True)


# The annual report


def sealed_report():
    """The report of the same books, closed: it was sealed and signed."""
    year = FiscalYear.objects.get(label="2023")
    a_report_section(year, "Resultatet är {{ finance.result }}.")
    close_year(year, by=None)
    treasurer, member = a_user("treasurer", "lisa"), a_user("board", "bo", first_name="Bo", last_name="Ek")
    content = sealing.content_of(year, compose(report_of(year)))
    report = sealing.seal(year, treasurer, sealing.digest_of(sealing.canonical(content)))
    sealing.sign(report, member)
    return report


@pytest.fixture
def sealed():
    return sealed_report()


@pytest.fixture(scope="module")
def package_with_report(_the_books, django_db_blocker, tmp_path_factory):
    place = tmp_path_factory.mktemp("paket")
    return unzipped_once(django_db_blocker, place, lambda: sealed_report().fiscal_year)


def test_the_draft_of_the_report_is_in_the_package(year, tmp_path):
    a_report_section(year, "Resultatet är {{ finance.result }}.")
    directory = unzipped(year, tmp_path / "a")
    assert (directory / "berattelse/verksamhetsberattelse-utkast.pdf").read_bytes().startswith(b"%PDF")
    assert check(directory)[0]


def test_the_sealed_report_is_in_the_package_and_verified_with_it(sealed, tmp_path):
    directory = unzipped(sealed.fiscal_year, tmp_path / "a")
    assert (directory / "berattelse/verksamhetsberattelse-1.pdf").read_bytes() == sealing.pdf_of(sealed)
    holds, said = check(directory)
    assert holds, said
    assert "Undertecknad av: Bo Ek" in said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('\\"value\\":\\"5000.00\\"', '\\"value\\":\\"5000.01\\"', "5000.01 förseglades"),
        ('\\"Resultatet är \\"', '\\"Resultatet var \\"', "kontrollsumman följer inte av innehållet"),
        ('"vouchers": ', '"vouchers": 1', "bokföringen har ändrats sedan berättelsen förseglades"),
        ('"pdf_sha256": "', '"pdf_sha256": "0', "är en annan än den som förseglades"),
    ],
)
def test_a_sealed_report_that_was_changed_with_its_manifest_is_found(
    package_with_report, tmp_path, before, after, said
):
    directory = shutil.copytree(package_with_report, tmp_path / "a")
    assert before.encode() in (directory / "data/annual-report.json").read_bytes()
    rewrite(
        directory, "data/annual-report.json", lambda content: content.replace(before.encode(), after.encode())
    )
    holds, words = check(directory)
    assert not holds
    assert said in words


# The auditors' work


METHODS = (
    Plan(Method.RANDOM, 2, "frö"),
    Plan(Method.MONETARY, 1_000_00, "frö"),
    Plan(Method.ABOVE, 800_00),
    Plan(Method.ROUND, 5_00),
    Plan(Method.WEEKEND),
    Plan(Method.PAIRS, 9),
)


def audited_books():
    """The same books after a year, with a sample by each method, a question with its answer, and a note."""
    year = FiscalYear.objects.get(label="2023")
    a_posted_voucher(a_fiscal_year(2022), day=date(2022, 2, 4), rows=(("5010", "10"), ("1930", "-10")))
    a_posted_voucher(year, day=date(2023, 2, 4), rows=(("5010", "10"), ("1930", "-10")), text="En lördag")
    a_posted_voucher(year, day=date(2023, 6, 6), rows=(("6110", "7"), ("1930", "-7")), text="Nationaldagen")
    samples = [a_sample(year, plan) for plan in METHODS]
    sampled = samples[0].vouchers.first()
    remark(sampled, AuditRemark.Kind.QUESTION, "revisor", "Vem är <Bo>?")
    remark(sampled, AuditRemark.Kind.ANSWER, "kassor", "Vår vaktmästare")
    note(year, "revisor", "Ordning och reda.")
    return year


@pytest.fixture
def audited():
    return audited_books()


@pytest.fixture(scope="module")
def package_with_audit(_the_books, django_db_blocker, tmp_path_factory):
    return unzipped_once(django_db_blocker, tmp_path_factory.mktemp("paket"), audited_books)


def test_the_samples_and_their_outcome_are_in_the_package_and_are_drawn_again(audited, tmp_path):
    directory = unzipped(audited, tmp_path / "a")
    run = run_verifier(directory)
    assert run.returncode == 0, run.stdout
    assert "dras likadant igen (6)" in run.stdout
    page = (directory / "revision/granskning.html").read_text()
    assert "2 verifikationer dragna slumpvis, frö ”frö”" in page
    assert "Vem är &lt;Bo&gt;?" in page
    assert "Vår vaktmästare" in page
    assert "Ordning och reda." in page
    assert "Vår vaktmästare" in (directory / "revision/fragor-och-svar.csv").read_text()
    assert "revision/" in (directory / "LÄS MIG.txt").read_text()


def test_the_same_audit_gives_the_same_bytes(audited):
    assert package_of(audited) == package_of(audited)


def test_what_was_posted_after_a_sample_was_drawn_changes_nothing_of_it(audited, tmp_path):
    a_posted_voucher(audited, rows=(("5010", "90000"), ("1930", "-90000")))
    holds, said = check(unzipped(audited, tmp_path / "a"))
    assert holds, said


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('"seed": "frö"', '"seed": "annat"', "data/audit.json, 1: dras inte likadant igen"),
        ('"parameter": 80000', '"parameter": 90000', "data/audit.json, 3: dras inte likadant igen"),
        ('"drawn_from": 6', '"drawn_from": 5', "data/audit.json, 1: draget ur en annan kedja"),
        ('"hit": "6"', '"hit": "7"', "data/audit.json, 5: dras inte likadant igen"),
        ('\\"National Day\\"', '\\"May Day\\"', "5: kontrollsumman följer inte av det som urvalet byggde på"),
        ('\\"1930\\", 1]', '\\"1930\\", 2]', "6: kontrollsumman följer inte av det som urvalet byggde på"),
        ('"number": 2,\n          "digest"', '"number": 1,\n          "digest"', "en annan verifikation"),
    ],
)
def test_a_sample_that_was_changed_with_its_manifest_is_found(
    package_with_audit, tmp_path, before, after, said
):
    directory = shutil.copytree(package_with_audit, tmp_path / "a")
    assert before.encode() in (directory / "data/audit.json").read_bytes()
    rewrite(directory, "data/audit.json", lambda content: content.replace(before.encode(), after.encode()))
    holds, words = check(directory)
    assert not holds
    assert said in words


@pytest.mark.parametrize(
    ("number", "before", "after"),
    [(5, '"2023-06-06": "National Day", ', ""), (6, '"1930", 1]', '"1930", 2]')],
)
def test_a_basis_that_was_changed_with_its_digest_draws_another_sample(
    audited, tmp_path, number, before, after
):
    def changed(content):
        audit = json.loads(content)
        sample = audit["samples"][number - 1]
        assert before in sample["basis"]
        sample["basis"] = sample["basis"].replace(before, after)
        sample["basis_sha256"] = hashlib.sha256(sample["basis"].encode()).hexdigest()
        return json.dumps(audit).encode()

    directory = unzipped(audited, tmp_path / "a")
    rewrite(directory, "data/audit.json", changed)
    holds, said = check(directory)
    assert not holds
    assert f"data/audit.json, {number}: dras inte likadant igen" in said


def test_the_verifier_says_which_packages_tell_whether_the_earlier_years_are_counted_right(audited, tmp_path):
    said = check(unzipped(audited, tmp_path / "a"))[1]
    assert (
        f"Urval 6: att de tidigare årens kontopar är rätt räknade följer av de årens paket, med kedjans slut: 2022 {chain_head(a_fiscal_year(2022)).digest}"
        in said
    )


def test_samples_that_were_drawn_before_their_basis_was_kept_still_hold(audited, tmp_path):
    """Of weekends what was drawn then: Saturdays and Sundays alone. Of pairs it is said that nothing was kept."""
    guard.remove(connection)
    SampleBasis.objects.all().delete()
    SampledVoucher.objects.filter(hit="National Day").delete()
    holds, said = check(unzipped(audited, tmp_path / "a"))
    assert holds, said
    assert "Urval 6 drogs innan de tidigare årens kontopar sparades, och dras inte om." in said


# The command and the page


def test_the_command_writes_the_package_and_says_so(year, tmp_path, capsys):
    call_command("year_end_package", "2023", "--out", str(tmp_path / "p.zip"))
    assert (tmp_path / "p.zip").read_bytes() == package_of(year)
    assert "filer för 2023 skrevs till" in capsys.readouterr().out
    assert LogEntry.objects.latest("pk").object_repr == "p.zip"


def test_the_command_tells_programs_each_file(year, tmp_path, capsys):
    call_command("year_end_package", "2023", "--out", str(tmp_path / "p.zip"), "--json")
    files = json.loads(capsys.readouterr().out)["files"]
    assert {"data/ledger.txt", "verify.py", "MANIFEST.sha256"} <= {file["name"] for file in files}


def test_the_command_writes_over_nothing(year, tmp_path):
    (tmp_path / "p.zip").write_text("mitt")
    with pytest.raises(CommandError, match="finns redan"):
        call_command("year_end_package", "2023", "--out", str(tmp_path / "p.zip"))
    assert (tmp_path / "p.zip").read_text() == "mitt"


def test_the_command_says_where_it_cannot_write(year, tmp_path):
    with pytest.raises(CommandError, match="kan inte skrivas"):
        call_command("year_end_package", "2023", "--out", str(tmp_path / "nowhere" / "p.zip"))


def test_the_page_gives_the_package_under_the_head(year):
    client = reader("auditor")
    assert "Hämta paketet" in client.get("/year/2023/package/").content.decode()
    response = client.post("/year/2023/package/")
    name = f"ledarna-2023-{chain_head(year).digest[:12]}.zip"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))).testzip() is None
    assert LogEntry.objects.latest("pk").object_repr == name


def test_the_files_carry_no_time_of_their_own(year):
    with zipfile.ZipFile(io.BytesIO(package_of(year))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# Minutes


def test_approved_minutes_go_with_it_and_no_confidential_ones(year, tmp_path):
    held = a_held_meeting()
    approved(held, text="# 1. Öppnande\n\nAnna öppnade mötet.")
    approved(held, is_confidential=True)
    minutes_of(a_held_meeting(day=date(2023, 2, 2)), "Ett utkast.")
    directory = unzipped(year, tmp_path / "paket")
    found = list((directory / "moten").glob("*.pdf"))
    sealed = SealedMinutes.objects.get(version__document__is_confidential=False)
    assert [path.name for path in found] == [f"protokoll-2023-01-19-{held.meeting.pk}.pdf"]
    assert hashlib.sha256(found[0].read_bytes()).hexdigest() == sealed.pdf_sha256
    rows = list(csv.DictReader((directory / "moten/protokoll.csv").open(encoding="utf-8-sig"), delimiter=";"))
    assert len(rows) == 1
    assert "Anna Ek" in rows[0]["Underskrivet av"]
    assert run_verifier(directory).returncode == 0


def test_what_is_confidential_is_nowhere_in_it(year, tmp_path):
    approved(a_held_meeting(), is_confidential=True)
    directory = unzipped(year, tmp_path / "paket")
    holding = [path for path in directory.rglob("*") if path.is_file() and b"Hemliga" in path.read_bytes()]
    assert holding == []


def test_with_minutes_the_same_facts_give_the_same_bytes(year):
    approved(a_held_meeting(), text="Ett")
    assert package_of(year) == package_of(year)
