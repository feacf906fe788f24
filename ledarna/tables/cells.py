"""A cell to what it means: a text, a day, a count, an amount in öre, yes or no.

Each function takes a cell as the grid has it, and raises ValidationError, in words, for what it is not.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finance.money import SPACES, parse_amount, to_ore
from ledarna.tables.grid import Cell, Fault

LARGEST_COUNT = 2_147_483_647
"""The largest count that the database holds."""

YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]\d{2}:\d{2}.*)?")
TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})")
DAY_FIRST = re.compile(r"(\d{1,2})[-/.] ?(\d{1,2})[-/. ] ?(\d{4})")
COUNT = re.compile(r"-?(\d+|\d{1,3}( \d{3})+)([.,]0+)?")
PERCENT = re.compile(r"[-+]?\d{1,6}([.,]\d+)?")
RESERVED = "reserved"
"""What stands for the day of what a bank has only reserved: it may still change or go away."""
RESERVED_WORDS = ("reserv", "prelimin", "pending", "ej bokförd")

YES, NO = {"ja", "j", "yes", "y", "x", "1", "sant", "true"}, {"nej", "n", "no", "0", "falskt", "false"}


class Kind(StrEnum):
    """What the cells of a column are read as."""

    TEXT = "text"
    DATE = "date"
    BOOKED_DATE = "date of booking"
    COUNT = "count"
    CHANGE = "change"
    AMOUNT = "amount"
    PERCENT = "percent"
    YES_OR_NO = "yes or no"
    YEAR = "year"


def text_of(cell: Cell) -> str:
    """The text of a cell; a number as it is seen when nothing formats it."""
    if isinstance(cell, bool):
        return _("yes") if cell else _("no")
    if isinstance(cell, Decimal):
        whole = cell == cell.to_integral_value()
        return str(int(cell)) if whole and cell.adjusted() < 20 else format(cell, "f")[:40]
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def day_of(cell: Cell) -> date:
    """The day that a cell means: a real date, or ``2023-12-31``, ``31/12 2023``, ``20231231``."""
    if isinstance(cell, date):
        return cell
    text = SPACES.sub(" ", text_of(cell)).strip()
    try:
        if found := YEAR_FIRST.fullmatch(text) or TOGETHER.fullmatch(text):
            year, month, day = map(int, found.groups())
        elif found := DAY_FIRST.fullmatch(text):
            day, month, year = map(int, found.groups())
        else:
            raise ValueError
        meant = date(year, month, day)
    except ValueError:
        raise ValidationError(
            _("“%(text)s” is not a day. Write it as 2023-12-31.") % {"text": text[:40]}
        ) from None
    if not 1900 <= meant.year <= 2200:
        raise ValidationError(_("The year of %(day)s is hardly meant.") % {"day": meant})
    return meant


def booked_day_of(cell: Cell) -> date | str:
    """The day on which a bank booked a line; RESERVED for one that it has not booked yet."""
    if isinstance(cell, str) and cell.strip().casefold().startswith(RESERVED_WORDS):
        return RESERVED
    return day_of(cell)


def count_of(cell: Cell) -> int:
    """The whole number that a cell means: ``8 388``, zero or more."""
    number = _number(cell, COUNT)
    if number is None or number != number.to_integral_value():
        raise ValidationError(
            _("“%(text)s” is not a whole number. Write it as 8 388.") % {"text": text_of(cell)[:40]}
        )
    if number < 0:
        raise ValidationError(_("A count cannot be negative."))
    if number > LARGEST_COUNT:
        raise ValidationError(_("The number is larger than can be kept."))
    return int(number)


def change_of(cell: Cell) -> int:
    """The whole number that a cell means, which may be negative."""
    text = text_of(cell).replace("\u2212", "-").lstrip("+").strip()
    return -count_of(text[1:].strip()) if text.startswith("-") else count_of(text)


def ore_of(cell: Cell) -> int:
    """The öre that a cell means, in kronor: a number, ``1 928 072,00``, ``−500 kr``."""
    return to_ore(cell) if isinstance(cell, Decimal) else to_ore(parse_amount(text_of(cell)))


def percent_of(cell: Cell) -> Decimal:
    """The share in percent that a cell means: ``3,54`` or ``3,54 %``, two decimals at the most."""
    if isinstance(cell, Decimal):
        share: Decimal | None = cell
    else:
        share = _number(text_of(cell).replace("%", ""), PERCENT)
    if share is None or abs(share) >= 1_000_000 or share != round(share, 2):
        raise ValidationError(
            _("“%(text)s” is not a share in percent. Write it as 3,54.") % {"text": text_of(cell)[:40]}
        )
    return share


def yes_or_no(cell: Cell) -> bool:
    """Whether a cell says yes: ``ja``, ``x``, ``1``, or ``nej``, ``0``."""
    text = text_of(cell).strip().casefold()
    if text in YES | NO:
        return text in YES
    raise ValidationError(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})


def year_end_of(cell: Cell) -> date:
    """The last day of the calendar year that a cell means: ``2023``, or a day as ``day_of`` reads it."""
    text = text_of(cell).strip()
    if re.fullmatch(r"(19|20|21)\d\d", text):
        return date(int(text), 12, 31)
    return day_of(cell)


def _number(cell: Cell, form: re.Pattern[str]) -> Decimal | None:
    """The number that a cell is or, in *form*, says; None for what is none."""
    if isinstance(cell, Decimal):
        return cell
    text = SPACES.sub(" ", text_of(cell)).strip().replace("\u2212", "-")
    if len(text) > 40 or not form.fullmatch(text):
        return None
    return Decimal(text.replace(" ", "").replace(",", "."))


READERS: Mapping[Kind, Callable[[Cell], Any]] = {
    Kind.TEXT: text_of,
    Kind.DATE: day_of,
    Kind.BOOKED_DATE: booked_day_of,
    Kind.COUNT: count_of,
    Kind.CHANGE: change_of,
    Kind.AMOUNT: ore_of,
    Kind.PERCENT: percent_of,
    Kind.YES_OR_NO: yes_or_no,
    Kind.YEAR: year_end_of,
}


def value_of(cell: Cell, kind: Kind) -> Any:
    """What *cell* means as *kind*; None for an empty one. Raises ValidationError for what it is not."""
    if isinstance(cell, Fault):
        raise ValidationError(cell.sentence)
    return None if cell is None else READERS[kind](cell)
