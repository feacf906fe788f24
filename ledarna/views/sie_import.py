"""SIE files into the books: upload, preview, confirmation, and the imports that were made.

The file lies between upload and confirmation under its digest, and the preview's page carries a
signed token of it, so that nobody can name a file that they did not send. Preview and import come
line by line while the work goes on, like a verification: no server gives up on them, and what is
broken off changes nothing. The same holds when an import is taken back.
"""

from collections.abc import Generator, Iterator
from typing import Any

from auditlog.context import set_actor
from django.core import signing
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.forms import BooleanField
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from finance.importing import Choices, Outcome, Step, steps
from finance.models import FiscalYear, ImportTakenBack, SieImport
from finance.presentation import format_count
from finance.sie import SieRefused
from finance.taking_back import hindrances, last_import, problems
from finance.taking_back import steps as steps_back
from ledarna.forms.sie import ChoicesForm, FileForm
from ledarna.models import SealedReport
from ledarna.reauthentication import asks_for_password
from ledarna.roles import Area, Level, may, sees
from ledarna.sie_preview import Listed, listed, made_in_words, preview_of
from ledarna.trail import record
from ledarna.views.page import page_of_all, signed_in

SALT = "ledarna.sie-import"
LISTED = 100
PROGRESS, RESULT = "<!-- progress -->", "<!-- result -->"
"""Where the lines of an import that goes on, and what it came to, stand in the page's template."""


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS)
def sie_imports_page(request: HttpRequest) -> HttpResponse:
    """The imports that were made; the treasurer sends a file from here, and is led to its preview."""
    may_import = may(request.user, Area.BOOKS, Level.POST)
    form = FileForm()
    if request.method == "POST":
        if not may_import:
            raise PermissionDenied
        form = FileForm(request.POST, request.FILES)
        if form.is_valid():
            sha256 = storages["documents"].save(form.name, form.cleaned_data["file"])
            token = signing.dumps([request.user.get_username(), sha256, form.name], salt=SALT)
            return redirect(f"{reverse('sie-preview')}?{urlencode({'file': token})}")
    imports = SieImport.objects.defer("notes", "errors", "made").select_related("taken_back")[:LISTED]
    return page_of_all(
        request, "sie-imports", {"form": form, "imports": imports, "may_import": may_import, "here": "entry"}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.POST)
def sie_preview_page(request: HttpRequest) -> HttpResponseBase:
    """What the file would make of the books; writing to it imports the file as it was shown."""
    sent = request.POST if request.method == "POST" else request.GET
    token = sent.get("file", "")
    try:
        owner, sha256, name = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise BadRequest from None
    if owner != request.user.get_username():
        raise PermissionDenied
    form = ChoicesForm(sent)
    if not form.is_valid():
        raise BadRequest
    confirmed = request.method == "POST"
    frame = page_of_all(request, "sie-preview", {"name": name, "confirmed": confirmed, "here": "entry"})
    choices = form.choices(dry_run=not confirmed)
    seen = (sent.get("seen") or "-") if confirmed else ""
    going_on = _importing(request, sha256, name, choices, seen, {"token": token, "form": form, "name": name})
    return StreamingHttpResponse(_streamed(frame, going_on, translation.get_language()))


def _streamed(frame: HttpResponse, going_on: Generator[str, None, str], language: str) -> Iterator[str]:
    """The page *frame*, with the lines of what is *going_on* while they come, and then its result."""
    before, rest = frame.content.decode().split(PROGRESS)
    between, after = rest.split(RESULT)
    # The middleware that chose the reader's language is done by the time this goes on.
    with translation.override(language):
        yield before
        result = yield from going_on
        yield between
        yield result
        yield after


def _importing(
    request: HttpRequest, sha256: str, name: str, choices: Choices, seen: str, context: dict[str, Any]
) -> Generator[str, None, str]:
    """A line for each step; gives the preview, or what was imported."""
    user, posted = signed_in(request), 0

    def also(kept: SieImport) -> None:
        record(user, "sie import", kept, f"{name} ({sha256[:12]})")

    try:
        # In the trail, what is made stands in the name of who imports.
        with set_actor(user):
            path = storages["documents"].path(sha256)
            for step in steps(path, user.get_username(), choices, name, seen, also):
                if step.outcome is None:
                    posted += step.count if step.stage == "post" else 0
                    yield _line(step, posted, choices.dry_run)
    except SieRefused as refused:
        what = f"{refused.note.what_in(_)} {refused.note.done_in(_)}"
        return render_to_string("parts/sie_refused.html", {"what": what, "name": name}, request)
    assert step.outcome is not None
    return _result(request, step.outcome, context)


def _line(step: Step, posted: int, dry_run: bool) -> str:
    if step.stage == "read":
        said = _("%(size)s kB read") % {"size": format_count(-(-step.count // 1024))}
    elif dry_run:
        said = ngettext("%(count)s voucher tried", "%(count)s vouchers tried", posted) % {
            "count": format_count(posted)
        }
    else:
        said = ngettext("%(count)s voucher posted", "%(count)s vouchers posted", posted) % {
            "count": format_count(posted)
        }
    return format_html("<li>{}</li>\n", said)


def _result(request: HttpRequest, outcome: Outcome, context: dict[str, Any]) -> str:
    if outcome.sie_import:
        made = {"href": reverse("sie-import", args=[outcome.sie_import]), "name": context["name"]}
        return render_to_string("parts/sie_imported.html", made, request)
    fields = context["form"].asked_about(outcome)
    ticks = [field for field in fields if isinstance(field.field, BooleanField)]
    shown = {
        "preview": preview_of(outcome),
        "fields": [field for field in fields if field not in ticks],
        "ticks": ticks,
        "others": [field for field in context["form"] if field not in fields],
    }
    return render_to_string("parts/sie_preview.html", {**context, **shown}, request)


@require_safe
@sees(Area.BOOKS)
def sie_import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """An import that was made: the file, who, when, what was odd, and what it made."""
    found = get_object_or_404(SieImport, pk=pk)
    posted = found.vouchers.select_related("fiscal_year", "series").order_by(
        "fiscal_year__start", "sequence", "pk"
    )
    return page_of_all(
        request,
        "sie-import",
        {
            "import": found,
            "taken": ImportTakenBack.objects.filter(sie_import=found).first(),
            "may_take_back": found == last_import() and may(request.user, Area.BOOKS, Level.CLOSE),
            "made": made_in_words(found.created),
            "vouchers": Listed(list(posted[:LISTED]), max(0, posted.count() - LISTED)),
            "years": FiscalYear.objects.filter(vouchers__sie_import=found).distinct(),
            "notes": listed(found.notes),
            "errors": listed(found.errors),
            "here": "entry",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.BOOKS, Level.CLOSE)
@asks_for_password
def sie_take_back_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take the last import back: what goes, why, and the way back where something hinders."""
    found = get_object_or_404(SieImport, pk=pk)
    reason = request.POST.get("reason", "")
    errors = problems(found, reason) if request.method == "POST" else []
    if request.method == "POST" and not errors:
        frame = page_of_all(request, "sie-taking-back", {"import": found, "here": "entry"})
        going_on = _taking_back(request, found, reason)
        return StreamingHttpResponse(_streamed(frame, going_on, translation.get_language()))
    context = {
        "import": found,
        "made": made_in_words(found.created),
        "hindrances": _hindrances(found),
        "errors": errors,
        "reason": reason,
        "here": "entry",
    }
    return page_of_all(request, "sie-take-back", context)


def _taking_back(request: HttpRequest, found: SieImport, reason: str) -> Generator[str, None, str]:
    """A line for each step; gives what came of it."""
    user, gone = signed_in(request), 0

    def also(taken: ImportTakenBack) -> None:
        record(user, "sie taken back", found, f"{found} ({found.sha256[:12]}): {taken.reason}")

    errors = []
    try:
        with set_actor(user):
            for step in steps_back(found, user.get_username(), reason, also):
                if step.taken is None:
                    gone += step.gone
                    said = ngettext("%(count)s voucher taken back", "%(count)s vouchers taken back", gone)
                    yield format_html("<li>{}</li>\n", said % {"count": format_count(gone)})
    except ValidationError as error:
        errors = error.messages
    return render_to_string("parts/sie_taken_back.html", {"import": found, "errors": errors}, request)


def _hindrances(kept: SieImport) -> list[str]:
    """What keeps *kept* from being taken back: of the books, and of what was published of them."""
    found = hindrances(kept)
    if SealedReport.objects.filter(at__gt=kept.at).exists():
        found.append(
            _(
                "An annual report was sealed since the import, so it cannot be taken back. Correct its vouchers instead."
            )
        )
    return found


@require_safe
@sees(Area.BOOKS)
def sie_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file of an import, as it was sent; that it was taken out is kept in the trail."""
    found = get_object_or_404(SieImport, pk=pk)
    try:
        document = storages["documents"].open(found.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    record(request.user, "download", found, found.file_name)
    return FileResponse(
        document, as_attachment=True, filename=found.file_name, content_type="application/octet-stream"
    )
