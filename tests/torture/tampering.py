"""A hand in the database: one field of one fact changed past the program, its guard and its rules."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import DatabaseError, connection, models, transaction
from django.utils.dateparse import parse_datetime

from finance.models import (
    Account,
    Association,
    BankFormat,
    BankLine,
    Budget,
    BudgetLine,
    CostCenter,
    ImportedBalance,
    NumberGap,
    PeriodTotal,
    Project,
    SentForm,
    SieImport,
    Trace,
    VerificationRun,
    Voucher,
    VoucherRow,
    VoucherSeries,
    VoucherTemplate,
    VoucherTemplateRow,
)
from finance.traces import TRACED

Model = type[models.Model]
Field = Any

CHAINED: tuple[Model, ...] = (Voucher, VoucherRow)
"""What the digests cover whole."""

WATCHED: tuple[Model, ...] = (*CHAINED, PeriodTotal, Trace, *TRACED)

TRAIL = "may change at any time; the trail has it"
NO_FACTS: dict[Model, dict[str, str]] = {
    Voucher: {"sie_import_id": "which file it came in with; the file itself is traced"},
    ImportedBalance: {"source_id": "which file it came in with; the file itself is traced"},
    Account: dict.fromkeys(["name", "name_en", "is_open", "item", "sru"], TRAIL),
    Project: dict.fromkeys(["name", "is_open"], TRAIL),
    CostCenter: dict.fromkeys(["name", "is_open"], TRAIL),
    VoucherSeries: {"name": TRAIL},
    NumberGap: {"sie_import_id": "which file it came in with; the file itself is traced"},
    SieImport: dict.fromkeys(
        ["sie_type", "encoding", "program", "notes", "errors", "created", "before", "made"],
        "what was said about the file",
    ),
    **{
        model: {str(field.column): "no part of the ledger" for field in model._meta.concrete_fields}
        for model in (
            Association,
            BankFormat,
            BankLine,
            Budget,
            BudgetLine,
            SentForm,
            VerificationRun,
            VoucherTemplate,
            VoucherTemplateRow,
        )
    },
}
"""What verify_ledger does not watch over, and why."""


def watched(model: Model) -> list[Field]:
    """The fields of *model* whose tampering is found."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    if model in TRACED:
        fields = [field for field in fields if field.column in TRACED[model]]
    return [field for field in fields if field.column not in NO_FACTS.get(model, ())]


@dataclass(frozen=True)
class Tampering:
    """A field of a fact that was changed, and the words of which one must name the fact."""

    table: str
    key: int
    column: str
    before: Any
    after: Any
    names: frozenset[str]

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.column}: {self.before!r} → {self.after!r}, named {set(self.names)}"


def tamper(chance: random.Random) -> Tampering:
    """Change one field of one fact at random; what the table itself cannot hold is passed over.

    The guard must be out of the way already.
    """
    while True:
        model = chance.choice(WATCHED)
        field = chance.choice(watched(model))
        facts = model._default_manager.order_by("pk")
        if model is Voucher:
            facts = facts.filter(posted_at__isnull=False)
        elif model is VoucherRow:
            facts = facts.filter(voucher__posted_at__isnull=False)
        key = chance.choice(list(facts.values_list("pk", flat=True)))
        before = _read(model, key, field)
        after = _other(chance, field, before)
        names = set(_names(model, key))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    f'UPDATE {model._meta.db_table} SET "{field.column}" = %s WHERE id = %s', [after, key]
                )
        except DatabaseError:
            continue
        if _read(model, key, field) != before:
            names |= set(_names(model, key))
            return Tampering(model._meta.db_table, key, field.column, before, after, frozenset(names))


def _read(model: Model, key: int, field: Field) -> Any:
    """The value as the database has it; a date or time of SQLite as its text."""
    as_text = isinstance(field, models.DateField) and connection.vendor == "sqlite"
    column = f'CAST("{field.column}" AS text)' if as_text else f'"{field.column}"'
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} WHERE id = %s", [key])
        return cursor.fetchone()[0]


def _other(chance: random.Random, field: Field, before: Any) -> Any:
    """Another value, as a rule of the kind that *field* has."""
    if field.null and before is not None and chance.random() < 0.3:
        return None
    if connection.vendor == "sqlite" and chance.random() < 0.1:
        # SQLite keeps in any column what it is given.
        return chance.choice(["banan", 1.5, "2023-13-45"])
    if isinstance(field, models.ForeignKey):
        others = list(field.related_model._default_manager.values_list("pk", flat=True))
        return chance.choice([*others, 10**6])
    if isinstance(field, models.DateTimeField):
        moment = before if isinstance(before, datetime) else parse_datetime(before or "2023-01-01 12:00:00")
        assert moment
        moved = moment + chance.choice([1, -1]) * chance.choice(
            [timedelta(microseconds=1), timedelta(seconds=1), timedelta(days=400)]
        )
        return str(moved) if connection.vendor == "sqlite" else moved
    if isinstance(field, models.DateField):
        day = before if isinstance(before, date) else date.fromisoformat(before)
        return (day + timedelta(days=chance.choice([1, -1, 31, 366]))).isoformat()
    if isinstance(field, models.IntegerField):
        return (before or 0) + chance.choice([1, -1, 100, 10**6])
    text = before or ""
    place = chance.randint(0, len(text))
    return chance.choice(
        [text + chance.choice("x \t\n\\é"), text[:place] + "0" + text[place + 1 :], text[1:]]
    )


def _names(model: Model, key: int) -> Iterator[str]:
    """The words by which a report may name the fact."""
    yield f"{model._meta.verbose_name} {key}"
    yield f"{model._meta.model_name} {key}"
    try:
        fact = model._default_manager.filter(pk=key).first()
        if isinstance(fact, Voucher):
            yield from _names_of_voucher(key)
        elif isinstance(fact, VoucherRow):
            yield from _names_of_voucher(fact.voucher_id)
        elif isinstance(fact, PeriodTotal):
            number = Account.objects.filter(pk=fact.account_id).values_list("number", flat=True).first()
            yield f"konto {number or fact.account_id} {str(fact.month)[:7]}"
        elif isinstance(fact, Trace):
            yield fact.subject
        elif fact is not None:
            yield f"{model._meta.verbose_name} {fact}"
    except (ObjectDoesNotExist, ValidationError, ValueError, TypeError):
        return  # what was changed can be read no more, and its key names it


def _names_of_voucher(key: int) -> Iterator[str]:
    yield f"nyckel {key}"
    voucher = Voucher.objects.filter(pk=key).values("fiscal_year__label", "series__code", "number").first()
    if voucher and voucher["number"]:
        yield f"{voucher['fiscal_year__label']} {voucher['series__code'] or ''} {voucher['number']}:"
