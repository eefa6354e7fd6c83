"""What a pack can say about a register."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from amur.base.declared import Basis, Carrier, Identifier, Text
from amur.base.fields import AnyField, FieldDeclaration


class RegisterDeclaration(Carrier):
    """A register: its fields, which of them name a record in lists, and who may read it.

    Its form, table, search, API, page and history are derived from this. ``readers`` are the roles that may read what
    is restricted; where none is named, it is whoever holds an office other than that of an administrator.
    """

    kind: Literal["register"] = "register"
    summary: Text
    public: bool = True
    fields: tuple[AnyField, ...] = Field(min_length=1)
    shows: tuple[Identifier, ...] = Field(min_length=1)
    readers: tuple[Identifier, ...] = ()
    basis: tuple[Basis, ...] = ()
    retention_years: int | None = Field(default=None, gt=0)

    @model_validator(mode="after")
    def _fields_are_named_once_and_shown_ones_exist(self) -> RegisterDeclaration:
        names = [field.id for field in self.fields]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"found field {name!r} twice; give each field one id")
        for name in self.shows:
            if name not in names:
                raise ValueError(f"shows names the unknown field {name!r}; choose from {', '.join(names)}")
        return self

    def field(self, name: str) -> FieldDeclaration:
        """Return a field by its id.

        Raises:
            KeyError: if there is none.
        """
        for field in self.fields:
            if field.id == name:
                return field
        raise KeyError(name)
