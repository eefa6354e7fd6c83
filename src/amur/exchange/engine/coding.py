"""Codes of two sides: from ours to theirs and back; a code without a counterpart is said, never guessed."""

from __future__ import annotations

from amur.base.faults import Refused
from amur.exchange.declarations import CodeMap


class UnknownCode(Refused):
    """A code that has no counterpart on the other side."""

    def __init__(self, found: CodeMap, code: str) -> None:
        """Take the map and the code that is not in it."""
        said = f"the code {code!r} has no counterpart in {found.id!r}"
        super().__init__("unknown_code", said, code_map=found.id, found=code)


def theirs_of(found: CodeMap, code: str) -> str:
    """Return their code for one of ours.

    Raises:
        UnknownCode: if there is none.

    >>> theirs_of(CodeMap(id="services", codes={"voice": "B21"}), "voice")
    'B21'
    >>> theirs_of(CodeMap(id="services", codes={"voice": "B21"}), "mail")
    Traceback (most recent call last):
    ...
    amur.exchange.engine.coding.UnknownCode: the code 'mail' has no counterpart in 'services'
    """
    try:
        return found.codes[code]
    except KeyError:
        raise UnknownCode(found, code) from None


def ours_of(found: CodeMap, code: str) -> str:
    """Return our code for one of theirs; where several of ours are one of theirs, the one that ``back`` names.

    Raises:
        UnknownCode: if there is none.

    >>> both = CodeMap(id="ends", codes={"granted": "1", "deemed": "1", "refused": "2"}, back={"1": "granted"})
    >>> ours_of(both, "1"), ours_of(both, "2")
    ('granted', 'refused')
    >>> ours_of(both, "3")
    Traceback (most recent call last):
    ...
    amur.exchange.engine.coding.UnknownCode: the code '3' has no counterpart in 'ends'
    """
    if code in found.back:
        return found.back[code]
    for ours, theirs in found.codes.items():
        if theirs == code:
            return ours
    raise UnknownCode(found, code)
