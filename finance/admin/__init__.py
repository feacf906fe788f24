"""Entering the facts of the association's money."""

from . import attests, budget, chart, templates, vouchers, years

__all__ = ["attests", "budget", "chart", "templates", "vouchers", "years"]
