"""Does the file agree with itself? Opening balance and vouchers must give the closing balance, account by
account.

A difference is listed, never adjusted: often the file is a part of a year, or the result of the year before
was never moved to equity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from finance.sie.document import Balance, SieDocument


@dataclass(frozen=True, slots=True)
class Difference:
    """One account whose figures do not agree, in öre. `label` is the figure that is stated: "UB" or "RES"."""

    year: int
    account: str
    label: str
    opening: int
    movement: int
    stated: int

    @property
    def difference(self) -> int:
        """What the file states, less what its opening balance and vouchers give."""
        return self.stated - self.opening - self.movement


def differences(document: SieDocument, movements: Mapping[int, Mapping[str, int]]) -> tuple[Difference, ...]:
    """All accounts of the years that have vouchers where IB + vouchers ≠ UB, or vouchers ≠ RES.

    `movements`: year → account → the sum of its rows, in öre. A file without any #UB (or #RES) of a year says
    nothing about its balance (or result) accounts, which are then not compared.
    """
    found = []
    for year in sorted(movements, reverse=True):
        opening, closing, results = (
            _of_year(b, year) for b in (document.opening, document.closing, document.results)
        )
        moved = movements[year]
        for account in sorted({*opening, *closing, *results, *moved}):
            before, movement = opening.get(account, 0), moved.get(account, 0)
            if account in results or (account not in closing and account[0] >= "3"):
                if results and results.get(account, 0) != movement:
                    found.append(Difference(year, account, "RES", 0, movement, results.get(account, 0)))
            elif closing and closing.get(account, 0) != before + movement:
                found.append(Difference(year, account, "UB", before, movement, closing.get(account, 0)))
    return tuple(found)


def _of_year(balances: tuple[Balance, ...], year: int) -> dict[str, int]:
    return {b.account: b.amount for b in balances if b.year == year}
