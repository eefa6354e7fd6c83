"""The rules of this room as pure functions: what a query may say, what its numbers mean, which files are joined."""

from amur.indicators.engine.parts import Part, to_join
from amur.indicators.engine.statements import Refusal, Statement, read_statement
from amur.indicators.engine.values import Measured, compared, measured, shown

__all__ = [
    "Measured",
    "Part",
    "Refusal",
    "Statement",
    "compared",
    "measured",
    "read_statement",
    "shown",
    "to_join",
]
