"""Entering the facts of the association's money."""

from . import budget, chart, vouchers, years

__all__ = ["budget", "chart", "vouchers", "years"]
