"""What the page shows of a file that is refused is what ``import_sie --dry-run --json`` says of it."""

import json
from contextlib import suppress
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.pages import reader
from tests.sie import HEAD, ver


@pytest.mark.django_db
@pytest.mark.usefixtures("documents")
def test_the_preview_names_each_note_and_error_of_the_dry_run_by_its_line(tmp_path):
    path = tmp_path / "bok.se"
    broken = HEAD.replace("#FLAGGA 0", "#FLAGGA 1") + ver("A", 1) + ver("A", 1, "3.00")
    path.write_bytes(broken.encode("cp437"))
    out, treasurer = StringIO(), reader("treasurer")
    with suppress(SystemExit):
        call_command("import_sie", str(path), "--dry-run", "--json", stdout=out)
    answer = json.loads(out.getvalue())

    with path.open("rb") as file:
        address = treasurer.post("/import/sie/", {"file": file})["Location"]
    preview: Any = treasurer.get(address)
    page = b"".join(preview.streaming_content).decode()

    assert answer["errors"]
    for said in answer["errors"] + answer["notes"]:
        assert said["what"] in page
        assert said["line"] is None or f'<td class="number">{said["line"]}</td>' in page
