"""The reference of the interface as plain values for a template, read from its OpenAPI description.

The usual viewers load scripts from elsewhere, which the content security policy rightly refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing an operation may be told."""

    name: str
    place: str
    type: str
    required: bool
    description: str
    default: str


@dataclass(frozen=True, slots=True)
class Property:
    """One member of an answer."""

    name: str
    type: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One address of the interface."""

    anchor: str
    address: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    answer: str
    media_types: tuple[str, ...]
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """The operations of one tag."""

    title: str
    operations: tuple[Operation, ...]


def chapters(schema: Mapping[str, Any]) -> tuple[Chapter, ...]:
    """Return the operations by tag, in the order in which they are declared.

    >>> chapters({"paths": {"/v1/heads": {"get": {"tags": ["ledger"], "operationId": "heads", "summary": "Heads",
    ...     "responses": {"200": {"description": "OK"}}}}}})[0].operations[0].address
    '/v1/heads'
    """
    found: dict[str, list[Operation]] = {}
    for address, methods in schema["paths"].items():
        operation = methods.get("get")
        if operation:
            title = next(iter(operation.get("tags", ())), "")
            found.setdefault(title, []).append(_operation(schema, address, operation))
    return tuple(Chapter(title, tuple(operations)) for title, operations in found.items())


def _operation(schema: Mapping[str, Any], address: str, declared: Mapping[str, Any]) -> Operation:
    content = declared["responses"].get("200", declared["responses"].get(200, {})).get("content", {})
    answer: Mapping[str, Any] = next((media.get("schema", {}) for media in content.values()), {})
    return Operation(
        anchor=str(declared["operationId"]).rpartition(".")[2].replace("_", "-"),
        address=address,
        summary=declared.get("summary", ""),
        description=declared.get("description", ""),
        parameters=tuple(_parameter(schema, one) for one in declared.get("parameters", ())),
        answer=type_name(schema, answer) if answer else "",
        media_types=tuple(content),
        properties=_properties(schema, answer),
    )


def _parameter(schema: Mapping[str, Any], declared: Mapping[str, Any]) -> Parameter:
    shape = declared.get("schema", {})
    default = shape.get("default")
    return Parameter(
        name=declared["name"],
        place=declared["in"],
        type=type_name(schema, shape),
        required=bool(declared.get("required")),
        description=declared.get("description") or shape.get("description", ""),
        default="" if default is None else str(default),
    )


def _properties(schema: Mapping[str, Any], answer: Mapping[str, Any]) -> tuple[Property, ...]:
    shape = resolved(schema, answer.get("items", answer) if answer.get("type") == "array" else answer)
    return tuple(
        Property(name, type_name(schema, member), member.get("description", ""))
        for name, member in shape.get("properties", {}).items()
    )


def resolved(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference into the description's own components.

    >>> resolved({"components": {"schemas": {"Head": {"type": "object"}}}}, {"$ref": "#/components/schemas/Head"})
    {'type': 'object'}
    """
    name = str(shape.get("$ref", "")).rpartition("/")[2]
    if not name:
        return shape
    found: Mapping[str, Any] = schema["components"]["schemas"][name]
    return found


def type_name(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> str:
    """Say in a word or two what a shape is.

    >>> type_name({}, {"type": "array", "items": {"$ref": "#/components/schemas/Head"}})
    'Head[]'
    >>> type_name({}, {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]})
    'string (date) | null'
    """
    if "$ref" in shape:
        return str(shape["$ref"]).rpartition("/")[2]
    if "anyOf" in shape:
        return " | ".join(type_name(schema, one) for one in shape["anyOf"])
    if shape.get("type") == "array":
        return f"{type_name(schema, shape.get('items', {}))}[]"
    name = str(shape.get("type", "any"))
    return f"{name} ({shape['format']})" if "format" in shape else name
