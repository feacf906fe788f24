"""Entering facts about the board's work: meetings, decisions and activities."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.utils.translation import gettext as _

from board.models import Activity, Decision, Meeting


class DecisionFormSet(forms.BaseInlineFormSet):
    """The decisions of a meeting; each field is named for those who hear it."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the fields, as the column's heading is only seen."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label or ""))

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that a number is there twice."""
        return _("The meeting already has a decision with this number.")


class DecisionInline(admin.TabularInline):
    """The decisions inside the meeting's form."""

    model = Decision
    formset = DecisionFormSet
    fields = ["number", "text"]
    extra = 1
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})}}


@admin.register(Meeting)
class MeetingAdmin(admin.ModelAdmin):
    """Meetings, with what they decided."""

    list_display = ["date", "kind", "number", "form", "place"]
    list_display_links = ["date", "kind"]
    list_filter = ["kind", "form"]
    date_hierarchy = "date"
    ordering = ["-date", "-time", "-pk"]
    search_fields = ["place", "note", "decisions__text"]
    fields = [("kind", "number"), ("date", "time"), ("form", "place"), "note"]
    inlines = [DecisionInline]


@admin.register(Activity)
class ActivityAdmin(admin.ModelAdmin):
    """What else was done in a year."""

    list_display = ["name", "body", "year_end"]
    list_filter = ["year_end"]
    search_fields = ["name", "body", "note"]
    fields = ["name", "body", "year_end", "note"]
