"""Entering facts about the board's work: meetings, decisions and activities."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext as _

from board.documents import approved_minutes
from board.models import Activity, AgendaTemplateItem, Decision, Goal, Mandate, Meeting, Person, PlanPeriod


class NamedFormSet(forms.BaseInlineFormSet):
    """Forms in a table; each field is named for those who hear it, as the column's heading is only seen."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the fields."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label or ""))


class DecisionFormSet(NamedFormSet):
    """The decisions of a meeting."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that a number is there twice."""
        return _("The meeting already has a decision with this number.")


class DecisionInline(admin.TabularInline):
    """The decisions inside the meeting's form."""

    model = Decision
    formset = DecisionFormSet
    fields = ["number", "text", "responsible", "due", "state", "reason"]
    autocomplete_fields = ["responsible"]
    extra = 1
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})}}

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Decision]:
        """Those of confidential items only for the board."""
        found = super().get_queryset(request)
        if request.user.has_perm("ledarna.see_documents"):
            return found
        return found.filter(pk__in=Decision.objects.public())

    def get_formset(self, request: HttpRequest, obj: Meeting | None = None, **kwargs: Any) -> Any:
        """Say in the heading why what approved minutes say cannot be changed."""
        if _is_final(obj):
            self.verbose_name_plural = _("Decisions, as in the approved minutes: only what becomes of them")
        return super().get_formset(request, obj, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Meeting | None = None) -> list[str]:
        """What approved minutes say."""
        return ["number", "text"] if _is_final(obj) else []

    def has_add_permission(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        """Approved minutes gain no decision."""
        return not _is_final(obj) and super().has_add_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Meeting | None = None) -> bool:
        """Nor do they lose one."""
        return not _is_final(obj) and super().has_delete_permission(request, obj)


def _is_final(meeting: Meeting | None) -> bool:
    """Whether minutes of *meeting*, as ``MeetingAdmin`` reads it, are approved."""
    return meeting is not None and meeting.is_final  # type: ignore[attr-defined]


@admin.register(Meeting)
class MeetingAdmin(admin.ModelAdmin):
    """Meetings, with what they decided."""

    list_display = ["date", "kind", "number", "form", "place", "state"]
    list_display_links = ["date", "kind"]
    list_filter = ["kind", "form", "state"]
    date_hierarchy = "date"
    ordering = ["-date", "-time", "-pk"]
    search_fields = ["place", "note"]
    autocomplete_fields = ["chair", "secretary", "adjusters"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = [
        ("kind", "number", "state"),
        ("date", "time", "end_time"),
        ("form", "place", "link"),
        ("chair", "secretary", "is_quorate"),
        "adjusters",
        "note",
    ]
    inlines = [DecisionInline]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Meeting]:
        """The meetings, each with whether its decisions are final: asked once, for its form asks often."""
        final = models.Exists(approved_minutes(models.OuterRef("pk")))
        return super().get_queryset(request).annotate(is_final=final)


class GoalInline(admin.TabularInline):
    """The goals inside the form of their period."""

    model = Goal
    formset = NamedFormSet
    fields = ["position", "title", "text"]
    extra = 1
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "cols": 60})}}


@admin.register(PlanPeriod)
class PlanPeriodAdmin(admin.ModelAdmin):
    """The periods of the plan, with their goals."""

    list_display = ["name", "start", "end"]
    search_fields = ["name", "goals__title"]
    fields = ["name", ("start", "end"), "note"]
    inlines = [GoalInline]


@admin.register(Activity)
class ActivityAdmin(admin.ModelAdmin):
    """What is done in a year beside the meetings."""

    list_display = ["name", "goal", "responsible", "state", "year_end"]
    list_filter = ["year_end", "state", "goal"]
    list_select_related = ["goal", "responsible"]
    search_fields = ["name", "body", "outcome", "note"]
    autocomplete_fields = ["responsible"]
    fields = [
        ("name", "body"),
        ("goal", "year_end"),
        "responsible",
        ("account_number", "project_code"),
        ("state", "reason"),
        "outcome",
        "note",
    ]


class MandateInline(admin.TabularInline):
    """What somebody is elected to, inside the person's form."""

    model = Mandate
    fields = ["office", "body", "start", "end", "elected_by"]
    autocomplete_fields = ["elected_by"]
    extra = 1

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A mandate that was held stays: one that ends early gets an earlier last day."""
        return False


@admin.register(Person)
class PersonAdmin(admin.ModelAdmin):
    """People with a trust in the association, and their mandates."""

    list_display = ["name", "mail"]
    search_fields = ["name", "mail"]
    fields = ["name", "mail"]
    inlines = [MandateInline]

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Nobody enters a mandate of their own: it would let them in."""
        own = obj is not None and obj.user_id is not None and obj.user_id == request.user.pk
        return not own and super().has_change_permission(request, obj)


@admin.register(AgendaTemplateItem)
class AgendaTemplateAdmin(admin.ModelAdmin):
    """What the agenda of each kind of meeting begins with."""

    list_display = ["kind", "position", "title", "is_confidential", "lists_open_decisions"]
    list_display_links = ["title"]
    list_filter = ["kind"]
    fields = [("kind", "position"), "title", "text", ("is_confidential", "lists_open_decisions")]
