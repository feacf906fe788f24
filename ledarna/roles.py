"""Who may do what: the one table of roles."""

from typing import Any


def create_roles(**kwargs: Any) -> None:
    """Give each role its permissions."""
