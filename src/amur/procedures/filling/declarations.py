"""What a pack says of what helps to fill in a form."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text


class Prefill(Declared):
    """An answer that a register knows already: the field ``value`` of the record that ``key`` leads to.

    ``key`` is an expression over answers that are given before. A ``locked`` answer is as the register has it; any
    other can be corrected, and the case keeps that it was.
    """

    field: Identifier
    register_id: Identifier = Field(alias="register")
    key: str
    value: Identifier
    locked: bool = False


class Precheck(Declared):
    """What must hold of the answers before they are submitted, and what is said where it does not.

    With a register and a ``key`` it also sees ``record``: ``record.found``, and what is public of the record that is
    in force. What does not hold stops the submission, or warns; a warning is confirmed by whoever submits.
    """

    id: Identifier
    holds: str
    message: Text
    severity: Literal["stop", "warn"] = "stop"
    register_id: Identifier | None = Field(default=None, alias="register")
    key: str = ""
    basis: tuple[Basis, ...] = ()

    @model_validator(mode="after")
    def _a_register_has_a_key(self) -> Precheck:
        if (self.register_id is None) != (not self.key):
            raise ValueError(f"check {self.id!r}: register and key stand together; write both or neither")
        if self.severity == "stop" and not self.basis:
            raise ValueError(f"check {self.id!r} stops a submission; name its basis")
        return self
