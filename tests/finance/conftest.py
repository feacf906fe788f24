"""What the tests of the books share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from finance.importing import Choices, Outcome, import_sie


@pytest.fixture
def run(tmp_path: Path, documents: Path) -> Callable[..., Outcome]:
    """Import a SIE file: its text, or its bytes where they matter, then what the user chose."""

    def run(text: str | bytes, name: str = "prov.se", **choices: Any) -> Outcome:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("cp437"))
        return import_sie(path, "kassor", Choices(**choices))

    return run
