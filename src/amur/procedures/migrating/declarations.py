"""What a pack says of how running cases come from earlier editions of a procedure to the one of now."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text
from amur.procedures.clocks import Message

EARLIER = "earlier"
"""In place of the hashes of editions: any that is not the one of now."""

Named = Annotated[
    tuple[Identifier, ...],
    BeforeValidator(lambda value: (value,) if isinstance(value, str) else value),
    Field(min_length=1),
]
"""One id, or a list of several."""


class StateMove(Declared):
    """Where cases go on that stand in a state, or in several nested ones at once; with ``stay`` they are left there.

    What it names is meant with all inside that has no place of its own: a state that none names goes on in the one of
    the same id. Where several of these fit, the one with more states is taken, and then the inner one.
    """

    sources: Named = Field(alias="from")
    to: Named | None = None
    stay: Text | None = None

    @model_validator(mode="after")
    def _says_one(self) -> StateMove:
        if (self.to is None) == (self.stay is None):
            raise ValueError("a state goes on in another or stays with a reason; give to or stay")
        return self


class FieldMove(Declared):
    """What becomes of a field: another id, dropped with a reason, or new by an expression over the old answers.

    A field that none names keeps its answer under the same id; a new one that may be empty is.
    """

    source: Identifier | None = Field(default=None, alias="from")
    to: Identifier | None = None
    value: str = ""
    drop: Text | None = None

    @model_validator(mode="after")
    def _says_one(self) -> FieldMove:
        renamed = self.source and self.to and not self.value and not self.drop
        dropped = self.source and self.drop and not self.to and not self.value
        computed = self.to and self.value and not self.source and not self.drop
        if not (renamed or dropped or computed):
            raise ValueError("a field has from and to, or from and drop, or to and value")
        return self


class ClockMove(Declared):
    """What becomes of a clock that runs: another id, or the same with another length; what it has used it keeps.

    Another length needs a ``basis``; one that is worse for the party needs ``to_the_worse``, whose basis says so.
    With ``end`` and without ``to`` it ends, with a reason. Without ``from`` a clock of the new edition begins with the
    migration in the cases that stand where it would run.
    """

    source: Identifier | None = Field(default=None, alias="from")
    to: Identifier | None = None
    end: Text | None = None
    basis: tuple[Basis, ...] = ()
    to_the_worse: tuple[Basis, ...] = ()

    @model_validator(mode="after")
    def _says_one(self) -> ClockMove:
        if (self.to is None) == (self.end is None) or (self.source is None and self.to is None):
            raise ValueError("a clock goes on as another or ends with a reason; give to or end")
        return self


class MigrationDeclaration(Declared):
    """How running cases of earlier editions come to the one of now; nothing moves before somebody runs it.

    ``from`` are the beginnings of the hashes of those editions, or ``earlier`` for any. Documents, rounds, notices and
    what happened stay as they are. ``notice`` tells each party.
    """

    kind: Literal["migration"] = "migration"
    id: Identifier
    title: Text
    procedure: Identifier
    sources: tuple[str, ...] | Literal["earlier"] = Field(default="earlier", alias="from")
    states: tuple[StateMove, ...] = ()
    fields: tuple[FieldMove, ...] = ()
    clocks: tuple[ClockMove, ...] = ()
    basis: tuple[Basis, ...] = ()
    notice: Message | None = None

    def moves(self, declaration_hash: str) -> bool:
        """Say whether a case that is pinned to an edition is meant.

        >>> said = {"id": "m", "title": {"zh": "迁", "en": "M"}, "procedure": "p", "from": ("ab",)}
        >>> declared = MigrationDeclaration.model_validate(said)
        >>> declared.moves("abcd"), declared.moves("cdab")
        (True, False)
        """
        return self.sources == EARLIER or any(declaration_hash.startswith(one) for one in self.sources)

    @model_validator(mode="after")
    def _names_once(self) -> MigrationDeclaration:
        for what, names in (
            ("state", [" and ".join(sorted(one.sources)) for one in self.states]),
            ("field", [one.source for one in self.fields if one.source]),
            ("new field", [one.to for one in self.fields if one.to]),
            ("clock", [one.source for one in self.clocks if one.source]),
            ("new clock", [one.to for one in self.clocks if one.to]),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"found {what} {name!r} twice; say once what becomes of it")
        return self
