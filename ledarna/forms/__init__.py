"""Forms of the site's own pages: what was typed becomes facts, or sentences at the fields."""

from django import forms

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
"""A field for a day, as the browser offers it."""
