"""What differs between two lists of the same things."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from amur.base.canonical import Json


@dataclass(frozen=True, slots=True)
class Differing:
    """One difference: what is missing on a side, or the field in which both differ, with what each says."""

    kind: Literal["missing_here", "missing_there", "differs"]
    key: str
    field: str = ""
    ours: Json = None
    theirs: Json = None


def compare(
    ours: Mapping[str, Mapping[str, Json]],
    theirs: Mapping[str, Mapping[str, Json]],
    expected: Collection[str],
    fields: Iterable[str],
) -> tuple[Differing, ...]:
    """Return what differs, in the order of keys: ``expected`` are those of ours that they must list.

    What we hold and they list is compared, expected or not; a value that is absent on both sides is the same.

    >>> ours, theirs = {"1": {"state": "a"}, "2": {"state": "a"}, "3": {}}, {"1": {"state": "b"}, "4": {}}
    >>> for one in compare(ours, theirs, {"1", "2"}, ["state"]):
    ...     print(one.kind, one.key, one.field, one.ours, one.theirs)
    differs 1 state a b
    missing_there 2  None None
    missing_here 4  None None
    """
    found: list[Differing] = []
    named = tuple(fields)
    for key in sorted({*theirs, *expected}):
        if key not in theirs:
            found.append(Differing("missing_there", key))
        elif key not in ours:
            found.append(Differing("missing_here", key))
        else:
            mine, other = ours[key], theirs[key]
            found += [
                Differing("differs", key, name, mine.get(name), other.get(name))
                for name in named
                if mine.get(name) != other.get(name)
            ]
    return tuple(found)
