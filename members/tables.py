"""Rows of tables into the facts about members, by django-import-export.

The rows come as typed values: dates, whole numbers, texts. A row names one fact, a count by its date and
a channel's figure by channel and year; it makes the fact, changes it, or finds it as it is. An empty cell
leaves what is there. Either every row is right and all are written, or nothing is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from import_export import fields, resources, widgets
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import RowResult
from tablib import Dataset

from members.models import Channel, ChannelFigure, MemberCount, MemberCountPart, check_parts


@dataclass(frozen=True)
class Wrong:
    """What is wrong in a row: its number in the table, the column or nothing, and a sentence."""

    row: int
    column: str
    sentence: str


@dataclass(frozen=True)
class Line:
    """What a row does: ``new``, ``changed`` or ``unchanged``, and the values before that it changes."""

    row: int
    state: str
    before: Mapping[str, Any]


@dataclass(frozen=True)
class TakenIn:
    """What a table does, row by row; nothing was written where anything is wrong."""

    lines: Sequence[Line]
    wrong: Sequence[Wrong]


STATES = {
    RowResult.IMPORT_TYPE_NEW: "new",
    RowResult.IMPORT_TYPE_UPDATE: "changed",
    RowResult.IMPORT_TYPE_SKIP: "unchanged",
}


class Known(BaseInstanceLoader):
    """The facts that are there, all read at once: a row finds its own without asking the database."""

    def __init__(self, resource: "FactResource", dataset: Dataset | None = None) -> None:
        super().__init__(resource, dataset)
        model = resource._meta.model
        self.names = resource.get_import_id_fields()
        attributes = [model._meta.get_field(name).attname for name in self.names]
        self.there = {
            tuple(getattr(found, attribute) for attribute in attributes): found
            for found in resource.get_queryset()
        }

    def get_instance(self, row: Mapping[str, Any]) -> models.Model | None:
        """The fact that *row* names; None for a new one."""
        return self.there.get(tuple(row[name] for name in self.names))


class FactResource(resources.ModelResource):
    """A kind of fact whose values come typed already, and none of which is named twice."""

    dry_run = False

    class Meta:
        instance_loader_class = Known
        skip_unchanged = True
        report_skipped = True
        skip_html_diff = True
        clean_model_instances = True
        store_instance = True
        use_transactions = True

    @property
    def checks(self) -> Sequence[models.CheckConstraint]:
        """The constraints that each row is held against. That no fact is there twice is seen to already."""
        constraints = self._meta.model._meta.constraints
        return [each for each in constraints if isinstance(each, models.CheckConstraint)]

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """See that the fact holds together; raises ValidationError by field."""
        errors = dict(import_validation_errors or {})
        try:
            instance.full_clean(exclude=set(errors), validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for constraint in self.checks:
            try:
                constraint.validate(self._meta.model, instance, exclude=set(errors))
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        """Save the fact, unless it is only to be looked at what would be."""
        if not self.dry_run:
            super().do_instance_save(instance, is_create)

    def import_field(
        self, field: fields.Field, instance: Any, row: Mapping[str, Any], is_m2m: bool = False, **kwargs: Any
    ) -> None:
        """Set *field*, unless its cell is empty."""
        if row.get(field.column_name) is not None:
            super().import_field(field, instance, row, is_m2m, **kwargs)


class MemberCountResource(FactResource):
    """Member counts, each known by its date."""

    # Said here, for import-export would load all of PostgreSQL's driver to find that a text is no array.
    note = fields.Field("note", "note")

    class Meta(FactResource.Meta):
        model = MemberCount
        import_id_fields = ("date",)
        fields = ("date", "count", "joined", "left", "source", "note")

    def before_import(self, dataset: Dataset, **kwargs: Any) -> None:
        """Read what the parts of each count add up to."""
        counted = MemberCountPart.objects.values_list("count").annotate(sum=Sum("number")).order_by()
        self.of_parts: dict[int, int] = dict(counted)

    checks = ()
    """Its one constraint, that a count is not negative, is what the field says as well."""

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """See that a count with sections stays what they add up to."""
        super().validate_instance(instance, import_validation_errors, validate_unique)
        if instance.pk in self.of_parts:
            try:
                check_parts(instance.count, [self.of_parts[instance.pk]])
            except ValidationError as error:
                raise ValidationError({"count": error}) from None


class ChannelFigureResource(FactResource):
    """Channels' figures, each known by its channel and the end of its year."""

    channel = fields.Field("channel", "channel", widget=widgets.ForeignKeyWidget(Channel))
    note = fields.Field("note", "note")

    class Meta(FactResource.Meta):
        model = ChannelFigure
        import_id_fields = ("channel", "year_end")
        fields = (
            "channel",
            "year_end",
            "value",
            "is_approximate",
            "previous",
            "stated_change",
            "stated_growth",
            "note",
        )


RowOfTable = tuple[int, Mapping[str, Any]]


def take_in_counts(rows: Sequence[RowOfTable], dry_run: bool) -> TakenIn:
    """Take in member counts: rows with their numbers, and ``date``, ``count`` and what is told of it."""
    return _take_in(MemberCountResource(), rows, dry_run)


def take_in_sections(rows: Sequence[RowOfTable], dry_run: bool) -> TakenIn:
    """Take in the sections of counts: rows with ``date``, ``section`` and ``number``.

    A day without a count gets one: what its sections add up to. Where there is a count, its sections,
    those of the table with those that were there, have to add up to it.
    """
    if twice := _named_twice(("date", "section"), rows):
        return TakenIn((), twice)
    days = {values["date"]: number for number, values in reversed(rows)}
    counts = {count.date: count for count in MemberCount.objects.filter(date__in=days)}
    there = {(part.count.date, part.section): part for part in _parts_of(days)}
    lines, changed = [], []
    for number, values in rows:
        part = there.get((values["date"], values["section"]))
        if part is None:
            part = MemberCountPart(section=values["section"], number=values["number"])
            there[values["date"], part.section] = part
            changed.append((values["date"], part))
            lines.append(Line(number, "new", {}))
        elif part.number != values["number"]:
            lines.append(Line(number, "changed", {"number": part.number}))
            part.number = values["number"]
            changed.append((values["date"], part))
        else:
            lines.append(Line(number, "unchanged", {}))
    wrong = []
    of_day = defaultdict[date, list[int]](list)
    for (day, _section), part in there.items():
        of_day[day].append(part.number)
    for day, first_row in days.items():
        numbers = of_day[day]
        if day not in counts:
            counts[day] = MemberCount(date=day, count=sum(numbers))
            continue
        try:
            check_parts(counts[day].count, numbers)
        except ValidationError as error:
            wrong += [Wrong(first_row, "number", sentence) for sentence in error.messages]
    if wrong or dry_run:
        return TakenIn(() if wrong else lines, wrong)
    with transaction.atomic():
        for day, part in changed:
            if counts[day].pk is None:
                counts[day].save()
            part.count = counts[day]
            part.save()
    return TakenIn(lines, ())


def _parts_of(days: Iterable[date]) -> Iterable[MemberCountPart]:
    return MemberCountPart.objects.filter(count__date__in=list(days)).select_related("count")


def take_in_channel_figures(rows: Sequence[RowOfTable], dry_run: bool) -> TakenIn:
    """Take in channels' figures; ``channel`` is the key or a name of one that is entered already."""
    known = {
        name.casefold(): channel.pk
        for channel in Channel.objects.all()
        for name in (channel.slug, channel.name, channel.name_en)
        if name
    }
    wrong = [
        Wrong(
            number,
            "channel",
            _("There is no channel “%(name)s”. Enter it first, or correct the name.")
            % {"name": values["channel"]},
        )
        for number, values in rows
        if values["channel"].casefold() not in known
    ]
    if wrong:
        return TakenIn((), wrong)
    found = [(number, {**values, "channel": known[values["channel"].casefold()]}) for number, values in rows]
    return _take_in(ChannelFigureResource(), found, dry_run)


def _take_in(resource: FactResource, rows: Sequence[RowOfTable], dry_run: bool) -> TakenIn:
    if twice := _named_twice(resource.get_import_id_fields(), rows):
        return TakenIn((), twice)
    headers = list(rows[0][1]) if rows else []
    dataset = Dataset(*([values[key] for key in headers] for _number, values in rows), headers=headers)
    numbers = [number for number, _values in rows]
    resource.dry_run = dry_run
    with transaction.atomic():
        before = _before(resource, rows)
        result = resource.import_data(dataset, dry_run=dry_run, rollback_on_validation_errors=True)
    wrong = [
        Wrong(numbers[found.number - 1], column if column in headers else "", sentence)
        for found in result.invalid_rows
        for column, sentences in _by_column(found.error)
        for sentence in sentences
    ]
    wrong += [
        Wrong(numbers[found.number - 1], "", str(error.error))
        for found in result.error_rows
        for error in found.errors
    ]
    if result.base_errors or wrong:
        return TakenIn((), wrong or [Wrong(0, "", str(error.error)) for error in result.base_errors])
    lines = []
    for number, values, row, old in zip(numbers, (v for _n, v in rows), result.rows, before, strict=True):
        changed = {key: old[key] for key in old if values.get(key) is not None and values[key] != old[key]}
        lines.append(Line(number, STATES[row.import_type], changed))
    return TakenIn(lines, ())


def _by_column(error: ValidationError) -> Sequence[tuple[str, Sequence[str]]]:
    return list(error.message_dict.items()) if hasattr(error, "error_dict") else [("", error.messages)]


def _before(resource: FactResource, rows: Sequence[RowOfTable]) -> list[Mapping[str, Any]]:
    """What each row's fact is now, by column; nothing for one that is not there."""
    names = resource.get_import_id_fields()
    there = {
        tuple(values[name] for name in names): values
        for values in resource._meta.model.objects.values(*resource._meta.fields)
    }
    return [there.get(tuple(values[name] for name in names), {}) for _number, values in rows]


def _named_twice(names: Sequence[str], rows: Sequence[RowOfTable]) -> list[Wrong]:
    """The rows that name a fact that a row before them names already."""
    first: dict[tuple[Any, ...], int] = {}
    wrong = []
    for number, values in rows:
        fact = tuple(values[name] for name in names)
        if fact in first:
            wrong.append(
                Wrong(
                    number,
                    names[-1],
                    _("Row %(row)s already says what there is for this. Keep one of them.")
                    % {"row": first[fact]},
                )
            )
        first.setdefault(fact, number)
    return wrong
