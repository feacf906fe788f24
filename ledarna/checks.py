"""System checks: each thing that an operator can get wrong, with a sentence that says how to mend it."""

import os
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_data_dir(**kwargs: Any) -> list[CheckMessage]:
    """Tell when the data directory cannot be written to."""
    if os.access(settings.DATA_DIR, os.W_OK | os.X_OK):
        return []
    return [
        Error(
            f"The data directory {settings.DATA_DIR} cannot be written to.",
            hint="Make it and give it to the user that runs Ledarna, or set LEDARNA_DATA_DIR to another one.",
            id="ledarna.E001",
        )
    ]
