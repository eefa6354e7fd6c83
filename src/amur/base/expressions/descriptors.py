"""Structs as protobuf messages: what lets the runtime check each name and each type before an expression is kept.

Each field of a struct is optional, so that an absent value is told from an empty one. Messages are named by what they
hold, so that the same struct is the same message wherever it is met.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import lru_cache
from typing import Any, TypeAlias

from cel_expr_python import cel
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

from amur.base.expressions.types import Kind, ListOf, Struct, Type, enter, parts, words

PACKAGE = "amur.values"
_NUMBERS = {Kind.BOOLEAN: 8, Kind.INTEGER: 3, Kind.DECIMAL: 1, Kind.TEXT: 9}
_MESSAGE, _OPTIONAL, _REPEATED = 11, 1, 3
_TIMESTAMP = ".google.protobuf.Timestamp"
Entering: TypeAlias = Callable[[object, tzinfo], Any]


@dataclass(frozen=True, slots=True)
class Messages:
    """The messages of some variables: their pool, the type of each variable, and how a value becomes one."""

    pool: Any
    types: Mapping[str, Any]
    entering: Mapping[str, Entering]
    lists: frozenset[tuple[str, str]]
    """Pairs of a message's name and a field of it that is a list."""


def name_of(struct: Struct) -> str:
    """Return the full name of the message of a struct.

    >>> name_of(Struct.of({"watts": Kind.INTEGER})) == name_of(Struct.of({"watts": Kind.INTEGER}))
    True
    """
    return f"{PACKAGE}.v{hashlib.sha256(repr(struct).encode()).hexdigest()[:24]}"


@lru_cache(maxsize=512)
def messages(variables: Struct) -> Messages:
    """Return the messages of variables, made once."""
    pool = descriptor_pool.DescriptorPool()
    timestamps = descriptor_pb2.FileDescriptorProto()
    timestamp_pb2.DESCRIPTOR.CopyToProto(timestamps)
    pool.Add(timestamps)
    file = descriptor_pb2.FileDescriptorProto(
        name="amur/values.proto", package=PACKAGE, syntax="proto3", dependency=[timestamps.name]
    )
    known: dict[str, Struct] = {}
    for _, kind in variables.fields:
        _collect(kind, known)
    for name, struct in known.items():
        _add_message(file, name, struct)
    pool.Add(file)
    classes = {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in known}
    return Messages(
        pool=pool,
        types={name: _type(kind) for name, kind in variables.fields},
        entering={name: _entering(kind, classes, at_top=True) for name, kind in variables.fields},
        lists=frozenset(
            (name, field) for name, each in known.items() for field, kind in each.fields if isinstance(kind, ListOf)
        ),
    )


def _collect(kind: Type, known: dict[str, Struct]) -> None:
    if isinstance(kind, ListOf):
        _collect(kind.of, known)
    elif isinstance(kind, Struct):
        known[name_of(kind)] = kind
        for _, inner in kind.fields:
            _collect(inner, known)


def _add_message(file: Any, name: str, struct: Struct) -> None:
    message = file.message_type.add(name=name.rpartition(".")[2])
    for place, (field, kind) in enumerate(struct.fields):
        of = kind.of if isinstance(kind, ListOf) else kind
        # Numbers from 19000 are the format's own; no declared form comes near.
        added = message.field.add(name=field, number=place + 1, json_name=f"f{place}")
        added.label = _REPEATED if isinstance(kind, ListOf) else _OPTIONAL
        if isinstance(of, Struct):
            added.type, added.type_name = _MESSAGE, f".{name_of(of)}"
        elif of in _NUMBERS:
            added.type = _NUMBERS[of]
        else:
            added.type, added.type_name = _MESSAGE, _TIMESTAMP
        if added.label == _OPTIONAL and added.type != _MESSAGE:
            added.proto3_optional, added.oneof_index = True, len(message.oneof_decl)
            message.oneof_decl.add(name=f"_{field}")


def _type(kind: Type) -> Any:
    if isinstance(kind, ListOf):
        return cel.Type.List(_type(kind.of))
    return cel.Type(name_of(kind)) if isinstance(kind, Struct) else RUNTIME[kind]


RUNTIME: Mapping[Kind, Any] = {
    Kind.BOOLEAN: cel.Type.BOOL,
    Kind.INTEGER: cel.Type.INT,
    Kind.DECIMAL: cel.Type.DOUBLE,
    Kind.TEXT: cel.Type.STRING,
    Kind.DATE: cel.Type.TIMESTAMP,
    Kind.INSTANT: cel.Type.TIMESTAMP,
}
"""The runtime's type of each kind."""


def _entering(kind: Type, classes: Mapping[str, Any], *, at_top: bool) -> Entering:
    """Return how a Python value becomes one of the runtime, checked at every level.

    Inside a message an instant is written as seconds and nanoseconds; a variable takes it as it is.
    """
    if isinstance(kind, ListOf):
        one = _entering(kind.of, classes, at_top=at_top)
        return lambda value, zone: [one(each, zone) for each in _listed(value)]
    if isinstance(kind, Struct):
        fields = {name: _entering(inner, classes, at_top=False) for name, inner in kind.fields}
        made = classes[name_of(kind)]
        return lambda value, zone: _filled(made, fields, value, zone)
    if kind in {Kind.DATE, Kind.INSTANT} and not at_top:
        return lambda value, zone: dict(zip(("seconds", "nanos"), parts(enter(kind, value, zone)), strict=True))
    return lambda value, zone: enter(kind, value, zone)


def _listed(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"found {type(value).__name__}, not a list")  # noqa: TRY004 - one error for all misfits
    return list(value)


def _filled(made: Any, fields: Mapping[str, Entering], value: object, zone: tzinfo) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"found {type(value).__name__}, not a {words(Struct(()))}")  # noqa: TRY004 - likewise
    given: dict[str, Any] = {}
    for name, inner in value.items():
        if name not in fields:
            raise ValueError(f"found the field {name!r}, which is not declared")
        if inner is not None:
            try:
                given[name] = fields[name](inner, zone)
            except ValueError as error:
                raise ValueError(f"{error} in {name!r}") from None
    return made(**given)
