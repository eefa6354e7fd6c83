"""A condition of pySigma as a tree of atoms."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sigma.conditions import (
    ConditionAND,
    ConditionFieldEqualsValueExpression,
    ConditionNOT,
    ConditionOR,
    ConditionValueExpression,
)
from sigma.types import (
    Placeholder,
    SigmaBool,
    SigmaCasedString,
    SigmaCIDRExpression,
    SigmaCompareExpression,
    SigmaExists,
    SigmaExpansion,
    SigmaFieldReference,
    SigmaNull,
    SigmaNumber,
    SigmaRegularExpression,
    SigmaRegularExpressionFlag,
    SigmaString,
    SigmaTimestampPart,
    SpecialChars,
)

from amur.base.faults import AmurError
from amur.detection.sigma.atoms import MANY, ONE, WHOLE, Atom, Op, predicate
from amur.detection.sigma.trees import All, Leaf, Not, Some, Tree, every, some

Placeholders = Mapping[str, Sequence[str]]
"""What stands for ``%name%`` in values with ``expand``; such a value may have wildcards."""

_SIGNS = {SpecialChars.WILDCARD_MULTI: MANY, SpecialChars.WILDCARD_SINGLE: ONE}
_FLAGS = {
    SigmaRegularExpressionFlag.IGNORECASE: "i",
    SigmaRegularExpressionFlag.MULTILINE: "m",
    SigmaRegularExpressionFlag.DOTALL: "s",
}


def tree_of(condition: Any, placeholders: Placeholders) -> Tree:
    """Return the tree of a parsed condition.

    Raises:
        AmurError: if a value stands there that this engine does not know.
        KeyError: if a placeholder was not given.
    """
    if condition is None:
        return All(())
    if isinstance(condition, ConditionNOT):
        return Not(tree_of(condition.args[0], placeholders))
    if isinstance(condition, ConditionAND | ConditionOR):
        parts = [tree_of(part, placeholders) for part in condition.args]
        return every(parts) if isinstance(condition, ConditionAND) else some(parts)
    if isinstance(condition, ConditionFieldEqualsValueExpression):
        return _of_value(condition.field, condition.value, placeholders)
    if isinstance(condition, ConditionValueExpression):
        return _of_value(WHOLE, condition.value, placeholders)
    raise AmurError(
        "unknown_condition", f"this engine does not know a condition of the type {type(condition).__name__}"
    )


def _of_value(field: str, value: Any, placeholders: Placeholders) -> Tree:
    if isinstance(value, SigmaExpansion):
        return some([_of_value(field, one, placeholders) for one in value.values])
    if isinstance(value, SigmaString | SigmaRegularExpression) and value.contains_placeholder():
        given = value.replace_placeholders(lambda one: _given(one, placeholders))
        return some([_of_value(field, one, {}) for one in given])
    if isinstance(value, SigmaNull):  # logs write nothing as no field or as an empty one, as they like
        return Some((Leaf(Atom(field, Op.ABSENT)), Leaf(Atom(field, Op.LIKE))))
    if isinstance(value, SigmaExists):
        return Leaf(Atom(field, Op.PRESENT if value else Op.ABSENT))
    for kind, make in _ATOMS.items():
        if isinstance(value, kind):
            return Leaf(make(field, value))
    raise AmurError("unknown_value", f"this engine does not know a value of the type {type(value).__name__}")


def _given(placeholder: Placeholder, placeholders: Placeholders) -> Iterator[SigmaString]:
    return map(SigmaString, placeholders[placeholder.name])


def _pattern(value: SigmaString, field: str) -> str:
    pattern = "".join(part if isinstance(part, str) else _SIGNS[part] for part in value.s)  # type: ignore[index] # placeholders were replaced
    if field != WHOLE:
        return pattern
    return f"{MANY}{pattern.strip(MANY)}{MANY}"


def _string(field: str, value: SigmaString) -> Atom:
    pattern = _pattern(value, field)
    if pattern and not pattern.strip(MANY):
        return Atom(field, Op.PRESENT)
    return (
        Atom(field, Op.CASED, pattern) if isinstance(value, SigmaCasedString) else Atom(field, Op.LIKE, pattern.lower())
    )


def _expression(field: str, value: SigmaRegularExpression) -> Atom:
    atom = Atom(field, Op.REGEX, str(value.regexp.original), "".join(sorted(_FLAGS[flag] for flag in value.flags)))
    predicate(atom)  # says what is wrong with it here, where its rule is known
    return atom


def _plain(field: str, value: SigmaNumber | SigmaBool) -> Atom:
    return _string(field, SigmaString.from_str(str(value).lower()))


def _other_field(field: str, value: SigmaFieldReference) -> Atom:
    how = "starts" if value.starts_with else "ends" if value.ends_with else "is"
    return Atom(field, Op.FIELD, value.field, how)


_ATOMS: dict[type, Callable[[str, Any], Atom]] = {
    SigmaString: _string,
    SigmaRegularExpression: _expression,
    SigmaTimestampPart: lambda field, value: Atom(field, Op.PART, str(value.number), value.timestamp_part.name.lower()),
    SigmaNumber: _plain,
    SigmaBool: _plain,
    SigmaCIDRExpression: lambda field, value: Atom(field, Op.CIDR, str(value.network)),
    SigmaCompareExpression: lambda field, value: Atom(
        field, Op.COMPARE, str(value.number.number), value.op.name.lower()
    ),
    SigmaFieldReference: _other_field,
}
