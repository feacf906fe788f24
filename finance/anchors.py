"""Anchors: the head of a chain on a day, kept here and handed to somebody outside.

A chain of digests shows that a voucher was changed, unless whoever changed it recomputed every digest
after it. Then the head is another one, and no longer that which the auditors hold on paper. An anchor
is such a head; ``anchored`` compares them with the chain as it is, and ``find`` says where in the
chains a digest from paper stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from finance.models import Anchor, FiscalYear, Voucher
from finance.posting import chain_head

SHORTEST = 8
"""How many digits of a digest have to be given: fewer could be met by chance."""

_BETWEEN = re.compile(r"…|\.\.+")
_DIGITS = re.compile(r"[0-9a-f]{0,64}")


def anchor(year: FiscalYear, by: str, note: str = "") -> Anchor:
    """Keep the head of *year*'s chain as it is now.

    Raises ValidationError, in words, where nothing is posted in the year.
    """
    head = chain_head(year)
    if not head.sequence:
        raise ValidationError(
            _("Nothing is posted in %(year)s, so there is no head to anchor.") % {"year": year}
        )
    kept = Anchor(
        fiscal_year=year, sequence=head.sequence, digest=head.digest, by=by, note=" ".join(note.split())
    )
    kept.full_clean(validate_unique=False)
    kept.save()
    return kept


def compared(anchors: QuerySet[Anchor]) -> QuerySet[Anchor]:
    """*anchors*, each with ``stands``: the digest that stands in its place now; None where none does."""
    here = Voucher.objects.filter(fiscal_year=OuterRef("fiscal_year"), sequence=OuterRef("sequence"))
    return anchors.select_related("fiscal_year").annotate(stands=Subquery(here.values("digest")[:1]))


@dataclass(frozen=True)
class Compared:
    """An anchor, and what is wrong where it no longer agrees with the chain."""

    anchor: Anchor
    wrong: str

    @property
    def agrees(self) -> bool:
        """Whether the voucher in its place has its digest."""
        return not self.wrong


def anchored(year: FiscalYear) -> list[Compared]:
    """The anchors of *year*, latest first, compared with its chain."""
    return [Compared(found, _wrong(found)) for found in compared(year.anchors.all())]


def _wrong(found: Anchor) -> str:
    stands = found.stands  # type: ignore[attr-defined]
    if stands == found.digest:
        return ""
    place = {"sequence": found.sequence}
    if stands is None:
        return _("The chain no longer reaches place %(sequence)s.") % place
    return _("Another digest stands in place %(sequence)s: what is posted up to there was changed.") % place


def faults() -> Iterator[tuple[str, str]]:
    """Where each anchor is, and what is wrong with it; empty where it agrees with the chain."""
    for found in compared(Anchor.objects.order_by("pk")).iterator():
        at = date_format(timezone.localtime(found.at), "Y-m-d")
        yield f"{found.fiscal_year} {found.sequence} ({at}, {found.by})", _wrong(found)


def find(written: str) -> list[Voucher]:
    """The posted vouchers with the digest that somebody read from paper, in the order of the chains.

    *written* is the whole digest, its beginning, or its beginning and end as a page's foot has them
    (``9f2c…e71a``); spaces and capitals do not matter. Raises ValidationError, in words, where it is
    no digest, or less of one than eight digits.
    """
    start, end = ends(written)
    found = Voucher.objects.posted().filter(digest__gte=start, digest__lt=f"{start}g", digest__endswith=end)
    return list(found.select_related("fiscal_year", "series").order_by("fiscal_year__start", "sequence")[:10])


def ends(written: str) -> tuple[str, str]:
    """The beginning and the end of the digest that somebody read from paper; see ``find``."""
    start, *rest = _BETWEEN.split("".join(written.split()).lower(), maxsplit=1)
    digits = start + "".join(rest)
    if not _DIGITS.fullmatch(digits):
        raise ValidationError(
            _("A digest has the figures 0–9 and the letters a–f alone, at most 64. Type it as it is printed.")
        )
    if len(digits) < SHORTEST:
        raise ValidationError(_("Type at least eight digits of the digest, so that it is no coincidence."))
    return start, "".join(rest)


def letter(year: FiscalYear) -> str:
    """The head of *year*'s chain, in words for the auditors to print and keep."""
    head = chain_head(year)
    return _(
        "The books of %(year)s on %(day)s\n"
        "\n"
        "Posted vouchers: %(vouchers)s\n"
        "Head of the chain:\n"
        "%(digest)s\n"
        "\n"
        "Keep this letter, best on paper. The head is computed from every voucher that is posted so far."
        " If any of them is changed later, the head in place %(vouchers)s is another one. On the page “The"
        " chain” of the fiscal year you type the head from this letter, and are told whether it still"
        " stands there.\n"
    ) % {
        "year": year,
        "day": date_format(timezone.localdate(), "Y-m-d"),
        "vouchers": head.sequence,
        "digest": head.digest,
    }
