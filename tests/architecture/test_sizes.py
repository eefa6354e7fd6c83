"""Nothing is so long that a newcomer must hold it in pieces."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.house import ROOT, SOURCE, sources

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
_EVERYWHERE = [*sources(".py"), ROOT / "amur", *(ROOT / "tools").rglob("*.py"), *(ROOT / "benches").rglob("*.py")]


def _functions(file: Path) -> Iterator[tuple[str, int]]:
    """Give each function and its lines, without its docstring: that may be as long as the rule it explains."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            has_docstring = ast.get_docstring(node) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
            yield node.name, (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_every_file_is_short():
    lines = {
        str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in set(_EVERYWHERE)
    }
    assert len(lines) > 500
    assert {file: count for file, count in lines.items() if count > LONGEST_FILE} == {}, "split it by subject"


def test_every_function_is_short():
    long = {
        f"{file.relative_to(ROOT)}:{name}": length
        for file in set(_EVERYWHERE)
        for name, length in _functions(file)
        if length > LONGEST_FUNCTION
    }
    assert long == {}


def test_style_sheets_scripts_and_templates_are_short():
    long = {
        file.relative_to(SOURCE): count
        for file in sources(".css", ".js", ".html")
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_no_module_has_a_name_that_says_nothing():
    empty = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "managers", "stuff"}
    assert not [file for file in sources(".py") if file.stem in empty or file.parent.name in empty]
