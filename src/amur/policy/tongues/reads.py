"""Which languages the active pack has, and how it says its texts in them; kept for a release, which never changes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from amur.policy import reads as policy
from amur.policy.declarations import PackDeclaration
from amur.policy.tongues.declarations import TextsDeclaration


def languages() -> Mapping[str, str]:
    """Return the languages of the active pack with the status of each, in its order; none before the first sync."""
    return _languages(policy.active_hash())


def said_in(language: str) -> Mapping[str, str]:
    """Return how the active pack says its texts in a language, by their Chinese words."""
    return _said(policy.active_hash(), language)


@lru_cache(maxsize=8)
def _languages(release: str) -> Mapping[str, str]:
    packs = policy.declarations_of(release, "pack").values()
    declared = (PackDeclaration.model_validate(one.body) for one in packs)
    return {one.language: one.status for pack in declared for one in pack.languages}


@lru_cache(maxsize=32)
def _said(release: str, language: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for stored in policy.declarations_of(release, "texts").values():
        declared = TextsDeclaration.model_validate(stored.body)
        if declared.language == language:
            found |= declared.texts
    return found
