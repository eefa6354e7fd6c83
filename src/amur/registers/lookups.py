"""What declared fields refer to, parsed once: declarations by their hash, code lists, schemes, region titles.

A declaration never changes under its hash, so it is parsed once in a process. Code lists and schemes are those of the
active release; what a case or a record is pinned to holds its own (see ``policy.engine.closures``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import TypeVar

from amur.base.canonical import Json
from amur.base.codelists import CodeList
from amur.base.declared import Declared
from amur.base.faults import Invalid
from amur.base.fields import FieldDeclaration, FieldError, Lookups
from amur.base.identifiers import IdentifierScheme
from amur.people import reads as people
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
    return {name: by_hash(model, declared.hash) for name, declared in policy.declarations(kind).items()}


def of_closure(model: type[D], kind: str, closure: str) -> dict[str, D]:
    """Return the declarations of a kind that a closure holds, by id.

    Raises:
        NotFound: if there is no such closure.
    """
    return {name: by_hash(model, content_hash) for name, content_hash in policy.pinned(closure, kind).items()}


def as_pinned(found: Lookups, closure: str) -> Lookups:
    """Return the same with the code lists and schemes of a closure; what has no closure is older and has none pinned.

    Raises:
        NotFound: if there is no such closure.
    """
    if not closure:
        return found
    return replace(
        found,
        codelists=of_closure(CodeList, "codelist", closure),
        schemes=of_closure(IdentifierScheme, "scheme", closure),
    )


def lookups(on: date) -> Lookups:
    """Return what fields refer to, for choices made on a day."""
    return Lookups(
        on,
        codelists=active(CodeList, "codelist"),
        schemes=active(IdentifierScheme, "scheme"),
        regions=people.region_titles(),
    )


def checked(fields: tuple[FieldDeclaration, ...], values: Mapping[str, Json], found: Lookups) -> dict[str, Json]:
    """Return values as their fields keep them, each checked as if a person had typed it.

    Raises:
        Invalid: naming each value that its field refuses and each that has no field.
    """
    faults: dict[str, tuple[str, str]] = {}
    data: dict[str, Json] = {}
    names = {field.id for field in fields}
    for name in values:
        if name not in names:
            faults[name] = ("unknown_field", f"there is no field {name!r}; choose from {', '.join(sorted(names))}")
    for field in fields:
        try:
            data[field.id] = field.validate_value(values.get(field.id), found)
        except FieldError as error:
            faults[field.id] = (error.code, str(error))
    if faults:
        raise Invalid(faults)
    return {name: value for name, value in data.items() if value is not None}
