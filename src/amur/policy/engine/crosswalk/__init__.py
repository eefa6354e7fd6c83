"""Two editions of a text beside each other: which passage of the one is which of the other; pure.

What is proposed here has no effect. A person confirms or corrects each row of it.
"""

from amur.policy.engine.crosswalk.changes import Piece, changed_words, tokens, words_changed
from amur.policy.engine.crosswalk.links import propose
from amur.policy.engine.crosswalk.rows import KINDS, Kind, Row, UnevenLinks, regroup, rows_of
from amur.policy.engine.crosswalk.touching import Placed, Side, Touch, followed, placed, touched
from amur.policy.engine.crosswalk.units import Sort, Unit, refs

__all__ = [
    "KINDS",
    "Kind",
    "Piece",
    "Placed",
    "Row",
    "Side",
    "Sort",
    "Touch",
    "UnevenLinks",
    "Unit",
    "changed_words",
    "followed",
    "placed",
    "propose",
    "refs",
    "regroup",
    "rows_of",
    "tokens",
    "touched",
    "words_changed",
]
