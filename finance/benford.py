"""Benford's law: how often each first digit stands in the amounts of a year, and how often it should.

Amounts that grow out of many causes begin with 1 far more often than with 9: the digit *d* in
log₁₀(1 + 1/d) of them. Amounts that somebody makes up do not. The overview draws nothing and proves
nothing; it says where looking may be worth while.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import log10
from typing import Any

from django.db.models import CharField, Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast, Substr
from django.utils.translation import gettext as _

from finance.models import FiscalYear, Voucher, VoucherRow
from finance.models.vouchers import VoucherQuerySet
from finance.presentation import format_amount

FEWEST = 300
"""Below so many amounts chance alone makes the digits differ, so nothing is concluded: a rule of thumb."""

CRITICAL = Decimal("15.51")
"""χ² with eight degrees of freedom: by chance alone it is larger in 5 of 100 years."""

TENTH = Decimal("0.1")
HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Digit:
    """A first digit: how many amounts begin with it, and how many should."""

    digit: int
    count: int
    expected: Decimal

    @property
    def difference(self) -> Decimal:
        """How many more begin with it than should."""
        return self.count - self.expected


@dataclass(frozen=True)
class Benford:
    """The first digits of a year's debit rows, and χ²: the sum of (count − expected)² ∕ expected."""

    digits: Sequence[Digit]
    amounts: int
    chi_square: Decimal

    @property
    def sentence(self) -> str:
        """What is seen, and what it does not mean."""
        if self.amounts < FEWEST:
            return _(
                "The year has too few amounts to conclude anything: with fewer than %(fewest)s, chance alone makes the digits differ."
            ) % {"fewest": FEWEST}
        if self.chi_square <= CRITICAL:
            return _(
                "The digits are as usual: χ² is at most %(critical)s, which chance alone passes in 5 years of 100. That does not show that the amounts are right."
            ) % {"critical": format_amount(CRITICAL)}
        return _(
            "The digits differ from what is usual: χ² is above %(critical)s, which chance alone passes in 5 years of 100. Fixed fees and prices do that too; see which vouchers stand behind the digit that differs most before you conclude anything."
        ) % {"critical": format_amount(CRITICAL)}


def _share(digit: int) -> Decimal:
    """In how many of all amounts the first digit should be *digit*, to ten decimals."""
    return Decimal(f"{log10(1 + 1 / digit):.10f}")


def _debits() -> QuerySet[Any]:
    """The debit rows, each with its first ``digit``, as text."""
    return VoucherRow.objects.filter(amount__gt=0).annotate(digit=Substr(Cast("amount", CharField()), 1, 1))


def beginning_with(year: FiscalYear, digit: int) -> VoucherQuerySet:
    """The posted vouchers of *year* with a debit row that begins with *digit*, in the order of the chain."""
    of_voucher = _debits().filter(voucher=OuterRef("pk"), digit=str(digit))
    return (
        Voucher.objects.filter(Exists(of_voucher), fiscal_year=year, sequence__isnull=False)
        .select_related("series")
        .order_by("sequence")
    )


def benford(year: FiscalYear) -> Benford:
    """The first digits of the posted debit rows of *year*, counted by the database. One query.

    Expected counts are rounded to tenths, and χ² to hundredths, after it is computed.
    """
    rows = _debits().filter(voucher__fiscal_year=year, voucher__sequence__isnull=False)
    counted = {
        int(digit): count for digit, count in rows.order_by().values_list("digit").annotate(count=Count("pk"))
    }
    amounts = sum(counted.values())
    expected = {digit: amounts * _share(digit) for digit in range(1, 10)}
    chi_square = sum(
        ((counted.get(digit, 0) - should) ** 2 / should for digit, should in expected.items() if should),
        Decimal(0),
    )
    return Benford(
        tuple(
            Digit(digit, counted.get(digit, 0), should.quantize(TENTH, ROUND_HALF_UP))
            for digit, should in expected.items()
        ),
        amounts,
        chi_square.quantize(HUNDREDTH, ROUND_HALF_UP),
    )
