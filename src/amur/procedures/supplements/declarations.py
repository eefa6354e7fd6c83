"""What a pack says of a request for a supplement."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier


class Supplement(Declared):
    """An arrow that asks the party for what is missing: the official lists the items, each with what is wrong.

    ``answer`` is the event by which the party sends its answers to them all. What is missing is asked at once and
    once; ``again`` is the basis on which it may be asked more than once. At most ``most`` items are asked.
    """

    answer: Identifier
    again: tuple[Basis, ...] = ()
    most: int = Field(default=20, gt=0, le=50)
