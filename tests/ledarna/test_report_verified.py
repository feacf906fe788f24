"""``verify_ledger`` looks at the sealed annual reports too, and names what is no longer what was sealed."""

from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import connection

from finance import guard
from finance.closing import close_year
from finance.verification import verify
from ledarna.annual_report import sealing
from ledarna.annual_report.document import compose, report_of
from ledarna.models import ReportSignature, SealedReport
from tests.factories import a_fiscal_year, a_posted_voucher, a_report_section, a_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("documents")]


@pytest.fixture
def sealed():
    """A sealed report that somebody of the board signed."""
    year = a_fiscal_year()
    a_posted_voucher(year, (("1930", "1000.00"), ("3900", "-1000.00")))
    a_report_section(year, "Resultatet är {{ finance.result }}.")
    close_year(year, by=None)
    treasurer, member = a_user("treasurer", "lisa"), a_user("board", "bo", first_name="Bo")
    content = sealing.content_of(year, compose(report_of(year)))
    report = sealing.seal(year, treasurer, sealing.digest_of(sealing.canonical(content)))
    sealing.sign(report, member)
    return report


def found():
    return [place.what for place in verify()["annual_reports"].broken]


def past_the_program(model, **values):
    """Change it as somebody would who has the database file, and no guard in it."""
    guard.remove(connection)
    model.objects.update(**values)


def test_a_report_as_it_was_sealed_and_signed_breaks_nothing(sealed, capsys):
    check = verify()["annual_reports"]
    assert check.ok
    assert check.checked == 2
    call_command("verify_ledger")
    assert "Varje förseglad verksamhetsberättelse är vad som förseglades" in capsys.readouterr().out


def test_books_without_a_sealed_report_break_nothing():
    assert verify()["annual_reports"].checked == 0


@pytest.mark.parametrize(
    ("model", "values", "what"),
    [
        (SealedReport, {"content": '{"head": "", "vouchers": 0}'}, "Texten eller nyckeltalen ändrades"),
        (SealedReport, {"content": "{"}, "kan inte läsas"),
        (SealedReport, {"content": "[]"}, "kan inte läsas"),
        (SealedReport, {"head": "0" * 64}, "en annan kontrollsumma"),
        (SealedReport, {"sequence": 7}, "en annan kontrollsumma"),
        (SealedReport, {"number": 2, "reason": "x"}, "Berättelsen före den är borta"),
        (SealedReport, {"pdf_sha256": "0" * 64}, "finns inte i dokumentlagret"),
        (ReportSignature, {"pdf_sha256": "0" * 64}, "en annan PDF"),
    ],
)
def test_what_was_changed_past_the_program_is_named(sealed, model, values, what):
    past_the_program(model, **values)
    assert any(what in said for said in found()), found()


def test_a_pdf_that_was_altered_on_the_disk_is_named(sealed):
    path = Path(storages["documents"].path(sealed.pdf_sha256))
    path.chmod(0o600)
    path.write_bytes(path.read_bytes() + b"%")
    assert found() == ["Den förseglade PDF:en är ändrad på disken. Återställ den från en säkerhetskopia."]


def test_the_command_ends_with_an_error_and_says_which_report(sealed, capsys):
    past_the_program(ReportSignature, pdf_sha256="0" * 64)
    with pytest.raises(SystemExit):
        call_command("verify_ledger")
    assert f"{sealed}: Bo" in capsys.readouterr().out
