"""The one place where a program is run: it yields a value of the declared type, or raises.

The runtime returns an error as a *value* whose text counts as true. So nothing else may call it, and here anything but
a value of the declared type is an error: an expression that errs never lets anybody through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import Any

from cel_expr_python import cel

from amur.base.expressions.compiling import FAILED, REFUSED, Program
from amur.base.expressions.descriptors import RUNTIME
from amur.base.expressions.errors import ExpressionError, place_of
from amur.base.expressions.functions import CONTEXT, Context
from amur.base.expressions.types import Kind, ListOf, Value, leave

_UTC = Context()


def evaluate(program: Program, values: Mapping[str, object], context: Context = _UTC) -> Value:
    """Return the value of a program: bool, int, Decimal, text, date, aware datetime in UTC, or a list of one of them.

    ``values`` gives each variable that the program reads; what it does not read is not looked at. In a struct, a field
    that is missing or None is absent, and reading it is an error unless ``has(…)`` was asked before.

    Raises:
        ExpressionError: whatever goes wrong.

    >>> from amur.base.expressions import Struct, compile_
    >>> form = Struct.of({"watts": Kind.INTEGER})
    >>> guard = compile_("form.watts > 5", Struct.of({"form": form}), Kind.BOOLEAN)
    >>> evaluate(guard, {"form": {"watts": 12}})
    True
    >>> evaluate(guard, {"form": {}})
    Traceback (most recent call last):
    ...
    amur.base.expressions.errors.ExpressionError: form.watts has no value; ask has(form.watts) first
    """
    data = {name: _entered(program, name, values, context.zone) for name in program.entering}
    token = CONTEXT.set(context)
    try:
        outcome = program.compiled.eval(data=data)
        found, value = outcome.type(), outcome.plain_value()
    except Exception as error:  # noqa: BLE001 - whatever the runtime raises, there is no value
        raise _failed(program, str(error)) from None
    finally:
        CONTEXT.reset(token)
    if found == cel.Type.ERROR:
        raise _failed(program, str(value))
    return _left(program, found, value, context.zone)


def _entered(program: Program, name: str, values: Mapping[str, object], zone: tzinfo) -> Any:
    value = values.get(name)
    if value is None:
        raise ExpressionError(f"{name} has no value", "give it one", source=program.source, is_absence=True)
    try:
        return program.entering[name](value, zone)
    except ValueError as error:
        fix = "give a value as it is declared"
        raise ExpressionError(f"{error} in {name!r}", fix, source=program.source) from None


def _left(program: Program, found: Any, value: object, zone: tzinfo) -> Value:
    """Return the value as its declared type, which is compared once more with what has come."""
    result = program.result
    try:
        if isinstance(result, ListOf):
            if not isinstance(value, list) or not isinstance(result.of, Kind):
                raise ValueError("the result is not a list")  # noqa: TRY301, TRY004 - one error for all misfits
            return [leave(result.of, each, zone) for each in value]
        if found != RUNTIME[result]:
            raise ValueError(f"the result is not a {result.value}")  # noqa: TRY301 - likewise
        return leave(result, value, zone)
    except ValueError as error:
        raise ExpressionError(str(error), "change the expression", source=program.source) from None


def _failed(program: Program, message: str) -> ExpressionError:
    if FAILED in message:
        number = int(message.partition(FAILED)[2].partition(".")[0])
        failure = program.failures[number]
        line, column = place_of(program.source, failure.offset)
        return ExpressionError(
            failure.found,
            failure.fix,
            source=program.source,
            line=line,
            column=column,
            is_absence=failure.is_absence,
        )
    if REFUSED in message:
        return ExpressionError(message.partition(REFUSED)[2], "change the values it is given", source=program.source)
    for pattern, found, fix in _SAID:
        if re.search(pattern, message):
            return ExpressionError(found, fix, source=program.source)
    return ExpressionError("the expression yields no value", "change the expression", source=program.source)


_SAID = (
    ("divide by zero|modulus by zero", "divided by zero", "compare the divisor with 0 first"),
    ("overflow|out of range|too big", "a number became too large", "compute with smaller numbers"),
    ("[Ii]ndex error|out of bounds", "there is no such element in the list", "compare with size(…) first"),
    ("invalid regular expression", "the pattern cannot be read", "write it as RE2 takes it"),
    ("[Ii]teration budget", "the expression goes through too many values", "nest fewer lists"),
    ("cannot convert|convert string", "a text that is no number", "compare it with matches(…) first"),
    ("timezone", "there is no such time zone", "write one such as 'Asia/Tokyo'"),
)
