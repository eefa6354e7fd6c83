"""What a message says: the expressions of its fields over what is known, with our codes made theirs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from amur.base.canonical import Json
from amur.base.expressions import Context, ExpressionError, Kind, ListOf, Struct, compile_, evaluate, stored
from amur.exchange.declarations import CodeMap, MessageField
from amur.exchange.engine.coding import UnknownCode, theirs_of
from amur.exchange.shapes import KINDS

Fault: TypeAlias = tuple[str, str, str]
"""What is wrong with a field: its name, a code, and what was found in words that name nobody."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What expressions may read here: the types of it, its values, the zone and the calendar."""

    variables: Struct
    given: Mapping[str, object]
    where: Context = field(default_factory=Context)


@dataclass(frozen=True, slots=True)
class Composed:
    """The fields of a message by their names there, and what keeps it from being told."""

    values: Mapping[str, Json]
    faults: tuple[Fault, ...] = ()


def value_of(source: str, kind: Kind | ListOf, seen: Seen) -> Json:
    """Return the value of an expression as a field keeps it, or None where something that it reads is absent.

    Raises:
        ExpressionError: if it has no value for another reason.

    >>> seen = Seen(Struct.of({"form": Struct.of({"name": Kind.TEXT})}), {"form": {}})
    >>> value_of("form.name", Kind.TEXT, seen) is None
    True
    """
    try:
        return stored(evaluate(compile_(source, seen.variables, kind), seen.given, seen.where))
    except ExpressionError as error:
        if error.is_absence:
            return None
        raise


def holds(source: str, seen: Seen) -> bool:
    """Say whether a condition holds; none holds always, and one that reads what is absent does not.

    Raises:
        ExpressionError: if it has no value for another reason.

    >>> seen = Seen(Struct.of({"form": Struct.of({"watts": Kind.INTEGER})}), {"form": {"watts": 5}})
    >>> holds("", seen), holds("form.watts > 3", seen), holds("form.watts > 9", seen)
    (True, True, False)
    """
    return not source or value_of(source, Kind.BOOLEAN, seen) is True


def reads_theirs(one: MessageField, variables: Struct) -> bool:
    """Say whether a field names their number, which is known once they have said it.

    >>> known = Struct.of({"theirs": Struct.of({"number": Kind.TEXT}), "today": Kind.DATE})
    >>> reads_theirs(MessageField(name="order", value="theirs.number"), known)
    True
    >>> reads_theirs(MessageField(name="on", value="today", type="date"), known)
    False
    """
    return bool(compile_(one.value, variables, KINDS[one.type]).reads_of("theirs"))


def compose(fields: Iterable[MessageField], seen: Seen, maps: Mapping[str, CodeMap]) -> Composed:
    """Return what some fields of a message say, and all that keeps them from being told.

    >>> seen = Seen(Struct.of({"form": Struct.of({"kind": Kind.TEXT, "name": Kind.TEXT})}), {"form": {"kind": "a"}})
    >>> maps = {"kinds": CodeMap(id="kinds", codes={"a": "01"})}
    >>> kind, name = MessageField(name="kind", value="form.kind", codes="kinds"), {"name": "who", "value": "form.name"}
    >>> compose([kind, MessageField(**name, required=False)], seen, maps)
    Composed(values={'kind': '01'}, faults=())
    >>> both = Seen(Struct.of({"form": Struct.of({"kinds": ListOf(Kind.TEXT)})}), {"form": {"kinds": ["a", "a"]}})
    >>> listed = {"name": "kinds", "value": "form.kinds", "type": "texts", "codes": "kinds"}
    >>> compose([MessageField(**listed), MessageField(**listed | {"name": "one"}, join=";")], both, maps).values
    {'kinds': ['01', '01'], 'one': '01;01'}
    >>> compose([MessageField(**name)], seen, maps).faults
    (('who', 'no_value', 'there is no value'),)
    >>> compose([MessageField(name="k", value="form.kind + 'b'", codes="kinds")], seen, maps).faults
    (('k', 'unknown_code', "the code 'ab' has no counterpart in 'kinds'"),)
    >>> compose([MessageField(name="k", value="string(1 / (1 - 1))")], seen, maps).faults[0][:2]
    ('k', 'no_value')
    """
    values: dict[str, Json] = {}
    faults: list[Fault] = []
    for one in fields:
        try:
            value = value_of(one.value, KINDS[one.type], seen)
            if value is not None and one.codes:
                found = maps[one.codes]
                value = (
                    [theirs_of(found, str(each)) for each in value]
                    if isinstance(value, list)
                    else theirs_of(found, str(value))
                )
            if isinstance(value, list):
                value = one.join.join(map(str, value)) if one.join else value or None
        except ExpressionError as error:
            faults.append((one.name, "no_value", error.found))
            continue
        except UnknownCode as error:
            faults.append((one.name, error.code, error.message))
            continue
        if value is not None:
            values[one.name] = value
        elif one.required:
            faults.append((one.name, "no_value", "there is no value"))
    return Composed(values, tuple(faults))
