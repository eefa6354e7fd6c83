"""What a pack can say of a message beside its fields, the files that travel with it, and of what both sides compare."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field, model_validator

from amur.base.declared import Declared, Identifier


class SentFile(Declared):
    """A file that goes with a message: of which ``field`` of the case, or which ``document`` that was issued in it.

    ``name`` is what it is to them. One that is not ``required`` is left out where there is no file. With ``max_bytes``
    and ``media_types`` a file that they do not take stops the message here, which then says so on the desk. A file that
    the event itself asks for is the one that was given with this event; a document goes as JSON, as it was issued.
    """

    name: str = Field(min_length=1, max_length=120)
    field: Identifier | None = None
    document: Identifier | None = None
    required: bool = True
    max_bytes: int | None = Field(default=None, gt=0)
    media_types: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> SentFile:
        if (self.field is None) == (self.document is None):
            raise ValueError(f"attachment {self.name!r} is the file of a field or a document; name one of the two")
        return self


class TakenFile(Declared):
    """A file that comes with a message: what it is to them (``name``), and which ``field`` of the case it becomes.

    The field says how large it may be and of which kinds.
    """

    name: str = Field(min_length=1, max_length=120)
    field: Identifier
    required: bool = False


def _once(some: tuple[SentFile, ...] | tuple[TakenFile, ...]) -> tuple[SentFile, ...] | tuple[TakenFile, ...]:
    names = [one.name for one in some]
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"found attachment {name!r} twice; give each one name")
    return some


SentFiles: TypeAlias = Annotated[tuple[SentFile, ...], AfterValidator(_once)]
TakenFiles: TypeAlias = Annotated[tuple[TakenFile, ...], AfterValidator(_once)]


class Compared(Declared):
    """One thing that both sides say: a field of their list, and ours as an expression of the same kind.

    With ``attachments_of`` it is the hashes of the files that went or came with the last message of each of these ids
    about the case; theirs stand in the field with ``;`` between them, in any order.
    """

    field: Identifier
    ours: str = ""
    attachments_of: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Compared:
        if bool(self.ours) == bool(self.attachments_of):
            raise ValueError(f"{self.field!r} is compared with ours or with attachments_of; give one of the two")
        return self


class TaskOpened(Declared):
    """The case that a difference opens: its form is filled from ``difference``, with ``kind``, ``ours``, ``theirs``."""

    procedure_id: Identifier = Field(alias="procedure")
    values: dict[Identifier, str] = Field(min_length=1)
