"""What the pages of a fiscal year have in common: the header's links, the years, the foot."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from board.models import Meeting
from finance.models import FiscalYear
from finance.standing import standing
from ledarna.annual_report.sealing import has_moved
from ledarna.models import SealedReport, User
from ledarna.navigation import books_links, destinations_for, meetings_links, year_at_hand
from ledarna.roles import Area, Level, may

YEARS_EACH_SIDE = 3


@dataclass(frozen=True)
class YearLink:
    """A fiscal year in the switcher: the same page of another year."""

    label: str
    href: str
    is_here: bool


def year_links(year: FiscalYear, page: str, *more: str) -> list[YearLink]:
    """The years nearest to *year*, with the addresses of their *page*; oldest first."""
    years = list(FiscalYear.objects.order_by("start"))
    place = next(index for index, other in enumerate(years) if other.pk == year.pk)
    first = max(0, min(place - YEARS_EACH_SIDE, len(years) - 2 * YEARS_EACH_SIDE - 1))
    return [
        YearLink(other.label, reverse(page, args=[other.label, *more]), other.pk == year.pk)
        for other in years[first : first + 2 * YEARS_EACH_SIDE + 1]
    ]


def signed_in(request: HttpRequest) -> User:
    """The user whose request it is; every page but the sign-in has one."""
    assert isinstance(request.user, User)
    return request.user


def page_of_year(
    request: HttpRequest, year: FiscalYear, page: str, context: dict[str, Any], here: str = ""
) -> HttpResponse:
    """``templates/pages/<page>.html`` for *year*, made of *context*.

    *here* is the header's destination that the page belongs to, where that is not the page itself.
    """
    books_here = context.get("books_here", page)
    frame = {**_frame(request, year, page, books_here), "here": here or page}
    return render(request, f"pages/{page}.html", {**frame, **context})


def _frame(request: HttpRequest, year: FiscalYear, here: str, books_here: str) -> dict[str, Any]:
    """The header, the links beside the page *here*, and the foot."""
    return {
        "year": year,
        "destinations": destinations_for(request.user),
        "here": here,
        **_foot(request, year),
        "sees_books": may(request.user, Area.BOOKS),
        "sees_verification": may(request.user, Area.PACKAGE, Level.DOWNLOAD),
        "books_links": books_links(request.user, year, books_here),
        "meetings_links": meetings_links(year, here),
    }


def _foot(request: HttpRequest, year: FiscalYear) -> dict[str, Any]:
    """How the books stand, and whether they have moved since the annual report was sealed."""
    if not may(request.user, Area.DASHBOARDS):
        return {}
    sealed = SealedReport.objects.filter(fiscal_year=year).defer("content").order_by("-number").first()
    return {
        "standing": standing(year),
        "sealed_report": sealed,
        "moved_since_sealed": sealed is not None and has_moved(sealed),
    }


def page_of_all(request: HttpRequest, page: str, context: dict[str, Any]) -> HttpResponse:
    """``templates/pages/<page>.html``, which is about all years, in the frame of the year at hand."""
    return render(request, f"pages/{page}.html", {**frame_of_all(request, page), **context})


def frame_of_all(request: HttpRequest, here: str) -> dict[str, Any]:
    """The header and the foot of a page that is about all years: those of the year at hand."""
    year = year_at_hand()
    return _frame(request, year, here, here) if year else {"destinations": [], "here": here}


def page_of_meeting(
    request: HttpRequest, meeting: Meeting | None, page: str, context: dict[str, Any]
) -> HttpResponse:
    """``templates/pages/<page>.html`` about *meeting*, in the frame of its fiscal year, or of the one at hand."""
    year = (FiscalYear.objects.of(meeting.date) if meeting else None) or year_at_hand()
    context = {"meeting": meeting, **context}
    if year is None:
        return page_of_all(request, page, context)
    return page_of_year(request, year, page, context, here="meetings")
