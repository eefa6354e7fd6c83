"""No module of the kernel leads back to itself while it is imported, so any of them may be the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.architecture.house import SOURCE, sources

_IMPORT = re.compile(r"^(?:from ([\w.]+) import (?:\(([^)]*)\)|([^\n]*))|import ([\w.]+))", re.MULTILINE)
"""An import that is carried out with its module: it is not indented. To parse every file would take ten times as long."""


def leads_to(text: str, name: str, modules: Collection[str]) -> set[str]:
    """Return the modules that are imported before one is whole; a package comes before what is in it."""
    found = set()
    for source, many, one, plain in _IMPORT.findall(text):
        parts = (source or plain).split(".")
        found |= {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        found |= {f"{source}.{each}" for each in re.findall(r"\w+", re.sub(r"#.*", "", many or one))}
    return {one for one in found if one in modules and one != name and not name.startswith(f"{one}.")}


def circle_of(files: Mapping[str, str]) -> list[str]:
    """Return modules that lead to each other in a circle, none where there is none."""
    try:
        TopologicalSorter({name: leads_to(text, name, files) for name, text in files.items()}).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def name_of(file: Path) -> str:
    return ".".join(file.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")


def test_no_module_leads_back_to_itself_while_it_is_imported():
    assert circle_of({name_of(file): file.read_text(encoding="utf-8") for file in sources(".py")}) == []


def test_a_circle_is_found_over_a_package_too_and_what_is_imported_later_is_none():
    package = {"a": "from a.acts import do", "a.acts": "from b import (\n  take,\n)", "a.other": ""}
    assert {*circle_of(package | {"b": "from a.other import one"})} == {"a", "a.acts", "b"}
    assert {*circle_of(package | {"b": "import a.other"})} == {"a", "a.acts", "b"}
    assert circle_of(package | {"b": "def go():\n    from a.other import one"}) == []
