"""Readers who are signed in, and what they read: ``python -m bench.readers NUMBER`` prints it as JSON.

``cookies`` are those of so many users, each with every role; ``addresses`` those of the pages that a
reader goes to, by name.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from bench.pages import a_reader, addresses  # noqa: E402
from finance.models import FiscalYear  # noqa: E402

READ = (
    "year",
    "income-statement",
    "balance-sheet",
    "account",
    "voucher",
    "journal",
    "vouchers",
    "figure",
    "meetings",
    "members",
)
"""What people look at: the year and its statements, down to a voucher, and what lies beside the books."""


def main(number: int) -> None:
    """Make the readers, sign them in, and print them."""
    year = FiscalYear.objects.order_by("-start")[0]
    of_pages = dict(addresses(year))
    cookies = [
        "; ".join(f"{name}={each.value}" for name, each in a_reader(f"bench-{place}").cookies.items())
        for place in range(number)
    ]
    print(json.dumps({"cookies": cookies, "addresses": {name: of_pages[name] for name in READ}}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
