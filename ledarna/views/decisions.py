"""All decisions: looked for, followed up, and what was decided beside what was spent."""

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from board.models import Decision, Person
from finance.models import FiscalYear
from ledarna.decisions import decisions_for, followed
from ledarna.exports import list_file
from ledarna.listings import decisions_table
from ledarna.roles import Area, Level, may, sees
from ledarna.views.page import page_of_year, year_links

LISTED = 300


class DecisionFilter(forms.Form):
    """What to look for among the decisions."""

    text = forms.CharField(
        label=gettext_lazy("Text or number"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=capfirst(gettext_lazy("state")),
        choices=[("", gettext_lazy("All")), *Decision.State.choices],
        required=False,
    )
    responsible = forms.ModelChoiceField(
        Person.objects.filter(responsibilities__isnull=False).distinct(),
        label=capfirst(gettext_lazy("responsible")),
        required=False,
        empty_label=gettext_lazy("All"),
    )
    all_years = forms.BooleanField(label=gettext_lazy("All years"), required=False)


@require_safe
@sees(Area.MEETINGS)
def decisions_page(request: HttpRequest, label: str) -> HttpResponseBase:
    """The decisions of the year, or of all years, as far as the reader may see them."""
    year = get_object_or_404(FiscalYear, label=label)
    form = DecisionFilter(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {}
    decisions = decisions_for(request.user).select_related("meeting", "responsible")
    if not wanted.get("all_years"):
        decisions = decisions.filter(meeting__date__gte=year.start, meeting__date__lte=year.end)
    if text := wanted.get("text"):
        number = text.lstrip("§ ")
        decisions = decisions.filter(
            Q(text__icontains=text) | Q(number=int(number) if number.isdecimal() and len(number) < 7 else -1)
        )
    if state := wanted.get("state"):
        decisions = decisions.filter(state=state)
    if responsible := wanted.get("responsible"):
        decisions = decisions.filter(responsible=responsible)
    decisions = decisions.order_by("-meeting__date", "-meeting__pk", "number")
    if taken := list_file(request, year, {"decisions": lambda: decisions_table(decisions)}):
        return taken
    listed = list(decisions[: LISTED + 1])
    sees_books = may(request.user, Area.BOOKS)
    return page_of_year(
        request,
        year,
        "decisions",
        {
            "years": year_links(year, "decisions"),
            "filter": {"form": form, "query": request.GET.urlencode()},
            "lines": followed(year, listed[:LISTED]) if sees_books else [],
            "decisions": listed[:LISTED],
            "more": len(listed) > LISTED,
            "today": timezone.localdate(),
            "may_write": may(request.user, Area.MEETINGS, Level.ENTER),
        },
        here="meetings",
    )
