"""Pure rules of an exchange: what a message says, what a row means, which files travel, what differs, when to retry."""

from amur.exchange.engine.attaching import SHA256, Offered, hashes_of, not_taken, read_offered, unconfirmed, wrong_with
from amur.exchange.engine.coding import UnknownCode, ours_of, theirs_of
from amur.exchange.engine.comparing import Differing, compare
from amur.exchange.engine.composing import Composed, Seen, compose, holds, reads_theirs, value_of
from amur.exchange.engine.reading import NoColumns, Row, columns_of, given, read_row, template
from amur.exchange.engine.retrying import Answered, due_of, outcome, wait_after

__all__ = [
    "SHA256",
    "Answered",
    "Composed",
    "Differing",
    "NoColumns",
    "Offered",
    "Row",
    "Seen",
    "UnknownCode",
    "columns_of",
    "compare",
    "compose",
    "due_of",
    "given",
    "hashes_of",
    "holds",
    "not_taken",
    "ours_of",
    "outcome",
    "read_offered",
    "read_row",
    "reads_theirs",
    "template",
    "theirs_of",
    "unconfirmed",
    "value_of",
    "wait_after",
    "wrong_with",
]
