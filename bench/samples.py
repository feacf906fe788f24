"""An audit sample of the last year, drawn by a method: ``python -m bench.samples METHOD``; without one, nothing is drawn."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from finance.models import FiscalYear  # noqa: E402
from finance.models.audits import Method  # noqa: E402
from finance.sampling import BY_CHANCE, Plan, draw  # noqa: E402

PARAMETERS = {
    Method.RANDOM: 25,
    Method.MONETARY: 200_000_00,
    Method.ABOVE: 0,
    Method.ROUND: 100_00,
    Method.WEEKEND: None,
    Method.PAIRS: 1,
}
"""What each method asks for; above a limit of nothing is every voucher."""


def main(names: list[str]) -> None:
    """Draw by each method of *names*, and keep nothing."""
    year = FiscalYear.objects.order_by("-start")[0]
    for method in map(Method, names):
        draw(year, Plan(method, PARAMETERS[method], "bench" if method in BY_CHANCE else ""))


if __name__ == "__main__":
    main(sys.argv[1:])
