"""A refusal by the ledger is answered with a sentence, never with a fault."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from finance.refusals import sentences


class GuardedAdmin(admin.ModelAdmin):
    """A ModelAdmin that says in words what posting or the database refuses; nothing is changed then."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form of one object."""
        return self._saying_refusals(
            request,
            lambda: super(GuardedAdmin, self).changeform_view(request, object_id, form_url, extra_context),
        )

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The question before one object is deleted."""
        return self._saying_refusals(
            request, lambda: super(GuardedAdmin, self).delete_view(request, object_id, extra_context)
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list, and the actions on what is chosen in it."""
        return self._saying_refusals(
            request, lambda: super(GuardedAdmin, self).changelist_view(request, extra_context)
        )

    def _saying_refusals(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        try:
            return view()
        except (ValidationError, DatabaseError) as error:
            for sentence in sentences(error):
                self.message_user(request, sentence, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
