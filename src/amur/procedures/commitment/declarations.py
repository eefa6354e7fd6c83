"""What a pack says of deciding on a promise: what is told and promised, who may not, and what is verified later."""

from __future__ import annotations

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text


class Bar(Declared):
    """Who may not promise: those for whom ``when`` holds, or who have a record in force in a register.

    ``key`` is the expression that gives the key of their record; ``otherwise`` tells them why, in plain words.
    """

    when: str = ""
    register_id: Identifier | None = Field(default=None, alias="register")
    key: str = ""
    otherwise: Text
    basis: tuple[Basis, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Bar:
        if bool(self.when) == (self.register_id is not None) or bool(self.key) != (self.register_id is not None):
            raise ValueError("a bar is either when, or register with key; write one of the two")
        return self


class Broken(Declared):
    """The record that a broken promise leaves, of an enterprise alone: where ``key`` has no value there is none."""

    register_id: Identifier = Field(alias="register")
    key: str
    values: dict[Identifier, str] = Field(min_length=1)


class Verification(Declared):
    """How it is verified after the decision: the clock of that, and the events by which it held or was broken.

    ``record`` is what a broken promise leaves in a register, of an enterprise and never of a person.
    """

    clock: Identifier
    holds: Identifier
    broken: Identifier
    record: Broken | None = None


class Commitment(Declared):
    """That a party may promise what it would otherwise prove, and is decided on at once or sooner.

    ``choice`` is the yes-or-no field of the form by which it chooses to; then it is not asked for what is named in
    ``instead_of``, and its case begins in the state ``begins``, where the shorter ``clock`` runs. The authority tells
    the ``conditions`` and the ``consequences``; ``text`` is what the party promises by submitting.
    """

    choice: Identifier
    instead_of: tuple[Identifier, ...] = Field(min_length=1)
    conditions: tuple[Text, ...] = Field(min_length=1)
    consequences: tuple[Text, ...] = Field(min_length=1)
    text: Text
    basis: tuple[Basis, ...] = Field(min_length=1)
    not_for: tuple[Bar, ...] = ()
    begins: Identifier
    clock: Identifier
    verification: Verification

    @property
    def waived(self) -> tuple[tuple[str, str], ...]:
        """Return the fields that are not asked where it is promised, each with the field that says so."""
        return tuple((name, self.choice) for name in self.instead_of)
