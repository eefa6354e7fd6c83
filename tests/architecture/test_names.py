"""The kernel knows no place, no policy and no authority: those are said in packs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.architecture.house import ROOT, SOURCE, sources

_ALWAYS = {"heilongjiang", "黑龙江", "lantern"}
_SHORTEST = 4
_PACKS = sorted(file.parent for file in (ROOT / "packs").glob("*/pack.yaml"))


def _texts(value: Any) -> Iterator[str]:
    """Give every text in the languages of a title."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
    elif isinstance(value, str):
        yield value


def _names(pack: Path) -> set[str]:
    """Return the names that a pack gives: its own, its policy's, its authority's, its regions' and bodies'."""
    read = YAML(typ="safe")
    said = read.load(pack / "pack.yaml")
    names = {pack.name, *_texts(said.get("title")), *_texts(said.get("authority"))}
    for file, key in (("regions.yaml", "regions"), ("bodies.yaml", "bodies")):
        if (pack / file).exists():
            listed = read.load(pack / file)
            entries = listed.get(key, listed) if isinstance(listed, dict) else listed
            for entry in entries if isinstance(entries, list) else entries.values():
                names |= {*_texts(entry.get("title") or entry.get("titles")), *_texts(entry.get("name"))}
    return names


def _is_telling(name: str) -> bool:
    """Say whether a name is a name and not also a common word: Chinese of three signs, Latin of four letters."""
    return len(name) >= (_SHORTEST if name.isascii() else 3)


@pytest.mark.parametrize("pack", _PACKS, ids=lambda pack: pack.name)
def test_no_name_of_a_pack_stands_in_the_kernel(pack):
    names = {name for name in _names(pack) if _is_telling(name)} | _ALWAYS
    latin = sorted(re.escape(name.lower()) for name in names if name.isascii())
    others = sorted(re.escape(name) for name in names if not name.isascii())
    pattern = re.compile("|".join([rf"\b(?:{'|'.join(latin)})\b", *others]))
    found = {}
    for file in sources(".py", ".html", ".css", ".js", ".po", ".txt", ".svg", ".json", ".yaml"):
        if hits := set(pattern.findall(file.read_text(encoding="utf-8").lower())):
            found[str(file.relative_to(SOURCE))] = hits
    assert not found
