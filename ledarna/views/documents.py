"""The board's documents: lists of them, each with its versions, its text, its PDF, its file."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.db.models import Prefetch, Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.cache import patch_cache_control
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from board.documents import add_file
from board.minutes import has_confidential_items, title_of
from board.models import Document, DocumentVersion, Meeting
from finance.models import FiscalYear
from ledarna.board_documents import approval
from ledarna.board_documents.access import (
    is_of_board,
    name_in_trail,
    opened,
    readable_documents,
    readable_versions,
    refused,
    version_of,
)
from ledarna.board_documents.intake import DocumentForm, FileForm, kept_file
from ledarna.board_documents.paper import agenda_pdf
from ledarna.markdown import PAGE_TITLE, html_of
from ledarna.reauthentication import asks_for_password
from ledarna.roles import Area, Level, may, sees
from ledarna.trail import record
from ledarna.views.page import page_of_meeting, page_of_year, signed_in, year_links
from ledarna.views.papers import OWN_POLICY

View = Callable[..., HttpResponseBase]


def of_document(*, entered: bool = False) -> Callable[[View], View]:
    """Hand a view the document of its address, if the reader may read it.

    Where it is *entered*, what is sent to it is taken from those alone who write documents. An attempt
    that is refused is kept in the trail, also that of somebody who has not signed in.
    """

    def decorate(view: View) -> View:
        @login_not_required
        @wraps(view)
        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            user, document = request.user, Document.objects.filter(pk=pk).first()
            writes = entered and request.method == "POST"
            if not user.is_authenticated or (writes and not may(user, Area.DOCUMENTS, Level.ENTER)):
                if document:
                    refused(user if user.is_authenticated else None, document)
                if user.is_authenticated:
                    raise PermissionDenied
                return redirect_to_login(request.get_full_path())
            return view(request, opened(user, pk), **kwargs)

        return guarded

    return decorate


def documents_of(user: Any, meeting: Meeting) -> dict[str, Any]:
    """What ``parts/meeting_documents.html`` needs: the documents of *meeting* that *user* may read, and what to do."""
    writes = may(user, Area.DOCUMENTS, Level.ENTER)
    return {
        "meeting": meeting,
        "documents": _lines(user, readable_documents(user).filter(meeting=meeting)),
        "may_write_documents": writes,
        "has_confidential_items": writes and has_confidential_items(meeting),
    }


def _lines(user: Any, documents: QuerySet[Document]) -> list[dict[str, Any]]:
    """*documents*, which *user* may read, each with the version that they read and how far it has come. Four queries."""
    versions = DocumentVersion.objects.defer("text").order_by("number").select_related("sealed")
    versions = versions.prefetch_related("signatories__signature")
    of_board = is_of_board(user)
    lines = []
    for document in documents.prefetch_related(Prefetch("versions", versions)):
        readable = list(document.versions.all())
        if not of_board and document.kind == Document.Kind.MINUTES:
            readable = [version for version in readable if hasattr(version, "sealed")]
        version = readable[-1] if readable else None
        lines.append({"document": document, "version": version, "state": _state(document, version)})
    return lines


def _state(document: Document, version: DocumentVersion | None) -> str:
    """How far *document*, whose latest version is *version*, has come, in words; empty but for minutes."""
    if document.kind != Document.Kind.MINUTES:
        return ""
    if version and hasattr(version, "sealed"):
        return _("approved")
    asked = list(version.signatories.all()) if version else []
    if asked:
        waited_for = [one.name for one in asked if not hasattr(one, "signature")]
        return _("waits for %(names)s") % {"names": ", ".join(waited_for)}
    return _("draft")


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.MEETINGS)
def documents_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The documents of the year's meetings, and those without a meeting that were first written in it."""
    year = get_object_or_404(FiscalYear, label=label)
    form = None
    if request.method == "POST":
        form = _taken_in(request, None)
        if not isinstance(form, DocumentForm):
            return form
    found = readable_documents(request.user).filter(
        Q(meeting__date__gte=year.start, meeting__date__lte=year.end)
        | Q(
            meeting=None,
            versions__number=1,
            versions__made_at__date__gte=year.start,
            versions__made_at__date__lte=year.end,
        )
    )
    context = {
        "years": year_links(year, "documents"),
        "documents": _lines(request.user, found),
        "may_write": may(request.user, Area.DOCUMENTS, Level.ENTER),
        "form": form or DocumentForm(),
    }
    return page_of_year(request, year, "documents", context, here="meetings")


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.MEETINGS)
def meeting_documents_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The documents of a meeting; sent to, it takes a file in."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form = None
    if request.method == "POST":
        form = _taken_in(request, meeting)
        if not isinstance(form, DocumentForm):
            return form
    context = {**documents_of(request.user, meeting), "form": form or DocumentForm()}
    return page_of_meeting(request, meeting, "meeting-documents", context)


def _taken_in(request: HttpRequest, meeting: Meeting | None) -> DocumentForm | HttpResponse:
    """Make a document of the file that was sent, and lead to it; the form anew where something is wrong."""
    if not may(request.user, Area.DOCUMENTS, Level.ENTER):
        raise PermissionDenied
    form = DocumentForm(request.POST, request.FILES, instance=Document(meeting=meeting))
    if form.is_valid():
        document = form.save_with(signed_in(request))
        messages.success(request, _("“%(title)s” is kept.") % {"title": document})
        return redirect("document", document.pk)
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@of_document(entered=True)
def document_page(request: HttpRequest, document: Document) -> HttpResponseBase:
    """A document: what it says, its versions, who approved it; the secretary says here who reads it."""
    user = signed_in(request)
    file_form = FileForm()
    if request.method == "POST":
        if request.POST.get("do") == "audience":
            return _audience(request, document)
        file_form = FileForm(request.POST, request.FILES)
        if file_form.is_valid():
            try:
                add_file(document, kept_file(file_form), user.get_username())
            except ValidationError as error:
                file_form.add_error("file", error)
            else:
                record(user, "written", document, name_in_trail(document))
                return redirect("document", document.pk)
    version = readable_versions(user, document).last()
    return page_of_meeting(
        request, document.meeting, "document", {**_shown(request, document, version), "file_form": file_form}
    )


def _audience(request: HttpRequest, document: Document) -> HttpResponse:
    """Keep who reads *document* beside the board."""
    if not document.is_confidential:
        document.auditors = "auditors" in request.POST
        document.nominating_committee = "nominating_committee" in request.POST
        document.save(update_fields=["auditors", "nominating_committee"])
        record(request.user, "audience", document, name_in_trail(document))
        messages.success(request, _("Saved."))
    return redirect("document", document.pk)


def _shown(request: HttpRequest, document: Document, version: DocumentVersion | None) -> dict[str, Any]:
    """What the page of *version* of *document* shows."""
    user = signed_in(request)
    versions = list(readable_versions(user, document))
    signatories = list(version.signatories.select_related("signature")) if version else []
    is_latest = bool(version and versions and version == versions[-1])
    asked = approval.asked_of(user, version) if version and is_latest else None
    return {
        "document": document,
        "version": version,
        "versions": versions,
        "is_latest": is_latest,
        "text": html_of(version.text, under=PAGE_TITLE) if version and not version.is_file else "",
        "signatories": signatories,
        "state": _state(document, version) if is_latest else "",
        "is_asked": asked is not None and not hasattr(asked, "signature"),
        "is_minutes": document.kind == Document.Kind.MINUTES,
        "is_locked": document.sealed is not None,
        "is_of_board": is_of_board(user),
        "may_write": may(user, Area.DOCUMENTS, Level.ENTER),
        "sent": list(version.sent.select_related("person")) if version and is_of_board(user) else [],
    }


@of_document()
@require_safe
def document_version(request: HttpRequest, document: Document, number: int) -> HttpResponseBase:
    """A version: a text on its page, a file to be kept."""
    version = version_of(request.user, document, number)
    if not version.is_file:
        return page_of_meeting(request, document.meeting, "document", _shown(request, document, version))
    try:
        file = storages["documents"].open(version.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    record(request.user, "download", document, name_in_trail(document))
    return _to_keep(
        FileResponse(file, as_attachment=True, filename=version.name, content_type=version.content_type)
    )


@of_document()
@require_safe
def document_pdf(request: HttpRequest, document: Document, number: int) -> HttpResponseBase:
    """A version that is a text, as PDF; the sealed one where it was approved."""
    version = version_of(request.user, document, number)
    if version.is_file:
        raise Http404
    try:
        content = approval.pdf_of(version)
    except ValidationError as error:
        raise Http404(" ".join(error.messages)) from error
    record(request.user, "download", document, name_in_trail(document))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slugify(document.title)}-{number}.pdf"'
    return _to_keep(response)


@require_safe
@sees(Area.MEETINGS)
def agenda_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The agenda of a meeting as PDF, as it stands; there is none where no agenda was entered."""
    meeting = get_object_or_404(Meeting.objects.filter(agenda__isnull=False).distinct(), pk=pk)
    title = title_of(meeting, Document.Kind.AGENDA)
    record(request.user, "download", meeting, title)
    response = HttpResponse(agenda_pdf(meeting), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{slugify(title)}.pdf"'
    return _to_keep(response)


def _to_keep(response: Any) -> HttpResponseBase:
    """*response*, a file, which may load and run nothing, and is kept by nobody but the reader."""
    response["Content-Security-Policy"] = OWN_POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_cache_control(response, private=True, no_store=True)
    kept: HttpResponseBase = response
    return kept


@require_http_methods(["GET", "HEAD", "POST"])
@of_document()
@asks_for_password
def sign_document_page(request: HttpRequest, document: Document) -> HttpResponseBase:
    """What is approved, by its digest, and the button that signs it."""
    user = signed_in(request)
    version = document.latest
    signatory = approval.asked_of(user, version) if version else None
    if version is None or signatory is None:
        messages.error(request, _("You are not asked to approve these minutes."))
        return redirect("document", document.pk)
    if request.method == "POST":
        try:
            sealed = approval.sign(signatory, user, request.POST.get("sha256", ""))
        except ValidationError as error:
            for sentence in error.messages:
                messages.error(request, sentence)
        else:
            messages.success(
                request,
                _("Signed. All have approved the minutes, which are final now.") if sealed else _("Signed."),
            )
        return redirect("document", document.pk)
    context = {
        "document": document,
        "version": version,
        "signatory": signatory,
        "text": html_of(version.text, under=PAGE_TITLE),
        "has_signed": hasattr(signatory, "signature"),
    }
    return page_of_meeting(request, document.meeting, "sign-document", context)
