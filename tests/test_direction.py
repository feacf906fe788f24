"""The direction in which the apps may know of each other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

FORBIDDEN = {
    "members": ("ledarna", "finance", "board"),
    "finance": ("ledarna", "members", "board"),
    "board": ("ledarna", "members", "finance"),
    "finance/sie": ("django", "djmoney", "ledarna", "members", "board"),
}
"""What the modules under a directory never import."""


def imports(source: str) -> Iterator[tuple[int, str]]:
    """Each top-level package that *source* imports, anywhere in it, with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.lineno, (node.module or "").partition(".")[0]


@pytest.mark.parametrize("directory", FORBIDDEN)
def test_a_directory_imports_only_what_the_design_allows(directory: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line} imports {package}"
        for path in sorted((ROOT / directory).rglob("*.py"))
        for line, package in imports(path.read_text(encoding="utf-8"))
        if package in FORBIDDEN[directory]
    ]
    assert not wrong


def test_an_import_inside_of_a_function_is_seen() -> None:
    assert list(imports("def f():\n    from ledarna.figures import of\n")) == [(2, "ledarna")]
