"""The chart of accounts that a new association begins with: a small BAS chart for associations."""

import csv
from pathlib import Path

from finance.models import Account

CHART = Path(__file__).parent / "data" / "chart.csv"


def chart_rows() -> list[dict[str, str]]:
    """The accounts of the chart: of each its number and its names."""
    with CHART.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def add_chart() -> int:
    """Add the accounts of the chart that are not there yet; returns how many were added."""
    present = set(Account.objects.values_list("number", flat=True))
    missing = [Account(**row) for row in chart_rows() if row["number"] not in present]
    for account in missing:
        account.clean()
    Account.objects.bulk_create(missing)
    return len(missing)
