"""The pages of the statements and of the year, with their charts drawn anew or kept, as a player.

``python -m bench.statements``; the greeting says the label of the year, and how many seconds it took from the start to
the first answer.
"""

import logging
import os
from collections.abc import Callable
from functools import partial
from time import perf_counter

began = perf_counter()

import django  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ledarna.settings")
django.setup()

from django.core.cache import caches  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from bench.pages import a_reader  # noqa: E402
from bench.timing import play  # noqa: E402
from finance.models import FiscalYear  # noqa: E402


def get(client: Client, address: str) -> None:
    """Get the page at *address*. RuntimeError where it fails."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answers {answer.status_code}")
    answer.getvalue()


def drawn_anew(client: Client, address: str) -> float:
    """The seconds of the page at *address* when none of its charts was kept."""
    caches["charts"].clear()
    start = perf_counter()
    get(client, address)
    return perf_counter() - start


def main() -> None:
    """Get the first page, and play."""
    logging.disable()
    year = FiscalYear.objects.order_by("-start")[0]
    client = a_reader()
    pages = {
        "income statement": reverse("income-statement", args=[year.label]),
        "balance sheet": reverse("balance-sheet", args=[year.label]),
        "one account": reverse("account", args=[year.label, "1930"]),
    }
    works: dict[str, Callable[[], object]] = {
        name: partial(get, client, address) for name, address in pages.items()
    }
    board = reverse("year", args=[year.label])
    works["the board's page"] = partial(get, client, board)
    works["the board's page, charts drawn anew"] = partial(drawn_anew, client, board)
    get(client, pages["income statement"])
    greeting = f"{year.label} {perf_counter() - began:.2f}"
    get(client, board)
    play(works, greeting=greeting)


if __name__ == "__main__":
    main()
