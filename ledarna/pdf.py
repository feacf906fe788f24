"""PDF through Typst: a template of ours, and data that can never become code.

Templates are in ``templates/typst``. The data goes in as JSON that the template reads as strings and
numbers, so that no text of a voucher is ever taken for markup. The compiler checks what it writes
against PDF/A-2a (kept for long) and PDF/UA-1 (read by everybody), and the same data at the same moment
gives the same bytes. Nothing is fetched: fonts are those of the compiler, packages there are none.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final

import typst
from django.conf import settings

TEMPLATES = settings.BASE_DIR / "templates" / "typst"
STANDARDS: Final = ("1.7", "a-2a", "ua-1")


def pdf(template: str, data: Mapping[str, Any], day: date) -> bytes:
    """The PDF that *template* makes of *data*, dated *day*.

    Raises RuntimeError where the compiler refuses, which only a fault in the template can cause.
    """
    return typst.compile(
        str(TEMPLATES / f"{template}.typ"),
        root=str(TEMPLATES),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        ignore_system_fonts=True,
        pdf_standards=list(STANDARDS),
        timestamp=datetime.combine(day, time.min, UTC),
        package_path=str(TEMPLATES / "packages"),
        package_cache_path=str(TEMPLATES / "packages"),
    )
