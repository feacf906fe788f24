"""Entering the facts of the association's money."""

from . import attests, budget, chart, vouchers, years

__all__ = ["attests", "budget", "chart", "vouchers", "years"]
