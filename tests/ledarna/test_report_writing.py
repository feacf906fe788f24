"""Writing the annual report: sections, preview, comments, last year's text."""

import pytest

from ledarna.annual_report import writing
from ledarna.annual_report.document import compose
from ledarna.models import AnnualReport, ReportComment, ReportSection
from tests.factories import a_fiscal_year, a_posted_voucher, a_report_section
from tests.pages import main_of, reader

pytestmark = pytest.mark.django_db

SECTIONS = "/year/2023/annual-report/sections/"


@pytest.fixture
def year():
    year = a_fiscal_year()
    a_posted_voucher(year, (("1930", "1000.00"), ("3900", "-1000.00")))
    return year


@pytest.fixture
def board():
    return reader("board")


def page_of(section):
    return f"{SECTIONS}{section.pk}/"


def titles():
    return list(ReportSection.objects.values_list("title", flat=True))


def save(client, section, **said):
    section.refresh_from_db()
    facts = {"do": "save", "title": section.title, "body": section.body, "version": section.version}
    return client.post(page_of(section), facts | said, follow=True)


def test_a_section_is_added_and_opened(year, board):
    response = board.post(SECTIONS, {"do": "add", "title": "Medlemmarna"}, follow=True)
    assert titles() == ["Medlemmarna"]
    assert "Hur det läses" in main_of(response)


def test_a_section_without_a_heading_is_refused(year, board):
    board.post(SECTIONS, {"do": "add", "title": " "})
    assert titles() == []


def test_a_text_is_saved(year, board):
    section = a_report_section(year)
    save(board, section, body="Resultatet är {{ finance.result }}.\r\n")
    section.refresh_from_db()
    assert section.body == "Resultatet är {{ finance.result }}.\n"


def test_signs_that_control_a_terminal_are_left_out(year, board):
    section = a_report_section(year)
    save(board, section, title="Ett\x00två", body="a\x00b\x07c\td")
    section.refresh_from_db()
    assert (section.title, section.body) == ("Etttvå", "abc\td")


def test_a_preview_shows_the_text_and_saves_nothing(year, board):
    section = a_report_section(year, "Förr")
    response = save(board, section, do="preview", body="Resultatet är {{ finance.result }}.")
    assert "Resultatet är 1 000 kr" in main_of(response)
    section.refresh_from_db()
    assert section.body == "Förr"


def test_a_mistake_is_told_and_the_text_is_saved_all_the_same(year, board):
    section = a_report_section(year, title="Ekonomin")
    response = save(board, section, body="{{ finance.resultt }}")
    assert "Ekonomin, rad 1, kolumn 1" in main_of(response)
    section.refresh_from_db()
    assert section.body == "{{ finance.resultt }}"


def test_two_who_write_at_once_do_not_write_over_each_other(year, board):
    section = a_report_section(year, "Förr")
    save(board, section, body="Min")
    response = board.post(page_of(section), {"do": "save", "title": "Året", "body": "Din", "version": "0"})
    assert "Någon annan sparade avsnittet under tiden" in main_of(response)
    assert "Din" in main_of(response)
    section.refresh_from_db()
    assert section.body == "Min"


def test_an_empty_heading_is_refused_and_the_text_is_not_lost(year, board):
    section = a_report_section(year, "Förr")
    response = save(board, section, title="", body="Skrivet")
    assert "Skrivet" in main_of(response)
    section.refresh_from_db()
    assert (section.title, section.body) == ("Året", "Förr")


def test_sections_are_moved(year, board):
    first, second, _third = (a_report_section(year, title=title) for title in ("A", "B", "C"))
    board.post(SECTIONS, {"do": "up", "section": second.pk})
    assert titles() == ["B", "A", "C"]
    board.post(SECTIONS, {"do": "down", "section": first.pk})
    assert titles() == ["B", "C", "A"]
    board.post(SECTIONS, {"do": "down", "section": first.pk})
    assert titles() == ["B", "C", "A"]


def test_a_section_is_deleted(year, board):
    section = a_report_section(year)
    board.post(SECTIONS, {"do": "delete", "section": section.pk})
    assert titles() == []


def test_a_section_of_another_year_is_not_reached(year, board):
    other = a_report_section(a_fiscal_year(2024))
    assert board.get(page_of(other)).status_code == 404
    assert board.post(SECTIONS, {"do": "delete", "section": other.pk}).status_code == 404


@pytest.mark.parametrize("said", [{}, {"do": "burn"}, {"do": "up"}, {"do": "up", "section": "x"}])
def test_what_no_form_sends_is_a_bad_request(year, board, said):
    assert board.post(SECTIONS, said).status_code == 400


def test_the_text_of_the_year_before_is_a_start(year, board):
    a_report_section(a_fiscal_year(2022), "Resultatet är {{ finance.result }}.", title="Ekonomin")
    assert "Börja med texten för 2022" in main_of(board.get(SECTIONS))
    board.post(SECTIONS, {"do": "begin"})
    section = ReportSection.objects.get(report__fiscal_year=year)
    assert "Resultatet är 1 000 kr" in main_of(board.get(page_of(section)))


@pytest.mark.parametrize("language", AnnualReport.Language.values)
def test_the_usual_sections_are_a_start_in_which_every_name_is_known(year, board, language):
    writing.begin(year)
    board.post(SECTIONS, {"do": "language", "language": language})
    assert "Börja med de vanliga avsnitten" in main_of(board.get(SECTIONS))
    board.post(SECTIONS, {"do": "usual"})
    report = AnnualReport.objects.get()
    assert report.language == language
    composed = compose(report)
    assert composed.mistakes == ()
    assert composed.used["finance.result"].value == 1000


def test_the_usual_sections_have_the_same_figures_in_both_languages(year):
    used = {}
    for language in AnnualReport.Language.values:
        writing.begin_with_usual_sections(year, language)
        used[language] = compose(AnnualReport.objects.get()).used.keys()
        ReportSection.objects.all().delete()
    assert used["sv"] == used["en"]


def test_a_report_that_nobody_began_begins_in_the_language_of_its_writer(year):
    reader("board", "en").post(SECTIONS, {"do": "usual"})
    assert AnnualReport.objects.get().language == "en"
    assert titles()[0] == "The year in brief"


@pytest.mark.parametrize("way", ["begin", "usual"])
def test_a_report_that_is_begun_is_not_written_over(year, board, way):
    a_report_section(a_fiscal_year(2022), "Förr")
    a_report_section(year, "Nu")
    response = board.post(SECTIONS, {"do": way})
    assert "har redan avsnitt" in main_of(response)
    assert ReportSection.objects.filter(report__fiscal_year=year).count() == 1


def test_the_board_comments_and_settles(year, board):
    section = a_report_section(year)
    board.post(page_of(section), {"do": "comment", "text": "Nämn Almedalen."})
    assert "1 öppen kommentar" in main_of(board.get(SECTIONS))
    assert "Nämn Almedalen." in main_of(reader("secretary").get(page_of(section)))
    board.post(page_of(section), {"do": "settle", "comment": ReportComment.objects.get().pk})
    assert "öppen kommentar" not in main_of(board.get(SECTIONS))


def test_the_names_are_listed_with_their_values(year, board):
    section = a_report_section(year, "{{ finance.result }}")
    assert "{{ finance.result }} ✓ i texten Årets resultat 1 000 kr" in main_of(board.get(page_of(section)))


def test_the_language_of_the_report_is_chosen(year, board):
    a_report_section(year)
    board.post(SECTIONS, {"do": "language", "language": "en"})
    assert AnnualReport.objects.get().language == "en"
    board.post(SECTIONS, {"do": "language", "language": "xx"})
    assert AnnualReport.objects.get().language == "en"


def test_what_is_written_is_told_in_the_trail(year, board):
    section = a_report_section(year)
    save(board, section, body="Nytt")
    assert "avsnitt i en verksamhetsberättelse" in main_of(reader("auditor").get("/trail/")).lower()
