"""fava with the books of a beancount file, as a player: ``python -m bench.peers.fava FILE YEAR``.

Its page comes in two answers: a frame without figures, and the figures as JSON, which its script fetches and lays out
in the browser. Each report is asked for as its JSON alone, and with the frame before it; the laying out is not
counted. The greeting says how many seconds it took from the start to the first answer.
"""

import sys
from functools import partial
from time import perf_counter


def main(file: str, year: str) -> None:
    """Load *file*, answer once, and play."""
    began = perf_counter()
    from fava.application import create_app

    from bench.timing import play

    client = create_app([file], load=True).test_client()
    slug = client.get("/").headers["Location"].strip("/").split("/")[0]

    def ask(*addresses: str) -> None:
        for address in addresses:
            answer = client.get(f"/{slug}/{address}&time={year}")
            if answer.status_code != 200:
                raise RuntimeError(f"fava answers {answer.status_code} to {address}")

    reports = {
        "income statement": ("income_statement/?", "api/income_statement?interval=month"),
        "balance sheet": ("balance_sheet/?", "api/balance_sheet?interval=month"),
        "one account": ("account/Assets:1930/?", "api/account_report?a=Assets:1930&r=journal"),
    }
    ask(reports["income statement"][1])
    seconds = perf_counter() - began
    play(
        {name: partial(ask, figures) for name, (_frame, figures) in reports.items()}
        | {f"{name}, with its frame": partial(ask, *addresses) for name, addresses in reports.items()},
        greeting=f"{seconds:.2f}",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
