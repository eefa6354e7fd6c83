"""From the text of an expression to a program whose names and types are known to be right.

Limits are checked on the text, before the runtime reads it, so that no pack and no typing slip can exhaust it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cel_expr_python import cel

from amur.base.expressions import functions
from amur.base.expressions.checked import FAIL, Failure, Tree, insert_checks, reads, refuse_traps
from amur.base.expressions.descriptors import RUNTIME, Entering, Messages, messages
from amur.base.expressions.errors import ExpressionError, place_of, too_deep, translated
from amur.base.expressions.types import Kind, ListOf, Struct, Type, words

LONGEST = 2_000
"""How many characters an expression may have."""

DEEPEST = 16
"""How many brackets may stand open at once."""

_TOKEN = re.compile(
    r"""//[^\n]*|[rR]?(?:\"{3}(?s:.*?)\"{3}|'{3}(?s:.*?)'{3})|[rR]\"[^\"\n]*\"|[rR]'[^'\n]*'"""
    r"""|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|[(\[{]|[)\]}]"""
)
_OPEN, _CLOSE = frozenset("([{"), frozenset(")]}")


@dataclass(frozen=True, slots=True)
class Program:
    """A checked expression: what it reads, and what it yields.

    ``reads`` names fields as ``form.watts`` and variables that are read whole as ``today``.
    """

    source: str
    variables: Struct
    result: Kind | ListOf
    reads: frozenset[str]
    compiled: Any = field(repr=False, compare=False)
    entering: Mapping[str, Entering] = field(repr=False, compare=False)
    failures: tuple[Failure, ...] = field(repr=False, compare=False)

    def reads_of(self, variable: str) -> frozenset[str]:
        """Return the fields that are read of a variable; all of them where it is read whole."""
        if variable in self.reads:
            kind = self.variables.get(variable)
            return frozenset(name for name, _ in kind.fields) if isinstance(kind, Struct) else frozenset()
        begin = f"{variable}."
        return frozenset(path.removeprefix(begin) for path in self.reads if path.startswith(begin))


def compile_(source: str, variables: Struct, result: Kind | ListOf) -> Program:
    """Return the program of an expression, kept for the next caller.

    Raises:
        ExpressionError: if it is too long or too deep, cannot be read, names what does not exist, mixes types, or
            yields another type than ``result``.

    >>> compile_("form.watts > 5", Struct.of({"form": Struct.of({"watts": Kind.INTEGER})}), Kind.BOOLEAN).reads
    frozenset({'form.watts'})
    """
    _limit(source)
    return _compiled(source, variables, result)


@lru_cache(maxsize=8192)
def _compiled(source: str, variables: Struct, result: Kind | ListOf) -> Program:
    environment, made = _environment(variables)
    tree = _checked(source, environment, variables)
    refuse_traps(tree)
    _check_result(tree, result)
    used = reads(tree, frozenset(name for name, _ in variables.fields))
    insert_checks(tree, lambda message, name: (message, name) in made.lists)
    try:
        compiled = environment.deserialize(tree.written())
    except RuntimeError as error:
        raise too_deep(source) from error
    entering = {}
    for name, kind in variables.fields:
        names = frozenset(path.removeprefix(f"{name}.") for path in used if path.startswith(f"{name}."))
        if name in used:
            entering[name] = made.entering[name]
        elif names:
            entering[name] = _only(kind, made.entering[name], names)
    return Program(source, variables, result, used, compiled, entering, tuple(tree.failures))


def _only(kind: Type, entering: Entering, names: frozenset[str]) -> Entering:
    """Let a struct enter with the fields that are read, so that no other value can stand in the way."""

    def some(value: object, zone: Any) -> Any:
        if isinstance(kind, Struct) and isinstance(value, Mapping):
            value = {name: value[name] for name in names if name in value}
        return entering(value, zone)

    return some


@lru_cache(maxsize=512)
def _environment(variables: Struct) -> tuple[Any, Messages]:
    made = messages(variables)
    declared: dict[str, list[Any]] = {}
    for function in functions.FUNCTIONS:
        declared.setdefault(function.name, []).append(
            cel.Overload(
                function.id,
                return_type=cel.Type.DURATION if function.yields is None else RUNTIME[function.yields],
                parameters=[_runtime(kind) for kind in function.takes],
                impl=_guarded(function.work),
            )
        )
    declared[FAIL] = [cel.Overload(FAIL, return_type=cel.Type.DYN, parameters=[cel.Type.INT], impl=_fail)]
    return cel.NewEnv(
        descriptor_pool=made.pool,
        variables=dict(made.types),
        functions=[cel.FunctionDecl(name, overloads) for name, overloads in declared.items()],
    ), made


FAILED, REFUSED = "amur failure ", "amur refusal "
"""How an error value of our own begins: with the number of a failure, or with a sentence."""


def _fail(number: int) -> None:
    raise ValueError(f"{FAILED}{number}.")


def _guarded(work: Callable[..., Any]) -> Callable[..., Any]:
    """Let whatever goes wrong in a function become one error that ``evaluate`` can tell from the runtime's own."""

    def guarded(*given: Any) -> Any:
        try:
            return work(*given)
        except ValueError as error:
            raise ValueError(f"{REFUSED}{error}") from None
        except (OverflowError, LookupError):
            raise ValueError(f"{REFUSED}a result that no value can hold") from None

    return guarded


def _runtime(kind: Kind | ListOf) -> Any:
    if isinstance(kind, ListOf) and isinstance(kind.of, Kind):
        return cel.Type.List(RUNTIME[kind.of])
    return RUNTIME[kind]  # type: ignore[index] # functions take kinds and lists of kinds


def _checked(source: str, environment: Any, variables: Struct) -> Tree:
    try:
        return Tree.read(environment.compile(source).serialize(), source)
    except (RuntimeError, TypeError) as error:
        names = [name for name, _ in variables.fields]
        known = {function.name for function in functions.FUNCTIONS} | {*functions.STANDARD}
        raise translated(str(error), source, names, known, _fields(variables)) from None


def _fields(variables: Struct) -> frozenset[str]:
    names: set[str] = set()
    for _, kind in variables.fields:
        of = kind.of if isinstance(kind, ListOf) else kind
        if isinstance(of, Struct):
            names |= {name for name, _ in of.fields} | _fields(of)
    return frozenset(names)


_KINDS = {
    Kind.BOOLEAN: "bool",
    Kind.INTEGER: "int",
    Kind.DECIMAL: "double",
    Kind.TEXT: "string",
    Kind.DATE: "timestamp",
    Kind.INSTANT: "timestamp",
}
_SHOWN = {"bool": "yes or no", "int": "whole number", "double": "decimal number", "string": "text"} | {
    "timestamp": "date or instant",
    "duration": "length of time",
    "message": "group of values",
    "list": "list",
}


def _check_result(tree: Tree, result: Kind | ListOf) -> None:
    found, wanted = tree.kind(tree.expr), "list" if isinstance(result, ListOf) else _KINDS[result]
    if found == "list" == wanted and isinstance(result, ListOf):
        found, wanted = tree.element(tree.expr), _KINDS.get(result.of, "") if isinstance(result.of, Kind) else ""
    if found != wanted:
        raise ExpressionError(
            f"the expression yields a {_SHOWN.get(found, 'value of another kind')}, not a {words(result)}",
            "write double(x) for a decimal number, or compare it" if wanted == "double" else "compare or convert it",
            source=tree.source,
        )


def _limit(source: str) -> None:
    """Refuse a text that is empty, too long, holds what nobody sees, or opens too many brackets at once."""
    if not source.strip():
        raise ExpressionError("the expression is empty", "write one, or leave the option away")
    if len(source) > LONGEST:
        found = f"the expression has {len(source)} characters"
        raise ExpressionError(found, f"write at most {LONGEST}; a longer rule is several rules")
    for offset, character in enumerate(source):
        if (character < " " and character not in "\n\t") or "\ud800" <= character <= "\udfff" or character == "\x7f":
            line, column = place_of(source, offset)
            raise ExpressionError("a character that nobody sees", "take it away", line=line, column=column)
    depth = 0
    for token in _TOKEN.finditer(source):
        depth += (token[0] in _OPEN) - (token[0] in _CLOSE)
        if depth > DEEPEST:
            line, column = place_of(source, token.start())
            found = f"more than {DEEPEST} brackets stand open"
            fix = "split it into several fields or rules"
            raise ExpressionError(found, fix, source=source, line=line, column=column)
