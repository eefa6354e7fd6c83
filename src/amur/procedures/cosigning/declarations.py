"""What a pack says of who must agree to a form before it becomes a case."""

from __future__ import annotations

from pydantic import Field

from amur.base.declared import Basis, Declared, Identifier, Text


class CoSigner(Declared):
    """Somebody who must agree: as what, and in which field of the form stands the e-mail address that is asked."""

    id: Identifier
    title: Text
    contact: Identifier


class CoSigning(Declared):
    """Who must agree to a form, and within how many days. All of them do, or it is not submitted."""

    signers: tuple[CoSigner, ...] = Field(min_length=1)
    within_days: int = Field(default=7, gt=0, le=90)
    basis: tuple[Basis, ...] = Field(min_length=1)
