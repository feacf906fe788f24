"""What no file of the project may hold."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MARKS = ("<" * 7 + " ", ">" * 7 + " ")


def test_no_file_holds_the_marks_of_an_unfinished_merge():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    torn = []
    for name in listed.stdout.splitlines():
        file = ROOT / name
        if file.suffix not in {".png", ".se", ".SI"} and file.is_file():
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            if any(line.startswith(MARKS) for line in lines):
                torn.append(name)
    assert torn == []
