"""Reports on paper: what the templates of ``ledarna.pdf`` get to set."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from finance.models import Association
from finance.money import from_ore
from finance.presentation import format_amount
from finance.report import Measure, Report
from ledarna.pdf import pdf


def letterhead(head: str) -> dict[str, Any]:
    """What every document says of whose it is, and from which state of the books it was made."""
    association = Association.objects.first()
    return {
        "language": (get_language() or "sv")[:2],
        "association": {
            "name": association.name if association else "Ledarna",
            "number": association.organisation_number if association else "",
        },
        "foot": _("Chain head %(head)s") % {"head": head} if head else _("Nothing is posted"),
    }


def report_data(report: Report, head: str) -> dict[str, Any]:
    """*report* as its template reads it: every amount as text, as the page writes it."""
    return {
        **letterhead(head),
        "title": report.title,
        "period": report.period,
        "date": report.end.isoformat(),
        **table_data(report),
    }


def table_data(report: Report, folded: bool = False) -> dict[str, Any]:
    """The rows and columns of *report*, wherever they are set; *folded* leaves out what its items consist of."""
    return {
        "words": {"item": _("SEK")},
        "columns": [column.title for column in report.columns],
        "rows": [
            {
                "role": str(entry.role),
                "level": level,
                "number": entry.account.number if entry.account else "",
                "name": entry.name,
                "cells": [
                    _text(amount, column.measure, report.has_ore)
                    for amount, column in zip(
                        entry.amounts or (None,) * len(report.columns), report.columns, strict=True
                    )
                ],
            }
            for entry, level in report.lines()
            if not (folded and level)
        ],
        "notes": [*_of_signs(report), *report.notes],
    }


def _of_signs(report: Report) -> list[str]:
    """What paper, which has no arrows, has to say of the signs of a variance."""
    if any(column.measure == Measure.BETTER for column in report.columns):
        return [_("Variance: + is better for the result than the budget, − is worse.")]
    return []


def _text(amount: int | None, measure: Measure, ore: bool) -> str:
    if amount is None:
        return ""
    return format_amount(from_ore(amount), ore=ore, explicit_plus=measure != Measure.AMOUNT)


def report_pdf(report: Report, head: str) -> bytes:
    """*report* as PDF, with the chain's *head* in the foot of every page."""
    return pdf("report", report_data(report, head), report.end)
