"""Naming an account, a project or a cost centre by typing.

People know accounts by number or by name. A text field with suggestions (``<datalist>``) takes both,
works without a script and with the keyboard alone, and costs one query a page however many rows there
are: the ``Lookup`` is read once and shared by all fields of the page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

LISTED_IN_ERROR = 3


@dataclass(frozen=True)
class Suggestion:
    """What a datalist offers: the text to type, and the kind of account where it is one."""

    text: str
    kind: str


class Lookup:
    """The objects of a queryset, found by what people type: a code, a name or a part of a name."""

    def __init__(self, queryset: models.QuerySet[Any], code: str) -> None:
        """Objects of *queryset*, whose field *code* is unique and comes first in their text."""
        self._queryset = queryset
        self._code = code
        self.id = f"{queryset.model._meta.model_name}-suggestions"

    @cached_property
    def _objects(self) -> dict[int, Any]:
        return {found.pk: found for found in self._queryset}

    @property
    def what(self) -> str:
        """What its objects are called."""
        return str(self._queryset.model._meta.verbose_name)

    def __bool__(self) -> bool:
        return bool(self._objects)

    def suggestions(self) -> Iterator[Suggestion]:
        """What can be chosen: the objects that are open."""
        for found in self._objects.values():
            if found.is_open:
                yield Suggestion(str(found), getattr(found, "kind", ""))

    def text(self, pk: int | None) -> str:
        """The text that stands for the object *pk*; empty for none."""
        return str(self._objects[pk]) if pk else ""

    def find(self, text: str) -> Any:
        """The object that *text* means. Raises ValidationError, in words, for none or several."""
        typed = _plain(text)
        tests: tuple[Callable[[Any], bool], ...] = (
            lambda found: getattr(found, self._code) == text.strip(),
            lambda found: _plain(getattr(found, self._code)) == typed,
            lambda found: _plain(str(found)) == typed,
            lambda found: typed in _plain(str(found)),
        )
        meant: list[Any] = []
        for test in tests:
            if meant := [found for found in self._objects.values() if test(found)]:
                break
        if len(meant) == 1:
            return meant[0]
        names = {"what": self.what, "typed": text}
        if not meant:
            raise ValidationError(
                _("There is no %(what)s “%(typed)s”. Write its number or its name.") % names, code="unknown"
            )
        listed = "; ".join(map(str, meant[:LISTED_IN_ERROR])) + (" …" if len(meant) > LISTED_IN_ERROR else "")
        raise ValidationError(
            _("“%(typed)s” may mean several: %(found)s. Write the number.") % {**names, "found": listed},
            code="ambiguous",
        )


def _plain(text: str) -> str:
    """*text* as it is compared: spaces and capitals do not matter."""
    return " ".join(text.split()).casefold()


class LookupField(forms.CharField):
    """A text field that gives the object that a ``Lookup`` finds, or None when it is empty."""

    lookup: Lookup

    def use(self, lookup: Lookup) -> None:
        """Find objects in *lookup*, and suggest them."""
        self.lookup = lookup
        self.widget.attrs.update({"list": lookup.id, "autocomplete": "off"})

    def to_python(self, value: Any) -> Any:
        """The object that the text means."""
        text = super().to_python(value)
        return self.lookup.find(text) if text else None

    def validate(self, value: Any) -> None:
        """See that something is there when it must be."""
        if value is None and self.required:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """The object was found; there is no text left to check."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the text is another."""
        return (initial or "").strip() != (data or "").strip()


def use_lookups(form: forms.BaseModelForm, lookups: dict[str, Lookup]) -> None:
    """Give *form*'s lookup fields their *lookups*, and the text of what its instance has."""
    for name, lookup in lookups.items():
        field = form.fields.get(name)
        if isinstance(field, LookupField):
            field.use(lookup)
            form.initial[name] = lookup.text(getattr(form.instance, f"{name}_id"))
