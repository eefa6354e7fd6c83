"""The checked tree of an expression: what it reads, what is refused though it would run, and where values are missing.

The runtime reads an absent field as an empty one, divides decimals by zero, counts days in UTC and lets ``dyn`` take
the types away. Here each of these becomes a refusal when the expression is compiled, or a failure when it is
evaluated: the compiled tree is rewritten before it is kept. The wire form is that of ``cel.expr.CheckedExpr``, of
which only the parts in use are named; the rest passes through unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

from amur.base.expressions.errors import ExpressionError, place_of, too_deep

FAIL = "amur_fail"
"""The function that an inserted check calls; its argument is the number of a failure of the expression."""

MOST_NODES = 5_000
_TYPES = {"int64": 3, "int32": 5, "bool": 8, "string": 9, "bytes": 12}
_MESSAGES = {
    "Any": "type_url:string=1 value:bytes=2",
    "CheckedExpr": "references:*ReferenceEntry=2 types:*TypeEntry=3 expr:Expr=4 source_info:SourceInfo=5",
    "ReferenceEntry": "key:int64=1 value:Reference=2",
    "Reference": "name:string=1 overload_id:*string=3",
    "TypeEntry": "key:int64=1 value:Type=2",
    "Type": "dyn:Nothing=1 primitive:int32=3 well_known:int32=5 list_type:ListType=6 message_type:string=9",
    "ListType": "elem_type:Type=1",
    "Nothing": "",
    "SourceInfo": "positions:*Position=4",
    "Position": "key:int64=1 value:int32=2",
    "Expr": "id:int64=2 const:bytes=3 ident:Ident=4 select:Select=5 call:Call=6 list:Elements=7 struct:Entries=8 "
    "comprehension:Comprehension=9",
    "Ident": "name:string=1",
    "Select": "operand:Expr=1 field:string=2 test_only:bool=3",
    "Call": "target:Expr=1 function:string=2 args:*Expr=3",
    "Elements": "elements:*Expr=1",
    "Entries": "message_name:string=1 entries:*Entry=2",
    "Entry": "id:int64=1 field_key:string=2 map_key:Expr=3 value:Expr=4",
    "Comprehension": "iter_var:string=1 iter_range:Expr=2 accu_var:string=3 accu_init:Expr=4 loop_condition:Expr=5 "
    "loop_step:Expr=6 result:Expr=7 iter_var2:string=8",
}
_PRIMITIVES = {1: "bool", 2: "int", 3: "uint", 4: "double", 5: "string", 6: "bytes"}
_WELL_KNOWN = {2: "timestamp", 3: "duration"}
_GETTERS = {
    "getFullYear": "year(d)",
    "getMonth": "month(d)",
    "getDate": "day(d)",
    "getDayOfMonth": "day(d)",
    "getDayOfWeek": "weekday(d)",
}
_NO_TYPES = {"dyn", "type"}


def _wire() -> Callable[[str], Any]:
    file = descriptor_pb2.FileDescriptorProto(name="amur/checked.proto", package="amur.checked", syntax="proto2")
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for declared in fields.split():
            title, _, rest = declared.partition(":")
            kind, _, number = rest.partition("=")
            added = message.field.add(name=title, number=int(number), label=3 if kind.startswith("*") else 1)
            kind = kind.removeprefix("*")
            added.type = _TYPES.get(kind, 11)
            if kind not in _TYPES:
                added.type_name = f".amur.checked.{kind}"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"amur.checked.{name}"))


_message = _wire()
_AnyMessage, _Checked, _Expr, _Type = (_message(name) for name in ("Any", "CheckedExpr", "Expr", "Type"))


@dataclass(frozen=True, slots=True)
class Failure:
    """What an inserted check says when it fails, and where."""

    found: str
    fix: str
    offset: int
    is_absence: bool = False


@dataclass(slots=True)
class Tree:
    """A checked expression that can be inspected and rewritten."""

    source: str
    whole: Any
    expr: Any
    types: dict[int, Any]
    positions: dict[int, int]
    failures: list[Failure] = field(default_factory=list)
    url: str = ""
    nodes: int = 0
    last: int = 0

    @classmethod
    def read(cls, serialized: bytes, source: str) -> Tree:
        """Return the tree of a serialized expression."""
        wrapped = _AnyMessage.FromString(serialized)
        whole = _Checked.FromString(wrapped.value)
        types = {entry.key: entry.value for entry in whole.types}
        positions = {entry.key: entry.value for entry in whole.source_info.positions}
        tree = cls(source, whole, whole.expr, types, positions, url=wrapped.type_url)
        tree.nodes = sum(1 for _ in walk(tree.expr))
        tree.last = max([node.id for node in walk(tree.expr)], default=0)
        return tree

    def written(self) -> bytes:
        """Return the tree as the runtime reads it."""
        return bytes(_AnyMessage(type_url=self.url, value=self.whole.SerializeToString()).SerializeToString())

    def kind(self, node: Any) -> str:
        """Return the type of a node: a name such as ``int``, ``timestamp``, ``message``, ``dyn`` or ``other``."""
        known = self.types.get(node.id, _UNTYPED)
        if known.HasField("dyn"):
            return "dyn"
        if known.HasField("message_type"):
            return "message"
        if known.HasField("list_type"):
            return "list"
        return _PRIMITIVES.get(known.primitive) or _WELL_KNOWN.get(known.well_known, "other")

    def element(self, node: Any) -> str:
        """Return the type of the elements of a list."""
        known = self.types[node.id].list_type.elem_type
        if known.HasField("dyn"):
            return "dyn"
        return _PRIMITIVES.get(known.primitive) or _WELL_KNOWN.get(known.well_known, "other")

    def error(self, node: Any, found: str, fix: str) -> ExpressionError:
        """Return an error at a node."""
        line, column = place_of(self.source, self.positions.get(node.id, 0))
        return ExpressionError(found, fix, source=self.source, line=line, column=column)


def children(node: Any) -> Iterator[Any]:
    """Yield the nodes right below a node."""
    for name, value in node.ListFields():
        if name.name == "select":
            yield value.operand
        elif name.name == "call":
            if value.HasField("target"):
                yield value.target
            yield from value.args
        elif name.name == "list":
            yield from value.elements
        elif name.name == "struct":
            for entry in value.entries:
                if entry.HasField("map_key"):
                    yield entry.map_key
                yield entry.value
        elif name.name == "comprehension":
            yield from (value.iter_range, value.accu_init, value.loop_condition, value.loop_step, value.result)


def walk(node: Any) -> Iterator[Any]:
    """Yield a node and all below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def refuse_traps(tree: Tree) -> None:
    """Refuse what the runtime would compute, and not as its author means it.

    Raises:
        ExpressionError: at the first such place.
    """
    for node in walk(tree.expr):
        if node.HasField("call"):
            _refuse_call(tree, node)
        if node.HasField("struct"):
            raise tree.error(node, "a mapping or group is built here", "compare single values")
        mixed = node.HasField("list") and len(node.list.elements) > 0 and tree.element(node) == "dyn"
        if mixed or tree.kind(node) in {"dyn", "uint", "bytes"}:
            raise tree.error(node, "the kind of this value is not known before it runs", "keep to values of one kind")


def _refuse_call(tree: Tree, node: Any) -> None:
    call = node.call
    operands = [tree.kind(each) for each in children(node)]
    at_instant = bool(operands) and operands[0] == "timestamp"
    if call.function in _NO_TYPES:
        raise tree.error(node, f"{call.function}() takes the kinds of values away", "compare values of one kind")
    if call.function.startswith("get") and at_instant and not call.args:
        fix = f"write {_GETTERS.get(call.function, call.function + '(zone)')}"
        raise tree.error(node, f"{call.function}() counts days in UTC", fix)
    if call.function == "string" and at_instant:
        raise tree.error(node, "string() writes an instant in UTC", "write iso(d)")
    if call.function == "double" and operands == ["string"]:
        raise tree.error(node, "double() reads a text such as 'nan' as a number", "write decimal(text)")


def reads(tree: Tree, variables: frozenset[str]) -> frozenset[str]:
    """Return what the expression reads: ``form.watts`` for a field of a variable, ``form`` where it is read whole.

    A variable of a comprehension hides one of the same name, which is then counted as read: more than is needed, and
    never less.
    """
    found: set[str] = set()

    def look(node: Any) -> None:
        if node.HasField("select") and node.select.operand.HasField("ident"):
            name = node.select.operand.ident.name
            if name in variables:
                found.add(f"{name}.{node.select.field}")
                return
        if node.HasField("ident") and node.ident.name in variables:
            found.add(node.ident.name)
        for child in children(node):
            look(child)

    look(tree.expr)
    return frozenset(found)


def insert_checks(tree: Tree, lists: Callable[[str, str], bool]) -> None:
    """Let each read of an absent field fail, and each division of decimals by zero.

    ``lists`` says whether a field of a message type is a list, which is empty where it is absent.

    Raises:
        ExpressionError: if the expression becomes too large.
    """
    paths = {node.id: _path(node) for node in walk(tree.expr) if node.HasField("select")}
    for node in list(_below_first(tree.expr)):
        if node.HasField("select") and not node.select.test_only and tree.kind(node.select.operand) == "message":
            message = tree.types[node.select.operand.id].message_type
            if not lists(message, node.select.field):
                _check_presence(tree, node, paths[node.id])
        elif node.HasField("call") and node.call.function == "_/_" and tree.kind(node) == "double":
            _check_divisor(tree, node)


def _below_first(node: Any) -> Iterator[Any]:
    for child in children(node):
        yield from _below_first(child)
    yield node


def _check_presence(tree: Tree, node: Any, shown: str) -> None:
    """Put ``has(x.f) ? x.f : fail`` in the place of ``x.f``, where x is computed once."""
    name = node.select.field
    failure = Failure(
        f"{shown} has no value", f"ask has({shown}) first", tree.positions.get(node.id, 0), is_absence=True
    )

    def checked(operand: Any) -> Any:
        kind = tree.types[node.id]
        test = _node(tree, _BOOL)
        test.select.operand.CopyFrom(operand)
        test.select.field, test.select.test_only = name, True
        value = _node(tree, kind)
        value.select.operand.CopyFrom(_again(tree, operand))
        value.select.field = name
        return _either(tree, test, value, failure, kind)

    _with(tree, node, node.select.operand, checked)


def _path(node: Any) -> str:
    """Return a field as it is written; of an element of a list without its place."""
    if node.HasField("ident"):
        return str(node.ident.name)
    if node.HasField("select"):
        return f"{_path(node.select.operand)}.{node.select.field}"
    if node.HasField("call") and node.call.function == "_[_]":
        return f"{_path(node.call.args[0])}[…]"
    return "(…)"


def _check_divisor(tree: Tree, node: Any) -> None:
    failure = Failure("divided by zero", "compare the divisor with 0.0 first", tree.positions.get(node.id, 0))

    def checked(divisor: Any) -> Any:
        kind = tree.types[node.id]
        zero = _node(tree, kind)
        zero.const = b"\x29" + bytes(8)
        value = _node(tree, kind)
        value.CopyFrom(node)
        value.id = _refer(tree, _next(tree), "_/_", "divide_double", kind)
        value.call.args[1].CopyFrom(_again(tree, divisor))
        unequal = _call(tree, "_!=_", "not_equals", _BOOL, divisor, zero)
        return _either(tree, unequal, value, failure, kind)

    _with(tree, node, node.call.args[1], checked)


def _with(tree: Tree, node: Any, operand: Any, build: Callable[[Any], Any]) -> None:
    """Put what is built of an operand in the place of a node; one that is not a mere name is computed once for it."""
    if operand.HasField("ident") or operand.HasField("const"):
        built = build(_again(tree, operand))
    else:
        kind = tree.types[operand.id]
        name = f"@a{tree.last}"
        bound = _name(tree, name, kind)
        built = _node(tree, tree.types[node.id])
        once = built.comprehension
        once.iter_var, once.accu_var = "#unused", name
        once.iter_range.CopyFrom(_empty(tree))
        once.accu_init.CopyFrom(operand)
        never = _node(tree, _BOOL)
        never.const = b"\x10\x00"
        once.loop_condition.CopyFrom(never)
        once.loop_step.CopyFrom(_name(tree, name, kind))
        once.result.CopyFrom(build(bound))
    tree.nodes += 12
    if tree.nodes > MOST_NODES:
        raise too_deep(tree.source)
    tree.positions[built.id] = tree.positions.get(node.id, 0)
    node.CopyFrom(built)


def _either(tree: Tree, test: Any, value: Any, failure: Failure, kind: Any) -> Any:
    tree.failures.append(failure)
    number = _node(tree, _INT)
    number.const = b"\x18" + _varint(len(tree.failures) - 1)
    fail = _call(tree, FAIL, FAIL, _DYN, number)
    return _call(tree, "_?_:_", "conditional", kind, test, value, fail)


def _varint(number: int) -> bytes:
    digits = bytearray()
    while number > 127:  # noqa: PLR2004 - seven bits a byte
        digits.append(number & 127 | 128)
        number >>= 7
    return bytes([*digits, number])


def _next(tree: Tree) -> int:
    tree.last += 1
    return tree.last


def _node(tree: Tree, kind: Any) -> Any:
    node = _Expr(id=_next(tree))
    tree.types[node.id] = kind
    tree.whole.types.add(key=node.id, value=kind)
    return node


def _refer(tree: Tree, number: int, name: str, overload: str, kind: Any) -> int:
    tree.whole.references.add(key=number).value.name = name
    if overload:
        tree.whole.references[-1].value.overload_id.append(overload)
    tree.types[number] = kind
    tree.whole.types.add(key=number, value=kind)
    return number


def _call(tree: Tree, name: str, overload: str, kind: Any, *args: Any) -> Any:
    node = _Expr(id=_refer(tree, _next(tree), name, overload, kind))
    node.call.function = name
    node.call.args.extend(args)
    return node


def _name(tree: Tree, name: str, kind: Any) -> Any:
    node = _Expr(id=_refer(tree, _next(tree), name, "", kind))
    node.ident.name = name
    return node


def _again(tree: Tree, operand: Any) -> Any:
    """Return a copy of a name or constant with an id of its own."""
    if operand.HasField("ident"):
        return _name(tree, operand.ident.name, tree.types[operand.id])
    node = _node(tree, tree.types[operand.id])
    node.const = operand.const
    return node


def _empty(tree: Tree) -> Any:
    kind = _Type()
    kind.list_type.elem_type.CopyFrom(_INT)
    node = _node(tree, kind)
    node.list.SetInParent()
    return node


_BOOL, _INT, _DYN, _UNTYPED = _Type(primitive=1), _Type(primitive=2), _Type(), _Type()
_DYN.dyn.SetInParent()
