"""What happened in the year, in a sentence and in four figures; all of it derived."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance.analysis import YearInMonths
from finance.presentation import format_amount, format_count, format_day
from ledarna.figures import Figure, Figures, Reading
from ledarna.presentation import format_value
from ledarna.sentences import result_against_budget


def _kronor(amount: Decimal | int, explicit_plus: bool = False) -> str:
    """*amount* for a sentence: whole kronor, unless that would leave nothing of it; tables are exact."""
    exact = Decimal(amount)
    whole = exact.quantize(Decimal(1), ROUND_HALF_UP)
    return format_amount(whole or exact, ore=False, explicit_plus=explicit_plus)


def lead_sentence(figures: Figures, months: YearInMonths) -> str:
    """The year in two or three sentences; empty where nothing can be derived."""
    return " ".join(sentence for sentence in (_result(figures, months), _members(figures)) if sentence)


def _result(figures: Figures, months: YearInMonths) -> str:
    result = figures["finance.result"].value
    if figures["finance.budget_variance"].value is not None:
        return result_against_budget(months) or ""
    if result is not None:
        amount = {"amount": _kronor(abs(Decimal(result)))}
        if result > 0:
            return _("The year gave a surplus of %(amount)s kr.") % amount
        if result < 0:
            return _("The year gave a deficit of %(amount)s kr.") % amount
        return _("The year gave neither a surplus nor a deficit.")
    return ""


def _members(figures: Figures) -> str:
    change = figures["members.change"].value
    if change is None:
        return ""
    number = abs(int(change))
    if not number:
        return _("The association has as many members as when the year began.")
    sentence = (
        ngettext(
            "The association grew by %(number)s member.",
            "The association grew by %(number)s members.",
            number,
        )
        if change > 0
        else ngettext(
            "The association shrank by %(number)s member.",
            "The association shrank by %(number)s members.",
            number,
        )
    )
    return sentence % {"number": format_count(number)}


@dataclass(frozen=True)
class BigFigure:
    """A figure in large type: what it is called, its value or why there is none, and a note under it.

    ``signed`` figures bear a plus as well. ``tone`` is 1 where the note is good news, −1 where it is bad, 0
    where it is neither. ``href`` leads to how the figure is derived.
    """

    name: str
    value: Decimal | int | None
    unit: str
    note: str
    tone: int = 0
    href: str = ""
    signed: bool = False


def own_figures(
    figures: Figures, keys: Iterable[str], signed: Iterable[str] = (), linked: bool = True
) -> list[BigFigure]:
    """The figures of *keys* for the page on which their facts stand: under each, how it is derived.

    They are not *linked* for a reader who may not see how every figure is derived.
    """
    return [
        BigFigure(
            name=figures[key].label,
            value=figures[key].value,
            unit=figures[key].unit,
            note=figures[key].reason or figures[key].derivation,
            href=figures[key].explained if linked else "",
            signed=key in signed,
        )
        for key in keys
    ]


def _big(name: str, figure: Figure, note: str = "", tone: int = 0) -> BigFigure:
    """The big figure of *figure*; its note is the reason where the figure cannot be derived."""
    return BigFigure(
        name=name,
        value=figure.value,
        unit=figure.unit,
        note=note if figure.reason is None else figure.reason,
        tone=tone if figure.reason is None else 0,
        href=figure.explained,
    )


def _sign(value: Decimal | int | None) -> int:
    return 0 if value is None else (value > 0) - (value < 0)


def big_figures_of_year(reading: Reading, figures: Figures, today: date) -> list[BigFigure]:
    """The four figures of the year's page: result, equity, members, meetings."""
    return [
        _big(_("Result of the year"), figures["finance.result"], *_against_budget(figures)),
        _equity(figures, min(reading.end, today)),
        _members_at_end(reading, figures),
        _big(figures["board.meetings"].label, figures["board.meetings"], _digital(figures)),
    ]


def _against_budget(figures: Figures) -> tuple[str, int]:
    variance = figures["finance.budget_variance"]
    if variance.value is None:
        return variance.reason or "", 0
    tone = _sign(variance.value)
    sentence = {
        1: _("%(amount)s better than budget"),
        -1: _("%(amount)s worse than budget"),
        0: _("as the budget said"),
    }[tone]
    return sentence % {"amount": _kronor(abs(Decimal(variance.value)))}, tone


def _equity(figures: Figures, day: date) -> BigFigure:
    closing, opening = figures["finance.equity_closing"], figures["finance.equity_opening"]
    note, tone = "", 0
    if closing.value is not None and opening.value is not None:
        note = _("from %(amount)s") % {"amount": _kronor(opening.value)}
        tone = _sign(closing.value - opening.value)
    return _big(_("Equity %(day)s") % {"day": format_day(day)}, closing, note, tone)


def _members_at_end(reading: Reading, figures: Figures) -> BigFigure:
    closing, change, growth = (figures[f"members.{name}"] for name in ("closing", "change", "growth"))
    counted = reading.members.closing.date if reading.members.closing else reading.end
    notes = [format_count(abs(int(change.value)))] if change.value is not None else []
    if growth.value is not None:
        notes.append(format_value(growth.value, growth.unit))
    return _big(
        _("Members %(day)s") % {"day": format_day(counted)},
        closing,
        " · ".join(notes) or change.reason or "",
        _sign(change.value),
    )


def _digital(figures: Figures) -> str:
    digital, share = figures["board.meetings_digital"], figures["board.meetings_digital_share"]
    notes = []
    if digital.value is not None:
        number = int(digital.value)
        notes.append(
            ngettext("%(number)s digital", "%(number)s digital", number) % {"number": format_count(number)}
        )
    if share.value is not None:
        notes.append(format_value(share.value, share.unit))
    return " · ".join(notes)
