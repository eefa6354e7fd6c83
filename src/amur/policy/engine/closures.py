"""Closures: what a declaration means only together with others, as one hash that a case or a record is pinned to; pure.

A closure holds the hash of a declaration and those of the code lists and identifier schemes that it names. Calendars
and dated values are no part of it: they are looked up by the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from amur.base.canonical import Json, digest

CLOSURE = "closure"
"""The kind under which a closure is stored among the declarations; no file of a pack has it."""

PINNED_WHOLE = frozenset({"procedure", "register"})
"""Kinds that something running is pinned to together with what they name."""

PARTS = ("codelist", "scheme")
"""Kinds that are a part of a closure. A declaration names one under the key of its kind."""


@dataclass(frozen=True)
class Item:
    """One declaration of a pack, as it is handed over for a release.

    >>> Item("register", "lamps", {"fields": [{"codelist": "kinds"}]}, "lamps.register.yaml").parts
    (('codelist', 'kinds'),)
    """

    kind: str
    declared_id: str
    body: Mapping[str, Json]
    file: str

    @cached_property
    def hash(self) -> str:
        """The content hash: the same words under the same id are the same declaration, wherever they stand."""
        return digest({"kind": self.kind, "id": self.declared_id, "body": self.body})

    @cached_property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """Kind and id of each part that the declaration names, in order."""
        return tuple(sorted(set(named_parts(self.body))))


def closure_id(kind: str, declared_id: str) -> str:
    """Return the id under which the closure of a declaration is stored.

    >>> closure_id("procedure", "licence")
    'procedure:licence'
    """
    return f"{kind}:{declared_id}"


def closure_body(item: Item, hashes: Mapping[tuple[str, str], str]) -> dict[str, Json]:
    """Return the closure of a declaration, given the hashes of what the pack declares by kind and id.

    >>> fields = {"fields": [{"id": "a", "codelist": "kinds"}, {"id": "b", "fields": [{"scheme": "number"}]}]}
    >>> hashes = {("codelist", "kinds"): "h2", ("scheme", "number"): "h3", ("scheme", "x"): "h4"}
    >>> closure = closure_body(item := Item("register", "a", fields, "a.register.yaml"), hashes)
    >>> closure == {"of": item.hash, "codelist": {"kinds": "h2"}, "scheme": {"number": "h3"}}
    True
    """
    parts: dict[str, dict[str, Json]] = {kind: {} for kind in PARTS}
    for kind, name in item.parts:
        if content := hashes.get((kind, name)):
            parts[kind][name] = content
    return {"of": item.hash, **parts}


def named_parts(body: Json) -> Iterator[tuple[str, str]]:
    """Yield kind and id of each part that a body names, however deep.

    >>> list(named_parts([{"codelist": "kinds"}, {"codelist": 3}]))
    [('codelist', 'kinds')]
    """
    if isinstance(body, Mapping):
        for key, value in body.items():
            if key in PARTS and isinstance(value, str):
                yield key, value
            else:
                yield from named_parts(value)
    elif isinstance(body, list | tuple):
        for item in body:
            yield from named_parts(item)
