"""What a PDF says of itself, read by another library than the one that wrote it."""

import re
from io import BytesIO
from typing import Any

from pypdf import PdfReader


def what_it_claims(content: bytes) -> dict[str, Any]:
    """The part and the conformance of PDF/A, the part of PDF/UA, and whether it is tagged."""
    root: Any = PdfReader(BytesIO(content)).trailer["/Root"]
    said = root["/Metadata"].get_data().decode()

    def of(name: str) -> str:
        found = re.search(rf"{name}(?:>|=\")(\w+)", said)
        return found[1] if found else ""

    return {
        "part": of("pdfaid:part"),
        "conformance": of("pdfaid:conformance"),
        "ua": of("pdfuaid:part"),
        "tagged": bool(root["/MarkInfo"]["/Marked"]) and "/StructTreeRoot" in root,
    }
