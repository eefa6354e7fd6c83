"""The rules of this room as pure functions: what a query may say, what its numbers mean, which files are joined.

``statements`` loads a reader of SQL, so it is asked for by name by those who need it.
"""

from amur.indicators.engine.parts import Part, to_join
from amur.indicators.engine.queries import Refusal, Statement
from amur.indicators.engine.ranking import Counted, Ranked, Rule, ranked
from amur.indicators.engine.values import Measured, compared, measured, shown

__all__ = [
    "Counted",
    "Measured",
    "Part",
    "Ranked",
    "Refusal",
    "Rule",
    "Statement",
    "compared",
    "measured",
    "ranked",
    "shown",
    "to_join",
]
