"""The chart of accounts that a new association begins with: a small BAS chart for associations."""

import csv
from pathlib import Path

from finance.models import Account

CHART = Path(__file__).parent / "data" / "chart.csv"


def add_chart() -> int:
    """Add the accounts of the chart that are not there yet; returns how many were added."""
    with CHART.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    present = set(Account.objects.values_list("number", flat=True))
    missing = [Account(**row) for row in rows if row["number"] not in present]
    for account in missing:
        account.clean()
    Account.objects.bulk_create(missing)
    return len(missing)
