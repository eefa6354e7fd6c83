"""Declarations by their hash, parsed once in a process: a declaration never changes under its hash."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TypeVar

from amur.base.declared import Declared
from amur.policy import reads as policy

D = TypeVar("D", bound=Declared)


def by_hash(model: type[D], content_hash: str) -> D:
    """Return a declaration that was ever synced, as its room's own type.

    Raises:
        NotFound: if there was none of this hash.
    """
    parsed = _parsed(model, content_hash)
    if not isinstance(parsed, model):
        raise TypeError(f"the cache holds {type(parsed).__name__} for {model.__name__}")
    return parsed


@lru_cache(maxsize=4096)
def _parsed(model: type[Declared], content_hash: str) -> Declared:
    return model.model_validate(policy.declaration_by_hash(content_hash))


def active(model: type[D], kind: str) -> dict[str, D]:
    """Return the declarations of a kind in the active release, by id."""
    return dict(_active(model, kind, policy.active_hash()))


@lru_cache(maxsize=64)
def _active(model: type[D], kind: str, release: str) -> Mapping[str, D]:
    return {name: by_hash(model, one.hash) for name, one in policy.declarations_of(release, kind).items()}


def of_closure(model: type[D], kind: str, closure: str) -> dict[str, D]:
    """Return the declarations of a kind that a closure holds, by id.

    Raises:
        NotFound: if there is no such closure.
    """
    return {name: by_hash(model, content_hash) for name, content_hash in policy.pinned(closure, kind).items()}
