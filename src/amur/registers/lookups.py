"""What declared fields refer to: code lists, schemes, region titles, records of registers.

Code lists and schemes are those of the active release; what a case or a record is pinned to holds its own (see
``policy.engine.closures``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from django.utils.timezone import get_default_timezone

from amur.base.canonical import Json
from amur.base.codelists import CodeList
from amur.base.faults import Invalid
from amur.base.fields import FieldDeclaration, FieldError, Lookups
from amur.base.identifiers import IdentifierScheme
from amur.people import reads as people
from amur.registers import referring
from amur.registers.declared import active, by_hash, of_closure

__all__ = ["active", "as_pinned", "by_hash", "checked", "lookups", "of_closure"]


def as_pinned(found: Lookups, closure: str) -> Lookups:
    """Return the same with the code lists and schemes of a closure; what has no closure is older and has none pinned.

    A list that the closure does not have stays as it is: a record may need one that the form of its case does not.

    Raises:
        NotFound: if there is no such closure.
    """
    if not closure:
        return found
    return replace(
        found,
        codelists={**found.codelists, **of_closure(CodeList, "codelist", closure)},
        schemes={**found.schemes, **of_closure(IdentifierScheme, "scheme", closure)},
    )


def lookups(on: date) -> Lookups:
    """Return what fields refer to, for choices made on a day."""
    return Lookups(
        on,
        codelists=active(CodeList, "codelist"),
        schemes=active(IdentifierScheme, "scheme"),
        regions=people.region_titles(),
        gone=people.regions_gone(on),
        records=referring.title_of,
        listed=referring.choices,
        zone=get_default_timezone(),
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
            faults |= error.told(field.id)
    if faults:
        raise Invalid(faults)
    return {name: value for name, value in data.items() if value is not None}
