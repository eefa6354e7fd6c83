"""What the expressions of an exchange may read, by what they are about; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from amur.base.expressions import Kind, ListOf, Struct, Type, variable_of
from amur.base.fields import FieldDeclaration
from amur.exchange.declarations import ValueType
from amur.procedures.conditions import CASE

KINDS: Mapping[ValueType, Kind | ListOf] = {
    "text": Kind.TEXT,
    "texts": ListOf(Kind.TEXT),
    "integer": Kind.INTEGER,
    "decimal": Kind.DECIMAL,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "instant": Kind.INSTANT,
}
"""Of which kind a field of a message is."""

EVENT = Struct.of({"name": Kind.TEXT, "reason": Kind.TEXT, "on": Kind.DATE, "at": Kind.INSTANT, "state": Kind.TEXT})
"""What happened to a case: the event, why, when, and the state that it led to."""
PARTY = Struct.of({"name": Kind.TEXT, "identifier": Kind.TEXT})
"""The enterprise whose case it is; both are absent where it is a person's."""
THEIRS = Struct.of({"number": Kind.TEXT})
"""The number under which the other side knows the case or record, once it has said one."""
ENTRY = Struct.of(
    {
        "key": Kind.TEXT,
        "event": Kind.TEXT,
        "state": Kind.TEXT,
        "reason": Kind.TEXT,
        "valid_from": Kind.DATE,
        "valid_to": Kind.DATE,
    }
)
"""What was entered of a record."""
DIFFERENCE = Struct.of(
    {"kind": Kind.TEXT, "key": Kind.TEXT, "field": Kind.TEXT, "ours": Kind.TEXT, "theirs": Kind.TEXT}
)
"""A difference between what both hold, as the case that it opens reads it."""


def of_case(fields: Iterable[FieldDeclaration]) -> Struct:
    """Return what a message about a case may read.

    >>> [name for name, _ in of_case(()).fields]
    ['form', 'case', 'event', 'party', 'theirs', 'today']
    """
    known: dict[str, Type] = {"form": variable_of(fields), "case": CASE, "event": EVENT, "party": PARTY}
    return Struct.of(known | {"theirs": THEIRS, "today": Kind.DATE})


def of_record(fields: Iterable[FieldDeclaration]) -> Struct:
    """Return what a message about a record may read.

    >>> [name for name, _ in of_record(()).fields]
    ['record', 'entry', 'theirs', 'today']
    """
    known: dict[str, Type] = {"record": variable_of(fields), "entry": ENTRY, "theirs": THEIRS}
    return Struct.of(known | {"today": Kind.DATE})


def of_message(fields: Iterable[FieldDeclaration]) -> Struct:
    """Return what may be read where a message of theirs is mapped.

    >>> [name for name, _ in of_message(()).fields]
    ['message', 'sender', 'today']
    """
    return Struct.of({"message": variable_of(fields), "sender": Kind.TEXT, "today": Kind.DATE})


def of_found(fields: Iterable[FieldDeclaration], form: Iterable[FieldDeclaration]) -> Struct:
    """Return what may be read where a message has found its case.

    >>> [name for name, _ in of_found((), ()).fields]
    ['message', 'sender', 'today', 'form', 'case']
    """
    known: dict[str, Type] = dict(of_message(fields).fields)
    return Struct.of(known | {"form": variable_of(form), "case": CASE})


def of_difference() -> Struct:
    """Return what may be read where a difference opens a case.

    >>> [name for name, _ in of_difference().fields]
    ['difference', 'today']
    """
    return Struct.of({"difference": DIFFERENCE, "today": Kind.DATE})
