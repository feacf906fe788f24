"""fava with the books of a beancount file, as a player: ``python -m bench.peers.fava FILE YEAR``.

What is asked for is what its pages ask for: fava sends a page that is empty, and its script fetches the figures as
JSON and lays them out in the browser. That last part is not counted. The greeting says how many seconds it took from
the start to the first answer.
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

    def ask(what: str) -> int:
        answer = client.get(f"/{slug}/api/{what}&time={year}")
        if answer.status_code != 200:
            raise RuntimeError(f"fava answers {answer.status_code} to {what}")
        return len(answer.data)

    asked = {
        "income statement": "income_statement?interval=month",
        "balance sheet": "balance_sheet?interval=month",
        "one account": "account_report?a=Assets:1930&r=journal",
    }
    ask(asked["income statement"])
    play(
        {name: partial(ask, what) for name, what in asked.items()},
        greeting=f"{perf_counter() - began:.2f}",
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
