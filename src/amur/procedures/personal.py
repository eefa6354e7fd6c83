"""What of a case is personal, as its pinned declaration says it: the fields, the parts of the key, the times."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from amur.base.fields.retention import key_parts, retention_days
from amur.procedures import declared, editions

if TYPE_CHECKING:
    from amur.procedures.models import Case


@lru_cache(maxsize=1024)
def parts_of(declaration_hash: str) -> Mapping[str, str]:
    """Return the personal fields of a procedure by id, each with the part of the key that seals it."""
    return key_parts(declared.pinned(declaration_hash).data_fields)


@lru_cache(maxsize=1024)
def days_of(declaration_hash: str) -> Mapping[str, int]:
    """Return the parts of the key that have a time of their own, with the days that they are kept after the end."""
    found = {field.id: retention_days(field) for field in declared.pinned(declaration_hash).data_fields}
    return {name: days for name, days in found.items() if days is not None}


def parts_of_case(case: Case) -> Mapping[str, str]:
    """Return the personal fields of a case by every edition that it ran by, each with the part that seals it now."""
    if not case.editions:
        return parts_of(case.declaration_hash)
    return {name: part for one in editions.hashes_of(case) for name, part in parts_of(one).items()}


def days_of_case(case: Case) -> Mapping[str, int]:
    """Return the parts that have a time of their own by any edition; where two say one, the shorter time holds."""
    if not case.editions:
        return days_of(case.declaration_hash)
    found: dict[str, int] = {}
    for one in editions.hashes_of(case):
        for part, days in days_of(one).items():
            found[part] = min(days, found.get(part, days))
    return found
