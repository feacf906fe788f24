"""Entering facts about the members: counts, surveys and channels."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import (
    Channel,
    ChannelFigure,
    ChannelMonth,
    MemberCount,
    MemberCountPart,
    Publication,
    Survey,
    SurveyQuestion,
    check_parts,
)


class NamedFormSet(forms.BaseInlineFormSet):
    """Forms in a table; each field is named for those who hear it, as the column's heading is only seen."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the fields."""
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", str(field.label or ""))


class MemberCountPartFormSet(NamedFormSet):
    """The sections of a count, which add up to it."""

    def clean(self) -> None:
        """See that the sections add up to the count, where there are any."""
        super().clean()
        if any(self.errors) or self.instance.count is None:
            return
        kept = [form for form in self.forms if form not in self.deleted_forms]
        numbers = [form.cleaned_data.get("number") for form in kept]
        check_parts(self.instance.count, [number for number in numbers if number is not None])

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that a section is there twice."""
        return _("The count already has a number for this section.")


class MemberCountPartInline(admin.TabularInline):
    """The sections of a count inside its form."""

    model = MemberCountPart
    formset = MemberCountPartFormSet
    fields = ["section", "number"]
    extra = 0


@admin.register(MemberCount)
class MemberCountAdmin(admin.ModelAdmin):
    """How many members there were, day by day."""

    list_display = ["date", "count", "joined", "left", "source", "note"]
    date_hierarchy = "date"
    ordering = ["-date"]
    search_fields = ["source", "note"]
    fields = [("date", "count"), ("joined", "left"), "source", "note"]
    inlines = [MemberCountPartInline]


class SurveyQuestionFormSet(NamedFormSet):
    """The key results of a survey."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that a key is there twice."""
        return _("The survey already has a result for this key.")


class SurveyQuestionInline(admin.TabularInline):
    """The key results inside the form of their survey."""

    model = SurveyQuestion
    formset = SurveyQuestionFormSet
    fields = ["key", "text", "measure", "value", "scale_low", "scale_high", "answers"]
    extra = 0


@admin.register(Survey)
class SurveyAdmin(admin.ModelAdmin):
    """Surveys and how many answered."""

    list_display = ["date", "name", "recipients", "responses"]
    list_display_links = ["date", "name"]
    date_hierarchy = "date"
    ordering = ["-date", "-pk"]
    search_fields = ["name", "note"]
    fields = ["date", "name", ("recipients", "responses"), "note"]
    inlines = [SurveyQuestionInline]


class ChannelFigureFormSet(forms.BaseInlineFormSet):
    """A channel's figures, a year each."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that a year is there twice."""
        return _("The channel already has a figure for this year.")


class ChannelFigureInline(admin.StackedInline):
    """A channel's figures inside its form."""

    model = ChannelFigure
    formset = ChannelFigureFormSet
    fields = [
        ("year_end", "value", "is_approximate"),
        ("previous", "stated_change", "stated_growth"),
        "note",
    ]
    ordering = ["-year_end"]
    extra = 0


class ChannelMonthFormSet(NamedFormSet):
    """A channel's figures, a month each."""

    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """Say that a month is there twice."""
        return _("The channel already has a figure for this month.")


class ChannelMonthInline(admin.TabularInline):
    """A channel's months inside its form."""

    model = ChannelMonth
    formset = ChannelMonthFormSet
    fields = ["month", "value"]
    ordering = ["-month"]
    extra = 0


class ChannelForm(forms.ModelForm):
    """A channel; its key is explained without signs that a page would take for its own."""

    class Meta:
        model = Channel
        fields = ["name", "name_en", "slug", "goal_value", "goal_date"]
        help_texts = {
            "slug": gettext_lazy("The end of the names of its figures, such as members.channel.newsletter.")
        }


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    """Channels, with their yearly figures."""

    form = ChannelForm
    list_display = ["name", "slug", "years"]
    search_fields = ["name", "name_en", "slug"]
    fields = ["name", "name_en", "slug", ("goal_value", "goal_date")]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ChannelFigureInline, ChannelMonthInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        """Channels with their figures."""
        return super().get_queryset(request).prefetch_related("figures")

    @admin.display(description=gettext_lazy("years"))
    def years(self, channel: Channel) -> str:
        """The years that it has a figure for."""
        return ", ".join(str(figure.year_end.year) for figure in channel.figures.all())


@admin.register(Publication)
class PublicationAdmin(admin.ModelAdmin):
    """Newsletters and articles."""

    list_display = ["date", "kind", "title", "channel"]
    list_display_links = ["title"]
    list_filter = ["kind", "channel"]
    list_select_related = ["channel"]
    date_hierarchy = "date"
    ordering = ["-date", "-pk"]
    search_fields = ["title"]
    fields = [("date", "kind"), "title", "channel"]
