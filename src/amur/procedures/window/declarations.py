"""What a pack says about taking something in at a window: by whom, with which papers, and whether a person is asked."""

from __future__ import annotations

from pydantic import Field, model_validator

from amur.base.declared import Basis, Declared, Identifier, Text


class Material(Declared):
    """A paper that is looked at over the counter. Of one that is ``required`` it must be said what became of it.

    ``copies`` is how many copies the office keeps; ``returned`` says that the original goes back at once.
    """

    id: Identifier
    title: Text
    hint: Text | None = None
    required: bool = True
    copies: int = Field(default=0, ge=0, le=20)
    returned: bool = True


class DocumentKind(Declared):
    """A kind of identity document, with the scheme that its number follows."""

    id: Identifier
    title: Text
    scheme: Identifier


class IdentityCheck(Declared):
    """That whoever hands in shows who they are. Number and name are compared in flight and never kept.

    The name on the document must be the answer to ``name_field``, where one is named. What stays is which kind of
    document was checked, by whom and when.
    """

    required: bool = True
    purpose: Text
    kinds: tuple[DocumentKind, ...] = Field(min_length=1)
    name_field: Identifier | None = None
    basis: tuple[Basis, ...] = ()

    def kind(self, name: str) -> DocumentKind | None:
        """Return a kind of document, or None where it is none of these."""
        return next((one for one in self.kinds if one.id == name), None)


class Window(Declared):
    """That a case can be handed in at a window, to whoever holds the role ``by`` where it lies."""

    by: Identifier
    materials: tuple[Material, ...] = ()
    identity: IdentityCheck | None = None

    @model_validator(mode="after")
    def _names_are_unique(self) -> Window:
        kinds = self.identity.kinds if self.identity else ()
        for what, names in (("material", [one.id for one in self.materials]), ("kind", [one.id for one in kinds])):
            for name in names:
                if names.count(name) > 1:
                    raise ValueError(f"window: found {what} {name!r} twice; give each one id")
        return self
