"""Tables of what a declaration may say, from the JSON Schema of the type that reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from amur.config.reference.text import prose, table
from amur.packs.engine.kinds import Kind, file_pattern, kinds
from amur.packs.engine.schemas import file_name, schema

_EFFECTS = """What may follow from an event of a procedure, as `effects` of a transition.

They are carried out in their order, downward and in the transaction of the event: either the event happens with all of
them, or nothing has happened."""
_MANY = 10
"""A choice of more types than this is that of the field types, which have a page of their own."""


def declarations() -> Iterator[str]:
    """Yield each kind of file with its keys, then what occurs in several of them."""
    yield "\n".join(f"- [`{name}`](#{name}): `{file_pattern(name)}`" for name in kinds())
    shared: dict[str, dict[str, Any]] = {}
    for one in kinds().values():
        made = schema(one)
        schema_file = file_name(one.name)
        yield f"## {one.name}\n\n`{file_pattern(one.name)}`, schema [{schema_file}](schemas/{schema_file})"
        yield prose(made.get("description"))
        yield keys(made)
        shared |= made.get("$defs", {})
    yield "## What stands within them"
    yield from _definitions(shared)


def kind(one: Kind) -> list[str]:
    """Return the keys of one kind of file, and of what stands within it."""
    made = schema(one)
    return [prose(made.get("description")), keys(made), *_definitions(made.get("$defs", {}))]


def effects() -> Iterator[str]:
    """Yield what may follow from an event of a procedure."""
    yield _EFFECTS
    definitions = schema(kinds()["procedure"])["$defs"]
    yield from _definitions({name: one for name, one in definitions.items() if "do" in one.get("properties", {})})


def _definitions(definitions: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for name, one in sorted(definitions.items()):
        if "properties" in one and not name.endswith("Field"):
            yield f"### {name}\n\n{prose(one.get('description'))}"
            yield keys(one)


def keys(made: Mapping[str, Any]) -> str:
    """Return the table of the keys of an object."""
    required = set(made.get("required", ()))
    rows = [
        (f"`{name}`", said(one), "required" if name in required else default(one))
        for name, one in made["properties"].items()
    ]
    return table(("key", "is", "unless said"), rows)


def options(model: type[BaseModel], base: type[BaseModel]) -> str:
    """Return the table of the keys that a type has beyond those of its base."""
    made = model.model_json_schema(by_alias=True)
    own = {name: one for name, one in made["properties"].items() if name not in base.model_fields}
    return keys({**made, "properties": own}) if own else "No options of its own."


def keys_of(model: type[BaseModel]) -> str:
    """Return the names of a type's keys."""
    return ", ".join(f"`{info.alias or name}`" for name, info in model.model_fields.items())


def default(one: Mapping[str, Any]) -> str:
    """Return what holds where a key is not there.

    >>> default({"default": True}), default({"default": None}), default({"default": 30}), default({"default": ["a"]})
    ('true', '', '30', 'a')
    """
    value = one.get("default")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or value == {} else str(value)


def said(one: Mapping[str, Any]) -> str:
    """Return the type of a key in words.

    >>> said({"type": "array", "items": {"type": "string"}})
    'list of text'
    >>> said({"anyOf": [{"$ref": "#/$defs/Text"}, {"type": "null"}]})
    '[Text](declarations.md#text)'
    >>> said({"enum": ["a", "b"]}), said({"type": "integer", "exclusiveMinimum": 0})
    ('`a`, `b`', 'whole number above 0')
    """
    if name := one.get("$ref", "").rpartition("/")[2]:
        if name.endswith("Field"):
            return "[a field](fields.md)"
        return f"[{name}](declarations.md#{name.lower()})"
    if choices := one.get("anyOf") or one.get("oneOf"):
        if len(choices) > _MANY:
            return "[a field of any type](fields.md)"
        return " or ".join(dict.fromkeys(said(choice) for choice in choices if choice.get("type") != "null"))
    if "const" in one or "enum" in one:
        return ", ".join(f"`{value}`" for value in one.get("enum", [one.get("const")]))
    return _held(one, str(one.get("type")))


def _held(one: Mapping[str, Any], kind: str) -> str:
    if kind == "array":
        return f"list of {said(one.get('items', {}))}"
    if kind == "object":
        inner = one.get("additionalProperties")
        return f"mapping to {said(inner)}" if isinstance(inner, dict) else "mapping"
    return _simple(one, kind)


def _simple(one: Mapping[str, Any], kind: str) -> str:
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    plain = {"date": "date", "date-time": "instant"}.get(one.get("format", ""), words.get(kind, "anything"))
    bounds = (("minimum", "from"), ("exclusiveMinimum", "above"), ("maximum", "to"), ("maxLength", "of at most"))
    limits = [f"{word} {one[bound]}" for bound, word in bounds if bound in one]
    pattern = [f"`{one['pattern']}`"] if "pattern" in one else []
    return " ".join([plain, *limits, *pattern])
