"""The annual report of a year, put together: every section read, every name in it replaced by what it stands for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from finance.models import Association, FiscalYear
from finance.presentation import format_period
from ledarna.annual_report.markdown import nodes_of
from ledarna.annual_report.nodes import Node
from ledarna.annual_report.vocabulary import Mistake, Resolver
from ledarna.figures import Figure, Reading
from ledarna.models import AnnualReport, ReportSection


@dataclass(frozen=True)
class Section:
    """A section as it reads."""

    title: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Document:
    """An annual report as it reads in its own language."""

    language: str
    title: str
    period: str
    association: str
    sections: tuple[Section, ...]

    def as_json(self) -> dict[str, Any]:
        """The document for JSON."""
        return {
            "language": self.language,
            "title": self.title,
            "period": self.period,
            "association": self.association,
            "sections": [
                {"title": section.title, "nodes": [node.as_json() for node in section.nodes]}
                for section in self.sections
            ],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Document":
        """The document that *said* was made of."""
        sections = tuple(
            Section(one["title"], tuple(map(Node.from_json, one["nodes"]))) for one in said["sections"]
        )
        return cls(said["language"], said["title"], said["period"], said["association"], sections)


@dataclass(frozen=True)
class Composed:
    """A document, and what is to be known before it is sealed.

    ``mistakes`` are in the order of the text; ``used`` are the figures in it, by what was written.
    """

    document: Document
    mistakes: tuple[Mistake, ...]
    used: Mapping[str, Figure]

    @property
    def missing(self) -> list[Figure]:
        """The figures in the text that cannot be derived."""
        return [figure for figure in self.used.values() if figure.value is None]


def compose(report: AnnualReport, sections: Iterable[ReportSection] | None = None) -> Composed:
    """*report* as it reads now, in its own language; *sections* of it, or all."""
    year = report.fiscal_year
    with translation.override(report.language):
        resolver = Resolver(Reading(year))
        read = []
        mistakes: list[Mistake] = []
        for section in report.sections.all() if sections is None else sections:
            read.append(Section(section.title, nodes_of(section.body, resolver)))
            mistakes += [replace(mistake, section=section.title) for mistake in resolver.mistakes]
            resolver.mistakes.clear()
        document = Document(
            language=report.language,
            title=_("Annual report"),
            period=format_period(year.start, year.end),
            association=getattr(Association.objects.first(), "name", ""),
            sections=tuple(read),
        )
        return Composed(document, tuple(mistakes), resolver.used)


def report_of(year: FiscalYear) -> AnnualReport | None:
    """The annual report of *year*; None where nobody has begun it."""
    return AnnualReport.objects.filter(fiscal_year=year).first()
