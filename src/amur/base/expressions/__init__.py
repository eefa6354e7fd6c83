"""Expressions of a pack: guards, conditions and computed values, in the Common Expression Language.

An expression is compiled against the types of what it may read, so that a wrong name or type is found when the pack is
checked; it is evaluated on plain values and yields one of the declared type or fails. Here: types, compilation,
evaluation, our own functions. Not here: which expressions a declaration has and what they may read, which each room
says; nothing here reads a clock.
"""

from amur.base.expressions.columns import stored, type_of, variable_of
from amur.base.expressions.compiling import DEEPEST, LONGEST, Program, compile_
from amur.base.expressions.errors import ExpressionError
from amur.base.expressions.evaluating import evaluate
from amur.base.expressions.functions import FUNCTIONS, Context, Function
from amur.base.expressions.types import Kind, ListOf, Struct, Type, Value

__all__ = [
    "DEEPEST",
    "FUNCTIONS",
    "LONGEST",
    "Context",
    "ExpressionError",
    "Function",
    "Kind",
    "ListOf",
    "Program",
    "Struct",
    "Type",
    "Value",
    "compile_",
    "evaluate",
    "stored",
    "type_of",
    "variable_of",
]
