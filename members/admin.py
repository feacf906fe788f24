"""Entering facts about the members: counts, surveys and channels."""

from collections.abc import Sequence

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.models import Channel, ChannelFigure, MemberCount, Survey


@admin.register(MemberCount)
class MemberCountAdmin(admin.ModelAdmin):
    """How many members there were, day by day."""

    list_display = ["date", "count", "source", "note"]
    date_hierarchy = "date"
    ordering = ["-date"]
    search_fields = ["source", "note"]
    fields = ["date", "count", "source", "note"]


@admin.register(Survey)
class SurveyAdmin(admin.ModelAdmin):
    """Surveys and how many answered."""

    list_display = ["date", "name", "recipients", "responses"]
    list_display_links = ["date", "name"]
    date_hierarchy = "date"
    ordering = ["-date", "-pk"]
    search_fields = ["name", "note"]
    fields = ["date", "name", ("recipients", "responses"), "note"]


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


class ChannelForm(forms.ModelForm):
    """A channel; its key is explained without signs that a page would take for its own."""

    class Meta:
        model = Channel
        fields = ["name", "name_en", "slug"]
        help_texts = {
            "slug": gettext_lazy("The end of the names of its figures, such as members.channel.newsletter.")
        }


@admin.register(Channel)
class ChannelAdmin(admin.ModelAdmin):
    """Channels, with their yearly figures."""

    form = ChannelForm
    list_display = ["name", "slug", "years"]
    search_fields = ["name", "name_en", "slug"]
    fields = ["name", "name_en", "slug"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [ChannelFigureInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Channel]:
        """Channels with their figures."""
        return super().get_queryset(request).prefetch_related("figures")

    @admin.display(description=gettext_lazy("years"))
    def years(self, channel: Channel) -> str:
        """The years that it has a figure for."""
        return ", ".join(str(figure.year_end.year) for figure in channel.figures.all())
