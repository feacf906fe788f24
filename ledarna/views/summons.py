"""Calling people to a meeting: the text, who gets it, who cannot, and the button that mails it."""

from django.contrib import messages
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from board.documents import LONGEST_TEXT
from board.minutes import laid_out_summons, title_of
from board.models import Document, Meeting
from ledarna.board_documents import summons
from ledarna.markdown import PAGE_TITLE, html_of
from ledarna.roles import Area, Level, sees
from ledarna.views.page import page_of_meeting, signed_in


@require_http_methods(["GET", "HEAD", "POST"])
@sees(Area.DOCUMENTS, Level.ENTER)
def summons_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The summons to a meeting, laid out from its agenda, to be changed and mailed."""
    meeting = get_object_or_404(Meeting, pk=pk)
    text = laid_out_summons(meeting)
    errors: list[str] = []
    if request.method == "POST":
        text = request.POST.get("text", "")
        try:
            match request.POST.get("do"):
                case "send":
                    return _sent(request, meeting, text)
                case "preview":
                    pass
                case _:
                    raise BadRequest
        except ValidationError as error:
            errors = error.messages
    document = summons.summons_of(meeting)
    context = {
        "title": title_of(meeting, Document.Kind.SUMMONS),
        "document": document,
        "latest": document.latest if document else None,
        "text": text,
        "longest": LONGEST_TEXT,
        "reads": html_of(text, under=PAGE_TITLE),
        "errors": errors,
        "called": summons.called_to(meeting),
        "is_held": meeting.state == Meeting.State.HELD,
    }
    return page_of_meeting(request, meeting, "summons", context)


def _sent(request: HttpRequest, meeting: Meeting, text: str) -> HttpResponse:
    sent = summons.send(meeting, text, signed_in(request))
    said = ngettext("Mailed to %(number)s person.", "Mailed to %(number)s persons.", len(sent))
    messages.success(request, said % {"number": len(sent)})
    return redirect("document", sent[0].version.document_id)
