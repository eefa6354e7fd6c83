"""What a pack says about stored phrases."""

from __future__ import annotations

from amur.base.declared import Declared, Identifier, Text


class Phrase(Declared):
    """Words that may be put into a reason. They name in braces what a notice may, the reason itself aside.

    Without ``events`` they fit every reason of the procedure.
    """

    id: Identifier
    title: Text
    text: Text
    events: tuple[Identifier, ...] = ()
