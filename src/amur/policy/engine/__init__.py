"""What is pure in this room: reading an official text, dated values, and what a case or a record is pinned to.

The text is input: nothing of it is kept here, and nothing here knows a place or a policy.
"""

from amur.policy.engine.decoding import LONGEST_BYTES, TextError, decode
from amur.policy.engine.details import bodies_in, dates_in
from amur.policy.engine.document import Clause, Item, Part, ReadDocument
from amur.policy.engine.reader import read_text

__all__ = [
    "LONGEST_BYTES",
    "Clause",
    "Item",
    "Part",
    "ReadDocument",
    "TextError",
    "bodies_in",
    "dates_in",
    "decode",
    "read_text",
]
