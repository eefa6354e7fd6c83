"""Closures: what a declaration means only together with others, as one hash that a case or a record is pinned to; pure.

A closure holds the hash of a declaration and those of the code lists and identifier schemes that it names. Calendars
and dated values are no part of it: they are looked up by the day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from amur.base.canonical import Json

CLOSURE = "closure"
"""The kind under which a closure is stored among the declarations; no file of a pack has it."""

PINNED_WHOLE = frozenset({"procedure", "register"})
"""Kinds that something running is pinned to together with what they name."""

PARTS = ("codelist", "scheme")
"""Kinds that are a part of a closure. A declaration names one under the key of its kind."""


def closure_id(kind: str, declared_id: str) -> str:
    """Return the id under which the closure of a declaration is stored.

    >>> closure_id("procedure", "licence")
    'procedure:licence'
    """
    return f"{kind}:{declared_id}"


def closure_body(content_hash: str, body: Json, hashes: Mapping[tuple[str, str], str]) -> dict[str, Json]:
    """Return the closure of a declaration, given the hashes of what the pack declares by kind and id.

    >>> fields = {"fields": [{"id": "a", "codelist": "kinds"}, {"id": "b", "fields": [{"scheme": "number"}]}]}
    >>> closure_body("h1", fields, {("codelist", "kinds"): "h2", ("scheme", "number"): "h3", ("scheme", "x"): "h4"})
    {'of': 'h1', 'codelist': {'kinds': 'h2'}, 'scheme': {'number': 'h3'}}
    """
    named = sorted(set(named_parts(body)))
    parts: dict[str, dict[str, Json]] = {kind: {} for kind in PARTS}
    for kind, name in named:
        if content := hashes.get((kind, name)):
            parts[kind][name] = content
    return {"of": content_hash, **parts}


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
