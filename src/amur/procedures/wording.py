"""The words of notices and documents: which places a template may name in braces, and how they are filled; pure.

Which notice is sent, and where to, does not belong here.
"""

from __future__ import annotations

from string import Formatter

PLACES = frozenset({"number", "subject", "state", "reason", "due_on", "items", "later", "cases"})
"""What a notice may name in braces; ``items`` is what the case waits for, a line an item.

``later`` is what the party has still to bring, and ``cases`` how the cases of one thing stand, each a line.
"""

OF_SHORT = frozenset({"number", "state", "due_on"})
"""What a short message may name: it lies open on a telephone, so nothing that says whose it is or why."""

OF_DOCUMENTS = PLACES | {"document", "issued_on", "body", "superseded"}
"""What a document may name, beyond its own values: its number, its day, who issues it, and which it takes the place of.
"""


def filled(text: str, words: dict[str, str]) -> str:
    """Return a text with its places filled; what is in other braces stays as it is.

    >>> filled("{number}: {other} {", {"number": "7"})
    '7: {other} {'
    """
    for name in words:
        text = text.replace(f"{{{name}}}", f"\0{name}\0")
    for name, word in words.items():
        text = text.replace(f"\0{name}\0", word)
    return text


def places_of(text: str) -> set[str]:
    """Return the places that a text names in braces.

    Raises:
        ValueError: if its braces do not match.

    >>> sorted(places_of("{number}: {reason}"))
    ['number', 'reason']
    """
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
