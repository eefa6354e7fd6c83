"""Checks of translations: their language is one of the pack, and what they translate is said somewhere in it.

A draft may lag behind the words that it translates; what was reviewed may not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from amur.base.faults import Fault
from amur.policy.tongues.declarations import TextsDeclaration

Locate = Callable[[tuple[str | int, ...]], tuple[str, int]]


def check_texts(
    declaration: TextsDeclaration, languages: Mapping[Any, str], said: Collection[str], locate: Locate
) -> list[Fault]:
    """Return where translations lead nowhere, given the status of each language of the pack, and its Chinese texts."""
    faults = []
    if declaration.language not in languages:
        found = f"the pack has no language {declaration.language!r}"
        faults.append(
            Fault(*locate(("language",)), "texts.language", found, "name it in pack.yaml, as a draft at first")
        )
    for words in declaration.texts:
        if words not in said and languages.get(declaration.language) != "draft":
            found = f"nothing in the pack says {words!r}"
            fix = "copy the Chinese words exactly, or take the translation out"
            faults.append(Fault(*locate(("texts", words)), "texts.unknown", found, fix))
    return faults
