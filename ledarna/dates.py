"""Days and months in words, in the reader's language."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from finance.presentation import LOCALES


def _locale() -> str:
    return LOCALES[(get_language() or "sv")[:2]]


def month_short(month: date) -> str:
    """``mar``: the month on an axis, three letters."""
    return str(format_date(month, "LLL", locale=_locale())).rstrip(".")[:3]


def month_letter(month: date) -> str:
    """``M``: the month where there is room for one letter."""
    return str(format_date(month, "LLLLL", locale=_locale())).upper()


def day_in_words(day: date) -> str:
    """``31 december 2023``."""
    return str(format_date(day, "d MMMM y", locale=_locale()))


def listed(names: Sequence[str]) -> str:
    """*names* in a sentence: ``mars, maj och juni``."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]}


def month_of_year(month: date) -> str:
    """``mars 2023``."""
    return str(format_date(month, "MMMM y", locale=_locale()))
