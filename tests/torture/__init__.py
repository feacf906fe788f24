"""What the ledger stands: many processes at once, a kill at any instant, a hand in the database.

The suite runs each of them briefly; ``make torture`` runs the whole.
"""

import os

WHOLE = os.environ.get("TORTURE") == "whole"


def times(short: int, whole: int) -> int:
    """How often to do something: *short* in the suite, *whole* in ``make torture``."""
    return whole if WHOLE else short
