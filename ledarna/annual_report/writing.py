"""Writing the annual report: sections are begun, saved, moved and taken away; comments are made."""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from finance.models import FiscalYear
from ledarna.models import AnnualReport, ReportComment, ReportSection

DATA = Path(__file__).parent.parent / "data"


def _typed(text: str) -> str:
    """*text* with the line ends of the program, and without signs that control a terminal."""
    lines = text.replace("\r\n", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def begin(year: FiscalYear) -> AnnualReport:
    """The report of *year*, begun where nobody has."""
    return AnnualReport.objects.get_or_create(fiscal_year=year)[0]


def add_section(year: FiscalYear, title: str) -> ReportSection:
    """A new section, the last of the report of *year*. Raises ValidationError without a *title*."""
    with transaction.atomic():
        report = begin(year)
        last = report.sections.last()
        section = ReportSection(
            report=report, place=last.place + 1 if last else 1, title=_typed(title).strip()
        )
        section.full_clean()
        section.save()
        return section


def text_before(year: FiscalYear) -> AnnualReport | None:
    """The report of the latest year before *year* that has one with sections."""
    return (
        AnnualReport.objects.filter(fiscal_year__end__lt=year.start, sections__isnull=False)
        .order_by("-fiscal_year__start")
        .first()
    )


def begin_with_text_before(year: FiscalYear) -> int:
    """Begin the report of *year* with the sections of the one before; how many there are.

    The names in the text then stand for the figures of *year*. Raises ValidationError where the report
    has sections already, or no report before it has.
    """
    before = text_before(year)
    if before is None:
        raise ValidationError(_("No year before has an annual report."))
    return begin_with(
        year, before.language, ((section.title, section.body) for section in before.sections.all())
    )


def begin_with_usual_sections(year: FiscalYear, language: str) -> int:
    """Begin the report of *year* with what most reports say, in *language* (sv or en); how many sections.

    Every figure in it is a name; what an association has no facts for says so, until it is taken away.
    Raises ValidationError where the report has sections already.
    """
    text = (DATA / f"report-start.{AnnualReport.Language(language)}.md").read_text("utf-8")
    return begin_with(year, language, sections_in(text))


def sections_in(text: str) -> Iterator[tuple[str, str]]:
    """The heading and the body of each section of *text*, where a section begins with ``# ``."""
    for section in f"\n{text}".split("\n# ")[1:]:
        title, _line_end, body = section.partition("\n")
        yield title.strip(), body.strip()


def begin_with(year: FiscalYear, language: str, sections: Iterable[tuple[str, str]]) -> int:
    """Begin the report of *year* in *language* with *sections*, headings and bodies; how many there are.

    Raises ValidationError where the report has sections already.
    """
    with transaction.atomic():
        report = begin(year)
        if report.sections.exists():
            raise ValidationError(_("The annual report has sections already."))
        report.language = language
        report.save(update_fields=["language"])
        for place, (title, body) in enumerate(sections, start=1):
            ReportSection.objects.create(report=report, place=place, title=title, body=body)
        return report.sections.count()


def save_section(section: ReportSection, title: str, body: str, version: int) -> None:
    """Save *section* as it was edited from its *version*.

    Raises ValidationError, and changes nothing, without a title, or where somebody saved it meanwhile.
    """
    with transaction.atomic():
        taken = ReportSection.objects.filter(pk=section.pk, version=version).update(version=F("version") + 1)
        if not taken:
            raise ValidationError(
                _("Somebody else saved this section meanwhile. Compare with the page, and save anew.")
            )
        section.refresh_from_db()
        section.title, section.body = _typed(title).strip(), _typed(body)
        section.full_clean()
        section.save()


def move_section(section: ReportSection, steps: int) -> None:
    """Move *section* by *steps* among its neighbours, upwards where they are negative."""
    with transaction.atomic():
        sections = list(section.report.sections.select_for_update())
        place = sections.index(section)
        sections.insert(min(max(place + steps, 0), len(sections) - 1), sections.pop(place))
        for number, other in enumerate(sections, start=1):
            if other.place != number:
                other.place = number
                other.save(update_fields=["place"])


def comment(section: ReportSection, by: str, text: str) -> ReportComment:
    """What the user *by* says about *section*. Raises ValidationError without a *text*."""
    made = ReportComment(section=section, by=by, text=_typed(text).strip())
    made.full_clean()
    made.save()
    return made
