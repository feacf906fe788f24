"""Where minutes are written: one text in Markdown, laid out by the agenda, beside how it reads."""

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from board.documents import LONGEST_TEXT, add_text, signatories_of
from board.minutes import begun, has_confidential_items, laid_out
from board.models import Document, Meeting
from ledarna.board_documents import approval
from ledarna.board_documents.access import name_in_trail, opened, refused
from ledarna.markdown import PAGE_TITLE, html_of
from ledarna.roles import Area, Level, may
from ledarna.trail import record
from ledarna.views.page import page_of_meeting, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
def minutes_page(request: HttpRequest, pk: int, is_confidential: bool) -> HttpResponseBase:
    """The minutes of a meeting, to be written: the ordinary ones, or those of its confidential items.

    Nothing is kept until somebody saves; then each save is a version of its own.
    """
    meeting = get_object_or_404(Meeting, pk=pk)
    minutes = {"kind": Document.Kind.MINUTES, "is_confidential": is_confidential}
    document = meeting.documents.filter(**minutes).first()
    if not may(request.user, Area.DOCUMENTS, Level.ENTER):
        if document:
            refused(request.user, document)
        raise PermissionDenied
    if document:
        document = opened(request.user, document.pk)
        if document.sealed:
            return redirect("document", document.pk)
    latest = document.latest if document else None
    text, seen = (latest.text, latest.number) if latest else (laid_out(meeting, is_confidential), 0)
    errors: list[str] = []
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            match request.POST.get("do"):
                case "save":
                    return _saved(request, meeting, is_confidential, document)
                case "send" if document:
                    approval.send(document, request.user)
                    messages.success(request, _("The minutes are sent to those who approve them."))
                    return redirect("document", document.pk)
                case "lay out":
                    text = laid_out(meeting, is_confidential)
                case "preview":
                    pass
                case _:
                    raise BadRequest
        except ValidationError as error:
            errors = error.messages
            if request.POST.get("do") == "send":
                text = latest.text if latest else text
    context = {
        "document": document or begun(meeting, is_confidential),
        "latest": latest,
        "seen": seen,
        "text": text,
        "longest": LONGEST_TEXT,
        "reads": html_of(text, under=PAGE_TITLE),
        "errors": errors,
        "signatories": signatories_of(meeting),
        "is_saved": latest is not None and latest.text == text,
        "is_sent": latest is not None and latest.is_sent,
        "has_confidential_items": has_confidential_items(meeting),
    }
    return page_of_meeting(request, meeting, "minutes", context)


def _saved(
    request: HttpRequest, meeting: Meeting, is_confidential: bool, document: Document | None
) -> HttpResponse:
    """Keep the text that was sent as the next version. Raises ValidationError where it cannot be kept."""
    seen = request.POST.get("seen", "")
    if not seen.isdecimal() or len(seen) > 9:
        raise BadRequest
    text, by = request.POST.get("text", ""), signed_in(request).get_username()
    if document is None:
        if not text.strip():
            raise ValidationError(_("Nothing is written yet."))
        document = begun(meeting, is_confidential)
        document.validate_constraints()
        document.save()
    add_text(document, text, by, after=int(seen))
    record(request.user, "written", document, name_in_trail(document))
    messages.success(request, _("Saved."))
    return redirect(request.path)
