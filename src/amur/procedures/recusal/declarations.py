"""What a pack says about stepping back from a case."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier


class RecusalRule(Declared):
    """Which role withdraws an official from a case and decides when the party objects to one, and on what basis.

    An official steps back by themselves in every procedure; this is only needed for others to say so.
    """

    by: Identifier
    basis: tuple[Basis, ...] = Field(min_length=1)
