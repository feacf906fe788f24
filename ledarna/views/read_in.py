"""Reading in tables: what can be read in, the upload, the preview, and the confirmation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from finance.tables import Column as ColumnOut
from finance.tables import Table, write_xlsx
from ledarna.exports import TYPES
from ledarna.roles import Area, Level, may
from ledarna.tables import pending
from ledarna.tables.columns import Column, Problem, check_choice, guess, header_text, read_facts
from ledarna.tables.grid import Grid, read_grid
from ledarna.tables.kinds import KINDS, OUT, Plan, TableKind
from ledarna.trail import record
from ledarna.views.page import page_of_all

SHOWN_LINES, SHOWN_PROBLEMS, SHOWN_EXAMPLES = 200, 50, 2


@dataclass(frozen=True)
class ChosenColumn:
    """A column of the file: its name, its header, what stands first in it, and what it is read as."""

    index: int
    name: str
    header: str
    examples: str
    key: str


@dataclass(frozen=True)
class Place:
    """What is wrong, and where, as people find it in their spreadsheet."""

    where: str
    sentence: str


@dataclass
class Preview:
    """A table that was sent, as far as it could be read."""

    file: pending.Pending | None = None
    read_as: str = ""
    columns: Sequence[Column] = ()
    chosen: Sequence[ChosenColumn] = ()
    header_row: int = 0
    plan: Plan | None = None
    refusals: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)


@dataclass(frozen=True)
class Offered:
    """What can be read in beside tables: its page, what it is called, what it is, and whose it is."""

    page: str
    title: str | Promise
    what: str | Promise
    area: Area

    @property
    def href(self) -> str:
        """The address of its page."""
        return reverse(self.page)


OTHERS: Sequence[Offered] = (
    Offered(
        "sie-imports",
        gettext_lazy("SIE file"),
        gettext_lazy("The books as another accounting program hands them over, whole or in part."),
        Area.BOOKS,
    ),
    Offered(
        "read-in-bank",
        gettext_lazy("Bank statement"),
        gettext_lazy(
            "Each line of the bank's file becomes a draft, with an account proposed from earlier ones."
        ),
        Area.BOOKS,
    ),
)


def may_read_in(request: HttpRequest, kind: TableKind) -> bool:
    """Whether the reader may read in tables of *kind*."""
    return may(request.user, kind.area, Level.ENTER)


@require_safe
def read_in_page(request: HttpRequest) -> HttpResponse:
    """What the reader can read in; nothing for one who enters nothing."""
    kinds: list[TableKind | Offered] = [kind for kind in KINDS if may_read_in(request, kind)]
    kinds[:0] = [offered for offered in OTHERS if may(request.user, offered.area, Level.ENTER)]
    if not kinds:
        raise PermissionDenied
    return page_of_all(request, "read-in", {"kinds": kinds, "here": "entry"})


@require_safe
def template_file(request: HttpRequest, kind: TableKind) -> FileResponse:
    """An empty workbook with the header that *kind* has, and a row as an example."""
    if not may_read_in(request, kind):
        raise PermissionDenied
    columns = kind.columns({})
    table = Table(
        str(kind.title),
        [ColumnOut(column.key, str(column.title), OUT[column.kind]) for column in columns],
        kind.examples(columns),
    )
    file = BytesIO()
    write_xlsx([table], file)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=f"{slugify(str(kind.title))}.xlsx", content_type=TYPES["xlsx"]
    )


@require_http_methods(["GET", "HEAD", "POST"])
def table_page(request: HttpRequest, kind: TableKind) -> HttpResponse:
    """Upload a table of *kind*, look at what it would do, and have it done."""
    if not may_read_in(request, kind):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, kind, Preview(), kind.options())
    options = kind.options(request.POST)
    preview = Preview()
    try:
        preview.file = sent(request, kind.key)
        grid = read_grid(preview.file.content)
    except ValidationError as error:
        preview.refusals = error.messages
        return _page(request, kind, preview, kind.options())
    if not options.is_valid():
        return _page(request, kind, preview, options)
    if not may(request.user, kind.area, kind.level(options.cleaned_data)):
        raise PermissionDenied
    confirmed = request.POST.get("action") == "confirm"
    _look(request, kind, grid, preview, options.cleaned_data, dry_run=not confirmed)
    plan = preview.plan
    if not confirmed or plan is None or plan.problems or preview.places:
        return _page(request, kind, preview, options)
    if not plan.changes_anything:
        messages.success(request, _("Everything in the table is there already. Nothing was changed."))
    else:
        messages.success(request, _done(plan))
    return redirect("read-in")


def sent(request: HttpRequest, key: str) -> pending.Pending:
    """The file that came with the form of the kind *key*, now or before. Raises ValidationError without one."""
    username = request.user.get_username()
    if file := request.FILES.get("file"):
        return pending.put(file, file.name or "", username, key)
    if token := request.POST.get("token"):
        return pending.get(token, username, key)
    raise ValidationError(_("Choose a file first."))


def _look(
    request: HttpRequest,
    kind: TableKind,
    grid: Grid,
    preview: Preview,
    options: Mapping[str, Any],
    dry_run: bool,
) -> None:
    """Read *grid* into *preview*, and do what it says unless it is a dry run."""
    columns = kind.columns(options)
    header, chosen = show_columns(request, grid, columns, preview)
    try:
        check_choice(chosen, columns)
    except ValidationError as error:
        preview.refusals = error.messages
        return
    facts, problems = read_facts(grid, header, chosen, columns)
    if not facts:
        preview.refusals = [_("There is no row under the header.")]
        return
    if not problems:
        with transaction.atomic():
            plan = kind.take_in(facts, options, request.user.get_username(), dry_run)
            if not dry_run and plan.changes_anything and preview.file:
                record(
                    request.user,
                    "read in",
                    name=f"{kind.title}: {preview.file.name} ({preview.file.keep()[:12]}). {_done(plan)}"[
                        :500
                    ],
                )
        preview.plan, problems = plan, list(plan.problems)
    preview.places = places_of(problems, grid, chosen, columns)


def show_columns(
    request: HttpRequest,
    grid: Grid,
    columns: Sequence[Column],
    preview: Preview,
    remembered: Callable[[Sequence[str]], Mapping[int, str] | None] = lambda header: None,
) -> tuple[int, dict[int, str]]:
    """The place of the header and what each column is read as; *preview* gets both, to be shown.

    What was chosen on the preview goes before what *remembered* says of the header, and that before
    what can be guessed.
    """
    header, guessed = guess(grid, columns)
    was_seen = "token" in request.POST and not request.FILES
    if was_seen:
        numbers = [str(row.number) for row in grid.rows]
        if (sent_row := request.POST.get("header", "")) in numbers:
            header = numbers.index(sent_row)
        keys = {column.key for column in columns}
        sent_keys = {index: request.POST.get(f"column-{index}", "") for index in range(grid.width)}
        chosen = {index: key for index, key in sent_keys.items() if key in keys}
    else:
        chosen = dict(remembered(header_texts(grid, header)) or guessed)
    preview.read_as, preview.columns, preview.header_row = grid.read_as, columns, grid.rows[header].number
    preview.chosen = [
        ChosenColumn(
            index,
            grid.column_name(index),
            _cell_text(grid, header, index),
            " · ".join(
                filter(None, (_cell_text(grid, header + 1 + n, index) for n in range(SHOWN_EXAMPLES)))
            ),
            chosen.get(index, ""),
        )
        for index in range(grid.width)
    ]
    return header, chosen


def header_texts(grid: Grid, header: int) -> list[str]:
    """What stands in the header, column by column."""
    return [_cell_text(grid, header, index) for index in range(grid.width)]


def _cell_text(grid: Grid, place: int, index: int) -> str:
    """What stands in a cell, for people; empty where there is none."""
    cells = grid.rows[place].cells if place < len(grid.rows) else ()
    return header_text(cells[index])[:40] if index < len(cells) else ""


def places_of(
    problems: Sequence[Problem], grid: Grid, chosen: Mapping[int, str], columns: Sequence[Column]
) -> list[Place]:
    """Where *problems* are, as people find them in their spreadsheet."""
    titles = {column.key: str(column.title) for column in columns}
    names = {key: grid.column_name(index) for index, key in chosen.items()}
    found = []
    for problem in problems:
        title = titles.get(problem.column, "")
        if not problem.row:
            where = _("The table")
        elif problem.column in names:
            where = _("Row %(row)s, column %(column)s (%(title)s)") % {
                "row": problem.row,
                "column": names[problem.column],
                "title": title,
            }
        else:
            where = _("Row %(row)s") % {"row": problem.row}
        found.append(Place(where, problem.sentence))
    return found


def _done(plan: Plan) -> str:
    """What was done, in a sentence."""
    return _("%(new)s new, %(changed)s changed, %(unchanged)s there already.") % {
        state: plan.number(state) for state in ("new", "changed", "unchanged")
    }


def _numbered(texts: Sequence[str], plan: Plan) -> list[tuple[str, bool]]:
    """*texts* of a row of the plan, each with whether it is a number."""
    return [(text, place in plan.numbers) for place, text in enumerate(texts)]


def _page(request: HttpRequest, kind: TableKind, preview: Preview, options: Any) -> HttpResponse:
    plan = preview.plan
    return page_of_all(
        request,
        "read-in-table",
        {
            "kind": kind,
            "preview": preview,
            "options": options,
            "headings": _numbered(plan.headings, plan) if plan else (),
            "lines": [(line, _numbered(line.cells, plan)) for line in plan.lines[:SHOWN_LINES]]
            if plan
            else (),
            "more_lines": max(0, len(plan.lines) - SHOWN_LINES) if plan else 0,
            "numbers": {state: plan.number(state) for state in ("new", "changed", "unchanged")}
            if plan
            else {},
            "places": preview.places[:SHOWN_PROBLEMS],
            "more_places": max(0, len(preview.places) - SHOWN_PROBLEMS),
            "template_columns": kind.columns({}),
            "here": "entry",
        },
    )
