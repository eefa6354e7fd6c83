"""The rules of an exchange, pure: what a message says, what a row means, what differs, when to try again."""

from amur.exchange.engine.coding import UnknownCode, ours_of, theirs_of
from amur.exchange.engine.comparing import Differing, compare
from amur.exchange.engine.composing import Composed, Seen, compose, holds, reads_theirs, value_of
from amur.exchange.engine.reading import NoColumns, Row, columns_of, read_row, template
from amur.exchange.engine.retrying import Answered, due_of, outcome, wait_after

__all__ = [
    "Answered",
    "Composed",
    "Differing",
    "NoColumns",
    "Row",
    "Seen",
    "UnknownCode",
    "columns_of",
    "compare",
    "compose",
    "due_of",
    "holds",
    "ours_of",
    "outcome",
    "read_row",
    "reads_theirs",
    "template",
    "theirs_of",
    "value_of",
    "wait_after",
]
