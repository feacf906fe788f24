"""The annual report: figures by their names, mistakes with their places, and nothing that runs."""

from datetime import date
from io import BytesIO, StringIO

import hypothesis
import pytest
from django.core.management import call_command
from django.utils import translation
from hypothesis import strategies as st
from pypdf import PdfReader

from ledarna.annual_report.document import Document, Section, compose, report_of
from ledarna.annual_report.html import html
from ledarna.annual_report.markdown import nodes_of, plain
from ledarna.annual_report.nodes import Node
from ledarna.annual_report.paper import document_pdf
from ledarna.models import AnnualReport
from tests.factories import (
    a_budget,
    a_fiscal_year,
    a_goal,
    a_member_count,
    a_posted_voucher,
    a_report_section,
    an_activity,
)
from tests.pages import SPACES, main_of, reader, row_in

pytestmark = pytest.mark.django_db

PAGE = "/year/2023/annual-report/"


@pytest.fixture
def year():
    """A deficit of 400 kr, 100 kr better than the budget; 287 members more."""
    year = a_fiscal_year()
    a_posted_voucher(year, (("1930", "1000.00"), ("3900", "-1000.00")))
    a_posted_voucher(year, (("6990", "1400.00"), ("1930", "-1400.00")))
    a_budget(year, (("6990", "1500.00"), ("3900", "-1000.00")))
    a_member_count(year.start, 8101)
    a_member_count(year.end, 8388)
    return year


def composed(year, body, title="Ekonomin", **facts):
    return compose(a_report_section(year, body, title=title, **facts).report)


def reads(year, body):
    """The words of *body* as they read in the report of *year*."""
    found = composed(year, body)
    assert not found.mistakes, [str(mistake.sentence) for mistake in found.mistakes]
    return SPACES.sub(" ", plain(found.document.sections[0].nodes))


def page_of(year, body):
    a_report_section(year, body)
    return reader("board").get(PAGE).content.decode()


# Figures by their names


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{{ finance.result }}", "−400 kr"),
        ("{{finance.result|abs}}", "400 kr"),
        ("{{ finance.result | surplus }}", "ett underskott"),
        ("{{ members.change | words }} {{ members.change | abs }}", "ökade med 287"),
        ("{{ finance.result | words }}", "minskade med"),
        ("{{ finance.financial | words }}", "ändrades med"),
        ("{{ finance.budget_variance | plus }}", "+100 kr"),
        ("{{ finance.budget_variance | better }}", "bättre än"),
        ("{{ members.change | more }}", "fler än"),
        ("{{ members.growth }}", "3,54 %"),
        ("{{ members.growth | percent }}", "3,54 %"),
        ("{{ members.growth | round }}", "4 %"),
        ("{{ finance.result | table }}", "−400"),
        ("{{ members.growth | table }}", "3,54"),
        ("{{ finance.result | label }}", "Årets resultat"),
        ("{{ year }}", "2023"),
        ("{{ year.end }}", "31 december 2023"),
    ],
)
def test_a_name_becomes_its_figure(year, written, read):
    assert reads(year, written) == read


def test_a_figure_of_the_year_before_is_named_with_previous(year):
    before = a_fiscal_year(2022)
    a_posted_voucher(before, (("1930", "7.00"), ("3900", "-7.00")), day=before.start)
    assert reads(year, "{{ previous.finance.result }}") == "7 kr"


def test_without_a_year_before_its_figure_says_so(year):
    assert "räkenskapsåret före" in reads(year, "{{ previous.finance.result }}")


def test_a_figure_that_cannot_be_derived_says_why_and_is_never_zero(year):
    assert reads(year, "{{ board.meetings }}") == "Inget möte är infört för året."


def test_figures_follow_the_books(year):
    before = reads(year, "{{ finance.result }}")
    a_posted_voucher(year, (("1930", "500.00"), ("3900", "-500.00")))
    after = SPACES.sub(" ", plain(compose(report_of(year)).document.sections[0].nodes))
    assert (before, after) == ("−400 kr", "100 kr")


def test_the_report_speaks_its_own_language_whoever_reads(year):
    with translation.override("en"):
        assert reads(year, "{{ members.change | words }}") == "ökade med"


def test_braces_in_code_are_shown_as_they_were_written(year):
    assert reads(year, "Skriv `{{ finance.result }}`") == "Skriv {{ finance.result }}"


# Mistakes


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("{{ finance.resultat }}", "”finance.resultat” är inget nyckeltal. Närmast: finance.result"),
        ("{{ finance.result | words2 }}", "”words2” är inget format. Närmast: words"),
        ("{{ finance.result | percent }}", "”finance.result” är ingen andel"),
        ("{{ finance.result", "Klamrarna stängs inte på raden"),
        ("{{ table balance }}", "Det finns ingen tabell ”balance”. Närmast: balance-sheet"),
        ("{{ chart resultat }}", "Det finns inget diagram ”resultat”. Närmast: result"),
        ("Se {{ table notes }} här", "behöver ett eget stycke"),
        ("{{ }}", "”” är inget nyckeltal"),
    ],
)
def test_what_cannot_be_understood_is_told(year, written, sentence):
    (mistake,) = composed(year, written).mistakes
    assert sentence in str(mistake.sentence)


def test_a_mistake_says_section_line_and_column(year):
    body = "Första raden\n\n- i en lista\n- **här {{ finance.resultt }}**"
    (mistake,) = composed(year, body, title="Ekonomin").mistakes
    assert str(mistake.place) == "Ekonomin, rad 4, kolumn 9"


def test_the_page_shows_a_mistake_in_its_place(year):
    html = page_of(year, "Resultatet är {{ finance.resultt }}.")
    assert '<mark class="mistake">{{ finance.resultt }}</mark>' in html


# What people write is data


@pytest.mark.parametrize(
    "written",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[hit](javascript:alert(1))",
        "[hit](//evil.invalid/x)",
        "[hit](data:text/html,x)",
        "![bild](https://evil.invalid/x.png)",
    ],
)
def test_nothing_of_the_text_becomes_markup_of_the_page(year, written):
    article = page_of(year, written).split("<article")[1].split("</article>")[0]
    assert "<script" not in article
    assert "<img" not in article
    assert 'href="javascript' not in article
    assert 'href="//' not in article
    assert 'href="data' not in article


@pytest.mark.parametrize(
    "written",
    ["{% load i18n %}", "{% include 'pages/you.html' %}", "{{ request.user }}", "#import(x)", "$x^2$"],
)
def test_no_template_engine_runs_over_the_text(year, written):
    found = composed(year, written)
    assert plain(found.document.sections[0].nodes) == written


def test_a_link_to_the_web_stays_a_link(year):
    assert 'href="https://ledarna.se/"' in page_of(year, "[Ledarna](https://ledarna.se/)")


def test_structure_becomes_nodes(year):
    body = "### Rubrik\n\n1. ett\n2. *två*\n\n> citat\n\n---\n\n```\nkod\n```\nrad  \nny"
    found = composed(year, body).document.sections[0].nodes
    assert [node.kind for node in found] == ["heading", "ordered", "quote", "rule", "pre", "paragraph"]
    assert found[0].level == 1  # no level is left out on the way down


def test_nodes_survive_json(year):
    found = composed(year, "# Rubrik\n\n- {{ finance.result }} och [länk](/year/2023/)\n\n{{ table notes }}")
    for node in found.document.sections[0].nodes:
        assert html([Node.from_json(node.as_json())], True) == html([node], True)


# Tables, charts, the page, the PDF


def test_a_table_and_a_chart_stand_by_their_names(year):
    page = page_of(year, "{{ table income-statement }}\n\n{{ chart variance }}")
    assert "<caption>Resultaträkning</caption>" in page
    assert 'class="drawing"' in page


def test_the_activities_stand_under_their_goals_with_what_came_of_them(year):
    an_activity("Enkät", state="done", outcome="1 045 svar.", goal=a_goal())
    an_activity("Mässa", state="dropped", reason="Den ställdes in.")
    page = page_of(year, "{{ table activities }}")
    assert row_in(page, "Enkät") == "Enkät. 1 045 svar. klar"
    assert row_in(page, "Mässa") == "Mässa. Den ställdes in. struken"
    assert page.index("Fler ska känna till föreningen") < page.index("Enkät")


def test_without_activities_the_table_says_so(year):
    assert "Ingen aktivitet är inlagd." in page_of(year, "{{ table activities }}")


def test_the_activities_stand_on_paper(year):
    an_activity("Enkät", state="done", outcome="1 045 svar.", goal=a_goal())
    a_report_section(year, "{{ table activities }}")
    paper = b"".join(reader("auditor").get(PAGE, {"as": "pdf"}))
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(paper)).pages)
    assert "Enkät. 1 045 svar." in SPACES.sub(" ", text)


def test_the_page_leads_from_a_figure_to_how_it_is_derived(year):
    assert 'href="/year/2023/figures/finance.result/"' in page_of(year, "{{ finance.result }}")


def test_before_it_is_sealed_the_nominating_committee_sees_nothing_of_it(year):
    a_report_section(year, "{{ finance.result }} hemligt")
    response = reader("nominating_committee").get(PAGE)
    assert "hemligt" not in main_of(response)
    assert "inte förseglad" in main_of(response)
    assert reader("nominating_committee").get(PAGE, {"as": "pdf"})["Content-Type"].startswith("text/html")


def test_the_pdf_says_what_the_page_says(year):
    a_report_section(
        year, "Resultatet är **{{ finance.result }}**.\n\n{{ table balance-sheet }}", title="Ekonomin"
    )
    response = reader("auditor").get(PAGE, {"as": "pdf"})
    assert response["Content-Type"] == "application/pdf"
    text = SPACES.sub(
        " ", " ".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    )
    assert "Resultatet är −400 kr." in text
    assert "Kassa och bank" in text
    assert "Utkast, inte förseglad" in text


def test_the_pdf_has_an_outline_a_language_and_is_for_keeping_and_for_everybody(year):
    found = composed(
        year, "## Under\n\n[Länk](https://ledarna.se) {{ board.meetings }}\n\n{{ chart result }}"
    )
    file = PdfReader(BytesIO(document_pdf(found.document, "", year.end, ["Åsa Öst"], is_sealed=True)))
    assert [str(entry["/Title"]) for entry in file.outline if isinstance(entry, dict)] == [
        "Verksamhetsberättelse"
    ]
    assert file.root_object["/Lang"] == "sv"
    assert file.root_object["/MarkInfo"]["/Marked"]
    metadata = file.root_object["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert "Åsa Öst" in file.pages[-1].extract_text()


def test_the_same_report_gives_the_same_pdf(year):
    found = composed(year, "{{ finance.result }}")
    assert document_pdf(found.document, "", year.end, (), False) == document_pdf(
        found.document, "", year.end, (), False
    )


def test_a_sign_that_no_font_has_is_told_as_missing_and_the_pdf_is_made(year):
    found = composed(year, "Bra 😀 år, ﷺ och \u4e2d.")
    (page, _signatures) = PdfReader(
        BytesIO(document_pdf(found.document, "", year.end, (), is_sealed=True))
    ).pages
    assert "Bra \ufffd år, \ufffd och \ufffd." in page.extract_text()


def test_a_heading_without_a_word_is_left_out(year):
    found = composed(year, "#\n\n## \u200b\n\ntext")
    assert [node.kind for node in found.document.sections[0].nodes] == ["paragraph"]


MARKS = st.sampled_from(
    [
        "# h",
        "### h",
        "#",
        "- a",
        "9. b",
        "  - c",
        "> q",
        "> # h",
        "- > q",
        "- {{ table notes }}",
        "---",
        "```",
        "`k`",
        "**b**",
        "*i* **",
        "[l](https://a.se)",
        "[](https://a.se)",
        "{{ finance.result }}",
        "\\",
        "",
        "😀",
    ]
)


@hypothesis.settings(
    max_examples=15, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@hypothesis.given(
    lines=st.lists(st.one_of(MARKS, st.text(st.characters(codec="utf-8"), max_size=12)), max_size=7)
)
def test_whatever_is_written_has_a_page_and_a_pdf(lines):
    def resolve(written, alone):
        return Node("figure", "1 kr", href="/year/2023/figures/finance.result/", label="Resultat")

    nodes = nodes_of("\n".join(lines), resolve)
    fragment = html(nodes, links_figures=True)
    assert "<script" not in fragment
    document = Document("sv", "Berättelse", "2023", "Föreningen", (Section("Avsnitt", nodes),))
    assert document_pdf(document, "", date(2023, 12, 31), (), is_sealed=False).startswith(b"%PDF")


# The example


def test_the_example_has_a_report_of_which_every_name_is_known():
    for _time in range(2):
        call_command("load_example", stdout=StringIO())
    report = AnnualReport.objects.get()
    found = compose(report)
    assert not found.mistakes
    text = SPACES.sub(" ", " ".join(plain(section.nodes) for section in found.document.sections))
    assert "ökade med 287 under året, från 8 101 den 1 januari 2023 till 8 388" in text
    assert "ett underskott på 1 420 611 kr, vilket är 35 933 kr bättre än budget" in text
    assert "19 gånger, varav 9 gånger digitalt (47,4 %)" in text
    assert {figure.key for figure in found.missing} == {
        "members.survey_response_rate",
        "members.channel.linkedin-posts.growth",
        "members.channel.linkedin-followers.growth",
    }
