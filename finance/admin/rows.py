"""Rows of a form: a table whose headings name its columns."""

from typing import Any

from django import forms


class RowFormSet(forms.BaseInlineFormSet):
    """Rows whose every field is named for those who hear it, as the column's heading is only seen."""

    def add_fields(self, form: Any, index: int | None) -> None:
        """Name the fields, that for deleting a row among them."""
        super().add_fields(form, index)
        for field in form.fields.values():
            if not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", str(field.label or ""))
